"""A store's claims in memory, of which another process may have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.store.websub.leader_leases import Claims

if TYPE_CHECKING:
    from datetime import datetime


class FakeClaims(Claims):
    """The claims of a store without a database.

    Attributes:
        taken: whether another process has the claim.
        failure: raised by everything.
        holders: who took it, and did not give it back.
    """

    def __init__(self) -> None:
        self.taken = False
        self.failure: Exception | None = None
        self.holders: list[str] = []

    async def take(self, holder: str, now: datetime, until: datetime) -> bool:  # noqa: ARG002 - the real one's
        """Take it, if it is free."""
        if self.failure:
            raise self.failure
        self.holders.append(holder)
        return not self.taken

    async def release(self, holder: str) -> None:
        """Give it back."""
        if self.failure:
            raise self.failure
        self.holders = [other for other in self.holders if other != holder]
