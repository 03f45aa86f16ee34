"""uvicorn's protocols, extended to drop clients that do not read and to limit request headers.

ASGI cannot drop a connection: a closed one waits until the client has read what is buffered,
which may never happen. So the scope carries a function that drops it
(`gql.http.slow_consumer.CLOSE_CONNECTION_KEY`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from newsgraph.gql.http.slow_consumer import CLOSE_CONNECTION_KEY

if TYPE_CHECKING:
    from websockets.http11 import Request

ABORT_DELAY_SECONDS = 5.0
"""How long a WebSocket client may still read what is buffered, with the reason of the close."""

MAX_HEADER_BYTES = 65_536
"""Maximum size of a request's headers; httptools itself has no limit."""

MAX_URL_EXTRA_BYTES = MAX_HEADER_BYTES
"""How much longer than a WebSocket message a URL may be. The sum is more than the GraphQL
endpoint's own limit, which it reports with status 414."""

_TOO_LARGE = "The request's URL or its headers are too long."


class HttpProtocol(HttpToolsProtocol):
    """An HTTP connection."""

    _header_bytes = 0
    _unparsed_bytes = 0
    """Bytes since the parser's last callback: they may be the start of an endless header."""

    def data_received(self, data: bytes) -> None:
        """Parse received data, and refuse a request whose URL or headers are too long."""
        self._unparsed_bytes += len(data)
        super().data_received(data)
        url_bytes = len(getattr(self, "url", b""))
        if (
            max(self._unparsed_bytes, self._header_bytes) > MAX_HEADER_BYTES
            or url_bytes > self.config.ws_max_size + MAX_URL_EXTRA_BYTES
        ) and not self.transport.is_closing():
            self.logger.warning(_TOO_LARGE)
            self._refuse_headers()

    def _refuse_headers(self) -> None:
        # Before the first request there is no cycle; a response in progress is just cut off.
        if getattr(self.cycle, "response_complete", True):
            body = _TOO_LARGE.encode()
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
                b"content-type: text/plain; charset=utf-8\r\n"
                b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(body), body)
            )
        self.transport.close()

    def on_url(self, url: bytes) -> None:
        """Handle a part of the URL."""
        self._unparsed_bytes = 0
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Handle a header, or a trailer after a chunked body."""
        self._unparsed_bytes = 0
        self._header_bytes += len(name) + len(value)
        super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Handle a part of the body."""
        self._unparsed_bytes = 0
        super().on_body(body)

    def on_message_begin(self) -> None:
        """Start a request, and put the function that drops the connection into its scope."""
        self._header_bytes = self._unparsed_bytes = 0
        super().on_message_begin()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {**(scope.get("extensions") or {}), CLOSE_CONNECTION_KEY: self._drop}

    def _drop(self, _code: int, _reason: str) -> None:
        # HTTP has no close code: the client sees that the response is incomplete.
        self.transport.abort()


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A WebSocket connection."""

    def data_received(self, data: bytes) -> None:
        """Parse received data; respond to a malformed handshake, which uvicorn leaves open."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            self.transport.close()

    def handle_connect(self, event: Request) -> None:
        """Handle the handshake, and put the function that drops the connection into the scope."""
        super().handle_connect(event)
        if not self.close_sent:
            scope = cast("dict[str, Any]", self.scope)
            scope["extensions"] = {**scope["extensions"], CLOSE_CONNECTION_KEY: self._drop}

    def _drop(self, code: int, reason: str) -> None:
        if not self.close_sent and not self.transport.is_closing():
            self.stop_keepalive()
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
        self.loop.call_later(ABORT_DELAY_SECONDS, self.transport.abort)
