"""Tests of active subscriptions and of the deliveries that are due to them."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from newsgraph.store.store import Store
from newsgraph.store.websub.models import Capacity, DueDeliveries, InProgress
from tests.store.archive import SITE
from tests.store.websub.factories import (
    CAPACITY,
    NONE_IN_PROGRESS,
    SECRET,
    TOPIC,
    make_request,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def subscriptions(opened):
    """The subscriptions of an empty store."""
    return opened.store.subscriptions


async def subscribe(opened, clock, request, etag='"a"', capacity=CAPACITY):
    """Save a request, and activate it for an hour."""
    await opened.store.pending_requests.save(request, clock(), CAPACITY)
    expires_at = clock() + HOUR
    return await opened.store.subscriptions.activate(request, etag, expires_at, capacity)


async def get_due(opened, clock, in_progress=NONE_IN_PROGRESS):
    """Return the subscriptions with a delivery due now."""
    return (await opened.store.subscriptions.due_deliveries(clock(), 100, in_progress)).ready


async def test_new_subscription(opened, clock, subscriptions):
    """A new subscription has no delivery due until its topic changes; its request is deleted."""
    assert not await subscriptions.has_work()
    assert await subscribe(opened, clock, make_request(secret=SECRET))
    assert await subscriptions.has_work()
    assert await opened.store.pending_requests.due(clock(), 10, NONE_IN_PROGRESS) == []
    assert await get_due(opened, clock) == []
    await subscriptions.set_topic_etag(TOPIC, '"b"')
    (due,) = await get_due(opened, clock)
    assert (due.callback, due.secret) == (make_request().callback, SECRET)
    assert (due.etag, due.failures) == ('"a"', 0)
    await subscriptions.record_delivery(due, '"b"')
    assert await get_due(opened, clock) == []


async def test_deliveries_are_stored(opened, clock, subscriptions):
    """Another store on the same file has the same deliveries due."""
    await subscribe(opened, clock, make_request())
    await subscriptions.set_topic_etag(TOPIC, '"b"')
    other = await Store.open(f"sqlite:///{opened.path}", SITE)
    due = await other.subscriptions.due_deliveries(clock(), 10, NONE_IN_PROGRESS)
    assert len(due.ready) == 1
    assert await other.subscriptions.topic_etags() == {TOPIC: '"b"'}
    await other.close()


async def test_renewal(opened, clock, subscriptions):
    """A renewal sets the lease and the secret, needs no capacity, and keeps deliveries due."""
    await subscribe(opened, clock, make_request(secret=SECRET))
    await subscriptions.set_topic_etag(TOPIC, '"b"')
    clock.forward(minutes=50)
    no_capacity = Capacity(max_total=0, max_per_host=0)
    assert await subscribe(opened, clock, make_request(serial="two"), '"b"', no_capacity)
    clock.forward(minutes=50)
    (due,) = await get_due(opened, clock)
    assert (due.secret, due.etag) == (None, '"a"')


async def test_expired_lease(opened, clock, subscriptions):
    """An expired subscription has nothing due; it is deleted, and its topic with it."""
    await subscribe(opened, clock, make_request())
    await subscribe(opened, clock, make_request(topic="/feeds/b.rss"))
    await subscriptions.set_topic_etag(TOPIC, '"b"')
    assert await subscriptions.delete_expired(clock()) == 0
    assert len(await subscriptions.topic_etags()) == 2
    clock.forward(hours=1)
    assert await get_due(opened, clock) == []
    assert await subscriptions.delete_expired(clock()) == 2
    assert await subscriptions.topic_etags() == {}
    assert not await subscriptions.has_work()


async def test_unsubscribe(opened, clock, subscriptions):
    """Unsubscribing deletes one subscription; doing it again is no error."""
    other = make_request("https://other.example/")
    for request in (make_request(), other):
        await subscribe(opened, clock, request)
    for _ in range(2):
        await subscriptions.unsubscribe(make_request(mode="unsubscribe"))
    await subscriptions.set_topic_etag(TOPIC, '"b"')
    (remaining,) = await get_due(opened, clock)
    assert remaining.callback == other.callback
    await subscriptions.delete(remaining)
    assert await get_due(opened, clock) == []


async def test_capacity(opened, clock, subscriptions):
    """A subscription beyond the total capacity, or that of its host, changes nothing."""
    capacity = Capacity(max_total=3, max_per_host=2)
    requests = [make_request(f"https://{host}.example/{n}") for host in "ab" for n in range(3)]
    for number, request in enumerate(requests):
        expected = number in (0, 1, 3)
        assert await subscriptions.has_capacity(request, capacity) is expected
        assert await subscribe(opened, clock, request, capacity=capacity) is expected
    assert await subscriptions.has_capacity(requests[0], capacity)
    assert len(await opened.store.pending_requests.due(clock(), 10, NONE_IN_PROGRESS)) == 3


async def test_failed_delivery(opened, clock, subscriptions):
    """A failed delivery is retried later; subscriptions with the fewest failures come first."""
    for callback in ("https://a.example/", "https://b.example/"):
        await subscribe(opened, clock, make_request(callback))
    await subscriptions.set_topic_etag(TOPIC, '"b"')
    first, second = await get_due(opened, clock)
    later = clock() + timedelta(minutes=1)
    await subscriptions.record_failure(first, '"b"', clock(), later)
    assert await subscriptions.due_deliveries(clock(), 10, NONE_IN_PROGRESS) == DueDeliveries(
        ready=[second], next_retry_at=later
    )
    clock.forward(minutes=2)
    failing = dataclasses.replace(
        first, failures=1, failing_etag='"b"', failing_since=later - timedelta(minutes=1)
    )
    assert await subscriptions.due_deliveries(clock(), 10, NONE_IN_PROGRESS) == DueDeliveries(
        ready=[second, failing], next_retry_at=None
    )
    assert await get_due(opened, clock, InProgress(ids={second.id})) == [failing]
    assert await get_due(opened, clock, InProgress(busy_hosts={failing.host})) == [second]
    await subscriptions.record_delivery(failing, '"b"')
    assert await get_due(opened, clock) == [second]


async def test_abandoned_delivery(opened, clock, subscriptions):
    """After an abandoned delivery, the topic's next content is delivered."""
    await subscribe(opened, clock, make_request())
    await subscriptions.set_topic_etag(TOPIC, '"b"')
    (due,) = await get_due(opened, clock)
    await subscriptions.abandon_delivery(due, '"b"', clock() + timedelta(minutes=1))
    clock.forward(minutes=2)
    assert await get_due(opened, clock) == []
    await subscriptions.set_topic_etag(TOPIC, '"c"')
    (due,) = await get_due(opened, clock)
    assert (due.failures, due.failing_since) == (1, None)


async def test_unavailable_topic(opened, clock, subscriptions):
    """A topic that does not exist at the moment has nothing to deliver until it is back."""
    await subscribe(opened, clock, make_request())
    await subscriptions.set_topic_etag(TOPIC, None)
    assert await get_due(opened, clock) == []
    await subscriptions.set_topic_etag(TOPIC, '"b"')
    assert len(await get_due(opened, clock)) == 1


async def test_denied_topic(opened, clock, subscriptions):
    """Denying a topic replaces its subscriptions and requests by denials; others are unchanged."""
    await subscribe(opened, clock, make_request(secret=SECRET))
    await subscribe(opened, clock, make_request(topic="/feeds/b.rss"))
    await opened.store.pending_requests.save(make_request(serial="renewal"), clock(), CAPACITY)
    assert await subscriptions.deny_topic(TOPIC, make_request().topic_url, "over", clock()) == 1
    (denial,) = await opened.store.pending_requests.due(clock(), 10, NONE_IN_PROGRESS)
    assert dataclasses.replace(denial, serial="") == make_request(
        mode="denied", lease_seconds=0, reason="over", serial=""
    )
    assert list(await subscriptions.topic_etags()) == ["/feeds/b.rss"]
    assert await subscriptions.deny_topic(TOPIC, make_request().topic_url, "over", clock()) == 0
