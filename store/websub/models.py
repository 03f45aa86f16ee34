"""Requests to the hub and subscriptions, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from newsgraph.store.documents.identity import stable_key

if TYPE_CHECKING:
    from collections.abc import Collection

HubMode: TypeAlias = Literal["subscribe", "unsubscribe", "denied"]
"""Values of ``hub.mode`` in requests to a callback (WebSub section 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRequest:
    """A request to the hub that has not been verified yet.

    Attributes:
        mode: ``hub.mode`` to send to the callback.
        topic: path and query of the feed, below the site's URL.
        topic_url: URL of the feed as the request contains it.
        callback: URL at which the subscriber receives requests.
        host: host of the callback, in lower case.
        secret: key of the signatures of delivered content, or None.
        verify_token: text to repeat in the verification request, or None (PubSubHubbub 0.3).
        lease_seconds: duration of the subscription.
        serial: random value that distinguishes this request from others for the same topic and
            callback.
        reason: reason of a denial.
        failures: number of failed requests to the callback.
    """

    mode: HubMode
    topic: str
    topic_url: str
    callback: str
    host: str
    secret: str | None = field(repr=False)
    verify_token: str | None = field(default=None, repr=False)
    lease_seconds: int
    serial: str
    reason: str | None = None
    failures: int = 0

    @property
    def id(self) -> int:
        """Key of the topic and the callback."""
        return subscription_key(self.topic, self.callback)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An active subscription: a callback that gets the content of a feed.

    Attributes:
        topic: path and query of the feed, below the site's URL.
        callback: URL at which the subscriber receives requests.
        host: host of the callback, in lower case.
        secret: key of the signatures of delivered content, or None.
        etag: ETag of the content that was last delivered, or whose delivery was abandoned.
        failures: number of failed deliveries since the last successful one.
        failing_etag: ETag of the content whose delivery fails.
        failing_since: time of its first failed delivery, in UTC.
    """

    topic: str
    callback: str
    host: str
    secret: str | None = field(repr=False)
    etag: str
    failures: int = 0
    failing_etag: str | None = None
    failing_since: datetime | None = None

    @property
    def id(self) -> int:
        """Key of the topic and the callback."""
        return subscription_key(self.topic, self.callback)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDeliveries:
    """Subscriptions whose feed has content that was not delivered to them.

    Attributes:
        ready: those to deliver to now; those with the fewest failures come first.
        next_retry_at: earliest time at which others can be retried, in UTC; None if there are
            none, or if there are more subscriptions to deliver to now.
    """

    ready: list[Subscription]
    next_retry_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Limits on the number of requests or subscriptions.

    Attributes:
        max_total: maximum number in all.
        max_per_host: maximum number with callbacks on one host.
    """

    max_total: int
    max_per_host: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InProgress:
    """Jobs that are running, which are not to be started again.

    Attributes:
        ids: ids of their requests or subscriptions.
        busy_hosts: hosts that have as many jobs as one host may have.
    """

    ids: Collection[int] = ()
    busy_hosts: Collection[str] = ()


def subscription_key(topic: str, callback: str) -> int:
    """Return the key of a topic and a callback."""
    return stable_key("hub", topic, callback)


def parse_time(text: str) -> datetime:
    """Return a stored time as a value, in UTC."""
    return datetime.fromisoformat(text)
