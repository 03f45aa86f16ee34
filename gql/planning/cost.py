"""What an operation can cost: how many objects it can return at most. Pure.

Each object counts one, as at GitHub. A page counts as many rows as it was asked for, a list
without ``first`` is taken to have a few, and what is asked of each row counts once for each.
The count is made from the plan, before any statement runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import (
    PAGE_SIZE,
    Arguments,
    Choice,
    Edge,
    Edges,
    Facet,
    Facets,
    Log,
    LogRows,
    Node,
    Page,
    Selection,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

ASSUMED_LIST: Final = 5
"""How many objects a list without ``first`` is taken to have: a file bounds it, not we."""

MOST_SAID: Final = 10**15
"""A number that every client still reads as it is (RFC 8259 section 6)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """How many objects can be returned.

    Attributes:
        total: all of them.
        path: the keys down to the dearest field, the one that returns most objects itself.
        own: how many those are.
    """

    total: int
    path: tuple[str, ...]
    own: int


def cost(selection: Selection) -> Cost:
    """Return what a selection of ``Query`` can cost."""
    return _said(_of_items("Query", selection.items))


def together(costs: Iterable[Cost]) -> Cost:
    """Return what several root fields cost together."""
    found = list(costs)
    dearest = max(found, key=lambda one: one.own, default=Cost(0, (), 0))
    return Cost(sum(one.total for one in found), dearest.path, dearest.own)


def too_dear(found: Cost, most: int) -> str:
    """Return the message for people about an operation that costs more than `most`."""
    return (
        f"This operation can return {_number(found.total)} objects, and at most {most:,} are "
        f"allowed. The dearest is {'.'.join(found.path)} with {_number(found.own)}; "
        "ask for fewer with `first`."
    )


def _number(number: int) -> str:
    return f"{number:,}" if number <= MOST_SAID else f"more than {MOST_SAID:,}"


class _Part(NamedTuple):
    """A part of the tree: what it costs, and the dearest field in it.

    A trail is the first key of its path and the trail of the rest: joined only once, at the
    end, so that a deep tree takes no longer than its size.
    """

    total: int
    own: int
    trail: _Trail | None


class _Trail(NamedTuple):
    key: str
    rest: _Trail | None


_NOTHING: Final = _Part(0, 0, None)


def _said(part: _Part) -> Cost:
    keys, trail = [], part.trail
    while trail is not None:
        # Keys of our own are in no answer.
        keys += [] if trail.key.startswith("@") else [trail.key]
        trail = trail.rest
    return Cost(part.total, tuple(keys), part.own)


def _with(one: _Part, other: _Part) -> _Part:
    dearest = other if other.own > one.own else one
    return _Part(one.total + other.total, dearest.own, dearest.trail)


def _within(key: str, part: _Part) -> _Part:
    return _Part(part.total, part.own, _Trail(key, part.trail))


def _times(number: int, part: _Part) -> _Part:
    return _Part(number * part.total, number * part.own, part.trail)


_OBJECT: Final = _Part(1, 1, None)


def _of_items(entity: str, items: Iterable[object]) -> _Part:
    """Return what one object's items cost, without the object itself."""
    found = _NOTHING
    for item in items:
        if isinstance(item, Edge):
            found = _with(found, _within(item.key, _of_edge(entity, item)))
    return found


def _of_edge(entity: str, edge: Edge) -> _Part:
    arguments = edge.arguments
    assert isinstance(arguments, Arguments)  # noqa: S101 - slots are the store's own affair
    match edge.to:
        case Page(items):
            return _of_page(ENTITIES[entity].edges[edge.name].target, items, _rows(arguments))
        case Selection(items):
            reached = ENTITIES[entity].edges[edge.name]
            number = 1 if reached.shape == "one" else _rows(arguments, ASSUMED_LIST)
            return _times(number, _with(_OBJECT, _of_items(reached.target, items)))
        case Choice():
            return _times(_rows(arguments), _of_choice(edge.to))
        case Log(items):
            return _of_log(items, _rows(arguments))


def _rows(arguments: Arguments, unsaid: int = PAGE_SIZE) -> int:
    match arguments:
        case Arguments(by=("ids", tuple(ids))):
            return len(ids)
        case Arguments(last=int(last)):
            return last
        case Arguments(first=int(first)):
            return first
    return unsaid


def _of_page(target: str, items: Iterable[object], rows: int) -> _Part:
    nodes, found = 0, _NOTHING
    for item in items:
        match item:
            case Edges(key, parts):
                for part in parts:
                    if isinstance(part, Node):
                        nodes += 1
                        inner = _of_items(target, part.selection.items)
                        found = _with(found, _within(key, _within(part.key, _times(rows, inner))))
            case Facets(key, facets):
                for facet in facets:
                    if isinstance(facet, Facet):
                        found = _with(found, _within(key, _of_facet(facet)))
    # Its rows are looked at for what else it tells, too.
    own = rows * max(nodes, 1)
    return _with(_Part(own, own, None), found)


def _of_facet(facet: Facet) -> _Part:
    found = _OBJECT
    for item in facet.items:
        if isinstance(item, Edge) and isinstance(item.to, Selection):
            inner = _of_items(FACETS[facet.name].entity or "", item.to.items)
            found = _with(found, _within(item.key, _with(_OBJECT, inner)))
    return _within(facet.key, _times(facet.first, found))


def _of_choice(choice: Choice) -> _Part:
    """Return what a row costs if it is of the dearest kind."""
    found = _NOTHING
    for entity, selection in choice.of:
        found = max(found, _of_items(entity, selection.items), key=lambda one: one.total)
    return _with(_OBJECT, found)


def _of_log(items: Iterable[object], rows: int) -> _Part:
    found = _NOTHING
    for item in items:
        if isinstance(item, LogRows):
            found = _with(found, _within(item.key, _times(rows, _of_change(item))))
    return found


def _of_change(changes: LogRows) -> _Part:
    found = _OBJECT
    for item in changes.items:
        if isinstance(item, Edge):
            match item.to:
                case Choice():
                    inner = _of_choice(item.to)
                case Selection(items):
                    inner = _with(_OBJECT, _of_items("Article", items))
                case _:
                    continue
            found = _with(found, _within(item.key, inner))
    return found
