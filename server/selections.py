"""Selections, and parts of them, which both pages and feeds read from the store."""

from __future__ import annotations

from typing import Literal, TypeAlias

from newsgraph.store.query.filter import Condition
from newsgraph.store.query.selection import (
    Edge,
    EdgeArguments,
    Edges,
    Field,
    Node,
    Page,
    Selection,
    TotalCount,
)

OwnerKind: TypeAlias = Literal["topics", "providers", "authors"]
"""Kinds of entities that own a feed and a page of articles, under a name."""

DirectoryKind: TypeAlias = Literal["topics", "providers"]
"""Kinds of entities that are listed on a page of their own."""

_NO_LIMIT = 1_000_000
"""More topics or providers than any store has; the store requires a page size."""


def fields(*names: str) -> tuple[Field, ...]:
    """Select fields, each under its name as the key."""
    return tuple(Field(name, name) for name in names)


def page_with_total(node: Selection) -> Page:
    """Select the nodes of a page, and the total count of its connection."""
    return Page((TotalCount("totalCount"), Edges("edges", (Node("node", node),))))


PROVIDER_EDGE = Edge("provider", "provider", Selection(fields("name", "domain")))
TOPICS_EDGE = Edge("topics", "topics", Selection(fields("slug", "name")))
IMAGES_EDGE = Edge("images", "images", Selection(fields("url", "width", "height")))
AUTHORS_EDGE = Edge("authors", "authors", Selection(fields("name")))

SOURCE_EDGE = Edge("source", "source", Selection(fields("rootId")))
"""The root of an article's document, whose time zone pages show its date in."""

IS_IN_FEEDS = Condition("inFeeds", "eq", True)
"""Matches articles with a date, and those of archives without any dates: all others are pages."""

OWNER_LOOKUPS = {
    "topics": ("topic", "slug"),
    "providers": ("provider", "domain"),
    "authors": ("author", "slug"),
}
"""By kind of owner: its edge from ``Query``, and the field that looks it up."""


ALL_AUTHORS = Edge(
    "authors", "authors", Selection(fields("slug", "name", "description", "articleCount"))
)
"""All authors, ordered by name."""


def select_directory(*kinds: DirectoryKind) -> Selection:
    """Select all topics and all providers, ordered by name, with their article counts.

    Args:
        kinds: which of the two to select; both by default.
    """
    retirement = Edge("end", "end", Selection(fields("gone")))
    nodes = {
        "topics": Selection((*fields("slug", "name", "description", "articleCount"), retirement)),
        "providers": Selection(fields("domain", "name", "description", "articleCount")),
    }
    arguments = EdgeArguments(first=_NO_LIMIT)
    return Selection(
        tuple(Edge(kind, kind, page_with_total(nodes[kind]), arguments) for kind in kinds or nodes)
    )
