"""Splits a body into text, code, and the tags of a template language, in linear time.

The blocks of CommonMark are recognized as far as they decide what is code: fences, indented code
and the lists and quotations around them, code spans, and HTML elements with code.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from newsgraph.store.documents.fences import FENCE, ends_fence

if TYPE_CHECKING:
    from collections.abc import Callable

SegmentType: TypeAlias = Literal["text", "code", "tag"]

_LINE: Final = re.compile(r"(?P<quotes>(?:[ ]{0,3}>[ \t]?){0,50})(?P<indent>[ \t]*)")
_MARKER: Final = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?=[ \t\n]|\Z)")
_HEADING: Final = re.compile(r"#{1,6}(?:[ \t\n]|\Z)")
_INLINE: Final = re.compile(
    r"(?P<ticks>`+)|(?P<comment><!--)|<(?P<element>pre|code|script|style)\b|(?P<brace>\{)|\\[\\`]",
    re.IGNORECASE,
)
_INLINE_OF_JSX: Final = re.compile(
    # Formulas have braces, too.
    r"(?P<ticks>`+)|(?P<comment><!--)|(?P<brace>[{<])|\\[\\`{<$]"
    r"|(?P<math>\$\$[^$]+\$\$|\$(?=\S)[^$\n]{1,500}(?<=\S)\$(?!\d))"
)
_ELEMENT_ENDS: Final = {
    "comment": re.compile("-->"),
    "pre": re.compile(r"</pre\s*>", re.IGNORECASE),
    "code": re.compile(r"</code\s*>", re.IGNORECASE),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_START: Final = re.compile(f"{_MARKER.pattern}|{FENCE.pattern}|{_HEADING.pattern}")
_BLANKS: Final = re.compile(r"(?:[ \t]*\n)+")
_SPACES: Final = re.compile(r"[ \t]+")
_TICKS: Final = re.compile("`+")
_MAX_DEPTH: Final = 50
"""How many lists in lists count."""


class Segment(NamedTuple):
    """A part of a body.

    Attributes:
        type: ``tag`` is a tag, or one with the raw text that it contains and its end.
        start: position of its first character.
        end: position after its last one.
        match: the match of a tag's pattern.
        raw: the raw text that the tag contains, or None.
        block: whether code is a block, and not in a line.
    """

    type: SegmentType
    start: int
    end: int
    match: re.Match[str] | None = None
    raw: str | None = None
    block: bool = False


@dataclass(frozen=True, slots=True)
class TagSyntax:
    """How a template language marks its tags.

    Attributes:
        tag: matches a complete tag, which begins with a brace; None if `skip_tag` finds tags.
        find_raw_end: returns the pattern of the tag that ends the raw text after a tag, or None if
            there is no raw text after it.
        skip_tag: returns the end of the tag that begins with the brace or ``<`` at a position of
            the body, or None if there is none.
        skip_statement: returns the end of the statement that begins with a line, or None.
    """

    tag: re.Pattern[str] | None
    find_raw_end: Callable[[re.Match[str]], re.Pattern[str] | None] = lambda _: None
    skip_tag: Callable[[str, int], int | None] | None = None
    skip_statement: Callable[[str, int], int | None] | None = None


NO_TAGS: Final = TagSyntax(None)
"""The syntax of a text that has no tags, but only code."""


def split_body(
    body: str, syntax: TagSyntax, *, is_html: bool, has_indented_code: bool = True
) -> list[Segment]:
    """Split a body into segments, which cover all of it.

    Args:
        body: Markdown or HTML.
        syntax: the template language.
        is_html: whether it is HTML, in which only elements contain code.
        has_indented_code: whether lines that are indented by four spaces are code.
    """
    return _Scanner(body, syntax, is_html, has_indented_code).scan()


class _Line(NamedTuple):
    """A line: its start and end, where its text begins, its indentation, and its quotations."""

    start: int
    end: int
    text: int
    indent: int
    depth: int
    is_blank: bool


class _Scanner:
    """Goes through a body once; the segments cover it up to `_covered`."""

    def __init__(self, body: str, syntax: TagSyntax, is_html: bool, indented: bool) -> None:
        self._body = body
        self._syntax = syntax
        self._is_html = is_html
        self._indented = indented
        self._segments: list[Segment] = []
        self._covered = 0
        self._inline = _INLINE if syntax.skip_tag is None else _INLINE_OF_JSX
        self._next: dict[re.Pattern[str], tuple[int, re.Match[str] | None]] = {}
        self._lists: list[int] = []
        self._quotes = 0
        self._paragraph = 0
        self._after_blank = True
        self._in_paragraph = False

    def scan(self) -> list[Segment]:
        if self._is_html:
            self._scan_inline(0, len(self._body))
        else:
            self._scan_blocks()
        self._add_text(len(self._body))
        return self._segments

    def _scan_blocks(self) -> None:
        position = 0
        while position < len(self._body):
            line = _read_line(self._body, position)
            end = self._skip_statement(line)
            if line.is_blank or self._enter_containers(line) or end is not None:
                reached = self._scan_inline(self._paragraph, position)
                if reached > position:
                    position = self._continue_text(reached)
                    continue
                self._paragraph = position
            if end is not None:
                self._add(Segment("tag", position, end))
                position = self._paragraph = end
            else:
                position = self._add_line(line)
        self._scan_inline(self._paragraph, len(self._body))

    def _skip_statement(self, line: _Line) -> int | None:
        skip = self._syntax.skip_statement
        if skip is None or line.is_blank or line.text > line.start:
            return None
        if self._in_paragraph and not self._body.startswith("import ", line.start):
            return None
        return skip(self._body, line.start)

    def _enter_containers(self, line: _Line) -> bool:
        """Leave the lists that end before a line; return whether a block begins with the line."""
        if line.depth > self._quotes or (self._after_blank and line.depth < self._quotes):
            self._lists, self._quotes = [], line.depth
        starts = _START.match(self._body, line.text) is not None
        if self._after_blank or starts:
            while self._lists and line.indent < self._lists[-1]:
                self._lists.pop()
        return starts or self._is_code(line)

    def _is_code(self, line: _Line) -> bool:
        base = self._lists[-1] if self._lists else 0
        return self._indented and not self._in_paragraph and line.indent >= base + 4

    def _add_line(self, line: _Line) -> int:
        """Add the code that begins in a line, and return where the next line to read begins."""
        if line.is_blank:
            self._after_blank, self._in_paragraph = True, False
            blanks = _BLANKS.match(self._body, line.end)
            return blanks.end() if blanks else line.end
        if self._is_code(line):
            return self._add_indented_code(line)
        too_deep = self._indented and line.indent >= (self._lists or [0])[-1] + 4
        text, indent = line.text, line.indent
        while not too_deep and (marker := _MARKER.match(self._body, text)):
            spaces = _SPACES.match(self._body, marker.end())
            width = _width(spaces[0]) if spaces else 0
            indent += len(marker[0]) + (width if 1 <= width <= 4 else 1)
            if len(self._lists) < _MAX_DEPTH:
                self._lists.append(indent)
            text = spaces.end() if spaces else marker.end()
        if not too_deep and (fence := FENCE.match(self._body, text)):
            return self._add_fence(line, text, fence[0])
        self._after_blank = False
        self._in_paragraph = not _HEADING.match(self._body, text)
        return line.end

    def _continue_text(self, position: int) -> int:
        """Continue after a tag that ends in the middle of a line."""
        self._paragraph = position
        self._after_blank, self._in_paragraph = False, True
        end = self._body.find("\n", position - 1 if self._body[position - 1] == "\n" else position)
        return len(self._body) if end < 0 else end + 1

    def _add_indented_code(self, line: _Line) -> int:
        base = self._lists[-1] if self._lists else 0
        start, end = line.start, line.end
        while line.end < len(self._body):
            line = _read_line(self._body, line.end)
            if not line.is_blank:
                if line.indent < base + 4 or line.depth != self._quotes:
                    break
                end = line.end
        self._add(Segment("code", start, end, block=True))
        self._after_blank, self._paragraph = False, end
        return end

    def _add_fence(self, line: _Line, start: int, fence: str) -> int:
        base = self._lists[-1] if self._lists else 0
        end = line.end
        while line.end < len(self._body):
            line = _read_line(self._body, line.end)
            if line.depth < self._quotes or (not line.is_blank and line.indent < base):
                break
            end = line.end
            if ends_fence(self._body[line.text : line.end], fence):
                break
        self._add(Segment("code", start, end, block=True))
        self._after_blank, self._in_paragraph, self._paragraph = False, False, end
        return end

    def _scan_inline(self, start: int, end: int) -> int:
        """Add the code and the tags that begin in a part; return where the last one ends."""
        body, position = self._body, max(start, self._covered)
        runs: dict[int, list[int]] | None = None
        while position < end and (match := self._inline.search(body, position, end)):
            position = match.end()
            segment = None
            if match["ticks"]:
                if runs is None and not self._is_html:
                    runs = _find_runs(body, match.start(), end)
                # An escaped backtick makes a sequence shorter than it is in `runs`.
                positions = runs.get(len(match[0]), []) if runs else []
                if (close := _following(positions, match.start())) is not None:
                    segment = Segment("code", match.start(), close + len(match[0]))
            elif match["brace"]:
                segment = self._read_tag(match.start())
            elif match.lastgroup == "math":
                segment = Segment("code", match.start(), match.end())
            elif match.lastgroup:
                name = "comment" if match["comment"] else match["element"].lower()
                closing = self._find(_ELEMENT_ENDS[name], position)
                if closing and (closing.end() <= end or name != "code"):
                    segment = Segment("code", match.start(), closing.end())
            if segment is not None:
                self._add(segment)
                position = segment.end
        return position

    def _read_tag(self, position: int) -> Segment | None:
        if self._syntax.skip_tag is not None:
            end = self._syntax.skip_tag(self._body, position)
            return None if end is None else Segment("tag", position, end)
        match = self._syntax.tag.match(self._body, position) if self._syntax.tag else None
        if match is None:
            return None
        pattern = self._syntax.find_raw_end(match)
        if pattern is not None and (closing := self._find(pattern, match.end())) is not None:
            raw = self._body[match.end() : closing.start()]
            return Segment("tag", position, closing.end(), match, raw)
        return Segment("tag", position, match.end(), match)

    def _find(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        """Return the next match, without searching the same part of the body twice."""
        searched, match = self._next.get(pattern, (len(self._body) + 1, None))
        if position < searched or (match is not None and match.start() < position):
            match = pattern.search(self._body, position)
            self._next[pattern] = position, match
        return match

    def _add_text(self, end: int) -> None:
        if end > self._covered:
            self._segments.append(Segment("text", self._covered, end))
            self._covered = end

    def _add(self, segment: Segment) -> None:
        self._add_text(segment.start)
        self._segments.append(segment)
        self._covered = segment.end


def _read_line(body: str, position: int) -> _Line:
    end = body.find("\n", position) + 1 or len(body)
    match = _LINE.match(body, position, end)
    assert match is not None  # noqa: S101 - all parts of the pattern can be empty
    quotes, indent = match.groups()
    text = match.end()
    is_blank = text == end or (body[text].isspace() and not body[text:end].strip())
    return _Line(position, end, text, _width(indent), quotes.count(">") if quotes else 0, is_blank)


def _width(spaces: str) -> int:
    """Return how many columns spaces and tabs take at the start of a line."""
    return len(spaces.expandtabs(4)) if "\t" in spaces else len(spaces)


def _find_runs(body: str, start: int, end: int) -> dict[int, list[int]]:
    """Return the positions of sequences of backticks by their lengths."""
    runs: dict[int, list[int]] = {}
    for match in _TICKS.finditer(body, start, end):
        runs.setdefault(match.end() - match.start(), []).append(match.start())
    return runs


def _following(positions: list[int], position: int) -> int | None:
    index = bisect_right(positions, position)
    return positions[index] if index < len(positions) else None
