"""Tests of waiting for a new revision: every waiter is woken, and polling stops without any."""

from __future__ import annotations

import asyncio
import sys

import pytest

from newsgraph.store.engines.sqlite.engine import READER_COUNT, SqliteDatabase
from newsgraph.store.errors import DatabaseUnusable
from newsgraph.store.revision_watcher import RevisionWatcher
from newsgraph.store.store import Store
from tests.store.archive import SITE
from tests.store.database_wrappers import DatabaseWrapper

POLL_SECONDS = 0.005
"""Polling interval that keeps the tests fast."""

TIMEOUT_SECONDS = 60
"""Time after which a wait has failed; no test waits that long if it succeeds."""


class CountingDatabase(DatabaseWrapper):
    """A database that counts reads, and fails on request.

    Attributes:
        reads: number of statements that were read.
        error: raised by every read, unless it is None.
    """

    def __init__(self, inner):
        super().__init__(inner)
        self.reads, self.error = 0, None

    async def fetch_row(self, sql, parameters, max_bytes=None):
        """Count the statement, then fail or run it."""
        self.reads += 1
        if self.error is not None:
            raise self.error
        return await super().fetch_row(sql, parameters, max_bytes)

    def try_inline(self, sql, parameters, max_bytes=None):
        """Run and count the statement; if it has to fail, leave that to `fetch_row`."""
        row = None if self.error else super().try_inline(sql, parameters, max_bytes)
        self.reads += row is not None
        return row


@pytest.fixture
def counting_database(opened):
    """The store's database, counting reads."""
    return CountingDatabase(opened.database)


@pytest.fixture
async def store(counting_database, clock):
    """A store that polls frequently."""
    store = Store(counting_database, SITE, clock, poll_seconds=POLL_SECONDS)
    yield store
    await store.close()


async def with_timeout(awaitable):
    """Await, with a timeout."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        return await awaitable


async def start(*calls):
    """Start tasks, and let them run until they wait."""
    tasks = [asyncio.create_task(call) for call in calls]
    await asyncio.sleep(POLL_SECONDS * 4)
    return tasks


async def test_revision_differs_already(store, opened, archive):
    """A caller whose known revision is not the current one need not wait."""
    assert await with_timeout(store.wait_for_new_revision(5)) == 0
    archive.write_article("a.md")
    await opened.import_archives(archive)
    assert await with_timeout(store.wait_for_new_revision(0)) == 1


async def test_import_by_this_store(opened, archive, clock):
    """An import by the same store wakes waiters immediately, without waiting for the next poll."""
    store = Store(opened.database, SITE, clock, poll_seconds=10 * TIMEOUT_SECONDS)
    (waiter,) = await start(store.wait_for_new_revision(0))
    assert not waiter.done()
    archive.write_article("a.md")
    await store.import_roots([archive.root])
    assert await with_timeout(waiter) == 1
    await store.close()


async def test_import_by_another_store(store, opened, archive, clock):
    """Each import by a second store on the same file wakes all waiters."""
    other = Store(await SqliteDatabase.open(opened.path), SITE, clock)
    for revision in range(3):
        waiters = await start(*[store.wait_for_new_revision(revision) for _ in range(20)])
        assert not any(task.done() for task in waiters)
        archive.write_article(f"{revision}.md")
        await other.import_roots([archive.root])
        assert await with_timeout(asyncio.gather(*waiters)) == [revision + 1] * 20
    await other.close()


@pytest.mark.process
async def test_import_by_another_process(store, opened, archive):
    """An import by another process wakes waiters."""
    archive.write_article("a.md")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.store.import_process", opened.path, archive.folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert await with_timeout(process.stdout.readline()) == b"ready\n"
    (waiter,) = await start(store.wait_for_new_revision(0))
    assert not waiter.done()
    process.stdin.write(b"go\n")
    assert await with_timeout(waiter) == 1
    assert await with_timeout(process.stdout.readline()) == b"1\n"
    assert await with_timeout(process.wait()) == 0


async def test_import_without_a_change(store, opened, archive):
    """An import that changes nothing wakes no waiter."""
    archive.write_article("a.md")
    await opened.import_archives(archive)
    (waiter,) = await start(store.wait_for_new_revision(1))
    await opened.import_archives(archive)
    await store.import_roots([archive.root])
    await asyncio.sleep(POLL_SECONDS * 4)
    assert not waiter.done()
    archive.write_article("b.md")
    await opened.import_archives(archive)
    assert await with_timeout(waiter) == 2


async def test_one_task_polls_for_all(opened):
    """A hundred waiters cause no more reads than one: a single task polls for all of them."""
    database = CountingDatabase(opened.database)
    store = Store(database, SITE, poll_seconds=10 * TIMEOUT_SECONDS)
    waiters = await start(*[store.wait_for_new_revision(0) for _ in range(100)])
    assert database.reads <= 2
    assert len(asyncio.all_tasks()) == 1 + 100 + 1
    for task in waiters:
        task.cancel()
    await asyncio.wait(waiters)
    await store.close()


async def test_polling_stops_without_waiters(store, counting_database):
    """When the last waiter is cancelled, polling stops and no task is left."""
    before = asyncio.all_tasks()
    waiters = await start(*[store.wait_for_new_revision(0) for _ in range(5)])
    for task in waiters[1:]:
        task.cancel()
    await asyncio.wait(waiters[1:])
    reads = counting_database.reads
    await asyncio.sleep(POLL_SECONDS * 10)
    assert counting_database.reads > reads
    waiters[0].cancel()
    await asyncio.wait(waiters)
    await asyncio.sleep(POLL_SECONDS)
    reads = counting_database.reads
    await asyncio.sleep(POLL_SECONDS * 10)
    assert counting_database.reads == reads
    assert asyncio.all_tasks() == before


async def test_cancellation_at_any_moment(store, opened, archive):
    """Whenever a waiter is cancelled, the next one is woken, and no connection is lost."""
    for turns in range(12):
        task = asyncio.create_task(store.wait_for_new_revision(0))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    (waiter,) = await start(store.wait_for_new_revision(0))
    archive.write_article("a.md")
    await opened.import_archives(archive)
    assert await with_timeout(waiter) == 1
    snapshots = [opened.database.snapshot() for _ in range(READER_COUNT)]
    for snapshot in snapshots:
        await with_timeout(snapshot.__aenter__())
    for snapshot in snapshots:
        await snapshot.__aexit__(None, None, None)


async def test_close_while_waiting(opened, clock):
    """Closing the store fails its waiters, and later calls too."""
    store = Store(opened.database, SITE, clock, poll_seconds=POLL_SECONDS)
    waiters = await start(store.wait_for_new_revision(0), store.wait_for_new_revision(0))
    await with_timeout(store.close())
    for task in waiters:
        with pytest.raises(DatabaseUnusable, match="closed"):
            await with_timeout(task)
    with pytest.raises(DatabaseUnusable, match="closed"):
        await with_timeout(store.wait_for_new_revision(5))
    await store.close()


async def test_failing_reads(store, counting_database, archive):
    """A failed read fails the waiters; once reads succeed again, waiting works again."""
    waiters = await start(store.wait_for_new_revision(0), store.wait_for_new_revision(0))
    counting_database.error = DatabaseUnusable("the disk is gone")
    for task in waiters:
        with pytest.raises(DatabaseUnusable, match="the disk is gone"):
            await with_timeout(task)
    with pytest.raises(DatabaseUnusable, match="the disk is gone"):
        await with_timeout(store.wait_for_new_revision(0))
    counting_database.error = None
    (waiter,) = await start(store.wait_for_new_revision(0))
    archive.write_article("a.md")
    await store.import_roots([archive.root])
    assert await with_timeout(waiter) == 1


async def test_unexpected_error():
    """An unexpected error while polling reaches the waiters."""

    async def read_revision():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await with_timeout(RevisionWatcher(read_revision, POLL_SECONDS).wait_for_new_revision(0))


async def test_waiter_that_joins_during_a_read():
    """A read that started before a waiter joined may be out of date, so there is another one."""
    revision, results = 0, []

    async def read_revision():
        result = revision
        results.append(result)
        await asyncio.sleep(POLL_SECONDS)
        return result

    watcher = RevisionWatcher(read_revision, 10 * TIMEOUT_SECONDS)
    first = asyncio.create_task(watcher.wait_for_new_revision(0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert results == [0]
    revision = 1
    assert await with_timeout(watcher.wait_for_new_revision(0)) == 1
    assert await with_timeout(first) == 1
    await watcher.close()
