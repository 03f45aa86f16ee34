"""Ends requests when the server stops: event streams at once, others after a grace period."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from newsgraph.gql.http.protocol import EVENT_STREAM, unavailable_response
from newsgraph.gql.http.slow_consumer import CLOSE_CONNECTION_KEY

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

GOING_AWAY: Final = 1001
"""WebSocket close code of a server that stops (RFC 6455 section 7.4.1)."""

_END_SECONDS: Final = 1.0
"""How long the end of a stream may wait for a client that does not read."""

_STOPPING: Final = "The server is stopping. Try again in a moment."


class Shutdown:
    """Whether the server stops, and the requests that it has to end then.

    Attributes:
        is_stopping: whether `begin` was called.
        is_over: whether the grace period has ended.
    """

    def __init__(self) -> None:
        self.is_stopping = self.is_over = False
        self._requests: set[_Request] = set()

    def begin(self, grace_seconds: float) -> None:
        """End all event streams, and start the grace period; later calls do nothing.

        Event streams end without an event that says that the subscription is complete: so clients
        connect again.

        Args:
            grace_seconds: how long other requests may continue.
        """
        if not self.is_stopping:
            self.is_stopping = True
            for request in self._requests:
                if request.is_event_stream:
                    request.cancel()
            asyncio.get_running_loop().call_later(grace_seconds, self._cancel_all)

    def _cancel_all(self) -> None:
        self.is_over = True
        for request in self._requests:
            request.cancel()

    def add(self, request: _Request) -> None:
        """Add a request that the application handles."""
        self._requests.add(request)

    def discard(self, request: _Request) -> None:
        """Forget a request."""
        self._requests.discard(request)


class GracefulShutdownMiddleware:
    """ASGI middleware that ends requests when the server stops.

    What still runs at the end of the grace period is cancelled, and its clients get 503 responses.
    uvicorn closes WebSockets. The response cache is outside of this middleware: cached responses
    are sent at once, and tracking them would slow them down.
    """

    def __init__(self, app: ASGIApp, shutdown: Shutdown) -> None:
        """Args: app: the application; shutdown: tells when the server stops."""
        self._app, self._shutdown = app, shutdown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and end its response if it is cancelled."""
        task = asyncio.current_task()
        if scope["type"] != "http" or task is None:
            await self._app(scope, receive, send)
            return
        request = _Request(self._shutdown, task, send)
        if self._shutdown.is_over:
            await request.end(scope, receive)
            return
        self._shutdown.add(request)
        try:
            await self._app(scope, receive, request.send)
        except asyncio.CancelledError:
            if not request.is_cancelled:
                raise
            task.uncancel()
            await request.end(scope, receive)
        finally:
            self._shutdown.discard(request)


class _Request:
    """A request that the application handles.

    Attributes:
        is_event_stream: whether its response has started and is an event stream.
        is_cancelled: whether `cancel` was called.
    """

    def __init__(self, shutdown: Shutdown, task: asyncio.Task[object], send: Send) -> None:
        self._shutdown, self._task, self._send = shutdown, task, send
        self._has_started = False
        self.is_event_stream = self.is_cancelled = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._has_started = True
            self.is_event_stream = any(
                name == b"content-type" and value.startswith(EVENT_STREAM.encode())
                for name, value in message.get("headers", ())
            )
        await self._send(message)
        if self.is_event_stream and self._shutdown.is_stopping:
            self.cancel()

    def cancel(self) -> None:
        if not self.is_cancelled:
            self.is_cancelled = True
            self._task.cancel()

    async def end(self, scope: Scope, receive: Receive) -> None:
        """End the response: an event stream has complete events, all others are incomplete."""
        if not self._has_started:
            await unavailable_response(scope, _STOPPING)(scope, receive, self._send)
            return
        if self.is_event_stream:
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_SECONDS):
                    await self._send(
                        {"type": "http.response.body", "body": b"", "more_body": False}
                    )
                    return
        if close := (scope.get("extensions") or {}).get(CLOSE_CONNECTION_KEY):
            close(GOING_AWAY, _STOPPING)
