"""Builds feed entries from articles read from the store. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from newsgraph.feeds import (
    UNKNOWN_UPDATED,
    Attachment,
    Author,
    Category,
    Entry,
    Image,
    RelatedStory,
    SourceFeed,
)
from newsgraph.server.urls import feed_path
from newsgraph.store.documents.urls import domain_from_url, is_http_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.documents.collection_settings import Collection

DEFAULT_TITLE = "newsgraph"
"""Title of a collection that has none."""


def build_entry(
    article: Mapping[str, Any],
    collection: Collection,
    urls: SiteUrls,
    publisher: str | None = None,
) -> Entry:
    """Build the feed entry of an article.

    Args:
        article: row selected by `server.feeds.selections.ENTRY`.
        collection: the store's first collection; relative URLs in the body resolve against its
            URL.
        urls: builds the site's URLs.
        publisher: domain of the publisher whose feed it is, which is not the source of its own
            entries; None for all other feeds.
    """
    provider, published = article["provider"], _parse_time(article["publishedAt"])
    if provider and provider["domain"] in _own_domains(collection.url, urls.base_url):
        provider = None
    has_source = provider is not None and provider["domain"] != publisher
    scheme = urls.absolute("/topics/")
    return Entry(
        guid=article["guid"],
        title=article["title"] if article["hasTitle"] else "",
        link=article["webUrl"],
        updated=updated_time(article),
        published=published,
        summary=article["excerpt"],
        provider=provider["name"] if provider else None,
        authors=tuple(
            Author(author["name"], author["url"], author["imageUrl"])
            for author in article["authors"]
        ),
        categories=tuple(
            Category(topic["slug"], topic["name"], scheme) for topic in article["topics"]
        ),
        image=_first_image(article["images"]),
        body_html=article["bodyHtml"] or None,
        base_url=article["webUrl"],
        source=_build_source_feed(provider, collection, urls) if has_source else None,
        related=tuple(map(_build_related_story, article["related"])),
        attachments=_build_attachments((*article["enclosures"], *article["attachments"])),
        language=article["language"],
        atom_id=article["atomId"],
    )


def updated_time(article: Mapping[str, Any]) -> datetime:
    """Return when an article last changed, for its entry."""
    if article["publishedAt"] is None:
        return UNKNOWN_UPDATED
    return datetime.fromisoformat(article["updatedAt"])


@lru_cache(16)
def _own_domains(*urls: str | None) -> frozenset[str | None]:
    """Return the domains of the site itself: its stories name no other publisher."""
    return frozenset(domain_from_url(url) for url in urls if url)


def feed_id(collection: Collection, base_url: str, feed_key: str) -> str:
    """Return the permanent id of a feed (RFC 4287 section 4.2.6), the same in RSS and Atom.

    It contains neither host nor format, so that it survives a move of the site. Only the ids of
    a collection without id and URL depend on where it is served.

    Args:
        collection: the store's first collection.
        base_url: public URL of the site.
        feed_key: canonical path and query string of the feed, without format.
    """
    namespace = uuid5(
        NAMESPACE_URL, f"newsgraph feed:{collection.id or collection.url or base_url}"
    )
    return f"urn:uuid:{uuid5(namespace, feed_key)}"


def _build_source_feed(
    provider: Mapping[str, Any], collection: Collection, urls: SiteUrls
) -> SourceFeed:
    feed_key = feed_path("providers", provider["domain"])
    return SourceFeed(
        feed_id(collection, urls.base_url, feed_key),
        provider["name"],
        urls.feed_url("providers", provider["domain"], "rss"),
        urls.page_url("providers", provider["domain"]),
    )


def _build_related_story(link: Mapping[str, Any]) -> RelatedStory:
    provider = link["provider"]
    return RelatedStory(link["title"], link["webUrl"] or "", provider["name"] if provider else None)


def _build_attachments(files: Sequence[Mapping[str, Any]]) -> tuple[Attachment, ...]:
    """Return the files of an article, each once: it can be linked more than once."""
    by_url: dict[str, Attachment] = {}
    for file in files:
        if is_http_url(file["url"]):
            attachment = Attachment(file["url"], file["mediaType"], file["size"])
            by_url.setdefault(file["url"], attachment)
    return tuple(by_url.values())


def _first_image(images: Sequence[Mapping[str, Any]]) -> Image | None:
    """Return the first image with an absolute HTTP URL, which any feed reader can fetch."""
    for image in images:
        if is_http_url(image["url"]):
            names = ("url", "width", "height", "title", "alt", "attribution")
            return Image(*(image[name] for name in names))
    return None


def _parse_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
