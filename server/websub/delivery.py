"""A feed's content on its way to a subscriber (WebSub sections 7 and 8)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from newsgraph.server.websub.backoff import delay, insisting
from newsgraph.server.websub.errors import Unreachable
from newsgraph.server.websub.limits import GIVE_UP_AFTER
from newsgraph.server.websub.signature import signature

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsgraph.server.metrics import Metrics
    from newsgraph.server.websub.guarded_client import Outgoing
    from newsgraph.server.websub.topic_fetcher import Content
    from newsgraph.store.store import Store
    from newsgraph.store.websub.values import Subscription

GONE = 410

_log = logging.getLogger(__name__)


def headers_of(content: Content, site: str, hub: str, secret: str | None) -> dict[str, str]:
    """Return the headers that a content is delivered with.

    Args:
        content: what a feed says.
        site: what addresses of our own begin with.
        hub: the hub's address.
        secret: the subscriber's, or None.
    """
    headers = {
        "Content-Type": content.media_type,
        "Link": f'<{hub}>; rel="hub", <{site}{content.topic}>; rel="self"',
    }
    if secret is not None:
        headers["X-Hub-Signature"] = signature(secret, content.body)
    return headers


class Delivery:
    """Gives subscribers what they are owed.

    Args:
        store: who is subscribed.
        outgoing: reaches callbacks.
        site: what addresses of our own begin with.
        hub: the hub's address.
        metrics: counts.
        clock: tells the time, in UTC.
        draw: a random number from 0 to 1.
    """

    def __init__(
        self,
        store: Store,
        outgoing: Outgoing,
        site: str,
        hub: str,
        metrics: Metrics,
        clock: Callable[[], datetime],
        draw: Callable[[], float],
    ) -> None:
        self._subscriptions, self._outgoing = store.subscriptions, outgoing
        self._site, self._hub = site, hub
        self._metrics, self._clock, self._draw = metrics, clock, draw

    async def run(self, subscription: Subscription, content: Content) -> None:
        """Deliver a content, and note what came of it.

        Raises:
            StoreError: the store could not be used.
        """
        headers = headers_of(content, self._site, self._hub, subscription.secret)
        try:
            answer = await self._outgoing.send("POST", subscription.callback, headers, content.body)
        except Unreachable as error:
            await self._failed(subscription, content, str(error))
            return
        if answer.is_good:
            await insisting(lambda: self._subscriptions.given(subscription, content.tag))
            self._metrics.delivery("given")
        elif answer.status == GONE:
            await insisting(lambda: self._subscriptions.remove(subscription))
            self._metrics.delivery("gone")
        else:
            told = f"{subscription.host} answers {answer.status}"
            await self._failed(subscription, content, told)

    async def _failed(self, subscription: Subscription, content: Content, told: str) -> None:
        now = self._clock()
        retry_at = now + delay(subscription.failures + 1, self._draw)
        is_same = subscription.failing_tag == content.tag
        since = (subscription.failing_since if is_same else None) or now
        if now - since < GIVE_UP_AFTER:
            await insisting(
                lambda: self._subscriptions.failed(subscription, content.tag, since, retry_at)
            )
            self._metrics.delivery("failed")
            return
        _log.info("a content is given up: %s", told)
        # The subscription lasts until its lease ends (section 7).
        await insisting(lambda: self._subscriptions.give_up(subscription, content.tag, retry_at))
        self._metrics.delivery("given_up")
