"""Separates a selection from its argument values, so that one statement serves all values."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from newsgraph.store.errors import SelectionTooLarge
from newsgraph.store.query.filter import (
    MAX_CONDITIONS_PER_READ,
    iter_conditions,
    sql_depth,
    without_values,
)
from newsgraph.store.query.selection import (
    ArgumentSlot,
    ChangeLogPage,
    ChangeRows,
    Constant,
    Edge,
    EdgeArguments,
    Edges,
    Facet,
    Facets,
    Field,
    Node,
    Page,
    PageItem,
    Selection,
    UnionSelection,
)

Items: TypeAlias = tuple[Constant | Field | Edge, ...]

MAX_DEPTH = 40
"""Edges that may follow the first: SQLite limits the depth of an expression to 1,000."""

SQL_LEVELS_PER_EDGE = 20
"""Depth that an edge adds to the expression, as `test_nested_filters_on_nested_pages` measures."""

FILTERED_COUNT_DEPTH = 6
"""Depth, in edges, of counting the rows that match a filter, measured in the same test."""

MAX_EDGES = 256
"""Edges that the selections of one read may have together: compiling them takes time."""

TOO_MANY_EDGES = f"Ask for at most {MAX_EDGES} objects, lists and pages at once."

TOO_MANY_CONDITIONS = f"Filters can have at most {MAX_CONDITIONS_PER_READ} conditions together."

MAX_ITEMS = 500
"""Items of one object: SQLite's parser allows only a few more."""


def extract_arguments(selection: Selection) -> tuple[Selection, list[EdgeArguments]]:
    """Replace a selection's arguments by numbered slots; return both.

    Returns:
        The selection with slots, and the arguments in the order of the slots' numbers.

    Raises:
        SelectionTooLarge: the selection exceeds the limits on depth or size.
    """
    arguments: list[EdgeArguments] = []
    template = _convert_selection(selection, arguments, 0)
    if count_conditions(arguments) > MAX_CONDITIONS_PER_READ:
        raise SelectionTooLarge(TOO_MANY_CONDITIONS)
    return template, arguments


def count_conditions(arguments: list[EdgeArguments]) -> int:
    """Return the number of conditions in all filters of some arguments."""
    filters = (edge_arguments.filter for edge_arguments in arguments)
    return sum(1 for filter_ in filters if filter_ for _ in iter_conditions(filter_))


def argument_slot(number: int, arguments: EdgeArguments) -> ArgumentSlot:
    """Return the slot for an edge's arguments: all that the statement's text depends on.

    Args:
        number: number of the slot in its statement.
        arguments: the edge's arguments.

    Raises:
        SelectionTooLarge: the filter has too many conditions, or is nested too deep.
    """
    return ArgumentSlot(
        number,
        arguments.after is not None,
        arguments.before is not None,
        arguments.last is not None,
        arguments.lookup and arguments.lookup[0],
        arguments.filter and without_values(arguments.filter),
        arguments.order,
    )


# Each of the following returns its first argument with slots, appends the arguments to the list,
# and is given the number of edges above.


def _convert_selection(
    selection: Selection, extracted: list[EdgeArguments], depth: int
) -> Selection:
    return Selection(_convert_items(selection.items, extracted, depth))


def _convert_edge(edge: Edge, extracted: list[EdgeArguments], depth: int) -> Edge:
    if depth > MAX_DEPTH:
        message = f"{edge.name!r} is nested too deep; follow at most {MAX_DEPTH} edges in a row."
        raise SelectionTooLarge(message)
    if len(extracted) >= MAX_EDGES:
        raise SelectionTooLarge(TOO_MANY_EDGES)
    arguments = edge.arguments
    if isinstance(arguments, EdgeArguments):
        extracted.append(arguments)
        arguments = argument_slot(len(extracted) - 1, arguments)
        if arguments.filter:
            filter_depth = sql_depth(arguments.filter) // SQL_LEVELS_PER_EDGE + FILTERED_COUNT_DEPTH
            if depth + filter_depth > MAX_DEPTH:
                message = f"The filter of {edge.name!r} is too large at this depth."
                raise SelectionTooLarge(message)
    converted: Selection | Page | UnionSelection | ChangeLogPage
    match edge.selection:
        case Page(items):
            converted = Page(
                tuple(_convert_page_item(item, extracted, depth + 1) for item in items)
            )
        case UnionSelection(selections):
            converted = UnionSelection(
                tuple(
                    (entity, _convert_selection(selection, extracted, depth + 1))
                    for entity, selection in selections
                )
            )
        case ChangeLogPage(items):
            converted = ChangeLogPage(
                tuple(_convert_log_item(item, extracted, depth + 1) for item in items)
            )
        case Selection() as selection:
            converted = _convert_selection(selection, extracted, depth + 1)
    return replace(edge, selection=converted, arguments=arguments)


def _convert_page_item(item: PageItem, extracted: list[EdgeArguments], depth: int) -> PageItem:
    match item:
        case Edges(_, parts):
            edge_items = (
                replace(part, selection=_convert_selection(part.selection, extracted, depth))
                if isinstance(part, Node)
                else part
                for part in parts
            )
            return replace(item, items=tuple(edge_items))
        case Facets(_, parts):
            facets = (
                replace(part, items=_convert_items(part.items, extracted, depth))
                if isinstance(part, Facet)
                else part
                for part in parts
            )
            return replace(item, items=tuple(facets))
    return item


def _convert_log_item(
    item: Constant | Field | ChangeRows, extracted: list[EdgeArguments], depth: int
) -> Constant | Field | ChangeRows:
    if isinstance(item, ChangeRows):
        return replace(item, items=_convert_items(item.items, extracted, depth))
    return item


def _convert_items(items: Items, extracted: list[EdgeArguments], depth: int) -> Items:
    if len(items) > MAX_ITEMS:
        raise SelectionTooLarge(f"Ask for at most {MAX_ITEMS} fields of one object.")
    return tuple(
        _convert_edge(item, extracted, depth) if isinstance(item, Edge) else item for item in items
    )
