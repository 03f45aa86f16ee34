"""Callbacks that fail, requests that are not granted, and what is left of them."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

import httpx
import pytest

from newsgraph.server.websub.backoff import delay, insisting
from newsgraph.server.websub.limits import (
    BODY_BYTES,
    FIRST_DELAY,
    GIVE_UP_AFTER,
    MOST_DELAY,
    REQUESTS,
    VERIFY_TIMES,
)
from newsgraph.server.websub.options import HubOptions
from newsgraph.server.websub.requests import FORM_TYPE
from newsgraph.store.errors import DatabaseBusy, DatabaseUnusable
from newsgraph.store.websub.values import Room, Taken
from tests.server.conftest import SITE
from tests.server.websub.conftest import Site
from tests.server.websub.subscriber import subscriber

DEAD = "http://127.0.0.1:1/"
DELIVERIES = 'newsgraph_hub_deliveries_total{outcome="%s"}'
EVENTS = 'newsgraph_hub_subscriptions_total{event="%s"}'


async def none_subscribed(site):
    """Whether a story comes to nobody, and nothing waits."""
    await site.news("To nobody")
    await site.deliver()
    return not await site.store.subscriptions.any()


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404},
        {"status": 500},
        {"status": 302, "headers": "Location: /other\r\n"},
        {"echo": lambda challenge: challenge + "\n"},
        {"echo": lambda _: ""},
        {"echo": lambda challenge: challenge * 100},
    ],
)
async def test_a_callback_that_does_not_confirm(site, answer):
    """Section 5.3.1: anything but a 2xx with the very challenge is a no, once and for all."""
    async with subscriber(**answer) as one:
        await site.subscribe(one.url)
        await site.verify()
        assert len(one.heard) == 1
        assert await none_subscribed(site)
    assert site.counts[EVENTS % "not_confirmed"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe"])
async def test_what_is_not_confirmed_changes_nothing(site, reader, mode):
    """Section 5.1: a subscription that there is stays as it was."""
    await site.subscribe(reader.url)
    reader.status = 404
    await site.ask(reader.url, mode, secret="other")  # noqa: S106 - of a test
    await site.verify()
    await site.news()
    await site.deliver()
    (given,) = reader.given
    assert "x-hub-signature" not in given.headers


async def test_a_callback_that_is_away_is_asked_again(site, reader):
    """A few times, later and later; then the request is dropped."""
    await site.subscribe(DEAD)
    for _ in range(VERIFY_TIMES - 1):
        assert await site.store.subscriptions.any()
        site.clock.forward(minutes=5)
        await site.verify()
    assert not await site.store.subscriptions.any()
    reader.silent = True
    port = reader.url
    await site.ask(port)
    await site.work.verify_step()
    await reader.wait(lambda: reader.heard)
    await site.work.verifiers.close()
    reader.silent = False
    await site.verify()
    assert site.counts[EVENTS % "subscribed"] == 1


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        (f"{SITE}/feeds/topics/nothing.rss", "There is no such feed here. They are listed at"),
        (f"{SITE}/", "There is no such feed"),
        (f"{SITE}/feeds.opml", "There is no such feed"),
        (f"{SITE}/graphql?query=%7B__typename%7D", "There is no such feed"),
        (f"{SITE}/hub", "There is no such feed"),
    ],
)
async def test_a_topic_that_is_no_feed(site, reader, topic, reason):
    """Section 5.2: the subscriber is told by a GET, and why."""
    await site.subscribe(reader.url, topic=topic)
    (asked,) = reader.asked
    assert (asked.query["hub.mode"], asked.query["hub.topic"]) == ("denied", topic)
    assert asked.query["hub.reason"].startswith(reason)
    assert "hub.challenge" not in asked.query
    assert not await site.store.subscriptions.any()
    assert site.counts[EVENTS % "denied"] == 1


async def test_nobody_has_to_exist_to_unsubscribe(site, reader):
    """Section 5: it is not checked with the publisher; a feed may have gone meanwhile."""
    await site.ask(reader.url, "unsubscribe", topic=f"{SITE}/feeds/topics/nothing.rss")
    await site.verify()
    assert reader.asked[0].query["hub.mode"] == "unsubscribe"
    assert not await site.store.subscriptions.any()


@pytest.mark.parametrize("room", [Room(most=1, most_per_host=9), Room(most=9, most_per_host=1)])
async def test_as_many_subscriptions_as_there_may_be(store, tmp_path, reader, room):
    """One more is denied with a reason; a renewal is not."""
    site = Site(store, tmp_path / "more", room=room)
    async with site.hub.work(site.app) as site.work:
        for path in ("/1", "/2", "/1"):
            await site.subscribe(reader.url + path)
    modes = [(one.target.partition("?")[0], one.query["hub.mode"]) for one in reader.asked]
    assert modes == [
        ("/callback/1", "subscribe"),
        ("/callback/2", "denied"),
        ("/callback/1", "subscribe"),
    ]
    assert "as many subscriptions" in reader.asked[1].query["hub.reason"]


async def test_two_for_the_last_place(store, tmp_path, reader):
    """Both are asked at the same time; who confirms second is told."""
    site = Site(store, tmp_path / "more", room=Room(most=1, most_per_host=1))
    reader.together = 2
    async with site.hub.work(site.app) as site.work:
        for path in ("/1", "/2"):
            await site.ask(reader.url + path)
        await site.verify()
    modes = [one.query["hub.mode"] for one in reader.asked]
    assert modes == ["subscribe", "subscribe", "denied"]


@pytest.mark.slow
async def test_too_many_requests_at_a_time(site, reader):
    """Of one host only so many wait; others find room, and so does it, later."""
    for number in range(REQUESTS.most_per_host):
        assert (await site.ask(f"{reader.url}/{number}")).status_code == 202
    answer = await site.ask(f"{reader.url}/more")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert (await site.ask(f"{reader.url}/0")).status_code == 202
    assert (await site.ask("https://other.example/")).status_code == 202


@pytest.mark.slow
async def test_a_dead_callback_is_retried_and_dropped(site, reader):
    """Later and later, for half a day; the subscription stays, and the next story is tried."""
    await site.subscribe(reader.url)
    reader.took = [500]
    await site.news()
    began, tries = site.clock(), 0
    while DELIVERIES % "given_up" not in site.counts:
        tries += 1
        await site.deliver()
        assert len(reader.given) == tries
        wait = delay(tries, lambda: 0.0)
        site.clock.forward(seconds=wait.total_seconds() - 2)
        await site.deliver()
        assert len(reader.given) == tries
        site.clock.forward(seconds=3)
    assert site.clock() - began > GIVE_UP_AFTER
    assert await site.store.subscriptions.any()
    reader.took = [204]
    site.clock.forward(days=1)
    await site.deliver()
    assert DELIVERIES % "given" not in site.counts
    await site.news("Next")
    await site.deliver()
    assert b"Next" in reader.given[-1].body
    assert site.counts[DELIVERIES % "given"] == 1


@pytest.mark.slow
async def test_what_comes_meanwhile_is_what_is_given(site, reader):
    """A retry delivers what the feed says by then, once."""
    await site.subscribe(reader.url)
    reader.took = [503, 200]
    await site.news("First")
    await site.deliver()
    await site.news("Second")
    await site.deliver()
    assert len(reader.given) == 1
    site.clock.forward(seconds=FIRST_DELAY.total_seconds() + 1)
    for _ in range(2):
        await site.deliver()
    assert len(reader.given) == 2
    assert b"First" in reader.given[1].body
    assert b"Second" in reader.given[1].body


async def test_a_callback_that_is_gone(site, reader):
    """Section 7: a 410 ends the subscription."""
    await site.subscribe(reader.url)
    reader.took = [410]
    await site.news()
    await site.deliver()
    assert not await site.store.subscriptions.any()
    assert site.counts[DELIVERIES % "gone"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("status", [199, 301, 307, 308, 400, 404, 429, 500])
async def test_everything_else_is_a_failure(site, reader, status):
    """Section 7: a redirect too, which is not followed."""
    async with subscriber() as other:
        reader.headers = f"Location: {other.url}\r\n"
        await site.subscribe(reader.url)
        reader.took = [status, 200] if status >= 200 else [600, 200]
        await site.news()
        await site.deliver()
        site.clock.forward(minutes=1)
        await site.deliver()
        assert len(reader.given) == 2
        assert other.heard == []


@pytest.mark.slow
async def test_one_that_never_answers_keeps_nobody_waiting(site, reader):
    """Of one host only so many are asked at a time; others get theirs meanwhile."""
    async with subscriber() as tarpit:
        for number in range(30):
            url = tarpit.url.replace("127.0.0.1", "localhost") + f"/{number}"
            await site.ask(url)
        for _ in range(10):
            await site.verify()
        await site.subscribe(reader.url)
        tarpit.silent = True
        await site.news()
        await site.work.deliver_step()
        await site.work.deliver_step()
        await reader.wait(lambda: reader.given)
        assert len(tarpit.given) <= 4
        await site.work.deliverers.close()


async def test_addresses_that_are_not_public(store, tmp_path, reader):
    """By themselves they are refused at once; names are seen through before they are asked."""

    async def resolve(_host, _port):
        return ["127.0.0.1"]

    site = Site(store, tmp_path / "more", options=HubOptions(), resolve=resolve)
    async with site.hub.work(site.app) as site.work:
        answer = await site.ask(reader.url)
        assert answer.status_code == 400
        assert answer.text == "hub.callback is at 127.0.0.1, which is not a public address.\n"
        await site.subscribe(reader.url.replace("127.0.0.1", "reader.example"))
        assert reader.heard == []
        assert not await store.subscriptions.any()


@pytest.mark.slow
async def test_a_name_that_becomes_private(store, tmp_path, reader):
    """A subscription that was good once sends nothing inside, and is tried again later."""
    inside = False

    async def resolve(_host, _port):
        return ["10.0.0.1"] if inside else ["127.0.0.1"]

    url = reader.url.replace("127.0.0.1", "reader.example")
    verified = Site(store, tmp_path / "more", resolve=resolve)
    async with verified.hub.work(verified.app) as verified.work:
        await verified.subscribe(url)
    inside = True
    site = Site(store, tmp_path / "more", options=HubOptions(), resolve=resolve)
    async with site.hub.work(site.app) as site.work:
        await site.news()
        await site.deliver()
        assert site.counts[DELIVERIES % "failed"] == 1
    assert reader.given == []


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"x" * (BODY_BYTES + 1), FORM_TYPE, 413),
        (b"{}", "application/json", 415),
        (b"", FORM_TYPE, 400),
        (b"hub.mode=publish&hub.url=x", FORM_TYPE, 400),
    ],
)
async def test_requests_that_are_refused(site, content, content_type, status):
    """With a reason in plain text (section 5.1.2)."""
    answer = await site.client.post("/hub", content=content, headers={"Content-Type": content_type})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.endswith("\n")
    assert len(answer.text) > 20


async def test_other_methods_are_refused(site):
    """A hub is no page."""
    answer = await site.client.get("/hub")
    assert answer.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert answer.headers["allow"] == "POST"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_delays():
    """They double up to a limit, and what failed together is not tried together."""
    whole = [delay(number, lambda: 0.0) for number in range(1, 40)]
    assert whole[:4] == [FIRST_DELAY * number for number in (1, 2, 4, 8)]
    assert whole[-1] == MOST_DELAY
    assert whole == sorted(whole)
    assert delay(1, lambda: 1.0) == FIRST_DELAY / 2
    assert delay(10**9, lambda: 0.5) == MOST_DELAY * 0.75


async def test_a_store_that_is_locked(caplog):
    """What has been done is written down, however long that takes; then it is over."""
    left = [DatabaseBusy("a.db is locked"), DatabaseBusy("a.db is locked")]
    pauses = []

    async def write():
        if left:
            raise left.pop()
        return "done"

    async def pause(seconds):
        pauses.append(seconds)

    with caplog.at_level(logging.WARNING):
        assert await insisting(write, pause) == "done"
    assert len(pauses) == 2
    assert "waits to write" in caplog.text

    async def broken():
        raise DatabaseUnusable("closed")

    with pytest.raises(DatabaseUnusable):
        await insisting(broken, pause)


async def test_another_process_imports_meanwhile(site, reader, tmp_path):
    """While the store is locked, what has been given is neither forgotten nor given twice."""
    await site.subscribe(reader.url)
    await site.news()
    await site.work.look()
    with closing(sqlite3.connect(tmp_path / "seeds.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await site.work.deliver_step()
        await reader.wait(lambda: reader.given)
        for _ in range(3):
            await site.work.deliver_step()
        assert (await site.store.subscriptions.owed(site.clock(), 9, Taken())).now
        other.execute("ROLLBACK")
    await site.work.deliverers.idle()
    await site.deliver()
    assert len(reader.given) == 1
    assert site.counts[DELIVERIES % "given"] == 1
