"""Sends complete responses: the variant that the client accepts, or a 304."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.http_cache.etags import (
    Modification,
    Validators,
    matching_encoding,
    with_encoding,
)

if TYPE_CHECKING:
    from starlette.types import Send

    from newsgraph.server.http_cache.cache_key import CacheableRequest
    from newsgraph.server.http_cache.cached_response import CachedResponse, RawHeaders
    from newsgraph.server.http_cache.lru import CacheKey, ResponseCache
    from newsgraph.store.store import StoreState


class ResponseSender:
    """Sends responses, from the cache or new ones, and knows the ETags of GraphQL responses.

    Attributes:
        cache: cached responses.
        cache_control: Cache-Control of responses that depend on the store.
    """

    def __init__(
        self, cache: ResponseCache, cache_control: str, graphql_settings: tuple[str, ...]
    ) -> None:
        """Create a responder.

        Args:
            cache: cached responses.
            cache_control: Cache-Control of responses that depend on the store.
            graphql_settings: all settings that the bytes of GraphQL responses depend on.
        """
        self.cache, self.cache_control = cache, cache_control
        self._graphql_settings = graphql_settings

    async def send(
        self,
        response: CachedResponse,
        request: CacheableRequest,
        key: CacheKey | None,
        send: Send,
    ) -> int:
        """Send a response, or a 304 if the client has it.

        Args:
            response: complete response.
            request: the request.
            key: key that the response is cached by; None if it is not cached.
            send: ASGI send function.

        Returns:
            The status code that was sent.
        """
        accepted = request.accepted_encodings
        if request.method != "POST":
            encoding = response.match_conditions(request.headers, accepted)
            if encoding is not None:
                # A copy: an outer middleware may change the list that it is sent.
                await send_not_modified([*response.not_modified_headers(encoding)], send)
                return 304
        encoding = response.choose_encoding(accepted)
        variant = response.get_variant(encoding)
        if variant is None:
            variant = await response.encode(encoding)
            if key is not None and self.cache.get(key) is response:
                self.cache.put(key, response)
        headers = [*variant.headers]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        body = b"" if request.method == "HEAD" else variant.body
        await send({"type": "http.response.body", "body": body})
        return response.status

    def graphql_etag(self, request: CacheableRequest, store_id: str, revision: int) -> str | None:
        """Return the ETag of the GraphQL response to a GET at a revision, or None if there is none.

        It is computed before the request is parsed, so it does not tell whether there is such a
        response. But only complete responses without errors are sent with an ETag. Their
        content follows from the store's revision, the URL, the media type and the settings,
        all of which are part of the ETag. So a client that sends this ETag has seen the current
        response, even if the same request would fail this time. A client could compute the ETag
        without having the response; but a 304 has no body, so no cache stores anything from it.
        """
        if (media_type := request.graphql_media_type) is None:
            return None
        query = request.query.decode("latin-1")
        modification = Modification(revision, None)
        return Validators.for_revision(
            store_id, modification, *self._graphql_settings, media_type, query
        ).etag

    def graphql_not_modified_headers(
        self, request: CacheableRequest, state: StoreState
    ) -> RawHeaders | None:
        """Return the headers of a 304 if the client has the current GraphQL response.

        Args:
            request: the request.
            state: current state of the store.
        """
        if_none_match = request.headers.get(b"if-none-match")
        if if_none_match is None:
            return None
        etag = self.graphql_etag(request, state.store_id, state.revision)
        if etag is None:
            return None
        encoding = matching_encoding(
            if_none_match.decode("latin-1"), etag, request.accepted_encodings
        )
        if encoding is None:
            return None
        return [
            (b"etag", with_encoding(etag, encoding).encode()),
            (b"cache-control", self.cache_control.encode()),
            (b"vary", b"Accept, Accept-Encoding"),
        ]


async def send_not_modified(headers: RawHeaders, send: Send) -> None:
    """Send a 304 response."""
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body"})
