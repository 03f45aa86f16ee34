"""Waits for work in a thread to end, even if the waiting task is cancelled meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_INTERRUPT_INTERVAL_SECONDS = 0.01


async def wait_despite_cancel(
    future: asyncio.Future[Any], interrupt: Callable[[], None] | None = None
) -> None:
    """Wait until a future is done; a cancellation meanwhile is raised only after that.

    Args:
        future: the future to wait for.
        interrupt: interrupts the statement of a connection. It is called repeatedly, because
            SQLite ignores an interrupt that comes before the statement has started in its thread.
            An interrupt that comes after the statement's end has no effect.

    Raises:
        CancelledError: the waiting task was cancelled; the future is done.
        BaseException: the future's exception.
    """
    was_cancelled = False
    while not future.done():
        if interrupt is not None:
            with suppress(sqlite3.ProgrammingError):  # the connection has just been closed
                interrupt()
        try:
            timeout = None if interrupt is None else _INTERRUPT_INTERVAL_SECONDS
            await asyncio.wait({future}, timeout=timeout)
        except asyncio.CancelledError:
            was_cancelled = True
    if was_cancelled:
        if not future.cancelled():
            future.exception()  # else asyncio logs that it was never retrieved
        raise asyncio.CancelledError
    future.result()
