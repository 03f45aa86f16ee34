"""Cuts subscribers that do not read, so that what they leave unread takes no memory.

A server's `send` waits while a client's connection is full. Each client has a connection and
a task of its own, so nobody else waits with it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from newsgraph.gql.http.protocol import EVENTS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CUT = "newsgraph.cut"
"""The scope's extension by which a server lets go of a connection: a function of the code
and the reason to close a WebSocket with."""

TOO_SLOW = 4429
"""The code that a WebSocket is closed with."""

REASON = "Too slow: read faster, or resume with since"

log = logging.getLogger("newsgraph.gql")


class Patience:
    """An application whose WebSockets and event streams do not wait for ever."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        """Args: app: what answers; seconds: how long a message may wait to be sent."""
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application, until it ends or its client has been too slow."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        line = _Line(scope, send, self._seconds)
        work = asyncio.ensure_future(self._app(scope, receive, line.send))
        line.work = work
        try:
            await work
        except asyncio.CancelledError:
            if not line.is_cut:
                raise


class _Line:
    """One connection, as the application sends on it."""

    work: asyncio.Future[None]

    def __init__(self, scope: Scope, send: Send, seconds: float) -> None:
        self._scope, self._send, self._seconds = scope, send, seconds
        self._is_stream = scope["type"] == "websocket"
        self.is_cut = False

    async def send(self, message: Message) -> None:
        if self.is_cut:
            # Who sends on and on must be stopped, for which it has to wait somewhere.
            await asyncio.sleep(0)
            return
        if message["type"] == "http.response.start":
            self._is_stream = any(
                name.lower() == b"content-type" and value.startswith(EVENTS.encode())
                for name, value in message["headers"]
            )
        if not self._is_stream:
            await self._send(message)
            return
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(message)
        except TimeoutError:
            self._cut()
            await asyncio.sleep(0)

    def _cut(self) -> None:
        self.is_cut = True
        client = self._scope.get("client")
        log.warning("%s read nothing for %s seconds and was cut", client, self._seconds)
        if (cut := (self._scope.get("extensions") or {}).get(CUT)) is not None:
            cut(TOO_SLOW, REASON)
        self.work.cancel()
