"""Ids in a body: those of headings, footnotes and named anchors, so that links lead to them."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from lxml.html import tostring

from newsgraph.store.bodies.html_tree import select_path
from newsgraph.store.documents.permalinks.slugs import ascii_slug, hexo_slug, python_markdown_slug

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newsgraph.store.documents.archive_kinds import HeadingIds

_MAX_ID: Final = 200
"""Longest id, in characters."""

_NO_SLUG: Final = re.compile(r"[^\w\- ]+")
_FOOTNOTE: Final = re.compile(r"(#?)(fn|fnref)-(.+)")
_COMRAK_ATTRIBUTES: Final = (
    "data-footnotes",
    "data-footnote-ref",
    "data-footnote-backref",
    "data-footnote-backref-idx",
)
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_HEADING: Final = re.compile(r"(<h[1-6])>(.*?)(?=</h[1-6]>)", re.DOTALL)
_DASHES: Final = re.compile(r"(<code[ >].*?</code>)|-{2,3}", re.DOTALL)
"""Hyphens of which typographic rules make a dash; not those in code."""

_TAG: Final = re.compile(r"<[^>]*>")
_find_anchors = select_path("*[@id or (self::a and @name)]")
_find_footnotes = select_path("section[@class='footnotes']")
_find_marks = select_path("sup[@class='footnote-ref']")


def set_anchors(root: HtmlElement, style: HeadingIds = "github") -> None:
    """Give headings the ids that they have on the site, and let no two elements have the same id.

    Footnotes get the ids that kramdown, Hugo and Python-Markdown give them, such as ``fn:1``.

    Args:
        root: the body.
        style: whose way of making ids it is.
    """
    anchors = _find_anchors(root)
    marks = _find_marks(root)
    if any(_FOOTNOTE.fullmatch(anchor.get("id") or "") for anchor in anchors):
        for container in (*_find_footnotes(root), *marks):
            _rename_footnotes(container)
    seen = set[str]()
    for element in anchors:
        alias = element.attrib.pop("name", None) if element.tag == "a" else None
        name = (element.get("id") or alias or "").strip()
        if not name or name in seen or len(name) > _MAX_ID or re.search(r"\s", name):
            element.attrib.pop("id", None)
        else:
            element.set("id", name)
            seen.add(name)
    ids = _HeadingIds(seen, style)
    for heading in root.iter(*_HEADINGS):
        if heading.get("id"):
            continue
        text = _text_without_marks(heading) if marks else heading.text_content()
        if style == "hugo" and "--" in text:
            html = tostring(heading, encoding="unicode", with_tail=False)
            text = _text_with_dashes(html)
        name = ids.create(text)
        if name:
            heading.set("id", name)


def set_heading_ids(html: str, style: HeadingIds = "github") -> str:
    """Give headings ids in HTML that comrak has written, and that has no other ids."""
    ids = _HeadingIds(set(), style)

    def add_id(match: re.Match[str]) -> str:
        if style == "hugo" and "--" in match[2]:
            name = ids.create(_text_with_dashes(match[2]))
        else:
            name = ids.create(unescape(_TAG.sub("", match[2])))
        return f'{match[1]} id="{escape(name)}">{match[2]}' if name else match[0]

    return _HEADING.sub(add_id, html)


class _HeadingIds:
    """Creates ids of headings that differ from all ids seen so far."""

    def __init__(self, seen: set[str], style: HeadingIds) -> None:
        self._seen, self._style = seen, style
        self._separator = "_" if style == "python-markdown" else "-"
        self._counts = Counter[str]()

    def create(self, text: str) -> str:
        """Return the id of a heading with a text; it is empty if the text has no letters."""
        slug = name = heading_slug(text, self._style)
        while slug and name in self._seen:
            self._counts[slug] += 1
            name = f"{slug}{self._separator}{self._counts[slug]}"
        self._seen.add(name)
        return name


def heading_slug(text: str, style: HeadingIds = "github") -> str:
    """Return the id of a heading: ``What it cost?`` is ``what-it-cost``, in Hexo ``What-it-cost``.

    In texts with other letters than Latin ones, which Zola writes in these and Python-Markdown
    leaves out, all letters stay.
    """
    if style == "hexo":
        return hexo_slug(text)[:_MAX_ID]
    if style == "zola" and (slug := ascii_slug(text)) is not None:
        return slug[:_MAX_ID]
    if style == "python-markdown" and (slug := python_markdown_slug(text)) is not None:
        return slug[:_MAX_ID]
    return _NO_SLUG.sub("", " ".join(text.split()).lower()).replace(" ", "-")[:_MAX_ID]


def _text_with_dashes(html: str) -> str:
    """Return the text of a heading with the dashes of which its slug has nothing."""
    return unescape(_TAG.sub("", _DASHES.sub(lambda match: match[1] or "\u2013", html)))


def _rename_footnotes(container: HtmlElement) -> None:
    for element in container.iter():
        _rename_footnote(element, "id")
        _rename_footnote(element, "href")
        for name in _COMRAK_ATTRIBUTES:
            element.attrib.pop(name, None)


def _text_without_marks(heading: HtmlElement) -> str:
    """Return the text of a heading without the numbers of its footnotes."""
    copied = deepcopy(heading)
    for mark in _find_marks(copied):
        mark.drop_tree()
    text: str = copied.text_content()
    return text


def _rename_footnote(element: HtmlElement, name: str) -> None:
    match = _FOOTNOTE.fullmatch(element.get(name) or "")
    if match:
        element.set(name, f"{match[1]}{match[2]}:{match[3]}")
