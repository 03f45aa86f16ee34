"""Finds the long texts of a selection, which the database must not build too many of at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.store.errors import SelectionTooLarge
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import (
    ChangeLogPage,
    ChangeRows,
    Edge,
    Edges,
    Facet,
    Facets,
    Field,
    Node,
    Page,
    Selection,
    UnionSelection,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LONG_LISTS: Final = 4
"""Lists with long texts that a page may have: the database builds them all at the same time."""


def count_long_texts(entity: str, items: Iterable[object]) -> int:
    """Return the number of an object's items that are long texts or contain some."""
    return sum(_is_long(entity, item) for item in items)


def check_long_text_count(entity: str, items: Iterable[object]) -> int:
    """Return the number of a page's or change log's items that contain long texts.

    Raises:
        SelectionTooLarge: there are more than `MAX_LONG_LISTS`.
    """
    number = count_long_texts(entity, items)
    if number > MAX_LONG_LISTS:
        message = f"Ask at most {MAX_LONG_LISTS} times for the long texts of one page."
        raise SelectionTooLarge(message)
    return number


def has_long_text(entity: str, selection: Selection) -> bool:
    """Return whether a selection contains a long text, at any depth."""
    return count_long_texts(entity, selection.items) > 0


def _is_long(entity: str, item: object) -> bool:
    """Return whether an item of an object of this entity, or of a page of them, is long."""
    mapping = ENTITIES[entity]
    match item:
        case Field(_, name):
            return name in mapping.fields and mapping.fields[name].long
        case Edge(_, name, Selection(items)) if name in mapping.edges:
            return count_long_texts(mapping.edges[name].target, items) > 0
        case Edge(_, name, Page(items)) if name in mapping.edges:
            return count_long_texts(mapping.edges[name].target, items) > 0
        case Edge(_, _, UnionSelection(selections)):
            return any(has_long_text(target, selection) for target, selection in selections)
        case Edge(_, _, ChangeLogPage()) | ChangeRows():
            return True
        case Edges(_, items) | Facets(_, items):
            return count_long_texts(entity, items) > 0
        case Node(_, selection):
            return has_long_text(entity, selection)
        case Facet(_, name, items) if name in FACETS:
            targets = (part.selection for part in items if isinstance(part, Edge))
            entity_name = FACETS[name].entity
            return entity_name is not None and any(
                isinstance(to, Selection) and has_long_text(entity_name, to) for to in targets
            )
    return False
