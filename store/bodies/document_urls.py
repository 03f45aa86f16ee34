"""Shows links to documents where they are text: ``See {{< ref "bridge.md" >}}`` prints a URL.

Tags such as `ref`, `post_url` and `link` expand to a URL that begins with
`newsgraph.store.bodies.context.DOCUMENT_SCHEME`, wherever they are. As the URL of a link, it is
resolved; everywhere else it becomes the URL that the generator gives to the document by default.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from newsgraph.store.bodies.context import DOCUMENT_SCHEME
from newsgraph.store.bodies.templates.document_links import default_path
from newsgraph.store.documents.frontmatter_formats import MARKDOWN_SUFFIXES

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newsgraph.store.bodies.context import BodyContext

_SUFFIXES: Final = "|".join(re.escape(suffix) for suffix in (*MARKDOWN_SUFFIXES, ".html", ".htm"))
_URL: Final = re.compile(
    rf"(?P<before>[\w.-])?{DOCUMENT_SCHEME}"
    # A full stop after it ends a sentence.
    rf"(?:(?P<path>[\w%/.~-]*?(?:{_SUFFIXES}))(?![\w%/~-]|\.\w)"
    r"(?P<fragment>#[\w%/.~-]*[\w%/~])?)?",
    re.ASCII | re.IGNORECASE,
)
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
"""A name of an attribute that can be served."""

_PRINTS_HOST: Final = {"hugo", "zola"}
"""The kinds whose tags print the URL of the site, and not only a path."""


def remove_site_prefixes(text: str, context: BodyContext) -> str:
    """Return an expanded body whose links to documents have no URL or path of the site before them.

    ``{{ site.baseurl }}{% post_url 2024-05-02-bridge %}`` was how Jekyll's posts had to write them.
    """
    if DOCUMENT_SCHEME not in text:
        return text
    base, site = context.base_path, urlsplit(context.site_url or "")
    host = f"{site.scheme}://{site.netloc}" if site.netloc else ""
    paths = {base.rstrip("/"), site.path.rstrip("/"), ""}
    prefixes = {origin + path for origin in {host, ""} for path in paths} - {""}
    alternatives = "|".join(re.escape(item) for item in sorted(prefixes, key=len, reverse=True))
    prefix = rf"(?:{alternatives})?/?" if prefixes else "/?"
    return re.sub(rf"(?<=[(<\"'=]){prefix}(?={DOCUMENT_SCHEME})", "", text)


def print_document_urls(text: str, context: BodyContext) -> str:
    """Return a text in which links to documents are the URLs that the generator prints."""
    if DOCUMENT_SCHEME not in text:
        return text
    site = urlsplit(context.site_url or "")
    prints_host = context.kind.name in _PRINTS_HOST and bool(site.netloc)
    host = f"{site.scheme}://{site.netloc}" if prints_host else ""

    def show(match: re.Match[str]) -> str:
        before = match["before"] or ""
        if match["path"] is None:
            return before
        path = default_path(unquote(match["path"]), context.kind.name)
        # Another host can be before it.
        url = f"{'' if before else host}{context.base_path}{quote(path)}"
        return f"{before}{url}{match['fragment'] or ''}"

    return _URL.sub(show, text)


def show_document_urls(root: HtmlElement, context: BodyContext) -> None:
    """Print the links to documents in the text and the attributes of a tree, but no links' URLs."""
    for element in root.iter():
        if element.text:
            element.text = print_document_urls(element.text, context)
        if element.tail:
            element.tail = print_document_urls(element.tail, context)
        for name, value in element.items():
            is_link = name == "href" and value.lstrip().startswith(DOCUMENT_SCHEME)
            # lxml reads more names than it writes; none of the others is served.
            if DOCUMENT_SCHEME in value and not is_link and _NAME.fullmatch(name):
                element.set(name, print_document_urls(value, context))
