"""The store's query language: what to read, as a tree of values.

GraphQL, feeds and pages all query the store in this form. A `Selection` lists what to read of
one entity of the graph, as a GraphQL selection set does. Each item has a ``key``: the name of
its value in the JSON result, so that two items may read the same field. Every selection starts
at the entity ``Query``; fields and edges have the names of `store.query.graph_map`.

    Selection((
        Edge("newest", "articles", Page((
            Edges("edges", (Cursor("cursor"), Node("node", Selection((
                Field("title", "title"),
                Edge("topics", "topics", Selection((Field("slug", "slug"),))),
            ))))),
        )), EdgeArguments(first=10)),
    ))

gives ``{"newest": {"edges": [{"cursor": "…", "node": {"title": "…", "topics":
[{"slug": "ai"}]}}]}}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from newsgraph.store.query.filter import Filter


@dataclass(frozen=True, slots=True)
class Constant:
    """A string that is known in advance, such as GraphQL's ``__typename``."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar field of an entity, or of a page's `PageInfo`."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class EdgeArguments:
    """Which rows of an edge to read.

    Attributes:
        first: maximum number of rows, from the start; without it and `last`, a list is complete
            and a page has `DEFAULT_PAGE_SIZE` rows.
        last: maximum number of rows, from the end, instead of `first`; pages only.
        after, before: cursors between which the rows are; pages only.
        lookup: what to look the rows up by, as (name, value): ``("slug", "ai")`` gives one
            object, ``("query", "robots")`` the matches of a search, ``("ids", (("Topic", 7),))``
            one object per id, ``("keys", (1, 7))`` the articles, topics or providers whose keys
            are in this range, both ends included (with the order ``key`` this is one scan of an
            index), ``("owners", (7,))`` the changes of articles that belong to all of these
            topics and providers; of all articles if there are none.
        filter: condition on the rows of a page.
        order: name of one of the page's orders; None for its default order.
    """

    first: int | None = None
    last: int | None = None
    after: str | None = None
    before: str | None = None
    lookup: tuple[str, str | int | tuple[int, ...] | tuple[tuple[str, int], ...]] | None = None
    filter: Filter | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class ArgumentSlot:
    """Placeholder for an edge's arguments: what the SQL text depends on, without the values.

    Attributes:
        number: number of the edge in the statement, from 0.
        after, before: whether there is such a cursor.
        backward: whether rows are counted from the end.
        lookup: name of what rows are looked up by.
        filter: the filter, without its values.
        order: name of the order, as in `EdgeArguments`.
    """

    number: int
    after: bool = False
    before: bool = False
    backward: bool = False
    lookup: str | None = None
    filter: Filter | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge to follow, and what to read of its rows.

    Attributes:
        key: name of the value in the result.
        name: name of the edge in the graph.
        selection: what to read: of one object or of each object of a list, of a page, of rows of
            several entities, or of the change log.
        arguments: which rows; a slot in a selection that has been compiled.
    """

    key: str
    name: str
    selection: Selection | Page | UnionSelection | ChangeLogPage
    arguments: EdgeArguments | ArgumentSlot = EdgeArguments()


@dataclass(frozen=True, slots=True)
class Selection:
    """What to read of an entity."""

    items: tuple[Constant | Field | Edge, ...]


@dataclass(frozen=True, slots=True)
class UnionSelection:
    """What to read of rows of several entities.

    Attributes:
        selections: pairs of an entity's name and what to read of its rows.
    """

    selections: tuple[tuple[str, Selection], ...]


@dataclass(frozen=True, slots=True)
class ChangeRows:
    """The changes of a `ChangeLogPage`, oldest first.

    The fields of a change are ``id``, ``removed``, ``revision`` and ``token``; its edges lead to
    the object that changed.
    """

    key: str
    items: tuple[Constant | Field | Edge, ...]


@dataclass(frozen=True, slots=True)
class ChangeLogPage:
    """The changes after a token (`EdgeArguments.after`), at most `first` of them.

    Its fields are ``token``, which continues after this page, and ``hasMore``. The result is
    null if the token is of another store, or older than the deletions that the log contains.
    """

    items: tuple[Constant | Field | ChangeRows, ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The cursor of a connection's edge."""

    key: str


@dataclass(frozen=True, slots=True)
class Node:
    """The node of a connection's edge."""

    key: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of a page, in order; a `Field` is one of the edge itself, such as a score."""

    key: str
    items: tuple[Constant | Field | Cursor | Node, ...]


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Relay's ``PageInfo``: cursors of the page's ends, and whether there are further pages."""

    key: str
    items: tuple[Constant | Field, ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """The number of rows on all pages together."""

    key: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The search of a page with its misspelt words corrected; null if there is none."""

    key: str


@dataclass(frozen=True, slots=True)
class Completions:
    """Searches that begin with that of a page, whose last word is still being typed."""

    key: str


@dataclass(frozen=True, slots=True)
class Facet:
    """Counts of the rows of all pages by the values of one property.

    Attributes:
        key: name of the value in the result.
        name: one of `store.query.facets.FACETS`.
        items: what to read of each group: its ``count``, its value, or an edge to the entity
            that is its value.
        first: maximum number of groups.
    """

    key: str
    name: str
    items: tuple[Constant | Field | Edge, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of the rows of all pages, by several properties."""

    key: str
    items: tuple[Constant | Facet, ...]


PageItem: TypeAlias = Constant | TotalCount | Suggestion | Completions | Edges | PageInfo | Facets

DEFAULT_PAGE_SIZE = 20
"""Number of rows of a page without ``first`` and ``last``."""

DEFAULT_SIMILAR_ARTICLES = 5
"""Number of articles like one of them, without ``first``."""

MAX_SIMILAR_ARTICLES = 20
"""Maximum number of articles like one of them."""

SIMILAR_ARTICLES_COST = 500
"""How many objects could be read in the time in which they are found, roughly."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a connection (Relay's GraphQL Cursor Connections Specification)."""

    items: tuple[PageItem, ...]
