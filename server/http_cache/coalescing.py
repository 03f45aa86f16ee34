"""Lets requests wait for the response to an equal request that is being handled.

When a feed that many readers poll has changed, they all miss the cache at once. The first request
calls the application, and the others wait for its response.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsgraph.gql.http.disconnect import DisconnectWatcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive

    from newsgraph.server.http_cache.cached_response import CachedResponse
    from newsgraph.server.http_cache.lru import CacheKey


class PendingResponse:
    """The response to a request that the application is handling.

    Attributes:
        response: the response that the waiting requests share; None if there is none.
        is_shareable: False if the response depends on more than the cache key, or is not complete:
            each waiting request then calls the application itself. If it is True and there is no
            response, as after a 304 or a disconnect, the next request takes the place of the first.
        is_not_modified: whether the response is a 304, which has no body to share.
    """

    def __init__(self) -> None:
        self.response: CachedResponse | None = None
        self.is_shareable, self.is_not_modified = True, False
        self._is_settled = asyncio.Event()

    def share(self, response: CachedResponse) -> None:
        """Hand the response to all requests that wait for it."""
        self.response = response
        self._is_settled.set()

    def decline(self) -> None:
        """Make each waiting request call the application itself."""
        self.is_shareable = False
        self._is_settled.set()

    def end_not_modified(self) -> None:
        """Wake the waiting requests after a 304."""
        self.is_not_modified = True
        self._is_settled.set()

    def end(self) -> None:
        """Wake the waiting requests; without effect after `share` and `decline`."""
        self._is_settled.set()

    @property
    def is_settled(self) -> bool:
        """Whether no request has to wait any more."""
        return self._is_settled.is_set()

    async def wait(self, receive: Receive) -> None:
        """Wait until the response can be shared, or it is known that it cannot.

        Args:
            receive: ASGI `receive` of the request that waits, after its body.

        Raises:
            ClientDisconnect: the client of this request has disconnected.
        """
        await DisconnectWatcher(receive).run(self._is_settled.wait(), reads_body=False)


class PendingResponses:
    """The pending responses by the cache keys of their requests."""

    def __init__(self) -> None:
        self._pending: dict[CacheKey, PendingResponse] = {}

    def get(self, key: CacheKey) -> PendingResponse | None:
        """Return the pending response to a request; None if there is none to wait for."""
        pending = self._pending.get(key)
        return None if pending is None or pending.is_settled else pending

    @contextmanager
    def add(self, key: CacheKey) -> Iterator[PendingResponse]:
        """Make requests with this key wait for the response until the end of the block."""
        pending = self._pending[key] = PendingResponse()
        try:
            yield pending
        finally:
            pending.end()
            # A settled one may have been replaced meanwhile.
            if self._pending.get(key) is pending:
                del self._pending[key]
