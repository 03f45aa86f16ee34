"""A page of a connection in SQL: edges, cursors, where it lies, and how many rows there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sqlalchemy import and_, case, false, func, literal, literal_column, or_, select

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.joins import (
    NESTING,
    Names,
    by_of,
    few_long,
    long_parts,
    needed,
    place_of,
    reached,
    revision_of,
    size_of,
)
from newsgraph.store.query.json_sql import (
    as_json,
    constant,
    in_order,
    json_boolean,
    json_list,
    json_object,
)
from newsgraph.store.query.order import Order, Place
from newsgraph.store.query.selection import (
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
    Slot,
    TotalCount,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, FromClause, Select

    from newsgraph.store.query.entity import EdgeMap, Reach, Row
    from newsgraph.store.query.filter import Filter
    from newsgraph.store.query.selection import PageItem


class PageNodes(Protocol):
    """Builds the object of a page's node, and says which rows fit a filter."""

    def node(self, entity: str, row: Row, selection: Selection, depth: int) -> ColumnElement[Any]:
        """Return a row's JSON object."""

    def fits(self, slot: int, filter_: Filter, row: FromClause, depth: int) -> ColumnElement[bool]:
        """Return whether an article's row is as a filter says."""

    def found_once(self, rows: Select[Any]) -> FromClause:
        """Return a name for rows that hang on no other row, and are found once."""


@dataclass(slots=True)
class PageObject:
    """The JSON object of a page, being built.

    Attributes:
        nodes: builds the objects of its nodes.
        names: gives names to the parts of the statement.
        edge: what the page is of.
        order: the order of its rows.
        row: where the edge starts.
        page: what is wanted of the page.
        slot: the place of its arguments.
        depth: how many selections stand around it.
    """

    nodes: PageNodes
    names: Names
    edge: EdgeMap
    order: Order
    row: Row
    page: Page
    slot: Slot
    depth: int

    @property
    def size(self) -> ColumnElement[int]:
        """How many rows the page has at most."""
        return size_of(self.slot)

    @property
    def numbered(self) -> bool:
        """Whether rows carry numbers: to tell where the page lies, or to turn it round."""
        return self.slot.backward or any(isinstance(item, PageInfo) for item in self.page.items)

    def object(self) -> ColumnElement[Any]:
        """Return the object, as a scalar subquery; null where a cursor's revision has passed.

        Raises:
            BadSelection: a field or edge is not in the graph.
        """
        if any(map(self._hangs_on_rows, self.page.items)):
            rows, source, nodes = self._rows()
            items = ((item.key, self._item(item, rows, nodes)) for item in self.page.items)
            found = select(self._whole(items)).select_from(source)
            page: ColumnElement[Any] = found.correlate(self.row).scalar_subquery()
        else:
            page = self._whole((item.key, self._alone(item)) for item in self.page.items)
        if not self._bound:
            return page
        sides = self._sides()
        now = (revision_of(self.slot, side) == self.row.c.revision for side in sides)
        return as_json(case((and_(*now), page)))

    def _whole(self, pairs: Iterable[tuple[str, ColumnElement[Any]]]) -> ColumnElement[Any]:
        return json_object(pairs, long=few_long(self.edge.target, self.page.items) > 1)

    def _several_long(self, items: Iterable[Any]) -> bool:
        return long_parts(self.edge.target, items) > 1

    @property
    def _bound(self) -> bool:
        """Whether it has a cursor that holds for one revision, and so a condition around it."""
        return self.order.of_revision and bool(self._sides())

    def _hangs_on_rows(self, item: PageItem) -> bool:
        """Whether an item is made of the rows of this page, all of them together."""
        if isinstance(item, PageInfo):
            return any(self._tells_of_rows(part) for part in item.items)
        return isinstance(item, Edges)

    def _tells_of_rows(self, part: Constant | Field) -> bool:
        onward = "hasPreviousPage" if self.slot.backward else "hasNextPage"
        return isinstance(part, Field) and part.name in ("startCursor", "endCursor", onward)

    def _sides(self) -> list[Literal["after", "before"]]:
        given: list[Literal["after", "before"]] = []
        given += ["after"] if self.slot.after else []
        given += ["before"] if self.slot.before else []
        return given

    def _reach(self) -> tuple[Reach, FromClause, Place]:
        """Return the rows of all pages, their alias, and where each of them stands."""
        other = self.names.alias(self.edge.target)
        reach = self.edge.reach(self.row, other, by_of(self.slot))
        if self.slot.filter is not None:
            if self.edge.target != "Article":
                raise BadSelection(f"{self.edge.target} rows take no filter")
            fits = self.nodes.fits(self.slot.number, self.slot.filter, other, self.depth)
            where = fits if reach.where is None else and_(reach.where, fits)
            reach = replace(reach, where=where, count=None)
        own = self.order is self.edge.order
        return reach, other, Place(reach.value if own else self.order.value(other), reach.key)

    def _rows(self) -> tuple[FromClause, FromClause, FromClause]:
        """Return the rows of the page, what they are selected from, and where their nodes are.

        Where its place is asked for, they are numbered, and one more. Numbers cost the more the
        wider the rows are, so that only keys are numbered, and their nodes looked up.
        """
        reach, other, place = self._reach()
        selections = [
            part.selection
            for item in self.page.items
            if isinstance(item, Edges)
            for part in item.items
            if isinstance(part, Node)
        ]
        columns = [] if self.numbered else needed(self.edge.target, other, *selections)
        key = [] if any(one.name == "id" for one in columns) else [place.key.label("id")]
        found = reached(reach, *columns, *key, place.value.label("place"))
        for side in self._sides():
            of = place_of(self.slot, self.order, side)
            found = found.where(self.order.lies(place, of, after=side == "after"))
        backward = self.slot.backward
        found = found.order_by(*self.order.by(place, backward=backward)).correlate(self.row)
        if not self.numbered:
            rows = found.limit(self.size).subquery(self.names.new("rows"))
            return rows, rows, rows
        keys = found.limit(self.size + 1).subquery(self.names.new("keys"))
        # A derived table with a limit keeps its order.
        number, size = func.row_number().over(), func.count().over()
        numbered = select(keys, number.label("number"), size.label("size"))
        if backward:
            numbered = numbered.order_by(number.desc()).limit(self.size + 1)
        rows = numbered.subquery(self.names.new("rows"))
        if not selections:
            return rows, rows, rows
        nodes = self.names.alias(self.edge.target)
        return rows, in_order(rows, nodes, nodes.c.id == rows.c.id), nodes

    def _alone(self, item: PageItem) -> ColumnElement[Any]:
        """Return what does not hang on the rows of this page."""
        if isinstance(item, Constant):
            return constant(item.value)
        if isinstance(item, PageInfo):
            return json_object((part.key, self._lies(part, None)) for part in item.items)
        if isinstance(item, Facets):
            return self._facets(item)
        reach, _, _ = self._reach()
        if reach.count is not None:
            return reach.count
        return reached(reach, func.count()).correlate(self.row).scalar_subquery()

    def _facets(self, facets: Facets) -> ColumnElement[Any]:
        asked = [one for one in facets.items if isinstance(one, Facet)]
        for one in asked:
            if one.name not in FACETS:
                raise BadSelection(f"articles are not counted by {one.name!r}")
        # Rows that hang on no other row are found once for all facets.
        together = self.depth == 0 and len(asked) > 1
        needs = dict.fromkeys(FACETS[one.name].needs for one in asked)
        known = self.nodes.found_once(self._counted(needs)) if together else None
        return json_object(
            (
                (
                    one.key,
                    constant(one.value) if isinstance(one, Constant) else self._facet(one, known),
                )
                for one in facets.items
            ),
            long=self._several_long(facets.items),
        )

    def _counted(self, columns: Iterable[str]) -> Select[Any]:
        """Return the articles of all pages, which are counted."""
        reach, other, _ = self._reach()
        return reached(reach, *(other.c[name] for name in columns)).correlate(self.row)

    def _facet(self, facet: Facet, known: FromClause | None) -> ColumnElement[Any]:
        counted = FACETS[facet.name]
        if known is None:
            articles = self._counted([counted.needs])
            known = articles.subquery(self.names.new("counted"))
        limit: ColumnElement[int] = literal_column(str(facet.first))
        groups = counted.groups(known).limit(limit).subquery(self.names.new("groups"))

        def part(item: Constant | Field | Edge) -> ColumnElement[Any]:
            if isinstance(item, Constant):
                return constant(item.value)
            if isinstance(item, Field) and item.name in ("count", counted.value):
                return groups.c["count" if item.name == "count" else "value"]
            if isinstance(item, Edge) and item.name == counted.value and counted.entity:
                assert isinstance(item.to, Selection)  # noqa: S101 - it leads to one object
                row = self.names.alias(counted.entity)
                node = self.nodes.node(counted.entity, row, item.to, NESTING)
                found = select(node).where(row.c.id == groups.c.value)
                return found.correlate(groups).scalar_subquery()
            raise BadSelection(f"a value of {facet.name!r} has no {item.name!r}")

        long = sum(isinstance(item, Edge) for item in facet.items) > 1
        value = json_object(((item.key, part(item)) for item in facet.items), long=long)
        listed = json_list(value, long=long_parts(self.edge.target, (facet,)) > 0)
        return select(listed).select_from(groups).scalar_subquery()

    def _item(self, item: PageItem, rows: FromClause, nodes: FromClause) -> ColumnElement[Any]:
        if isinstance(item, Constant | TotalCount | Facets):
            return self._alone(item)
        if isinstance(item, PageInfo):
            return json_object((part.key, self._lies(part, rows)) for part in item.items)
        pairs = ((part.key, self._part(part, rows, nodes)) for part in item.items)
        value = json_object(pairs, long=self._several_long(item.items))
        only = rows.c.number <= self.size if self.numbered else None
        return json_list(value, only, long=long_parts(self.edge.target, item.items) > 0)

    def _part(
        self, part: Constant | Field | Cursor | Node, rows: FromClause, nodes: FromClause
    ) -> ColumnElement[Any]:
        if isinstance(part, Constant):
            return constant(part.value)
        if isinstance(part, Cursor):
            return self._cursor(rows)
        if isinstance(part, Field):
            if part.name not in self.edge.edge_fields:
                raise BadSelection(f"an edge to {self.edge.target} has no {part.name!r}")
            return self.edge.edge_fields[part.name](rows, by_of(self.slot))
        around = 5 if self._bound else 3
        return self.nodes.node(self.edge.target, nodes, part.selection, self.depth + around)

    def _cursor(self, rows: FromClause) -> ColumnElement[str]:
        revision = self.row.c.revision if self.order.of_revision else None
        return self.order.cursor(Place(rows.c.place, rows.c.id), revision)

    def _lies(self, part: Constant | Field, rows: FromClause | None) -> ColumnElement[Any]:
        """Return a part of the page's place; it needs the rows where it tells of them."""
        if isinstance(part, Constant):
            return constant(part.value)
        backward = self.slot.backward
        if part.name in ("hasNextPage", "hasPreviousPage"):
            side: Literal["after", "before"] = "before" if part.name == "hasNextPage" else "after"
            beyond = self._any_beyond(side)
            if rows is None or not self._tells_of_rows(part):
                return json_boolean(beyond)
            return json_boolean(or_(func.coalesce(func.max(rows.c.size), 0) > self.size, beyond))
        if rows is None or not self._tells_of_rows(part):
            raise BadSelection(f"PageInfo has no field {part.name!r}")
        last = case((rows.c.size < self.size, rows.c.size), else_=self.size)
        # Of a page of none there is a row that only tells of a next page; it is not its start.
        start = case((self.size > 0, literal(1)))
        ends = (last, start) if backward else (start, last)
        numbers = dict(zip(("startCursor", "endCursor"), ends, strict=True))
        at = rows.c.number == numbers[part.name]
        return func.max(self._cursor(rows)).filter(at)

    def _any_beyond(self, side: Literal["after", "before"]) -> ColumnElement[bool]:
        """Return whether rows stand on the other side of a cursor, or at it."""
        if side not in self._sides():
            return false()
        reach, _, place = self._reach()
        of = place_of(self.slot, self.order, side)
        beyond = self.order.lies(place, of, after=side == "before", or_at=True)
        return reached(reach, literal(1)).where(beyond).correlate(self.row).exists()
