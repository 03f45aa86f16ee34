"""What our own hub does beside answering requests: it verifies, follows the store, delivers."""

from __future__ import annotations

import logging
import time
from itertools import groupby
from typing import TYPE_CHECKING

from newsgraph.server.websub.backoff import insisting
from newsgraph.server.websub.delivery import Delivery
from newsgraph.server.websub.errors import TopicUnavailable
from newsgraph.server.websub.intent_verification import Verification
from newsgraph.server.websub.job_pool import Crew
from newsgraph.server.websub.leader_lease import Claim
from newsgraph.server.websub.limits import AGAIN_SECONDS, LOOK_SECONDS, SUBSCRIPTIONS, TIDY_SECONDS
from newsgraph.server.websub.periodic_task import Loop
from newsgraph.server.websub.topic_fetcher import Content, Says

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from newsgraph.server.metrics import Metrics
    from newsgraph.server.websub.guarded_client import Outgoing
    from newsgraph.server.websub.periodic_task import Step
    from newsgraph.server.websub.topic_fetcher import Topics
    from newsgraph.store.store import Store
    from newsgraph.store.websub.values import Room, Subscription

_log = logging.getLogger(__name__)


class Pushing:
    """The hub's work in one process. Only the one that has the claim does any.

    A feed is given to whoever was last given something with another tag. So nothing has to be
    remembered of an import, and a restart forgets nothing.

    Args:
        store: who is subscribed, and when it changes.
        topics: what feeds say.
        outgoing: reaches callbacks.
        hub: the hub's address.
        metrics: counts.
        clock: tells the time, in UTC.
        draw: a random number from 0 to 1.
        room: how many subscriptions there may be.
    """

    def __init__(
        self,
        store: Store,
        topics: Topics,
        outgoing: Outgoing,
        hub: str,
        metrics: Metrics,
        clock: Callable[[], datetime],
        draw: Callable[[], float],
        room: Room = SUBSCRIPTIONS,
    ) -> None:
        self._store, self._topics, self._metrics, self._clock = store, topics, metrics, clock
        self.claim = Claim(store.claims, store.subscriptions.any, clock)
        self._claiming, self._verifying, self._following = Loop(), Loop(), Loop()
        self._delivering = Loop()
        self.verifiers = Crew(self._verifying.wake)
        self.deliverers = Crew(self._delivering.wake)
        self._verification = Verification(
            store, topics, outgoing, metrics, clock, draw, self._delivering.wake, room
        )
        self._delivery = Delivery(store, outgoing, topics.site, hub, metrics, clock, draw)
        self._looked: int | None = None
        self._unsure: set[str] = set()
        self._tidied = -TIDY_SECONDS

    def loops(self) -> list[tuple[Loop, Step]]:
        """Return all that goes on side by side."""
        return [
            (self._claiming, self.claim_step),
            (self._verifying, self.verify_step),
            (self._following, self.follow_step),
            (self._delivering, self.deliver_step),
        ]

    def asked(self) -> None:
        """See to a request that has just been taken."""
        self._claiming.wake()
        self._verifying.wake()

    async def close(self) -> None:
        """End all that is under way, and let another process go on with it."""
        await self.verifiers.close()
        await self.deliverers.close()
        await self.claim.release()

    async def claim_step(self) -> float:
        """Become the process that works, or stay it."""
        held = self.claim.held
        seconds = await self.claim.step()
        if self.claim.held and not held:
            # Another process may have delivered meanwhile.
            self._looked = None
            for loop in (self._verifying, self._following, self._delivering):
                loop.wake()
        return seconds

    async def verify_step(self) -> float:
        """Begin to verify what has been asked."""
        crew = self.verifiers
        if self.claim.held and crew.free:
            for request in await self._store.requests.due(self._clock(), crew.free, crew.taken):
                if crew.can_take(request.host):
                    crew.start(request.id, request.host, self._verification.run(request))
        return LOOK_SECONDS

    async def follow_step(self) -> float:
        """Wait for the store's next revision, whoever imports it."""
        if not self.claim.held or self._looked is None:
            return LOOK_SECONDS
        if await self._store.changed(self._looked) != self._looked:
            self._delivering.wake()
        # The step that has been woken notes the revision.
        return LOOK_SECONDS / 10

    async def deliver_step(self) -> float:
        """See which feeds have changed, and begin to deliver what is owed."""
        if not self.claim.held:
            return LOOK_SECONDS
        await self._tidy()
        revision = (await self._store.state()).revision
        if revision != self._looked or self._unsure:
            await self.look(only=None if revision != self._looked else self._unsure)
            self._looked = revision
            self._following.wake()
        crew, now = self.deliverers, self._clock()
        if not crew.free:
            return TIDY_SECONDS
        owed = await self._store.subscriptions.owed(now, crew.free, crew.taken)
        for topic, some in groupby(owed.now, key=lambda one: one.topic):
            await self._deliver(topic, list(some))
        if self._unsure:
            return AGAIN_SECONDS
        if owed.next_at is None:
            return TIDY_SECONDS
        return min(TIDY_SECONDS, max(LOOK_SECONDS, (owed.next_at - now).total_seconds()))

    async def look(self, only: Collection[str] | None = None) -> None:
        """See what the feeds that have subscribers say now.

        Args:
            only: topics to look at; None is all.
        """
        found = await self._store.subscriptions.topics()
        self._unsure = set()
        for topic, tag in found.items():
            if only is not None and topic not in only:
                continue
            said = await self._said(topic, tag)
            if isinstance(said, Content):
                await self._note(topic, said.tag)
            elif said is Says.MISSING and tag is not None:
                await self._note(topic, None)
            elif said is Says.GONE:
                await self._end(topic)

    async def _deliver(self, topic: str, some: list[Subscription]) -> None:
        said = await self._said(topic)
        if not isinstance(said, Content):
            # Nothing can be given just now; looking again tells what has become of it.
            await self._note(topic, None)
            self._unsure.add(topic)
            return
        for one in some:
            if one.tag == said.tag:
                await self._note(topic, said.tag)
            elif self.deliverers.can_take(one.host):
                self.deliverers.start(one.id, one.host, self._delivery.run(one, said))

    async def _said(self, topic: str, tag: str | None = None) -> Content | Says | None:
        """Ask what a topic says; None where that cannot be told just now, and is asked again."""
        try:
            return await self._topics.follow(topic, tag)
        except TopicUnavailable as error:
            _log.warning("the hub has to wait for a feed: %s", error)
            self._unsure.add(topic)
            return None

    async def _note(self, topic: str, tag: str | None) -> None:
        await insisting(lambda: self._store.subscriptions.says(topic, tag))

    async def _end(self, topic: str) -> None:
        url, reason = self._topics.url(topic), "This feed has ended."
        await insisting(lambda: self._store.subscriptions.deny(topic, url, reason, self._clock()))
        self._verifying.wake()

    async def _tidy(self) -> None:
        if time.monotonic() - self._tidied >= TIDY_SECONDS:
            self._tidied = time.monotonic()
            expired = await insisting(lambda: self._store.subscriptions.expire(self._clock()))
            if expired:
                self._metrics.subscription("expired", expired)
