"""Disconnects subscribers that do not read, so that unread messages do not fill the memory.

A server's ASGI `send` waits while the client's connection is full. Each client has its own
connection and task, so no other client waits with it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from newsgraph.gql.http.protocol import EVENT_STREAM

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSE_CONNECTION_KEY = "newsgraph.cut"
"""The scope extension with the server's function that closes the connection. Its arguments are
the code and the reason that a WebSocket is closed with."""

CLOSE_CODE = 4429
"""Close code of a WebSocket whose client is too slow."""

CLOSE_REASON = "Too slow: read faster, or resume with since"

log = logging.getLogger("newsgraph.gql")


class SlowConsumerMiddleware:
    """ASGI middleware that limits how long a message of a WebSocket or event stream is unread."""

    def __init__(self, app: ASGIApp, send_timeout_seconds: float) -> None:
        """Args: app: the application; send_timeout_seconds: how long sending a message may take."""
        self._app, self._send_timeout_seconds = app, send_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application until it ends or its client is too slow."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        sender = _TimeoutSender(scope, send, self._send_timeout_seconds)
        task = asyncio.ensure_future(self._app(scope, receive, sender.send))
        sender.app_task = task
        try:
            await task
        except asyncio.CancelledError:
            if not sender.is_disconnected:
                raise


class _TimeoutSender:
    """An ASGI `send` that cancels the application when its client reads too slowly."""

    app_task: asyncio.Future[None]

    def __init__(self, scope: Scope, send: Send, timeout_seconds: float) -> None:
        self._scope, self._send, self._timeout_seconds = scope, send, timeout_seconds
        self._is_stream = scope["type"] == "websocket"
        self.is_disconnected = False

    async def send(self, message: Message) -> None:
        if self.is_disconnected:
            # An application that sends without end can only be cancelled where it waits.
            await asyncio.sleep(0)
            return
        if message["type"] == "http.response.start":
            self._is_stream = any(
                name.lower() == b"content-type" and value.startswith(EVENT_STREAM.encode())
                for name, value in message["headers"]
            )
        if not self._is_stream:
            await self._send(message)
            return
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._send(message)
        except TimeoutError:
            self._disconnect()
            await asyncio.sleep(0)

    def _disconnect(self) -> None:
        self.is_disconnected = True
        client = self._scope.get("client")
        log.warning(
            "%s read nothing for %s seconds and was disconnected", client, self._timeout_seconds
        )
        extensions = self._scope.get("extensions") or {}
        if (close_connection := extensions.get(CLOSE_CONNECTION_KEY)) is not None:
            close_connection(CLOSE_CODE, CLOSE_REASON)
        self.app_task.cancel()
