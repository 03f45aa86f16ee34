"""Metadata of feeds: id, title, description and links. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgraph.feeds import FeedMetadata, PagingLinks
from newsgraph.server.feeds.entries import DEFAULT_TITLE, feed_id
from newsgraph.server.urls import page_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.feeds import Entry
    from newsgraph.server.article_query import ArticleQuery
    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.documents.collection_settings import Collection


@dataclass(frozen=True, slots=True)
class FeedDefaults:
    """Metadata and settings that all feeds of a site have in common.

    Attributes:
        urls: builds the site's URLs.
        hub_url: URL of the WebSub hub; None if there is no hub.
        ttl_minutes: minutes that readers may wait between two requests; None leaves it out.
        include_related: whether entries list their related links below the content.
    """

    urls: SiteUrls
    hub_url: str | None = None
    ttl_minutes: int | None = None
    include_related: bool = True


@dataclass(frozen=True, slots=True)
class FeedDescription:
    """Describes to readers which articles a feed carries.

    Attributes:
        feed_key: identifies the feed within the site, whatever its format.
        title: what the articles have in common; None for the feed of all articles.
        description: one sentence.
        home_path: path of the page that shows the same articles, or of the home page.
    """

    feed_key: str
    title: str | None
    description: str
    home_path: str


def build_metadata(
    defaults: FeedDefaults,
    collection: Collection,
    description: FeedDescription,
    relative_url: str,
    entries: Sequence[Entry],
    paging: PagingLinks,
) -> FeedMetadata:
    """Build the metadata of a feed document.

    Args:
        defaults: what all feeds of the site have in common.
        collection: the store's first collection.
        description: describes this feed.
        relative_url: path and query string of this document, below the site's base URL.
        entries: entries of this document.
        paging: URLs of the feed's other documents.
    """
    urls = defaults.urls
    site_title = collection.title or DEFAULT_TITLE
    return FeedMetadata(
        id=feed_id(collection, urls.base_url, description.feed_key),
        title=site_title if description.title is None else f"{description.title} — {site_title}",
        description=description.description,
        self_url=urls.absolute(relative_url),
        home_url=urls.absolute(description.home_path),
        author=site_title,
        language=collection.language,
        updated=max((entry.updated for entry in entries), default=None),
        hub_url=defaults.hub_url,
        ttl_minutes=defaults.ttl_minutes,
        paging=paging,
        include_related=defaults.include_related,
    )


def describe_feed(
    query: ArticleQuery, result: Mapping[str, Any], collection: Collection
) -> FeedDescription:
    """Describe which articles a feed carries.

    Args:
        query: selects the feed's articles.
        result: names of the topics and providers, from `server.feeds.selections.unpack_feed`.
        collection: the store's first collection.
    """
    site_title = collection.title or DEFAULT_TITLE
    if query.owner is None:
        title = _describe_conditions(query, result["owners"])
        return FeedDescription(query.feed_key, title, f"Articles {title}, from {site_title}", "/")
    kind, name = query.owner
    if kind == "all":
        description = collection.description or f"The newest articles of {site_title}"
        return FeedDescription(query.feed_key, None, description, "/")
    preposition = "on" if kind == "topics" else "from"
    description = (
        result["description"] or f"Articles {preposition} {result['name']}, from {site_title}"
    )
    return FeedDescription(query.feed_key, result["name"], description, page_path(kind, name))


def _describe_conditions(query: ArticleQuery, owner_names: Mapping[tuple[str, str], str]) -> str:
    def join_names(kind: str, names: Sequence[str], conjunction: str) -> str:
        return conjunction.join(owner_names[kind, name] for name in names)

    phrases = []
    if query.topics:
        conjunction = " and " if query.match_all_topics else " or "
        phrases.append(f"on {join_names('topics', query.topics, conjunction)}")
    if query.providers:
        phrases.append(f"from {join_names('providers', query.providers, ' or ')}")
    if query.search_text:
        phrases.append(f"with “{query.search_text}”")
    if query.min_quality is not None:
        phrases.append(f"rated {query.min_quality} or more")
    if query.excluded_topics:
        phrases.append(f"but not on {join_names('topics', query.excluded_topics, ' or ')}")
    return ", ".join(phrases)
