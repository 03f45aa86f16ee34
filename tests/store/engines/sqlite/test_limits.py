"""Statements that take too long or become too large end, and leave the connection clean."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from newsgraph.store.engines.sqlite.engine import READERS
from newsgraph.store.engines.sqlite.reader import LEAST_BYTES
from newsgraph.store.errors import AnswerTooLarge, DatabaseUnusable, ReadTimedOut
from newsgraph.store.limits import Limits
from newsgraph.store.query.selection import Constant, Edge, Field, Selection
from newsgraph.store.store import Store
from tests.store.archive import SITE
from tests.store.fakes import Wrapped

COUNT = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    " SELECT max(i) FROM n"
)
FOREVER = (COUNT, (10**15,))
LONG = "SELECT hex(zeroblob(? / 2))"
REVISION = Selection((Edge("s", "store", Selection((Field("revision", "revision"),))),))
PATIENCE = 60
"""Seconds after which a test that waits for something has failed; it never waits so long."""


class Replaced(Wrapped):
    """A database that runs other statements than it is given, one after another."""

    def __init__(self, inner, *instead):
        super().__init__(inner)
        self._instead = list(instead)

    async def fetch(self, sql, values, most_bytes=None):
        """Run the next one, then what is given."""
        if self._instead:
            sql, values = self._instead.pop(0)
        return await super().fetch(sql, values, most_bytes)


@asynccontextmanager
async def every_reader(database):
    """Hold all connections at the same time: it cannot be done while one is missing."""
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        yield [await stack.enter_async_context(database.snapshot()) for _ in range(READERS)]


async def check_usable(database):
    """Run a statement on each connection."""
    async with every_reader(database) as readers:
        assert [await fetch(COUNT, (1000,)) for fetch in readers] == [(1000,)] * READERS


async def given_up(task):
    """Cancel a task, and wait for its end."""
    task.cancel()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_others_go_on(opened):
    """While statements that never end keep all connections but one, others read and write."""
    endless = [asyncio.create_task(opened.database.fetch(*FOREVER)) for _ in range(READERS - 1)]
    for number in range(20):
        assert await opened.database.fetch(COUNT, (number + 1,)) == (number + 1,)
    assert not any(task.done() for task in endless)
    for task in endless:
        await given_up(task)
    await check_usable(opened.database)


async def test_given_up_at_any_moment(opened):
    """Also before the statement has begun in its thread, when an interrupt would be lost."""
    for turns in range(12):
        task = asyncio.create_task(opened.database.fetch(*FOREVER))
        for _ in range(turns):
            await asyncio.sleep(0)
        await given_up(task)
    await check_usable(opened.database)


@pytest.mark.slow
async def test_given_up_twice(opened):
    """Who cancels again does not get the connection back before it is idle."""
    for turns in range(60):
        task = asyncio.create_task(opened.database.fetch(*FOREVER))
        for _ in range(turns % 6):
            await asyncio.sleep(0)
        for _ in range(4):
            task.cancel()
            await asyncio.sleep(0)
        await given_up(task)
    await check_usable(opened.database)


@pytest.mark.slow
async def test_an_interrupt_that_comes_too_late(opened):
    """A statement that ends just as it is interrupted leaves nothing to the next one."""
    async with AsyncExitStack() as stack:
        for _ in range(READERS - 1):
            await stack.enter_async_context(opened.database.snapshot())
        ended = 0
        for number in range(300):
            task = asyncio.create_task(opened.database.fetch(COUNT, (number * 200,)))
            await asyncio.sleep(0.0005)
            task.cancel()
            # The next one waits for the same connection already.
            assert await opened.database.fetch(COUNT, (2000,)) == (2000,)
            await asyncio.wait([task])
            ended += not task.cancelled()
    assert 0 < ended < 300


async def test_a_snapshot_given_up_while_it_reads(opened):
    """Its transaction ends with it: the connection does not stay in the past."""

    async def look():
        async with opened.database.snapshot() as fetch:
            await fetch("SELECT revision FROM state", ())
            begun.set()
            await fetch(*FOREVER)

    for _ in range(READERS):
        begun = asyncio.Event()
        task = asyncio.create_task(look())
        await begun.wait()
        await asyncio.sleep(0.001)
        await given_up(task)
    await opened.database.transact(
        lambda connection: connection.exec_driver_sql("UPDATE state SET revision = 9")
    )
    async with every_reader(opened.database) as readers:
        seen = [await fetch("SELECT revision FROM state", ()) for fetch in readers]
    assert seen == [(9,)] * READERS


async def test_closed_while_statements_run(opened):
    """Closing does not wait for a statement to end by itself; who waits for it is told."""
    running = [asyncio.create_task(opened.database.fetch(*FOREVER)) for _ in range(READERS + 2)]
    await asyncio.sleep(0.01)
    async with asyncio.timeout(PATIENCE):
        await opened.database.close()
        for task in running:
            with pytest.raises(DatabaseUnusable, match="closed"):
                await task


async def test_a_read_that_takes_too_long(opened):
    """It ends with an error that says how long it may take, and what to do."""
    store = Store(Replaced(opened.database, FOREVER, FOREVER), SITE)
    with pytest.raises(ReadTimedOut, match=r"longer than 0\.05 seconds.*ask for less"):
        await store.read(REVISION, REVISION, limits=Limits(seconds=0.05))
    await check_usable(opened.database)
    assert (await store.read(REVISION, limits=Limits(seconds=PATIENCE))).revision == 0


@pytest.mark.slow
async def test_the_time_of_all_statements(opened):
    """The limit is for the whole read: each of these statements alone would be in time."""
    slow = Slow(opened.database)
    with pytest.raises(ReadTimedOut):
        await Store(slow, SITE).read(*[REVISION] * 40, limits=Limits(seconds=2))
    assert 0 < slow.ended < 40
    await check_usable(opened.database)


class Slow(Wrapped):
    """A database whose statements take a little."""

    ended = 0

    async def fetch(self, sql, values, most_bytes=None):
        """Wait on a connection, then read."""
        async with self.inner.snapshot(most_bytes) as fetch:
            await asyncio.sleep(0.2)
            found = await fetch(sql, values)
        self.ended += 1
        return found


async def test_waiting_for_a_connection_counts(opened):
    """Who finds all connections taken is told after the same time."""
    async with every_reader(opened.database):
        with pytest.raises(ReadTimedOut):
            await opened.store.read(REVISION, limits=Limits(seconds=0.02))
    await check_usable(opened.database)


async def test_a_client_that_went_away(opened):
    """A read that is cancelled ends all its statements."""
    store = Store(Replaced(opened.database, *[FOREVER] * READERS), SITE)
    task = asyncio.create_task(store.read(*[REVISION] * (READERS + 1)))
    await asyncio.sleep(0.01)
    await given_up(task)
    await check_usable(opened.database)


async def test_one_that_fails_ends_the_others(opened):
    """Of statements side by side, none goes on for an answer that nobody will get."""
    broken = ("SELECT nonsense", ())
    store = Store(Replaced(opened.database, FOREVER, broken, FOREVER), SITE)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(DatabaseUnusable, match="nonsense") as told:
            await store.read(REVISION, REVISION, REVISION)
    assert "nonsense" in str(told.value.__cause__)
    await check_usable(opened.database)


async def test_a_text_that_becomes_too_long(opened):
    """It is refused while it is built; the same connection builds it for who may have it."""
    database, long = opened.database, 3 * LEAST_BYTES
    async with AsyncExitStack() as stack:
        for _ in range(READERS - 1):
            await stack.enter_async_context(database.snapshot())
        with pytest.raises(AnswerTooLarge, match=r"more than 2,000,000 bytes; ask for") as told:
            await database.fetch(LONG, (long,), 2_000_000)
        assert told.value.most_bytes == 2_000_000
        assert told.value.__cause__ is not None
        assert await database.fetch(LONG, (long,)) == (b"0" * long,)
        assert await database.fetch(LONG, (long,), long + 1) == (b"0" * long,)
        with pytest.raises(AnswerTooLarge):
            await database.fetch(LONG, (long,), long - 1)
        async with database.snapshot(2_000_000) as fetch:
            with pytest.raises(AnswerTooLarge):
                await fetch(LONG, (long,))
            assert await fetch("SELECT 1", ()) == (1,)
    await check_usable(database)


@pytest.mark.parametrize("most", [None, 2**40])
async def test_what_sqlite_itself_refuses(opened, most):
    """More than SQLite can build is too large without a limit of ours, too."""
    with pytest.raises(AnswerTooLarge, match=r"1,000,000,000|1,099,511,627,776"):
        await opened.database.fetch("SELECT length(zeroblob(2000000000))", (), most)


async def test_rows_that_are_longer_than_the_answer(opened):
    """A small limit does not keep a statement from looking at what it does not give."""
    sql = "SELECT length(text) FROM (SELECT hex(zeroblob(? / 2)) AS text)"
    assert await opened.database.fetch(sql, (1_000_000,), 1) == (1_000_000,)


def text(length, letter="x"):
    """Select nothing but a text: ``{"k":"…"}`` has eight bytes more."""
    return Selection((Constant("k", letter * length),))


async def test_the_bytes_of_an_answer(opened):
    """An answer may have just as many bytes as the limit says; they are counted in UTF-8."""
    reading = await opened.store.read(text(92), limits=Limits(bytes=100))
    assert json.loads(reading.answers[0]) == {"k": "x" * 92}
    await opened.store.read(text(46, "é"), limits=Limits(bytes=100))
    for one in (text(93), text(47, "é")):
        with pytest.raises(AnswerTooLarge, match="more than 100 bytes"):
            await opened.store.read(one, limits=Limits(bytes=100))


async def test_the_bytes_of_all_answers(opened):
    """The limit is for all selections of a read together."""
    three = [text(92)] * 3
    assert len((await opened.store.read(*three, limits=Limits(bytes=300))).answers) == 3
    with pytest.raises(AnswerTooLarge, match="more than 299 bytes"):
        await opened.store.read(*three, limits=Limits(bytes=299))


async def test_the_bytes_of_a_second_reading(opened, archive):
    """Answers that are read again, because an import came between, are not counted twice."""
    archive.write("a.md")

    class Between(Wrapped):
        times = 0

        async def fetch(self, sql, values, most_bytes=None):
            found = await super().fetch(sql, values, most_bytes)
            self.times += 1
            return (self.times, found[1])

    reading = await Store(Between(opened.database), SITE).read(
        text(92), text(92), limits=Limits(bytes=200)
    )
    assert [len(answer) for answer in reading.answers] == [100, 100]
    assert reading.revision == 0
