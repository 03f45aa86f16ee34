"""Statements that run too long or grow too large are ended, and leave the connection usable."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from newsgraph.store.engines.sqlite.engine import READER_COUNT
from newsgraph.store.engines.sqlite.reader import MIN_LENGTH_LIMIT
from newsgraph.store.errors import DatabaseUnusable, QueryTimeout, ResultTooLarge
from newsgraph.store.query.selection import Constant, Edge, Field, Selection
from newsgraph.store.query_limits import QueryLimits
from newsgraph.store.store import Store
from tests.store.archive import SITE
from tests.store.database_wrappers import DatabaseWrapper

COUNT_UP = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    " SELECT max(i) FROM n"
)
ENDLESS = (COUNT_UP, (10**15,))
LONG_TEXT = "SELECT hex(zeroblob(? / 2))"
REVISION = Selection((Edge("s", "store", Selection((Field("revision", "revision"),))),))
TIMEOUT_SECONDS = 60
"""After how long a wait fails; none takes as long."""


class ReplacedStatements(DatabaseWrapper):
    """A database that runs other statements in place of the first ones that it is given."""

    def __init__(self, inner, *replacements):
        super().__init__(inner)
        self._replacements = list(replacements)

    async def fetch_row(self, sql, parameters, max_bytes=None):
        """Run the next replacement, if there is one left."""
        if self._replacements:
            sql, parameters = self._replacements.pop(0)
        return await super().fetch_row(sql, parameters, max_bytes)


@asynccontextmanager
async def all_readers(database):
    """Hold all connections at the same time; this blocks while one is not idle."""
    async with asyncio.timeout(TIMEOUT_SECONDS), AsyncExitStack() as stack:
        yield [await stack.enter_async_context(database.snapshot()) for _ in range(READER_COUNT)]


async def assert_usable(database):
    """Assert that each connection can run a statement."""
    async with all_readers(database) as readers:
        assert [await fetch(COUNT_UP, (1000,)) for fetch in readers] == [(1000,)] * READER_COUNT


async def cancel(task):
    """Cancel a task and wait for its end."""
    task.cancel()
    async with asyncio.timeout(TIMEOUT_SECONDS):
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_endless_statements_do_not_block_others(opened):
    """While endless statements hold all connections but one, other statements run."""
    endless = [
        asyncio.create_task(opened.database.fetch_row(*ENDLESS)) for _ in range(READER_COUNT - 1)
    ]
    for number in range(20):
        assert await opened.database.fetch_row(COUNT_UP, (number + 1,)) == (number + 1,)
    assert not any(task.done() for task in endless)
    for task in endless:
        await cancel(task)
    await assert_usable(opened.database)


async def test_a_statement_is_cancelled_at_any_moment(opened):
    """Also before it has started in its thread, when an interrupt has no effect."""
    for yields in range(12):
        task = asyncio.create_task(opened.database.fetch_row(*ENDLESS))
        for _ in range(yields):
            await asyncio.sleep(0)
        await cancel(task)
    await assert_usable(opened.database)


@pytest.mark.slow
async def test_a_statement_is_cancelled_twice(opened):
    """After repeated cancellation, too, the connection is idle when the task ends."""
    for yields in range(60):
        task = asyncio.create_task(opened.database.fetch_row(*ENDLESS))
        for _ in range(yields % 6):
            await asyncio.sleep(0)
        for _ in range(4):
            task.cancel()
            await asyncio.sleep(0)
        await cancel(task)
    await assert_usable(opened.database)


@pytest.mark.slow
async def test_a_late_interrupt_does_not_affect_the_next_statement(opened):
    """A statement can end just as it is interrupted; the next one on the connection runs."""
    async with AsyncExitStack() as stack:
        for _ in range(READER_COUNT - 1):
            await stack.enter_async_context(opened.database.snapshot())
        ended = 0
        for number in range(300):
            task = asyncio.create_task(opened.database.fetch_row(COUNT_UP, (number * 200,)))
            await asyncio.sleep(0.0005)
            task.cancel()
            # The next statement already waits for the same connection.
            assert await opened.database.fetch_row(COUNT_UP, (2000,)) == (2000,)
            await asyncio.wait([task])
            ended += not task.cancelled()
    assert 0 < ended < 300


async def test_a_cancelled_snapshot_ends_its_transaction(opened):
    """The connection sees later revisions afterwards."""

    async def read_snapshot():
        async with opened.database.snapshot() as fetch:
            await fetch("SELECT revision FROM state", ())
            started.set()
            await fetch(*ENDLESS)

    for _ in range(READER_COUNT):
        started = asyncio.Event()
        task = asyncio.create_task(read_snapshot())
        await started.wait()
        await asyncio.sleep(0.001)
        await cancel(task)
    await opened.database.run_in_transaction(
        lambda connection: connection.exec_driver_sql("UPDATE state SET revision = 9")
    )
    async with all_readers(opened.database) as readers:
        revisions = [await fetch("SELECT revision FROM state", ()) for fetch in readers]
    assert revisions == [(9,)] * READER_COUNT


async def test_closing_ends_running_statements(opened):
    """Closing does not wait for statements; their callers get an error."""
    running = [
        asyncio.create_task(opened.database.fetch_row(*ENDLESS)) for _ in range(READER_COUNT + 2)
    ]
    await asyncio.sleep(0.01)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await opened.database.close()
        for task in running:
            with pytest.raises(DatabaseUnusable, match="closed"):
                await task


async def test_a_read_that_exceeds_its_time_limit(opened):
    """The error names the limit, and says what to do."""
    store = Store(ReplacedStatements(opened.database, ENDLESS, ENDLESS), SITE)
    with pytest.raises(QueryTimeout, match=r"longer than 0\.05 seconds.*ask for less"):
        await store.read(REVISION, REVISION, limits=QueryLimits(timeout_seconds=0.05))
    await assert_usable(opened.database)
    assert (
        await store.read(REVISION, limits=QueryLimits(timeout_seconds=TIMEOUT_SECONDS))
    ).revision == 0


@pytest.mark.slow
async def test_the_time_limit_covers_all_statements_of_a_read(opened):
    """Each of these statements alone would be within the limit."""
    slow = SlowStatements(opened.database)
    with pytest.raises(QueryTimeout):
        await Store(slow, SITE).read(*[REVISION] * 40, limits=QueryLimits(timeout_seconds=2))
    assert 0 < slow.ended < 40
    await assert_usable(opened.database)


class SlowStatements(DatabaseWrapper):
    """A database whose statements take 0.2 s."""

    ended = 0

    async def fetch_row(self, sql, parameters, max_bytes=None):
        """Hold a connection for a while, then read."""
        async with self.inner.snapshot(max_bytes) as fetch:
            await asyncio.sleep(0.2)
            row = await fetch(sql, parameters)
        self.ended += 1
        return row


async def test_waiting_for_a_connection_counts_as_reading_time(opened):
    """The time limit also applies while all connections are in use."""
    async with all_readers(opened.database):
        with pytest.raises(QueryTimeout):
            await opened.store.read(REVISION, limits=QueryLimits(timeout_seconds=0.02))
    await assert_usable(opened.database)


async def test_cancelling_a_read_ends_its_statements(opened):
    """All statements of the read end, and their connections are usable."""
    store = Store(ReplacedStatements(opened.database, *[ENDLESS] * READER_COUNT), SITE)
    task = asyncio.create_task(store.read(*[REVISION] * (READER_COUNT + 1)))
    await asyncio.sleep(0.01)
    await cancel(task)
    await assert_usable(opened.database)


async def test_a_failing_statement_ends_the_others_of_its_read(opened):
    """Concurrent statements of the same read do not keep running."""
    broken = ("SELECT nonsense", ())
    store = Store(ReplacedStatements(opened.database, ENDLESS, broken, ENDLESS), SITE)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        with pytest.raises(DatabaseUnusable, match="nonsense") as caught:
            await store.read(REVISION, REVISION, REVISION)
    assert "nonsense" in str(caught.value.__cause__)
    await assert_usable(opened.database)


async def test_a_text_above_the_limit(opened):
    """The statement fails while it builds the text; without the limit the same connection can."""
    database, length = opened.database, 3 * MIN_LENGTH_LIMIT
    async with AsyncExitStack() as stack:
        for _ in range(READER_COUNT - 1):
            await stack.enter_async_context(database.snapshot())
        with pytest.raises(ResultTooLarge, match=r"more than 2,000,000 bytes; ask for") as caught:
            await database.fetch_row(LONG_TEXT, (length,), 2_000_000)
        assert caught.value.max_bytes == 2_000_000
        assert caught.value.__cause__ is not None
        assert await database.fetch_row(LONG_TEXT, (length,)) == (b"0" * length,)
        assert await database.fetch_row(LONG_TEXT, (length,), length + 1) == (b"0" * length,)
        with pytest.raises(ResultTooLarge):
            await database.fetch_row(LONG_TEXT, (length,), length - 1)
        async with database.snapshot(2_000_000) as fetch:
            with pytest.raises(ResultTooLarge):
                await fetch(LONG_TEXT, (length,))
            assert await fetch("SELECT 1", ()) == (1,)
    await assert_usable(database)


@pytest.mark.parametrize("max_bytes", [None, 2**40])
async def test_a_text_above_the_limit_of_sqlite(opened, max_bytes):
    """A text that SQLite cannot build raises the same error, whatever limit is set."""
    with pytest.raises(ResultTooLarge, match=r"1,000,000,000|1,099,511,627,776"):
        await opened.database.fetch_row("SELECT length(zeroblob(2000000000))", (), max_bytes)


async def test_intermediate_texts_may_exceed_a_small_limit(opened):
    """A limit below SQLite's smallest one does not fail a statement with a short result."""
    sql = "SELECT length(text) FROM (SELECT hex(zeroblob(? / 2)) AS text)"
    assert await opened.database.fetch_row(sql, (1_000_000,), 1) == (1_000_000,)


def select_text(length, letter="x"):
    """Return a selection whose result ``{"k":"…"}`` is eight bytes longer than the text."""
    return Selection((Constant("k", letter * length),))


async def test_the_byte_limit_of_one_result(opened):
    """A result may have exactly as many UTF-8 bytes as the limit."""
    reading = await opened.store.read(select_text(92), limits=QueryLimits(max_bytes=100))
    assert json.loads(reading.results[0]) == {"k": "x" * 92}
    await opened.store.read(select_text(46, "é"), limits=QueryLimits(max_bytes=100))
    for selection in (select_text(93), select_text(47, "é")):
        with pytest.raises(ResultTooLarge, match="more than 100 bytes"):
            await opened.store.read(selection, limits=QueryLimits(max_bytes=100))


async def test_the_byte_limit_covers_all_results_of_a_read(opened):
    """Results of all selections of a read add up."""
    selections = [select_text(92)] * 3
    assert (
        len((await opened.store.read(*selections, limits=QueryLimits(max_bytes=300))).results) == 3
    )
    with pytest.raises(ResultTooLarge, match="more than 299 bytes"):
        await opened.store.read(*selections, limits=QueryLimits(max_bytes=299))


async def test_results_that_are_read_again_count_once(opened, archive):
    """A read that is repeated because an import came in between counts the second results only."""
    archive.write_article("a.md")

    class ChangingRevision(DatabaseWrapper):
        times = 0

        async def fetch_row(self, sql, parameters, max_bytes=None):
            row = await super().fetch_row(sql, parameters, max_bytes)
            self.times += 1
            return (self.times, row[1])

    reading = await Store(ChangingRevision(opened.database), SITE).read(
        select_text(92), select_text(92), limits=QueryLimits(max_bytes=200)
    )
    assert [len(answer) for answer in reading.results] == [100, 100]
    assert reading.revision == 0
