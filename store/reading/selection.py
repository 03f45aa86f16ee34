"""The one query language inside: what to read, as a tree of values.

GraphQL, feeds and pages all ask the store in this form. A `Selection` is what is wanted
of one entity of the graph; each item has the ``key`` that its value gets in the JSON
object that comes back, so two items may read the same field. A read starts at the
entity ``Query``; the names of fields and edges are those of `store.reading.mapping`.

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
from typing import TypeAlias


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
        first: at most so many; without it a list is whole and a page has `PAGE_SIZE` rows.
        after: the cursor to go on from; only pages have cursors.
        by: what to find one row by, as (name, value), such as ``("slug", "ai")``.
    """

    first: int | None = None
    after: str | None = None
    by: tuple[str, str | int] | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of an edge's arguments in a statement, which leaves their values open."""

    number: int
    after: bool = False
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """What is found along an edge: an object, a list of objects, or a page."""

    key: str
    name: str
    to: Selection | Page
    arguments: Arguments | Slot = Arguments()


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted of an entity."""

    items: tuple[Constant | Field | Edge, ...]


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
    """The rows of the page, in order."""

    key: str
    items: tuple[Constant | Cursor | Node, ...]


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where the page lies."""

    key: str
    items: tuple[Constant | Field, ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """How many rows there are on all pages together."""

    key: str


PageItem: TypeAlias = Constant | TotalCount | Edges | PageInfo

PAGE_SIZE = 20
"""How many rows a page has when nobody says ``first``."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a connection (Relay's GraphQL Cursor Connections Specification)."""

    items: tuple[PageItem, ...]
