"""ASGI middleware: response cache, 304 responses and content encodings.

It is outside of Starlette, whose routing alone takes longer than sending a cached response.

A response that is marked with the store revision it was read at (`etags.mark_cacheable`) is
cached while the store is at that revision. Each request looks the revision up, so it does not
matter which process imports. When the store has a newer revision, a cached response with a
handler's ETag is revalidated: the handler is called with this ETag, and its 304 makes the
response valid for the new revision. The feed of a topic stays cached when only others change.
Of simultaneous requests that miss the cache with the same key, one calls the application, and the
others wait for its response. All other responses pass through, and are compressed on the way.
"""

from __future__ import annotations

from contextlib import nullcontext
from time import perf_counter
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from newsgraph.gql.http.buffered_receive import BufferedReceive
from newsgraph.server.http_cache.cache_key import (
    FILES_PATH,
    MAX_CACHEABLE_REQUEST_BYTES,
    CacheableRequest,
)
from newsgraph.server.http_cache.coalescing import PendingResponses
from newsgraph.server.http_cache.compression import IDENTITY
from newsgraph.server.http_cache.response_capture import ResponseCapture, observing_send
from newsgraph.server.http_cache.response_sender import ResponseSender, send_not_modified
from newsgraph.server.metrics import HIT, MISS
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsgraph.server.http_cache.cached_response import CachedResponse
    from newsgraph.server.http_cache.lru import CacheKey, ResponseCache
    from newsgraph.server.metrics import Metrics
    from newsgraph.store.store import Store, StoreState


class ResponseCacheMiddleware:
    """Responds from the cache if it can, else calls the application and caches its response."""

    def __init__(
        self,
        app: ASGIApp,
        store: Store,
        settings: tuple[str, ...],
        cache: ResponseCache,
        cache_control: str,
        metrics: Metrics,
    ) -> None:
        """Wrap an application.

        Args:
            app: the application.
            store: its revision decides which responses are current.
            settings: all settings that the bytes of GraphQL responses depend on.
            cache: cached responses.
            cache_control: Cache-Control of responses that depend on the store.
            metrics: counts the responses.
        """
        self._app, self._store, self._cache, self._metrics = app, store, cache, metrics
        self._responder = ResponseSender(cache, cache_control, settings)
        self._pending = PendingResponses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to an HTTP request; WebSockets and lifespan events pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = perf_counter()
        request = CacheableRequest(scope)
        if request.path.startswith(FILES_PATH):
            # They are too large for memory, are served in ranges, and have formats that do not
            # get smaller.
            observed = observing_send(self._metrics, request.path, send, started_at)
            await self._app(scope, receive, observed)
            return
        key, buffered = request.key, None
        if request.has_cacheable_body and self._cache.is_enabled:
            buffered = BufferedReceive(receive)
            body = await buffered.read_body(MAX_CACHEABLE_REQUEST_BYTES)
            receive = buffered.receive
            if buffered.is_disconnected:
                return
            key = None if body is None else request.key_with_body(body)
        state = None if key is None else self._store.cached_state() or await self._read_state()
        if key is not None and state is not None:
            # A store keeps its id while it is open, so comparing revisions is enough.
            cached = self._cache.get(key)
            if cached is not None and cached.revision == state.revision:
                status = await self._responder.send(cached, request, key, send)
                elapsed = perf_counter() - started_at
                self._metrics.observe_response(cached.kind, status, HIT, elapsed)
                return
            headers = self._responder.graphql_not_modified_headers(request, state)
            if headers is not None:
                await send_not_modified(headers, send)
                elapsed = perf_counter() - started_at
                self._metrics.observe_response("graph", 304, MISS, elapsed)
                return
        if key is None and request.is_graphql_post and request.accepted_encodings[0] == IDENTITY:
            # It is neither cached nor compressed: to pass it on is faster than to capture it.
            scope.setdefault("extensions", {})
            observed = observing_send(self._metrics, request.path, send, started_at)
            await self._app(scope, receive, observed)
            return
        if key is None or state is None:
            capture = ResponseCapture(self._responder, self._metrics, request, state, started_at)
            await capture.run(self._app, scope, receive, send)
            return
        is_shareable, response = self._cache.is_enabled, None
        if self._pending.get(key) is not None:
            if buffered is None:
                buffered = BufferedReceive(receive)
                await buffered.read_body(0)
                receive = buffered.receive
            try:
                is_shareable, response = await self._wait(request, key, state, buffered)
            except ClientDisconnect:
                # It would otherwise take the place of the first, for nobody.
                return
        if response is not None:
            status = await self._responder.send(response, request, key, send)
            elapsed = perf_counter() - started_at
            self._metrics.observe_response(response.kind, status, HIT, elapsed)
            return
        with self._pending.add(key) if is_shareable else nullcontext() as to_share:
            capture = ResponseCapture(
                self._responder,
                self._metrics,
                request,
                state,
                started_at,
                key=key,
                stale=self._cache.get(key),
                pending=to_share,
            )
            await capture.run(self._app, scope, receive, send)

    async def _wait(
        self, request: CacheableRequest, key: CacheKey, state: StoreState, client: BufferedReceive
    ) -> tuple[bool, CachedResponse | None]:
        """Wait while equal requests are handled.

        Returns:
            Whether others may wait for the response to this request, and a response that it
            shares with an earlier one, if there is one.

        Raises:
            ClientDisconnect: the client has disconnected.
        """
        while (pending := self._pending.get(key)) is not None:
            await pending.wait(client.unbuffered_receive)
            # The shared response may be of a newer revision, and need not be in the cache.
            for response in (pending.response, self._cache.get(key)):
                if response is not None and (response.revision or 0) >= state.revision:
                    return True, response
            # A 304 costs little and cannot be shared.
            is_304_for_both = pending.is_not_modified and request.is_conditional
            if is_304_for_both or not pending.is_shareable:
                return False, None
        return True, None

    async def _read_state(self) -> StoreState | None:
        try:
            return await self._store.state()
        except StoreError:
            # A handler that needs the store reports the error.
            return None
