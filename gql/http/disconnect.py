"""Stops what nobody waits for any more: its client has gone before the answer was there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import Message, Receive

T = TypeVar("T")

SOON: Final = 0.05
"""How many seconds an answer may take before anybody looks whether it is waited for."""


class Waiting:
    """The client of one request over HTTP, who may go away."""

    def __init__(self, receive: Receive) -> None:
        """Args: receive: tells what the client sends, and at last that it has gone."""
        self._receive = receive
        self._has_sent, self._has_gone = asyncio.Event(), False
        self._watching: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """Hand on a message, as long as the request's body has not come to its end."""
        message = await self._receive()
        if not message.get("more_body", False):
            self._has_sent.set()
        return message

    async def answer(self, work: Coroutine[Any, Any, T], *, reads: bool) -> T:
        """Return what the work returns; cancel it when the client goes.

        Args:
            work: answers the request.
            reads: whether it reads the body; what comes may be dropped at once if it does not.

        Raises:
            ClientDisconnect: the client has gone.
        """
        if not reads:
            self._has_sent.set()
        task = asyncio.ensure_future(work)
        looking = asyncio.get_running_loop().call_later(SOON, self._look_after, task)
        try:
            return await task
        except asyncio.CancelledError:
            if self._has_gone:
                raise ClientDisconnect from None
            raise
        finally:
            looking.cancel()
            if self._watching is not None:
                self._watching.cancel()

    def _look_after(self, task: asyncio.Task[Any]) -> None:
        self._watching = asyncio.ensure_future(self._watch(task))

    async def _watch(self, task: asyncio.Task[T]) -> None:
        await self._has_sent.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass  # A body that nobody reads: GET has none to speak of.
        self._has_gone = True
        task.cancel()
