"""Tests of pending requests to the hub: one per topic and callback, stored until they are done."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import DatabaseBusy
from newsgraph.store.websub.models import Capacity, InProgress
from newsgraph.store.websub.pending_requests import PendingRequests
from tests.store.test_contract import SqliteBackend
from tests.store.websub.factories import CAPACITY, NONE_IN_PROGRESS, SECRET, make_request


@pytest.fixture
def requests(opened):
    """The pending requests of an empty store."""
    return opened.store.pending_requests


async def test_saved_requests_are_due(requests, clock):
    """Saved requests are returned with all their fields, the longest overdue first."""
    first = make_request(secret=SECRET, verify_token=SECRET, topic="/feeds/ä.rss?q=a&b")
    second = make_request("https://other.example/")
    assert await requests.save(first, clock(), CAPACITY)
    clock.forward(seconds=1)
    assert await requests.save(second, clock(), CAPACITY)
    assert await requests.due(clock(), 10, NONE_IN_PROGRESS) == [first, second]
    assert await requests.due(clock(), 1, NONE_IN_PROGRESS) == [first]
    assert await requests.due(clock() - timedelta(seconds=1), 10, NONE_IN_PROGRESS) == [first]


async def test_requests_in_progress_are_left_out(requests, clock):
    """Neither requests in progress nor requests of busy hosts are returned."""
    first, second = make_request(), make_request("https://other.example/")
    for request in (first, second):
        await requests.save(request, clock(), CAPACITY)
    assert await requests.due(clock(), 10, InProgress(ids={first.id})) == [second]
    assert await requests.due(clock(), 10, InProgress(busy_hosts={second.host})) == [first]


async def test_later_request_replaces_earlier(requests, clock):
    """A later request for the same pair replaces the earlier one, which no longer affects it."""
    old, new = make_request(), make_request(serial="two", mode="unsubscribe")
    for request in (old, new):
        await requests.save(request, clock(), Capacity(max_total=1, max_per_host=1))
    assert await requests.due(clock(), 10, NONE_IN_PROGRESS) == [new]
    await requests.delete(old)
    await requests.postpone(old, clock() + timedelta(days=1))
    await requests.convert_to_denial(old, "no")
    assert await requests.due(clock(), 10, NONE_IN_PROGRESS) == [new]
    await requests.delete(new)
    assert await requests.due(clock(), 10, NONE_IN_PROGRESS) == []


async def test_capacity(requests, clock):
    """A request beyond the total capacity, or that of its host, is not stored."""
    capacity = Capacity(max_total=3, max_per_host=2)
    callbacks = [f"https://{host}.example/{number}" for host in "ab" for number in range(3)]
    saved = [
        await requests.save(make_request(callback), clock(), capacity) for callback in callbacks
    ]
    assert saved == [True, True, False, True, False, False]
    assert len(await requests.due(clock(), 10, NONE_IN_PROGRESS)) == 3


async def test_postponed_request(requests, clock):
    """A postponed request is due again later."""
    request, later = make_request(), clock() + timedelta(seconds=30)
    await requests.save(request, clock(), CAPACITY)
    await requests.postpone(request, later)
    assert await requests.due(clock(), 10, NONE_IN_PROGRESS) == []
    retried = dataclasses.replace(request, failures=1)
    assert await requests.due(later, 10, NONE_IN_PROGRESS) == [retried]


async def test_denial_is_stored(requests, clock):
    """A denial is stored like a request, so that it survives a restart."""
    request = make_request(failures=0)
    await requests.save(request, clock(), CAPACITY)
    denial = await requests.convert_to_denial(request, "no such feed")
    assert (denial.mode, denial.reason) == ("denied", "no such feed")
    assert await requests.due(clock(), 10, NONE_IN_PROGRESS) == [denial]


async def test_locked_database(tmp_path, clock):
    """While another process holds the write lock, saving raises DatabaseBusy."""
    backend = SqliteBackend(tmp_path)
    database = await SqliteDatabase.open(backend.path, busy_timeout_seconds=0.05)
    requests = PendingRequests(database)
    with backend.locked(), pytest.raises(DatabaseBusy):
        await requests.save(make_request(), clock(), CAPACITY)
    assert await requests.save(make_request(), clock(), CAPACITY)
    await database.close()


def test_repr_contains_no_secret():
    """A request can be logged without its secret."""
    assert SECRET not in repr(make_request(secret=SECRET))
