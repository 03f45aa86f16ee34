"""Classes that map the graph to the tables: entities, their fields and their edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import FromClause

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.order import ARTICLE_ORDERS, BEST_MATCH, BY_KEY, NEWEST, Order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Table


Row: TypeAlias = FromClause
"""A table, alias or derived table with the columns that the items need."""


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A field of an entity.

    Attributes:
        required_columns: columns of the entity's table that the value is computed from.
        value: from a row to the value, as SQL.
        long: whether the value can be as long as a document.
    """

    required_columns: tuple[str, ...]
    value: Callable[[Row], ColumnElement[Any]]
    long: bool = False


@dataclass(frozen=True, slots=True)
class EdgeJoin:
    """How to get from a row to the rows of an edge.

    Attributes:
        source: what to select from: the target's alias, joined with the tables that lead to it.
        where: condition on the rows, which refers to the row that the edge starts at.
        sort_value, sort_key: columns to sort by; they are chosen so that an index has them.
        total_count: number of all rows, if it is known without reading them (pages only).
        suggestion: the search with its misspelt words corrected, if the rows are those of a search
            (pages only).
        completions: searches that begin with it, likewise, as a JSON array.
        rank: rank of the rows, if they are those of a search.

    Other aliases in it have fixed names: nested statements refer to rows, never to them.
    """

    source: FromClause
    where: ColumnElement[bool] | None
    sort_value: ColumnElement[Any]
    sort_key: ColumnElement[int]
    total_count: ColumnElement[int] | None = None
    suggestion: ColumnElement[str] | None = None
    completions: ColumnElement[Any] | None = None
    rank: ColumnElement[str] | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """What rows are looked up by.

    Attributes:
        name: a column, ``url``, ``query`` or ``keys``.
        value: parameter with the value.
        article_href: where `name` is ``url``, parameter with the `href` of the article whose
            internal URL it is.
        alias: where `name` is ``url``, parameter with the path below the site's base URL, in the
            normal form of old addresses.
        root: where `name` is ``path``, parameter with the key of the root that comes first.
    """

    name: str
    value: ColumnElement[Any]
    article_href: ColumnElement[str]
    alias: ColumnElement[str]
    root: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class EdgeMapping:
    """An edge of an entity.

    Attributes:
        target: name of the entity that it leads to.
        kind: whether it leads to one object, a list, a page, rows of several entities
            (``choice``) or the change log.
        required_columns: columns of the entity's table that the edge starts from.
        join: from a row, the target's alias and what the rows are looked up by to the join.
        default_order: a page's default order; its values are the join's `sort_value`.
        edge_fields: fields of a connection's edges besides the cursor.
        search_text: from what rows are looked up by to the search that finds them all, if the
            search index has them; an empty search finds all articles.
        max_rows: maximum number of rows of a list that is computed.
        cost: how many objects could be read in the time that such a list takes, besides its rows.
    """

    target: str
    kind: Literal["one", "list", "page", "choice", "log"]
    required_columns: tuple[str, ...]
    join: Callable[[Row, Row, Lookup | None], EdgeJoin]
    default_order: Order = NEWEST
    edge_fields: Mapping[str, Callable[[FromClause, Lookup | None], ColumnElement[Any]]] = field(
        default_factory=dict
    )
    search_text: Callable[[Lookup | None], ColumnElement[str] | None] = lambda _lookup: None
    max_rows: int | None = None
    cost: int = 0

    def get_order(self, name: str | None) -> Order:
        """Return an order of the page by its name; the default order for None.

        Raises:
            BadSelection: the page has no such order.
        """
        if name is None or name == self.default_order.name:
            return self.default_order
        if name == BY_KEY.name:
            return BY_KEY
        if self.default_order is BEST_MATCH and name == NEWEST.name:
            return NEWEST
        has_article_orders = self.target == "Article" and self.default_order is NEWEST
        if not has_article_orders or name not in ARTICLE_ORDERS:
            raise BadSelection(f"{self.target} rows are not ordered by {name!r}")
        return ARTICLE_ORDERS[name]


@dataclass(frozen=True, slots=True)
class Entity:
    """A type of object: its table, its fields and its edges, by their names in the graph."""

    table: Table
    fields: Mapping[str, FieldMapping]
    edges: Mapping[str, EdgeMapping] = field(default_factory=dict)
