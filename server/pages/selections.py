"""What pages ask the store, as selections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.pages.pagination import page_of
from newsgraph.server.selections import FOUND_BY, PROVIDER, fields
from newsgraph.store.query.selection import Arguments, Edge, Facet, Facets, Field, Page, Selection

if TYPE_CHECKING:
    from newsgraph.server.pages.pagination import Turn
    from newsgraph.server.selections import Named
    from newsgraph.store.query.filter import Filter

ROWS = 30
"""How many articles a page lists."""

DIAGNOSTICS = 100
"""How many diagnostics a page lists."""

_LINKED = 20
"""How many stories are shown of a publisher's that others lead to."""

_NARROWING = 8
"""How many topics and publishers a search is offered to be narrowed to."""

NOTHING = Selection(())
"""Asks for the revision, which every answer tells, and for no more."""

PICTURE = Edge("images", "images", Selection(fields("url", "width", "height")))

ROW = Selection((*fields("slug", "title", "excerpt", "publishedAt"), PROVIDER, PICTURE))
"""What a list shows of an article."""


def newest(turn: Turn) -> Selection:
    """Ask for all articles."""
    return Selection((Edge("articles", "articles", page_of(ROW), turn.arguments(ROWS)),))


def topic(slug: str, turn: Turn) -> Selection:
    """Ask for a topic with a page of its articles, as `owner`."""
    near = Selection(fields("slug", "name", "articleCount"))
    more: tuple[Field | Edge, ...] = (
        *fields("slug"),
        Edge("parent", "parent", near),
        Edge("children", "children", near),
        Edge("end", "end", Selection(fields("gone", "notice"))),
    )
    return _owner("topics", slug, turn, more)


def provider(domain: str, turn: Turn) -> Selection:
    """Ask for a publisher with a page of its articles, as `owner`.

    And for stories of its that others lead to, which need not be in the archive.
    """
    link = Selection(
        (
            *fields("title", "webUrl", "publishedAt"),
            Edge("article", "article", Selection(fields("slug", "title"))),
            Edge("from", "from", Selection(fields("slug", "title"))),
        )
    )
    linked = Edge("linked", "relatedLinks", page_of(link), Arguments(first=_LINKED))
    return _owner("providers", domain, turn, (*fields("domain"), PICTURE, linked))


def _owner(
    kind: Named,
    name: str,
    turn: Turn,
    more: tuple[Field | Edge, ...],
) -> Selection:
    edge, by = FOUND_BY[kind]
    articles = Edge("articles", "articles", page_of(ROW), turn.arguments(ROWS))
    owner = Selection((*fields("name", "description"), *more, articles))
    return Selection((Edge("owner", edge, owner, Arguments(by=(by, name))),))


def best(words: str, filter: Filter, turn: Turn) -> Selection:  # noqa: A002 - as the store calls it
    """Ask for what a search finds, the best first, as `found`."""
    return _found("search", turn.arguments(ROWS, by=("query", words), filter=filter), "snippet")


def fitting(filter: Filter, turn: Turn) -> Selection:  # noqa: A002 - as above
    """Ask for the articles that a filter fits, the newest first, as `found`."""
    return _found("articles", turn.arguments(ROWS, filter=filter))


def _found(edge: str, arguments: Arguments, *more: str) -> Selection:
    near = Selection(fields("slug", "name"))
    publisher = Selection(fields("domain", "name"))
    count = fields("count")
    spread = Facets(
        "facets",
        (
            Facet("topics", "topics", (*count, Edge("topic", "topic", near)), _NARROWING),
            Facet(
                "providers",
                "providers",
                (*count, Edge("provider", "provider", publisher)),
                _NARROWING,
            ),
        ),
    )
    page = page_of(ROW, *fields(*more))
    return Selection((Edge("found", edge, Page((*page.items, spread)), arguments),))


def diagnostics(turn: Turn) -> Selection:
    """Ask for what imports found wrong, file by file, and for the store's numbers, as `store`."""
    found = Selection(fields("path", "line", "column", "code", "severity", "message", "advice"))
    numbers = fields("topicCount", "providerCount")
    page = Edge("diagnostics", "diagnostics", page_of(found), turn.arguments(DIAGNOSTICS))
    return Selection((Edge("store", "store", Selection((*numbers, page))),))
