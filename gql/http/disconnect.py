"""Cancels the work on a response when its client disconnects before the response is ready."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import Message, Receive

T = TypeVar("T")

WATCH_DELAY_SECONDS: Final = 0.05
"""Seconds that a response may take before the connection is watched for a disconnect."""


class DisconnectWatcher:
    """Watches the connection of one HTTP request for the client's disconnect."""

    def __init__(self, receive: Receive) -> None:
        """Args: receive: ASGI `receive`, which returns the body and then the disconnect."""
        self._receive = receive
        self._is_body_received, self._is_disconnected = asyncio.Event(), False
        self._watch_task: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """Return the next message of the request's body."""
        message = await self._receive()
        if not message.get("more_body", False):
            self._is_body_received.set()
        return message

    async def run(self, work: Coroutine[Any, Any, T], *, reads_body: bool) -> T:
        """Return the result of `work`, which is cancelled when the client disconnects.

        Args:
            work: computes the response.
            reads_body: whether `work` reads the body; if not, its messages are discarded.

        Raises:
            ClientDisconnect: the client has disconnected.
        """
        if not reads_body:
            self._is_body_received.set()
        task = asyncio.ensure_future(work)
        watch_timer = asyncio.get_running_loop().call_later(
            WATCH_DELAY_SECONDS, self._start_watching, task
        )
        try:
            return await task
        except asyncio.CancelledError:
            if self._is_disconnected:
                raise ClientDisconnect from None
            raise
        finally:
            watch_timer.cancel()
            if self._watch_task is not None:
                self._watch_task.cancel()

    def _start_watching(self, task: asyncio.Task[Any]) -> None:
        self._watch_task = asyncio.ensure_future(self._cancel_on_disconnect(task))

    async def _cancel_on_disconnect(self, task: asyncio.Task[T]) -> None:
        await self._is_body_received.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass  # Discards an unread body; that of a GET has no meaning.
        self._is_disconnected = True
        task.cancel()
