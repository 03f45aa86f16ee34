"""The selections that pages read from the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsgraph.server.pages.pagination import select_page
from newsgraph.server.selections import (
    IMAGES_EDGE,
    IS_IN_FEEDS,
    OWNER_LOOKUPS,
    PROVIDER_EDGE,
    SOURCE_EDGE,
    fields,
)
from newsgraph.store.query.order import NEWEST
from newsgraph.store.query.selection import (
    Completions,
    Edge,
    EdgeArguments,
    Facet,
    Facets,
    Field,
    Page,
    Selection,
    Suggestion,
)

if TYPE_CHECKING:
    from newsgraph.server.pages.pagination import PageCursor
    from newsgraph.server.selections import OwnerKind
    from newsgraph.store.query.filter import Filter

ARTICLES_PAGE_SIZE = 30
"""Number of articles on a page of a list."""

DIAGNOSTICS_PAGE_SIZE = 100
"""Number of diagnostics on a page."""

_MAX_LINKED_STORIES = 20
"""How many of the links to a publisher's stories its page shows."""

_FACET_VALUES = 8
"""How many topics, and how many publishers, a search page suggests to narrow the search."""

EMPTY_SELECTION = Selection(())
"""Reads nothing but the revision, which every result has."""

ARTICLE_SUMMARY = Selection(
    (*fields("slug", "title", "excerpt", "publishedAt"), SOURCE_EDGE, PROVIDER_EDGE, IMAGES_EDGE)
)
"""The fields of an article that a list shows."""


def select_articles(cursor: PageCursor) -> Selection:
    """Select a page of all articles, the newest first, as ``articles``."""
    arguments = cursor.arguments(ARTICLES_PAGE_SIZE)
    return Selection((Edge("articles", "articles", select_page(ARTICLE_SUMMARY), arguments),))


def select_newest_articles() -> Selection:
    """Select the newest articles as ``articles``: the first page of those that are in feeds."""
    arguments = EdgeArguments(first=ARTICLES_PAGE_SIZE, filter=IS_IN_FEEDS)
    page = select_page(ARTICLE_SUMMARY, with_total=False)
    return Selection((Edge("articles", "articles", page, arguments),))


def select_topic(slug: str, cursor: PageCursor) -> Selection:
    """Select a topic and a page of its articles, as ``owner``."""
    related_topic = Selection(fields("slug", "name", "articleCount"))
    topic_fields: tuple[Field | Edge, ...] = (
        *fields("slug"),
        Edge("parent", "parent", related_topic),
        Edge("children", "children", related_topic),
        Edge("end", "end", Selection(fields("gone", "notice"))),
    )
    return _select_owner("topics", slug, cursor, topic_fields)


def select_provider(domain: str, cursor: PageCursor) -> Selection:
    """Select a publisher and a page of its articles, as ``owner``.

    Its ``linked`` are links to stories of the publisher, which may not be in the archive.
    """
    link = Selection(
        (
            *fields("title", "excerpt", "webUrl", "publishedAt"),
            Edge("article", "article", Selection(fields("slug", "title", "excerpt"))),
            Edge("from", "from", Selection((*fields("slug", "title", "excerpt"), SOURCE_EDGE))),
        )
    )
    linked = Edge(
        "linked", "relatedLinks", select_page(link), EdgeArguments(first=_MAX_LINKED_STORIES)
    )
    return _select_owner("providers", domain, cursor, (*fields("domain"), IMAGES_EDGE, linked))


def select_author(slug: str, cursor: PageCursor) -> Selection:
    """Select an author and a page of the articles, as ``owner``."""
    return _select_owner("authors", slug, cursor, fields("slug", "url"))


def _select_owner(
    kind: OwnerKind,
    name: str,
    cursor: PageCursor,
    owner_fields: tuple[Field | Edge, ...],
) -> Selection:
    edge, key = OWNER_LOOKUPS[kind]
    articles = Edge(
        "articles", "articles", select_page(ARTICLE_SUMMARY), cursor.arguments(ARTICLES_PAGE_SIZE)
    )
    owner = Selection((*fields("name", "description"), *owner_fields, articles))
    return Selection((Edge("owner", edge, owner, EdgeArguments(lookup=(key, name))),))


def select_hits(
    words: str,
    filter: Filter,  # noqa: A002 - the store's name
    cursor: PageCursor,
    *,
    newest_first: bool,
) -> Selection:
    """Select a page of the articles that a search finds, with snippets, as ``matches``.

    Args:
        words: words and phrases to search for.
        filter: condition that articles have to meet.
        cursor: the page.
        newest_first: whether to sort by date instead of by rank.
    """
    order = NEWEST.name if newest_first else None
    arguments = cursor.arguments(ARTICLES_PAGE_SIZE, lookup=("query", words), filter=filter)
    return _select_matches("search", replace(arguments, order=order), "snippet")


def select_newest_matches(filter: Filter, cursor: PageCursor) -> Selection:  # noqa: A002 - the store's name
    """Select a page of the articles that match a filter, the newest first, as ``matches``."""
    return _select_matches("articles", cursor.arguments(ARTICLES_PAGE_SIZE, filter=filter))


def select_suggestion(words: str) -> Edge:
    """Select the search with its misspelt words corrected, as ``search.suggestion``."""
    page = Page((Suggestion("suggestion"),))
    return Edge("search", "search", page, EdgeArguments(lookup=("query", words)))


def select_completions(text: str) -> Selection:
    """Select searches that begin with what was typed so far, as ``search.completions``."""
    page = Page((Completions("completions"),))
    arguments = EdgeArguments(lookup=("query", text))
    return Selection((Edge("search", "search", page, arguments),))


def _select_matches(edge: str, arguments: EdgeArguments, *edge_fields: str) -> Selection:
    topic = Selection(fields("slug", "name"))
    publisher = Selection(fields("domain", "name"))
    count = fields("count")
    facets = Facets(
        "facets",
        (
            Facet("topics", "topics", (*count, Edge("topic", "topic", topic)), _FACET_VALUES),
            Facet(
                "providers",
                "providers",
                (*count, Edge("provider", "provider", publisher)),
                _FACET_VALUES,
            ),
        ),
    )
    page = select_page(ARTICLE_SUMMARY, *fields(*edge_fields))
    return Selection((Edge("matches", edge, Page((*page.items, facets)), arguments),))


def select_diagnostics(cursor: PageCursor) -> Selection:
    """Select a page of the imports' diagnostics and the store's counts, as ``store``."""
    diagnostic = Selection(
        fields("path", "line", "column", "code", "severity", "message", "advice")
    )
    counts = fields("topicCount", "providerCount")
    page = Edge(
        "diagnostics",
        "diagnostics",
        select_page(diagnostic),
        cursor.arguments(DIAGNOSTICS_PAGE_SIZE),
    )
    return Selection((Edge("store", "store", Selection((*counts, page))),))
