"""Waiting for the store's next revision, whoever makes it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.25
"""How often to look for a new revision. A database does not tell; looking is cheap."""


class Following:
    """Tells those who wait when the revision is another.

    One task looks for all of them, and only while somebody waits.

    Args:
        look: tells the revision.
        seconds: how long to wait from one look to the next.
    """

    def __init__(self, look: Callable[[], Awaitable[int]], seconds: float) -> None:
        self._look, self._seconds = look, seconds
        self._waiting: dict[asyncio.Future[int], int] = {}
        self._wanted = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    async def changed(self, after: int) -> int:
        """Wait until the revision is another than `after`, and return it.

        Raises:
            DatabaseUnusable: it could not be read, or is closed.
        """
        if self._closed:
            raise _closed()
        waiter: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting[waiter] = after
        self.look_now()
        if self._looking is None:
            self._looking = asyncio.create_task(self._keep_looking())
        try:
            return await waiter
        finally:
            del self._waiting[waiter]
            if not self._waiting:
                self._stop()

    def look_now(self) -> None:
        """Look at once: there may be a new revision."""
        self._wanted.set()

    async def close(self) -> None:
        """Stop looking; whoever waits learns that the store is closed."""
        self._closed = True
        looking = self._looking
        self._stop()
        self._tell(_closed())
        if looking is not None:
            await asyncio.wait({looking})

    async def _keep_looking(self) -> None:
        try:
            while True:
                self._wanted.clear()
                revision = await self._look()
                for waiter, after in self._waiting.items():
                    if revision != after and not waiter.done():
                        waiter.set_result(revision)
                await self._pause()
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must learn of it
            self._looking = None
            self._tell(error)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._wanted.wait()
        except TimeoutError:
            pass

    def _tell(self, error: Exception) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(error)

    def _stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None


def _closed() -> DatabaseUnusable:
    return DatabaseUnusable("the store has been closed")
