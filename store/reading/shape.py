"""A selection without its values, so that a statement serves every page of a query."""

from __future__ import annotations

from dataclasses import replace

from store.errors import SelectionTooLarge
from store.reading.selection import Arguments, Edge, Edges, Node, Page, PageItem, Selection, Slot

DEEPEST = 40
"""How many edges may follow the first: SQLite's expressions have at most 1,000 levels."""

MOST_EDGES = 256
"""How many edges the selections of one read may have together: making statements takes time."""

TOO_MANY_EDGES = f"Ask for at most {MOST_EDGES} objects, lists and pages at once."

MOST_ITEMS = 500
"""How many items an object may have: SQLite's parser takes little more."""


def shape(selection: Selection) -> tuple[Selection, list[Arguments]]:
    """Return the selection with numbered slots for arguments, and the arguments in order.

    Raises:
        SelectionTooLarge: it goes too deep, or asks for too much.
    """
    values: list[Arguments] = []
    return _selection(selection, values, 0), values


def _selection(selection: Selection, values: list[Arguments], depth: int) -> Selection:
    if len(selection.items) > MOST_ITEMS:
        raise SelectionTooLarge(f"Ask for at most {MOST_ITEMS} fields of one object.")
    return Selection(
        tuple(
            _edge(item, values, depth) if isinstance(item, Edge) else item
            for item in selection.items
        )
    )


def _edge(edge: Edge, values: list[Arguments], depth: int) -> Edge:
    if depth > DEEPEST:
        message = f"{edge.name!r} lies too deep; follow at most {DEEPEST} edges in a row."
        raise SelectionTooLarge(message)
    if len(values) >= MOST_EDGES:
        raise SelectionTooLarge(TOO_MANY_EDGES)
    arguments = edge.arguments
    if isinstance(arguments, Arguments):
        values.append(arguments)
        by = arguments.by and arguments.by[0]
        arguments = Slot(len(values) - 1, arguments.after is not None, by)
    if isinstance(edge.to, Page):
        to: Selection | Page = Page(
            tuple(_page_item(item, values, depth + 1) for item in edge.to.items)
        )
    else:
        to = _selection(edge.to, values, depth + 1)
    return replace(edge, to=to, arguments=arguments)


def _page_item(item: PageItem, values: list[Arguments], depth: int) -> PageItem:
    if not isinstance(item, Edges):
        return item
    parts = (
        replace(part, selection=_selection(part.selection, values, depth))
        if isinstance(part, Node)
        else part
        for part in item.items
    )
    return replace(item, items=tuple(parts))
