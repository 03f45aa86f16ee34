"""Notifies an external hub of the feeds that have changed (WebSub section 6).

The specification does not say how a publisher notifies a hub. Hubs accept a form with
``hub.mode=publish``; some read the feed's URL from ``hub.url`` and others from ``hub.topic``, so
both are sent.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import httpx

from newsgraph.feeds import FORMATS
from newsgraph.server.background.leader_lease import POLL_SECONDS, LeaderLease
from newsgraph.server.websub.backoff import retry_delay, retry_while_busy
from newsgraph.server.websub.guarded_client import USER_AGENT
from newsgraph.server.websub.hub_task import hub_task
from newsgraph.server.websub.limits import (
    CALLBACK_TIMEOUT_SECONDS,
    MAX_CONCURRENT_PINGS,
    RETRY_PERIOD,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsgraph.server.background.periodic_task import PeriodicTask, Step
    from newsgraph.server.metrics import Metrics
    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.store import Store

_log = logging.getLogger(__name__)


class ExternalHubNotifier:
    """Notifies one external hub. Only the process that holds the leader lease does this.

    The store records the revision that was published last, so a restart loses no pings.

    Attributes:
        leader_lease: decides whether this process pings.

    Args:
        store: which feeds changed, and which revision was published last.
        hub_url: URL of the hub.
        client: HTTP client; it needs no guard, as the operator configures the hub's URL.
        urls: builds the URLs of feeds.
        metrics: counts outcomes.
        clock: returns the current time, in UTC.
        random_fraction: returns a random number from 0 to 1, for the jitter of retries.
    """

    def __init__(
        self,
        store: Store,
        hub_url: str,
        client: httpx.AsyncClient,
        urls: SiteUrls,
        metrics: Metrics,
        clock: Callable[[], datetime],
        random_fraction: Callable[[], float],
    ) -> None:
        self._store, self._hub_url, self._client, self._urls = store, hub_url, client, urls
        self._metrics, self._clock, self._random_fraction = metrics, clock, random_fraction
        self.leader_lease = LeaderLease(store.hub_leases, self._has_unpublished, clock)
        self._lease_task, self._ping_task = hub_task(), hub_task()
        self._watch_task = hub_task()
        self._seen_revision: int | None = None
        self._pinged_feeds: set[str] = set()
        self._pinged_revision = -1
        self._failures = 0
        self._failing_since: datetime | None = None
        self._retry_at: datetime | None = None

    def periodic_tasks(self) -> list[tuple[PeriodicTask, Step]]:
        """Return the tasks that run concurrently, each with its step."""
        return [
            (self._lease_task, self.update_lease),
            (self._ping_task, self.ping_hub),
            (self._watch_task, self.wait_for_revision),
        ]

    def wake(self) -> None:
        """Do nothing: with an external hub, this server accepts no requests to process."""

    async def close(self) -> None:
        """Let another process take over."""
        await self.leader_lease.release()

    async def update_lease(self) -> float:
        """Step: acquire or renew the leader lease if there are unpublished changes."""
        was_held = self.leader_lease.is_held
        seconds = await self.leader_lease.update()
        if self.leader_lease.is_held and not was_held:
            self._ping_task.wake()
        return seconds

    async def wait_for_revision(self) -> float:
        """Step: wait for an import, by any process."""
        if self._seen_revision is None:
            self._seen_revision = (await self._store.state()).revision
        self._seen_revision = await self._store.wait_for_new_revision(self._seen_revision)
        self._lease_task.wake()
        self._ping_task.wake()
        return 0.0

    async def ping_hub(self) -> float:
        """Step: notify the hub of the changes that were not published yet."""
        if not self.leader_lease.is_held:
            return POLL_SECONDS
        changes = await self._store.external_hub_state.unpublished_changes(self._hub_url)
        published = await self._store.external_hub_state.published_revision(self._hub_url)
        now = self._clock()
        if published == changes.revision:
            return POLL_SECONDS
        if self._retry_at is not None and now < self._retry_at:
            return (self._retry_at - now).total_seconds()
        if self._pinged_revision != changes.revision:
            # Feeds that were pinged at an earlier revision may have changed again.
            self._pinged_feeds, self._pinged_revision = set(), changes.revision
        feeds = [
            self._urls.feed_url(kind, name, suffix)
            for kind, name in changes.feeds
            for suffix in FORMATS
        ]
        failed_count = await self._ping_all(
            [feed for feed in feeds if feed not in self._pinged_feeds]
        )
        if failed_count:
            self._failures += 1
            self._failing_since = self._failing_since or now
            self._retry_at = now + retry_delay(self._failures, self._random_fraction)
            if now - self._failing_since < RETRY_PERIOD:
                _log.warning("%d pings to the hub %s failed", failed_count, self._hub_url)
                return (self._retry_at - now).total_seconds()
            _log.warning("%d pings to the hub %s are abandoned", failed_count, self._hub_url)
        else:
            self._failures, self._retry_at = 0, None
        self._failing_since = None
        await retry_while_busy(
            lambda: self._store.external_hub_state.record_published(self._hub_url, changes.revision)
        )
        self._lease_task.wake()
        return POLL_SECONDS

    async def _has_unpublished(self) -> bool:
        revision = (await self._store.state()).revision
        return await self._store.external_hub_state.published_revision(self._hub_url) != revision

    async def _ping_all(self, feeds: list[str]) -> int:
        """Ping the hub for each feed; return the number of pings that failed."""
        semaphore = asyncio.Semaphore(MAX_CONCURRENT_PINGS)

        async def ping_feed(feed: str) -> bool:
            async with semaphore:
                is_accepted = await self._ping(feed)
            self._metrics.count_delivery("pinged" if is_accepted else "ping_failed")
            if is_accepted:
                self._pinged_feeds.add(feed)
            return is_accepted

        outcomes = await asyncio.gather(*map(ping_feed, feeds))
        return sum(not is_accepted for is_accepted in outcomes)

    async def _ping(self, feed: str) -> bool:
        """Send a publish request for a feed; return whether the hub accepted it."""
        form = {"hub.mode": "publish", "hub.url": feed, "hub.topic": feed}
        headers = {"User-Agent": USER_AGENT}
        try:
            async with asyncio.timeout(CALLBACK_TIMEOUT_SECONDS):
                response = await self._client.post(self._hub_url, data=form, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            _log.info("the hub %s does not respond: %s", self._hub_url, error)
            return False
        return response.is_success
