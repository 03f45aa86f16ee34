"""The simulated readers, their responses from a real server, and imports at the same time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from tests.bench import report
from tests.bench.load import LoadError
from tests.bench.polling import (
    CONDITIONAL,
    DOCUMENTS_PER_IMPORT,
    UNCONDITIONAL,
    DailyImports,
    feed_paths,
)
from tests.bench.processes import find_free_port
from tests.bench.readers import (
    DAY,
    INTERVAL_SHARES,
    KIND_SHARES,
    RequestKind,
    Subscription,
    create_subscriptions,
    schedule_polls,
)
from tests.bench.stores import ImportFailed
from tests.bench.targets import evaluate_targets
from tests.bench.visits import run_polls
from tests.server.live import running_server

FEEDS = [f"/feeds/topics/{number}.rss" for number in range(200)]
SEED_FEEDS = ["/feeds/all.rss", "/feeds/topics/ai.atom", "/feeds/topics/ai.json"]
VALIDATORS = {"etag": '"a"', "last-modified": "Fri, 01 Mar 2024 00:00:00 GMT"}


def without_validators(subscriptions):
    """Return the attributes of subscriptions that do not depend on responses."""
    return [(item.path, item.kind, item.first_poll, item.interval) for item in subscriptions]


def test_readers_are_reproducible():
    """Two runs have the same readers."""
    first, second = (without_validators(create_subscriptions(FEEDS, 50)) for _ in range(2))
    assert first == second


def test_popularity_of_feeds():
    """Numbers of readers follow Zipf's law; all kinds and intervals occur."""
    subscriptions = create_subscriptions(FEEDS, 3000)
    reader_counts = Counter(item.path for item in subscriptions)
    assert (
        reader_counts[FEEDS[0]] > 1.5 * reader_counts[FEEDS[1]] > 5 * reader_counts[FEEDS[30]] > 0
    )
    assert {item.kind for item in subscriptions} == set(KIND_SHARES)
    assert {item.interval for item in subscriptions} == set(INTERVAL_SHARES)
    assert sum(KIND_SHARES.values()) == pytest.approx(1) == sum(INTERVAL_SHARES.values())


def test_polls_are_in_the_order_of_the_day():
    """A subscription is polled at its interval until the end of the day."""
    subscriptions = create_subscriptions(FEEDS, 20)
    polls = list(schedule_polls(subscriptions))
    times = [second for second, _ in polls]
    assert times == sorted(times)
    assert times[-1] < DAY
    counts = Counter(id(item) for _, item in polls)
    assert all(
        counts[id(item)] == -((item.first_poll - DAY) // item.interval) for item in subscriptions
    )


@pytest.mark.parametrize("kind", RequestKind)
def test_conditional_headers_of_a_reader(kind):
    """From the second request on, a reader sends the validators of its kind, if conditional."""
    subscription = Subscription("/feeds/all.rss", kind, 0, 3600)
    first = subscription.headers()
    subscription.store_validators(VALIDATORS)
    # A 304 may lack some validators.
    subscription.store_validators({})
    later = subscription.headers()
    assert first.keys().isdisjoint({"If-None-Match", "If-Modified-Since"})
    assert ("If-None-Match" in later) == (kind is not RequestKind.DATE)
    assert ("If-Modified-Since" in later) == (kind in (RequestKind.DATE, RequestKind.ETAG_DELTA))
    assert ("A-IM" in later) == (kind is RequestKind.ETAG_DELTA)
    plain = subscription.headers(conditional=False)
    assert plain == {name: value for name, value in first.items() if name != "A-IM"}


@pytest.mark.slow
async def test_unchanged_feeds_are_sent_once(tmp_path):
    """A real server sends 304s for unchanged feeds; the imports run in order, one at a time."""
    started, running = [], set()

    async def run_import(number, second):
        assert not running
        running.add(number)
        await asyncio.sleep(0.01)
        running.remove(number)
        started.append((number, second))

    with running_server(tmp_path) as (site, statuses):
        subscriptions = create_subscriptions(SEED_FEEDS, 12)
        polls = list(schedule_polls(subscriptions))
        # With so few readers, two concurrent requests can be of the same subscription.
        counts = await run_polls(
            site, iter(polls), run_import, conditional=True, import_count=4, connections=1
        )
        assert counts.statuses == {200: len(subscriptions), 304: len(polls) - len(subscriptions)}
        assert sum(counts.statuses.values()) == len(statuses)
        unconditional = await run_polls(
            site, iter(polls), run_import, conditional=False, import_count=4
        )
        assert unconditional.statuses == {200: len(polls)}
        assert unconditional.bytes > 2 * counts.bytes
    day = [(number, DAY * (number + 0.5) / 4) for number in range(4)]
    assert started == [*day, *day]


async def test_failure_ends_the_polling(tmp_path):
    """A refused connection and a failed import end the polling with their own exceptions."""

    async def run_import(_number, _second):
        raise ImportFailed("full")

    def create_polls():
        return schedule_polls(create_subscriptions(SEED_FEEDS, 3))

    with pytest.raises(LoadError, match="refuses connections"):
        await run_polls(
            f"http://127.0.0.1:{find_free_port()}",
            create_polls(),
            run_import,
            conditional=True,
            import_count=4,
        )
    with running_server(tmp_path) as (site, _), pytest.raises(ImportFailed, match="full"):
        await run_polls(site, create_polls(), run_import, conditional=True, import_count=4)


@pytest.mark.process
async def test_imported_articles_are_the_newest(tmp_path):
    """Imported articles are newer than all others, so that the feeds of their topics change."""
    store = tmp_path / "store.db"
    daily_imports = DailyImports(tmp_path / "fresh", store, 2)
    for number, second in enumerate((3600.0, 7260.0)):
        await daily_imports.run_import(number, second)
    with closing(sqlite3.connect(store)) as database:
        times = database.execute("SELECT published_at FROM article ORDER BY 1").fetchall()
        revision = database.execute("SELECT revision FROM state").fetchone()
    assert [time for (time,) in times] == [
        *["2022-01-01T01:00:00Z"] * DOCUMENTS_PER_IMPORT,
        *["2022-01-01T02:01:00Z"] * DOCUMENTS_PER_IMPORT,
    ]
    assert revision == (2,)
    paths = feed_paths(store, 1000)
    assert paths[:3] == ["/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"]
    assert len(set(paths)) == len(paths)
    assert len(feed_paths(store, 5)) == 5


def test_page_of_a_polling_day():
    """The page has a row for each run, and the target for the conditional one."""
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
    results = {
        "date": "2026-01-02",
        "machine": machine,
        "rounds": 1,
        "seconds": 1.0,
        "polling": part,
    }
    page = report.render_report(results)
    row = "| conditional | 1,000 | 400 | 600 | 900 | 60 | 94.00% | 200 | 500 | 0.50 |"
    assert row in page
    assert [(target.measured, target.is_met) for target in evaluate_targets(results)] == [
        ("94.00%", False)
    ]
