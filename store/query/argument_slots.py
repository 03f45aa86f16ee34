"""A selection without its values, so that a statement serves every page of a query."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from newsgraph.store.errors import SelectionTooLarge
from newsgraph.store.query.filter import MOST_TOGETHER, conditions, levels, without_values
from newsgraph.store.query.selection import (
    Arguments,
    Choice,
    Constant,
    Edge,
    Edges,
    Facet,
    Facets,
    Field,
    Log,
    LogRows,
    Node,
    Page,
    PageItem,
    Selection,
    Slot,
)

Items: TypeAlias = tuple[Constant | Field | Edge, ...]

DEEPEST = 40
"""How many edges may follow the first: SQLite's expressions have at most 1,000 levels."""

LEVELS = 20
"""How many of those levels an edge takes, by trying: `test_nested_filters_on_nested_pages`."""

MORE = 6
"""How many edges' levels it takes to count what fits a filter, found likewise."""

MOST_EDGES = 256
"""How many edges the selections of one read may have together: making statements takes time."""

TOO_MANY_EDGES = f"Ask for at most {MOST_EDGES} objects, lists and pages at once."

TOO_MANY_CONDITIONS = f"Filters can have at most {MOST_TOGETHER} conditions together."

MOST_ITEMS = 500
"""How many items an object may have: SQLite's parser takes little more."""


def shape(selection: Selection) -> tuple[Selection, list[Arguments]]:
    """Return the selection with numbered slots for arguments, and the arguments in order.

    Raises:
        SelectionTooLarge: it goes too deep, or asks for too much.
    """
    values: list[Arguments] = []
    found = _selection(selection, values, 0), values
    if number_of_conditions(values) > MOST_TOGETHER:
        raise SelectionTooLarge(TOO_MANY_CONDITIONS)
    return found


def number_of_conditions(arguments: list[Arguments]) -> int:
    """Return how many conditions the filters among arguments have together."""
    return sum(1 for one in arguments if one.filter for _ in conditions(one.filter))


def _selection(selection: Selection, values: list[Arguments], depth: int) -> Selection:
    return Selection(_edges(selection.items, values, depth))


def _edge(edge: Edge, values: list[Arguments], depth: int) -> Edge:
    if depth > DEEPEST:
        message = f"{edge.name!r} lies too deep; follow at most {DEEPEST} edges in a row."
        raise SelectionTooLarge(message)
    if len(values) >= MOST_EDGES:
        raise SelectionTooLarge(TOO_MANY_EDGES)
    arguments = edge.arguments
    if isinstance(arguments, Arguments):
        values.append(arguments)
        arguments = slot(len(values) - 1, arguments)
        if arguments.filter and depth + levels(arguments.filter) // LEVELS + MORE > DEEPEST:
            message = f"The filter of {edge.name!r} is too large for where it lies, so deep."
            raise SelectionTooLarge(message)
    to: Selection | Page | Choice | Log
    match edge.to:
        case Page(items):
            to = Page(tuple(_page_item(item, values, depth + 1) for item in items))
        case Choice(of):
            to = Choice(tuple((name, _selection(one, values, depth + 1)) for name, one in of))
        case Log(items):
            to = Log(tuple(_log_item(item, values, depth + 1) for item in items))
        case Selection() as selection:
            to = _selection(selection, values, depth + 1)
    return replace(edge, to=to, arguments=arguments)


def slot(number: int, arguments: Arguments) -> Slot:
    """Return the place of an edge's arguments, without their values.

    Raises:
        SelectionTooLarge: the filter goes too deep.
    """
    return Slot(
        number,
        arguments.after is not None,
        arguments.before is not None,
        arguments.last is not None,
        arguments.by and arguments.by[0],
        arguments.filter and without_values(arguments.filter),
        arguments.order,
    )


def _page_item(item: PageItem, values: list[Arguments], depth: int) -> PageItem:
    match item:
        case Edges(_, parts):
            inner = (
                replace(part, selection=_selection(part.selection, values, depth))
                if isinstance(part, Node)
                else part
                for part in parts
            )
            return replace(item, items=tuple(inner))
        case Facets(_, facets):
            of = (
                replace(one, items=_edges(one.items, values, depth))
                if isinstance(one, Facet)
                else one
                for one in facets
            )
            return replace(item, items=tuple(of))
    return item


def _log_item(
    item: Constant | Field | LogRows, values: list[Arguments], depth: int
) -> Constant | Field | LogRows:
    if isinstance(item, LogRows):
        return replace(item, items=_edges(item.items, values, depth))
    return item


def _edges(items: Items, values: list[Arguments], depth: int) -> Items:
    if len(items) > MOST_ITEMS:
        raise SelectionTooLarge(f"Ask for at most {MOST_ITEMS} fields of one object.")
    return tuple(_edge(item, values, depth) if isinstance(item, Edge) else item for item in items)
