"""Estimates the cost of an operation: how many objects it can return at most. No I/O.

Each object costs one, as in GitHub's API. A page costs its requested number of rows, a list
without ``first`` an assumed length, and what is selected from each row is multiplied by the
number of rows. A list that is computed costs as many objects as could be read in that time. The
estimate is made from the plan, before any statement runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import (
    DEFAULT_PAGE_SIZE,
    ChangeLogPage,
    ChangeRows,
    Edge,
    EdgeArguments,
    Edges,
    Facet,
    Facets,
    Node,
    Page,
    Selection,
    UnionSelection,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

ASSUMED_LIST_LENGTH: Final = 5
"""Assumed number of objects in a list without ``first``; only the imported file limits it."""

MAX_REPORTED_COST: Final = 10**15
"""The largest reported number; JSON clients read it exactly (RFC 8259 section 6)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """How many objects an operation or a root field can return.

    Attributes:
        total: number of all objects.
        costliest_path: response keys down to the field that returns the most objects itself.
        costliest_count: number of objects of that field.
    """

    total: int
    costliest_path: tuple[str, ...]
    costliest_count: int


def estimate_cost(selection: Selection) -> Cost:
    """Return the cost of a selection of ``Query``."""
    return _to_cost(_items_cost("Query", selection.items))


def sum_costs(costs: Iterable[Cost]) -> Cost:
    """Return the cost of several root fields together."""
    costs = list(costs)
    costliest = max(costs, key=lambda cost: cost.costliest_count, default=Cost(0, (), 0))
    total = sum(cost.total for cost in costs)
    return Cost(total, costliest.costliest_path, costliest.costliest_count)


def cost_limit_message(cost: Cost, max_cost: int) -> str:
    """Return the error message for an operation that costs more than `max_cost`."""
    return (
        f"This operation can return {_format_number(cost.total)} objects, and at most "
        f"{max_cost:,} are allowed. The most expensive field is "
        f"{'.'.join(cost.costliest_path)} with {_format_number(cost.costliest_count)}; "
        "ask for fewer with `first`."
    )


def _format_number(number: int) -> str:
    return f"{number:,}" if number <= MAX_REPORTED_COST else f"more than {MAX_REPORTED_COST:,}"


class _SubtreeCost(NamedTuple):
    """The cost of a part of the selection tree.

    Attributes:
        total: number of objects in the subtree.
        costliest_count: number of objects of the costliest field in it.
        costliest_path: path to that field. It is a linked list that is joined only once, at the
            end, so that the time for a deep tree is linear in its size.
    """

    total: int
    costliest_count: int
    costliest_path: _PathNode | None


class _PathNode(NamedTuple):
    key: str
    rest: _PathNode | None


_ZERO: Final = _SubtreeCost(0, 0, None)
_ONE_OBJECT: Final = _SubtreeCost(1, 1, None)


def _to_cost(subtree: _SubtreeCost) -> Cost:
    keys, node = [], subtree.costliest_path
    while node is not None:
        # Internal keys are not in the response.
        keys += [] if node.key.startswith("@") else [node.key]
        node = node.rest
    return Cost(subtree.total, tuple(keys), subtree.costliest_count)


def _add(left: _SubtreeCost, right: _SubtreeCost) -> _SubtreeCost:
    costliest = right if right.costliest_count > left.costliest_count else left
    return _SubtreeCost(
        left.total + right.total, costliest.costliest_count, costliest.costliest_path
    )


def _prefix_path(key: str, subtree: _SubtreeCost) -> _SubtreeCost:
    path = _PathNode(key, subtree.costliest_path)
    return _SubtreeCost(subtree.total, subtree.costliest_count, path)


def _multiply(factor: int, subtree: _SubtreeCost) -> _SubtreeCost:
    return _SubtreeCost(
        factor * subtree.total, factor * subtree.costliest_count, subtree.costliest_path
    )


def _items_cost(entity: str, items: Iterable[object]) -> _SubtreeCost:
    """Return the cost of the items selected from one object, without the object itself."""
    cost = _ZERO
    for item in items:
        if isinstance(item, Edge):
            cost = _add(cost, _prefix_path(item.key, _edge_cost(entity, item)))
    return cost


def _edge_cost(entity: str, edge: Edge) -> _SubtreeCost:
    arguments = edge.arguments
    assert isinstance(arguments, EdgeArguments)  # noqa: S101 - only the store replaces them by slots
    match edge.selection:
        case Page(items):
            target = ENTITIES[entity].edges[edge.name].target
            return _page_cost(target, items, _row_count(arguments))
        case Selection(items):
            definition = ENTITIES[entity].edges[edge.name]
            is_single = definition.kind == "one"
            count = 1 if is_single else _row_count(arguments, ASSUMED_LIST_LENGTH)
            own = _SubtreeCost(definition.cost + count, definition.cost + count, None)
            return _add(own, _multiply(count, _items_cost(definition.target, items)))
        case UnionSelection():
            return _multiply(_row_count(arguments), _union_cost(edge.selection))
        case ChangeLogPage(items):
            return _change_log_cost(items, _row_count(arguments))


def _row_count(arguments: EdgeArguments, default: int = DEFAULT_PAGE_SIZE) -> int:
    """Return the maximum number of rows that an edge's arguments allow."""
    match arguments:
        case EdgeArguments(lookup=("ids", tuple(ids))):
            return len(ids)
        case EdgeArguments(last=int(last)):
            return last
        case EdgeArguments(first=int(first)):
            return first
    return default


def _page_cost(target: str, items: Iterable[object], rows: int) -> _SubtreeCost:
    node_count, cost = 0, _ZERO
    for item in items:
        match item:
            case Edges(key, edge_items):
                for edge_item in edge_items:
                    if isinstance(edge_item, Node):
                        node_count += 1
                        node_cost = _items_cost(target, edge_item.selection.items)
                        inner = _prefix_path(edge_item.key, _multiply(rows, node_cost))
                        cost = _add(cost, _prefix_path(key, inner))
            case Facets(key, facets):
                for facet in facets:
                    if isinstance(facet, Facet):
                        cost = _add(cost, _prefix_path(key, _facet_cost(facet)))
    # Without nodes the rows are read too, for the page info or the cursors.
    row_objects = rows * max(node_count, 1)
    return _add(_SubtreeCost(row_objects, row_objects, None), cost)


def _facet_cost(facet: Facet) -> _SubtreeCost:
    cost = _ONE_OBJECT
    for item in facet.items:
        if isinstance(item, Edge) and isinstance(item.selection, Selection):
            inner = _items_cost(FACETS[facet.name].entity or "", item.selection.items)
            cost = _add(cost, _prefix_path(item.key, _add(_ONE_OBJECT, inner)))
    return _prefix_path(facet.key, _multiply(facet.first, cost))


def _union_cost(union: UnionSelection) -> _SubtreeCost:
    """Return the cost of a row of the costliest type."""
    cost = _ZERO
    for entity, selection in union.selections:
        cost = max(cost, _items_cost(entity, selection.items), key=lambda subtree: subtree.total)
    return _add(_ONE_OBJECT, cost)


def _change_log_cost(items: Iterable[object], rows: int) -> _SubtreeCost:
    cost = _ZERO
    for item in items:
        if isinstance(item, ChangeRows):
            cost = _add(cost, _prefix_path(item.key, _multiply(rows, _change_cost(item))))
    return cost


def _change_cost(changes: ChangeRows) -> _SubtreeCost:
    """Return the cost of one change."""
    cost = _ONE_OBJECT
    for item in changes.items:
        if isinstance(item, Edge):
            match item.selection:
                case UnionSelection():
                    inner = _union_cost(item.selection)
                case Selection(items):
                    inner = _add(_ONE_OBJECT, _items_cost("Article", items))
                case _:
                    continue
            cost = _add(cost, _prefix_path(item.key, inner))
    return cost
