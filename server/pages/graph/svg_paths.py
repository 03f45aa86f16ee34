"""The lines of a picture: links between boxes, as SVG paths. Pure.

Lines leave and arrive at the sides of boxes, level, and share no place there: each side has as
many places as lines, in the order in which they do not cross.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newsgraph.server.pages.graph.select import Link

HEAD = 8.0
"""How long an arrowhead is."""

_AIR = 2.0  # between an arrowhead and what it points at
_DOT = 2.5
_ROUND = 10.0
_LANE = 8.0

Side: TypeAlias = Literal[-1, 1]
"""The left or the right side of a box: which way is away from it."""


class Box(NamedTuple):
    """Where something is, from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return self.top + self.height / 2

    def side(self, side: Side) -> float:
        """Return where one of its sides is."""
        return self.left if side < 0 else self.left + self.width


class End(NamedTuple):
    """Where a line touches a box, and on which side of it."""

    x: float
    y: float
    side: Side


@dataclass(frozen=True, slots=True)
class Line:
    """A link as it is drawn.

    Attributes:
        link: which.
        path: the line, as SVG has it (SVG 2 section 9.3).
        heads: its ends, likewise: arrowheads at stories that are linked to, dots at others.
        ends: where it touches its source and its target.
    """

    link: Link
    path: str
    heads: str
    ends: tuple[End, End]


def threads(links: Sequence[Link], boxes: Mapping[int, Box], side: Side) -> tuple[Line, ...]:
    """Draw links between box 0 and a column on one side of it, as curves that do not cross.

    Args:
        links: each has box 0 at one end.
        boxes: where all are, by number.
        side: where the column is.
    """
    ordered = sorted(links, key=lambda link: boxes[max(link.ends)].middle)
    return tuple(
        _line(link, {0: end, max(link.ends): _end(boxes[max(link.ends)], _other(side))}, _curve)
        for link, end in zip(ordered, _places(boxes[0], side, len(ordered)), strict=True)
    )


def bows(
    links: Sequence[Link], boxes: Mapping[int, Box], side: Side, room: float
) -> tuple[Line, ...]:
    """Draw links between boxes of one column, beside it.

    Args:
        links: between these.
        boxes: where all are, by number.
        side: on which side of the column.
        room: how much is there.
    """
    touching: dict[int, list[tuple[bool, float, Link]]] = defaultdict(list)
    for link in links:
        for one, other in (link.ends, link.ends[::-1]):
            down = boxes[other].middle > boxes[one].middle
            # Of lines that go the same way, the one that goes farther is around the other.
            touching[one].append((down, -boxes[other].middle, link))
    ends: dict[Link, dict[int, End]] = {link: {} for link in links}
    for number, lines in touching.items():
        places = _places(boxes[number], side, len(lines))
        for (_, _, link), end in zip(sorted(lines, key=lambda one: one[:2]), places, strict=True):
            ends[link][number] = end
    lanes = _lanes({link: sorted(end.y for end in both.values()) for link, both in ends.items()})
    # Arrowheads need the innermost room; a line's own width stays within, too.
    step = min(_LANE, (room - HEAD - _AIR - 4) / max(lanes.values(), default=1))

    def bow(link: Link) -> Line:
        x = ends[link][link.source].x + side * (HEAD + _AIR + step * lanes[link])
        return _line(link, ends[link], partial(_bow, x))

    return tuple(map(bow, links))


def over(links: Sequence[Link], boxes: Mapping[int, Box], step: float) -> tuple[Line, ...]:
    """Draw links between the columns on both sides of box 0: above it or below it.

    Args:
        links: each between a box on its left and one on its right.
        boxes: where all are, by number.
        step: how far apart they pass.
    """
    story, found, passed = boxes[0], [], {True: 0, False: 0}
    used: dict[int, int] = defaultdict(int)

    def height(link: Link) -> float:
        return sum(boxes[end].middle for end in link.ends) / 2

    for link in sorted(links, key=lambda link: abs(height(link) - story.middle)):
        above = height(link) <= story.middle
        passed[above] += 1
        out = step * (passed[above] + 1)
        level = story.top - out if above else story.top + story.height + out
        ends = {}
        for number in link.ends:
            box = boxes[number]
            used[number] += 1
            away = min(7.0 + 5 * used[number], box.height / 2 - 2)
            y = box.middle + (away if level > box.middle else -away)
            side: Side = 1 if box.left < story.left else -1
            ends[number] = End(box.side(side), y, side)
        found.append(_line(link, ends, partial(_passing, story, level)))
    return tuple(found)


def _places(box: Box, side: Side, number: int) -> list[End]:
    """Return so many places on a side of a box, from above down, evenly spread."""
    step = box.height / (number + 1)
    return [End(box.side(side), box.top + step * n, side) for n in range(1, number + 1)]


def _lanes(spans: Mapping[Link, Sequence[float]]) -> dict[Link, int]:
    """Return how far out each line goes, so that those that pass each other do so side by side.

    Args:
        spans: from where down to where each goes.
    """
    lanes: dict[Link, int] = {}
    for link, (top, bottom) in sorted(spans.items(), key=lambda one: one[1][1] - one[1][0]):
        beside = {lanes[one] for one in lanes if spans[one][0] < bottom and top < spans[one][1]}
        lanes[link] = max(beside, default=0) + 1
    return lanes


def _line(link: Link, ends: Mapping[int, End], drawn: Callable[[End, End], str]) -> Line:
    source, target = ends[link.source], ends[link.target]
    start = _head(source) if link.mutual else _dot(source)
    path = drawn(_behind(source) if link.mutual else source, _behind(target))
    return Line(link, path, start + _head(target), (source, target))


def _behind(end: End) -> End:
    """Return where a line ends that has an arrowhead: within the head, not at its tip."""
    return end._replace(x=end.x + end.side * (_AIR + HEAD - 1))


def _head(end: End) -> str:
    back = end.side * HEAD
    return f"M{_xy(end.x + end.side * _AIR, end.y)}l{_xy(back, -HEAD / 2)}v{HEAD:g}z"


def _dot(end: End) -> str:
    half = f"a{_DOT:g} {_DOT:g} 0 1 0"
    return f"M{_xy(end.x - _DOT, end.y)}{half} {2 * _DOT:g} 0{half} {-2 * _DOT:g} 0"


def _curve(one: End, other: End) -> str:
    bend = abs(one.x - other.x) / 2
    first, second = (_xy(end.x + end.side * bend, end.y) for end in (one, other))
    return f"M{_xy(one.x, one.y)}C{first} {second} {_xy(other.x, other.y)}"


def _bow(x: float, one: End, other: End) -> str:
    """Return a line that goes level to `x`, down or up there, and back, with round corners."""
    down = 1 if other.y > one.y else -1
    rounded = min(_ROUND, abs(other.y - one.y) / 2, abs(x - one.x), abs(x - other.x))
    near = x - one.side * rounded
    return (
        f"M{_xy(one.x, one.y)}H{_n(near)}Q{_xy(x, one.y)} {_xy(x, one.y + down * rounded)}"
        f"V{_n(other.y - down * rounded)}Q{_xy(x, other.y)} {_xy(near, other.y)}H{_n(other.x)}"
    )


def _passing(story: Box, level: float, one: End, other: End) -> str:
    """Return a line that passes a box above or below it, level there."""
    first, second = (
        (story.side(_other(end.side)), end.side * abs(story.side(_other(end.side)) - end.x) / 2)
        for end in (one, other)
    )
    return (
        f"M{_xy(one.x, one.y)}C{_xy(one.x + first[1], one.y)} {_xy(first[0] - first[1], level)} "
        f"{_xy(first[0], level)}H{_n(second[0])}C{_xy(second[0] - second[1], level)} "
        f"{_xy(other.x + second[1], other.y)} {_xy(other.x, other.y)}"
    )


def _xy(x: float, y: float) -> str:
    return f"{_n(x)} {_n(y)}"


def _n(number: float) -> str:
    return f"{round(number, 1):.10g}"


def _other(side: Side) -> Side:
    return 1 if side < 0 else -1


def _end(box: Box, side: Side) -> End:
    return End(box.side(side), box.middle, side)
