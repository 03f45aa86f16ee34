"""The lines of a graph: links between boxes as SVG paths. Pure.

Lines leave and reach the sides of boxes horizontally. The end points on a side are evenly spaced
and in an order in which the lines do not cross; no two lines share an end point.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newsgraph.server.pages.graph.select import Link

ARROWHEAD_LENGTH = 8.0

_ARROWHEAD_GAP = 2.0
"""Space between an arrowhead and the box that it points at."""

_DOT_RADIUS = 2.5
_CORNER_RADIUS = 10.0
_MAX_LANE_WIDTH = 8.0

Side: TypeAlias = Literal[-1, 1]
"""The left (-1) or the right (1) side of a box: the sign of the direction away from it."""


class Box(NamedTuple):
    """Position of the upper left corner of a rectangle, and its size, in layout units."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Vertical coordinate of the box's center."""
        return self.top + self.height / 2

    def side_x(self, side: Side) -> float:
        """Return the horizontal coordinate of a side."""
        return self.left if side < 0 else self.left + self.width


class EndPoint(NamedTuple):
    """The point where a line touches a box, and the side of the box."""

    x: float
    y: float
    side: Side


@dataclass(frozen=True, slots=True)
class LinkPath:
    """The line of a link.

    Attributes:
        link: the link.
        path: SVG path data of the line (SVG 2 section 9.3).
        marker_path: SVG path data of its markers: arrowheads at stories that are linked to, a
            dot at one that is not.
        end_points: where the line touches its source and its target.
    """

    link: Link
    path: str
    marker_path: str
    end_points: tuple[EndPoint, EndPoint]


def curve_paths(
    links: Sequence[Link], boxes: Mapping[int, Box], side: Side
) -> tuple[LinkPath, ...]:
    """Draw links between box 0 and a column of boxes as curves that do not cross.

    Args:
        links: links that have box 0 as source or target.
        boxes: all boxes by number.
        side: the side of box 0 where the column is.
    """
    ordered = sorted(links, key=lambda link: boxes[max(link.nodes)].middle)
    end_points = _spread_end_points(boxes[0], side, len(ordered))
    return tuple(
        _link_path(
            link,
            {
                0: end_point,
                max(link.nodes): _middle_end_point(boxes[max(link.nodes)], _opposite(side)),
            },
            _curve,
        )
        for link, end_point in zip(ordered, end_points, strict=True)
    )


def bracket_paths(
    links: Sequence[Link], boxes: Mapping[int, Box], side: Side, width: float
) -> tuple[LinkPath, ...]:
    """Draw links between boxes of one column as brackets on one side of it.

    Args:
        links: links between the boxes.
        boxes: all boxes by number.
        side: the side of the column.
        width: space for the brackets on this side.
    """
    links_at: dict[int, list[tuple[bool, float, Link]]] = defaultdict(list)
    for link in links:
        for node, other in (link.nodes, link.nodes[::-1]):
            is_downward = boxes[other].middle > boxes[node].middle
            # Of lines in the same direction, the longer ones enclose the shorter ones.
            links_at[node].append((is_downward, -boxes[other].middle, link))
    end_points: dict[Link, dict[int, EndPoint]] = {link: {} for link in links}
    for node, node_links in links_at.items():
        spread = _spread_end_points(boxes[node], side, len(node_links))
        in_order = sorted(node_links, key=lambda entry: entry[:2])
        for (_, _, link), end_point in zip(in_order, spread, strict=True):
            end_points[link][node] = end_point
    lanes = _assign_lanes(
        {
            link: sorted(end_point.y for end_point in by_node.values())
            for link, by_node in end_points.items()
        }
    )
    # Arrowheads need the innermost space, and lines have a width, too.
    free_width = width - ARROWHEAD_LENGTH - _ARROWHEAD_GAP - 4
    lane_width = min(_MAX_LANE_WIDTH, free_width / max(lanes.values(), default=1))

    def draw(link: Link) -> LinkPath:
        distance = ARROWHEAD_LENGTH + _ARROWHEAD_GAP + lane_width * lanes[link]
        x = end_points[link][link.source].x + side * distance
        return _link_path(link, end_points[link], partial(_bracket, x))

    return tuple(map(draw, links))


def bypass_paths(
    links: Sequence[Link], boxes: Mapping[int, Box], spacing: float
) -> tuple[LinkPath, ...]:
    """Draw links between the columns on both sides of box 0, above or below box 0.

    Args:
        links: links, each between a box on the left of box 0 and one on its right.
        boxes: all boxes by number.
        spacing: vertical distance between the lines at box 0.
    """
    story, paths, counts = boxes[0], [], {True: 0, False: 0}
    used: dict[int, int] = defaultdict(int)

    def mean_height(link: Link) -> float:
        return sum(boxes[node].middle for node in link.nodes) / 2

    for link in sorted(links, key=lambda link: abs(mean_height(link) - story.middle)):
        is_above = mean_height(link) <= story.middle
        counts[is_above] += 1
        distance = spacing * (counts[is_above] + 1)
        y_at_story = story.top - distance if is_above else story.top + story.height + distance
        end_points = {}
        for node in link.nodes:
            box = boxes[node]
            used[node] += 1
            offset = min(7.0 + 5 * used[node], box.height / 2 - 2)
            y = box.middle + (offset if y_at_story > box.middle else -offset)
            side: Side = 1 if box.left < story.left else -1
            end_points[node] = EndPoint(box.side_x(side), y, side)
        paths.append(_link_path(link, end_points, partial(_bypass, story, y_at_story)))
    return tuple(paths)


def _spread_end_points(box: Box, side: Side, count: int) -> list[EndPoint]:
    """Return evenly spaced end points on a side of a box, from top to bottom."""
    step = box.height / (count + 1)
    return [
        EndPoint(box.side_x(side), box.top + step * index, side) for index in range(1, count + 1)
    ]


def _assign_lanes(spans: Mapping[Link, Sequence[float]]) -> dict[Link, int]:
    """Assign each line a lane, numbered from 1 outward, so that overlapping lines do not touch.

    Args:
        spans: top and bottom of each line's vertical part.
    """
    lanes: dict[Link, int] = {}
    by_length = sorted(spans.items(), key=lambda item: item[1][1] - item[1][0])
    for link, (top, bottom) in by_length:
        overlapping = {
            lanes[other] for other in lanes if spans[other][0] < bottom and top < spans[other][1]
        }
        lanes[link] = max(overlapping, default=0) + 1
    return lanes


def _link_path(
    link: Link,
    end_points: Mapping[int, EndPoint],
    draw_line: Callable[[EndPoint, EndPoint], str],
) -> LinkPath:
    """Draw a link with its markers.

    Args:
        link: the link.
        end_points: end points of the line by node.
        draw_line: returns the path data of the line between two points.
    """
    source, target = end_points[link.source], end_points[link.target]
    start_marker = _arrowhead(source) if link.is_mutual else _dot(source)
    line_start = _inside_arrowhead(source) if link.is_mutual else source
    path = draw_line(line_start, _inside_arrowhead(target))
    return LinkPath(link, path, start_marker + _arrowhead(target), (source, target))


def _inside_arrowhead(end_point: EndPoint) -> EndPoint:
    """Return where a line with an arrowhead ends: within the arrowhead, not at its tip."""
    x = end_point.x + end_point.side * (_ARROWHEAD_GAP + ARROWHEAD_LENGTH - 1)
    return end_point._replace(x=x)


def _arrowhead(end_point: EndPoint) -> str:
    length = end_point.side * ARROWHEAD_LENGTH
    tip = _format_point(end_point.x + end_point.side * _ARROWHEAD_GAP, end_point.y)
    return f"M{tip}l{_format_point(length, -ARROWHEAD_LENGTH / 2)}v{ARROWHEAD_LENGTH:g}z"


def _dot(end_point: EndPoint) -> str:
    start = _format_point(end_point.x - _DOT_RADIUS, end_point.y)
    half_circle = f"a{_DOT_RADIUS:g} {_DOT_RADIUS:g} 0 1 0"
    return f"M{start}{half_circle} {2 * _DOT_RADIUS:g} 0{half_circle} {-2 * _DOT_RADIUS:g} 0"


def _curve(start: EndPoint, end: EndPoint) -> str:
    """Return a cubic Bézier curve that is horizontal at both ends."""
    bend = abs(start.x - end.x) / 2
    control_points = (_format_point(point.x + point.side * bend, point.y) for point in (start, end))
    return (
        f"M{_format_point(start.x, start.y)}C{' '.join(control_points)} "
        f"{_format_point(end.x, end.y)}"
    )


def _bracket(x: float, start: EndPoint, end: EndPoint) -> str:
    """Return a line that runs horizontally to `x`, vertically there, and back.

    Its corners are rounded.
    """
    direction = 1 if end.y > start.y else -1
    radius = min(_CORNER_RADIUS, abs(end.y - start.y) / 2, abs(x - start.x), abs(x - end.x))
    corner_x = x - start.side * radius
    return (
        f"M{_format_point(start.x, start.y)}H{_format_number(corner_x)}"
        f"Q{_format_point(x, start.y)} {_format_point(x, start.y + direction * radius)}"
        f"V{_format_number(end.y - direction * radius)}"
        f"Q{_format_point(x, end.y)} {_format_point(corner_x, end.y)}H{_format_number(end.x)}"
    )


def _bypass(story: Box, y: float, start: EndPoint, end: EndPoint) -> str:
    """Return a line that passes above or below a box, horizontally at the height `y`."""
    (start_x, start_bend), (end_x, end_bend) = (
        (
            story.side_x(_opposite(point.side)),
            point.side * abs(story.side_x(_opposite(point.side)) - point.x) / 2,
        )
        for point in (start, end)
    )
    return (
        f"M{_format_point(start.x, start.y)}C{_format_point(start.x + start_bend, start.y)} "
        f"{_format_point(start_x - start_bend, y)} {_format_point(start_x, y)}"
        f"H{_format_number(end_x)}C{_format_point(end_x - end_bend, y)} "
        f"{_format_point(end.x + end_bend, end.y)} {_format_point(end.x, end.y)}"
    )


def _format_point(x: float, y: float) -> str:
    return f"{_format_number(x)} {_format_number(y)}"


def _format_number(number: float) -> str:
    return f"{round(number, 1):.10g}"


def _opposite(side: Side) -> Side:
    return 1 if side < 0 else -1


def _middle_end_point(box: Box, side: Side) -> EndPoint:
    return EndPoint(box.side_x(side), box.middle, side)
