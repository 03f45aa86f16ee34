"""uvicorn's connections, which can be let go of while a client leaves them full.

ASGI has no word for that: a closed connection waits until its client has read what is in it,
which may be never. So the scope carries a function (`gql.slow.CUT`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gql.slow import CUT

if TYPE_CHECKING:
    from websockets.http11 import Request

GRACE_SECONDS = 5.0
"""How long a client may still take what is on its way, and the reason why it is cut."""


class HttpConnection(HttpToolsProtocol):
    """A connection of HTTP."""

    def on_message_begin(self) -> None:
        """Give the request's scope the function."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {**(scope.get("extensions") or {}), CUT: self._cut}

    def _cut(self, _code: int, _reason: str) -> None:
        # HTTP has no code for it: an answer without its end says enough.
        self.transport.abort()


class WebSocketConnection(WebSocketsSansIOProtocol):
    """A connection of a WebSocket."""

    def handle_connect(self, event: Request) -> None:
        """Give the socket's scope the function."""
        super().handle_connect(event)
        if not self.close_sent:
            scope: dict[str, Any] = self.scope  # type: ignore[assignment]
            scope["extensions"] = {**scope["extensions"], CUT: self._cut}

    def _cut(self, code: int, reason: str) -> None:
        if not self.close_sent and not self.transport.is_closing():
            self.stop_keepalive()
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
        self.loop.call_later(GRACE_SECONDS, self.transport.abort)
