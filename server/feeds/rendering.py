"""Renders feed documents as HTTP responses, in each format."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from starlette.responses import Response

from newsgraph.feeds import (
    ATOM_MEDIA_TYPE,
    JSON_FEED_MEDIA_TYPE,
    RSS_MEDIA_TYPE,
    link_relations,
    render_atom,
    render_json_feed,
    render_rss,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.feeds import Entry, FeedMetadata
    from newsgraph.server.metrics import Metrics

_MEDIA_TYPES = {"rss": RSS_MEDIA_TYPE, "atom": ATOM_MEDIA_TYPE, "json": JSON_FEED_MEDIA_TYPE}

FEED_FORMATS = {
    "rss": (f"{RSS_MEDIA_TYPE}; charset=utf-8", render_rss),
    "atom": (f"{ATOM_MEDIA_TYPE}; charset=utf-8", render_atom),
    # JSON is always UTF-8, and its media types have no charset parameter (RFC 8259 section 11).
    "json": (JSON_FEED_MEDIA_TYPE, render_json_feed),
}
"""By format suffix: the content type, and the function which renders the format."""


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


class FeedRenderer:
    """Renders feeds in a thread, one at a time."""

    def __init__(self, metrics: Metrics) -> None:
        """Args: metrics: counts the rendered feeds."""
        self._metrics = metrics
        # feedgen switches the locale of the process while it writes dates, so two threads must
        # not render at the same time. In a thread, rendering does not block the event loop.
        self._executor = ThreadPoolExecutor(1, "feeds")

    def close(self) -> None:
        """Wait for the feed being rendered, and stop the thread."""
        self._executor.shutdown()

    async def render(
        self,
        resource: FeedResource,
        metadata: FeedMetadata,
        entries: Sequence[Entry],
        *,
        is_delta: bool,
    ) -> Response:
        """Render a feed document as a response.

        Args:
            resource: the requested document.
            metadata: metadata of the feed.
            entries: entries of the document.
            is_delta: whether it only has the entries that the client is missing
                (RFC 3229 section 10).
        """
        content_type, render = FEED_FORMATS[resource.suffix]
        loop = asyncio.get_running_loop()
        self._metrics.count_rendered_feed()
        body = await loop.run_in_executor(self._executor, render, metadata, entries)
        headers = {"Content-Type": content_type, "Link": _link_header(resource, metadata)}
        if is_delta:
            headers |= _DELTA_HEADERS
        return Response(body, 226 if is_delta else 200, headers)


_DELTA_HEADERS: Mapping[str, str] = {
    "IM": "feed",
    "Vary": "A-IM",
    "Cache-Control": "no-store, im",
}
"""A cache which does not understand deltas must not store one (RFC 3229 section 10.5.3)."""


def _link_header(resource: FeedResource, metadata: FeedMetadata) -> str:
    """Return the ``Link`` header of a feed document (RFC 8288)."""
    base_url = metadata.self_url.removesuffix(resource.relative_url)
    links = [(metadata.self_url, "self", _MEDIA_TYPES[resource.suffix])]
    links += [
        (base_url + resource.relative_url_as(suffix), "alternate", media_type)
        for suffix, media_type in _MEDIA_TYPES.items()
        if suffix != resource.suffix
    ]
    links += [(href, rel, "") for rel, href in link_relations(metadata) if href]
    return ", ".join(
        f'<{href}>; rel="{rel}"' + (f'; type="{media_type}"' if media_type else "")
        for href, rel, media_type in links
    )
