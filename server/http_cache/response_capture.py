"""Calls the application, captures its response, and caches it if it may be cached."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from newsgraph.gql.http.protocol import REVISION_KEY
from newsgraph.server.http_cache.cached_response import CachedResponse
from newsgraph.server.http_cache.compression import IDENTITY
from newsgraph.server.http_cache.etags import matching_encoding, strip_encoding
from newsgraph.server.http_cache.response_sender import send_not_modified
from newsgraph.server.metrics import HIT, MISS, NOT_CACHEABLE, resource_kind

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from newsgraph.server.http_cache.cache_key import CacheableRequest
    from newsgraph.server.http_cache.cached_response import RawHeaders
    from newsgraph.server.http_cache.coalescing import PendingResponse
    from newsgraph.server.http_cache.lru import CacheKey
    from newsgraph.server.http_cache.response_sender import ResponseSender
    from newsgraph.server.metrics import Metrics
    from newsgraph.store.store import StoreState

_CACHEABLE_STATUSES = (200, 226, 301, 302)
_CONDITIONAL_HEADERS = (b"if-none-match", b"if-modified-since")


class ResponseCapture:
    """One call of the application, and its response."""

    _send: Send

    def __init__(
        self,
        responder: ResponseSender,
        metrics: Metrics,
        request: CacheableRequest,
        state: StoreState | None,
        started_at: float,
        *,
        key: CacheKey | None = None,
        stale: CachedResponse | None = None,
        pending: PendingResponse | None = None,
    ) -> None:
        """Prepare the call.

        Args:
            responder: sends the response.
            metrics: counts the response.
            request: the request.
            state: state of the store when the request arrived; None if it is not known.
            started_at: when the request arrived, in seconds of `perf_counter`.
            key: key to cache the response by; None if it must not be cached.
            stale: cached response of another revision, or None.
            pending: shares the response with equal requests; None if there are none.
        """
        self._responder, self._metrics = responder, metrics
        self._request, self._state = request, state
        self._key, self._started_at, self._pending = key, started_at, pending
        # GraphQL responses get their ETags here, so the endpoint cannot revalidate them. And
        # for a delta the handler must see only the client's ETag: the delta depends on it.
        can_revalidate = not request.is_graphql and not request.accepts_delta
        has_etag = stale is not None and stale.etag is not None
        self._stale = stale if can_revalidate and has_etag else None
        self._extensions: dict[str, Any] = {}
        self._start: Message | None = None

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application, and send its response."""
        self._send = send
        # Starlette copies scopes, but all copies share this object.
        self._extensions = {**(scope.get("extensions") or {}), REVISION_KEY: None}
        inner = {**scope, "extensions": self._extensions}
        if self._request.method != "POST":
            inner["headers"] = self._request_headers(scope)
        if self._request.method == "HEAD" and not self._request.is_graphql:
            # The headers of the response to GET, such as its compressed length, need its body.
            inner["method"] = "GET"
        await app(inner, receive, self._capture)

    def _request_headers(self, scope: Scope) -> RawHeaders:
        """Return the request headers without conditions but If-None-Match with handlers' ETags."""
        request = self._request
        removed = (
            _CONDITIONAL_HEADERS if request.accepts_delta else (*_CONDITIONAL_HEADERS, b"a-im")
        )
        headers = [header for header in scope["headers"] if header[0] not in removed]
        if_none_match = request.headers.get(b"if-none-match", b"").decode("latin-1")
        etags = strip_encoding(if_none_match, request.accepted_encodings) if if_none_match else []
        if self._stale is not None and self._stale.etag is not None:
            etags.append(self._stale.etag)
        if etags:
            headers.append((b"if-none-match", ", ".join(etags).encode("latin-1")))
        return headers

    async def _capture(self, message: Message) -> None:
        """Collect a response whose body comes in one message; pass others on as they come."""
        if message["type"] == "http.response.start" and _may_be_complete(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None and message["type"] == "http.response.body":
            body = message.get("body", b"")
            if not message.get("more_body", False):
                await self._respond(start, body)
                return
        self._decline()
        if start is not None:
            await self._send(start)
            self._observe(start["status"], NOT_CACHEABLE)
        elif message["type"] == "http.response.start":
            self._observe(message["status"], NOT_CACHEABLE)
        await self._send(message)

    async def _respond(self, start: Message, body: bytes) -> None:
        """Cache a complete response if it may be cached, and send it."""
        request = self._request
        response = CachedResponse(
            resource_kind(request.path), start["status"], start.get("headers", ()), body
        )
        revision: int | None = self._extensions[REVISION_KEY]
        if response.status == 304:
            await self._respond_not_modified(response, revision)
            return
        key = None
        if (
            revision is not None
            and self._state is not None
            and response.status in _CACHEABLE_STATUSES
        ):
            key = self._cache(response, revision, self._state)
        if key is None:
            self._decline()
        elif self._pending is not None:
            self._pending.share(response)
        if key is None and request.is_graphql and request.method == "GET":
            # Without Cache-Control a proxy could store it.
            response.set_default_header("cache-control", "no-store")
        status = await self._responder.send(response, request, key, self._send)
        self._observe(status, NOT_CACHEABLE if key is None else MISS)

    def _cache(self, response: CachedResponse, revision: int, state: StoreState) -> CacheKey | None:
        """Complete the headers of a response that is marked with a revision, and cache it.

        Returns:
            The key that it is cached by; None if it depends on more than the key contains.
        """
        request, responder = self._request, self._responder
        response.revision = revision
        if request.method == "POST":
            response.etag = None
        else:
            response.set_default_header("cache-control", responder.cache_control)
            if response.media_type == request.graphql_media_type:
                response.etag = responder.graphql_etag(request, state.store_id, revision)
        if self._key is None or not request.allowed_vary.issuperset(response.vary):
            return None
        responder.cache.put(self._key, response)
        return self._key

    def _decline(self) -> None:
        if self._pending is not None and not self._pending.is_settled:
            self._pending.decline()

    async def _respond_not_modified(self, response: CachedResponse, revision: int | None) -> None:
        """Pass a handler's 304 on, or send the stale response if that is what is still valid."""
        stale, request = self._stale, self._request
        if stale is not None and stale.etag == response.etag and self._key is not None:
            if revision is not None and stale.revision is not None:
                stale.revision = max(revision, stale.revision)
                self._responder.cache.put(self._key, stale)
                if self._pending is not None:
                    self._pending.share(stale)
            self._decline()
            status = await self._responder.send(stale, request, self._key, self._send)
            self._observe(status, HIT)
            return
        # Before the response is sent: its client may not read it.
        if self._pending is not None and not self._pending.is_settled:
            self._pending.end_not_modified()
        response.set_default_header("cache-control", self._responder.cache_control)
        if_none_match = request.headers.get(b"if-none-match", b"").decode("latin-1")
        encoding = matching_encoding(if_none_match, response.etag or "", request.accepted_encodings)
        response.vary.append("accept-encoding")
        headers = response.not_modified_headers(encoding or IDENTITY)
        await send_not_modified(headers, self._send)
        self._observe(304, NOT_CACHEABLE if revision is None else MISS)

    def _observe(self, status: int, cache_result: str) -> None:
        elapsed = perf_counter() - self._started_at
        kind = resource_kind(self._request.path)
        self._metrics.observe_response(kind, status, cache_result, elapsed)


def observing_send(metrics: Metrics, path: str, send: Send, started_at: float) -> Send:
    """Return an ASGI send function that counts the response and passes it on unchanged.

    Args:
        metrics: counts the response.
        path: URL path of the request.
        send: ASGI send function.
        started_at: when the request arrived, in seconds of `perf_counter`.
    """

    async def observed_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            elapsed = perf_counter() - started_at
            status = message["status"]
            metrics.observe_response(resource_kind(path), status, NOT_CACHEABLE, elapsed)
        await send(message)

    return observed_send


def _may_be_complete(start: Message) -> bool:
    """Return whether the body may come in one message: a stream has no Content-Length.

    A 304 has no body and needs no Content-Length.
    """
    return start["status"] == 304 or any(
        name.lower() == b"content-length" for name, _ in start.get("headers", ())
    )
