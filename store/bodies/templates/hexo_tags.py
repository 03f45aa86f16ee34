"""Expands the tags of Hexo and its themes, and those of Octopress, from which they are.

https://hexo.io/docs/tag-plugins describes those that Hexo has.
"""

from __future__ import annotations

import posixpath
import re
from html import escape
from typing import TYPE_CHECKING, Final

from . import blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.bodies.context import BodyContext
    from newsgraph.store.bodies.templates.tag_arguments import TagArguments

_PATH: Final = re.compile(r"https?://\S+|/\S*|\S+\.\w{2,5}(?:[?#]\S*)?")
_TITLE_AND_ALT: Final = re.compile(r"\"([^\"]*)\"\s+\"([^\"]*)\"|'([^']*)'\s+'([^']*)'")
_SIZE: Final = re.compile(r"\d+(?:px|%)?|auto")


def expand_hexo_tag(name: str, arguments: TagArguments, context: BodyContext) -> str | None:
    """Return the Markdown or HTML of a tag without an end, or None if it is unknown.

    Args:
        name: its name, in small letters.
        arguments: its arguments.
        context: the document and its archive.
    """
    expand = _TAGS.get(name)
    return None if expand is None else expand(arguments, context)


def _post_url(name: str, context: BodyContext) -> str | None:
    path, separator, fragment = name.partition("#")
    document = context.targets.find_document(path)
    return None if document is None else blocks.document_url(document, separator + fragment)


def _post_link(arguments: TagArguments, context: BodyContext) -> str | None:
    if not arguments.positional:
        return None
    slug, *words = arguments.positional
    if words and words[-1] in {"true", "false"}:
        words.pop()
    text = " ".join(words) or slug.rpartition("/")[2]
    url = _post_url(slug, context)
    return escape(text, quote=False) if url is None else blocks.anchor(url, text)


def _post_path(arguments: TagArguments, context: BodyContext) -> str | None:
    return _post_url(arguments.positional[0], context) if arguments.positional else None


def _asset_url(name: str, context: BodyContext) -> str:
    """Return the URL of a file in the folder of a post, which has the name of the post."""
    folder = posixpath.splitext(posixpath.basename(context.path))[0]
    url = f"{folder}/{name}"
    return url if context.targets.find_file(url) is not None else name


def _asset_path(arguments: TagArguments, context: BodyContext) -> str | None:
    return _asset_url(arguments.positional[0], context) if arguments.positional else None


def _asset_link(arguments: TagArguments, context: BodyContext) -> str | None:
    if not arguments.positional:
        return None
    name, *words = arguments.positional
    if words and words[-1] in {"true", "false"}:
        words.pop()
    return blocks.anchor(_asset_url(name, context), " ".join(words) or name)


def _asset_image(arguments: TagArguments, context: BodyContext) -> str | None:
    return _image(arguments, lambda name: _asset_url(name, context))


def _plain_image(arguments: TagArguments, context: BodyContext) -> str | None:
    base = context.base_path
    return _image(arguments, lambda name: base + name if name.startswith("/") else name)


def _image(arguments: TagArguments, resolve: Callable[[str], str]) -> str | None:
    """Expand ``[classes] path [width] [height] ["title" ["alt"]]``."""
    words = arguments.text.split()
    index = next((i for i, word in enumerate(words) if _PATH.fullmatch(word)), None)
    if index is None:
        return None
    text = " ".join(word for word in words[index + 1 :] if not _SIZE.fullmatch(word))
    if text.startswith("'\"") and text.endswith("\"'"):
        text = text[1:-1]
    if match := _TITLE_AND_ALT.fullmatch(text):
        title, alt = match[1] or match[3] or "", match[2] or match[4] or ""
    else:
        title = alt = text.strip("\"'")
    return blocks.image(resolve(words[index]), alt, title if title != alt else None)


def _link(arguments: TagArguments, _: BodyContext) -> str | None:
    """Expand ``text url [external] [title]``."""
    words = arguments.positional
    index = next((i for i, word in enumerate(words) if i and _PATH.fullmatch(word)), None)
    return None if index is None else blocks.anchor(words[index], " ".join(words[:index]))


def _button(arguments: TagArguments, _: BodyContext) -> str | None:
    """Expand NexT's ``url, text, icon``."""
    url, separator, rest = arguments.text.partition(",")
    text = rest.split(",")[0].strip()
    return blocks.anchor(url.strip(), text) if separator and text else None


def _label(arguments: TagArguments, _: BodyContext) -> str | None:
    """Expand NexT's ``primary@text``."""
    text = arguments.text.partition("@")[2]
    return f"<mark>{escape(text.strip(), quote=False)}</mark>" if text else None


_TAGS: Final[dict[str, Callable[[TagArguments, BodyContext], str | None]]] = {
    "post_link": _post_link,
    "post_path": _post_path,
    "asset_path": _asset_path,
    "asset_link": _asset_link,
    "asset_img": _asset_image,
    "img": _plain_image,
    "full_image": _plain_image,
    "fi": _plain_image,
    "link": _link,
    "button": _button,
    "btn": _button,
    "label": _label,
}
