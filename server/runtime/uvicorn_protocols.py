"""uvicorn's connections, for clients that leave them full, and for heads without an end.

ASGI has no word for a connection to let go of: a closed one waits until its client has read
what is in it, which may be never. So the scope carries a function (`gql.http.slow_consumer.CUT`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from newsgraph.gql.http.slow_consumer import CUT

if TYPE_CHECKING:
    from websockets.http11 import Request

CUT_SECONDS = 5.0
"""How long a client may still take what is on its way, and the reason why it is cut."""

MAX_HEADERS = 65_536
"""How many bytes the headers of a request may have; httptools would collect them for ever."""

MAX_ADDRESS = MAX_HEADERS
"""How many bytes an address may have beyond a message of a WebSocket: more than the graph, which
tells of its own limit (414), would ever look at."""

_TOO_LARGE = "The request's address or its headers are too long."


class HttpConnection(HttpToolsProtocol):
    """A connection of HTTP."""

    _headers_bytes = 0
    _unread = 0
    """Bytes since the last thing that the parser has told: a header that does not end."""

    def data_received(self, data: bytes) -> None:
        """Parse what has come, and refuse a request whose head is longer than is allowed."""
        self._unread += len(data)
        super().data_received(data)
        address = len(getattr(self, "url", b""))
        if (
            max(self._unread, self._headers_bytes) > MAX_HEADERS
            or address > self.config.ws_max_size + MAX_ADDRESS
        ) and not self.transport.is_closing():
            self.logger.warning(_TOO_LARGE)
            self._refuse_head()

    def _refuse_head(self) -> None:
        # Before the first request there is none; an answer under way is just cut.
        if getattr(self.cycle, "response_complete", True):
            body = _TOO_LARGE.encode()
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
                b"content-type: text/plain; charset=utf-8\r\n"
                b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(body), body)
            )
        self.transport.close()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._unread = 0
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or one of those behind a body in chunks."""
        self._unread = 0
        self._headers_bytes += len(name) + len(value)
        super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._unread = 0
        super().on_body(body)

    def on_message_begin(self) -> None:
        """Give the request's scope the function."""
        self._headers_bytes = self._unread = 0
        super().on_message_begin()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {**(scope.get("extensions") or {}), CUT: self._cut}

    def _cut(self, _code: int, _reason: str) -> None:
        # HTTP has no code for it: an answer without its end says enough.
        self.transport.abort()


class WebSocketConnection(WebSocketsSansIOProtocol):
    """A connection of a WebSocket."""

    def data_received(self, data: bytes) -> None:
        """Take what has come; uvicorn leaves a handshake that is none without an answer."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            self.transport.close()

    def handle_connect(self, event: Request) -> None:
        """Give the socket's scope the function."""
        super().handle_connect(event)
        if not self.close_sent:
            scope = cast("dict[str, Any]", self.scope)
            scope["extensions"] = {**scope["extensions"], CUT: self._cut}

    def _cut(self, code: int, reason: str) -> None:
        if not self.close_sent and not self.transport.is_closing():
            self.stop_keepalive()
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
        self.loop.call_later(CUT_SECONDS, self.transport.abort)
