"""A database file that no process has open is renamed, with its write-ahead log."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from newsgraph.store.engines.sqlite.rename import rename_database_file


@pytest.fixture
def database(tmp_path):
    """A database with a row, whose last process ended without a checkpoint."""
    source = tmp_path / "source.db"
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE item (name TEXT)")
        connection.execute("INSERT INTO item VALUES ('a')")
        connection.commit()
        for suffix in ("", "-wal", "-shm"):
            shutil.copy(f"{source}{suffix}", tmp_path / f"old.db{suffix}")
    for path in tmp_path.glob("source.db*"):
        path.unlink()
    return tmp_path / "old.db"


def read_items(path):
    """Return the rows of a database."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT name FROM item").fetchall()


def test_the_log_goes_along(database):
    """The renamed file has what was in the log only; no other file is left."""
    new = database.with_name("new.db")
    assert rename_database_file(database, new) == new
    assert [path.name for path in database.parent.iterdir()] == ["new.db"]
    assert read_items(new) == [("a",)]


def test_an_open_database_stays(database):
    """Its process would lose the log, or write another one."""
    new = database.with_name("new.db")
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT name FROM item").fetchall() == [("a",)]
        assert rename_database_file(database, new) == database
        connection.execute("INSERT INTO item VALUES ('b')")
        connection.commit()
    assert not new.exists()
    assert rename_database_file(database, new) == new
    assert read_items(new) == [("a",), ("b",)]


def test_an_existing_database_stays(database):
    """It is the one to use, and the other one stays where it is."""
    new = database.with_name("new.db")
    new.write_bytes(b"another")
    assert rename_database_file(database, new) == new
    assert new.read_bytes() == b"another"
    assert read_items(database) == [("a",)]


def test_no_database(tmp_path):
    """A file that is no database, or is not there, stays."""
    (tmp_path / "text.db").write_text("This is no database.\n" * 100, "utf-8")
    for name in ("text.db", "none.db"):
        path = tmp_path / name
        assert rename_database_file(path, tmp_path / "new.db") == path
    assert [path.name for path in tmp_path.iterdir()] == ["text.db"]


def test_several_processes_rename_it_once(database):
    """All of them get the new name, and nothing else is left."""
    new = database.with_name("new.db")
    with ThreadPoolExecutor(8) as threads:
        paths = list(threads.map(lambda _: rename_database_file(database, new), range(8)))
    assert paths == [new] * 8
    assert read_items(new) == [("a",)]
    assert [path.name for path in database.parent.iterdir()] == ["new.db"]
