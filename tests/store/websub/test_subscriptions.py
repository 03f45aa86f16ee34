"""Who gets what, and what is owed to whom."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from newsgraph.store.store import Store
from newsgraph.store.websub.values import Owed, Room, Taken
from tests.store.archive import SITE
from tests.store.websub.made_requests import NOTHING, ROOM, SECRET, TOPIC, asked

HOUR = timedelta(hours=1)


@pytest.fixture
def subscriptions(opened):
    """Those of an empty store."""
    return opened.store.subscriptions


async def subscribe(opened, clock, request, tag='"a"', room=ROOM):
    """Ask, and grant it for an hour."""
    await opened.store.requests.put(request, clock(), ROOM)
    return await opened.store.subscriptions.accept(request, tag, clock() + HOUR, room)


async def owed(opened, clock, taken=NOTHING):
    """Those that are owed something now."""
    return (await opened.store.subscriptions.owed(clock(), 100, taken)).now


async def test_a_new_subscriber_is_owed_nothing(opened, clock, subscriptions):
    """Not until its topic says something else; and its request is done."""
    assert not await subscriptions.any()
    assert await subscribe(opened, clock, asked(secret=SECRET))
    assert await subscriptions.any()
    assert await opened.store.requests.due(clock(), 10, NOTHING) == []
    assert await owed(opened, clock) == []
    await subscriptions.says(TOPIC, '"b"')
    (one,) = await owed(opened, clock)
    assert (one.callback, one.secret, one.tag, one.failures) == (asked().callback, SECRET, '"a"', 0)
    await subscriptions.given(one, '"b"')
    assert await owed(opened, clock) == []


async def test_it_is_kept(opened, clock, subscriptions):
    """What is owed is found again by another store on the same file."""
    await subscribe(opened, clock, asked())
    await subscriptions.says(TOPIC, '"b"')
    other = await Store.open(f"sqlite:///{opened.path}", SITE)
    assert len((await other.subscriptions.owed(clock(), 10, NOTHING)).now) == 1
    assert await other.subscriptions.topics() == {TOPIC: '"b"'}
    await other.close()


async def test_a_renewal_keeps_what_is_owed(opened, clock, subscriptions):
    """It brings a new lease and a new secret, or none, and leaves the rest."""
    await subscribe(opened, clock, asked(secret=SECRET))
    await subscriptions.says(TOPIC, '"b"')
    clock.forward(minutes=50)
    assert await subscribe(opened, clock, asked(serial="two"), '"b"', Room(most=0, most_per_host=0))
    clock.forward(minutes=50)
    (one,) = await owed(opened, clock)
    assert (one.secret, one.tag) == (None, '"a"')


async def test_a_lease_ends(opened, clock, subscriptions):
    """From that second on nothing is owed; then the row goes, and the topic with it."""
    await subscribe(opened, clock, asked())
    await subscribe(opened, clock, asked(topic="/feeds/b.rss"))
    await subscriptions.says(TOPIC, '"b"')
    assert await subscriptions.expire(clock()) == 0
    assert len(await subscriptions.topics()) == 2
    clock.forward(hours=1)
    assert await owed(opened, clock) == []
    assert await subscriptions.expire(clock()) == 2
    assert await subscriptions.topics() == {}
    assert not await subscriptions.any()


async def test_unsubscribing(opened, clock, subscriptions):
    """Ends this one, and nothing else; what is not there is no failure."""
    other = asked("https://other.example/")
    for one in (asked(), other):
        await subscribe(opened, clock, one)
    for _ in range(2):
        await subscriptions.end(asked(mode="unsubscribe"))
    await subscriptions.says(TOPIC, '"b"')
    (left,) = await owed(opened, clock)
    assert left.callback == other.callback
    await subscriptions.remove(left)
    assert await owed(opened, clock) == []


async def test_there_may_be_only_so_many(opened, clock, subscriptions):
    """Altogether, and of one host; what is refused changes nothing."""
    few = Room(most=3, most_per_host=2)
    requests = [asked(f"https://{host}.example/{n}") for host in "ab" for n in range(3)]
    for number, one in enumerate(requests):
        expected = number in (0, 1, 3)
        assert await subscriptions.has_room(one, few) is expected
        assert await subscribe(opened, clock, one, room=few) is expected
    assert await subscriptions.has_room(requests[0], few)
    assert len(await opened.store.requests.due(clock(), 10, NOTHING)) == 3


async def test_what_failed_is_tried_later(opened, clock, subscriptions):
    """Who fails least comes first; when to look again is told."""
    for callback in ("https://a.example/", "https://b.example/"):
        await subscribe(opened, clock, asked(callback))
    await subscriptions.says(TOPIC, '"b"')
    first, second = await owed(opened, clock)
    later = clock() + timedelta(minutes=1)
    await subscriptions.failed(first, '"b"', clock(), later)
    assert await subscriptions.owed(clock(), 10, NOTHING) == Owed(now=[second], next_at=later)
    clock.forward(minutes=2)
    failing = dataclasses.replace(
        first, failures=1, failing_tag='"b"', failing_since=later - timedelta(minutes=1)
    )
    assert await subscriptions.owed(clock(), 10, NOTHING) == Owed(
        now=[second, failing], next_at=None
    )
    assert await owed(opened, clock, Taken(ids={second.id})) == [failing]
    assert await owed(opened, clock, Taken(hosts={failing.host})) == [second]
    await subscriptions.given(failing, '"b"')
    assert await owed(opened, clock) == [second]


async def test_what_is_given_up_is_owed_no_more(opened, clock, subscriptions):
    """The subscription stays, and what comes next is owed to it."""
    await subscribe(opened, clock, asked())
    await subscriptions.says(TOPIC, '"b"')
    (one,) = await owed(opened, clock)
    await subscriptions.give_up(one, '"b"', clock() + timedelta(minutes=1))
    clock.forward(minutes=2)
    assert await owed(opened, clock) == []
    await subscriptions.says(TOPIC, '"c"')
    (one,) = await owed(opened, clock)
    assert (one.failures, one.failing_since) == (1, None)


async def test_a_topic_that_is_not_there_just_now(opened, clock, subscriptions):
    """Nothing can be given; when it is back, it is owed."""
    await subscribe(opened, clock, asked())
    await subscriptions.says(TOPIC, None)
    assert await owed(opened, clock) == []
    await subscriptions.says(TOPIC, '"b"')
    assert len(await owed(opened, clock)) == 1


async def test_a_topic_that_ends(opened, clock, subscriptions):
    """Its subscribers are told why, others are left alone; a waiting request goes with it."""
    await subscribe(opened, clock, asked(secret=SECRET))
    await subscribe(opened, clock, asked(topic="/feeds/b.rss"))
    await opened.store.requests.put(asked(serial="renewal"), clock(), ROOM)
    assert await subscriptions.deny(TOPIC, asked().topic_url, "over", clock()) == 1
    (denial,) = await opened.store.requests.due(clock(), 10, NOTHING)
    assert dataclasses.replace(denial, serial="") == asked(
        mode="denied", lease_seconds=0, reason="over", serial=""
    )
    assert list(await subscriptions.topics()) == ["/feeds/b.rss"]
    assert await subscriptions.deny(TOPIC, asked().topic_url, "over", clock()) == 0
