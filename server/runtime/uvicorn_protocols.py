"""uvicorn's protocols, extended by limits on what clients can occupy.

A request whose URL or headers are too long is refused, and a connection is closed that sends no
request in time. Where there are too many connections, idle ones make room.

ASGI cannot drop a connection: a closed one waits until the client has read what is buffered,
which may never happen. So the scope carries a function that drops it
(`gql.http.slow_consumer.CLOSE_CONNECTION_KEY`).
"""

from __future__ import annotations

import heapq
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from newsgraph.gql.http.slow_consumer import CLOSE_CONNECTION_KEY

if TYPE_CHECKING:
    import asyncio

    from websockets.http11 import Request

    from newsgraph.server.runtime.connection_limits import LimitedConfig

REFUSAL_SECONDS: Final = 1.0
"""How long a client may take to read why its connection is refused."""

ABORT_SECONDS: Final = 0.5
"""How long after the grace period a client may still read its response."""

IDLE_CLOSE_SECONDS: Final = 0.5
"""How long a stopping server waits for requests on idle connections."""

CONNECTIONS_PER_CLOSED: Final = 200
"""Where there are too many connections, 1 idle one is closed, and 1 more for each 200 allowed."""

MAX_REFUSED: Final = 32
"""Refused connections that are told why at the same time; others are dropped."""

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

    config: LimitedConfig

    _header_bytes = 0
    _unparsed_bytes = 0
    """Bytes since the parser's last callback: they may be the start of an endless header."""

    _is_refused = _is_shutting_down = False
    _waiting_since = 0.0
    """When the connection was opened, or its newest request began."""
    _request_timer: asyncio.TimerHandle | None = None
    _write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Start to wait for a request; refuse the connection if there are too many."""
        super().connection_made(transport)
        self._waiting_since = self.loop.time()
        if len(self.connections) > self.config.max_connections and not self._close_idle_ones():
            self._refuse()
        else:
            self._check_again_in(self.config.request_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_request_timer()
        self._stop_write_timer()
        if self._is_refused:
            self.config.refused_count -= 1
        super().connection_lost(exc)

    @property
    def _has_had_request(self) -> bool:
        # uvicorn's annotation says that there always is a cycle.
        return cast("object", self.cycle) is not None

    @property
    def is_idle(self) -> bool:
        """Whether no request of the connection is being handled."""
        return not self._has_had_request or self.cycle.response_complete

    @property
    def idle_since(self) -> float:
        """When an idle connection was opened, or its last response was complete."""
        timer = self.timeout_keep_alive_task
        return self._waiting_since if timer is None else timer.when() - self.timeout_keep_alive

    def _close_idle_ones(self) -> bool:
        """Close the connections that have been idle for the longest time; return whether any is."""
        idle = (
            connection
            for connection in self.connections
            if isinstance(connection, HttpProtocol)
            and connection is not self
            and connection.is_idle
            and not connection.transport.is_closing()
        )
        # Several at once: to look through thousands for each new connection would take too long.
        count = 1 + self.config.max_connections // CONNECTIONS_PER_CLOSED
        oldest = heapq.nsmallest(count, idle, key=lambda connection: connection.idle_since)
        for connection in oldest:
            connection.transport.close()
        return bool(oldest)

    def _refuse(self) -> None:
        self.config.log_refused_connection()
        self._is_refused = True
        self.connections.discard(self)
        self.config.refused_count += 1
        if self.config.refused_count > MAX_REFUSED:
            self.transport.abort()
            return
        self._write_response(503, "This server has too many connections. Try again in a moment.")
        # A client that has sent a request would lose the response if this was closed at once.
        self.loop.call_later(REFUSAL_SECONDS, self.transport.close)

    def _check_again_in(self, seconds: float) -> None:
        # One timer for all requests of a connection: one for each would slow cached responses down.
        self._request_timer = self.loop.call_later(seconds, self._check_request)

    def _stop_request_timer(self) -> None:
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None

    @property
    def _is_head_incomplete(self) -> bool:
        return not self._has_had_request or self.cycle.scope is not self.scope

    def _check_request(self) -> None:
        """Close the connection if its request is incomplete for too long."""
        if self.transport.is_closing():
            return
        # uvicorn's own timer of an idle connection ends with any byte, also if no request follows.
        has_no_timer = self.is_idle and self.timeout_keep_alive_task is None
        is_incomplete = self._is_head_incomplete or self.cycle.more_body or has_no_timer
        is_pipelined = self._is_head_incomplete and not self.is_idle
        seconds_left = self._waiting_since + self.config.request_seconds - self.loop.time()
        # Where reading is paused, the application has not read what the client has sent.
        if not is_incomplete or is_pipelined or self.flow.read_paused:
            self._check_again_in(self.config.request_seconds)
        elif seconds_left > 0:
            self._check_again_in(seconds_left)
        else:
            has_started = cast("object", self.scope) is not None
            if has_started and (self._is_head_incomplete or not self.cycle.response_started):
                self._write_response(408, "The request was not complete in time.")
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Parse received data, and refuse a request whose URL or headers are too long."""
        if self._is_refused:
            return
        self._unparsed_bytes += len(data)
        super().data_received(data)
        if self._is_shutting_down and not self.is_idle:
            self.cycle.keep_alive = False
        url_bytes = len(getattr(self, "url", b""))
        if (
            max(self._unparsed_bytes, self._header_bytes) > MAX_HEADER_BYTES
            or url_bytes > self.config.ws_max_size + MAX_URL_EXTRA_BYTES
        ) and not self.transport.is_closing():
            self.logger.warning(_TOO_LARGE)
            # A response in progress is just cut off.
            if self.is_idle:
                self._write_response(431, _TOO_LARGE)
            self.transport.close()

    def _write_response(self, status: int, text: str) -> None:
        body = text.encode()
        self.transport.write(
            b"HTTP/1.1 %d %b\r\ncontent-type: text/plain; charset=utf-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%b"
            % (status, HTTPStatus(status).phrase.encode(), len(body), body)
        )

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
        self._waiting_since = self.loop.time()
        super().on_message_begin()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {**(scope.get("extensions") or {}), CLOSE_CONNECTION_KEY: self._drop}

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the WebSocket protocol."""
        self._stop_request_timer()
        super().handle_websocket_upgrade()

    def shutdown(self) -> None:
        """Close the connection, after a request in progress, or one that is on its way."""
        self.config.on_shutdown()
        self._is_shutting_down = True
        self.loop.call_later(self.config.grace_seconds + ABORT_SECONDS, self.transport.abort)
        if self.is_idle:
            # A request may be on its way.
            self.loop.call_later(IDLE_CLOSE_SECONDS, self._close_if_idle)
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        """Wait until the client has read; drop it if it does not read in time."""
        super().pause_writing()
        self._stop_write_timer()
        self._write_timer = self.loop.call_later(self.config.request_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on writing."""
        self._stop_write_timer()
        super().resume_writing()

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _close_if_idle(self) -> None:
        if self.is_idle:
            self.transport.close()

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
