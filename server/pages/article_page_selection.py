"""The selection that the page of an article reads from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.pages.pagination import select_page
from newsgraph.server.pages.selections import ARTICLE_SUMMARY
from newsgraph.server.selections import PROVIDER_EDGE, SOURCE_EDGE, fields
from newsgraph.store.query.filter import Condition, Not
from newsgraph.store.query.selection import (
    MAX_SIMILAR_ARTICLES,
    Edge,
    EdgeArguments,
    Edges,
    Field,
    Node,
    Page,
    Selection,
)

if TYPE_CHECKING:
    from newsgraph.server.pages.pagination import PageCursor

MAX_LINKS = 500
"""Maximum number of an article's links that its page shows."""

MAX_NEIGHBORS_SCANNED = 60
"""How many linked articles, and how many linking ones, are scanned for links among them."""

MAX_LINKS_PER_NEIGHBOR = 40
"""How many links of each scanned article are read."""

MAX_TRANSLATIONS = 100
"""Maximum number of an article's translations that its page links to."""

LINKING_PAGE_SIZE = 20
"""Number of articles on a page of the list of articles that link to one."""

MAX_SIMILAR_SHOWN = 5
"""Maximum number of similar articles that a page shows."""

_IMAGES = Edge("images", "images", Selection(fields("url", "width", "height", "attribution")))
_AUTHORS = Edge("authors", "authors", Selection(fields("slug", "name")))
_TOPICS = Edge(
    "topics",
    "topics",
    Selection((*fields("slug", "name"), Edge("end", "end", Selection(fields("gone"))))),
)
_TRANSLATIONS = Edge(
    "translations",
    "translations",
    Selection(fields("slug", "title", "excerpt", "language")),
    EdgeArguments(first=MAX_TRANSLATIONS),
)
_CARD_FIELDS: tuple[Field | Edge, ...] = (
    *fields("excerpt", "publishedAt", "quality"),
    PROVIDER_EDGE,
    Edge("images", "images", Selection(fields("url")), EdgeArguments(first=3)),
)
_STORY_FIELDS = (*fields("title", "webUrl"), *_CARD_FIELDS)
_ARTICLE_SLUG = Edge("article", "article", Selection(fields("slug")))
_LINKS = Edge(
    "related",
    "related",
    Selection((*fields("webUrl"), _ARTICLE_SLUG)),
    EdgeArguments(first=MAX_LINKS_PER_NEIGHBOR),
)


def select_article(slug: str, cursor: PageCursor) -> Selection:
    """Select an article with its links, as ``article``, in the shape that the graph is built from.

    Args:
        slug: slug of the article.
        cursor: page of the list of articles that link to it.
    """
    linked_article = Edge(
        "article", "article", Selection((*fields("slug", "title"), *_CARD_FIELDS))
    )
    link = Selection((*_STORY_FIELDS, linked_article))
    links_of_linked = Selection((Edge("article", "article", Selection((*fields("slug"), _LINKS))),))
    linking_article = Selection((*fields("slug"), *_STORY_FIELDS, _LINKS))
    first_links = EdgeArguments(first=MAX_NEIGHBORS_SCANNED)
    other_articles = Not(Condition("slug", "eq", slug))
    best_linking = EdgeArguments(
        first=MAX_NEIGHBORS_SCANNED, filter=other_articles, order="quality-desc"
    )
    article = Selection(
        (
            *fields("slug", "title", "excerpt", "publishedAt", "updatedAt", "webUrl", "bodyHtml"),
            *fields("type", "category", "quality", "language"),
            SOURCE_EDGE,
            PROVIDER_EDGE,
            _TOPICS,
            _AUTHORS,
            _IMAGES,
            _TRANSLATIONS,
            Edge("related", "related", link, EdgeArguments(first=MAX_LINKS)),
            # The first ones may be shown as related stories.
            Edge("similar", "similar", ARTICLE_SUMMARY, EdgeArguments(first=MAX_SIMILAR_ARTICLES)),
            Edge("linkedArticles", "related", links_of_linked, first_links),
            Edge(
                "linkingArticles",
                "relatedBy",
                Page((Edges("edges", (Node("node", linking_article),)),)),
                best_linking,
            ),
            Edge(
                "relatedBy",
                "relatedBy",
                select_page(ARTICLE_SUMMARY),
                cursor.arguments(LINKING_PAGE_SIZE, filter=other_articles),
            ),
        )
    )
    return Selection((Edge("article", "article", article, EdgeArguments(lookup=("slug", slug))),))
