"""From a row along an edge: the derived tables that statements are made of."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import BigInteger, Text, bindparam, column, select, table

from newsgraph.store.errors import BadSelection, SelectionTooLarge
from newsgraph.store.query.entity import By
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.order import Place
from newsgraph.store.query.selection import (
    Choice,
    Edge,
    Edges,
    Facet,
    Facets,
    Field,
    Log,
    LogRows,
    Node,
    Page,
    Selection,
    Slot,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, FromClause, Select, Table, TableClause

    from newsgraph.store.query.entity import Reach, Row
    from newsgraph.store.query.order import Order


NESTING = 6
"""How many selects stand within each other in the text before a named query is made."""


@cache
def _light(full: Table) -> TableClause:
    """Return a table's name and columns only: an alias of it is made four times as fast."""
    return table(full.name, *(column(each.name, each.type) for each in full.columns))


class Names:
    """Gives names to the parts of one statement, in order."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self, what: str) -> str:
        """Return a name that no other part has."""
        return f"{what}_{next(self._numbers)}"

    def alias(self, entity: str) -> FromClause:
        """Return an entity's table under a new name."""
        full = ENTITIES[entity].table
        return _light(full).alias(self.new(full.name))


def size_of(slot: Slot) -> ColumnElement[int]:
    """Return how many rows an edge's arguments ask for."""
    return bindparam(f"size_{slot.number}", type_=BigInteger())


def place_of(slot: Slot, order: Order, side: Literal["after", "before"]) -> Place:
    """Return the place that an edge's rows lie after, or before."""
    return Place(
        bindparam(f"{side}_value_{slot.number}", type_=order.type),
        bindparam(f"{side}_key_{slot.number}", type_=BigInteger()),
    )


def revision_of(slot: Slot, side: Literal["after", "before"]) -> ColumnElement[int]:
    """Return the revision that a cursor holds for."""
    return bindparam(f"{side}_revision_{slot.number}", type_=BigInteger())


def by_of(slot: Slot) -> By | None:
    """Return what an edge's rows are found by."""
    if slot.by is None:
        return None
    type_ = BigInteger() if slot.by == "id" else Text()
    name = f"by_{slot.number}"
    return By(slot.by, bindparam(name, type_=type_), bindparam(f"{name}_page", type_=Text()))


def reached(reach: Reach, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return the rows at the end of an edge, neither sorted nor limited yet."""
    found = select(*columns).select_from(reach.source)
    return found if reach.where is None else found.where(reach.where)


def long_parts(entity: str, items: Iterable[object]) -> int:
    """Return how many of an object's items can be long texts, or have some further on."""
    return sum(_is_long(entity, item) for item in items)


MOST_LONG = 4
"""How many lists with long texts a page may have: the database fills them all at once."""


def few_long(entity: str, items: Iterable[object]) -> int:
    """Return how many of a page's or log's items can be long.

    Raises:
        SelectionTooLarge: they are too many.
    """
    number = long_parts(entity, items)
    if number > MOST_LONG:
        told = f"Ask at most {MOST_LONG} times for the long texts of one page."
        raise SelectionTooLarge(told)
    return number


def is_long(entity: str, selection: Selection) -> bool:
    """Return whether a long text is wanted, of the entity itself or further on."""
    return long_parts(entity, selection.items) > 0


def _is_long(entity: str, item: object) -> bool:
    """Return whether an item of an object of this entity, or of a page of them, is long."""
    maps = ENTITIES[entity]
    match item:
        case Field(_, name):
            return name in maps.fields and maps.fields[name].long
        case Edge(_, name, Selection(items)) if name in maps.edges:
            return long_parts(maps.edges[name].target, items) > 0
        case Edge(_, name, Page(items)) if name in maps.edges:
            return long_parts(maps.edges[name].target, items) > 0
        case Edge(_, _, Choice(of)):
            return any(is_long(kind, one) for kind, one in of)
        case Edge(_, _, Log()) | LogRows():
            return True
        case Edges(_, parts) | Facets(_, parts):
            return long_parts(entity, parts) > 0
        case Node(_, selection):
            return is_long(entity, selection)
        case Facet(_, name, parts) if name in FACETS:
            inner = (part.to for part in parts if isinstance(part, Edge))
            kind = FACETS[name].entity
            return kind is not None and any(
                isinstance(to, Selection) and is_long(kind, to) for to in inner
            )
    return False


def needed(entity: str, row: Row, *selections: Selection) -> list[ColumnElement[Any]]:
    """Return the columns that a row must bring for selections of it, each once.

    Raises:
        BadSelection: a field or edge is not in the graph.
    """
    maps = ENTITIES[entity]
    names = dict.fromkeys(["id"] if "id" in row.c else [])
    for selection in selections:
        for item in selection.items:
            if isinstance(item, Field | Edge):
                known = maps.fields if isinstance(item, Field) else maps.edges
                if item.name not in known:
                    raise BadSelection(f"{entity} has no {item.name!r}")
                names.update(dict.fromkeys(known[item.name].needs))
    # A derived table has to have some column.
    return [row.c[name] for name in names or list(row.c.keys())[:1]]
