"""Callbacks that fail, and requests that are rejected or denied."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

import httpx
import pytest

from newsgraph.server.websub.backoff import retry_delay, retry_while_busy
from newsgraph.server.websub.limits import (
    INITIAL_RETRY_DELAY,
    MAX_BODY_BYTES,
    MAX_RETRY_DELAY,
    MAX_VERIFICATION_ATTEMPTS,
    REQUEST_CAPACITY,
    RETRY_PERIOD,
)
from newsgraph.server.websub.options import HubOptions
from newsgraph.server.websub.request_parsing import FORM_MEDIA_TYPE
from newsgraph.store.errors import DatabaseBusy, DatabaseUnusable
from newsgraph.store.websub.models import Capacity, InProgress
from tests.server.conftest import SITE
from tests.server.websub.conftest import HubSite
from tests.server.websub.subscriber import run_subscriber

DEAD_CALLBACK = "http://127.0.0.1:1/"
DELIVERIES = 'newsgraph_hub_deliveries_total{outcome="%s"}'
EVENTS = 'newsgraph_hub_subscriptions_total{event="%s"}'


@pytest.mark.parametrize(
    "attributes",
    [
        {"verification_status": 404},
        {"verification_status": 500},
        {"verification_status": 302, "extra_headers": "Location: /other\r\n"},
        {"echo": lambda challenge: challenge + "\n"},
        {"echo": lambda _: ""},
        {"echo": lambda challenge: challenge * 100},
    ],
)
async def test_a_callback_that_does_not_confirm(site, attributes):
    """Any response but a 2xx with the exact challenge discards the request (section 5.3.1)."""
    async with run_subscriber(**attributes) as subscriber:
        await site.subscribe(subscriber.url)
        await site.verify()
        assert len(subscriber.requests) == 1
        await site.import_story()
        await site.deliver()
        assert not await site.store.subscriptions.has_work()
    assert site.counts[EVENTS % "not_confirmed"] == 1


@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe"])
async def test_an_unconfirmed_request_changes_nothing(site, subscriber, mode):
    """An existing subscription is unchanged by a request that is not confirmed (section 5.1)."""
    await site.subscribe(subscriber.url)
    subscriber.verification_status = 404
    await site.send_request(subscriber.url, mode, secret="other")  # noqa: S106 - a test's secret
    await site.verify()
    await site.import_story()
    await site.deliver()
    (delivery,) = subscriber.deliveries
    assert "x-hub-signature" not in delivery.headers


async def test_verification_is_retried(site, subscriber):
    """A callback that does not respond is retried a few times; then the request is discarded."""
    await site.subscribe(DEAD_CALLBACK)
    for _ in range(MAX_VERIFICATION_ATTEMPTS - 1):
        assert await site.store.subscriptions.has_work()
        site.clock.forward(minutes=5)
        await site.verify()
    assert not await site.store.subscriptions.has_work()
    subscriber.is_silent = True
    await site.send_request(subscriber.url)
    await site.worker.start_verifications()
    await subscriber.wait_for(lambda: subscriber.requests)
    await site.worker.verification_jobs.close()
    subscriber.is_silent = False
    await site.verify()
    assert site.counts[EVENTS % "subscribed"] == 1


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        (
            f"{SITE}/feeds/topics/nothing.rss",
            f"There is no such feed. All feeds of this site are listed at {SITE}/feeds.opml",
        ),
        (f"{SITE}/", "There is no such feed"),
        (f"{SITE}/feeds.opml", "There is no such feed"),
        (f"{SITE}/graphql?query=%7B__typename%7D", "There is no such feed"),
        (f"{SITE}/hub", "There is no such feed"),
    ],
)
async def test_a_topic_that_is_no_feed(site, subscriber, topic, reason):
    """The subscriber gets a denial with a reason, by GET (section 5.2)."""
    await site.subscribe(subscriber.url, topic=topic)
    (denial,) = subscriber.verifications
    assert (denial.query["hub.mode"], denial.query["hub.topic"]) == ("denied", topic)
    assert denial.query["hub.reason"].startswith(reason)
    assert "hub.challenge" not in denial.query
    assert not await site.store.subscriptions.has_work()
    assert site.counts[EVENTS % "denied"] == 1


async def test_unsubscribing_from_a_missing_feed(site, subscriber):
    """Unsubscribing does not require the feed to exist, as it may be gone (section 5)."""
    missing_feed = f"{SITE}/feeds/topics/nothing.rss"
    await site.send_request(subscriber.url, "unsubscribe", topic=missing_feed)
    await site.verify()
    assert subscriber.verifications[0].query["hub.mode"] == "unsubscribe"
    assert not await site.store.subscriptions.has_work()


@pytest.mark.parametrize(
    "capacity", [Capacity(max_total=1, max_per_host=9), Capacity(max_total=9, max_per_host=1)]
)
async def test_maximum_number_of_subscriptions(store, tmp_path, subscriber, capacity):
    """A subscription beyond the limit is denied with a reason; a renewal is not."""
    site = HubSite(store, tmp_path / "more", subscription_capacity=capacity)
    async with site.hub.create_worker(site.app) as site.worker:
        for path in ("/1", "/2", "/1"):
            await site.subscribe(subscriber.url + path)
    modes = [
        (request.target.partition("?")[0], request.query["hub.mode"])
        for request in subscriber.verifications
    ]
    assert modes == [
        ("/callback/1", "subscribe"),
        ("/callback/2", "denied"),
        ("/callback/1", "subscribe"),
    ]
    reason = subscriber.verifications[1].query["hub.reason"]
    assert "maximum number of subscriptions" in reason


async def test_concurrent_verifications_for_the_last_slot(store, tmp_path, subscriber):
    """Of two concurrent verifications for the last subscription, the later one is denied."""
    capacity = Capacity(max_total=1, max_per_host=1)
    site = HubSite(store, tmp_path / "more", subscription_capacity=capacity)
    subscriber.min_verifications = 2
    async with site.hub.create_worker(site.app) as site.worker:
        for path in ("/1", "/2"):
            await site.send_request(subscriber.url + path)
        await site.verify()
    modes = [request.query["hub.mode"] for request in subscriber.verifications]
    assert modes == ["subscribe", "subscribe", "denied"]


async def test_maximum_number_of_pending_requests(site, subscriber):
    """Beyond the limit of a host, new requests get a 503; those of other hosts do not."""
    for number in range(REQUEST_CAPACITY.max_per_host):
        assert (await site.send_request(f"{subscriber.url}/{number}")).status_code == 202
    response = await site.send_request(f"{subscriber.url}/more")
    assert (response.status_code, response.headers["retry-after"]) == (503, "60")
    assert (await site.send_request(f"{subscriber.url}/0")).status_code == 202
    assert (await site.send_request("https://other.example/")).status_code == 202


async def test_a_failing_delivery_is_retried_and_abandoned(site, subscriber):
    """Delivery is retried with growing delays; then only later content is delivered."""
    await site.subscribe(subscriber.url)
    subscriber.delivery_statuses = [500]
    await site.import_story()
    started_at, attempts = site.clock(), 0
    while DELIVERIES % "given_up" not in site.counts:
        attempts += 1
        await site.deliver()
        assert len(subscriber.deliveries) == attempts
        delay = retry_delay(attempts, lambda: 0.0)
        site.clock.forward(seconds=delay.total_seconds() - 2)
        await site.deliver()
        assert len(subscriber.deliveries) == attempts
        site.clock.forward(seconds=3)
    assert site.clock() - started_at > RETRY_PERIOD
    assert await site.store.subscriptions.has_work()
    subscriber.delivery_statuses = [204]
    site.clock.forward(days=1)
    await site.deliver()
    assert DELIVERIES % "given" not in site.counts
    await site.import_story("Next")
    await site.deliver()
    assert b"Next" in subscriber.deliveries[-1].body
    assert site.counts[DELIVERIES % "given"] == 1


async def test_a_retry_delivers_the_current_content(site, subscriber):
    """A retry delivers the current content of the feed, once."""
    await site.subscribe(subscriber.url)
    subscriber.delivery_statuses = [503, 200]
    await site.import_story("First")
    await site.deliver()
    await site.import_story("Second")
    await site.deliver()
    assert len(subscriber.deliveries) == 1
    site.clock.forward(seconds=INITIAL_RETRY_DELAY.total_seconds() + 1)
    for _ in range(2):
        await site.deliver()
    assert len(subscriber.deliveries) == 2
    assert b"First" in subscriber.deliveries[1].body
    assert b"Second" in subscriber.deliveries[1].body


async def test_a_callback_that_is_gone(site, subscriber):
    """A 410 response ends the subscription (section 7)."""
    await site.subscribe(subscriber.url)
    subscriber.delivery_statuses = [410]
    await site.import_story()
    await site.deliver()
    assert not await site.store.subscriptions.has_work()
    assert site.counts[DELIVERIES % "gone"] == 1


@pytest.mark.parametrize("status", [199, 301, 307, 308, 400, 404, 429, 500])
async def test_other_statuses_are_failures(site, subscriber, status):
    """Any other status is a failure, also a redirect, which is not followed (section 7)."""
    async with run_subscriber() as other:
        subscriber.extra_headers = f"Location: {other.url}\r\n"
        await site.subscribe(subscriber.url)
        subscriber.delivery_statuses = [status, 200] if status >= 200 else [600, 200]
        await site.import_story()
        await site.deliver()
        site.clock.forward(minutes=1)
        await site.deliver()
        assert len(subscriber.deliveries) == 2
        assert other.requests == []


async def test_an_unresponsive_host_does_not_delay_others(site, subscriber):
    """Deliveries to one host are limited in number, so that other hosts get theirs meanwhile."""
    async with run_subscriber() as tarpit:
        for number in range(30):
            url = tarpit.url.replace("127.0.0.1", "localhost") + f"/{number}"
            await site.send_request(url)
        for _ in range(10):
            await site.verify()
        await site.subscribe(subscriber.url)
        tarpit.is_silent = True
        await site.import_story()
        await site.worker.check_and_deliver()
        await site.worker.check_and_deliver()
        await subscriber.wait_for(lambda: subscriber.deliveries)
        assert len(tarpit.deliveries) <= 4
        await site.worker.delivery_jobs.close()


async def test_callbacks_at_private_addresses(store, tmp_path, subscriber):
    """A private IP address is rejected at once; a host is resolved before it is contacted."""

    async def resolve(_host, _port):
        return ["127.0.0.1"]

    site = HubSite(store, tmp_path / "more", options=HubOptions(), resolver=resolve)
    async with site.hub.create_worker(site.app) as site.worker:
        response = await site.send_request(subscriber.url)
        assert response.status_code == 400
        message = "The host of hub.callback, 127.0.0.1, is not a public address.\n"
        assert response.text == message
        await site.subscribe(subscriber.url.replace("127.0.0.1", "reader.example"))
        assert subscriber.requests == []
        assert not await store.subscriptions.has_work()


async def test_a_host_that_becomes_private(store, tmp_path, subscriber):
    """If a subscriber's host starts to resolve to a private address, deliveries fail."""
    is_private = False

    async def resolve(_host, _port):
        return ["10.0.0.1"] if is_private else ["127.0.0.1"]

    url = subscriber.url.replace("127.0.0.1", "reader.example")
    verifying_site = HubSite(store, tmp_path / "more", resolver=resolve)
    async with verifying_site.hub.create_worker(verifying_site.app) as verifying_site.worker:
        await verifying_site.subscribe(url)
    is_private = True
    site = HubSite(store, tmp_path / "more", options=HubOptions(), resolver=resolve)
    async with site.hub.create_worker(site.app) as site.worker:
        await site.import_story()
        await site.deliver()
        assert site.counts[DELIVERIES % "failed"] == 1
    assert subscriber.deliveries == []


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"x" * (MAX_BODY_BYTES + 1), FORM_MEDIA_TYPE, 413),
        (b"{}", "application/json", 415),
        (b"", FORM_MEDIA_TYPE, 400),
        (b"hub.mode=publish&hub.url=x", FORM_MEDIA_TYPE, 400),
    ],
)
async def test_rejected_requests(site, content, content_type, status):
    """The response to an invalid request explains it in plain text (section 5.1.2)."""
    headers = {"Content-Type": content_type}
    response = await site.client.post("/hub", content=content, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text.endswith("\n")
    assert len(response.text) > 20


async def test_only_post_is_allowed(site):
    """Other methods than POST get a 405."""
    response = await site.client.get("/hub")
    assert response.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert response.headers["allow"] == "POST"
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_retry_delays():
    """Delays double up to a maximum, and are shortened by up to half."""
    delays = [retry_delay(failures, lambda: 0.0) for failures in range(1, 40)]
    assert delays[:4] == [INITIAL_RETRY_DELAY * factor for factor in (1, 2, 4, 8)]
    assert delays[-1] == MAX_RETRY_DELAY
    assert delays == sorted(delays)
    assert retry_delay(1, lambda: 1.0) == INITIAL_RETRY_DELAY / 2
    assert retry_delay(10**9, lambda: 0.5) == MAX_RETRY_DELAY * 0.75


async def test_writes_to_a_locked_store_are_retried(caplog):
    """A write is retried while the store is locked, but not after other errors."""
    failures = [DatabaseBusy("a.db is locked"), DatabaseBusy("a.db is locked")]
    pauses = []

    async def write():
        if failures:
            raise failures.pop()
        return "done"

    async def sleep(seconds):
        pauses.append(seconds)

    with caplog.at_level(logging.WARNING):
        assert await retry_while_busy(write, sleep) == "done"
    assert len(pauses) == 2
    assert "waits until it can write" in caplog.text

    async def fail():
        raise DatabaseUnusable("closed")

    with pytest.raises(DatabaseUnusable):
        await retry_while_busy(fail, sleep)


async def test_deliveries_while_another_process_writes(site, subscriber, tmp_path):
    """A delivery is recorded once the store is unlocked, and is not repeated meanwhile."""
    await site.subscribe(subscriber.url)
    await site.import_story()
    await site.worker.refetch_topics()
    with closing(sqlite3.connect(tmp_path / "seeds.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        await site.worker.check_and_deliver()
        await subscriber.wait_for(lambda: subscriber.deliveries)
        for _ in range(3):
            await site.worker.check_and_deliver()
        due = await site.store.subscriptions.due_deliveries(site.clock(), 9, InProgress())
        assert due.ready
        connection.execute("ROLLBACK")
    await site.worker.delivery_jobs.wait_until_idle()
    await site.deliver()
    assert len(subscriber.deliveries) == 1
    assert site.counts[DELIVERIES % "given"] == 1
