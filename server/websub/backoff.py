"""Retries: exponential backoff, and waiting for a locked store."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeVar

from newsgraph.server.background.periodic_task import ERROR_RETRY_SECONDS
from newsgraph.server.websub.limits import INITIAL_RETRY_DELAY, MAX_RETRY_DELAY
from newsgraph.store.errors import DatabaseBusy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta

T = TypeVar("T")

_MAX_DOUBLINGS = 20
"""The delay reaches its maximum earlier; more doublings would overflow a timedelta."""

_log = logging.getLogger(__name__)


def retry_delay(failures: int, random_fraction: Callable[[], float]) -> timedelta:
    """Return the time to wait before a retry: exponential backoff with jitter.

    The delay doubles with each failure, up to a maximum, and is shortened by up to half at
    random: requests that failed together are not retried together.

    Args:
        failures: number of consecutive failures, including the latest.
        random_fraction: returns a random number from 0 to 1.
    """
    factor: int = 2 ** min(failures - 1, _MAX_DOUBLINGS)
    full_delay = min(MAX_RETRY_DELAY, INITIAL_RETRY_DELAY * factor)
    return full_delay * (1 - random_fraction() / 2)


async def retry_while_busy(
    write: Callable[[], Awaitable[T]],
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> T:
    """Write to the store, and retry for as long as another process keeps it locked.

    Args:
        write: writes to the store.
        sleep: waits for a number of seconds.

    Returns:
        The result of `write`.

    Raises:
        DatabaseUnusable: the store cannot be written.
    """
    while True:
        try:
            return await write()
        except DatabaseBusy as error:
            _log.warning("the hub waits until it can write to the store: %s", error)
        await sleep(ERROR_RETRY_SECONDS)
