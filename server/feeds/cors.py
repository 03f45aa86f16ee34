"""ASGI middleware: pages of any origin may read feeds (Cross-Origin Resource Sharing).

Feeds are public and without credentials, so no origin is refused. The headers do not depend on the
request: a proxy that caches a response for one client can send it to any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.server.feeds.usual_addresses import is_feed_address

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALLOW_ORIGIN: Final = (b"access-control-allow-origin", b"*")

_RESPONSE_HEADERS: Final = (
    _ALLOW_ORIGIN,
    # Pages may read Cache-Control, Content-Type, Expires and Last-Modified anyway.
    (b"access-control-expose-headers", b"ETag, IM, Link, Retry-After"),
)

_REQUEST_HEADERS: Final = (
    b"A-IM, Cache-Control, If-Modified-Since, If-None-Match, Pragma, User-Agent, X-Requested-With"
)
"""Conditions and deltas, and what HTTP clients of browser readers add by themselves."""

_PREFLIGHT_HEADERS: Final = (
    _ALLOW_ORIGIN,
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", _REQUEST_HEADERS),
    (b"access-control-max-age", b"86400"),
)


class PublicFeedsMiddleware:
    """Adds CORS headers to all responses at addresses of feeds, and responds to preflights.

    It is inside the response cache, which stores the headers with the response.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a preflight request, or pass the request on."""
        if scope["type"] != "http" or not is_feed_address(scope["path"]):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and _is_preflight(scope):
            headers = [*_PREFLIGHT_HEADERS]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body"})
            return

        async def send_public(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_RESPONSE_HEADERS]}
            await send(message)

        await self._app(scope, receive, send_public)


def _is_preflight(scope: Scope) -> bool:
    return any(name == b"access-control-request-method" for name, _ in scope["headers"])
