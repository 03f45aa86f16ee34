"""When what failed is tried again."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeVar

from newsgraph.server.websub.limits import AGAIN_SECONDS, FIRST_DELAY, MOST_DELAY
from newsgraph.store.errors import DatabaseBusy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta

T = TypeVar("T")

_DOUBLINGS = 20
"""More make no difference, and numbers too large."""

_log = logging.getLogger(__name__)


def delay(failures: int, draw: Callable[[], float]) -> timedelta:
    """Return how long to wait: it doubles with each failure, and is shortened by up to half.

    What failed together is not tried again together.

    Args:
        failures: in a row, this one included.
        draw: a random number from 0 to 1.
    """
    doublings: int = 2 ** min(failures - 1, _DOUBLINGS)
    whole = min(MOST_DELAY, FIRST_DELAY * doublings)
    return whole * (1 - draw() / 2)


async def insisting(
    write: Callable[[], Awaitable[T]],
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> T:
    """Write into the store, however long another process keeps it locked.

    Args:
        write: does it.
        pause: waits for some seconds.

    Raises:
        DatabaseUnusable: the store cannot be written at all.
    """
    while True:
        try:
            return await write()
        except DatabaseBusy as error:
            _log.warning("the hub waits to write down what it did: %s", error)
        await pause(AGAIN_SECONDS)
