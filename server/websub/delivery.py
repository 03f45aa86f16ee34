"""Content distribution: sends a feed's content to a subscriber (WebSub sections 7 and 8)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from newsgraph.server.websub.backoff import retry_delay, retry_while_busy
from newsgraph.server.websub.errors import CallbackError
from newsgraph.server.websub.limits import RETRY_PERIOD
from newsgraph.server.websub.signature import sign_content

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsgraph.server.metrics import Metrics
    from newsgraph.server.websub.guarded_client import GuardedClient
    from newsgraph.server.websub.topic_fetcher import Content
    from newsgraph.store.store import Store
    from newsgraph.store.websub.models import Subscription

GONE = 410

_log = logging.getLogger(__name__)


def delivery_headers(
    content: Content, site_url: str, hub_url: str, secret: str | None
) -> dict[str, str]:
    """Return the headers of a content distribution request.

    Args:
        content: content of the feed.
        site_url: base URL of the site, without a trailing slash.
        hub_url: URL of the hub.
        secret: the subscription's secret; without one, the content is not signed.
    """
    headers = {
        "Content-Type": content.media_type,
        "Link": f'<{hub_url}>; rel="hub", <{site_url}{content.topic}>; rel="self"',
    }
    if secret is not None:
        headers["X-Hub-Signature"] = sign_content(secret, content.body)
    return headers


class ContentDistributor:
    """Sends content to subscribers and records the outcome.

    Args:
        store: stores the subscriptions.
        client: sends requests to callbacks.
        site_url: base URL of the site, without a trailing slash.
        hub_url: URL of the hub.
        metrics: counts outcomes.
        clock: returns the current time, in UTC.
        random_fraction: returns a random number from 0 to 1, for the jitter of retries.
    """

    def __init__(
        self,
        store: Store,
        client: GuardedClient,
        site_url: str,
        hub_url: str,
        metrics: Metrics,
        clock: Callable[[], datetime],
        random_fraction: Callable[[], float],
    ) -> None:
        self._subscriptions, self._client = store.subscriptions, client
        self._site_url, self._hub_url = site_url, hub_url
        self._metrics, self._clock, self._random_fraction = metrics, clock, random_fraction

    async def deliver(self, subscription: Subscription, content: Content) -> None:
        """Send content to the callback, and record the outcome in the store.

        Raises:
            StoreError: the store could not be used.
        """
        headers = delivery_headers(content, self._site_url, self._hub_url, subscription.secret)
        try:
            response = await self._client.send("POST", subscription.callback, headers, content.body)
        except CallbackError as error:
            await self._record_failure(subscription, content, str(error))
            return
        if response.is_success:
            await retry_while_busy(
                lambda: self._subscriptions.record_delivery(subscription, content.etag)
            )
            self._metrics.count_delivery("given")
        elif response.status == GONE:
            await retry_while_busy(lambda: self._subscriptions.delete(subscription))
            self._metrics.count_delivery("gone")
        else:
            message = f"{subscription.host} responds with {response.status}"
            await self._record_failure(subscription, content, message)

    async def _record_failure(
        self, subscription: Subscription, content: Content, message: str
    ) -> None:
        now = self._clock()
        retry_at = now + retry_delay(subscription.failures + 1, self._random_fraction)
        is_same_content = subscription.failing_etag == content.etag
        failing_since = (subscription.failing_since if is_same_content else None) or now
        if now - failing_since < RETRY_PERIOD:
            await retry_while_busy(
                lambda: self._subscriptions.record_failure(
                    subscription, content.etag, failing_since, retry_at
                )
            )
            self._metrics.count_delivery("failed")
            return
        _log.info("a content delivery is abandoned: %s", message)
        # The subscription itself stays active until its lease ends (section 7).
        await retry_while_busy(
            lambda: self._subscriptions.abandon_delivery(subscription, content.etag, retry_at)
        )
        self._metrics.count_delivery("given_up")
