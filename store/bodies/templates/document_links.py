"""From what tags call a document to the URL of a link to it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from newsgraph.store.bodies.templates.blocks import document_url

if TYPE_CHECKING:
    from newsgraph.store.bodies.context import BodyContext

_DATED: Final = re.compile(r"(?P<folder>.*/)?(?P<date>\d{4}-\d\d-\d\d)-(?P<slug>[^/]+?)(\.\w+)?")
_SUFFIX: Final = re.compile(r"\.(?:md|markdown|mdx|html?|adoc|org)$", re.IGNORECASE)
_INDEX: Final = re.compile(r"(?:^|/)_?index$")
_WITH_SUFFIX: Final = {"jekyll", "pelican"}
"""The kinds whose pages have the suffix ``.html``."""


def hugo_link(name: str, context: BodyContext) -> str:
    """Return the URL that Hugo's `ref` and `relref` mean.

    Of a document that is unknown, it is the path that Hugo gives to it by default.

    Args:
        name: path or name of a document, with a fragment or only a fragment.
        context: the document that has the link.
    """
    path, separator, fragment = name.strip().partition("#")
    fragment = separator + fragment
    if not path:
        return fragment
    if (document := context.targets.find_document(path)) is not None:
        return document_url(document, fragment)
    if not path.startswith("/"):
        path = posixpath.join(posixpath.dirname(_content_path(context.path)), path)
    return f"{context.base_path}{quote(_pretty_path(path))}{quote(fragment, safe='#%')}"


def zola_link(name: str, context: BodyContext) -> str:
    """Return the URL of an internal link of Zola, without the ``@`` before its path."""
    return hugo_link(f"/{name.lstrip('/')}", context)


def jekyll_post_link(name: str, context: BodyContext) -> str | None:
    """Return the URL that Jekyll's `post_url` means, or None if the name is not that of a post.

    Of a post that is unknown, it is the one of the permalink `date`, Jekyll's default.

    Args:
        name: ``2024-05-02-slug``, with a folder before it or without.
        context: the document that has the link.
    """
    name = name.strip("/")
    if (document := context.targets.find_document(name)) is not None:
        return document_url(document)
    if (match := _DATED.fullmatch(name)) is None:
        return None
    path = f"{match['date'].replace('-', '/')}/{match['slug']}.html"
    return f"{context.base_path}/{quote(path)}"


def jekyll_link(path: str, context: BodyContext) -> str:
    """Return the URL that Jekyll's `link` means.

    Args:
        path: path of a document or of another file, relative to the archive.
        context: the document that has the link.
    """
    path, separator, fragment = path.strip().partition("#")
    path = f"/{path.strip('/')}"
    if (document := context.targets.find_document(path)) is not None:
        return document_url(document, separator + fragment)
    return f"{context.base_path}{quote(path)}{separator}{quote(fragment)}"


def default_path(path: str, kind: str) -> str:
    """Return the path that a generator gives to the page of a document, unless it is configured.

    Args:
        path: the document's path in the archive.
        kind: name of the kind of the archive.
    """
    if kind not in _WITH_SUFFIX:
        return _pretty_path(_content_path(path))
    match = _DATED.fullmatch(path.rpartition("/")[2])
    if kind == "jekyll" and match:
        return f"/{match['date'].replace('-', '/')}/{match['slug']}.html"
    return f"/{_SUFFIX.sub('', path)}.html"


def _pretty_path(path: str) -> str:
    """Return the path of the page of a document as Hugo makes it: ``/posts/bridge/``."""
    path = _INDEX.sub("", _SUFFIX.sub("", posixpath.normpath(path).strip("/"))).lower()
    path = path.removeprefix("../")
    return f"/{path}/" if path else "/"


def _content_path(path: str) -> str:
    """Return the path of a document below the folder of content, with a slash before it."""
    _, separator, below = f"/{path}".partition("/content/")
    return f"/{below if separator else path}"
