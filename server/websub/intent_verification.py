"""Validates requests to the hub, and verifies the subscriber's intent with its callback."""

from __future__ import annotations

import hmac
import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from newsgraph.server.websub.backoff import retry_delay, retry_while_busy
from newsgraph.server.websub.errors import CallbackError, PrivateAddressError, TopicUnavailable
from newsgraph.server.websub.limits import (
    MAX_RESPONSE_BYTES,
    MAX_VERIFICATION_ATTEMPTS,
    SUBSCRIPTION_CAPACITY,
)
from newsgraph.server.websub.topic_fetcher import TopicRedirect, TopicStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsgraph.server.metrics import Metrics
    from newsgraph.server.websub.guarded_client import CallbackResponse, GuardedClient
    from newsgraph.server.websub.topic_fetcher import Content, FetchResult, TopicFetcher
    from newsgraph.store.store import Store
    from newsgraph.store.websub.models import Capacity, SubscriptionRequest

_HUB_FULL: Final = "This hub has reached its maximum number of subscriptions. Try again later."

_log = logging.getLogger(__name__)


def add_query_parameters(callback: str, parameters: dict[str, str]) -> str:
    """Return a callback's URL with parameters after its own query, which stays unchanged."""
    query = callback.partition("?")[2]
    separator = "?" if "?" not in callback else "&" if query else ""
    return f"{callback}{separator}{urlencode(parameters, quote_via=quote)}"


class IntentVerifier:
    """Executes requests once their callbacks confirm them (WebSub sections 5.2 and 5.3).

    Args:
        store: stores requests and subscriptions.
        topic_fetcher: reads feeds.
        client: sends requests to callbacks.
        metrics: counts outcomes.
        clock: returns the current time, in UTC.
        random_fraction: returns a random number from 0 to 1, for the jitter of retries.
        on_subscribed: called after a subscription became active, which may have content due.
        subscription_capacity: limits on the number of subscriptions.
    """

    def __init__(
        self,
        store: Store,
        topic_fetcher: TopicFetcher,
        client: GuardedClient,
        metrics: Metrics,
        clock: Callable[[], datetime],
        random_fraction: Callable[[], float],
        on_subscribed: Callable[[], object],
        subscription_capacity: Capacity = SUBSCRIPTION_CAPACITY,
    ) -> None:
        self._on_subscribed = on_subscribed
        self._store, self._topic_fetcher, self._client = store, topic_fetcher, client
        self._metrics, self._clock, self._random_fraction = metrics, clock, random_fraction
        self._subscription_capacity = subscription_capacity

    async def process(self, request: SubscriptionRequest) -> None:
        """Verify and execute a request, or postpone it if that is not possible at the moment.

        Raises:
            StoreError: the store could not be used; the request stays pending.
        """
        try:
            if request.mode == "subscribe":
                await self._subscribe(request)
            elif request.mode == "unsubscribe":
                await self._unsubscribe(request)
            else:
                await self._send_denial(request)
        except PrivateAddressError as error:
            _log.warning("a callback is not contacted: %s", error)
            await self._discard(request)
        except (CallbackError, TopicUnavailable) as error:
            await self._retry_later(request, error)

    async def _subscribe(self, request: SubscriptionRequest) -> None:
        result = await self._topic_fetcher.fetch(request.topic)
        reason = self._denial_reason(result)
        if reason is None and not await self._store.subscriptions.has_capacity(
            request, self._subscription_capacity
        ):
            reason = _HUB_FULL
        if reason is None and not isinstance(result, TopicRedirect | TopicStatus):
            await self._verify_and_activate(request, result)
        else:
            await self._deny(request, reason or _HUB_FULL)

    def _denial_reason(self, result: FetchResult) -> str | None:
        """Return why there is no feed to subscribe to; None if there is one."""
        if isinstance(result, TopicRedirect):
            return f"The URL of this feed is {self._topic_fetcher.absolute_url(result.topic)}"
        if result is TopicStatus.GONE:
            return "This feed has ended."
        if result is TopicStatus.MISSING:
            feeds_url = self._topic_fetcher.absolute_url("/feeds.opml")
            return f"There is no such feed. All feeds of this site are listed at {feeds_url}"
        return None

    async def _verify_and_activate(self, request: SubscriptionRequest, content: Content) -> None:
        # The lease starts when the verification request is sent.
        expires_at = self._clock() + timedelta(seconds=request.lease_seconds)
        lease_parameter = {"hub.lease_seconds": str(request.lease_seconds)}
        if not await self._is_confirmed(request, lease_parameter):
            await self._discard(request)
            return
        is_active = await retry_while_busy(
            lambda: self._store.subscriptions.activate(
                request, content.etag, expires_at, self._subscription_capacity
            )
        )
        if not is_active:
            await self._deny(request, _HUB_FULL)
            return
        self._metrics.count_subscription("subscribed")
        # An import during the verification may have changed the feed, and the worker checks only
        # topics with active subscriptions.
        current = await self._topic_fetcher.fetch_following_redirects(request.topic, content.etag)
        if not isinstance(current, TopicStatus):
            await retry_while_busy(
                lambda: self._store.subscriptions.set_topic_etag(request.topic, current.etag)
            )
        self._on_subscribed()

    async def _unsubscribe(self, request: SubscriptionRequest) -> None:
        if await self._is_confirmed(request, {}):
            await retry_while_busy(lambda: self._store.subscriptions.unsubscribe(request))
            self._metrics.count_subscription("unsubscribed")
        else:
            await self._discard(request)

    async def _is_confirmed(self, request: SubscriptionRequest, parameters: dict[str, str]) -> bool:
        """Send a verification request; return whether the response echoes the challenge."""
        challenge = secrets.token_urlsafe(32)
        parameters = {"hub.challenge": challenge, **parameters}
        if request.verify_token is not None:
            parameters["hub.verify_token"] = request.verify_token
        response = await self._contact_callback(request, parameters)
        return response.is_success and hmac.compare_digest(response.body, challenge.encode("ascii"))

    async def _deny(self, request: SubscriptionRequest, reason: str) -> None:
        denial = await retry_while_busy(
            lambda: self._store.pending_requests.convert_to_denial(request, reason)
        )
        await self._send_denial(denial)

    async def _send_denial(self, denial: SubscriptionRequest) -> None:
        await self._contact_callback(denial, {"hub.reason": denial.reason or ""})
        await retry_while_busy(lambda: self._store.pending_requests.delete(denial))
        self._metrics.count_subscription("denied")

    async def _contact_callback(
        self, request: SubscriptionRequest, extra_parameters: dict[str, str]
    ) -> CallbackResponse:
        parameters = {
            "hub.mode": request.mode,
            "hub.topic": request.topic_url,
            **extra_parameters,
        }
        url = add_query_parameters(request.callback, parameters)
        return await self._client.send("GET", url, {}, max_response_bytes=MAX_RESPONSE_BYTES)

    async def _discard(self, request: SubscriptionRequest) -> None:
        """Delete a request that the subscriber did not confirm (section 5.3.1)."""
        await retry_while_busy(lambda: self._store.pending_requests.delete(request))
        self._metrics.count_subscription("not_confirmed")

    async def _retry_later(self, request: SubscriptionRequest, error: Exception) -> None:
        failures = request.failures + 1
        if failures >= MAX_VERIFICATION_ATTEMPTS and not isinstance(error, TopicUnavailable):
            _log.info("a request to %s is discarded: %s", request.mode, error)
            await self._discard(request)
            return
        retry_at = self._clock() + retry_delay(failures, self._random_fraction)
        await retry_while_busy(lambda: self._store.pending_requests.postpone(request, retry_at))
