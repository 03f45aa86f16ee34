"""A line of a file with a caret under a column, as compilers show it.

What is shown never has control characters, and the caret is at the right place also after tabs,
wide characters and those without a width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from newsgraph.server.cli.output import escape_unprintable

TAB_WIDTH: Final = 4
"""A tab ends at the next multiple of this number of cells."""

ELLIPSIS: Final = "…"
"""Is shown where a line is cut."""


@dataclass(frozen=True, slots=True)
class SourceExcerpt:
    """A line as a terminal can show it.

    Attributes:
        text: the line, or the part of it around a column.
        caret_offset: how many cells precede that column in `text`.
    """

    text: str
    caret_offset: int


def excerpt_line(line: str, column: int, width: int) -> SourceExcerpt | None:
    """Return the part of a line around a column.

    Args:
        line: the line, without its end.
        column: counted from 1, in characters.
        width: how many cells text and caret may have, at least 10.

    Returns:
        None if the line is blank, or has no such column.
    """
    if not line.strip() or column > len(line) + 1:
        return None
    index = column - 1
    # More than is shown, so that lines of any length take no time.
    first, last = max(index - width, 0), min(index + width, len(line))
    before = _to_cells(line[first:index])
    after = _to_cells(line[index:last], offset=_width(before))
    # The text from the column on has at least half of the width, and what the text before leaves.
    right = max(width - _width(before) - (first > 0), width // 2)
    after, after_is_cut = _fit(after, right, is_cut=last < len(line))
    # A caret behind the line's end needs a cell, too.
    left = width - max(_width(after) + after_is_cut, 1)
    before, before_is_cut = _fit(before[::-1], left, is_cut=first > 0)
    start = ELLIPSIS * before_is_cut + "".join(reversed(before))
    end = "".join(after) + ELLIPSIS * after_is_cut
    return SourceExcerpt((start + end).rstrip(), _width(before) + before_is_cut)


def _to_cells(text: str, offset: int = 0) -> list[str]:
    """Return what is shown for each character with those that have no width after it.

    Args:
        text: the characters.
        offset: how many cells precede them.
    """
    cells: list[str] = []
    for char in text:
        is_tab = char == "\t"
        shown = " " * (TAB_WIDTH - offset % TAB_WIDTH) if is_tab else escape_unprintable(char)
        if cells and cell_len(shown) == 0:
            # It can also make the character before it wider.
            offset -= cell_len(cells[-1])
            cells[-1] += shown
            offset += cell_len(cells[-1])
        else:
            cells.append(shown)
            offset += cell_len(shown)
    return cells


def _width(cells: list[str]) -> int:
    return sum(map(cell_len, cells))


def _fit(cells: list[str], width: int, *, is_cut: bool) -> tuple[list[str], bool]:
    """Return the first cells that fit into a width, and whether others are left out.

    Args:
        cells: the characters as they are shown.
        width: the width, in which an ellipsis has to fit, too, if others are left out.
        is_cut: whether others were already left out.
    """
    if not is_cut and _width(cells) <= width:
        return cells, False
    used = 0
    for count, shown in enumerate(cells):
        used += cell_len(shown)
        if used >= width:
            return cells[:count], True
    return cells, True
