"""The schema is created once, however many processes open the database at the same time."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import sys
from contextlib import closing

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import SchemaVersionMismatch
from newsgraph.store.schema.migrate import SCHEMA_VERSION
from newsgraph.store.schema.upgrade import alembic_config
from newsgraph.store.schema.websub_tables import metadata
from tests.store.dump import dump_tables

PROCESSES = 3
ROUNDS = 6


def read_schema(path):
    """Return type, name and SQL of tables and indexes in the order of their creation."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name != 'alembic_version' "
            "ORDER BY rowid"
        ).fetchall()


def test_the_revision_id_is_a_digest_of_the_schema(empty_store):
    """A changed schema needs a new revision id, so that a database with the old one is refused."""
    digest = hashlib.sha256(repr(read_schema(empty_store)).encode()).hexdigest()[:12]
    assert digest == SCHEMA_VERSION
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == SCHEMA_VERSION


def test_migrations_create_the_same_tables(empty_store, tmp_path):
    """A new database, which runs no migration, is what all migrations make of an empty one."""
    path = tmp_path / "migrated.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
    engine.dispose()
    assert read_schema(path) == read_schema(empty_store)
    versions = "SELECT sql, version_num FROM sqlite_master, alembic_version WHERE name = ?"
    read = []
    for file in (path, empty_store):
        with closing(sqlite3.connect(file)) as database:
            read.append(database.execute(versions, ("alembic_version",)).fetchall())
    assert [(" ".join(sql.split()), version) for sql, version in read[0]] == [
        (" ".join(sql.split()), version) for sql, version in read[1]
    ]


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
def test_a_new_database_has_the_declared_tables(empty_store):
    """Alembic finds no difference between a new database and the tables' declarations.

    It cannot reflect indexes of expressions.
    """

    def is_reflected(_thing, name, kind, _reflected, _compared):
        is_expression = kind == "index" and name in ("ix_article_quality_id", "ix_article_heat_id")
        return not is_expression

    engine = create_engine(f"sqlite:///{empty_store}")
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": is_reflected}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize("revision", ["0006", "ffffffffffff"])
async def test_a_database_of_another_version_is_refused(empty_store, tmp_path, revision):
    """The error says what to do, and the file stays as it is."""
    path = tmp_path / "store.db"
    path.write_bytes(empty_store.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()
    before = dump_tables(path)
    with pytest.raises(
        SchemaVersionMismatch, match=rf"its schema is {revision}.*import your folders"
    ):
        await SqliteDatabase.open(path)
    assert dump_tables(path) == before


async def test_opening_again_writes_nothing(tmp_path):
    """Opening a database that is up to date leaves its file unchanged."""
    path = tmp_path / "store.db"
    await (await SqliteDatabase.open(path)).close()
    before, data = dump_tables(path), path.read_bytes()
    await (await SqliteDatabase.open(path)).close()
    assert dump_tables(path) == before
    assert path.read_bytes() == data


async def test_pragmas_of_the_writer(opened):
    """The writer uses write-ahead logging and foreign keys, and marks the file as newsgraph's."""

    def read_pragmas(connection):
        names = ("journal_mode", "foreign_keys", "synchronous", "application_id")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    pragmas = await opened.database.run_in_transaction(read_pragmas)
    assert pragmas == ["wal", 1, 1, int.from_bytes(b"ngph")]


async def test_a_failed_migration_is_rolled_back(tmp_path):
    """Nothing of a failed migration stays, and the next start runs it again."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection:
        # A table that the migration creates exists already.
        connection.execute("CREATE TABLE topic (id INTEGER)")
        connection.execute(f"PRAGMA application_id = {int.from_bytes(b'ngph')}")
    with pytest.raises(Exception, match="topic"):
        await SqliteDatabase.open(path)
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        assert tables == [("topic",)]
        connection.execute("DROP TABLE topic")
    await (await SqliteDatabase.open(path)).close()
    assert "article" in {name for _, name, _ in read_schema(path)}


@pytest.mark.process
async def test_processes_open_a_new_database_at_the_same_time(tmp_path):
    """Processes that start together create one store; none fails, and none creates it twice."""
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.store.open_process", tmp_path / "store-"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert await process.stdout.readline() == b"ready\n"
    for round_ in range(ROUNDS):
        for process in processes:
            process.stdin.write(f"go\n{round_}.db\n".encode())
        store_ids = await asyncio.gather(*(process.stdout.readline() for process in processes))
        assert len(set(store_ids)) == 1
        assert len(store_ids[0].strip()) == 16
        assert len(dump_tables(tmp_path / f"store-{round_}.db")["state"]) == 1
    for process in processes:
        process.stdin.close()
        assert await process.wait() == 0


async def test_tasks_open_a_new_database_at_the_same_time(tmp_path):
    """Tasks of one process that open a new file together create one store."""
    path = tmp_path / "store.db"
    databases = await asyncio.gather(*(SqliteDatabase.open(path) for _ in range(4)))
    ids = {await database.fetch_row("SELECT store_id FROM state", ()) for database in databases}
    assert len(ids) == 1
    for database in databases:
        await database.close()
