"""Being the one of several processes that delivers."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING, Final

from newsgraph.server.websub.limits import CLAIM, LOOK_SECONDS
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from newsgraph.store.websub.leader_leases import Claims

RELEASE_SECONDS: Final = 1.0
"""How long giving a claim back may take; it runs out by itself."""

_log = logging.getLogger(__name__)


class Claim:
    """The store's claim, as one process sees it.

    It is only taken while there is something to do: an idle server writes nothing.

    Args:
        claims: the store's.
        wanted: tells whether there is something to do.
        clock: tells the time, in UTC.
    """

    def __init__(
        self, claims: Claims, wanted: Callable[[], Awaitable[bool]], clock: Callable[[], datetime]
    ) -> None:
        self._claims, self._wanted, self._clock = claims, wanted, clock
        self._holder = secrets.token_hex(8)
        self._until: datetime | None = None

    @property
    def held(self) -> bool:
        """Whether this process may deliver."""
        return self._until is not None and self._clock() < self._until

    async def step(self) -> float:
        """Take the claim or renew it, if there is something to do.

        Returns:
            After how many seconds to come again.

        Raises:
            StoreError: the store could not be used; what is held runs out by itself.
        """
        if not await self._wanted():
            await self._give_back()
            return LOOK_SECONDS
        now = self._clock()
        until = now + CLAIM
        if not await self._claims.take(self._holder, now, until):
            self._until = None
            return LOOK_SECONDS
        self._until = until
        return CLAIM.total_seconds() / 3

    async def release(self) -> None:
        """Give the claim back when the process ends, if that can be done at once."""
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._give_back()
        except (StoreError, TimeoutError) as error:
            _log.info("the hub's claim is left to run out: %s", error)

    async def _give_back(self) -> None:
        if self._until is not None:
            self._until = None
            await self._claims.release(self._holder)
