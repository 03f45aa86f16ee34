"""What the mapping of the graph is made of: entities, their fields and their edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import FromClause

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.order import ARTICLE_ORDERS, BY_KEY, NEWEST, Order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Table

Row: TypeAlias = FromClause
"""A table, alias or derived table that has the columns which the items need."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """A value of an entity: the columns that it is made of, and how.

    Attributes:
        long: whether it is as long as a document may be.
    """

    needs: tuple[str, ...]
    value: Callable[[Row], ColumnElement[Any]]
    long: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """How to get from a row to the rows of an edge.

    Attributes:
        source: what to select from: the target's alias, joined with what leads to it.
        where: which rows, told by the row that one comes from.
        value, key: the columns to sort by, where an index has them.
        count: how many rows there are in all (pages only).

    Further aliases in it have fixed names: what nests within refers to rows, never to them.
    """

    source: FromClause
    where: ColumnElement[bool] | None
    value: ColumnElement[Any]
    key: ColumnElement[int]
    count: ColumnElement[int] | None = None


@dataclass(frozen=True, slots=True)
class By:
    """What rows are found by.

    Attributes:
        name: a column, ``url``, ``query`` or ``keys``.
        value: what it has to be.
        page: where `name` is ``url``, the part of an address of our own that names an article.
    """

    name: str
    value: ColumnElement[Any]
    page: ColumnElement[str]


@dataclass(frozen=True, slots=True)
class EdgeMap:
    """An edge: what it leads to, the columns that it starts from, and how to follow it.

    Attributes:
        order: a page's usual order; the values that `reach` gives are its own.
        edge_fields: what a page's edges tell of a row besides its cursor.
    """

    target: str
    shape: Literal["one", "list", "page", "choice", "log"]
    needs: tuple[str, ...]
    reach: Callable[[Row, Row, By | None], Reach]
    order: Order = NEWEST
    edge_fields: Mapping[str, Callable[[FromClause, By | None], ColumnElement[Any]]] = field(
        default_factory=dict
    )

    def ordered(self, name: str | None) -> Order:
        """Return an order of its page by name; the usual one for None.

        Raises:
            BadSelection: the page has no such order.
        """
        if name is None or name == self.order.name:
            return self.order
        if name == BY_KEY.name:
            return BY_KEY
        if self.target != "Article" or self.order is not NEWEST or name not in ARTICLE_ORDERS:
            raise BadSelection(f"{self.target} rows are not ordered by {name!r}")
        return ARTICLE_ORDERS[name]


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of object: its table, its fields and its edges."""

    table: Table
    fields: Mapping[str, FieldMap]
    edges: Mapping[str, EdgeMap] = field(default_factory=dict)
