"""Contract tests of databases, and of the store: they run for each backend in `BACKENDS`."""

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
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines import open_database
from newsgraph.store.engines.sqlite.engine import READER_COUNT, SqliteDatabase
from newsgraph.store.errors import (
    BadCursor,
    BadSelection,
    DatabaseBusy,
    DatabaseUnusable,
    QueryTimeout,
    ResultTooLarge,
    SchemaVersionMismatch,
    StoreError,
)
from newsgraph.store.importing.document_writer import root_id
from newsgraph.store.query.selection import Edge, EdgeArguments, Edges, Field, Node, Page, Selection
from newsgraph.store.query_limits import QueryLimits
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.migrate import SCHEMA_VERSION
from newsgraph.store.store import QueryResult, Store
from tests.store.archive import SITE, Archive
from tests.store.database_wrappers import InterruptedDatabase
from tests.store_files import empty_store_path

if TYPE_CHECKING:
    from pathlib import Path


class SqliteBackend:
    """A SQLite database file, with access by other programs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "contract.db"
        self.url = f"sqlite:///{self.path}"

    def prepare(self) -> None:
        """Create a database with tables and without articles."""
        shutil.copy(empty_store_path(), self.path)

    async def open(self) -> SqliteDatabase:
        """Open the database, with a short timeout for locks."""
        return await SqliteDatabase.open(self.path, busy_timeout_seconds=0.05)

    def has_single_file(self):
        """Return whether there are no files besides the database, such as a write-ahead log."""
        return [path.name for path in self.path.parent.glob("contract.db*")] == ["contract.db"]

    @contextmanager
    def locked(self):
        """Hold the write lock, as another program."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    def execute(self, sql: str) -> None:
        """Execute a statement, as another program."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute(sql)


BACKENDS = {"sqlite": SqliteBackend}


@pytest.fixture(params=BACKENDS)
def backend(request, tmp_path):
    """A backend without a database file."""
    return BACKENDS[request.param](tmp_path)


@pytest.fixture
async def database(backend):
    """An open database."""
    backend.prepare()
    database = await backend.open()
    yield database
    await database.close()


@pytest.fixture
async def filled(database, archive, clock):
    """A store with one article."""
    store = Store(database, SITE, clock)
    archive.write_article("a.md", title="First", date="2021-01-01")
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
TIMEOUT_SECONDS = 30
REVISION = select(t.state.c.revision)
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
"""A statement that never ends."""


def parse_titles(text):
    """Return the titles and the revision in a result."""
    result = json.loads(text)
    titles = [edge["node"]["title"] for edge in result["articles"]["edges"]]
    return titles, result["store"]["revision"]


async def test_transaction_result(database):
    """A transaction returns the function's result, and its changes are stored."""
    assert await database.run_in_transaction(lambda connection: connection.scalar(REVISION)) == 0
    await database.run_in_transaction(
        lambda connection: connection.execute(update(t.state).values(revision=5))
    )
    assert await database.run_in_transaction(lambda connection: connection.scalar(REVISION)) == 5
    assert await database.fetch_row("SELECT revision FROM state", ()) == (5,)


@pytest.mark.parametrize("error", [KeyError, StoreError, asyncio.CancelledError])
async def test_exception_rolls_back(database, error):
    """An exception from a transaction's function rolls it back and is raised unchanged."""

    def work(connection):
        connection.execute(update(t.state).values(revision=5))
        raise error

    with pytest.raises(error):
        await database.run_in_transaction(work)
    assert await database.run_in_transaction(lambda connection: connection.scalar(REVISION)) == 0


def write_forever(connection):
    """Write forever."""
    for number in itertools.count(1):
        connection.execute(update(t.state).values(revision=number))


def read_forever(connection):
    """Write, and then run a statement that never ends."""
    connection.execute(update(t.state).values(revision=1))
    connection.exec_driver_sql(ENDLESS)


@pytest.mark.parametrize("run_forever", [write_forever, read_forever])
async def test_cancelled_transaction(backend, database, run_forever):
    """A cancelled transaction is rolled back, and its lock released."""
    started = threading.Event()

    def work(connection):
        started.set()
        run_forever(connection)

    for extra_cancels in range(3):
        started.clear()
        task = asyncio.create_task(database.run_in_transaction(work))
        await asyncio.to_thread(started.wait)
        for _ in range(extra_cancels + 1):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        with backend.locked():
            pass
        assert (
            await database.run_in_transaction(lambda connection: connection.scalar(REVISION)) == 0
        )


async def test_cancelled_after_last_statement(database):
    """A transaction that is cancelled after its last statement is rolled back too."""
    started, cancelled = threading.Event(), threading.Event()

    def work(connection):
        connection.execute(update(t.state).values(revision=5))
        started.set()
        cancelled.wait()

    task = asyncio.create_task(database.run_in_transaction(work))
    await asyncio.to_thread(started.wait)
    task.cancel()
    await asyncio.sleep(0)
    cancelled.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.fetch_row("SELECT revision FROM state", ()) == (0,)


@pytest.mark.slow
async def test_repeated_cancellation_logs_nothing(database):
    """Cancelling a transaction repeatedly leaves no unhandled exception."""
    unhandled, started = [], threading.Event()
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: unhandled.append(context)
    )

    def work(connection):
        started.set()
        write_forever(connection)

    task = asyncio.create_task(database.run_in_transaction(work))
    await asyncio.to_thread(started.wait)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([task])
    del task
    gc.collect()
    assert unhandled == []


async def test_default_executor_is_not_used(database):
    """A transaction does not wait for the event loop's default executor."""
    done = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        busy = asyncio.create_task(asyncio.to_thread(done.wait))
        asyncio.get_running_loop().call_later(TIMEOUT_SECONDS, done.set)
        await asyncio.sleep(0)
        assert (
            await database.run_in_transaction(lambda connection: connection.scalar(REVISION)) == 0
        )
        await database.close()
        assert not done.is_set()
        done.set()
        await busy


@pytest.mark.parametrize("turns", range(4))
async def test_cancelled_close(backend, database, turns):
    """A cancelled close has closed the database when the cancellation is raised."""
    started = threading.Event()

    def work(connection):
        started.set()
        write_forever(connection)

    task = asyncio.create_task(database.run_in_transaction(work))
    await asyncio.to_thread(started.wait)
    closing_task = asyncio.create_task(database.close())
    for _ in range(turns + 1):
        await asyncio.sleep(0)
    closing_task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing_task
    assert backend.has_single_file()
    with pytest.raises(DatabaseUnusable, match="closed"):
        await task


async def test_concurrent_close(backend, database):
    """A second call of close waits until the database is closed."""
    first = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    await database.close()
    assert backend.has_single_file()
    await first


@pytest.mark.parametrize("run_forever", [write_forever, read_forever])
async def test_close_during_transaction(backend, database, run_forever):
    """Closing the database rolls back a running transaction and fails its caller."""
    started = threading.Event()

    def work(connection):
        started.set()
        run_forever(connection)

    task = asyncio.create_task(database.run_in_transaction(work))
    await asyncio.to_thread(started.wait)
    await database.close()
    with pytest.raises(DatabaseUnusable, match="closed"):
        await task
    assert backend.has_single_file()
    reopened = await backend.open()
    assert await reopened.fetch_row("SELECT revision FROM state", ()) == (0,)
    await reopened.close()


async def test_close_while_waiting_for_lock(backend):
    """Closing the database ends transactions that wait for the write lock."""
    database = await SqliteDatabase.open(backend.path, busy_timeout_seconds=3_600)
    with backend.locked():
        waiting = [
            asyncio.create_task(
                database.run_in_transaction(lambda connection: connection.scalar(REVISION))
            )
            for _ in range(2)
        ]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await database.close()
        for task in waiting:
            with pytest.raises(DatabaseUnusable, match="closed"):
                await task


@pytest.mark.slow
async def test_cancel_while_waiting_for_lock(backend):
    """A transaction that waits for the write lock can be cancelled."""
    database = await SqliteDatabase.open(backend.path, busy_timeout_seconds=3_600)
    with backend.locked():
        task = asyncio.create_task(
            database.run_in_transaction(lambda connection: connection.scalar(REVISION))
        )
        await asyncio.sleep(0.05)
        task.cancel()
        async with asyncio.timeout(TIMEOUT_SECONDS):
            with pytest.raises(asyncio.CancelledError):
                await task
        waiting = asyncio.create_task(
            database.run_in_transaction(lambda connection: connection.scalar(REVISION))
        )
        await asyncio.sleep(0.5)
        assert not waiting.done()
    assert await waiting == 0
    await database.close()


async def test_broken_sql(database):
    """Errors of the driver become errors of the store, with the driver's error as their cause."""

    def work(connection):
        connection.exec_driver_sql("SELECT nonsense")

    with pytest.raises(DatabaseUnusable, match="nonsense") as raised:
        await database.run_in_transaction(work)
    assert raised.value.__cause__ is not None
    with pytest.raises(DatabaseUnusable, match="nonsense") as raised:
        await database.fetch_row("SELECT nonsense", ())
    assert raised.value.__cause__ is not None
    async with database.snapshot() as fetch_row:
        with pytest.raises(DatabaseUnusable, match="nonsense"):
            await fetch_row("SELECT nonsense", ())
    assert await database.fetch_row("SELECT 1", ()) == (1,)


async def test_constraint_violation(database):
    """A constraint violation rolls back the transaction."""

    def work(connection):
        connection.execute(update(t.state).values(revision=5))
        connection.execute(t.state.insert().values(id=1))

    with pytest.raises(DatabaseUnusable):
        await database.run_in_transaction(work)
    assert await database.fetch_row("SELECT revision FROM state", ()) == (0,)


async def test_fetch_cannot_write(database):
    """A statement that is fetched cannot write."""
    with pytest.raises(DatabaseUnusable):
        await database.fetch_row("DELETE FROM state RETURNING revision", ())
    assert await database.fetch_row("SELECT revision FROM state", ()) == (0,)


async def test_snapshot_isolation(database):
    """A snapshot does not see later writes; reads outside of it do."""
    async with database.snapshot() as fetch_row:
        assert await fetch_row("SELECT revision FROM state", ()) == (0,)
        await database.run_in_transaction(
            lambda connection: connection.execute(update(t.state).values(revision=1))
        )
        assert await fetch_row("SELECT revision FROM state", ()) == (0,)
        assert await database.fetch_row("SELECT revision FROM state", ()) == (1,)
    async with database.snapshot() as fetch_row:
        assert await fetch_row("SELECT revision FROM state", ()) == (1,)


async def test_cancelled_snapshots(database):
    """After a snapshot was cancelled, at any moment, its connection reads current data."""

    async def read_in_snapshot():
        async with database.snapshot() as fetch_row:
            await fetch_row("SELECT revision FROM state", ())
            await fetch_row("SELECT revision FROM state", ())

    for turns in range(12):
        task = asyncio.create_task(read_in_snapshot())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    await database.run_in_transaction(
        lambda connection: connection.execute(update(t.state).values(revision=7))
    )
    reads = [database.fetch_row("SELECT revision FROM state", ()) for _ in range(READER_COUNT * 2)]
    assert set(await asyncio.gather(*reads)) == {(7,)}
    async with database.snapshot() as fetch_row:
        assert await fetch_row("SELECT revision FROM state", ()) == (7,)


async def test_more_reads_than_connections(database):
    """Reads wait for a connection if all are in use."""
    count = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " SELECT max(i) FROM n"
    )
    rows = await asyncio.gather(*(database.fetch_row(count, (2000 + n,)) for n in range(30)))
    assert rows == [(2000 + n,) for n in range(30)]


async def test_closed(backend, archive):
    """Every call of a closed database fails with a message, except closing it again."""
    database = await backend.open()
    store = Store(database, SITE)
    await store.close()
    await store.close()
    with pytest.raises(DatabaseUnusable, match="closed"):
        await database.fetch_row("SELECT 1", ())
    with pytest.raises(DatabaseUnusable, match="closed"):
        await database.run_in_transaction(lambda _: None)
    with pytest.raises(DatabaseUnusable, match="closed"):
        async with database.snapshot():
            pass
    calls = (store.read(TITLES), store.state(), store.import_roots([archive.root]))
    for call in (*calls, store.wait_for_new_revision(0)):
        with pytest.raises(DatabaseUnusable, match="closed"):
            await call


async def test_close_while_waiting_for_connection(backend):
    """Closing the database fails reads that wait for a connection."""
    database = await backend.open()
    async with asyncio.TaskGroup() as group:
        snapshots = [
            await asyncio.create_task(open_snapshot(database)) for _ in range(READER_COUNT)
        ]
        waiting = group.create_task(raises(database.fetch_row("SELECT 1", ()), DatabaseUnusable))
        await asyncio.sleep(0)
        await database.close()
        for snapshot in snapshots:
            await snapshot.__aexit__(None, None, None)
    assert waiting.result()


@pytest.mark.slow
async def test_cancelled_statements(database):
    """Cancelled statements end in the database too, and their connections become free."""
    for _ in range(READER_COUNT * 2):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await database.fetch_row(ENDLESS, ())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), database.snapshot() as fetch_row:
                await fetch_row(ENDLESS, ())
    snapshots = [await open_snapshot(database) for _ in range(READER_COUNT)]
    for snapshot in snapshots:
        await snapshot.__aexit__(None, None, None)


async def test_close_while_statement_runs(backend):
    """Closing the database interrupts running statements and fails their callers."""
    database = await backend.open()
    running = asyncio.create_task(raises(database.fetch_row(ENDLESS, ()), DatabaseUnusable))
    await asyncio.sleep(0.01)
    await database.close()
    assert await running


async def test_result_size_limit(database):
    """A text above the size limit raises ResultTooLarge; the limit is per call."""
    long = f"SELECT {' || '.join(['?'] * 40)}"
    values = ["x" * 100_000] * 40
    with pytest.raises(ResultTooLarge, match="2,000,000 bytes"):
        await database.fetch_row(long, values, 2_000_000)
    async with database.snapshot(2_000_000) as fetch_row:
        with pytest.raises(ResultTooLarge):
            await fetch_row(long, values)
    for _ in range(READER_COUNT):
        assert await database.fetch_row(long, values) == (b"x" * 4_000_000,)


async def open_snapshot(database):
    """Open a snapshot, which occupies a connection."""
    snapshot = database.snapshot()
    await snapshot.__aenter__()
    return snapshot


async def raises(call, error):
    """Return True if a call raises an error; fail otherwise."""
    with pytest.raises(error):
        await call
    return True


async def test_reopen(backend, archive):
    """A store that is reopened has the same state and contents."""
    store = await Store.open(backend.url, SITE)
    archive.write_article("a.md", title="First")
    await store.import_roots([archive.root])
    before = await store.state()
    await store.close()
    store = await Store.open(backend.url, SITE)
    assert await store.state() == before
    assert parse_titles((await store.read(TITLES)).results[0]) == (["First"], 1)
    await store.close()


async def test_state_of_new_store(database, tmp_path):
    """A new store has revision 0, no import, and an id of its own."""
    state = await Store(database, SITE).state()
    assert (state.revision, state.imported_at) == (0, None)
    assert (state.article_count, state.hidden_count) == (0, 0)
    assert state.collection == Collection()
    (tmp_path / "other").mkdir()
    other = await SqliteBackend(tmp_path / "other").open()
    assert (await Store(other, SITE).state()).store_id != state.store_id
    await other.close()


async def test_read(filled):
    """Results are in the order of the selections, with the revision at which they were read."""
    selections = (TITLES, Selection((Edge("s", "store", Selection((Field("n", "revision"),))),)))
    result = await filled.read(*selections)
    assert result.revision == 1
    assert parse_titles(result.results[0]) == (["First"], 1)
    assert json.loads(result.results[1]) == {"s": {"n": 1}}
    assert await filled.read(TITLES) == QueryResult(1, result.results[:1])
    assert (await filled.read()).results == ()


async def test_authors(filled, archive):
    """An article's authors have a slug each, also if several have equal names."""
    archive.write_article(
        "b.md", author=["A. Bell", {"name": "a bell", "url": "https://a.example"}]
    )
    archive.write_article("c.md", author={"name": "Ann", "picture": "https://a.example/a.png"})
    await filled.import_roots([archive.root])
    names = ("name", "slug", "url", "imageUrl")
    edge = Edge("authors", "authors", Selection(tuple(Field(name, name) for name in names)))
    page = Page((Edges("edges", (Node("node", Selection((edge,))),)),))
    (text,) = (await filled.read(Selection((Edge("articles", "articles", page),)))).results
    authors = {
        author["name"]: (author["slug"], author["url"], author["imageUrl"])
        for edge in json.loads(text)["articles"]["edges"]
        for author in edge["node"]["authors"]
    }
    assert authors["Ann"] == ("ann", None, "https://a.example/a.png")
    assert authors["a bell"][1:] == ("https://a.example", None)
    slugs = {authors["A. Bell"][0], authors["a bell"][0]}
    assert len(slugs) == 2
    assert all(slug.startswith("a-bell-") for slug in slugs)


async def test_translations_and_old_addresses(filled, archive):
    """An article has its translations by language, and is found by the newest old address."""
    archive.write_article("a.de.md", aliases=["/old"], date="2020-01-01")
    archive.write_article("a.fr.md", aliases=["/old", "/older"], date="2021-01-01")
    await filled.import_roots([archive.root])
    language = Field("language", "language")
    selection = Selection((language, Edge("others", "translations", Selection((language,)))))

    def find(path: str) -> Selection:
        arguments = EdgeArguments(lookup=("alias", path))
        return Selection((Edge("article", "aliasedArticle", selection, arguments),))

    result = await filled.read(*map(find, ("/old", "/older", "/Old", "")))
    french = {"language": "fr", "others": [{"language": None}, {"language": "de"}]}
    articles = [json.loads(text)["article"] for text in result.results]
    assert articles == [french, french, None, None]


async def test_article_at_path(filled, archive):
    """An article is found by the path of its document: the first root's, and no hidden one's."""
    archive.write_article("a b/ü.md", title="here")
    archive.write_article("draft.md", draft=True)
    archive.write_article("both.md", title="first")
    other = Archive(archive.folder.parent / "other", Collection(id="other"))
    other.write_article("both.md", title="second", id="second")
    await filled.import_roots([archive.root, other.root])
    title = Selection((Field("title", "title"),))

    def find(path: str) -> Selection:
        return Selection(
            (Edge("article", "articleAtPath", title, EdgeArguments(lookup=("path", path))),)
        )

    paths = ("a b/ü.md", "both.md", "draft.md", "a b/u.md", "a b", "", "\ud800")
    result = await filled.read(*map(find, paths))
    articles = [json.loads(text)["article"] for text in result.results]
    assert articles == [{"title": "here"}, {"title": "first"}, *[None] * 5]
    roots = [root_id(root) for root in (archive.root, other.root)]
    arguments = [("both.md", root) for root in (*roots, 0, 2**63)] + [("draft.md", roots[1])]
    result = await filled.read(*map(find, [(item,) for item in arguments]))
    titles = [json.loads(text)["article"] for text in result.results]
    assert titles == [{"title": title} for title in ("first", "second", "first", "first")] + [None]


async def test_urls_of_this_server_in_bodies(filled, backend, archive):
    """The marker in attributes of stored HTML becomes the public URL, whatever the selection."""
    archive.write_article("marked.md")
    await filled.import_roots([archive.root])
    text = "a newsgraph-site:/b"
    stored = f'<a href="newsgraph-site:/documents/a.md#x">{text}</a><img src="newsgraph-site:/f/1">'
    value = stored.replace("'", "''")
    backend.execute(f"UPDATE article SET body_html = '{value}' WHERE slug = 'marked'")  # noqa: S608 - its own text
    node = Selection((Field("html", "bodyHtml"),))
    article = Edge("article", "article", node, EdgeArguments(lookup=("slug", "marked")))
    page = Page((Edges("edges", (Node("node", node),)),))
    both = await filled.read(
        Selection((article,)), Selection((Edge("articles", "articles", page),))
    )
    one, many = map(json.loads, both.results)
    html = f'<a href="{SITE}/documents/a.md#x">{text}</a><img src="{SITE}/f/1">'
    assert one["article"]["html"] == html
    assert html in [edge["node"]["html"] for edge in many["articles"]["edges"]]


async def test_limits(filled):
    """A read within its limits succeeds; one that exceeds them raises an error."""
    selections, expected = (TITLES, TITLES), await filled.read(TITLES, TITLES)
    size = sum(map(len, expected.results))
    assert (
        await filled.read(*selections, limits=QueryLimits(timeout_seconds=60, max_bytes=size))
        == expected
    )
    with pytest.raises(ResultTooLarge, match=f"more than {size - 1} bytes"):
        await filled.read(*selections, limits=QueryLimits(max_bytes=size - 1))
    with pytest.raises(QueryTimeout, match="longer than 0 seconds"):
        await filled.read(*selections, limits=QueryLimits(timeout_seconds=0))
    assert await filled.read(*selections) == expected


async def test_wait_for_new_revision(filled, backend, archive, clock):
    """Waiting ends with an import through another connection, or with an error when closed."""
    store = Store(await backend.open(), SITE, clock, poll_seconds=0.01)
    waiter = asyncio.create_task(store.wait_for_new_revision(1))
    archive.write_article("b.md", title="Second")
    await filled.import_roots([archive.root])
    assert await waiter == 2
    assert await store.wait_for_new_revision(1) == 2
    waiter = asyncio.create_task(raises(store.wait_for_new_revision(2), DatabaseUnusable))
    await asyncio.sleep(0.02)
    await store.close()
    assert await waiter


async def test_import_between_statements(filled, database, archive, clock):
    """Selections that are read concurrently are all of one revision."""

    async def between():
        archive.write_article("b.md", title="Second", date="2022-01-01")
        await filled.import_roots([archive.root])

    interrupted = InterruptedDatabase(database, between)
    result = await Store(interrupted, SITE, clock).read(TITLES, TITLES, TITLES)
    assert interrupted.snapshots == 1
    assert result.revision == 2
    assert {repr(parse_titles(text)) for text in result.results} == {
        repr((["Second", "First"], 2)),
    }


@pytest.mark.slow
async def test_reads_during_imports(filled, database, archive, clock):
    """Reads during imports see complete revisions only."""
    writing = True

    async def write():
        nonlocal writing
        for number in range(2, 12):
            for name in "abc":
                archive.write_article(f"{name}.md", title=f"{number}", date="2021-01-01")
            await filled.import_roots([archive.root])
        writing = False

    async def read():
        last = 0
        while writing:
            result = await Store(database, SITE, clock).read(TITLES, TITLES)
            assert result.revision >= last
            last = result.revision
            for text in result.results:
                titles, revision = parse_titles(text)
                assert revision == result.revision
                assert revision == 1 or set(titles) == {f"{revision}"}

    await asyncio.gather(write(), read(), read())


async def test_bad_selections(filled):
    """An unknown field raises BadSelection, and an invalid cursor BadCursor."""
    with pytest.raises(BadSelection, match="nonsense"):
        await filled.read(Selection((Field("x", "nonsense"),)))
    page = Page((Edges("edges", ()),))
    with pytest.raises(BadCursor, match="garbage") as raised:
        await filled.read(
            TITLES, Selection((Edge("a", "articles", page, EdgeArguments(after="garbage")),))
        )
    assert raised.value.cursor == "garbage"
    assert parse_titles((await filled.read(TITLES)).results[0]) == (["First"], 1)


async def test_locked_database(backend, filled, database, archive):
    """While another program holds the write lock, reads succeed and writes raise DatabaseBusy."""
    archive.write_article("b.md", title="Second")
    with backend.locked():
        assert parse_titles((await filled.read(TITLES, TITLES)).results[0]) == (["First"], 1)
        assert (await filled.state()).revision == 1
        async with database.snapshot() as fetch_row:
            assert await fetch_row("SELECT revision FROM state", ()) == (1,)
        with pytest.raises(DatabaseBusy, match="locked by another process"):
            await filled.import_roots([archive.root])
        with pytest.raises(DatabaseBusy):
            await database.run_in_transaction(lambda connection: connection.scalar(REVISION))
        with pytest.raises(DatabaseBusy):
            await backend.open()
    report = await filled.import_roots([archive.root])
    assert (report.created, report.revision) == (1, 2)


async def test_scheduled_documents(backend, filled, archive, clock):
    """A document appears at its time, through any connection; a locked database is busy."""
    assert await filled.next_visibility_change() is None
    due = clock() + timedelta(seconds=10)
    archive.write_article("b.md", title="Second", date="2022-01-01", publishDate=due.isoformat())
    await filled.import_roots([archive.root])
    assert await filled.next_visibility_change() == due
    assert await filled.publish_due() == 0
    clock.forward(seconds=10)
    store = Store(await backend.open(), SITE, clock)
    with backend.locked():
        assert await store.next_visibility_change() == due
        with pytest.raises(DatabaseBusy, match="locked by another process"):
            await store.publish_due()
    assert await store.publish_due() == 1
    await store.close()
    assert await filled.publish_due() == 0
    assert parse_titles((await filled.read(TITLES)).results[0]) == (["Second", "First"], 3)


async def test_a_database_that_refuses_writes(backend, filled, database, archive, clock):
    """What is due cannot be published, and stays due; everything can still be read."""
    due = clock() + timedelta(seconds=10)
    archive.write_article("b.md", title="Second", date="2022-01-01", publishDate=due.isoformat())
    await filled.import_roots([archive.root])
    clock.forward(seconds=10)
    await database.run_in_transaction(
        lambda connection: connection.exec_driver_sql("PRAGMA query_only = ON")
    )
    with pytest.raises(DatabaseUnusable, match="readonly"):
        await filled.publish_due()
    assert parse_titles((await filled.read(TITLES)).results[0]) == (["First"], 2)
    assert await filled.next_visibility_change() == due
    store = Store(await backend.open(), SITE, clock)
    assert await store.publish_due() == 1
    await store.close()


async def test_database_too_new(backend):
    """A database with an unknown schema version is refused, and stays unchanged."""
    await (await backend.open()).close()
    backend.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaVersionMismatch, match=r"9999.*update newsgraph"):
        await Store.open(backend.url, SITE)
    backend.execute(f"UPDATE alembic_version SET version_num = '{SCHEMA_VERSION}'")  # noqa: S608 - a step's own name
    await (await backend.open()).close()


async def test_missing_table(backend, archive):
    """Every call on a damaged database raises DatabaseUnusable."""
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
async def test_bad_database_urls(url):
    """An invalid database URL raises an error with a message."""
    with pytest.raises(DatabaseUnusable) as raised:
        await open_database(url)
    assert str(raised.value)


@asynccontextmanager
async def assert_refused(path):
    """Check that a file is refused and stays unchanged."""
    before = path.read_bytes()
    with pytest.raises(DatabaseUnusable) as raised:
        await open_database(f"sqlite:///{path}")
    assert str(path) in str(raised.value)
    assert isinstance(raised.value, StoreError)
    assert path.read_bytes() == before
    yield raised.value


async def test_foreign_files(tmp_path):
    """Files that are not databases of newsgraph are refused and stay unchanged."""
    text = tmp_path / "notes.txt"
    text.write_text("Not a database. " * 100)
    async with assert_refused(text):
        pass
    foreign = tmp_path / "theirs.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE precious (value)")
    async with assert_refused(foreign) as error:
        assert "another program" in str(error)
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("DROP TABLE precious")
        connection.execute("PRAGMA application_id = 77")
    async with assert_refused(foreign) as error:
        assert "another program" in str(error)
    truncated = tmp_path / "half.db"
    truncated.write_bytes(foreign.read_bytes()[:3000])
    async with assert_refused(truncated):
        pass
    with pytest.raises(DatabaseUnusable):
        await open_database(f"sqlite:///{tmp_path}")


async def test_empty_file(tmp_path):
    """An empty file becomes a new database."""
    path = tmp_path / "empty.db"
    path.touch()
    database = await open_database(f"sqlite:///{path}")
    assert await database.fetch_row("SELECT revision FROM state", ()) == (0,)
    await database.close()


@pytest.mark.parametrize("name", ["a b.db", "50%.db", "what?.db", "#1.db", "ünï.db", "a&b=c.db"])
async def test_file_names(tmp_path, name):
    """Files and folders of databases can have any name."""
    folder = tmp_path / name
    folder.mkdir()
    database = await open_database(f"sqlite:///{folder / name}")
    assert await database.fetch_row("SELECT revision FROM state", ()) == (0,)
    await database.close()
    assert (folder / name).is_file()


async def test_cached_state(backend, filled, archive):
    """The cached state is returned until any process imports."""
    assert filled.cached_state() in (None, await filled.state())
    state = await filled.state()
    assert filled.cached_state() == state
    other = await Store.open(backend.url, SITE)
    archive.write_article("another.md", title="Another")
    await other.import_roots([archive.root])
    assert filled.cached_state() is None
    assert (await filled.state()).revision == state.revision + 1
    assert filled.cached_state() == await other.state()
    await other.close()
    assert other.cached_state() is None


async def test_peek(database):
    """Peeking returns a row, or None if the statement would have to wait or fails."""
    assert database.peek("SELECT revision FROM state WHERE id = 1") == (0,)
    assert database.peek("SELECT nothing FROM nowhere") is None
