"""A selection without its values, so that a statement serves every page of a query."""

from __future__ import annotations

from dataclasses import replace

from store.selection import Arguments, Edge, Edges, Node, Page, PageItem, Selection, Slot


def shape(selection: Selection) -> tuple[Selection, list[Arguments]]:
    """Return the selection with numbered slots for arguments, and the arguments in order."""
    values: list[Arguments] = []
    return _selection(selection, values), values


def _selection(selection: Selection, values: list[Arguments]) -> Selection:
    return Selection(
        tuple(_edge(item, values) if isinstance(item, Edge) else item for item in selection.items)
    )


def _edge(edge: Edge, values: list[Arguments]) -> Edge:
    arguments = edge.arguments
    if isinstance(arguments, Arguments):
        values.append(arguments)
        by = arguments.by and arguments.by[0]
        arguments = Slot(len(values) - 1, arguments.after is not None, by)
    if isinstance(edge.to, Page):
        to: Selection | Page = Page(tuple(_page_item(item, values) for item in edge.to.items))
    else:
        to = _selection(edge.to, values)
    return replace(edge, to=to, arguments=arguments)


def _page_item(item: PageItem, values: list[Arguments]) -> PageItem:
    if not isinstance(item, Edges):
        return item
    parts = (
        replace(part, selection=_selection(part.selection, values))
        if isinstance(part, Node)
        else part
        for part in item.items
    )
    return replace(item, items=tuple(parts))
