"""What pages ask the store, as selections, and the parts that feeds ask for too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.reading.selection import Arguments, Edge, Edges, Field, Node, Page, Selection, TotalCount

if TYPE_CHECKING:
    from server.addresses import Kind

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

_LINE = Selection((*fields("slug", "title", "excerpt", "publishedAt"), PROVIDER))

FOUND_BY = {"topics": ("topic", "slug"), "providers": ("provider", "domain")}
"""By kind of page or feed: the edge from ``Query`` to what it is of, and what that is found by."""


def listing(kind: Kind, name: str, lines: int) -> Selection:
    """Ask for a page's newest articles, and for what the page is of."""
    return _newest(kind, name, _LINE, lines)


def _newest(kind: Kind, name: str, article: Selection, first: int) -> Selection:
    articles = Edge("articles", "articles", page(article), Arguments(first=first))
    if kind == "all":
        return Selection((articles,))
    edge, by = FOUND_BY[kind]
    more: tuple[Field | Edge, ...] = (
        (
            *fields("slug"),
            Edge("parent", "parent", Selection(fields("slug", "name"))),
            Edge("children", "children", Selection(fields("slug", "name", "articleCount"))),
        )
        if kind == "topics"
        else fields("domain")
    )
    owner = Selection((*fields("name", "description"), *more, articles))
    return Selection((Edge("owner", edge, owner, Arguments(by=(by, name))),))


def everything_with_feeds() -> Selection:
    """Ask for all topics and all providers, in the order of their names."""
    end = Edge("end", "end", Selection(fields("gone")))
    topics = Selection((*fields("slug", "name", "description", "articleCount"), end))
    providers = Selection(fields("domain", "name", "description", "articleCount"))
    return Selection(
        (
            Edge("topics", "topics", page(topics), Arguments(first=_ALL)),
            Edge("providers", "providers", page(providers), Arguments(first=_ALL)),
        )
    )


def article(slug: str) -> Selection:
    """Ask for an article and what it links to."""
    link = Selection(
        (
            *fields("title", "webUrl", "publishedAt"),
            PROVIDER,
            Edge("article", "article", Selection(fields("slug"))),
        )
    )
    whole = Selection(
        (
            *fields("slug", "title", "excerpt", "publishedAt", "webUrl", "bodyHtml"),
            PROVIDER,
            TOPICS,
            AUTHORS,
            Edge("related", "related", link),
        )
    )
    return Selection((Edge("article", "article", whole, Arguments(by=("slug", slug))),))
