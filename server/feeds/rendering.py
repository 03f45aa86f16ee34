"""A channel and its stories as an answer over HTTP, in each format."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from starlette.responses import Response

from newsgraph.feeds import (
    ATOM_TYPE,
    JSON_FEED_TYPE,
    RSS_TYPE,
    relations,
    render_atom,
    render_json,
    render_rss,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.feeds import Channel, Story
    from newsgraph.server.metrics import Metrics

_TYPES = {"rss": RSS_TYPE, "atom": ATOM_TYPE, "json": JSON_FEED_TYPE}

FORMATS = {
    "rss": (f"{RSS_TYPE}; charset=utf-8", render_rss),
    "atom": (f"{ATOM_TYPE}; charset=utf-8", render_atom),
    # JSON is always UTF-8, and its types have no such parameter (RFC 8259 section 11).
    "json": (JSON_FEED_TYPE, render_json),
}
"""By suffix: the media type, and what renders it."""


class Addressed(Protocol):
    """A feed document, of whatever the feed is."""

    @property
    def suffix(self) -> str:
        """The format's."""

    @property
    def address(self) -> str:
        """Where it is, below the site."""

    def as_(self, suffix: str) -> str:
        """Return where it is in another format."""


class Renderer:
    """Renders feeds, one at a time."""

    def __init__(self, metrics: Metrics) -> None:
        """Args: metrics: counts what is rendered."""
        self._metrics = metrics
        # feedgen switches the locale of the whole process while it writes dates, so that
        # two threads must not render side by side; the event loop stays free.
        self._thread = ThreadPoolExecutor(1, "feeds")

    def close(self) -> None:
        """End the thread, after what it is at."""
        self._thread.shutdown()

    async def answer(
        self, document: Addressed, channel: Channel, stories: Sequence[Story], *, delta: bool
    ) -> Response:
        """Return a feed document.

        Args:
            document: what is asked for.
            channel: what it says of itself.
            stories: those that it carries.
            delta: whether it tells only what a client has not (RFC 3229 section 10).
        """
        media_type, render = FORMATS[document.suffix]
        loop = asyncio.get_running_loop()
        self._metrics.rendered()
        body = await loop.run_in_executor(self._thread, render, channel, stories)
        headers = {"Content-Type": media_type, "Link": _links(document, channel)}
        if delta:
            headers |= _OF_DELTAS
        return Response(body, 226 if delta else 200, headers)


_OF_DELTAS: Mapping[str, str] = {"IM": "feed", "Vary": "A-IM", "Cache-Control": "no-store, im"}
"""A cache that knows nothing of deltas must not keep one (RFC 3229 section 10.5.3)."""


def _links(document: Addressed, channel: Channel) -> str:
    """Return the links of a feed document as a header (RFC 8288)."""
    site = channel.self_url.removesuffix(document.address)
    links = [(channel.self_url, "self", _TYPES[document.suffix])]
    links += [
        (site + document.as_(suffix), "alternate", media_type)
        for suffix, media_type in _TYPES.items()
        if suffix != document.suffix
    ]
    links += [(href, rel, "") for rel, href in relations(channel) if href]
    return ", ".join(
        f'<{href}>; rel="{rel}"' + (f'; type="{media_type}"' if media_type else "")
        for href, rel, media_type in links
    )
