"""The schema: from zero and by steps it is the same, however many open it at once."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from itertools import pairwise

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.schema.migrate import configuration
from newsgraph.store.schema.websub_tables import metadata
from tests.store.dump import dump

PROCESSES = 3
ROUNDS = 6


def schema(path):
    """Return the text of every table and index, without blanks and quotes that mean nothing."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name != 'alembic_version'"
        ).fetchall()
    return {(kind, name): sql and sorted(lines(sql)) for kind, name, sql in found}


def lines(sql):
    """Return the parts of a definition: their order within a table's may differ."""
    return [
        " ".join(line.strip().rstrip(",").replace('"', "").split()) for line in sql.splitlines()
    ]


def test_from_zero_and_by_steps(empty_store, tmp_path):
    """All steps one after another make just the tables that are said in `store.schema.tables`."""
    path = tmp_path / "zero.db"
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    assert schema(path) == schema(empty_store)
    assert len(schema(path)) > len(metadata.tables)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
def test_nothing_left_to_do(empty_store):
    """Alembic finds no difference between a new database and the tables.

    It cannot read indexes of expressions, and knows nothing of the full-text index's insides:
    `test_from_zero_and_by_steps` compares their text.
    """

    def ours(_thing, name, kind, _reflected, _compared):
        unread = kind == "index" and name in ("ix_article_quality_id", "ix_article_heat_id")
        return not unread and not (kind == "table" and name.startswith("article_text"))

    engine = create_engine(f"sqlite:///{empty_store}")
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_steps_are_a_line():
    """Each step follows another, so that there is one way to the newest."""
    steps = list(ScriptDirectory.from_config(configuration()).walk_revisions())
    assert steps[-1].down_revision is None
    for step, before in pairwise(steps):
        assert step.down_revision == before.revision
    assert [step.revision for step in reversed(steps)] == [
        f"{number:04}" for number in range(1, len(steps) + 1)
    ]
    assert not any(step.dependencies or step.branch_labels for step in steps)


async def test_opening_again_does_nothing(tmp_path):
    """A database that is up to date is not written to."""
    path = tmp_path / "store.db"
    await (await SqliteDatabase.open(path)).close()
    before, data = dump(path), path.read_bytes()
    await (await SqliteDatabase.open(path)).close()
    assert dump(path) == before
    assert path.read_bytes() == data


async def test_how_it_is_set_up(opened):
    """The writer keeps a log and foreign keys, and the file says whose it is."""

    def pragmas(connection):
        names = ("journal_mode", "foreign_keys", "synchronous", "application_id")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await opened.database.transact(pragmas) == ["wal", 1, 1, int.from_bytes(b"ngph")]


async def test_a_step_that_fails(tmp_path):
    """Where a step fails nothing of it stays, and the next start takes it again."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection:
        # The last table of the first step is there already.
        connection.execute("CREATE TABLE topic (id INTEGER)")
        connection.execute(f"PRAGMA application_id = {int.from_bytes(b'ngph')}")
    with pytest.raises(Exception, match="topic"):
        await SqliteDatabase.open(path)
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        assert tables == [("topic",)]
        connection.execute("DROP TABLE topic")
    await (await SqliteDatabase.open(path)).close()
    assert ("table", "article") in schema(path)


@pytest.mark.process
async def test_many_open_it_at_once(tmp_path):
    """Processes that start together agree on one new store; none fails, none does it twice."""
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.store.opening", tmp_path / "store-"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert await process.stdout.readline() == b"ready\n"
    for turn in range(ROUNDS):
        for process in processes:
            process.stdin.write(f"go\n{turn}.db\n".encode())
        said = await asyncio.gather(*(process.stdout.readline() for process in processes))
        assert len(set(said)) == 1
        assert len(said[0].strip()) == 16
        assert len(dump(tmp_path / f"store-{turn}.db")["state"]) == 1
    for process in processes:
        process.stdin.close()
        assert await process.wait() == 0


async def test_tasks_open_it_at_once(tmp_path):
    """So do tasks of one process."""
    path = tmp_path / "store.db"
    opened = await asyncio.gather(*(SqliteDatabase.open(path) for _ in range(4)))
    ids = {await database.fetch("SELECT store_id FROM state", ()) for database in opened}
    assert len(ids) == 1
    for database in opened:
        await database.close()
