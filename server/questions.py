"""What feeds and pages ask the store, as selections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.reading.selection import Arguments, Edge, Edges, Field, Node, Page, Selection, TotalCount

if TYPE_CHECKING:
    from server.addresses import Kind

_ALL = 1_000_000
"""More topics or providers than any store has; a page has to be given some number."""


def _fields(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, name) for name in names)


def _page(selection: Selection) -> Page:
    return Page((TotalCount("totalCount"), Edges("edges", (Node("node", selection),))))


_PROVIDER = Edge("provider", "provider", Selection(_fields("name", "domain")))
_TOPICS = Edge("topics", "topics", Selection(_fields("slug", "name")))
_AUTHORS = Edge("authors", "authors", Selection(_fields("name")))

_ENTRY = Selection(
    (
        *_fields("guid", "title", "webUrl", "excerpt", "publishedAt", "updatedAt", "bodyHtml"),
        _PROVIDER,
        _TOPICS,
        _AUTHORS,
        Edge("related", "related", Selection((*_fields("title", "webUrl"), _PROVIDER))),
        Edge("images", "images", Selection(_fields("url", "width", "height"))),
    )
)
_LINE = Selection((*_fields("slug", "title", "excerpt", "publishedAt"), _PROVIDER))

FOUND_BY = {"topics": ("topic", "slug"), "providers": ("provider", "domain")}
"""By kind of feed: the edge from ``Query`` to what it is of, and what that is found by."""


def feed(kind: Kind, name: str, entries: int) -> Selection:
    """Ask for a feed's newest stories, and for what it is of; `stories` takes them out."""
    return _newest(kind, name, _ENTRY, entries)


def last_change(kind: Kind, name: str) -> Selection:
    """Ask when what a feed shows last changed."""
    feed = Selection((Edge("feed", "feed", Selection(_fields("revision", "changedAt"))),))
    if kind == "all":
        return Selection((Edge("owner", "store", feed),))
    edge, by = FOUND_BY[kind]
    return Selection((Edge("owner", edge, feed, Arguments(by=(by, name))),))


def listing(kind: Kind, name: str, lines: int) -> Selection:
    """Ask for a page's newest articles, and for what the page is of."""
    return _newest(kind, name, _LINE, lines)


def _newest(kind: Kind, name: str, article: Selection, first: int) -> Selection:
    articles = Edge("articles", "articles", _page(article), Arguments(first=first))
    if kind == "all":
        return Selection((articles,))
    edge, by = FOUND_BY[kind]
    more: tuple[Field | Edge, ...] = (
        (
            *_fields("slug"),
            Edge("parent", "parent", Selection(_fields("slug", "name"))),
            Edge("children", "children", Selection(_fields("slug", "name", "articleCount"))),
        )
        if kind == "topics"
        else _fields("domain")
    )
    owner = Selection((*_fields("name", "description"), *more, articles))
    return Selection((Edge("owner", edge, owner, Arguments(by=(by, name))),))


def everything_with_feeds() -> Selection:
    """Ask for all topics and all providers, in the order of their names."""
    topics = Selection(_fields("slug", "name", "description", "articleCount"))
    providers = Selection(_fields("domain", "name", "description", "articleCount"))
    return Selection(
        (
            Edge("topics", "topics", _page(topics), Arguments(first=_ALL)),
            Edge("providers", "providers", _page(providers), Arguments(first=_ALL)),
        )
    )


def article(slug: str) -> Selection:
    """Ask for an article and what it links to."""
    link = Selection(
        (
            *_fields("title", "webUrl", "publishedAt"),
            _PROVIDER,
            Edge("article", "article", Selection(_fields("slug"))),
        )
    )
    whole = Selection(
        (
            *_fields("slug", "title", "excerpt", "publishedAt", "webUrl", "bodyHtml"),
            _PROVIDER,
            _TOPICS,
            _AUTHORS,
            Edge("related", "related", link),
        )
    )
    return Selection((Edge("article", "article", whole, Arguments(by=("slug", slug))),))
