"""The entries of feeds as they were rendered last, which the next rendering uses again.

For this, a server is to itself what a client that accepts deltas is to it (`rfc3229`): if a feed
has only new and changed articles since it was rendered, only these are read and rendered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from cachetools import LRUCache

from newsgraph.server.feeds.entries import build_entry, updated_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from newsgraph.feeds import Entry
    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.documents.collection_settings import Collection

EntryVersion: TypeAlias = "tuple[str, int]"
"""The guid of an article, and the revision of its document."""

_ENTRY_OVERHEAD = 400
"""Memory of a rendered entry besides its bytes and its guid."""


@dataclass(frozen=True, slots=True)
class RenderedEntry:
    """An entry in the format of its feed.

    Attributes:
        content: the entry as part of the feed.
        updated: when the article last changed.
    """

    content: bytes
    updated: datetime


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An entry of a feed, which is built only if it was not rendered before.

    Attributes:
        updated: when the article last changed.
        build: builds the entry.
        version: what the entry shows, as long as nothing but articles changes; None if it shows
            something else.
        rendered: the rendered entry; None if it has to be built.
        content_length: number of characters of the content, if it has to be built.
    """

    updated: datetime
    build: Callable[[], Entry]
    version: EntryVersion | None = None
    rendered: RenderedEntry | None = None
    content_length: int = 0


@dataclass(frozen=True, slots=True)
class RenderedFeed:
    """The entries of a feed document.

    Attributes:
        full_version: id of the store, and the last revision that did more than add or update
            articles of the feed. Since then, articles that have the same version are shown in the
            same way.
        entries: rendered entries by version.
    """

    full_version: tuple[str, int]
    entries: Mapping[EntryVersion, RenderedEntry]

    @property
    def size(self) -> int:
        """Approximate memory, in bytes."""
        return sum(
            len(entry.content) + len(guid) + _ENTRY_OVERHEAD
            for (guid, _), entry in self.entries.items()
        )


class RenderedFeedCache:
    """Rendered feeds by the relative URL of the document; the least recently used are evicted."""

    def __init__(self, max_bytes: int) -> None:
        """Args: max_bytes: memory for all entries; 0 keeps none."""
        self._feeds: LRUCache[str, RenderedFeed] = LRUCache(max_bytes, lambda feed: feed.size)

    def get(self, relative_url: str) -> RenderedFeed | None:
        """Return a document as it was rendered last, at any revision."""
        return self._feeds.get(relative_url)

    def put(self, relative_url: str, feed: RenderedFeed) -> None:
        """Keep a document instead of its earlier version, unless it is larger than the memory."""
        self._feeds.pop(relative_url, None)
        if feed.size <= self._feeds.maxsize:
            self._feeds[relative_url] = feed


def entry_version(article: Mapping[str, Any]) -> EntryVersion:
    """Return the version of an article's entry."""
    return article["guid"], article["source"]["revision"]


def pending_entry(
    article: Mapping[str, Any],
    collection: Collection,
    urls: SiteUrls,
    publisher: str | None = None,
    rendered: RenderedFeed | None = None,
) -> PendingEntry:
    """Return the entry of an article in a feed.

    Args:
        article: row selected by `server.feeds.selections.ENTRY`, or `ENTRY_VERSION` if it is
            rendered.
        collection: the store's first collection.
        urls: builds the site's URLs.
        publisher: domain of the publisher whose feed it is; None for all other feeds.
        rendered: the feed as it was rendered before; None if it was not.
    """
    version = entry_version(article)
    entry = rendered.entries.get(version) if rendered else None
    return PendingEntry(
        entry.updated if entry else updated_time(article),
        lambda: build_entry(article, collection, urls, publisher),
        version,
        entry,
        len(article.get("bodyHtml") or ""),
    )
