"""What pages and feeds both ask the store, as selections and parts of them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from newsgraph.store.query.selection import (
    Arguments,
    Edge,
    Edges,
    Field,
    Node,
    Page,
    Selection,
    TotalCount,
)

Named: TypeAlias = Literal["topics", "providers"]
"""Kinds of things that have articles and a name."""

_ALL = 1_000_000
"""More topics or providers than any store has; a page has to be given some number."""


def fields(*names: str) -> tuple[Field, ...]:
    """Select fields under their own names."""
    return tuple(Field(name, name) for name in names)


def page(selection: Selection) -> Page:
    """Ask for a page's nodes, and how many there are altogether."""
    return Page((TotalCount("totalCount"), Edges("edges", (Node("node", selection),))))


PROVIDER = Edge("provider", "provider", Selection(fields("name", "domain")))
TOPICS = Edge("topics", "topics", Selection(fields("slug", "name")))
AUTHORS = Edge("authors", "authors", Selection(fields("name")))

FOUND_BY = {"topics": ("topic", "slug"), "providers": ("provider", "domain")}
"""By kind of page or feed: the edge from ``Query`` to what it is of, and what that is found by."""


def everything_with_feeds(*kinds: Named) -> Selection:
    """Ask for all topics and all providers, in the order of their names.

    Args:
        kinds: those that are asked for; both if there are none.
    """
    end = Edge("end", "end", Selection(fields("gone")))
    asked = {
        "topics": Selection((*fields("slug", "name", "description", "articleCount"), end)),
        "providers": Selection(fields("domain", "name", "description", "articleCount")),
    }
    first = Arguments(first=_ALL)
    return Selection(tuple(Edge(one, one, page(asked[one]), first) for one in kinds or asked))
