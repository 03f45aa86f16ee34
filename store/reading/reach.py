"""From a row along an edge: the derived tables that statements are made of."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import BigInteger, Text, bindparam, column, select, table

from store.errors import BadSelection
from store.reading.mapping import ENTITIES
from store.reading.order import Place
from store.reading.selection import Edge, Edges, Field, Node, Page, Selection, Slot

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select, Table, TableClause

    from store.reading.mapping import By, Reach, Row
    from store.reading.order import Order


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


def by_of(slot: Slot) -> By:
    """Return what an edge's rows are found by."""
    if slot.by is None:
        return None
    type_ = BigInteger() if slot.by == "id" else Text()
    return slot.by, bindparam(f"by_{slot.number}", type_=type_)


def reached(reach: Reach, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return the rows at the end of an edge, neither sorted nor limited yet."""
    found = select(*columns).select_from(reach.source)
    return found if reach.where is None else found.where(reach.where)


def is_long(entity: str, selection: Selection) -> bool:
    """Return whether a long text is wanted, of the entity itself or further on."""
    maps = ENTITIES[entity]
    for item in selection.items:
        if isinstance(item, Field) and item.name in maps.fields and maps.fields[item.name].long:
            return True
        if isinstance(item, Edge) and item.name in maps.edges:
            target = maps.edges[item.name].target
            match item.to:
                case Selection():
                    inner = [item.to]
                case Page(items):
                    parts = (part for one in items if isinstance(one, Edges) for part in one.items)
                    inner = [part.selection for part in parts if isinstance(part, Node)]
                case _:
                    inner = []
            if any(is_long(target, one) for one in inner):
                return True
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
