"""Where a tag is in its body, and how a block of HTML or Markdown takes its place there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.bodies.context import LEFT_OUT_URL

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX: Final = re.compile(r"(?:[ \t]|>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])){0,100}")
_MARKER: Final = re.compile(r"[-*+\d.)]")
_LINE_END: Final = re.compile(r"[ \t]*(?:\n|\Z)")
_LEFT_OUT_AUTOLINK: Final = re.compile(rf"(?<!\]\()(?<!\]: )<{LEFT_OUT_URL}>")
_DEFINITION: Final = re.compile(r"[ >]{0,100}\[[^\]]{1,999}\]: ")
"""What is before the destination in the definition of a link's reference."""

_HTML_LINE: Final = re.compile(r">[ \t\r]{0,20}\n\Z")
_TEXT_LINE: Final = re.compile(r"[ \t]*\r?\n[ \t]*[^ \t\r\n]")
_EMPHASIS: Final = ("*", "_")
_SPACES: Final = (" ", "\n")
_LEFT_OUT_PART: Final = re.compile(
    rf"""(?P<start>\]\(|=["']?)[^\s()"'<>]{{1,500}}?{LEFT_OUT_URL}[^\s()"'<>]{{0,500}}"""
)
_URL_START: Final = re.compile(
    r"""(?:\]\(|<[A-Za-z][^<>]{0,500}?\s(?:href|src)=["']?)"""
    r"""(?:\{\{[^{}]{0,100}\}\}|[^\s()"'<>{]){1,500}\Z"""
)
_MAX_URL_START: Final = 1000
_DESTINATION_END: Final = re.compile(r"[ \t)]")


class Placement(NamedTuple):
    """Where a tag is.

    Attributes:
        prefix: what lines of the same list item or quotation begin with.
        starts_line: whether only such a prefix is before it in its line.
        ends_line: whether nothing is after it in its line.
        in_table: whether its line is a row of a table.
        is_destination: whether it is all of a link's destination.
        in_angles: whether it is all that is between ``<`` and ``>``.
        in_html: whether it is alone in its line, in the middle of a block of HTML.
        in_emphasis: whether it is at the start or end of emphasis, beside a space, or all of it.
        in_url: whether it continues the URL of a link or picture.
    """

    prefix: str
    starts_line: bool
    ends_line: bool
    in_table: bool
    is_destination: bool
    in_angles: bool
    in_html: bool = False
    in_emphasis: bool = False
    in_url: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether nothing else is in the tag's line."""
        return self.starts_line and self.ends_line

    def place(self, html: str, *, is_html: bool = False) -> str:
        """Return HTML that takes the place of a tag: as a block, if the tag is alone in its line.

        Args:
            html: one line.
            is_html: whether the body is HTML.
        """
        is_block = self.is_alone and not (is_html or self.in_html)
        return self.place_block(html) if is_block else html

    def place_block(self, block: str, *, ends: bool = False) -> str:
        """Return a block that takes the place of a tag, with the blank lines that it needs.

        Args:
            block: its lines; without them, in a row of a table, they become one.
            ends: whether Markdown comes before the block, such as before the end of an alert.
        """
        if self.in_table:
            return " ".join(block.split("\n"))
        blank = self.prefix.rstrip()
        separator = f"\n{blank}\n{self.prefix}"
        before = separator if not self.starts_line else f"\n{self.prefix}" if ends else ""
        after = f"\n{blank}" if self.ends_line else separator
        return before + block.replace("\n", f"\n{self.prefix}") + after

    def leave_out(self) -> str:
        """Return what remains of a tag that is left out."""
        if self.in_angles or self.in_url:
            return LEFT_OUT_URL
        if self.in_html or self.in_emphasis:
            # An empty line would end the block, and what is indented below it would be code. The
            # sign of emphasis would be beside the space, and be none there.
            return "<!-- -->"
        return f"<{LEFT_OUT_URL}>" if self.is_destination else ""

    def dedent(self, text: str) -> str:
        """Return lines without the prefix that they have in the body."""
        if not self.prefix:
            return text
        prefix, spaces = self.prefix.rstrip(), len(self.prefix)
        lines = text.split("\n")
        for index, line in enumerate(lines):
            if prefix and line.startswith(prefix):
                lines[index] = line[len(prefix) :].removeprefix(" ")
            elif not prefix:
                lines[index] = line[min(spaces, len(line) - len(line.lstrip())) :]
        return "\n".join(lines)


class PlacementReader:
    """Finds the placements of tags, in the order of the body and in linear time."""

    def __init__(self, body: str) -> None:
        self._body = body
        self._position = 0
        self._html_end = -1
        self._start_line(0)

    def read(self, start: int, end: int) -> Placement:
        """Return the placement of the tag between two positions."""
        body = self._body
        if (newline := body.rfind("\n", self._position, start)) >= 0:
            self._start_line(newline + 1)
        self._position = start
        before = body[max(self._text, start - _MAX_URL_START) : start]
        return Placement(
            prefix=self._prefix,
            starts_line=self._text == start,
            ends_line=_LINE_END.match(body, end) is not None,
            in_table=self._in_table,
            is_destination=(
                body.startswith("](", max(0, start - 2))
                and _DESTINATION_END.match(body, end) is not None
            )
            or (self._destination == start and _LINE_END.match(body, end) is not None),
            in_angles=body.startswith("<", max(0, start - 1)) and body.startswith(">", end),
            in_emphasis=self._is_in_emphasis(start, end),
            in_html=self._follows_html and self._text == start and self._ends_in_html(end),
            in_url=before[-1:] not in ('"', "'", "(", "=") and bool(_URL_START.search(before)),
        )

    def _is_in_emphasis(self, start: int, end: int) -> bool:
        before, after = self._body[max(0, start - 1) : start], self._body[end : end + 1]
        if before in _EMPHASIS:
            return after in _EMPHASIS or after in _SPACES
        return before in _SPACES and after in _EMPHASIS and self._text < start

    def _ends_in_html(self, end: int) -> bool:
        """Return whether text is in the line after the tag; remember that it follows HTML."""
        if _TEXT_LINE.match(self._body, end) is None:
            return False
        self._html_end = self._body.find("\n", end) + 1
        return True

    def _start_line(self, position: int) -> None:
        match = _PREFIX.match(self._body, position)
        prefix = match[0] if match else ""
        self._text = position + len(prefix)
        self._prefix = _MARKER.sub(" ", prefix)
        self._in_table = self._body.startswith("|", self._text)
        definition = _DEFINITION.match(self._body, position)
        self._destination = definition.end() if definition else -1
        self._follows_html = self._html_end == position or (
            _HTML_LINE.search(self._body, max(0, position - 50), position) is not None
        )


def remove_left_out_urls(text: str) -> str:
    """Return Markdown or HTML in which URLs are left out of which a part is.

    Those in angle brackets that are no destination are removed.
    """
    if LEFT_OUT_URL not in text:
        return text
    text = _LEFT_OUT_PART.sub(
        lambda match: (
            match["start"] + (f"<{LEFT_OUT_URL}>" if match["start"] == "](" else LEFT_OUT_URL)
        ),
        text,
    )
    # In an empty list item, what follows would not belong to it.
    return _LEFT_OUT_AUTOLINK.sub("<!-- -->", text)


def pair_tags(tags: Iterable[tuple[int, str, bool]]) -> dict[int, int]:
    """Return the other tag of each pair.

    Args:
        tags: index, name, and whether it is the end of a pair, of each tag.
    """
    pairs: dict[int, int] = {}
    open_tags: dict[str, list[int]] = {}
    for index, name, is_end in tags:
        if not is_end:
            open_tags.setdefault(name, []).append(index)
        elif opened := open_tags.get(name):
            pairs[index] = opened.pop()
            pairs[pairs[index]] = index
    return pairs
