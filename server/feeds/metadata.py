"""Metadata of feeds: id, title, description and links. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgraph.feeds import FeedMetadata, PagingLinks
from newsgraph.server.feeds.entries import DEFAULT_TITLE, feed_id
from newsgraph.server.urls import page_path
from newsgraph.store.documents.urls import is_http_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.server.article_query import ArticleQuery
    from newsgraph.server.feeds.rendered_feeds import PendingEntry
    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.documents.collection_settings import Collection


@dataclass(frozen=True, slots=True)
class FeedDefaults:
    """Metadata and settings that all feeds of a site have in common.

    Attributes:
        urls: builds the site's URLs.
        hub_url: URL of the WebSub hub; None if there is no hub.
        ttl_minutes: minutes that readers may wait between two requests; None leaves it out.
        include_related: whether entries list their related links below the content. Those of
            collapsed stories always do, as their coverage would be missing otherwise.
        summary_only: whether the entries of all feeds have only summaries.
    """

    urls: SiteUrls
    hub_url: str | None = None
    ttl_minutes: int | None = None
    include_related: bool = False
    summary_only: bool = False


@dataclass(frozen=True, slots=True)
class FeedDescription:
    """Describes to readers which articles a feed carries.

    Attributes:
        feed_key: identifies the feed within the site, whatever its format.
        title: what the articles have in common; None for the feed of all articles.
        description: one sentence.
        home_path: path of the page that shows the same articles, or of the home page.
        picture_url: URL of a picture of what the articles have in common; None for the site's.
    """

    feed_key: str
    title: str | None
    description: str
    home_path: str
    picture_url: str | None = None


def build_metadata(
    defaults: FeedDefaults,
    collection: Collection,
    description: FeedDescription,
    relative_url: str,
    entries: Sequence[PendingEntry],
    paging: PagingLinks,
    *,
    has_collapsed_stories: bool = False,
    summary_only: bool = False,
) -> FeedMetadata:
    """Build the metadata of a feed document.

    Args:
        defaults: what all feeds of the site have in common.
        collection: the store's first collection.
        description: describes this feed.
        relative_url: path and query string of this document, below the site's base URL.
        entries: entries of this document.
        paging: URLs of the feed's other documents.
        has_collapsed_stories: whether an entry can be several articles on one story.
        summary_only: whether entries have only summaries, whatever the site's setting is.
    """
    urls = defaults.urls
    site_title = collection.title or DEFAULT_TITLE
    return FeedMetadata(
        id=feed_id(collection, urls.base_url, description.feed_key),
        title=site_title if description.title is None else f"{description.title} — {site_title}",
        description=description.description,
        self_url=urls.absolute(relative_url),
        home_url=urls.absolute(description.home_path),
        author=collection.author or site_title,
        author_url=collection.author_url,
        email=collection.email,
        copyright=collection.copyright,
        icon_url=description.picture_url or collection.icon,
        logo_url=description.picture_url or collection.logo,
        language=collection.default_language,
        summary_only=defaults.summary_only or summary_only,
        updated=max((entry.updated for entry in entries), default=None),
        hub_url=defaults.hub_url,
        ttl_minutes=defaults.ttl_minutes,
        paging=paging,
        include_related=defaults.include_related or has_collapsed_stories,
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
    preposition = {"topics": "on", "providers": "from", "authors": "by"}[kind]
    description = (
        result["description"] or f"Articles {preposition} {result['name']}, from {site_title}"
    )
    return FeedDescription(
        *(query.feed_key, result["name"], description, page_path(kind, name)),
        picture_url=result.get("imageUrl") or _largest_picture(result.get("images", ())),
    )


def _largest_picture(images: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the URL of the widest picture that any feed reader can fetch."""
    usable = [image for image in images if is_http_url(image["url"])]
    widest = max(usable, key=lambda image: image["width"] or 0, default=None)
    return widest["url"] if widest else None


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
