"""The simulated readers, what they are told by a real server, and the imports beside them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from tests.bench import report
from tests.bench.load import CannotLoad
from tests.bench.polling import CONDITIONAL, NEW, UNCONDITIONAL, Imports, feed_paths
from tests.bench.processes import free_port
from tests.bench.readers import DAY, INTERVALS, SHARES, Kind, Subscription, polls, subscriptions
from tests.bench.stores import CannotImport
from tests.bench.targets import targets
from tests.bench.visits import poll
from tests.server.live import serving

FEEDS = [f"/feeds/topics/{number}.rss" for number in range(200)]
SEED_FEEDS = ["/feeds/all.rss", "/feeds/topics/ai.atom", "/feeds/topics/ai.json"]
TOLD = {"etag": '"a"', "last-modified": "Fri, 01 Mar 2024 00:00:00 GMT"}


def asked(some):
    """What readers do, without what they have been told."""
    return [(one.path, one.kind, one.first, one.every) for one in some]


def test_readers_are_the_same_each_time():
    """Both runs are of the same readers."""
    assert asked(subscriptions(FEEDS, 50)) == asked(subscriptions(FEEDS, 50))


def test_popular_feeds_have_most_readers():
    """By Zipf's law, in every way of asking."""
    some = subscriptions(FEEDS, 3000)
    readers = Counter(one.path for one in some)
    assert readers[FEEDS[0]] > 1.5 * readers[FEEDS[1]] > 5 * readers[FEEDS[30]] > 0
    assert {one.kind for one in some} == set(SHARES)
    assert {one.every for one in some} == set(INTERVALS)
    assert sum(SHARES.values()) == pytest.approx(1) == sum(INTERVALS.values())


def test_visits_come_in_the_order_of_the_day():
    """Each subscription's as often as its reader asks."""
    some = subscriptions(FEEDS, 20)
    visits = list(polls(some))
    times = [second for second, _ in visits]
    assert times == sorted(times)
    assert times[-1] < DAY
    counts = Counter(id(one) for _, one in visits)
    assert all(counts[id(one)] == -((one.first - DAY) // one.every) for one in some)


@pytest.mark.parametrize("kind", Kind)
def test_a_reader_names_what_it_has(kind):
    """From its second visit on, and only in its own way; without conditions never."""
    one = Subscription("/feeds/all.rss", kind, 0, 3600)
    first = one.headers()
    one.answered(TOLD)
    # A 304 need not say all of it again.
    one.answered({})
    again = one.headers()
    assert first.keys().isdisjoint({"If-None-Match", "If-Modified-Since"})
    assert ("If-None-Match" in again) == (kind is not Kind.DATE)
    assert ("If-Modified-Since" in again) == (kind in (Kind.DATE, Kind.TAG_DELTA))
    assert ("A-IM" in again) == (kind is Kind.TAG_DELTA)
    plain = one.headers(conditional=False)
    assert plain == {name: value for name, value in first.items() if name != "A-IM"}


@pytest.mark.slow
async def test_what_does_not_change_is_sent_once(tmp_path):
    """By a real server; every import of the day is begun in its order, one after another."""
    begun, running = [], set()

    async def begin(number, second):
        assert not running
        running.add(number)
        await asyncio.sleep(0.01)
        running.remove(number)
        begun.append((number, second))

    with serving(tmp_path) as (site, statuses):
        some = subscriptions(SEED_FEEDS, 12)
        visits = list(polls(some))
        # Of so few readers, two visits side by side are easily the same one's.
        answers = await poll(site, iter(visits), begin, conditional=True, imports=4, connections=1)
        assert answers.statuses == {200: len(some), 304: len(visits) - len(some)}
        assert sum(answers.statuses.values()) == len(statuses)
        everything = await poll(site, iter(visits), begin, conditional=False, imports=4)
        assert everything.statuses == {200: len(visits)}
        assert everything.bytes > 2 * answers.bytes
    day = [(number, DAY * (number + 0.5) / 4) for number in range(4)]
    assert begun == [*day, *day]


async def test_a_failure_ends_it(tmp_path):
    """As itself: a service that is not there, and an import's."""

    async def begin(_number, _second):
        raise CannotImport("full")

    def visits():
        return polls(subscriptions(SEED_FEEDS, 3))

    with pytest.raises(CannotLoad, match="takes no connection"):
        await poll(f"http://127.0.0.1:{free_port()}", visits(), begin, conditional=True, imports=4)
    with serving(tmp_path) as (site, _), pytest.raises(CannotImport, match="full"):
        await poll(site, visits(), begin, conditional=True, imports=4)


@pytest.mark.process
async def test_imports_bring_the_newest(tmp_path):
    """So that the feeds of their topics change."""
    store = tmp_path / "store.db"
    imports = Imports(tmp_path / "fresh", store, 2)
    for number, second in enumerate((3600.0, 7260.0)):
        await imports.begin(number, second)
    with closing(sqlite3.connect(store)) as database:
        times = database.execute("SELECT published_at FROM article ORDER BY 1").fetchall()
        revision = database.execute("SELECT revision FROM state").fetchone()
    assert [time for (time,) in times] == [
        *["2022-01-01T01:00:00Z"] * NEW,
        *["2022-01-01T02:01:00Z"] * NEW,
    ]
    assert revision == (2,)
    paths = feed_paths(store, 1000)
    assert paths[:3] == ["/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"]
    assert len(set(paths)) == len(paths)
    assert len(feed_paths(store, 5)) == 5


def test_the_day_is_told_on_the_page():
    """With the target that the conditional run is held against."""
    run = {
        "requests": 1000,
        "rendered": 60,
        "statuses": {"200": 400, "304": 600},
        "share": 0.5,
        "cache": {"hit": 900},
        "seconds": 2.0,
        "rate": 500.0,
        "bytes": 2_000_000,
    }
    part = {
        "documents": 1000,
        "feeds": 9,
        "readers": 10,
        "subscriptions": 30,
        "imports": 2,
        "new": 3,
        "runs": {CONDITIONAL: run, UNCONDITIONAL: run | {"statuses": {"200": 1000}}},
    }
    machine = {"processor": "A processor", "cores": "2"}
    told = {"date": "2026-01-02", "machine": machine, "rounds": 1, "seconds": 1.0, "polling": part}
    page = report.report(told)
    row = "| with conditions | 1,000 | 400 | 600 | 900 | 60 | 94.00% | 200 | 500 | 0.50 |"
    assert row in page
    assert [(one.measured, one.met) for one in targets(told)] == [("94.00%", False)]
