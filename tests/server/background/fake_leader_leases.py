"""Leader leases in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.store.leader_leases import LeaderLeases

if TYPE_CHECKING:
    from datetime import datetime


class FakeLeaderLeases(LeaderLeases):
    """Leader leases without a database.

    Attributes:
        is_taken: whether another process holds the lease.
        failure: exception that every method raises, or None.
        holders: holders that tried to acquire the lease and did not release it.
        acquire_count: how often the lease was acquired or renewed.
    """

    def __init__(self) -> None:
        self.is_taken = False
        self.failure: Exception | None = None
        self.holders: list[str] = []
        self.acquire_count = 0

    async def acquire(self, holder: str, now: datetime, expires_at: datetime) -> bool:  # noqa: ARG002 - same signature
        """Acquire the lease unless another process holds it."""
        if self.failure:
            raise self.failure
        self.holders.append(holder)
        self.acquire_count += not self.is_taken
        return not self.is_taken

    async def release(self, holder: str) -> None:
        """Release the lease."""
        if self.failure:
            raise self.failure
        self.holders = [other for other in self.holders if other != holder]
