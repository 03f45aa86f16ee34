"""Reads the current content of the site's feeds from the application itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urljoin

import httpx

from newsgraph.feeds import ATOM_MEDIA_TYPE, JSON_FEED_MEDIA_TYPE, RSS_MEDIA_TYPE
from newsgraph.server.websub.errors import HubRequestError, TopicUnavailable
from newsgraph.server.websub.request_parsing import topic_from_url

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from starlette.types import ASGIApp

FEED_MEDIA_TYPES: Final = frozenset({RSS_MEDIA_TYPE, ATOM_MEDIA_TYPE, JSON_FEED_MEDIA_TYPE})

MAX_REDIRECTS: Final = 3
"""Maximum number of consecutive redirects of a feed that are followed."""


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a feed.

    Attributes:
        topic: path and query of the feed, below the site's base URL.
        etag: its strong ETag.
        media_type: value of its Content-Type header.
        body: the complete feed.
    """

    topic: str
    etag: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class TopicRedirect:
    """A feed has another URL.

    Attributes:
        topic: path and query of its current URL, below the site's base URL.
    """

    topic: str


class TopicStatus(Enum):
    """Why there is no content to deliver."""

    UNCHANGED = "the feed has the known ETag"
    MISSING = "there is no feed at this URL"
    GONE = "the feed has ended"


FetchResult: TypeAlias = Content | TopicRedirect | TopicStatus


class TopicFetcher:
    """Requests feeds from the site's application, without a network.

    Args:
        app: the site's application.
        site_url: base URL of the site, without a trailing slash.
    """

    def __init__(self, app: ASGIApp, site_url: str) -> None:
        self.site_url = site_url
        # An exception in the application becomes a 500 response, as for every other client.
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        # Paths are relative to the site's base URL; the application builds no URL from the host.
        self._client = httpx.AsyncClient(transport=transport, base_url="http://newsgraph.invalid")

    async def __aenter__(self) -> Self:
        """Open the client."""
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self._client.__aexit__(exception_type, exception, traceback)

    def absolute_url(self, topic: str) -> str:
        """Return the absolute URL of a topic."""
        return f"{self.site_url}{topic}"

    async def fetch(self, topic: str, etag: str | None = None) -> FetchResult:
        """Fetch a feed once, without following redirects.

        Args:
            topic: path and query of the feed, below the site's base URL.
            etag: ETag of the content that is already known.

        Raises:
            TopicUnavailable: the application cannot return the feed at the moment.
        """
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if etag is not None:
            headers["If-None-Match"] = etag
        response = await self._client.get(topic, headers=headers)
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return TopicStatus.UNCHANGED
        if response.status_code == httpx.codes.GONE:
            return TopicStatus.GONE
        if response.has_redirect_location:
            return self._resolve_location(topic, response.headers["Location"])
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            message = f"{topic} is not available at the moment ({response.status_code})"
            raise TopicUnavailable(message)
        media_type, etag = response.headers.get("Content-Type", ""), response.headers.get("ETag")
        is_feed = media_type.partition(";")[0].strip().lower() in FEED_MEDIA_TYPES
        if response.status_code != httpx.codes.OK or not is_feed or etag is None:
            return TopicStatus.MISSING
        self_link = self._resolve_location(topic, response.links.get("self", {}).get("url", ""))
        if isinstance(self_link, TopicRedirect) and self_link.topic != topic:
            return self_link
        return Content(topic, etag, media_type, response.content)

    async def fetch_following_redirects(
        self, topic: str, etag: str | None = None
    ) -> Content | TopicStatus:
        """Fetch a feed, also if it has moved within the site.

        Args:
            topic: path and query of the feed, below the site's base URL.
            etag: ETag of the content that is already known.

        Raises:
            TopicUnavailable: the application cannot return the feed at the moment.
        """
        for _ in range(MAX_REDIRECTS + 1):
            result = await self.fetch(topic, etag)
            if not isinstance(result, TopicRedirect):
                return result
            topic = result.topic
        return TopicStatus.MISSING

    def _resolve_location(self, topic: str, location: str) -> FetchResult:
        """Return the topic that a feed moved to; a feed that left the site counts as ended."""
        try:
            url = urljoin(self.absolute_url(topic), location)
            return TopicRedirect(topic_from_url(url, self.site_url))
        except HubRequestError:
            return TopicStatus.GONE
