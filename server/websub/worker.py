"""The background work of the internal hub: verifies requests, watches the store, delivers."""

from __future__ import annotations

import logging
import time
from itertools import groupby
from typing import TYPE_CHECKING

from newsgraph.server.background.leader_lease import POLL_SECONDS, LeaderLease
from newsgraph.server.background.periodic_task import ERROR_RETRY_SECONDS
from newsgraph.server.websub.backoff import retry_while_busy
from newsgraph.server.websub.delivery import ContentDistributor
from newsgraph.server.websub.errors import TopicUnavailable
from newsgraph.server.websub.hub_task import hub_task
from newsgraph.server.websub.intent_verification import IntentVerifier
from newsgraph.server.websub.job_pool import JobPool
from newsgraph.server.websub.limits import CLEANUP_SECONDS, SUBSCRIPTION_CAPACITY
from newsgraph.server.websub.topic_fetcher import Content, TopicStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from newsgraph.server.background.periodic_task import PeriodicTask, Step
    from newsgraph.server.metrics import Metrics
    from newsgraph.server.websub.guarded_client import GuardedClient
    from newsgraph.server.websub.topic_fetcher import TopicFetcher
    from newsgraph.store.store import Store
    from newsgraph.store.websub.models import Capacity, Subscription

_log = logging.getLogger(__name__)


class HubWorker:
    """The background work of the hub in one process. Only the holder of the leader lease works.

    A delivery is due to each subscription whose last delivered ETag differs from its feed's. So
    no import needs to be recorded, and a restart loses nothing.

    Attributes:
        leader_lease: decides whether this process works.
        verification_jobs: running verifications.
        delivery_jobs: running deliveries.

    Args:
        store: stores the subscriptions, and notices imports.
        topic_fetcher: reads feeds.
        client: sends requests to callbacks.
        hub_url: URL of the hub.
        metrics: counts outcomes.
        clock: returns the current time, in UTC.
        random_fraction: returns a random number from 0 to 1, for the jitter of retries.
        subscription_capacity: limits on the number of subscriptions.
    """

    def __init__(
        self,
        store: Store,
        topic_fetcher: TopicFetcher,
        client: GuardedClient,
        hub_url: str,
        metrics: Metrics,
        clock: Callable[[], datetime],
        random_fraction: Callable[[], float],
        subscription_capacity: Capacity = SUBSCRIPTION_CAPACITY,
    ) -> None:
        self._store, self._topic_fetcher = store, topic_fetcher
        self._metrics, self._clock = metrics, clock
        self.leader_lease = LeaderLease(store.hub_leases, store.subscriptions.has_work, clock)
        self._lease_task, self._verification_task = hub_task(), hub_task()
        self._watch_task, self._delivery_task = hub_task(), hub_task()
        self.verification_jobs = JobPool(self._verification_task.wake)
        self.delivery_jobs = JobPool(self._delivery_task.wake)
        self._intent_verifier = IntentVerifier(
            store,
            topic_fetcher,
            client,
            metrics,
            clock,
            random_fraction,
            self._delivery_task.wake,
            subscription_capacity,
        )
        self._distributor = ContentDistributor(
            store, client, topic_fetcher.site_url, hub_url, metrics, clock, random_fraction
        )
        self._checked_revision: int | None = None
        self._topics_to_retry: set[str] = set()
        self._cleaned_up_at = -CLEANUP_SECONDS

    def periodic_tasks(self) -> list[tuple[PeriodicTask, Step]]:
        """Return the tasks that run concurrently, each with its step."""
        return [
            (self._lease_task, self.update_lease),
            (self._verification_task, self.start_verifications),
            (self._watch_task, self.wait_for_revision),
            (self._delivery_task, self.check_and_deliver),
        ]

    def wake(self) -> None:
        """Process a request that was just accepted without further delay."""
        self._lease_task.wake()
        self._verification_task.wake()

    async def close(self) -> None:
        """Cancel all jobs, and let another process take over."""
        await self.verification_jobs.close()
        await self.delivery_jobs.close()
        await self.leader_lease.release()

    async def update_lease(self) -> float:
        """Step: acquire or renew the leader lease."""
        was_held = self.leader_lease.is_held
        seconds = await self.leader_lease.update()
        if self.leader_lease.is_held and not was_held:
            # Another process may have worked in the meantime.
            self._checked_revision = None
            for task in (self._verification_task, self._watch_task, self._delivery_task):
                task.wake()
        return seconds

    async def start_verifications(self) -> float:
        """Step: start to verify pending requests."""
        jobs = self.verification_jobs
        if self.leader_lease.is_held and jobs.free_slots:
            requests = await self._store.pending_requests.due(
                self._clock(), jobs.free_slots, jobs.in_progress
            )
            for request in requests:
                if jobs.can_start(request.host):
                    jobs.start(request.id, request.host, self._intent_verifier.process(request))
        return POLL_SECONDS

    async def wait_for_revision(self) -> float:
        """Step: wait for an import, by any process."""
        if not self.leader_lease.is_held or self._checked_revision is None:
            return POLL_SECONDS
        revision = await self._store.wait_for_new_revision(self._checked_revision)
        if revision != self._checked_revision:
            self._delivery_task.wake()
        # The step that this wakes records the revision.
        return POLL_SECONDS / 10

    async def check_and_deliver(self) -> float:
        """Step: check which feeds have changed, and start the deliveries that are due."""
        if not self.leader_lease.is_held:
            return POLL_SECONDS
        await self._delete_expired()
        revision = (await self._store.state()).revision
        if revision != self._checked_revision or self._topics_to_retry:
            is_new_revision = revision != self._checked_revision
            await self.refetch_topics(None if is_new_revision else self._topics_to_retry)
            self._checked_revision = revision
            self._watch_task.wake()
        jobs, now = self.delivery_jobs, self._clock()
        if not jobs.free_slots:
            return CLEANUP_SECONDS
        due = await self._store.subscriptions.due_deliveries(now, jobs.free_slots, jobs.in_progress)
        for topic, subscriptions in groupby(due.ready, key=lambda item: item.topic):
            await self._deliver_topic(topic, list(subscriptions))
        if self._topics_to_retry:
            return ERROR_RETRY_SECONDS
        if due.next_retry_at is None:
            return CLEANUP_SECONDS
        seconds = (due.next_retry_at - now).total_seconds()
        return min(CLEANUP_SECONDS, max(POLL_SECONDS, seconds))

    async def refetch_topics(self, topics: Collection[str] | None = None) -> None:
        """Fetch the feeds that have subscriptions, and record their ETags.

        Args:
            topics: topics to check; None for all.
        """
        topic_etags = await self._store.subscriptions.topic_etags()
        self._topics_to_retry = set()
        for topic, etag in topic_etags.items():
            if topics is not None and topic not in topics:
                continue
            result = await self._fetch(topic, etag)
            if isinstance(result, Content):
                await self._set_etag(topic, result.etag)
            elif result is TopicStatus.MISSING and etag is not None:
                await self._set_etag(topic, None)
            elif result is TopicStatus.GONE:
                await self._end_topic(topic)

    async def _deliver_topic(self, topic: str, subscriptions: list[Subscription]) -> None:
        content = await self._fetch(topic)
        if not isinstance(content, Content):
            # There is nothing to deliver at the moment; the next check finds out why.
            await self._set_etag(topic, None)
            self._topics_to_retry.add(topic)
            return
        for subscription in subscriptions:
            if subscription.etag == content.etag:
                await self._set_etag(topic, content.etag)
            elif self.delivery_jobs.can_start(subscription.host):
                delivery = self._distributor.deliver(subscription, content)
                self.delivery_jobs.start(subscription.id, subscription.host, delivery)

    async def _fetch(self, topic: str, etag: str | None = None) -> Content | TopicStatus | None:
        """Fetch a feed; None if it is not available at the moment, so that it is retried."""
        try:
            return await self._topic_fetcher.fetch_following_redirects(topic, etag)
        except TopicUnavailable as error:
            _log.warning("the hub retries a feed later: %s", error)
            self._topics_to_retry.add(topic)
            return None

    async def _set_etag(self, topic: str, etag: str | None) -> None:
        await retry_while_busy(lambda: self._store.subscriptions.set_topic_etag(topic, etag))

    async def _end_topic(self, topic: str) -> None:
        url, reason = self._topic_fetcher.absolute_url(topic), "This feed has ended."
        await retry_while_busy(
            lambda: self._store.subscriptions.deny_topic(topic, url, reason, self._clock())
        )
        self._verification_task.wake()

    async def _delete_expired(self) -> None:
        if time.monotonic() - self._cleaned_up_at >= CLEANUP_SECONDS:
            self._cleaned_up_at = time.monotonic()
            count = await retry_while_busy(
                lambda: self._store.subscriptions.delete_expired(self._clock())
            )
            if count:
                self._metrics.count_subscription("expired", count)
