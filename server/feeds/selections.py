"""Selections that feeds read from the store, and how their results are unpacked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from newsgraph.server.selections import (
    IMAGES_EDGE,
    IS_IN_FEEDS,
    OWNER_LOOKUPS,
    PROVIDER_EDGE,
    TOPICS_EDGE,
    fields,
)
from newsgraph.store.query.filter import AllOf, Condition, Filter
from newsgraph.store.query.selection import (
    Cursor,
    Edge,
    EdgeArguments,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.server.article_query import ArticleQuery
    from newsgraph.server.urls import FeedKind
    from newsgraph.store.query.selection import Constant

MAX_LINKING_ARTICLES = 50
"""How many articles linking to one are considered for its cluster."""

MAX_ARCHIVE_ENTRIES = 5_000
"""More entries than an archive document has: one in fifty is an archive end, on average."""

_REVISION = Selection(fields("revision"))
_ENTRY_FIELDS: tuple[Field | Edge, ...] = (
    *fields("guid", "atomId", "title", "hasTitle", "webUrl", "excerpt", "publishedAt"),
    *fields("updatedAt", "bodyHtml", "language"),
    PROVIDER_EDGE,
    TOPICS_EDGE,
    Edge("authors", "authors", Selection(fields("name", "url", "imageUrl"))),
    Edge(
        "images",
        "images",
        Selection(fields("url", "width", "height", "title", "alt", "attribution")),
    ),
    Edge("enclosures", "enclosures", Selection(fields("url", "mediaType", "size"))),
    Edge("attachments", "attachments", Selection(fields("url", "mediaType", "size"))),
    Edge("source", "source", _REVISION),
)
_LINK_FIELDS: tuple[Field | Edge, ...] = (*fields("title", "webUrl"), PROVIDER_EDGE)

ENTRY = Selection((*_ENTRY_FIELDS, Edge("related", "related", Selection(_LINK_FIELDS))))
"""An article, with all that `server.feeds.entries` builds an entry of."""


ENTRY_VERSION = Selection((*fields("guid", "slug"), Edge("source", "source", _REVISION)))
"""An article, with what says whether its entry was rendered before."""


def _link_edges(article: Selection) -> tuple[Edge, Edge]:
    """Select an article's links with the articles they lead to, and the articles linking to it."""
    links = Selection((*_LINK_FIELDS, Edge("article", "article", article)))
    linking_articles = Page((Edges("edges", (Node("node", article),)),))
    # The lead of a cluster is its earliest article.
    arguments = EdgeArguments(first=MAX_LINKING_ARTICLES, order="oldest")
    return (
        Edge("related", "related", links),
        Edge("relatedBy", "relatedBy", linking_articles, arguments),
    )


_COVERAGE = Selection((*fields("guid", "publishedAt", "updatedAt"), *_LINK_FIELDS, TOPICS_EDGE))


def select_cluster_article(*article_fields: Field | Edge | Constant) -> Selection:
    """Select an article, with all that `server.feeds.story_clusters` needs to collapse stories.

    Args:
        article_fields: what to select of the article, and of those that can lead its cluster.
            Guid, title, web URL, both times, topics and provider are among these.
    """
    lead = Selection((*article_fields, *_link_edges(_COVERAGE)))
    return Selection((*article_fields, *_link_edges(lead)))


CLUSTER_ENTRY = select_cluster_article(*_ENTRY_FIELDS)
"""An article, with all articles that can be in its cluster and those that can lead them."""

_PAGE_INFO = PageInfo(
    "pageInfo", fields("startCursor", "endCursor", "hasNextPage", "hasPreviousPage")
)


def _entry_page(article: Selection) -> Page:
    return Page((Edges("edges", (Node("node", article),)), _PAGE_INFO))


def _entry_and_cursor_page(article: Selection) -> Page:
    return Page((Edges("edges", (Cursor("cursor"), Node("node", article))),))


ENTRIES = {False: _entry_page(ENTRY), True: _entry_page(CLUSTER_ENTRY)}
"""A page of articles with its page info; the key is `ArticleQuery.collapse_stories`."""

ENTRY_VERSIONS = _entry_page(ENTRY_VERSION)
"""A page of articles with its page info, without what their entries show."""

CURSORS = Page((Edges("edges", (Cursor("cursor"),)),))
"""The cursors of articles, without the articles."""

ENTRIES_AND_CURSORS = {
    False: _entry_and_cursor_page(ENTRY),
    True: _entry_and_cursor_page(CLUSTER_ENTRY),
}
"""Articles with their cursors; the key is `ArticleQuery.collapse_stories`."""

IS_ARCHIVE_END = Condition("archiveEnd", "eq", True)
"""Matches articles which are the newest of an archive document."""

_OWN_FIELDS: Mapping[str, tuple[Field | Edge, ...]] = {
    "topics": (Edge("end", "end", Selection(fields("notice", "gone", "since"))),),
    "providers": (IMAGES_EDGE,),
    "authors": fields("imageUrl"),
}
"""What feeds show of one kind of owner alone: when a topic ends, and pictures of the others."""


def select_feed(query: ArticleQuery, **pages: tuple[Page, EdgeArguments]) -> Selection:
    """Select pages of a feed's articles, and the names of its topics and providers.

    Articles that are not in feeds are left out.

    `unpack_feed` unpacks the result.

    Args:
        query: selects the feed's articles.
        pages: pages by key, with their arguments; a filter in these is combined with the query.
    """
    conditions = IS_IN_FEEDS if query.owner is not None else AllOf((IS_IN_FEEDS, query.filter))
    articles = tuple(
        Edge(
            key,
            "articles",
            page,
            replace(arguments, filter=_all_of(conditions, arguments.filter)),
        )
        for key, (page, arguments) in pages.items()
    )
    if query.owner is None:
        return Selection((*_owner_edges(query), *articles))
    kind, name = query.owner
    if kind == "all":
        return Selection(articles)
    edge, lookup_field = OWNER_LOOKUPS[kind]
    own_fields = (*fields("name", "description", lookup_field), *_OWN_FIELDS[kind])
    owner = Selection((*own_fields, *articles))
    return Selection((Edge("owner", edge, owner, EdgeArguments(lookup=(lookup_field, name))),))


def unpack_feed(query: ArticleQuery, result: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the pages of `select_feed` by their keys; None where a topic or provider is unknown.

    For a query that combines several topics or providers, ``owners`` maps kind and slug or domain
    of each to its name. The fields of a single topic or provider are next to the pages.

    An excluded topic may be unknown: no article is about it. Its name is its slug then, and
    ``has_unknown_topics`` is true.
    """
    if query.owner is None:
        rows = {owner: result[_owner_key(index)] for index, owner in enumerate(_owners(query))}
        unknown = {owner for owner, row in rows.items() if row is None}
        excluded = {("topics", slug) for slug in query.excluded_topics}
        if unknown - excluded or unknown & {("topics", slug) for slug in query.topics}:
            return None
        names = {owner: row["name"] if row else owner[1] for owner, row in rows.items()}
        return {**result, "owners": names, "has_unknown_topics": bool(unknown)}
    return result if query.owner[0] == "all" else result["owner"]


def select_entry(slug: str) -> Selection:
    """Select one article as an entry, as ``entry``."""
    return Selection((Edge("entry", "article", ENTRY, EdgeArguments(lookup=("slug", slug))),))


def _owners(query: ArticleQuery) -> list[tuple[Literal["topics", "providers"], str]]:
    """Return kind and slug or domain of each topic and provider of a query."""
    topics = dict.fromkeys((*query.topics, *query.excluded_topics))
    return [
        *(("topics", slug) for slug in topics),
        *(("providers", domain) for domain in query.providers),
    ]


def _owner_edges(query: ArticleQuery) -> list[Edge]:
    edges = []
    for index, (kind, name) in enumerate(_owners(query)):
        edge, lookup_field = OWNER_LOOKUPS[kind]
        arguments = EdgeArguments(lookup=(lookup_field, name))
        edges.append(Edge(_owner_key(index), edge, Selection(fields("name")), arguments))
    return edges


def _owner_key(index: int) -> str:
    # A key becomes part of the statement's text, so it must not contain the name.
    return f"owner{index}"


def _all_of(left: Filter, right: Filter | None) -> Filter:
    return left if right is None else AllOf((left, right))


def select_last_change(kind: FeedKind, name: str) -> Selection:
    """Select when the feed of the site, a topic or a provider last changed."""
    last_change = Selection(fields("revision", "changedAt", "fullRevision"))
    feed = Selection((Edge("feed", "feed", last_change),))
    if kind == "all":
        return Selection((Edge("owner", "store", feed),))
    edge, lookup_field = OWNER_LOOKUPS[kind]
    return Selection((Edge("owner", edge, feed, EdgeArguments(lookup=(lookup_field, name))),))
