"""The one query language inside: what to read, as a tree of values.

GraphQL, feeds and pages all ask the store in this form. A `Selection` is what is wanted
of one entity of the graph; each item has the ``key`` that its value gets in the JSON
object that comes back, so two items may read the same field. A read starts at the
entity ``Query``; the names of fields and edges are those of `store.query.graph_map`.

    Selection((
        Edge("newest", "articles", Page((
            Edges("edges", (Cursor("cursor"), Node("node", Selection((
                Field("title", "title"),
                Edge("topics", "topics", Selection((Field("slug", "slug"),))),
            ))))),
        )), Arguments(first=10)),
    ))

comes back as ``{"newest": {"edges": [{"cursor": "…", "node": {"title": "…", "topics":
[{"slug": "ai"}]}}]}}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from newsgraph.store.query.filter import Filter


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that is known beforehand, such as GraphQL's ``__typename``."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the entity, or of a page's place (Relay's ``PageInfo``)."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """Which rows an edge leads to.

    Attributes:
        first: at most so many from the start; without it and `last`, a list is whole and a
            page has `PAGE_SIZE` rows.
        last: at most so many from the end, instead of `first`; pages only.
        after, before: cursors that the rows lie between; pages only.
        by: what to find rows by, as (name, value): ``("slug", "ai")`` finds one,
            ``("query", "robots")`` what a search finds, ``("ids", (("Topic", 7),))`` one for
            each id, ``("keys", (1, 7))`` all articles, topics or providers whose keys are no
            less and no more than these (with the order ``key`` one scan of an index),
            ``("places", (7,))`` changes of articles that are in all of
            these topics and providers (in none, of all articles).
        filter: what the rows of a page have to be.
        order: the name of one of the page's orders; its usual one if left out.
    """

    first: int | None = None
    last: int | None = None
    after: str | None = None
    before: str | None = None
    by: tuple[str, str | int | tuple[int, ...] | tuple[tuple[str, int], ...]] | None = None
    filter: Filter | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of an edge's arguments in a statement, which leaves their values open.

    Attributes:
        number: counts the edges of the statement.
        after, before: whether there is such a cursor.
        backward: whether the rows are counted from the end.
        by: the name of what rows are found by.
        filter: the filter without its values.
        order: as in `Arguments`.
    """

    number: int
    after: bool = False
    before: bool = False
    backward: bool = False
    by: str | None = None
    filter: Filter | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """What is found along an edge: an object, a list, a page, or rows of several kinds."""

    key: str
    name: str
    to: Selection | Page | Choice | Log
    arguments: Arguments | Slot = Arguments()


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted of an entity."""

    items: tuple[Constant | Field | Edge, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is wanted of each row, by the entity that it is of."""

    of: tuple[tuple[str, Selection], ...]


@dataclass(frozen=True, slots=True)
class LogRows:
    """The changes, oldest first: ``id``, ``removed``, ``revision``, ``token`` and the object."""

    key: str
    items: tuple[Constant | Field | Edge, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """What changed in the store after a token (`Arguments.after`), at most `first` changes.

    Its fields are ``token``, where to go on, and ``hasMore``. It comes back as null where
    the token is another store's or older than what the store remembers.
    """

    items: tuple[Constant | Field | LogRows, ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The cursor of a page's edge."""

    key: str


@dataclass(frozen=True, slots=True)
class Node:
    """What a page's edge leads to."""

    key: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class Edges:
    """The rows of the page, in order; a field is one of the edge itself, as a score is."""

    key: str
    items: tuple[Constant | Field | Cursor | Node, ...]


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where the page lies."""

    key: str
    items: tuple[Constant | Field, ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """How many rows there are on all pages together."""

    key: str


@dataclass(frozen=True, slots=True)
class Facet:
    """How the rows of all pages are spread over the values of one of their properties.

    Attributes:
        key: in the answer.
        name: one of `store.query.facets`.
        items: what is wanted of each value: its ``count``, the value, or an edge to it.
        first: at most so many values.
    """

    key: str
    name: str
    items: tuple[Constant | Field | Edge, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How the rows of all pages are spread, by several of their properties."""

    key: str
    items: tuple[Constant | Facet, ...]


PageItem: TypeAlias = Constant | TotalCount | Edges | PageInfo | Facets

PAGE_SIZE = 20
"""How many rows a page has when nobody says ``first`` or ``last``."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a connection (Relay's GraphQL Cursor Connections Specification)."""

    items: tuple[PageItem, ...]
