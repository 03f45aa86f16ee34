"""What the hub was asked: kept until it is done, once for each topic and callback."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import DatabaseBusy
from newsgraph.store.websub.pending_requests import Requests
from newsgraph.store.websub.values import Room, Taken
from tests.store.test_contract import SqliteBackend
from tests.store.websub.made_requests import NOTHING, ROOM, SECRET, asked


@pytest.fixture
def requests(opened):
    """Those of an empty store."""
    return opened.store.requests


async def test_what_is_put_is_due(requests, clock):
    """All that was said comes back, those that wait longest first."""
    first = asked(secret=SECRET, topic="/feeds/ä.rss?q=a&b")
    second = asked("https://other.example/")
    assert await requests.put(first, clock(), ROOM)
    clock.forward(seconds=1)
    assert await requests.put(second, clock(), ROOM)
    assert await requests.due(clock(), 10, NOTHING) == [first, second]
    assert await requests.due(clock(), 1, NOTHING) == [first]
    assert await requests.due(clock() - timedelta(seconds=1), 10, NOTHING) == [first]


async def test_what_is_under_way_is_left_out(requests, clock):
    """Neither the same request nor one more of a busy host is taken."""
    first, second = asked(), asked("https://other.example/")
    for one in (first, second):
        await requests.put(one, clock(), ROOM)
    assert await requests.due(clock(), 10, Taken(ids={first.id})) == [second]
    assert await requests.due(clock(), 10, Taken(hosts={second.host})) == [first]


async def test_a_later_request_takes_the_place_of_an_earlier_one(requests, clock):
    """And what becomes of the earlier one no longer concerns it."""
    old, new = asked(), asked(serial="two", mode="unsubscribe")
    for one in (old, new):
        await requests.put(one, clock(), Room(most=1, most_per_host=1))
    assert await requests.due(clock(), 10, NOTHING) == [new]
    await requests.drop(old)
    await requests.postpone(old, clock() + timedelta(days=1))
    await requests.deny(old, "no")
    assert await requests.due(clock(), 10, NOTHING) == [new]
    await requests.drop(new)
    assert await requests.due(clock(), 10, NOTHING) == []


async def test_there_may_be_only_so_many(requests, clock):
    """Altogether, and of one host; what is refused is not kept."""
    few = Room(most=3, most_per_host=2)
    callbacks = [f"https://{host}.example/{number}" for host in "ab" for number in range(3)]
    kept = [await requests.put(asked(one), clock(), few) for one in callbacks]
    assert kept == [True, True, False, True, False, False]
    assert len(await requests.due(clock(), 10, NOTHING)) == 3


async def test_a_callback_that_did_not_answer(requests, clock):
    """It is asked again, but later."""
    request, later = asked(), clock() + timedelta(seconds=30)
    await requests.put(request, clock(), ROOM)
    await requests.postpone(request, later)
    assert await requests.due(clock(), 10, NOTHING) == []
    assert await requests.due(later, 10, NOTHING) == [dataclasses.replace(request, failures=1)]


async def test_a_denial_waits_like_a_request(requests, clock):
    """A restart does not keep the subscriber from being told."""
    request = asked(failures=0)
    await requests.put(request, clock(), ROOM)
    denial = await requests.deny(request, "no such feed")
    assert (denial.mode, denial.reason) == ("denied", "no such feed")
    assert await requests.due(clock(), 10, NOTHING) == [denial]


async def test_another_process_writes(tmp_path, clock):
    """Who asks is told by an error of ours, and can ask again."""
    backend = SqliteBackend(tmp_path)
    database = await SqliteDatabase.open(backend.path, busy_seconds=0.05)
    requests = Requests(database)
    with backend.locked(), pytest.raises(DatabaseBusy):
        await requests.put(asked(), clock(), ROOM)
    assert await requests.put(asked(), clock(), ROOM)
    await database.close()


def test_a_secret_is_in_no_log():
    """Whoever writes a request down does not write its secret."""
    assert SECRET not in repr(asked(secret=SECRET))
