"""What every database owes the store, and the store its callers: one suite for all of them.

A further database is another backend in `BACKENDS`.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select, update

from newsgraph.store.documents.collection import Collection
from newsgraph.store.engines.protocol import open_database
from newsgraph.store.engines.sqlite.engine import READERS, SqliteDatabase
from newsgraph.store.errors import (
    AnswerTooLarge,
    BadCursor,
    BadSelection,
    DatabaseBusy,
    DatabaseTooNew,
    DatabaseUnusable,
    ReadTimedOut,
    StoreError,
)
from newsgraph.store.limits import Limits
from newsgraph.store.query.selection import Arguments, Edge, Edges, Field, Node, Page, Selection
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.migrate import configuration
from newsgraph.store.store import Reading, Store
from tests.store.archive import SITE
from tests.store.fakes import Interrupted
from tests.store_files import empty_store

if TYPE_CHECKING:
    from pathlib import Path


class SqliteBackend:
    """A file, and what others do to it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "contract.db"
        self.url = f"sqlite:///{self.path}"

    def prepare(self) -> None:
        """Put one there that has its tables, and no article."""
        shutil.copy(empty_store(), self.path)

    async def open(self) -> SqliteDatabase:
        """Open it, with little patience."""
        return await SqliteDatabase.open(self.path, busy_seconds=0.05)

    def is_tidy(self):
        """Tell whether all that was written is in the one file."""
        return [one.name for one in self.path.parent.glob("contract.db*")] == ["contract.db"]

    @contextmanager
    def locked(self):
        """Let another program hold the write lock."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    def execute(self, sql: str) -> None:
        """Let another program change something."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute(sql)


BACKENDS = {"sqlite": SqliteBackend}


@pytest.fixture(params=BACKENDS)
def backend(request, tmp_path):
    """A place for a database, where there is none yet."""
    return BACKENDS[request.param](tmp_path)


@pytest.fixture
async def database(backend):
    """A database that is open."""
    backend.prepare()
    database = await backend.open()
    yield database
    await database.close()


@pytest.fixture
async def filled(database, archive, clock):
    """A store with one article."""
    store = Store(database, SITE, clock)
    archive.write("a.md", title="First", date="2021-01-01")
    await store.import_roots([archive.root])
    return store


TITLES = Selection(
    (
        Edge(
            "articles",
            "articles",
            Page((Edges("edges", (Node("node", Selection((Field("title", "title"),))),)),)),
        ),
        Edge("store", "store", Selection((Field("revision", "revision"),))),
    )
)
PATIENCE = 30
REVISION = select(t.state.c.revision)
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
"""A statement that has no end of its own."""


def titles(answer):
    """Return an answer's titles, and the revision that it tells."""
    found = json.loads(answer)
    return [edge["node"]["title"] for edge in found["articles"]["edges"]], found["store"][
        "revision"
    ]


async def test_transact_gives_what_the_work_gives(database):
    """A transaction's work may return anything, and what it wrote is there."""
    assert await database.transact(lambda connection: connection.scalar(REVISION)) == 0
    await database.transact(
        lambda connection: connection.execute(update(t.state).values(revision=5))
    )
    assert await database.transact(lambda connection: connection.scalar(REVISION)) == 5
    assert await database.fetch("SELECT revision FROM state", ()) == (5,)


@pytest.mark.parametrize("error", [KeyError, StoreError, asyncio.CancelledError])
async def test_an_exception_undoes_the_transaction(database, error):
    """What the work raises comes out as it is, and nothing of the work stays."""

    def work(connection):
        connection.execute(update(t.state).values(revision=5))
        raise error

    with pytest.raises(error):
        await database.transact(work)
    assert await database.transact(lambda connection: connection.scalar(REVISION)) == 0


def many_statements(connection):
    """Write for ever."""
    for number in itertools.count(1):
        connection.execute(update(t.state).values(revision=number))


def one_statement(connection):
    """Write, and then read for ever."""
    connection.execute(update(t.state).values(revision=1))
    connection.exec_driver_sql(ENDLESS)


@pytest.mark.parametrize("for_ever", [many_statements, one_statement])
async def test_a_cancelled_transaction(backend, database, for_ever):
    """Who gives a transaction up finds the database as it was, and nothing locked."""
    begun = threading.Event()

    def work(connection):
        begun.set()
        for_ever(connection)

    for impatience in range(3):
        begun.clear()
        task = asyncio.create_task(database.transact(work))
        await asyncio.to_thread(begun.wait)
        for _ in range(impatience + 1):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        with backend.locked():
            pass
        assert await database.transact(lambda connection: connection.scalar(REVISION)) == 0


async def test_a_transaction_given_up_after_its_last_statement(database):
    """It is undone as well, whatever the work does until it returns."""
    begun, given_up = threading.Event(), threading.Event()

    def work(connection):
        connection.execute(update(t.state).values(revision=5))
        begun.set()
        given_up.wait()

    task = asyncio.create_task(database.transact(work))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    await asyncio.sleep(0)
    given_up.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.fetch("SELECT revision FROM state", ()) == (0,)


@pytest.mark.slow
async def test_giving_up_twice_is_quiet(database):
    """How a transaction ends that was given up impatiently is nobody's mistake."""
    told, begun = [], threading.Event()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))

    def work(connection):
        begun.set()
        many_statements(connection)

    task = asyncio.create_task(database.transact(work))
    await asyncio.to_thread(begun.wait)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([task])
    del task
    gc.collect()
    assert told == []


async def test_others_that_keep_threads_busy(database):
    """A transaction waits for none of those who let the event loop's threads work."""
    done = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        busy = asyncio.create_task(asyncio.to_thread(done.wait))
        asyncio.get_running_loop().call_later(PATIENCE, done.set)
        await asyncio.sleep(0)
        assert await database.transact(lambda connection: connection.scalar(REVISION)) == 0
        await database.close()
        assert not done.is_set()
        done.set()
        await busy


@pytest.mark.parametrize("turns", range(4))
async def test_closing_that_is_given_up(backend, database, turns):
    """The database is closed all the same when the cancellation comes out."""
    begun = threading.Event()

    def work(connection):
        begun.set()
        many_statements(connection)

    task = asyncio.create_task(database.transact(work))
    await asyncio.to_thread(begun.wait)
    end = asyncio.create_task(database.close())
    for _ in range(turns + 1):
        await asyncio.sleep(0)
    end.cancel()
    with pytest.raises(asyncio.CancelledError):
        await end
    assert backend.is_tidy()
    with pytest.raises(DatabaseUnusable, match="closed"):
        await task


async def test_closing_twice(backend, database):
    """Who closes a database that is being closed waits until it is."""
    first = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    await database.close()
    assert backend.is_tidy()
    await first


@pytest.mark.parametrize("for_ever", [many_statements, one_statement])
async def test_closing_ends_a_transaction(backend, database, for_ever):
    """It is undone, and whoever waits for it is told."""
    begun = threading.Event()

    def work(connection):
        begun.set()
        for_ever(connection)

    task = asyncio.create_task(database.transact(work))
    await asyncio.to_thread(begun.wait)
    await database.close()
    with pytest.raises(DatabaseUnusable, match="closed"):
        await task
    assert backend.is_tidy()
    reopened = await backend.open()
    assert await reopened.fetch("SELECT revision FROM state", ()) == (0,)
    await reopened.close()


async def test_closing_ends_the_wait_for_others(backend):
    """Who waits for another process to write does not keep the database from being closed."""
    patient = await SqliteDatabase.open(backend.path, busy_seconds=3_600)
    with backend.locked():
        waiting = [
            asyncio.create_task(patient.transact(lambda connection: connection.scalar(REVISION)))
            for _ in range(2)
        ]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(PATIENCE):
            await patient.close()
        for task in waiting:
            with pytest.raises(DatabaseUnusable, match="closed"):
                await task


@pytest.mark.slow
async def test_waiting_to_write_can_be_given_up(backend):
    """Who ends while another process writes does not have to wait for it."""
    patient = await SqliteDatabase.open(backend.path, busy_seconds=3_600)
    with backend.locked():
        task = asyncio.create_task(patient.transact(lambda connection: connection.scalar(REVISION)))
        await asyncio.sleep(0.05)
        task.cancel()
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(asyncio.CancelledError):
                await task
        waiting = asyncio.create_task(
            patient.transact(lambda connection: connection.scalar(REVISION))
        )
        await asyncio.sleep(0.5)
        assert not waiting.done()
    assert await waiting == 0
    await patient.close()


async def test_broken_sql(database):
    """The driver's errors are the store's: the cause is told, and kept."""

    def work(connection):
        connection.exec_driver_sql("SELECT nonsense")

    with pytest.raises(DatabaseUnusable, match="nonsense") as told:
        await database.transact(work)
    assert told.value.__cause__ is not None
    with pytest.raises(DatabaseUnusable, match="nonsense") as told:
        await database.fetch("SELECT nonsense", ())
    assert told.value.__cause__ is not None
    async with database.snapshot() as fetch:
        with pytest.raises(DatabaseUnusable, match="nonsense"):
            await fetch("SELECT nonsense", ())
    assert await database.fetch("SELECT 1", ()) == (1,)


async def test_a_broken_constraint(database):
    """A row that the tables refuse undoes its transaction."""

    def work(connection):
        connection.execute(update(t.state).values(revision=5))
        connection.execute(t.state.insert().values(id=1))

    with pytest.raises(DatabaseUnusable):
        await database.transact(work)
    assert await database.fetch("SELECT revision FROM state", ()) == (0,)


async def test_reading_cannot_write(database):
    """A statement that is fetched can change nothing."""
    with pytest.raises(DatabaseUnusable):
        await database.fetch("DELETE FROM state RETURNING revision", ())
    assert await database.fetch("SELECT revision FROM state", ()) == (0,)


async def test_a_snapshot_is_of_one_moment(database):
    """What is written meanwhile is not seen within it, and is seen after it."""
    async with database.snapshot() as fetch:
        assert await fetch("SELECT revision FROM state", ()) == (0,)
        await database.transact(
            lambda connection: connection.execute(update(t.state).values(revision=1))
        )
        assert await fetch("SELECT revision FROM state", ()) == (0,)
        assert await database.fetch("SELECT revision FROM state", ()) == (1,)
    async with database.snapshot() as fetch:
        assert await fetch("SELECT revision FROM state", ()) == (1,)


async def test_snapshots_that_are_given_up(database):
    """A reader whose snapshot was given up, at whatever moment, does not stay in the past."""

    async def look():
        async with database.snapshot() as fetch:
            await fetch("SELECT revision FROM state", ())
            await fetch("SELECT revision FROM state", ())

    for turns in range(12):
        task = asyncio.create_task(look())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    await database.transact(
        lambda connection: connection.execute(update(t.state).values(revision=7))
    )
    seen = [database.fetch("SELECT revision FROM state", ()) for _ in range(READERS * 2)]
    assert set(await asyncio.gather(*seen)) == {(7,)}
    async with database.snapshot() as fetch:
        assert await fetch("SELECT revision FROM state", ()) == (7,)


async def test_more_readers_than_connections(database):
    """Those who find no connection free wait for one."""
    count = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " SELECT max(i) FROM n"
    )
    found = await asyncio.gather(*(database.fetch(count, (2000 + one,)) for one in range(30)))
    assert found == [(2000 + one,) for one in range(30)]


async def test_closed(backend, archive):
    """A closed database says so, whatever is asked, and closes again without complaint."""
    database = await backend.open()
    store = Store(database, SITE)
    await store.close()
    await store.close()
    with pytest.raises(DatabaseUnusable, match="closed"):
        await database.fetch("SELECT 1", ())
    with pytest.raises(DatabaseUnusable, match="closed"):
        await database.transact(lambda _: None)
    with pytest.raises(DatabaseUnusable, match="closed"):
        async with database.snapshot():
            pass
    calls = (store.read(TITLES), store.state(), store.import_roots([archive.root]))
    for call in (*calls, store.changed(0)):
        with pytest.raises(DatabaseUnusable, match="closed"):
            await call


async def test_closed_while_it_is_read(backend):
    """Who waits for a connection when the database closes is told so too."""
    database = await backend.open()
    async with asyncio.TaskGroup() as group:
        held = [await asyncio.create_task(hold(database)) for _ in range(READERS)]
        waiting = group.create_task(ends_with(database.fetch("SELECT 1", ()), DatabaseUnusable))
        await asyncio.sleep(0)
        await database.close()
        for one in held:
            await one.__aexit__(None, None, None)
    assert waiting.result()


@pytest.mark.slow
async def test_statements_that_are_given_up(database):
    """They end in the database too: one after another, they leave the connections free."""
    for _ in range(READERS * 2):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await database.fetch(ENDLESS, ())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), database.snapshot() as fetch:
                await fetch(ENDLESS, ())
    held = [await hold(database) for _ in range(READERS)]
    for one in held:
        await one.__aexit__(None, None, None)


async def test_closed_while_a_statement_runs(backend):
    """Closing ends what is read, and whoever waits for it is told."""
    database = await backend.open()
    running = asyncio.create_task(ends_with(database.fetch(ENDLESS, ()), DatabaseUnusable))
    await asyncio.sleep(0.01)
    await database.close()
    assert await running


async def test_a_text_that_is_too_long(database):
    """A text that becomes longer than allowed is refused; others have the usual length."""
    long = f"SELECT {' || '.join(['?'] * 40)}"
    values = ["x" * 100_000] * 40
    with pytest.raises(AnswerTooLarge, match="2,000,000 bytes"):
        await database.fetch(long, values, 2_000_000)
    async with database.snapshot(2_000_000) as fetch:
        with pytest.raises(AnswerTooLarge):
            await fetch(long, values)
    for _ in range(READERS):
        assert await database.fetch(long, values) == (b"x" * 4_000_000,)


async def hold(database):
    """Take one of its connections."""
    snapshot = database.snapshot()
    await snapshot.__aenter__()
    return snapshot


async def ends_with(call, error):
    """Whether a call ends with an error."""
    with pytest.raises(error):
        await call
    return True


async def test_opening_again(backend, archive):
    """What was written is there when the store is opened again, under the same id."""
    store = await Store.open(backend.url, SITE)
    archive.write("a.md", title="First")
    await store.import_roots([archive.root])
    before = await store.state()
    await store.close()
    store = await Store.open(backend.url, SITE)
    assert await store.state() == before
    assert titles((await store.read(TITLES)).answers[0]) == (["First"], 1)
    await store.close()


async def test_the_state_of_a_new_store(database, tmp_path):
    """A new store is at revision 0, was never imported into, and has an id of its own."""
    state = await Store(database, SITE).state()
    assert (state.revision, state.imported_at) == (0, None)
    assert (state.article_count, state.hidden_count) == (0, 0)
    assert state.collection == Collection()
    (tmp_path / "other").mkdir()
    other = await SqliteBackend(tmp_path / "other").open()
    assert (await Store(other, SITE).state()).store_id != state.store_id
    await other.close()


async def test_read(filled):
    """Answers come in the order of the selections, with the revision they were read at."""
    selections = (TITLES, Selection((Edge("s", "store", Selection((Field("n", "revision"),))),)))
    reading = await filled.read(*selections)
    assert reading.revision == 1
    assert titles(reading.answers[0]) == (["First"], 1)
    assert json.loads(reading.answers[1]) == {"s": {"n": 1}}
    assert await filled.read(TITLES) == Reading(1, reading.answers[:1])
    assert (await filled.read()).answers == ()


async def test_limits(filled):
    """A read within its limits answers as ever; one that passes them is refused."""
    selections, usual = (TITLES, TITLES), await filled.read(TITLES, TITLES)
    size = sum(map(len, usual.answers))
    assert await filled.read(*selections, limits=Limits(seconds=60, bytes=size)) == usual
    with pytest.raises(AnswerTooLarge, match=f"more than {size - 1} bytes"):
        await filled.read(*selections, limits=Limits(bytes=size - 1))
    with pytest.raises(ReadTimedOut, match="longer than 0 seconds"):
        await filled.read(*selections, limits=Limits(seconds=0))
    assert await filled.read(*selections) == usual


async def test_waiting_for_a_change(filled, backend, archive, clock):
    """Who waits for another revision learns of an import through another connection."""
    store = Store(await backend.open(), SITE, clock, look_seconds=0.01)
    waiting = asyncio.create_task(store.changed(1))
    archive.write("b.md", title="Second")
    await filled.import_roots([archive.root])
    assert await waiting == 2
    assert await store.changed(1) == 2
    waiting = asyncio.create_task(ends_with(store.changed(2), DatabaseUnusable))
    await asyncio.sleep(0.02)
    await store.close()
    assert await waiting


async def test_an_import_comes_between(filled, database, archive, clock):
    """Selections that are read side by side never mix two revisions."""

    async def between():
        archive.write("b.md", title="Second", date="2022-01-01")
        await filled.import_roots([archive.root])

    interrupted = Interrupted(database, between)
    reading = await Store(interrupted, SITE, clock).read(TITLES, TITLES, TITLES)
    assert interrupted.snapshots == 1
    assert reading.revision == 2
    assert {repr(titles(answer)) for answer in reading.answers} == {
        repr((["Second", "First"], 2)),
    }


@pytest.mark.slow
async def test_readers_during_imports(filled, database, archive, clock):
    """Whoever reads while others import sees whole revisions only."""
    writing = True

    async def write():
        nonlocal writing
        for number in range(2, 12):
            for name in "abc":
                archive.write(f"{name}.md", title=f"{number}", date="2021-01-01")
            await filled.import_roots([archive.root])
        writing = False

    async def read():
        last = 0
        while writing:
            reading = await Store(database, SITE, clock).read(TITLES, TITLES)
            assert reading.revision >= last
            last = reading.revision
            for answer in reading.answers:
                names, revision = titles(answer)
                assert revision == reading.revision
                assert revision == 1 or set(names) == {f"{revision}"}

    await asyncio.gather(write(), read(), read())


async def test_bad_questions(filled):
    """What the graph does not have, and what is no cursor, is refused; the rest goes on."""
    with pytest.raises(BadSelection, match="nonsense"):
        await filled.read(Selection((Field("x", "nonsense"),)))
    page = Page((Edges("edges", ()),))
    with pytest.raises(BadCursor, match="garbage") as told:
        await filled.read(
            TITLES, Selection((Edge("a", "articles", page, Arguments(after="garbage")),))
        )
    assert told.value.cursor == "garbage"
    assert titles((await filled.read(TITLES)).answers[0]) == (["First"], 1)


async def test_while_another_writes(backend, filled, database, archive):
    """While another program holds the lock one can read, and writing says that it is busy."""
    archive.write("b.md", title="Second")
    with backend.locked():
        assert titles((await filled.read(TITLES, TITLES)).answers[0]) == (["First"], 1)
        assert (await filled.state()).revision == 1
        async with database.snapshot() as fetch:
            assert await fetch("SELECT revision FROM state", ()) == (1,)
        with pytest.raises(DatabaseBusy, match="locked by another process"):
            await filled.import_roots([archive.root])
        with pytest.raises(DatabaseBusy):
            await database.transact(lambda connection: connection.scalar(REVISION))
        with pytest.raises(DatabaseBusy):
            await backend.open()
    report = await filled.import_roots([archive.root])
    assert (report.created, report.revision) == (1, 2)


async def test_too_new(backend):
    """A database that took a step unknown here is refused, and left as it is."""
    await (await backend.open()).close()
    backend.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match=r"9999.*update newsgraph"):
        await Store.open(backend.url, SITE)
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    backend.execute(f"UPDATE alembic_version SET version_num = '{newest}'")  # noqa: S608 - a step's own name
    await (await backend.open()).close()


async def test_a_table_is_missing(backend, archive):
    """A database of ours that is damaged is told as that, by every call that meets it."""
    database = await backend.open()
    store = Store(database, SITE)
    backend.execute("DROP TABLE document")
    with pytest.raises(DatabaseUnusable, match="document"):
        await store.import_roots([archive.root])
    backend.execute("DROP TABLE state")
    with pytest.raises(DatabaseUnusable):
        await store.state()
    with pytest.raises(DatabaseUnusable):
        await store.read(TITLES)
    await store.close()
    with pytest.raises(DatabaseUnusable):
        await backend.open()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "newsgraph.db",
        "sqlite://newsgraph.db",
        "sqlite:///",
        "mysql:///x",
        "SQLITE:///x",
        "sqlite:////nowhere/at/all/newsgraph.db",
        "sqlite:///bad\0name.db",
        "sqlite:///" + "x" * 300,
    ],
)
async def test_bad_addresses(url):
    """What names no database that can be opened is told with its address."""
    with pytest.raises(DatabaseUnusable) as told:
        await open_database(url)
    assert str(told.value)


@asynccontextmanager
async def untouched(path):
    """Refuse a file, and leave it byte by byte as it is."""
    before = path.read_bytes()
    with pytest.raises(DatabaseUnusable) as told:
        await open_database(f"sqlite:///{path}")
    assert str(path) in str(told.value)
    assert isinstance(told.value, StoreError)
    assert path.read_bytes() == before
    yield told.value


async def test_files_of_others(tmp_path):
    """A text, another program's database and half a database are refused and left alone."""
    text = tmp_path / "notes.txt"
    text.write_text("Not a database. " * 100)
    async with untouched(text):
        pass
    theirs = tmp_path / "theirs.db"
    with closing(sqlite3.connect(theirs)) as connection:
        connection.execute("CREATE TABLE precious (value)")
    async with untouched(theirs) as error:
        assert "another program" in str(error)
    with closing(sqlite3.connect(theirs)) as connection:
        connection.execute("DROP TABLE precious")
        connection.execute("PRAGMA application_id = 77")
    async with untouched(theirs) as error:
        assert "another program" in str(error)
    half = tmp_path / "half.db"
    half.write_bytes(theirs.read_bytes()[:3000])
    async with untouched(half):
        pass
    with pytest.raises(DatabaseUnusable):
        await open_database(f"sqlite:///{tmp_path}")


async def test_an_empty_file(tmp_path):
    """A file without a byte is a database that is yet to be made."""
    path = tmp_path / "empty.db"
    path.touch()
    database = await open_database(f"sqlite:///{path}")
    assert await database.fetch("SELECT revision FROM state", ()) == (0,)
    await database.close()


@pytest.mark.parametrize("name", ["a b.db", "50%.db", "what?.db", "#1.db", "ünï.db", "a&b=c.db"])
async def test_names_of_files(tmp_path, name):
    """Any name will do for the file, and for its folder."""
    folder = tmp_path / name
    folder.mkdir()
    database = await open_database(f"sqlite:///{folder / name}")
    assert await database.fetch("SELECT revision FROM state", ()) == (0,)
    await database.close()
    assert (folder / name).is_file()


async def test_the_state_at_this_moment(backend, filled, archive):
    """It is known at once, and an import of another process is noticed at once too."""
    assert filled.state_now() in (None, await filled.state())
    known = await filled.state()
    assert filled.state_now() == known
    other = await Store.open(backend.url, SITE)
    archive.write("another.md", title="Another")
    await other.import_roots([archive.root])
    assert filled.state_now() is None
    assert (await filled.state()).revision == known.revision + 1
    assert filled.state_now() == await other.state()
    await other.close()
    assert other.state_now() is None


async def test_a_glance(database):
    """A row by its key, or None for what would have to wait or fail."""
    assert database.glance("SELECT revision FROM state WHERE id = 1") == (0,)
    assert database.glance("SELECT nothing FROM nowhere") is None
