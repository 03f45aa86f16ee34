"""Waits for the store's next revision, whichever process imports it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

POLL_SECONDS = 0.25
"""Interval at which the revision is read: SQLite sends no notifications, and a read is cheap."""


class RevisionWatcher:
    """Polls the store's revision and wakes the callers that wait for a new one.

    One task polls for all callers, and runs only while at least one of them waits.

    Args:
        read_revision: reads the current revision.
        poll_seconds: time between two reads.
    """

    def __init__(self, read_revision: Callable[[], Awaitable[int]], poll_seconds: float) -> None:
        self._read_revision, self._poll_seconds = read_revision, poll_seconds
        self._waiters: dict[asyncio.Future[int], int] = {}
        self._check_requested = asyncio.Event()
        self._poll_task: asyncio.Task[None] | None = None
        self._is_closed = False

    async def wait_for_new_revision(self, known_revision: int) -> int:
        """Wait until the revision differs from the known one, and return it.

        Raises:
            DatabaseUnusable: the database could not be read, or is closed.
        """
        if self._is_closed:
            raise _closed_error()
        waiter: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = known_revision
        self.check_now()
        if self._poll_task is None:
            self._poll_task = asyncio.create_task(self._poll())
        try:
            return await waiter
        finally:
            del self._waiters[waiter]
            if not self._waiters:
                self._stop_polling()

    def check_now(self) -> None:
        """Read the revision without waiting for the end of the polling interval."""
        self._check_requested.set()

    async def close(self) -> None:
        """Stop polling; waiting callers get an error which says that the store is closed."""
        self._is_closed = True
        task = self._poll_task
        self._stop_polling()
        self._fail_waiters(_closed_error())
        if task is not None:
            await asyncio.wait({task})

    async def _poll(self) -> None:
        try:
            while True:
                self._check_requested.clear()
                revision = await self._read_revision()
                for waiter, known_revision in self._waiters.items():
                    if revision != known_revision and not waiter.done():
                        waiter.set_result(revision)
                await self._pause()
        except Exception as error:  # noqa: BLE001 - any error has to reach the waiting callers
            self._poll_task = None
            self._fail_waiters(error)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._poll_seconds):
                await self._check_requested.wait()
        except TimeoutError:
            pass

    def _fail_waiters(self, error: Exception) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(error)

    def _stop_polling(self) -> None:
        if self._poll_task is not None:
            self._poll_task.cancel()
            self._poll_task = None


def _closed_error() -> DatabaseUnusable:
    return DatabaseUnusable("the store has been closed")
