"""How many statements run at a time: as many as there are cores, and those that take long.

More threads than cores hold each other up, above all at the interpreter's lock: with four on two
cores each statement takes half as long again. But a long one must not keep all the short ones
waiting. So its turn ends after a while, and the next one begins beside it.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LONG_SECONDS: Final = 0.02
"""After how long a statement's turn ends."""


def cores() -> int:
    """Return how many cores this process may use, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Turns:
    """The turns of statements that run in threads.

    Args:
        number: how many there are at a time.
        long_seconds: after how long a turn ends, and the next one begins beside it.
    """

    def __init__(self, number: int, long_seconds: float = LONG_SECONDS) -> None:
        self._free, self._long_seconds = asyncio.Semaphore(number), long_seconds

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it for the block, or for as long as a turn lasts."""
        await self._free.acquire()
        is_over = False

        def end() -> None:
            nonlocal is_over
            if not is_over:
                is_over = True
                self._free.release()

        ending = asyncio.get_running_loop().call_later(self._long_seconds, end)
        try:
            yield
        finally:
            ending.cancel()
            end()
