"""Backups are made while a store is in use, and are complete; restoring one replaces a store."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from newsgraph.store.engines import back_up_database, restore_database
from newsgraph.store.engines.sqlite.backup import back_up, restore
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import (
    DatabaseBusy,
    DatabaseUnusable,
    OverwriteRefused,
    SchemaVersionMismatch,
)
from newsgraph.store.store import Store
from tests.store.archive import SITE
from tests.store.dump import dump_imported_content, dump_tables
from tests.store.importing.import_results import article_values, nonzero_counts

ROOT = Path(__file__).parents[4]


@pytest.fixture
async def closed(archive, clock, import_new):
    """The file of a store with two revisions, which no connection has open."""
    archive.write_article("a.md", date="2021-01-01", topics=["AI"])
    archive.write_article("b.md", date="2021-01-02", topics=["AI", "Law"])
    path = await import_new(archive)
    clock.forward(days=1)
    archive.write_article("a.md", date="2021-01-01", topics=["AI"], body="New.")
    archive.remove("b.md")
    await import_folder(path, clock, archive)
    return path


async def import_folder(path, clock, archive):
    """Import a folder into the store in a file, and return the report."""
    database = await SqliteDatabase.open(path)
    try:
        return await Store(database, SITE, clock).import_roots([archive.root])
    finally:
        await database.close()


def without_store_id(path):
    """Return the tables of a store, except for its id."""
    tables = dump_tables(path)
    (state,) = tables["state"]
    return tables | {"state": [{**state, "store_id": ""}]}


def store_id(path):
    """Return the id of a store."""
    (state,) = dump_tables(path)["state"]
    return state["store_id"]


def files(folder):
    """Return the names of the files in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def test_a_backup_is_one_complete_file(closed, tmp_path):
    """It has all tables, only its owner can read it, and it needs no other file."""
    folder = tmp_path / "backups"
    folder.mkdir()
    copy = back_up(closed, folder / "news.backup")
    assert files(folder) == ["news.backup"]
    assert dump_tables(folder / "news.backup") == dump_tables(closed)
    assert files(folder) == ["news.backup"]
    status = (folder / "news.backup").stat()
    assert (copy.revision, copy.byte_count) == (2, status.st_size)
    assert status.st_mode & 0o777 == 0o600
    # It can be read where nothing can be written.
    with closing(sqlite3.connect(f"file:{folder}/news.backup?immutable=1", uri=True)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_backup_while_others_write(opened, archive, tmp_path):
    """It needs no lock, and has what is committed, also what is in the write-ahead log alone."""
    archive.write_article("a.md", date="2021-01-01")
    await opened.import_archives(archive)
    expected = dump_tables(opened.path)

    def work(connection):
        connection.exec_driver_sql("DELETE FROM article")
        return back_up(opened.path, tmp_path / "backup")

    assert (await opened.database.run_in_transaction(work)).revision == 1
    assert dump_tables(tmp_path / "backup") == expected
    with pytest.raises(OverwriteRefused, match="may be in use"):
        back_up(opened.path, opened.path, overwrite=True)


@pytest.mark.slow
async def test_a_backup_is_of_one_moment(opened, archive, tmp_path):
    """Imports that run meanwhile are in it completely or not at all."""
    for number in range(50):
        archive.write_article(f"{number}.md", date="2021-01-01", body="Long. " * 5_000)
    await opened.import_archives(archive)
    expected = [dump_imported_content(opened.path)]
    for number in range(50):
        archive.write_article(f"{number}.md", date="2021-01-01", body="Other. " * 5_000)
    importing = asyncio.create_task(opened.import_archives(archive))
    number = 0
    while not importing.done():
        await asyncio.to_thread(back_up, opened.path, tmp_path / f"{number}")
        number += 1
    await importing
    expected.append(dump_imported_content(opened.path))
    assert all(dump_imported_content(tmp_path / f"{index}") in expected for index in range(number))
    assert number


async def test_files_are_not_overwritten(closed, tmp_path):
    """A file stays as it is, unless it may be replaced; databases in use always stay."""
    file = tmp_path / "backup"
    file.write_text("precious")
    with pytest.raises(OverwriteRefused, match=r"exists already; --force replaces it"):
        back_up(closed, file)
    assert file.read_text() == "precious"
    back_up(closed, file, overwrite=True)
    assert dump_tables(file) == dump_tables(closed)
    shutil.copy(closed, tmp_path / "other.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("SELECT * FROM state").fetchall()
        with pytest.raises(OverwriteRefused, match="may be in use"):
            back_up(closed, tmp_path / "other.db", overwrite=True)
    assert not [name for name in files(tmp_path) if "partial" in name]


async def test_what_cannot_be_backed_up(closed, tmp_path):
    """Each reason has its message, and leaves nothing behind."""
    (tmp_path / "text.db").write_text("no database " * 100)
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = files(tmp_path)
    for name, message in (
        ("missing.db", "there is no store"),
        ("text.db", "file is not a database"),
        ("foreign.db", "is not a database of newsgraph"),
    ):
        with pytest.raises(DatabaseUnusable, match=message):
            back_up(tmp_path / name, tmp_path / "backup")
    with pytest.raises(DatabaseUnusable, match="is a folder or a device; name a file"):
        back_up(closed, tmp_path, overwrite=True)
    with pytest.raises(DatabaseUnusable, match="cannot be written: No such file or directory"):
        back_up(closed, tmp_path / "none" / "backup")
    with pytest.raises(DatabaseUnusable, match="is not a database URL"):
        back_up_database("mysql://x", tmp_path / "backup")
    assert files(tmp_path) == before


@pytest.mark.process
@pytest.mark.parametrize(
    ("event", "number"),
    # The first connections are those of the copy; the file is synchronized, then its folder.
    [("sqlite3.connect", 2), ("sqlite3.connect/handle", 2), ("os.rename", 1), ("os.remove", 1)],
)
async def test_a_killed_backup_leaves_no_broken_file(closed, tmp_path, event, number):
    """The file has the previous backup, or the complete new one."""
    file = tmp_path / "backup"
    file.write_text("previous backup")
    command = ("-m", "tests.store.self_killing_backup", closed, file, event, str(number))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
    assert await process.wait() == -9
    if event == "os.remove":
        assert dump_tables(file) == dump_tables(closed)
    else:
        assert file.read_text() == "previous backup"
    back_up(closed, file, overwrite=True)
    assert dump_tables(file) == dump_tables(closed)


async def test_restore_keeps_everything_but_the_id(closed, tmp_path, archive, clock):
    """An import of the same folder changes nothing: dates, revision and log are those before."""
    back_up(closed, tmp_path / "backup")
    restored = tmp_path / "restored.db"
    assert restore(tmp_path / "backup", restored).revision == 2
    assert without_store_id(restored) == without_store_id(closed)
    assert store_id(restored) != store_id(closed)
    clock.forward(days=100)
    report = await import_folder(restored, clock, archive)
    assert (report.revision, nonzero_counts(report)) == (2, {"unchanged": 1})
    assert article_values(restored, "updated_at") == {"a": "2025-01-02T00:00:00Z"}


async def test_restore_in_the_place_of_a_store(closed, tmp_path, archive, clock):
    """It has to be allowed; the store's owner, mode and links stay, and nothing of its content."""
    back_up(closed, tmp_path / "backup")
    archive.write_article("later.md", date="2021-01-01")
    await import_folder(closed, clock, archive)
    closed.chmod(0o640)
    (tmp_path / "link.db").symlink_to(closed)
    before = dump_tables(closed)
    with pytest.raises(OverwriteRefused, match="exists already"):
        restore(tmp_path / "backup", tmp_path / "link.db")
    assert dump_tables(closed) == before
    restore(tmp_path / "backup", tmp_path / "link.db", overwrite=True)
    assert (tmp_path / "link.db").is_symlink()
    assert without_store_id(closed) == without_store_id(tmp_path / "backup")
    assert closed.stat().st_mode & 0o777 == 0o640
    assert (await import_folder(closed, clock, archive)).revision == 3


async def test_a_store_in_use_is_not_replaced(opened, closed, tmp_path):
    """An open connection, such as a server's, has to be closed first."""
    back_up(closed, tmp_path / "backup")
    before = dump_tables(opened.path)
    with pytest.raises(DatabaseBusy, match="is in use by another process; stop it"):
        restore(tmp_path / "backup", opened.path, overwrite=True)
    assert dump_tables(opened.path) == before
    await opened.database.close()
    restore(tmp_path / "backup", opened.path, overwrite=True)
    assert without_store_id(opened.path) == without_store_id(closed)


async def test_a_log_that_was_left(closed, tmp_path):
    """SQLite would replay the log of a killed process into the restored database."""
    back_up(closed, tmp_path / "backup")
    (tmp_path / "lost.db-wal").write_bytes(b"frames")
    with pytest.raises(OverwriteRefused, match="move it away"):
        restore(tmp_path / "backup", tmp_path / "lost.db")
    assert not (tmp_path / "lost.db").exists()
    # If its database is there, the log is moved into it, and is gone.
    with closing(sqlite3.connect(tmp_path / "live.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {int.from_bytes(b'ngph')}")
        connection.execute("CREATE TABLE other (x)")
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"live.db{suffix}", tmp_path / f"killed.db{suffix}")
    restore(tmp_path / "backup", tmp_path / "killed.db", overwrite=True)
    assert without_store_id(tmp_path / "killed.db") == without_store_id(closed)


def change(path, statement):
    """Change a database file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def damage(path):
    """Overwrite the pages of a file in the middle."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 3 * 4096] = os.urandom(3 * 4096)
    path.write_bytes(data)


async def test_what_cannot_be_restored(closed, tmp_path):
    """A backup that is missing, damaged, of another program or version is refused."""
    for name in ("damaged", "schema", "stateless"):
        back_up(closed, tmp_path / name)
    damage(tmp_path / "damaged")
    change(tmp_path / "schema", "UPDATE alembic_version SET version_num = 'x'")
    change(tmp_path / "stateless", "DROP TABLE state")
    (tmp_path / "text").write_text("no database " * 100)
    with closing(sqlite3.connect(tmp_path / "foreign")) as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = files(tmp_path)
    target = tmp_path / "new.db"
    for name, error, message in (
        ("missing", DatabaseUnusable, "there is no file"),
        ("text", DatabaseUnusable, "file is not a database"),
        ("foreign", DatabaseUnusable, "is not a database of newsgraph"),
        ("damaged", DatabaseUnusable, "damaged"),
        ("schema", SchemaVersionMismatch, "made by another version"),
        ("stateless", DatabaseUnusable, "no such table: state"),
    ):
        with pytest.raises(error, match=message):
            restore_database(tmp_path / name, f"sqlite:///{target}")
    back_up(closed, tmp_path / "good")
    before = sorted([*before, "good"])
    for name in ("text", "foreign"):
        with pytest.raises(DatabaseUnusable, match="move it away"):
            restore(tmp_path / "good", tmp_path / name, overwrite=True)
    with pytest.raises(OverwriteRefused, match="is the database itself"):
        restore(tmp_path / "good", tmp_path / "good", overwrite=True)
    assert files(tmp_path) == before
