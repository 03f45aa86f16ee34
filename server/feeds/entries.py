"""From what the store answers to the stories of a feed. Pure."""

from __future__ import annotations

import html
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from newsgraph.feeds import Category, Picture, Related, Source, Story
from newsgraph.server.urls import feed_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.server.urls import Addresses
    from newsgraph.store.documents.collection import Collection

UNTITLED = "newsgraph"
"""What a collection without a title is called."""


def story(article: Mapping[str, Any], collection: Collection, addresses: Addresses) -> Story:
    """Return the entry of a feed that an article becomes.

    Args:
        article: as `server.feeds.selections` asks for it.
        collection: the store's first; what a body's addresses are relative to.
        addresses: our own.
    """
    provider = article["provider"]
    scheme = addresses.at("/topics/")
    return Story(
        guid=article["guid"],
        title=article["title"],
        link=article["webUrl"],
        updated=datetime.fromisoformat(article["updatedAt"]),
        published=_time(article["publishedAt"]),
        summary=plain(article["excerpt"]),
        provider=provider["name"] if provider else None,
        authors=tuple(one["name"] for one in article["authors"]),
        categories=tuple(Category(one["slug"], one["name"], scheme) for one in article["topics"]),
        picture=_picture(article["images"]),
        body=article["bodyHtml"] or None,
        base=collection.url or article["webUrl"],
        source=_source(provider, collection, addresses) if provider else None,
        related=tuple(map(_related, article["related"])),
    )


def plain(excerpt: str | None) -> str | None:
    """Return an excerpt as plain text.

    Crawlers leave entities such as ``&#8217;`` in it, and of texts that had some already, ones
    that are escaped twice: ``&amp;quot;``.
    """
    return None if excerpt is None else html.unescape(html.unescape(excerpt))


def feed_id(collection: Collection, site: str, path: str) -> str:
    """Name a feed for good (RFC 4287 section 4.2.6): the same in RSS and Atom.

    The name holds neither host nor format, so that a move of the site keeps it. Only a
    collection that has neither an id nor a url gets one that depends on where it is served.
    """
    whose = uuid5(NAMESPACE_URL, f"newsgraph feed:{collection.id or collection.url or site}")
    return f"urn:uuid:{uuid5(whose, path)}"


def _source(provider: Mapping[str, Any], collection: Collection, addresses: Addresses) -> Source:
    path = feed_path("providers", provider["domain"])
    return Source(
        feed_id(collection, addresses.site, path),
        provider["name"],
        addresses.feed("providers", provider["domain"], "rss"),
        addresses.page_of("providers", provider["domain"]),
    )


def _related(link: Mapping[str, Any]) -> Related:
    provider = link["provider"]
    return Related(link["title"], link["webUrl"] or "", provider["name"] if provider else None)


def _picture(images: Sequence[Mapping[str, Any]]) -> Picture | None:
    """Return the first image that a reader elsewhere can fetch."""
    for image in images:
        try:
            parts = urlsplit(image["url"])
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            return Picture(image["url"], image["width"], image["height"])
    return None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
