"""Ending what runs in a thread, for one who no longer waits for it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_AGAIN_SECONDS = 0.01


async def until(ending: asyncio.Future[Any], interrupt: Callable[[], None] | None = None) -> None:
    """Wait until something has ended; who is cancelled meanwhile learns of it afterwards.

    Args:
        ending: that is waited for.
        interrupt: interrupts a connection's statement. It is called again and again, because
            SQLite forgets an interrupt that comes before the statement has begun in its thread.
            One that comes after its end is forgotten as well, and hurts nobody.

    Raises:
        CancelledError: this was cancelled; what was waited for has ended.
        BaseException: what it ended with.
    """
    given_up = False
    while not ending.done():
        if interrupt is not None:
            with suppress(sqlite3.ProgrammingError):  # it has just been closed
                interrupt()
        try:
            await asyncio.wait({ending}, timeout=None if interrupt is None else _AGAIN_SECONDS)
        except asyncio.CancelledError:
            given_up = True
    if given_up:
        if not ending.cancelled():
            ending.exception()  # or asyncio complains that nobody asked
        raise asyncio.CancelledError
    ending.result()
