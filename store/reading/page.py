"""A page of a connection in SQL: edges, cursors, where it lies, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import case, exists, false, func, literal, select

from store.errors import BadSelection
from store.reading.json_sql import constant, json_boolean, json_list, json_object
from store.reading.reach import Names, after_of, first_of, needed, reached
from store.reading.selection import (
    Constant,
    Cursor,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
    Slot,
    TotalCount,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from store.reading.mapping import EdgeMap, Reach, Row
    from store.reading.selection import PageItem


class Nodes(Protocol):
    """Builds the object of a page's node."""

    def node(self, entity: str, row: Row, selection: Selection, depth: int) -> ColumnElement[Any]:
        """Return a row's JSON object."""


@dataclass(slots=True)
class PageObject:
    """The JSON object of a page, being built.

    Attributes:
        nodes: builds the objects of its nodes.
        names: gives names to the parts of the statement.
        edge: what the page is of.
        row: where the edge starts.
        page: what is wanted of the page.
        slot: the place of its arguments.
        depth: how many selects stand around it.
    """

    nodes: Nodes
    names: Names
    edge: EdgeMap
    row: Row
    page: Page
    slot: Slot
    depth: int

    @property
    def first(self) -> ColumnElement[int]:
        """How many rows the page has at most."""
        return first_of(self.slot)

    @property
    def placed(self) -> bool:
        """Whether it is asked where the page lies."""
        return any(isinstance(item, PageInfo) for item in self.page.items)

    def object(self) -> ColumnElement[Any]:
        """Return the object, as a scalar subquery.

        Raises:
            BadSelection: a field or edge is not in the graph.
        """
        if not any(isinstance(item, Edges | PageInfo) for item in self.page.items):
            return json_object((item.key, self._alone(item)) for item in self.page.items)
        rows = self._rows()
        built = json_object((item.key, self._item(item, rows)) for item in self.page.items)
        return select(built).select_from(rows).correlate(self.row).scalar_subquery()

    def _reach(self) -> tuple[Reach, Row]:
        other = self.names.alias(self.edge.target)
        return self.edge.reach(self.row, other, None), other

    def _rows(self) -> FromClause:
        """Return the rows of the page; where its place is asked for, numbered and one more."""
        order, target = self.edge.order, self.edge.target
        reach, other = self._reach()
        selections = [
            part.selection
            for item in self.page.items
            if isinstance(item, Edges)
            for part in item.items
            if isinstance(part, Node)
        ]
        found = reached(reach, *needed(target, other, *selections, order=order.column))
        if self.slot.after:
            found = found.where(order.after(after_of(self.slot), reach.value, reach.key))
        found = found.order_by(*order.by(reach.value, reach.key)).correlate(self.row)
        if not self.placed:
            return found.limit(self.first).subquery(self.names.new("rows"))
        more = found.limit(self.first + 1).subquery(self.names.new("found"))
        number = func.row_number().over(order_by=order.by(more.c[order.column], more.c.id))
        size = func.count().over()
        numbered = select(more, number.label("number"), size.label("size"))
        return numbered.order_by(number).subquery(self.names.new("rows"))

    def _alone(self, item: PageItem) -> ColumnElement[Any]:
        if isinstance(item, Constant):
            return constant(item.value)
        reach, _ = self._reach()
        if reach.count is None:
            raise BadSelection(f"the {self.edge.target} rows of this page are not counted")
        return reach.count

    def _item(self, item: PageItem, rows: FromClause) -> ColumnElement[Any]:
        if isinstance(item, Constant | TotalCount):
            return self._alone(item)
        if isinstance(item, PageInfo):
            return json_object((part.key, self._place(part, rows)) for part in item.items)
        listed = json_list(json_object((part.key, self._part(part, rows)) for part in item.items))
        return listed.filter(rows.c.number <= self.first) if self.placed else listed

    def _part(self, part: Constant | Cursor | Node, rows: FromClause) -> ColumnElement[Any]:
        if isinstance(part, Constant):
            return constant(part.value)
        if isinstance(part, Cursor):
            return self._cursor(rows)
        return self.nodes.node(self.edge.target, rows, part.selection, self.depth + 3)

    def _cursor(self, rows: FromClause) -> ColumnElement[str]:
        return self.edge.order.cursor(rows.c[self.edge.order.column], rows.c.id)

    def _place(self, part: Constant | Field, rows: FromClause) -> ColumnElement[Any]:
        if isinstance(part, Constant):
            return constant(part.value)
        if part.name == "hasNextPage":
            return json_boolean(func.coalesce(func.max(rows.c.size), 0) > self.first)
        if part.name == "hasPreviousPage":
            return json_boolean(self._any_before())
        last = case((rows.c.size < self.first, rows.c.size), else_=self.first)
        # Of a page of none there is a row that only tells of a next page; it is not its start.
        start = case((self.first > 0, literal(1)))
        numbers = {"startCursor": start, "endCursor": last}
        if part.name not in numbers:
            raise BadSelection(f"PageInfo has no field {part.name!r}")
        at = rows.c.number == numbers[part.name]
        return func.max(self._cursor(rows)).filter(at)

    def _any_before(self) -> ColumnElement[bool]:
        if not self.slot.after:
            return false()
        reach, _ = self._reach()
        upto = self.edge.order.upto(after_of(self.slot), reach.value, reach.key)
        return exists(reached(reach, literal(1)).where(upto).correlate(self.row))
