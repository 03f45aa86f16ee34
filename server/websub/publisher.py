"""Telling a hub elsewhere which feeds have changed (WebSub section 6).

How, the recommendation leaves open. What hubs take is a form with ``hub.mode=publish``; the
feed's address is in ``hub.url`` for some and in ``hub.topic`` for others, so both are sent.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import httpx

from newsgraph.server.feeds.rendering import FORMATS
from newsgraph.server.websub.backoff import delay, insisting
from newsgraph.server.websub.guarded_client import USER_AGENT
from newsgraph.server.websub.leader_lease import Claim
from newsgraph.server.websub.limits import (
    CALLBACK_SECONDS,
    GIVE_UP_AFTER,
    LOOK_SECONDS,
    PINGS_AT_ONCE,
)
from newsgraph.server.websub.periodic_task import Loop

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsgraph.server.metrics import Metrics
    from newsgraph.server.urls import Addresses
    from newsgraph.server.websub.periodic_task import Step
    from newsgraph.store.store import Store

_log = logging.getLogger(__name__)


class Pinging:
    """Pings one hub. Of several processes the one that has the claim does.

    What has not been pinged is told from the store: it outlives a restart.

    Args:
        store: which feeds changed, and what the hub has been told.
        hub: its address.
        client: sends; it needs no guard, as the operator names the address.
        addresses: of the feeds.
        metrics: counts.
        clock: tells the time, in UTC.
        draw: a random number from 0 to 1.
    """

    def __init__(
        self,
        store: Store,
        hub: str,
        client: httpx.AsyncClient,
        addresses: Addresses,
        metrics: Metrics,
        clock: Callable[[], datetime],
        draw: Callable[[], float],
    ) -> None:
        self._store, self._hub, self._client, self._addresses = store, hub, client, addresses
        self._metrics, self._clock, self._draw = metrics, clock, draw
        self.claim = Claim(store.claims, self._is_behind, clock)
        self._claiming, self._pinging, self._following = Loop(), Loop(), Loop()
        self._revision: int | None = None
        self._done: set[str] = set()
        self._done_of = -1
        self._failures = 0
        self._failing_since: datetime | None = None
        self._retry_at: datetime | None = None

    def loops(self) -> list[tuple[Loop, Step]]:
        """Return all that goes on side by side."""
        return [
            (self._claiming, self.claim_step),
            (self._pinging, self.ping_step),
            (self._following, self.follow_step),
        ]

    def asked(self) -> None:
        """Do nothing: nobody asks here."""

    async def close(self) -> None:
        """Let another process go on."""
        await self.claim.release()

    async def claim_step(self) -> float:
        """Become the process that pings, where there is something to tell."""
        held = self.claim.held
        seconds = await self.claim.step()
        if self.claim.held and not held:
            self._pinging.wake()
        return seconds

    async def follow_step(self) -> float:
        """Wait for the store's next revision, whoever imports it."""
        if self._revision is None:
            self._revision = (await self._store.state()).revision
        self._revision = await self._store.changed(self._revision)
        self._claiming.wake()
        self._pinging.wake()
        return 0.0

    async def ping_step(self) -> float:
        """Tell the hub of what it has not been told."""
        if not self.claim.held:
            return LOOK_SECONDS
        news = await self._store.pings.news(self._hub)
        told, now = await self._store.pings.told(self._hub), self._clock()
        if told == news.revision:
            return LOOK_SECONDS
        if self._retry_at is not None and now < self._retry_at:
            return (self._retry_at - now).total_seconds()
        if self._done_of != news.revision:
            # What was told already may have changed again.
            self._done, self._done_of = set(), news.revision
        feeds = [
            self._addresses.feed(kind, name, suffix)
            for kind, name in news.feeds
            for suffix in FORMATS
        ]
        if failed := await self._told([feed for feed in feeds if feed not in self._done]):
            self._failures += 1
            self._failing_since = self._failing_since or now
            self._retry_at = now + delay(self._failures, self._draw)
            if now - self._failing_since < GIVE_UP_AFTER:
                _log.warning("the hub %s could not be told of %d feeds", self._hub, failed)
                return (self._retry_at - now).total_seconds()
            _log.warning("the hub %s is not told of %d feeds any more", self._hub, failed)
        else:
            self._failures, self._retry_at = 0, None
        self._failing_since = None
        await insisting(lambda: self._store.pings.tell(self._hub, news.revision))
        self._claiming.wake()
        return LOOK_SECONDS

    async def _is_behind(self) -> bool:
        revision = (await self._store.state()).revision
        return await self._store.pings.told(self._hub) != revision

    async def _told(self, feeds: list[str]) -> int:
        """Ping feeds, a few at a time; return how many the hub did not take."""
        turns = asyncio.Semaphore(PINGS_AT_ONCE)

        async def one(feed: str) -> bool:
            async with turns:
                is_told = await self._ping(feed)
            self._metrics.delivery("pinged" if is_told else "ping_failed")
            if is_told:
                self._done.add(feed)
            return is_told

        return sum(not told for told in await asyncio.gather(*map(one, feeds)))

    async def _ping(self, feed: str) -> bool:
        form = {"hub.mode": "publish", "hub.url": feed, "hub.topic": feed}
        headers = {"User-Agent": USER_AGENT}
        try:
            async with asyncio.timeout(CALLBACK_SECONDS):
                answer = await self._client.post(self._hub, data=form, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            _log.info("the hub %s does not answer: %s", self._hub, error)
            return False
        return answer.is_success
