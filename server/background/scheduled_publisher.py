"""Publishes documents when their time has come, in one of several processes."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from newsgraph.server.background.leader_lease import POLL_SECONDS, LeaderLease
from newsgraph.server.background.periodic_task import ERROR_RETRY_SECONDS, PeriodicTask
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from newsgraph.store.store import Store

MAX_DELAY: Final = timedelta(seconds=60)
"""A document that has been due for longer is late: no process could publish it."""

NOT_PUBLISHED: Final = (
    "Scheduled documents do not appear or expire at their time. "
    "The log of a server process has the reason."
)

_log = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ScheduledPublisher:
    """Shows documents when their time has come, and hides expired ones.

    Each process looks once in a second whether a document is due, for which it only reads the
    store's revision. Of several processes, the one that acquires the lease writes.

    Args:
        store: contains the documents.
        clock: returns the current time, in UTC. It may be set while the server runs.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime] = _utc_now) -> None:
        self._store, self._clock = store, clock
        self._lease = LeaderLease(store.publication_leases, self._has_due, clock)
        self._revision: int | None = None
        self._next_change: datetime | None = None
        self._has_failed = False

    @property
    def warning(self) -> str | None:
        """What an operator has to know; None if documents are published at their time."""
        is_late = self._next_change is not None and self._clock() - self._next_change > MAX_DELAY
        return NOT_PUBLISHED if self._has_failed or is_late else None

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Publish documents until the end of the ``async with`` block."""
        periodic_task = PeriodicTask("the publisher of scheduled documents")
        task = asyncio.create_task(periodic_task.run(self.publish_due))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})
            await self._lease.release()

    async def publish_due(self) -> float:
        """Step: publish the documents that are due.

        Returns:
            Number of seconds until the next step.
        """
        try:
            if await self._has_due():
                await self._publish()
        except StoreError as error:
            if not self._has_failed:
                _log.error("scheduled documents cannot be published; the server retries: %s", error)
            self._has_failed = True
            return ERROR_RETRY_SECONDS
        if self._has_failed:
            _log.warning("scheduled documents are published again")
            self._has_failed = False
        return POLL_SECONDS

    async def _publish(self) -> None:
        await self._lease.update()
        if self._lease.is_held:
            await self._store.publish_due()
            self._revision = None
            # Without further due documents, this releases the lease.
            await self._lease.update()

    async def _has_due(self) -> bool:
        revision = (await self._store.state()).revision
        if revision != self._revision:
            self._next_change = await self._store.next_visibility_change()
            self._revision = revision
        return self._next_change is not None and self._next_change <= self._clock()
