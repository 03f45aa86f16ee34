"""Building blocks of statements: names, parameters, and the SELECT of an edge's rows."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import BigInteger, Text, bindparam, column, select, table

from newsgraph.store.errors import BadSelection, SelectionTooLarge
from newsgraph.store.query.entity import Lookup
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.order import Position
from newsgraph.store.query.selection import (
    ArgumentSlot,
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

    from sqlalchemy import ColumnElement, FromClause, Select, Table, TableClause

    from newsgraph.store.query.entity import EdgeJoin, Row
    from newsgraph.store.query.order import Order


@cache
def _plain_table(full: Table) -> TableClause:
    """Return a table with name and columns only: SQLAlchemy aliases it four times as fast."""
    return table(full.name, *(column(item.name, item.type) for item in full.columns))


class NameGenerator:
    """Generates unique names for the parts of one statement."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def unique(self, prefix: str) -> str:
        """Return a name with this prefix that no other part has."""
        return f"{prefix}_{next(self._numbers)}"

    def alias(self, entity: str) -> FromClause:
        """Return an alias of an entity's table with a unique name."""
        full = ENTITIES[entity].table
        return _plain_table(full).alias(self.unique(full.name))


def row_limit(slot: ArgumentSlot) -> ColumnElement[int]:
    """Return the parameter with an edge's maximum number of rows."""
    return bindparam(f"size_{slot.number}", type_=BigInteger())


def cursor_position(slot: ArgumentSlot, order: Order, side: Literal["after", "before"]) -> Position:
    """Return the parameters with the position of an edge's cursor."""
    return Position(
        bindparam(f"{side}_value_{slot.number}", type_=order.column_type),
        bindparam(f"{side}_key_{slot.number}", type_=BigInteger()),
    )


def cursor_revision(slot: ArgumentSlot, side: Literal["after", "before"]) -> ColumnElement[int]:
    """Return the parameter with the revision for which an edge's cursor is valid."""
    return bindparam(f"{side}_revision_{slot.number}", type_=BigInteger())


def lookup_of(slot: ArgumentSlot) -> Lookup | None:
    """Return what an edge's rows are looked up by, with its parameters."""
    if slot.lookup is None:
        return None
    value_type = BigInteger() if slot.lookup == "id" else Text()
    name = f"by_{slot.number}"
    value = bindparam(name, type_=value_type)
    return Lookup(slot.lookup, value, bindparam(f"{name}_page", type_=Text()))


def select_joined(join: EdgeJoin, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return a SELECT of the rows of an edge, neither sorted nor limited yet."""
    rows = select(*columns).select_from(join.source)
    return rows if join.where is None else rows.where(join.where)


def count_long_items(entity: str, items: Iterable[object]) -> int:
    """Return the number of an object's items that are long texts or contain some."""
    return sum(_is_long(entity, item) for item in items)


MAX_LONG_LISTS = 4
"""Lists with long texts that a page may have: the database builds them all at the same time."""


def check_long_items(entity: str, items: Iterable[object]) -> int:
    """Return the number of a page's or change log's items that contain long texts.

    Raises:
        SelectionTooLarge: there are more than `MAX_LONG_LISTS`.
    """
    number = count_long_items(entity, items)
    if number > MAX_LONG_LISTS:
        message = f"Ask at most {MAX_LONG_LISTS} times for the long texts of one page."
        raise SelectionTooLarge(message)
    return number


def has_long_text(entity: str, selection: Selection) -> bool:
    """Return whether a selection contains a long text, at any depth."""
    return count_long_items(entity, selection.items) > 0


def _is_long(entity: str, item: object) -> bool:
    """Return whether an item of an object of this entity, or of a page of them, is long."""
    mapping = ENTITIES[entity]
    match item:
        case Field(_, name):
            return name in mapping.fields and mapping.fields[name].long
        case Edge(_, name, Selection(items)) if name in mapping.edges:
            return count_long_items(mapping.edges[name].target, items) > 0
        case Edge(_, name, Page(items)) if name in mapping.edges:
            return count_long_items(mapping.edges[name].target, items) > 0
        case Edge(_, _, UnionSelection(selections)):
            return any(has_long_text(target, selection) for target, selection in selections)
        case Edge(_, _, ChangeLogPage()) | ChangeRows():
            return True
        case Edges(_, items) | Facets(_, items):
            return count_long_items(entity, items) > 0
        case Node(_, selection):
            return has_long_text(entity, selection)
        case Facet(_, name, items) if name in FACETS:
            targets = (part.selection for part in items if isinstance(part, Edge))
            entity_name = FACETS[name].entity
            return entity_name is not None and any(
                isinstance(to, Selection) and has_long_text(entity_name, to) for to in targets
            )
    return False


def required_columns(entity: str, row: Row, *selections: Selection) -> list[ColumnElement[Any]]:
    """Return the columns of a row that selections of it need, each once.

    Raises:
        BadSelection: a field or edge is not in the graph.
    """
    mapping = ENTITIES[entity]
    names = dict.fromkeys(["id"] if "id" in row.c else [])
    for selection in selections:
        for item in selection.items:
            if isinstance(item, Field | Edge):
                mapped = mapping.fields if isinstance(item, Field) else mapping.edges
                if item.name not in mapped:
                    raise BadSelection(f"{entity} has no {item.name!r}")
                names.update(dict.fromkeys(mapped[item.name].required_columns))
    # A derived table needs at least one column.
    return [row.c[name] for name in names or list(row.c.keys())[:1]]
