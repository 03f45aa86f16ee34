"""A selection as one SQL statement whose JSON the database builds.

Objects nest as scalar subqueries. SQLite's parser has a stack of 100 places, so deep
selections are not nested in the text: beyond `NESTING` selects, an object becomes a
named query (a CTE, never materialised) looked up by key. Both are the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache, cached
from sqlalchemy import Text, and_, bindparam, case, column, select, table

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.change_log import LogObject
from newsgraph.store.query.filter_sql import condition, parted
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.joins import (
    NESTING,
    Names,
    by_of,
    is_long,
    long_parts,
    needed,
    reached,
    size_of,
)
from newsgraph.store.query.json_sql import as_json, constant, ids_of, json_list, json_object
from newsgraph.store.query.page import PageObject
from newsgraph.store.query.parameters import bound
from newsgraph.store.query.selection import (
    Arguments,
    Choice,
    Constant,
    Edge,
    Facets,
    Field,
    Log,
    Page,
    Selection,
    Slot,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, FromClause, Select
    from sqlalchemy.engine import Dialect

    from newsgraph.store.query.entity import EdgeMap, Row
    from newsgraph.store.query.filter import Filter
    from newsgraph.store.query.order import Order


KEPT_BYTES = 50_000_000
"""How much memory statements may take that are kept for the next time."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text of one dialect, and where its parameters come from.

    Run, it gives one row: the revision read at, and the selection's JSON as text.

    Attributes:
        sql: the text, with the driver's own marks for parameters.
        parameters: a name (``site``, ``size_0`` …) or a value for each mark, in order.
        slots: the page's order for each numbered arguments, None for what is no page.
    """

    sql: str
    parameters: tuple[Named | Any, ...]
    slots: dict[int, Order | None]

    def values(self, arguments: Sequence[Arguments], site: str) -> dict[str, Any]:
        """Return what the parameters are bound to; addresses of our own begin with `site`.

        Raises:
            BadCursor: a cursor was not made by the page that it is given to.
            BadSelection: a number of rows is negative, or a time is none.
        """
        values: dict[str, Any] = {"site": site}
        for number, order in self.slots.items():
            values.update(bound(number, order, arguments[number], site))
        return values

    def placed(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the marks."""
        return [values[one.name] if isinstance(one, Named) else one for one in self.parameters]


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter whose value is known when the statement is run."""

    name: str


def _size(statement: Statement) -> int:
    """Return about how many bytes a statement takes, with the selection that it is found by."""
    return 5 * len(statement.sql)


@cached(LRUCache(KEPT_BYTES, _size), lock=Lock())
def compiled(selection: Selection, dialect: Dialect, nesting: int = NESTING) -> Statement:
    """Return the statement for a selection without its values; known ones are kept.

    Args:
        selection: with slots for arguments.
        dialect: the database's.
        nesting: how deep selects stand within each other; 1 makes every object a named query.

    Raises:
        BadSelection: a field or edge is not in the graph.
    """
    root = ENTITIES["Query"].table.alias("store")
    builder = _Builder(nesting)
    answer = builder.object("Query", root, selection, 0)
    texts, parameters = [], []
    for name, built, once in builder.named():
        text, values = _text(built, dialect)
        # Materialised, an object's would build the object of every row there is.
        texts.append(f"{name} AS {'' if once else 'NOT '}MATERIALIZED (\n{text})")
        parameters.append(values)
    text, values = _text(select(root.c.revision, answer.label("answer")), dialect)
    with_names = "WITH " + ",\n".join(texts) + "\n" if texts else ""
    every = [one for some in (*parameters, values) for one in some]
    return Statement(with_names + text, tuple(every), builder.slots)


def _text(query: Select[Any], dialect: Dialect) -> tuple[str, list[Named | Any]]:
    found = query.compile(dialect=dialect)
    return str(found), [
        found.params[name] if found.params[name] is not None else Named(name)
        for name in found.positiontup or ()
    ]


def _has_facets(selection: Selection) -> bool:
    return any(
        isinstance(part, Facets)
        for item in selection.items
        if isinstance(item, Edge) and isinstance(item.to, Page)
        for part in item.to.items
    )


class _Builder:
    """Builds one statement. Depth counts the selects around a place in the text."""

    def __init__(self, nesting: int) -> None:
        self._nesting = nesting
        self.slots: dict[int, Order | None] = {}
        self._names = Names()
        self._waiting: list[tuple[str, str, Selection]] = []
        self._filters: dict[str, Select[Any]] = {}
        self._once: list[tuple[str, Select[Any], bool]] = []

    def named(self) -> list[tuple[str, Select[Any], bool]]:
        """Return the named queries, and whether to run them once; each uses those before it."""
        built = []
        while self._waiting:
            name, entity, selection = self._waiting.pop()
            row = self._names.alias(entity)
            value = self.object(entity, row, selection, 1)
            built.append((name, select(row.c.id, value.label("object")), False))
        filters = [(name, rows, False) for name, rows in self._filters.items()]
        return [*filters, *self._once, *built[::-1]]

    def object(self, entity: str, row: Row, selection: Selection, depth: int) -> ColumnElement[Any]:
        """Return a row's JSON object, in place."""
        pairs = ((item.key, self._item(entity, row, item, depth)) for item in selection.items)
        return json_object(pairs, long=long_parts(entity, selection.items) > 1)

    def node(self, entity: str, row: Row, selection: Selection, depth: int) -> ColumnElement[Any]:
        """Return a row's JSON object: in place, or by name where the text would nest too deep."""
        # Long texts stand in more parentheses than others, and facets in more selects.
        nesting = depth + 2 * is_long(entity, selection) + _has_facets(selection)
        leaf = not any(isinstance(item, Edge) for item in selection.items)
        # What has no key, such as a picture, cannot be looked up by it; it has no edges either.
        if nesting < self._nesting or (leaf and (self._nesting > 1 or "id" not in row.c)):
            return self.object(entity, row, selection, depth)
        name = self._names.new("node")
        self._waiting.append((name, entity, selection))
        named = table(name, column("id"), column("object"))
        found = select(as_json(named.c.object)).where(named.c.id == row.c.id)
        return found.correlate(row).scalar_subquery()

    def fits(self, slot: int, filter_: Filter, row: FromClause, depth: int) -> ColumnElement[bool]:
        """Return whether an article's row is as a filter says: in place, or by name."""
        in_place, rest = parted(filter_, depth)
        fits = condition(slot, in_place, row)
        if not rest:
            return fits
        name = f"fits_{slot}"
        if name not in self._filters:
            article = self._names.alias("Article")
            self._filters[name] = select(article.c.id).where(condition(slot, rest, article))
        named = table(name, column("id"))
        found = select(named.c.id).where(named.c.id == row.c.id)
        return and_(fits, found.correlate(row).exists())

    def found_once(self, rows: Select[Any]) -> FromClause:
        """Return a name for rows that hang on no other row, and are found once."""
        name = self._names.new("found")
        self._once.append((name, rows, True))
        return table(name, *(column(one.name, one.type) for one in rows.selected_columns))

    def _item(
        self, entity: str, row: Row, item: Constant | Field | Edge, depth: int
    ) -> ColumnElement[Any]:
        if isinstance(item, Constant):
            return constant(item.value)
        if isinstance(item, Field):
            if item.name not in ENTITIES[entity].fields:
                raise BadSelection(f"{entity} has no field {item.name!r}")
            return ENTITIES[entity].fields[item.name].value(row)
        if item.name not in ENTITIES[entity].edges:
            raise BadSelection(f"{entity} has no edge {item.name!r}")
        return self._edge(ENTITIES[entity].edges[item.name], row, item, depth)

    def _edge(self, edge: EdgeMap, row: Row, item: Edge, depth: int) -> ColumnElement[Any]:
        slot, to = item.arguments, item.to
        assert isinstance(slot, Slot)  # noqa: S101 - `shape` has put it there
        self.slots[slot.number] = None
        match edge.shape, to:
            case "page", Page():
                order = self.slots[slot.number] = edge.ordered(slot.order)
                return PageObject(self, self._names, edge, order, row, to, slot, depth).object()
            case "log", Log():
                return LogObject(self, self._names, row, to, slot).object()
            case "choice", Choice():
                return self._choices(to, slot)
            case "one", Selection():
                return self._one(edge, row, to, slot, depth)
            case "list", Selection():
                return self._list(edge, row, to, slot, depth)
        raise BadSelection(f"{item.name!r} leads to a {edge.shape}")

    def _one(
        self, edge: EdgeMap, row: Row, to: Selection, slot: Slot, depth: int
    ) -> ColumnElement[Any]:
        other = self._names.alias(edge.target)
        node = self.node(edge.target, other, to, depth + 1)
        found = reached(edge.reach(row, other, by_of(slot)), node)
        return found.correlate(row).scalar_subquery()

    def _choices(self, to: Choice, slot: Slot) -> ColumnElement[Any]:
        """Return an object for each id, in their order; null for what is not there."""
        ids = ids_of(bindparam(f"by_{slot.number}", type_=Text()))
        wanted = ids.order_by(ids.selected_columns.position).limit(size_of(slot))
        rows = wanted.subquery(self._names.new("wanted"))
        listed = json_list(self.choice(rows, to), long=True)
        return select(listed).select_from(rows).scalar_subquery()

    def choice(self, rows: FromClause, to: Choice) -> ColumnElement[Any]:
        """Return the object that a row's ``entity`` and ``entity_id`` name."""
        cases = []
        for entity, selection in to.of:
            other = self._names.alias(entity)
            node = select(self.node(entity, other, selection, NESTING))
            found = node.where(other.c.id == rows.c.entity_id).correlate(rows).scalar_subquery()
            cases.append((rows.c.entity == constant(entity), found))
        # What has gone through CASE is text to a database.
        return as_json(case(*cases)) if cases else as_json(constant("null"))

    def _list(
        self, edge: EdgeMap, row: Row, to: Selection, slot: Slot, depth: int
    ) -> ColumnElement[Any]:
        other = self._names.alias(edge.target)
        reach = edge.reach(row, other, None)
        found = reached(reach, *needed(edge.target, other, to)).order_by(reach.value, reach.key)
        # With a LIMIT the rows keep their order; SQLite may drop an ORDER BY without one.
        limited = found.limit(size_of(slot)).correlate(row)
        rows = limited.subquery(self._names.new("rows"))
        node = self.node(edge.target, rows, to, depth + 2)
        listed = json_list(node, long=is_long(edge.target, to))
        return select(listed).select_from(rows).scalar_subquery()
