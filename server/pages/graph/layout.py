"""The layout of an article's graph: positions of cards, and the lines between them. Pure.

All lengths are in layout units, sixteenths of the graph's own font size, and count from the
upper left corner. The cards are HTML, which pages.css puts where this module says; the lines are
SVG below them. There are two layouts: the wide one has three columns, for earlier stories, the
page's article, and later stories; the narrow one has one column with lines on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.server.pages.graph.svg_paths import (
    Box,
    LinkPath,
    bracket_paths,
    bypass_paths,
    curve_paths,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsgraph.server.pages.graph.neighbors import Neighbor
    from newsgraph.server.pages.graph.select import StoryGraph

CARD_HEIGHT, LARGE_CARD_HEIGHT, STORY_HEIGHT, HEADING_HEIGHT = 100, 184, 176, 28
"""Heights of a card, of one with a large image, of the article in the wide layout, of a heading."""

GAPS = (10, 22, 40)
"""Gaps between stories less than half a day apart, less than three days, and more."""

OUTER_MARGIN, SIDE_WIDTH, GUTTER_WIDTH, STORY_WIDTH = 24, 228, 64, 152
"""Widths in the wide layout: beside the columns, a side's column, between columns, the article."""

BYPASS_SPACING = 8
"""Distance between lines that pass above or below the article."""

LEFT_MARGIN, COLUMN_WIDTH, RIGHT_MARGIN = 44, 252, 24
"""Widths in the narrow layout: left of the cards, a card on the smallest phone, right of them."""

_HALF_DAY_SECONDS = 43_200.0


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """A layout of the graph.

    Attributes:
        width, height: size of the graph in layout units.
        boxes: positions and sizes of the article (0) and of its neighbors, by number.
        link_paths: lines between the article and its neighbors.
        cross_link_paths: lines among the neighbors, which are drawn below the others.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    link_paths: tuple[LinkPath, ...]
    cross_link_paths: tuple[LinkPath, ...]

    @property
    def column_left(self) -> float:
        """Left edge of the cards in a layout with a single column."""
        return self.boxes[0].left

    @property
    def column_right(self) -> float:
        """Right edge of the cards in a layout with a single column."""
        return self.boxes[0].left + self.boxes[0].width


def large_cards(graph: StoryGraph) -> frozenset[int]:
    """Return the numbers of the neighbors with a large image.

    On each side that is the neighbor with the best quality, if it has an image and no other
    neighbor there is as good.
    """
    numbers, first_number = [], 1
    for side in (graph.earlier, graph.later):
        best_two = sorted((neighbor.quality or 0 for neighbor in side), reverse=True)[:2]
        if len(best_two) == 2 and best_two[0] > best_two[1]:
            numbers += [
                number
                for number, neighbor in enumerate(side, first_number)
                if neighbor.quality == best_two[0] and neighbor.image_url
            ]
        first_number += len(side)
    return frozenset(numbers)


def gap_index(first: datetime | None, second: datetime | None) -> int:
    """Return the index in `GAPS` of the gap between two stories; 0 if a time is unknown."""
    if first is None or second is None:
        return 0
    seconds = abs((second - first).total_seconds())
    return 0 if seconds < _HALF_DAY_SECONDS else 1 if seconds < 6 * _HALF_DAY_SECONDS else 2


def wide_layout(graph: StoryGraph, large: frozenset[int]) -> GraphLayout:
    """Return the layout for wide screens: three columns, or two if one side is empty.

    Args:
        graph: the graph.
        large: numbers of the neighbors with a large image, from `large_cards`.
    """
    earlier_count = len(graph.earlier)
    columns = [
        _stack(_card_heights(side, first_number, large), HEADING_HEIGHT if side else 0)
        for side, first_number in ((graph.earlier, 1), (graph.later, earlier_count + 1))
    ]
    links_within_sides = [
        tuple(link for link in graph.cross_links if link.sides(earlier_count) == sides)
        for sides in ({False}, {True})
    ]
    links_across = [link for link in graph.cross_links if len(link.sides(earlier_count)) > 1]
    # Lines across pass above or below the article, so it needs space on both sides.
    min_height = STORY_HEIGHT + 2 * BYPASS_SPACING * (len(links_across) + 2)
    height = max(min_height, *(column_height for _, column_height in columns))
    left_width = OUTER_MARGIN + SIDE_WIDTH + GUTTER_WIDTH if graph.earlier else 0
    right_width = GUTTER_WIDTH + SIDE_WIDTH + OUTER_MARGIN if graph.later else 0
    boxes = {0: Box(left_width, (height - STORY_HEIGHT) / 2, STORY_WIDTH, STORY_HEIGHT)}
    for (cards, column_height), x in zip(
        columns,
        (left_width - GUTTER_WIDTH - SIDE_WIDTH, left_width + STORY_WIDTH + GUTTER_WIDTH),
        strict=True,
    ):
        top = (height - column_height) / 2
        boxes |= {
            number: Box(x, top + y, SIDE_WIDTH, card_height)
            for number, (y, card_height) in cards.items()
        }
    return GraphLayout(
        left_width + STORY_WIDTH + right_width,
        height,
        tuple(boxes[number] for number in sorted(boxes)),
        (
            *curve_paths(graph.links[:earlier_count], boxes, -1),
            *curve_paths(graph.links[earlier_count:], boxes, 1),
        ),
        (
            *bypass_paths(links_across, boxes, BYPASS_SPACING),
            *bracket_paths(links_within_sides[0], boxes, -1, OUTER_MARGIN),
            *bracket_paths(links_within_sides[1], boxes, 1, OUTER_MARGIN),
        ),
    )


def narrow_layout(graph: StoryGraph) -> GraphLayout:
    """Return the layout for phones: one column in chronological order, including the article."""
    stories: list[tuple[int, float, datetime | None]] = [
        *(
            (number, CARD_HEIGHT, neighbor.published_at)
            for number, neighbor in enumerate(graph.earlier, 1)
        ),
        (0, CARD_HEIGHT, graph.published_at),
        *(
            (number, CARD_HEIGHT, neighbor.published_at)
            for number, neighbor in enumerate(graph.later, len(graph.earlier) + 1)
        ),
    ]
    cards, height = _stack(stories, 0)
    boxes = {
        number: Box(LEFT_MARGIN, y, COLUMN_WIDTH, card_height)
        for number, (y, card_height) in cards.items()
    }
    return GraphLayout(
        LEFT_MARGIN + COLUMN_WIDTH + RIGHT_MARGIN,
        height,
        tuple(boxes[number] for number in sorted(boxes)),
        bracket_paths(graph.links, boxes, -1, LEFT_MARGIN),
        bracket_paths(graph.cross_links, boxes, 1, RIGHT_MARGIN),
    )


def _card_heights(
    side: Iterable[Neighbor], first_number: int, large: frozenset[int]
) -> list[tuple[int, float, datetime | None]]:
    """Return number, height and time of the cards on a side, as `_stack` takes them."""
    return [
        (
            number,
            LARGE_CARD_HEIGHT if number in large else CARD_HEIGHT,
            neighbor.published_at,
        )
        for number, neighbor in enumerate(side, first_number)
    ]


def _stack(
    stories: Iterable[tuple[int, float, datetime | None]], top: float
) -> tuple[dict[int, tuple[float, float]], float]:
    """Stack cards in a column, with gaps according to their times.

    Args:
        stories: number, height and time of each card, from top to bottom.
        top: where the first card starts.

    Returns:
        Top and height of each card by number, and the height of the column.
    """
    cards: dict[int, tuple[float, float]] = {}
    y, previous = top, None
    for number, height, published_at in stories:
        y += GAPS[gap_index(previous, published_at)] if cards else 0
        cards[number] = (y, height)
        y, previous = y + height, published_at
    return cards, y
