"""What our feeds say, as our own application answers it, and whether it has changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urljoin

import httpx

from newsgraph.feeds import ATOM_TYPE, JSON_FEED_TYPE, RSS_TYPE
from newsgraph.server.websub.errors import Refused, TopicUnavailable
from newsgraph.server.websub.requests import topic_below

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from starlette.types import ASGIApp

FEED_TYPES: Final = frozenset({RSS_TYPE, ATOM_TYPE, JSON_FEED_TYPE})

MOST_MOVES: Final = 3
"""How many times in a row a feed may have moved."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a feed says.

    Attributes:
        topic: the path and query below the site at which it said so.
        tag: its strong ETag.
        media_type: with its parameters.
        body: all of it.
    """

    topic: str
    tag: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Moved:
    """A feed is elsewhere.

    Attributes:
        topic: path and query of its new place.
    """

    topic: str


class Says(Enum):
    """What an address says that has nothing to deliver."""

    UNCHANGED = "it says the same"
    MISSING = "there is no feed"
    GONE = "the feed has ended"


Said: TypeAlias = Content | Moved | Says


class Topics:
    """Asks the application that serves the world, without a network.

    Args:
        app: the application.
        site: what addresses of our own begin with; no slash at the end.
    """

    def __init__(self, app: ASGIApp, site: str) -> None:
        self.site = site
        # What fails inside is an answer, as it is for everybody.
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        # The application has the paths below the site; no address comes from the host.
        self._client = httpx.AsyncClient(transport=transport, base_url="http://newsgraph.invalid")

    async def __aenter__(self) -> Self:
        """Begin."""
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        await self._client.__aexit__(kind, error, trace)

    def url(self, topic: str) -> str:
        """Return the whole address of a topic."""
        return f"{self.site}{topic}"

    async def ask(self, topic: str, tag: str | None = None) -> Said:
        """Ask what an address says.

        Args:
            topic: its path and query below the site.
            tag: of what is known already.

        Raises:
            TopicUnavailable: the application cannot say just now.
        """
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if tag is not None:
            headers["If-None-Match"] = tag
        answer = await self._client.get(topic, headers=headers)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return Says.UNCHANGED
        if answer.status_code == httpx.codes.GONE:
            return Says.GONE
        if answer.has_redirect_location:
            return self._moved(topic, answer.headers["Location"])
        if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise TopicUnavailable(f"{topic} cannot be had just now ({answer.status_code})")
        media_type, tag = answer.headers.get("Content-Type", ""), answer.headers.get("ETag")
        is_feed = media_type.partition(";")[0].strip().lower() in FEED_TYPES
        if answer.status_code != httpx.codes.OK or not is_feed or tag is None:
            return Says.MISSING
        moved = self._moved(topic, answer.links.get("self", {}).get("url", ""))
        if isinstance(moved, Moved) and moved.topic != topic:
            return moved
        return Content(topic, tag, media_type, answer.content)

    async def follow(self, topic: str, tag: str | None = None) -> Content | Says:
        """Ask what a feed says, wherever on this site it has moved.

        Args:
            topic: the path and query below the site where it was.
            tag: of what is known already.

        Raises:
            TopicUnavailable: the application cannot say just now.
        """
        for _ in range(MOST_MOVES + 1):
            said = await self.ask(topic, tag)
            if not isinstance(said, Moved):
                return said
            topic = said.topic
        return Says.MISSING

    def _moved(self, topic: str, location: str) -> Said:
        """Return where a feed is; one that left this site is none of ours any more."""
        try:
            return Moved(topic_below(urljoin(self.url(topic), location), self.site))
        except Refused:
            return Says.GONE
