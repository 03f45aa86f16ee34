"""Compiles a selection to one SQL statement, in which the database builds the JSON result.

Objects are nested as scalar subqueries. Parsers limit how deep a text is nested: from
`DialectLimits.cte_from_depth` SELECTs on, an object is moved into a CTE that is not
materialized, and is looked up by key. Both have the same query plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache, cached
from sqlalchemy import Text, and_, bindparam, case, column, select, table

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.argument_binding import bind_arguments
from newsgraph.store.query.change_log_query import ChangeLogBuilder
from newsgraph.store.query.edge_select import NameGenerator, required_columns, select_joined
from newsgraph.store.query.filter_sql import filter_clause, split_filter
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.json_sql import (
    as_json,
    json_array,
    json_object,
    text_literal,
    unpack_ids,
)
from newsgraph.store.query.long_texts import count_long_texts, has_long_text
from newsgraph.store.query.page_sql import PageBuilder
from newsgraph.store.query.selection import (
    ArgumentSlot,
    ChangeLogPage,
    Constant,
    Edge,
    EdgeArguments,
    Facets,
    Field,
    Page,
    Selection,
    UnionSelection,
)
from newsgraph.store.query.slot_parameters import lookup_of, row_limit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, FromClause, Select
    from sqlalchemy.engine import Dialect

    from newsgraph.store.query.dialect_limits import DialectLimits
    from newsgraph.store.query.entity import EdgeMapping, Row
    from newsgraph.store.query.filter import Filter
    from newsgraph.store.query.order import Order


CACHE_MAX_BYTES = 50_000_000
"""Maximum memory of the cache of compiled statements."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled statement.

    It returns one row: the revision at which it was read, and the selection's JSON as text.

    Attributes:
        sql: text in the database's dialect, with the driver's parameter markers.
        parameters: for each marker a `NamedParameter`, or the value itself.
        slots: order of the page for each argument slot; None if the slot's edge leads to no page.
    """

    sql: str
    parameters: tuple[NamedParameter | Any, ...]
    slots: dict[int, Order | None]

    def bind(self, arguments: Sequence[EdgeArguments], site_url: str) -> dict[str, Any]:
        """Return the values of the parameters, by name.

        Args:
            arguments: arguments of the edges, in the order of their slots.
            site_url: public URL that internal URLs start with.

        Raises:
            BadCursor: a cursor was not issued for the page it is used with.
            BadSelection: a number of rows is negative, or a time cannot be parsed.
        """
        values: dict[str, Any] = {"site": site_url}
        for number, order in self.slots.items():
            values.update(bind_arguments(number, order, arguments[number], site_url))
        return values

    def positional(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the parameter markers."""
        return [
            values[parameter.name] if isinstance(parameter, NamedParameter) else parameter
            for parameter in self.parameters
        ]


@dataclass(frozen=True, slots=True)
class NamedParameter:
    """A parameter whose value is bound when the statement is run."""

    name: str


def _estimate_bytes(statement: Statement) -> int:
    """Return the approximate memory of a statement and of the selection that is its cache key."""
    return 5 * len(statement.sql)


@cached(LRUCache(CACHE_MAX_BYTES, _estimate_bytes), lock=Lock())
def compile_selection(selection: Selection, dialect: Dialect, limits: DialectLimits) -> Statement:
    """Compile a selection to a statement; statements are cached.

    Args:
        selection: the selection, with slots instead of arguments.
        dialect: SQL dialect of the database.
        limits: limits of the dialect.

    Raises:
        BadSelection: a field or edge is not in the graph.
    """
    root = ENTITIES["Query"].table.alias("store")
    builder = _Builder(limits)
    result = builder.build_object("Query", root, selection, 0)
    ctes, parameters = [], []
    for name, query, is_materialized in builder.build_ctes():
        text, cte_parameters = _render(query, dialect)
        # Materializing the CTE of an object would build the object of every row of the table.
        hint = "MATERIALIZED" if is_materialized else "NOT MATERIALIZED"
        ctes.append(f"{name} AS {hint} (\n{text})")
        parameters += cte_parameters
    text, main_parameters = _render(select(root.c.revision, result.label("answer")), dialect)
    with_clause = "WITH " + ",\n".join(ctes) + "\n" if ctes else ""
    return Statement(with_clause + text, (*parameters, *main_parameters), builder.slots)


def _render(query: Select[Any], dialect: Dialect) -> tuple[str, list[NamedParameter | Any]]:
    """Return a query's text and its parameters, in the order of the markers."""
    compiled = query.compile(dialect=dialect)
    return str(compiled), [
        compiled.params[name] if compiled.params[name] is not None else NamedParameter(name)
        for name in compiled.positiontup or ()
    ]


def _has_facets(selection: Selection) -> bool:
    return any(
        isinstance(part, Facets)
        for item in selection.items
        if isinstance(item, Edge) and isinstance(item.selection, Page)
        for part in item.selection.items
    )


class _Builder:
    """Builds one statement.

    The `depth` of its methods is the number of SELECTs that enclose a part of the text.
    """

    def __init__(self, limits: DialectLimits) -> None:
        self._limits = limits
        self.slots: dict[int, Order | None] = {}
        self._names = NameGenerator()
        self._pending_objects: list[tuple[str, str, Selection]] = []
        self._filters: dict[str, Select[Any]] = {}
        self._materialized: list[tuple[str, Select[Any], bool]] = []

    @property
    def cte_from_depth(self) -> int:
        """Nesting depth at which objects are moved into CTEs."""
        return self._limits.cte_from_depth

    def build_ctes(self) -> list[tuple[str, Select[Any], bool]]:
        """Return the CTEs as (name, query, whether to materialize it).

        Each of them uses only those before it.
        """
        objects = []
        while self._pending_objects:
            name, entity, selection = self._pending_objects.pop()
            row = self._names.alias(entity)
            value = self.build_object(entity, row, selection, 1)
            objects.append((name, select(row.c.id, value.label("object")), False))
        filters = [(name, rows, False) for name, rows in self._filters.items()]
        return [*filters, *self._materialized, *objects[::-1]]

    def build_object(
        self, entity: str, row: Row, selection: Selection, depth: int
    ) -> ColumnElement[Any]:
        """Return a row's JSON object, inline."""
        pairs = ((item.key, self._build_item(entity, row, item, depth)) for item in selection.items)
        return json_object(pairs, long=count_long_texts(entity, selection.items) > 1)

    def build_node(
        self, entity: str, row: Row, selection: Selection, depth: int
    ) -> ColumnElement[Any]:
        """Return a row's JSON object: inline, or from a CTE if the text would nest too deep."""
        # Long texts take more parentheses than others, and facets more SELECTs.
        nesting = depth + 2 * has_long_text(entity, selection) + _has_facets(selection)
        is_leaf = not any(isinstance(item, Edge) for item in selection.items)
        # An entity without a key, such as an image, cannot be looked up; it has no edges either.
        is_inline_leaf = is_leaf and (self._limits.cte_from_depth > 1 or "id" not in row.c)
        if nesting < self._limits.cte_from_depth or is_inline_leaf:
            return self.build_object(entity, row, selection, depth)
        name = self._names.unique("node")
        self._pending_objects.append((name, entity, selection))
        cte = table(name, column("id"), column("object"))
        node = select(as_json(cte.c.object)).where(cte.c.id == row.c.id)
        return node.correlate(row).scalar_subquery()

    def build_filter(
        self, slot: int, filter_: Filter, row: FromClause, depth: int
    ) -> ColumnElement[bool]:
        """Return the condition that an article's row matches a filter: inline, or from a CTE."""
        inline, rest = split_filter(filter_, depth, self._limits)
        inline_clause = filter_clause(slot, inline, row)
        if not rest:
            return inline_clause
        name = f"fits_{slot}"
        if name not in self._filters:
            article = self._names.alias("Article")
            self._filters[name] = select(article.c.id).where(filter_clause(slot, rest, article))
        cte = table(name, column("id"))
        matches = select(cte.c.id).where(cte.c.id == row.c.id)
        return and_(inline_clause, matches.correlate(row).exists())

    def materialize(self, rows: Select[Any]) -> FromClause:
        """Make rows that depend on no other row a materialized CTE, and return it."""
        name = self._names.unique("matches")
        self._materialized.append((name, rows, True))
        columns = (column(item.name, item.type) for item in rows.selected_columns)
        return table(name, *columns)

    def _build_item(
        self, entity: str, row: Row, item: Constant | Field | Edge, depth: int
    ) -> ColumnElement[Any]:
        if isinstance(item, Constant):
            return text_literal(item.value)
        if isinstance(item, Field):
            if item.name not in ENTITIES[entity].fields:
                raise BadSelection(f"{entity} has no field {item.name!r}")
            return ENTITIES[entity].fields[item.name].value(row)
        if item.name not in ENTITIES[entity].edges:
            raise BadSelection(f"{entity} has no edge {item.name!r}")
        return self._build_edge(ENTITIES[entity].edges[item.name], row, item, depth)

    def _build_edge(
        self, edge: EdgeMapping, row: Row, item: Edge, depth: int
    ) -> ColumnElement[Any]:
        slot, selection = item.arguments, item.selection
        assert isinstance(slot, ArgumentSlot)  # noqa: S101 - `extract_arguments` has set it
        self.slots[slot.number] = None
        match edge.kind, selection:
            case "page", Page():
                order = self.slots[slot.number] = edge.get_order(slot.order)
                return PageBuilder(
                    self, self._names, edge, order, row, selection, slot, depth
                ).build()
            case "log", ChangeLogPage():
                return ChangeLogBuilder(self, self._names, row, selection, slot).build()
            case "choice", UnionSelection():
                return self._build_union_list(selection, slot)
            case "one", Selection():
                return self._build_one(edge, row, selection, slot, depth)
            case "list", Selection():
                return self._build_list(edge, row, selection, slot, depth)
        raise BadSelection(f"{item.name!r} leads to a {edge.kind}")

    def _build_one(
        self, edge: EdgeMapping, row: Row, selection: Selection, slot: ArgumentSlot, depth: int
    ) -> ColumnElement[Any]:
        target = self._names.alias(edge.target)
        node = self.build_node(edge.target, target, selection, depth + 1)
        query = select_joined(edge.join(row, target, lookup_of(slot)), node)
        return query.correlate(row).scalar_subquery()

    def _build_union_list(
        self, selection: UnionSelection, slot: ArgumentSlot
    ) -> ColumnElement[Any]:
        """Return an array with an object per id, in their order; null for unknown ids."""
        ids = unpack_ids(bindparam(f"by_{slot.number}", type_=Text()))
        limited = ids.order_by(ids.selected_columns.position).limit(row_limit(slot))
        rows = limited.subquery(self._names.unique("requested"))
        objects = json_array(self.build_union(rows, selection), long=True)
        return select(objects).select_from(rows).scalar_subquery()

    def build_union(self, rows: FromClause, selection: UnionSelection) -> ColumnElement[Any]:
        """Return the object that is identified by a row's ``entity`` and ``entity_id``."""
        cases = []
        for entity, entity_selection in selection.selections:
            target = self._names.alias(entity)
            node = select(self.build_node(entity, target, entity_selection, self.cte_from_depth))
            query = node.where(target.c.id == rows.c.entity_id)
            object_ = query.correlate(rows).scalar_subquery()
            cases.append((rows.c.entity == text_literal(entity), object_))
        # The result of CASE is text to the database, no longer JSON.
        return as_json(case(*cases)) if cases else as_json(text_literal("null"))

    def _build_list(
        self, edge: EdgeMapping, row: Row, selection: Selection, slot: ArgumentSlot, depth: int
    ) -> ColumnElement[Any]:
        target = self._names.alias(edge.target)
        join = edge.join(row, target, None)
        columns = required_columns(edge.target, target, selection)
        query = select_joined(join, *columns).order_by(join.sort_value, join.sort_key)
        # With a LIMIT the rows keep their order; SQLite may drop an ORDER BY without one.
        limited = query.limit(row_limit(slot)).correlate(row)
        rows = limited.subquery(self._names.unique("rows"))
        node = self.build_node(edge.target, rows, selection, depth + 2)
        objects = json_array(node, long=has_long_text(edge.target, selection))
        return select(objects).select_from(rows).scalar_subquery()
