"""The picture of a story's coverage: where its cards are, and the lines between them. Pure.

All is measured in units of a sixteenth of the picture's own font size, from its upper left
corner. The cards are HTML, which pages.css puts where this module says they are; the lines are
SVG below them. There are two forms. The wide one has three columns: what came earlier, the
story, what came later. The narrow one has one column, with lines on both sides of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.server.pages.graph.svg_paths import Box, Line, bows, over, threads

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsgraph.server.pages.graph.neighbours import Neighbour
    from newsgraph.server.pages.graph.select import Coverage

CARD, LEAD, STORY, HEADING = 100, 184, 176, 28
"""How high a card is, one with a large picture, the story's own in the wide form, a heading."""

GAPS = (10, 22, 40)
"""How much is between two stories less than half a day apart, less than three days, and more."""

OUTER, SIDE, GUTTER, MIDDLE = 24, 228, 64, 152
"""Across the wide form: beside the columns, a side's column, between columns, the story's."""

PASS = 8
"""How far apart lines are that pass the story."""

LEFT, COLUMN, RIGHT = 44, 252, 24
"""Across the narrow form: left of the cards, a card on the smallest phone, right of them."""

_HALF_A_DAY = 43_200.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """One form of the picture.

    Attributes:
        width, height: of the whole.
        boxes: of the story (0) and of its neighbours, by their numbers.
        lines: between the story and its neighbours.
        fine: those among its neighbours; they lie below the others.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    fine: tuple[Line, ...]

    @property
    def left(self) -> float:
        """Where the cards of a single column begin."""
        return self.boxes[0].left

    @property
    def right(self) -> float:
        """Where the cards of a single column end."""
        return self.boxes[0].left + self.boxes[0].width


def leads(coverage: Coverage) -> frozenset[int]:
    """Return the numbers of the stories with a large picture: the best of each side, if one is."""
    found, first = [], 1
    for side in (coverage.earlier, coverage.later):
        best = sorted((one.quality or 0 for one in side), reverse=True)[:2]
        if len(best) == 2 and best[0] > best[1]:
            numbered = enumerate(side, first)
            found += [n for n, one in numbered if one.quality == best[0] and one.image]
        first += len(side)
    return frozenset(found)


def gap(one: datetime | None, other: datetime | None) -> int:
    """Return which of `GAPS` is between stories of these times; the first where one has none."""
    if one is None or other is None:
        return 0
    seconds = abs((other - one).total_seconds())
    return 0 if seconds < _HALF_A_DAY else 1 if seconds < 6 * _HALF_A_DAY else 2


def wide(coverage: Coverage, large: frozenset[int]) -> Drawing:
    """Draw the form for screens: three columns, or two where one side is empty.

    Args:
        coverage: what is drawn.
        large: the numbers of the cards with a large picture, as `leads` returns them.
    """
    middle = len(coverage.earlier)
    columns = [
        _stacked(_cards(side, first, large), HEADING if side else 0)
        for side, first in ((coverage.earlier, 1), (coverage.later, middle + 1))
    ]
    beside = [
        tuple(link for link in coverage.among if link.sides(middle) == sides)
        for sides in ({False}, {True})
    ]
    across = [link for link in coverage.among if len(link.sides(middle)) > 1]
    # Lines across pass above or below the story, so it needs room on both sides.
    around = STORY + 2 * PASS * (len(across) + 2)
    height = max(around, *(total for _, total in columns))
    left = OUTER + SIDE + GUTTER if coverage.earlier else 0
    right = GUTTER + SIDE + OUTER if coverage.later else 0
    boxes = {0: Box(left, (height - STORY) / 2, MIDDLE, STORY)}
    for (cards, total), x in zip(
        columns, (left - GUTTER - SIDE, left + MIDDLE + GUTTER), strict=True
    ):
        top = (height - total) / 2
        boxes |= {number: Box(x, top + y, SIDE, h) for number, (y, h) in cards.items()}
    return Drawing(
        left + MIDDLE + right,
        height,
        tuple(boxes[number] for number in sorted(boxes)),
        (*threads(coverage.links[:middle], boxes, -1), *threads(coverage.links[middle:], boxes, 1)),
        (
            *over(across, boxes, PASS),
            *bows(beside[0], boxes, -1, OUTER),
            *bows(beside[1], boxes, 1, OUTER),
        ),
    )


def narrow(coverage: Coverage) -> Drawing:
    """Draw the form for phones: one column in the order of time, this story in its place."""
    stories: list[tuple[int, float, datetime | None]] = [
        *((n, CARD, one.published) for n, one in enumerate(coverage.earlier, 1)),
        (0, CARD, coverage.published),
        *(
            (n, CARD, one.published)
            for n, one in enumerate(coverage.later, len(coverage.earlier) + 1)
        ),
    ]
    cards, height = _stacked(stories, 0)
    boxes = {number: Box(LEFT, y, COLUMN, h) for number, (y, h) in cards.items()}
    return Drawing(
        LEFT + COLUMN + RIGHT,
        height,
        tuple(boxes[number] for number in sorted(boxes)),
        bows(coverage.links, boxes, -1, LEFT),
        bows(coverage.among, boxes, 1, RIGHT),
    )


def _cards(
    side: Iterable[Neighbour], first: int, large: frozenset[int]
) -> list[tuple[int, float, datetime | None]]:
    return [
        (number, LEAD if number in large else CARD, one.published)
        for number, one in enumerate(side, first)
    ]


def _stacked(
    stories: Iterable[tuple[int, float, datetime | None]], top: float
) -> tuple[dict[int, tuple[float, float]], float]:
    """Return the top and height of each card of a column, and how high the column is."""
    found: dict[int, tuple[float, float]] = {}
    y, last = top, None
    for number, height, published in stories:
        y += GAPS[gap(last, published)] if found else 0
        found[number] = (y, height)
        y, last = y + height, published
    return found, y
