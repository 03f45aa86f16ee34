"""Renders feed documents as HTTP responses, in each format."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TypeVar

from starlette.responses import Response

from newsgraph.feeds import (
    FORMATS,
    entry_options,
    link_relations,
)
from newsgraph.server.feeds.rendered_feeds import RenderedEntry, RenderedFeed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newsgraph.feeds import FeedFormat, FeedMetadata
    from newsgraph.server.feeds.rendered_feeds import (
        EntryVersion,
        PendingEntry,
        RenderedFeedCache,
    )
    from newsgraph.server.metrics import Metrics


T = TypeVar("T")


class FeedResource(Protocol):
    """A feed document that can be rendered in each format."""

    @property
    def suffix(self) -> str:
        """Format suffix."""

    @property
    def relative_url(self) -> str:
        """Canonical path and query string, below the site's base URL."""

    def relative_url_as(self, suffix: str) -> str:
        """Return the canonical path and query string of the document in another format."""


INLINE_MAX_CHARACTERS = 6_000
"""So much new content is rendered in the event loop: a switch to the thread takes longer."""

_ENTRY_CHARACTERS = 1_000
"""An entry without content takes as long to render as so many characters of content."""


class FeedRenderer:
    """Renders feeds one at a time: those with much new content in a thread."""

    def __init__(self, metrics: Metrics, rendered_feeds: RenderedFeedCache) -> None:
        """Create a renderer with a thread of its own.

        Args:
            metrics: counts the rendered feeds.
            rendered_feeds: keeps rendered entries for the next rendering.
        """
        self._metrics, self.rendered_feeds = metrics, rendered_feeds
        # In a thread, rendering does not block the event loop.
        self._executor = ThreadPoolExecutor(1, "feeds")
        # feedgen switches the locale of the process while it writes dates, so two threads must
        # not render at the same time.
        self._lock = Lock()

    def close(self) -> None:
        """Wait for the feed being rendered, and stop the thread."""
        self._executor.shutdown()

    async def render(
        self,
        resource: FeedResource,
        metadata: FeedMetadata,
        entries: Sequence[PendingEntry],
        *,
        is_delta: bool,
        full_version: tuple[str, int] | None = None,
    ) -> Response:
        """Render a feed document as a response.

        Args:
            resource: the requested document.
            metadata: metadata of the feed.
            entries: entries of the document.
            is_delta: whether it only has the entries that the client is missing
                (RFC 3229 section 10).
            full_version: as in `RenderedFeed`; None if it is not known, and entries are not kept.
        """
        self._metrics.count_rendered_feed()
        body, rendered = await self._run(
            partial(_render_body, FORMATS[resource.suffix], metadata, entries),
            is_short=_count_characters(entries) <= INLINE_MAX_CHARACTERS,
        )
        if full_version is not None and not is_delta:
            feed = RenderedFeed(full_version, rendered)
            self.rendered_feeds.put(resource.relative_url, feed)
        headers = {
            "Content-Type": _content_type(resource.suffix),
            "Link": _link_header(resource, metadata),
        }
        if is_delta:
            headers |= _DELTA_HEADERS
        return Response(body, 226 if is_delta else 200, headers)

    async def _run(self, render: Callable[[], T], *, is_short: bool) -> T:
        """Call a function that renders: here if it is short and no other feed is rendered."""
        if is_short and self._lock.acquire(blocking=False):
            try:
                return render()
            finally:
                self._lock.release()
        return await asyncio.get_running_loop().run_in_executor(
            self._executor, self._run_locked, render
        )

    def _run_locked(self, render: Callable[[], T]) -> T:
        with self._lock:
            return render()


def _render_body(
    feed_format: FeedFormat, metadata: FeedMetadata, entries: Sequence[PendingEntry]
) -> tuple[bytes, Mapping[EntryVersion, RenderedEntry]]:
    """Return a feed, and its entries by version."""
    options = entry_options(metadata)
    rendered = [
        entry.rendered
        or RenderedEntry(feed_format.render_entry(options, entry.build()), entry.updated)
        for entry in entries
    ]
    by_version = {
        entry.version: rendered_entry
        for entry, rendered_entry in zip(entries, rendered, strict=True)
        if entry.version is not None
    }
    return feed_format.compose(metadata, [entry.content for entry in rendered]), by_version


def _count_characters(entries: Sequence[PendingEntry]) -> int:
    """Return how much there is to render."""
    return sum(
        _ENTRY_CHARACTERS + entry.content_length for entry in entries if entry.rendered is None
    )


_DELTA_HEADERS: Mapping[str, str] = {
    "IM": "feed",
    "Vary": "A-IM",
    "Cache-Control": "no-store, im",
}
"""A cache which does not understand deltas must not store one (RFC 3229 section 10.5.3)."""


def _content_type(suffix: str) -> str:
    media_type = FORMATS[suffix].media_type
    # JSON is always UTF-8, and its media types have no charset parameter (RFC 8259 section 11).
    return media_type if suffix == "json" else f"{media_type}; charset=utf-8"


def _link_header(resource: FeedResource, metadata: FeedMetadata) -> str:
    """Return the ``Link`` header of a feed document (RFC 8288)."""
    base_url = metadata.self_url.removesuffix(resource.relative_url)
    links = [(metadata.self_url, "self", FORMATS[resource.suffix].media_type)]
    links += [
        (base_url + resource.relative_url_as(suffix), "alternate", known.media_type)
        for suffix, known in FORMATS.items()
        if suffix != resource.suffix
    ]
    links += [(href, rel, "") for rel, href in link_relations(metadata) if href]
    return ", ".join(
        f'<{href}>; rel="{rel}"' + (f'; type="{media_type}"' if media_type else "")
        for href, rel, media_type in links
    )
