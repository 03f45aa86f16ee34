"""Attribute lists in Markdown, such as ``## Costs {#costs}`` and kramdown's ``{: #costs .wide}``.

comrak does not know them. A mark takes their place in the Markdown, and `apply_attribute_lists`
puts the attributes on the element in which, or beside which, the mark is in the HTML.

https://kramdown.gettalong.org/syntax.html#attribute-list-definitions,
https://python-markdown.github.io/extensions/attr_list/ and https://gohugo.io/content-management/markdown-attributes/
describe them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.fences import FenceReader, match_fence_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_START, _END = "\ufdd0", "\ufdd1"
"""Characters that no text contains (Unicode section 23.7)."""

_MARK: Final = re.compile(f"(?: (?={_START}e))?{_START}([eips])([0-9]+){_END}")
"""A mark: of the enclosing block, the inline element before it, the block before or after it."""

_PREFIX: Final = re.compile(r"[ \t>]*")
_BLOCK_LIST: Final = re.compile(r"[ \t>]*\{:([^{}]{0,500})\}[ \t]*$")
_EXTENSION: Final = re.compile(r"\{::(\w+)[^{}]{0,200}(/?)\}|\{:/(\w*)\}")
_LIST: Final = r"\{:?[ \t]*((?:[.#][\w-]|[\w-]+=)[^{}\n]{0,500})\}"
_SIGN: Final = re.compile(r"\{(?::|[ \t]*(?:[.#]|[\w-]+=))")
_BARE_BLOCK_LIST: Final = re.compile(rf"[ \t>]*{_LIST}[ \t]*$")
_CLASSES_AT_END: Final = re.compile(
    r"(?<=\S)[ \t]+\{((?:[ \t]*\.[a-zA-Z][\w-]*){1,20})[ \t]*\}[ \t]*$"
)
_BROKEN_LIST: Final = re.compile(r"(?<=[)\]*_`>])(\{:[^{}\n]{0,500})\n[ \t>]*(?=[^{}\n]{0,500}\})")
_END_OF_BLOCK: Final = re.compile(r"([ ]{0,3})\^[ \t]*\n")
_ITEM_LIST: Final = re.compile(
    r"(?P<marker>[ \t>]*(?:[-*+:]|\d{1,9}\.)[ \t]+)"
    r"(?P<list>\{:(?P<attributes>[^:{}][^{}]{0,500})\})[ \t]+(?=\S)"
)
_HEADING: Final = re.compile(rf"([ \t>]*#{{1,6}}[ \t][^\n]*?)[ \t]*{_LIST}[ \t]*#*[ \t]*$")
_SETEXT_HEADING: Final = re.compile(rf"([^\n]*?)[ \t]*{_LIST}[ \t]*$")
_UNDERLINE: Final = re.compile(r"[ \t>]{0,3}(?:=+|-+)[ \t]*$")
_TABLE_OF_CONTENTS: Final = re.compile(r"[ \t]*(?:[-*+]|1\.)[ \t]+[^\n]*$")
_ENDS_BLOCK: Final = re.compile(r"[ \t>]*(?:\||[-=_* \t]+$|<)|.*\|[ \t]*$")
_INDENTED: Final = re.compile(r"[ ]{0,3}\t|[ ]{4}")
"""Begins a line of code, or of an item in a list, which no list at the margin belongs to."""

_CONTAINER: Final = re.compile(r"[ ]{0,3}(?:>|(?:[-*+]|\d{1,9}\.)[ \t])")
"""Begins a quotation or an item of a list at the margin."""

_INLINE: Final = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`++)[^\n]{1,500}?(?<!`)(?P=ticks)(?!`))?"
    r"(?:(?<=[)\]*_`>])(?P<list>\{:[ \t]*(?P<kramdown>[^{}\n]{0,500})\})"
    rf"|(?<=[)\]])(?P<other>{_LIST.replace('(', '(?P<attributes>', 1)}))?"
)
_ATTRIBUTE: Final = re.compile(
    r"#(?P<id>[^\s#.=]+)|\.(?P<class>[^\s#.=]+)"
    r"|(?P<name>[\w:-]+)=(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"']+))"
)
_SUPPORTED: Final = frozenset(
    ("id", "class", "lang", "dir", "title", "width", "height", "align", "alt")
)
_MARKDOWN_IN_HTML: Final = re.compile(
    r"(<[a-zA-Z][\w-]*[^<>\n]{0,500}?\bmarkdown=[\"']?(?:1|block|span)\b[\"']?[^<>\n]{0,500}>)"
)
_MARKDOWN_IN_DETAILS: Final = re.compile(r"<details\b[^<>\n]{0,500}\bmarkdown=", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    (
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "td", "th", "dd", "dt", "div"),
        *("blockquote", "section", "article", "figure", "figcaption"),
    )
)
_CODE: Final = frozenset(("code", "pre"))


@dataclass(frozen=True, slots=True)
class AttributeList:
    """A list of attributes, and its source, which stays if it is in code."""

    attributes: dict[str, str]
    source: str


def mark_attribute_lists(
    markdown: str, *, is_kramdown: bool = False
) -> tuple[str, list[AttributeList]]:
    """Return Markdown with marks instead of attribute lists, and the lists of the marks.

    Args:
        markdown: a body; the result for one without attribute lists is the same text.
        is_kramdown: whether a list below a list or a quotation is about the whole of it, and not
            about its last item or paragraph, and a line with nothing but ``^`` ends a block.
    """
    markdown = markdown.replace(_START, "").replace(_END, "")
    if is_kramdown and "^" in markdown:
        markdown = _mark_ends_of_blocks(markdown)
    if not _SIGN.search(markdown) and "markdown=" not in markdown:
        return markdown, []
    if "{:" in markdown:
        markdown = _BROKEN_LIST.sub(r"\1 ", markdown)
    marker = _Marker(is_kramdown=is_kramdown)
    marker.read(markdown)
    return "".join(marker.parts), marker.lists


def _mark_ends_of_blocks(markdown: str) -> str:
    """Return Markdown with comments, which are blocks, in the place of kramdown's ``^``."""
    fences = FenceReader()
    lines = []
    for line in markdown.splitlines(keepends=True):
        match = None if fences.read(line) else _END_OF_BLOCK.fullmatch(line)
        lines.append(f"\n{match[1]}<!-- -->\n\n" if match else line)
    return "".join(lines)


class _Marker:
    """Reads Markdown line by line, and leaves fenced code as it is."""

    def __init__(self, *, is_kramdown: bool) -> None:
        self._is_kramdown = is_kramdown
        self._block_start = ""
        self.parts: list[str] = []
        self.lists: list[AttributeList] = []
        self._previous = ""
        self._in_comment = False
        self._awaits_summary = False

    def read(self, markdown: str) -> None:
        """Add the lines of a text."""
        lines = markdown.splitlines(keepends=True)
        fences = FenceReader()
        for number, line in enumerate(lines):
            # A fence in a comment starts no code.
            if (fences.is_open or not self._in_comment) and fences.read(line):
                self._add(line)
            else:
                following = lines[number + 1] if number + 1 < len(lines) else ""
                self._add_line(line, following)

    def _add_line(self, line: str, following: str) -> None:
        if "{:" in line and (self._in_comment or "{::" in line or "{:/" in line):
            line = self._remove_extensions(line)
        if self._in_comment or not line:
            return
        if "markdown=" in line and "<" in line:
            self._awaits_summary |= _MARKDOWN_IN_DETAILS.search(line) is not None
            line = _MARKDOWN_IN_HTML.sub("\\1\n\n", line)
        if self._awaits_summary and "</summary>" in line:
            line = line.replace("</summary>", "</summary>\n\n", 1)
            self._awaits_summary = False
        if "{" not in line:
            self._add(line)
            return
        text, end = line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]
        if match := _BLOCK_LIST.match(text):
            self._add_block_list(match, end)
            return
        if match := _ITEM_LIST.match(text):
            mark = self._mark("e", match["attributes"], match["list"])
            text = match["marker"] + mark + text[match.end() :]
        is_followed = bool(following.strip(" \t>\r\n"))
        if self._previous.strip(" \t>") and (match := _BARE_BLOCK_LIST.match(text)):
            self._add_block_list(match, end)
            return
        is_setext = not text.lstrip().startswith("#") and _UNDERLINE.match(following)
        if match := (_SETEXT_HEADING if is_setext else _HEADING).match(text):
            source = text[match.end(1) :]
            text = self._mark_inline(match[1]) + " " + self._mark("e", match[2], source)
        elif not is_followed and (match := _CLASSES_AT_END.search(text)):
            text = self._mark_inline(text[: match.start()]) + self._mark("e", match[1], match[0])
        else:
            text = self._mark_inline(text)
        self._add(text + end)

    def _add(self, line: str) -> None:
        if not self._previous.strip(" \t>") or _CONTAINER.match(line):
            self._block_start = line
        self._previous = line.rstrip("\r\n")
        self.parts += (self._previous, line[len(self._previous) :])

    def _remove_extensions(self, line: str) -> str:
        """Remove kramdown's ``{::comment}`` with its text, and the tags of other extensions."""
        parts, start = [], 0
        for match in _EXTENSION.finditer(line):
            if not self._in_comment:
                parts.append(line[start : match.start()])
                self._in_comment = match[1] == "comment" and not match[2]
            elif match[3] in ("comment", ""):
                self._in_comment = False
            start = match.end()
        if not self._in_comment:
            parts.append(line[start:])
        return "".join(parts)

    def _add_block_list(self, match: re.Match[str], end: str) -> None:
        prefix = _PREFIX.match(match[0])
        indent = prefix[0] if prefix else ""
        attributes = _parse(match[1])
        if match[1].strip() == "toc":
            # kramdown puts the table of contents there; pages have no use for it.
            if _TABLE_OF_CONTENTS.match(self._previous):
                del self.parts[-2:]
        elif not attributes:
            self._add(indent.rstrip() + end)
        elif not self._previous.strip(" \t>"):
            self._add(f"{indent}{self._mark('s', match[1], match[0])}{end}{end}")
        elif (
            match_fence_line(self._previous)
            or _ENDS_BLOCK.match(self._previous)
            or (_INDENTED.match(self._previous) and not _INDENTED.match(indent))
            or (self._is_kramdown and not indent and _CONTAINER.match(self._block_start))
        ):
            mark = self._mark("p", match[1], match[0])
            self._add(f"{indent.rstrip()}{end}{indent}{mark}{end}{end}")
        else:
            # After a space, as it would be part of a URL; the space goes with the mark.
            mark = " " + self._mark("e", match[1], match[0])
            self.parts.insert(len(self.parts) - 1, mark)

    def _mark_inline(self, text: str) -> str:
        if "{" not in text:
            return text
        return _INLINE.sub(self._replace_inline, text)

    def _replace_inline(self, match: re.Match[str]) -> str:
        code = match["code"] or ""
        if match["list"] is not None:
            return code + self._mark("i", match["kramdown"], match["list"])
        if match["other"] is not None:
            return code + self._mark("i", match["attributes"], match["other"])
        return code

    def _mark(self, kind: str, text: str, source: str) -> str:
        self.lists.append(AttributeList(_parse(text), source))
        return f"{_START}{kind}{len(self.lists) - 1}{_END}"


def _parse(text: str) -> dict[str, str]:
    """Return the attributes in a list; of classes only that of a language."""
    attributes: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        name = match["name"] or ("id" if match["id"] else "class")
        value = match["id"] or match["class"] or match["double"] or match["single"] or match["bare"]
        if name in _SUPPORTED and value and (name != "class" or value.startswith("language-")):
            attributes[name] = value
    return attributes


def apply_attribute_lists(root: HtmlElement, lists: list[AttributeList]) -> None:
    """Put attributes on the elements that the marks in the text of a tree are about.

    Marks in code stay; `restore_attribute_lists` puts their sources back.
    """
    if not lists:
        return
    for element in list(root.iter()):
        if element.tail and _START in element.tail:
            _apply_all(element, "tail", lists)
        if element.text and _START in element.text:
            _apply_all(element, "text", lists)


def restore_attribute_lists(html: str, lists: list[AttributeList]) -> str:
    """Return HTML with the sources of lists whose marks are still there."""
    return _MARK.sub(lambda match: escape(lists[int(match[2])].source), html) if lists else html


def _apply_all(element: HtmlElement, place: str, lists: list[AttributeList]) -> None:
    container = element if place == "text" else element.getparent()
    if container is None or any(
        item.tag in _CODE for item in (container, *container.iterancestors())
    ):
        return

    def apply(match: re.Match[str]) -> str:
        target = _target(element, container, place, match)
        if target is None:
            return match[0]
        for name, value in lists[int(match[2])].attributes.items():
            target.set(name, value)
        return ""

    text = _MARK.sub(apply, getattr(element, place) or "")
    setattr(element, place, text)
    is_empty = container.tag == "p" and not text.strip() and place == "text"
    if is_empty and next(container.iterchildren(), None) is None:
        container.drop_tree()


def _target(
    element: HtmlElement, container: HtmlElement, place: str, match: re.Match[str]
) -> HtmlElement | None:
    kind = match[1]
    if kind == "i":
        if place == "text" or match.start() != 0:
            return None
        image = element[0] if element.tag == "a" and len(element) == 1 else None
        return image if image is not None and image.tag == "img" else element
    block = next(
        (item for item in (container, *container.iterancestors()) if item.tag in _BLOCKS), None
    )
    if kind == "e" or block is None:
        return block
    target = block.getprevious() if kind == "p" else block.getnext()
    if target is not None and target.tag == "pre" and len(target) == 1:
        return target[0]
    return target
