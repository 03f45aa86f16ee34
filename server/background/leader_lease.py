"""Leader election: of several processes, the holder of a lease does the work."""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from newsgraph.store.leader_leases import LeaderLeases

LEADER_LEASE_DURATION: Final = timedelta(seconds=30)
"""Time after which another process can take over from one that does not renew its lease."""

POLL_SECONDS: Final = 1.0
"""Interval of looking for work, and for an expired lease."""

RELEASE_TIMEOUT_SECONDS: Final = 1.0
"""Maximum duration of releasing the lease at shutdown; otherwise it expires."""

_log = logging.getLogger(__name__)


class LeaderLease:
    """A leader lease of the store from the point of view of one process.

    A process acquires it only while there is work to do: an idle server writes nothing.

    Args:
        leases: stores the lease.
        has_work: returns whether there is work to do.
        clock: returns the current time, in UTC.
    """

    def __init__(
        self,
        leases: LeaderLeases,
        has_work: Callable[[], Awaitable[bool]],
        clock: Callable[[], datetime],
    ) -> None:
        self._leases, self._has_work, self._clock = leases, has_work, clock
        self._holder = secrets.token_hex(8)
        self._expires_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process holds the lease."""
        return self._expires_at is not None and self._clock() < self._expires_at

    async def update(self) -> float:
        """Acquire or renew the lease if there is work to do; release it otherwise.

        Returns:
            Number of seconds until the next update.

        Raises:
            StoreError: the store could not be used; a lease that is held expires.
        """
        if not await self._has_work():
            await self._release_if_held()
            return POLL_SECONDS
        now = self._clock()
        expires_at = now + LEADER_LEASE_DURATION
        if not await self._leases.acquire(self._holder, now, expires_at):
            self._expires_at = None
            return POLL_SECONDS
        self._expires_at = expires_at
        return LEADER_LEASE_DURATION.total_seconds() / 3

    async def release(self) -> None:
        """Release the lease at shutdown, unless that takes too long."""
        try:
            async with asyncio.timeout(RELEASE_TIMEOUT_SECONDS):
                await self._release_if_held()
        except (StoreError, TimeoutError) as error:
            _log.info("a leader lease is not released but expires: %s", error)

    async def _release_if_held(self) -> None:
        if self._expires_at is not None:
            self._expires_at = None
            await self._leases.release(self._holder)
