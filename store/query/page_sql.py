"""Builds the JSON object of a connection's page: edges, cursors, page info, count and facets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sqlalchemy import and_, case, false, func, literal, literal_column, or_, select

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.edge_joins import join_hits
from newsgraph.store.query.edge_select import NameGenerator, required_columns, select_joined
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.index_filter import has_text, is_indexed
from newsgraph.store.query.json_sql import (
    json_array,
    json_boolean,
    json_object,
    ordered_join,
    text_literal,
)
from newsgraph.store.query.long_texts import check_long_text_count, count_long_texts
from newsgraph.store.query.order import BEST_MATCH, NEWEST, Order, Position
from newsgraph.store.query.search_sql import IndexedArticles, PageBounds
from newsgraph.store.query.selection import (
    ArgumentSlot,
    Completions,
    Constant,
    Cursor,
    Edge,
    Edges,
    Facet,
    Facets,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
    Suggestion,
    TotalCount,
)
from newsgraph.store.query.slot_parameters import (
    cursor_position,
    filter_json,
    lookup_of,
    row_limit,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, FromClause, Select

    from newsgraph.store.query.entity import EdgeJoin, EdgeMapping, Row
    from newsgraph.store.query.filter import Filter
    from newsgraph.store.query.selection import PageItem


class ObjectBuilder(Protocol):
    """Builds the parts of a page that are not about paging."""

    @property
    def cte_from_depth(self) -> int:
        """Nesting depth at which objects are moved into CTEs."""

    def build_node(
        self, entity: str, row: Row, selection: Selection, depth: int
    ) -> ColumnElement[Any]:
        """Return a row's JSON object."""

    def build_filter(
        self, slot: int, filter_: Filter, row: FromClause, depth: int
    ) -> ColumnElement[bool]:
        """Return the condition that an article's row matches a filter."""

    def materialize(self, rows: Select[Any]) -> FromClause:
        """Make rows that depend on no other row a materialized CTE, and return it."""


@dataclass(slots=True)
class PageBuilder:
    """Builds the JSON object of a page.

    Attributes:
        objects: builds the objects of its nodes.
        names: generates names for the parts of the statement.
        mapping: edge that the page belongs to.
        order: order of its rows.
        parent_row: row that the edge starts at.
        page: what to read of the page.
        slot: placeholder for the edge's arguments.
        depth: number of enclosing SELECTs.
    """

    objects: ObjectBuilder
    names: NameGenerator
    mapping: EdgeMapping
    order: Order
    parent_row: Row
    page: Page
    slot: ArgumentSlot
    depth: int

    @property
    def page_size(self) -> ColumnElement[int]:
        """Maximum number of rows of the page."""
        return row_limit(self.slot)

    @property
    def needs_row_numbers(self) -> bool:
        """Whether rows are numbered: for the page info, or to reverse a backward page."""
        return self.slot.backward or any(isinstance(item, PageInfo) for item in self.page.items)

    def build(self) -> ColumnElement[Any]:
        """Return the object, as a scalar subquery.

        Raises:
            BadSelection: a field or edge is not in the graph.
        """
        if any(map(self._depends_on_rows, self.page.items)):
            rows, source, nodes = self._build_rows()
            items = ((item.key, self._build_item(item, rows, nodes)) for item in self.page.items)
            query = select(self._build_object(items)).select_from(source)
            return query.correlate(self.parent_row).scalar_subquery()
        return self._build_object(
            (item.key, self._build_independent_item(item)) for item in self.page.items
        )

    def _build_object(self, pairs: Iterable[tuple[str, ColumnElement[Any]]]) -> ColumnElement[Any]:
        return json_object(
            pairs, long=check_long_text_count(self.mapping.target, self.page.items) > 1
        )

    def _has_several_long_texts(self, items: Iterable[Any]) -> bool:
        return count_long_texts(self.mapping.target, items) > 1

    def _depends_on_rows(self, item: PageItem) -> bool:
        """Whether an item is computed from the rows of this page."""
        if isinstance(item, PageInfo):
            return any(self._info_depends_on_rows(part) for part in item.items)
        return isinstance(item, Edges)

    def _info_depends_on_rows(self, part: Constant | Field) -> bool:
        next_page = "hasPreviousPage" if self.slot.backward else "hasNextPage"
        return isinstance(part, Field) and part.name in ("startCursor", "endCursor", next_page)

    def _cursor_sides(self) -> list[Literal["after", "before"]]:
        sides: list[Literal["after", "before"]] = []
        sides += ["after"] if self.slot.after else []
        sides += ["before"] if self.slot.before else []
        return sides

    @property
    def _indexed(self) -> IndexedArticles | None:
        """The rows of all pages as articles of the search index, if it can find them."""
        text = self.mapping.search_text(lookup_of(self.slot))
        if text is None:
            return None
        is_by_date = self.order is not BEST_MATCH
        if self.slot.filter is None:
            return IndexedArticles(text, is_by_date=is_by_date)
        if not is_indexed(self.slot.filter):
            return None
        return IndexedArticles(text, filter_json(self.slot), is_by_date)

    @property
    def _is_read_from_index(self) -> bool:
        """Whether the rows are read in the order of the search index, not by that of a table."""
        if self.order is not NEWEST:
            return self.order is BEST_MATCH
        is_search = self.mapping.default_order is BEST_MATCH
        return is_search or (self.slot.filter is not None and has_text(self.slot.filter))

    def _join(self) -> tuple[EdgeJoin, FromClause, Position]:
        """Return the join to the rows of all pages, their alias, and their position."""
        target = self.names.alias(self.mapping.target)
        indexed = self._indexed
        if indexed is not None and self._is_read_from_index:
            join = join_hits(indexed, indexed.all_hits(), target)
            return join, target, Position(join.sort_value, join.sort_key)
        join = self.mapping.join(self.parent_row, target, lookup_of(self.slot))
        if self.slot.filter is not None:
            if self.mapping.target != "Article":
                raise BadSelection(f"{self.mapping.target} rows take no filter")
            matches = self.objects.build_filter(
                self.slot.number, self.slot.filter, target, self.depth
            )
            where = matches if join.where is None else and_(join.where, matches)
            join = replace(join, where=where, total_count=indexed and indexed.total_count())
        value = join.sort_value if self._is_default_order else self.order.sort_value(target)
        return join, target, Position(value, join.sort_key)

    @property
    def _is_default_order(self) -> bool:
        return self.order is self.mapping.default_order

    def _join_page(self, size: ColumnElement[int]) -> tuple[EdgeJoin, FromClause, Position]:
        """Return what `_join` returns, with the rows that this page needs, and maybe others.

        Args:
            size: maximum number of rows.
        """
        indexed = self._indexed
        if indexed is None or not self._is_read_from_index:
            return self._join()
        cursors = {
            side: cursor_position(self.slot, self.order, side) for side in self._cursor_sides()
        }
        bounds = PageBounds(size, self.slot.backward, cursors.get("after"), cursors.get("before"))
        target = self.names.alias(self.mapping.target)
        join = join_hits(indexed, indexed.page_hits(bounds), target)
        return join, target, Position(join.sort_value, join.sort_key)

    def _build_rows(self) -> tuple[FromClause, FromClause, FromClause]:
        """Return the rows of the page, what to select them from, and the rows of their nodes.

        For page info, rows are numbered, and there is one more than the page has. Numbering costs
        more with wider rows, so only keys are numbered, and their nodes are looked up.
        """
        limit = self.page_size + 1 if self.needs_row_numbers else self.page_size
        join, target, position = self._join_page(limit)
        selections = [
            part.selection
            for item in self.page.items
            if isinstance(item, Edges)
            for part in item.items
            if isinstance(part, Node)
        ]
        columns = (
            []
            if self.needs_row_numbers
            else required_columns(self.mapping.target, target, *selections)
        )
        has_key = any(column.name == "id" for column in columns)
        key = [] if has_key else [position.key.label("id")]
        rank = [] if join.rank is None else [join.rank.label("rank")]
        query = select_joined(join, *columns, *key, *rank, position.value.label("sort_value"))
        for side in self._cursor_sides():
            cursor = cursor_position(self.slot, self.order, side)
            query = query.where(self.order.is_beyond(position, cursor, after=side == "after"))
        backward = self.slot.backward
        query = query.order_by(*self.order.order_by(position, backward=backward))
        query = query.correlate(self.parent_row)
        if not self.needs_row_numbers:
            rows = query.limit(limit).subquery(self.names.unique("rows"))
            return rows, rows, rows
        keys = query.limit(limit).subquery(self.names.unique("keys"))
        order = self.order.order_by(Position(keys.c.sort_value, keys.c.id), backward=backward)
        number = func.row_number().over(order_by=order).label("number")
        numbered = select(keys, number, func.count().over().label("size"))
        # With a LIMIT the rows keep their order; SQLite may drop an ORDER BY without one.
        numbered = numbered.order_by(*([number.desc()] if backward else order))
        rows = numbered.limit(limit).subquery(self.names.unique("rows"))
        if not selections:
            return rows, rows, rows
        nodes = self.names.alias(self.mapping.target)
        return rows, ordered_join(rows, nodes, nodes.c.id == rows.c.id), nodes

    def _build_independent_item(self, item: PageItem) -> ColumnElement[Any]:
        """Return an item that does not depend on the rows of this page."""
        if isinstance(item, Constant):
            return text_literal(item.value)
        if isinstance(item, PageInfo):
            return json_object((part.key, self._build_info(part, None)) for part in item.items)
        if isinstance(item, Facets):
            return self._build_facets(item)
        join, _, _ = self._join()
        if isinstance(item, Suggestion | Completions):
            if join.suggestion is None or join.completions is None:
                raise BadSelection("only a search has suggestions")
            return join.suggestion if isinstance(item, Suggestion) else join.completions
        if join.total_count is not None:
            return join.total_count
        return select_joined(join, func.count()).correlate(self.parent_row).scalar_subquery()

    def _build_facets(self, facets: Facets) -> ColumnElement[Any]:
        selected = [item for item in facets.items if isinstance(item, Facet)]
        for facet in selected:
            if facet.name not in FACETS:
                raise BadSelection(f"articles are not counted by {facet.name!r}")
        # Articles that depend on no other row are read once for all facets.
        is_shared = self.depth == 0 and len(selected) > 1 and self._indexed is None
        columns = dict.fromkeys(FACETS[facet.name].required_column for facet in selected)
        articles = self.objects.materialize(self._select_articles(columns)) if is_shared else None
        return json_object(
            (
                (
                    item.key,
                    text_literal(item.value)
                    if isinstance(item, Constant)
                    else self._build_facet(item, articles),
                )
                for item in facets.items
            ),
            long=self._has_several_long_texts(facets.items),
        )

    def _select_articles(self, columns: Iterable[str]) -> Select[Any]:
        """Return a SELECT of the articles of all pages, to be counted."""
        join, target, _ = self._join()
        return select_joined(join, *(target.c[name] for name in columns)).correlate(self.parent_row)

    def _build_facet(self, facet: Facet, articles: FromClause | None) -> ColumnElement[Any]:
        facet_mapping, indexed = FACETS[facet.name], self._indexed
        if indexed is not None:
            counts = indexed.count_values(facet.name, facet.first, facet_mapping.value_type)
        else:
            if articles is None:
                query = self._select_articles([facet_mapping.required_column])
                articles = query.subquery(self.names.unique("counted"))
            counts = facet_mapping.count(articles)
        limit: ColumnElement[int] = literal_column(str(facet.first))
        groups = facet_mapping.sort(counts).limit(limit).subquery(self.names.unique("groups"))

        def build_item(item: Constant | Field | Edge) -> ColumnElement[Any]:
            if isinstance(item, Constant):
                return text_literal(item.value)
            if isinstance(item, Field) and item.name in ("count", facet_mapping.value_name):
                return groups.c["count" if item.name == "count" else "value"]
            entity = facet_mapping.entity
            if entity and isinstance(item, Edge) and item.name == facet_mapping.value_name:
                assert isinstance(item.selection, Selection)  # noqa: S101 - it leads to one object
                row = self.names.alias(entity)
                node = self.objects.build_node(
                    entity, row, item.selection, self.objects.cte_from_depth
                )
                lookup = select(node).where(row.c.id == groups.c.value)
                return lookup.correlate(groups).scalar_subquery()
            raise BadSelection(f"a value of {facet.name!r} has no {item.name!r}")

        long = sum(isinstance(item, Edge) for item in facet.items) > 1
        group = json_object(((item.key, build_item(item)) for item in facet.items), long=long)
        group_list = json_array(group, long=count_long_texts(self.mapping.target, (facet,)) > 0)
        return select(group_list).select_from(groups).scalar_subquery()

    def _build_item(
        self, item: PageItem, rows: FromClause, nodes: FromClause
    ) -> ColumnElement[Any]:
        if isinstance(item, Constant | TotalCount | Suggestion | Completions | Facets):
            return self._build_independent_item(item)
        if isinstance(item, PageInfo):
            return json_object((part.key, self._build_info(part, rows)) for part in item.items)
        pairs = ((part.key, self._build_edge_item(part, rows, nodes)) for part in item.items)
        edge = json_object(pairs, long=self._has_several_long_texts(item.items))
        is_on_page = rows.c.number <= self.page_size if self.needs_row_numbers else None
        long = count_long_texts(self.mapping.target, item.items) > 0
        return json_array(edge, is_on_page, long=long)

    def _build_edge_item(
        self, part: Constant | Field | Cursor | Node, rows: FromClause, nodes: FromClause
    ) -> ColumnElement[Any]:
        if isinstance(part, Constant):
            return text_literal(part.value)
        if isinstance(part, Cursor):
            return self._encode_cursor(rows)
        if isinstance(part, Field):
            if part.name not in self.mapping.edge_fields:
                raise BadSelection(f"an edge to {self.mapping.target} has no {part.name!r}")
            return self.mapping.edge_fields[part.name](rows, lookup_of(self.slot))
        return self.objects.build_node(self.mapping.target, nodes, part.selection, self.depth + 3)

    def _encode_cursor(self, rows: FromClause) -> ColumnElement[str]:
        return self.order.encode_cursor(Position(rows.c.sort_value, rows.c.id))

    def _build_info(self, part: Constant | Field, rows: FromClause | None) -> ColumnElement[Any]:
        """Return an item of the page info; `rows` is None unless an item depends on them."""
        if isinstance(part, Constant):
            return text_literal(part.value)
        backward = self.slot.backward
        if part.name in ("hasNextPage", "hasPreviousPage"):
            side: Literal["after", "before"] = "before" if part.name == "hasNextPage" else "after"
            has_outer_rows = self._has_rows_outside(side)
            if rows is None or not self._info_depends_on_rows(part):
                return json_boolean(has_outer_rows)
            is_cut_off = func.coalesce(func.max(rows.c.size), 0) > self.page_size
            return json_boolean(or_(is_cut_off, has_outer_rows))
        if rows is None or not self._info_depends_on_rows(part):
            raise BadSelection(f"PageInfo has no field {part.name!r}")
        last = case((rows.c.size < self.page_size, rows.c.size), else_=self.page_size)
        # A page of size 0 still has the one further row, which must not become its start.
        first = case((self.page_size > 0, literal(1)))
        ends = (last, first) if backward else (first, last)
        numbers = dict(zip(("startCursor", "endCursor"), ends, strict=True))
        is_end = rows.c.number == numbers[part.name]
        return func.max(self._encode_cursor(rows)).filter(is_end)

    def _has_rows_outside(self, side: Literal["after", "before"]) -> ColumnElement[bool]:
        """Return whether there are rows at this side's cursor, or outside of it."""
        if side not in self._cursor_sides():
            return false()
        join, _, position = self._join()
        cursor = cursor_position(self.slot, self.order, side)
        is_outside = self.order.is_beyond(position, cursor, after=side == "before", inclusive=True)
        return select_joined(join, literal(1)).where(is_outside).correlate(self.parent_row).exists()
