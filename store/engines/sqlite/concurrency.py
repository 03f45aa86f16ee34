"""Limits how many statements run at a time to the number of cores, except for long ones.

More threads than cores slow each other down, mostly at the interpreter's lock: with four threads
on two cores each statement takes 50 % longer. But a long statement must not block short
ones. So a statement gives its slot back after a while, and the next one starts alongside it.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SLOT_SECONDS: Final = 0.02
"""After how long a statement gives its slot back."""


def available_cores() -> int:
    """Return how many cores this process may use; that can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class ConcurrencyLimiter:
    """A semaphore whose slots expire.

    Args:
        slot_count: how many statements may hold a slot at the same time.
        slot_seconds: after how long a slot becomes free although its holder still runs. The
            attribute of that name counts for the slots that are acquired from then on.
    """

    def __init__(self, slot_count: int, slot_seconds: float = SLOT_SECONDS) -> None:
        self._free, self.slot_seconds = asyncio.Semaphore(slot_count), slot_seconds

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a free slot, and hold it for the block or until it expires."""
        await self._free.acquire()
        is_released = False

        def release() -> None:
            nonlocal is_released
            if not is_released:
                is_released = True
                self._free.release()

        expiry = asyncio.get_running_loop().call_later(self.slot_seconds, release)
        try:
            yield
        finally:
            expiry.cancel()
            release()
