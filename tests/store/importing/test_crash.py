"""A killed import leaves the store as before or after the import, with nothing in between."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import dump_imported_content, dump_tables

pytestmark = pytest.mark.process

DOCUMENT_COUNT = 400
NEW_COUNT = DOCUMENT_COUNT // 5
LONG_BODY = "More, in many words. " * 200
"""With it, the import exceeds SQLite's cache, which then writes to the log before the commit."""


def write_documents(archive, numbers, body):
    """Write documents with these numbers, which link to other documents."""
    for number in numbers:
        archive.write_article(
            f"{number % 10}/{number}.md",
            id=f"story-{number}",
            date=f"2021-01-{number % 28 + 1:02}",
            webUrl=f"https://example.com/{number}",
            topics=[f"topic {number % 7}", f"topic {number % 40}"],
            provider={"name": f"Publisher {number % 9}", "domain": f"p{number % 9}.org"},
            images=[{"url": f"https://example.com/{number}.png"}],
            related=[f"https://example.com/{number + step}" for step in (1, 5, 11)],
            body=body,
        )


def import_into(path, archive):
    """Import a folder into a store in this process."""

    async def run():
        database = await SqliteDatabase.open(path)
        try:
            return await Store(database, SITE, Clock()).import_roots([archive.root])
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def import_case(tmp_path_factory, empty_store):
    """A folder, a store file from before its changes, and the content after the import."""
    folder = tmp_path_factory.mktemp("crash")
    archive = Archive(folder / "archive")
    before, after = folder / "before.db", folder / "after.db"
    shutil.copy(empty_store, before)
    write_documents(archive, range(DOCUMENT_COUNT - NEW_COUNT), "Old.")
    import_into(before, archive)
    write_documents(archive, range(0, DOCUMENT_COUNT, 5), f"New. {LONG_BODY}")
    write_documents(archive, range(DOCUMENT_COUNT - NEW_COUNT, DOCUMENT_COUNT), LONG_BODY)
    for number in range(2, NEW_COUNT, 6):
        archive.remove(f"{number % 10}/{number}.md")
    shutil.copy(empty_store, after)
    import_into(after, archive)
    return archive, before, dump_imported_content(after)


def start_import(path, archive, *kill_at):
    """Start an import in another process, and wait until it has opened the store."""
    command = (
        sys.executable,
        "-m",
        "tests.store.self_killing_import",
        path,
        archive.folder,
        *kill_at,
    )
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE)
    with process.stdout:
        assert process.stdout.readline() == b"open\n"
    return process


def check_recovery(path, import_case):
    """Check that the store is intact and the next import completes it.

    Returns whether the killed import was committed.
    """
    archive, before, after = import_case
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    is_committed = dump_imported_content(path) == after
    if not is_committed:
        assert dump_tables(path) == dump_tables(before)
    report = import_into(path, archive)
    assert report.revision == 2
    assert (report.created + report.updated + report.removed == 0) == is_committed
    assert dump_imported_content(path) == after
    return is_committed


@pytest.mark.parametrize("kill_at", ["30", "60", "commit"])
def test_import_killed_before_a_statement(import_case, tmp_path, kill_at):
    """An import killed before a statement or the commit leaves the store unchanged."""
    archive, before, _ = import_case
    path = shutil.copy(before, tmp_path / "store.db")
    process = start_import(path, archive, kill_at)
    assert process.wait(60) == -9
    assert not check_recovery(path, import_case)


@pytest.mark.parametrize("min_log_size", [0, 1_000_000])
def test_import_killed_during_a_write(import_case, tmp_path, min_log_size):
    """An import killed while it writes the write-ahead log leaves an intact store."""
    archive, before, _ = import_case
    path = Path(shutil.copy(before, tmp_path / "store.db"))
    log = path.with_name("store.db-wal")
    process = start_import(path, archive)
    while process.poll() is None and not (log.exists() and log.stat().st_size > min_log_size):
        time.sleep(0.0005)
    process.kill()
    assert process.wait() == -9
    check_recovery(path, import_case)


def test_import_killed_at_a_random_time(import_case, tmp_path):
    """An import killed at a random time leaves an intact store."""
    archive, before, _ = import_case
    path = Path(shutil.copy(before, tmp_path / "store.db"))
    process = start_import(path, archive)
    time.sleep(random.uniform(0, 0.5))  # noqa: S311 - not a secret
    process.kill()
    process.wait()
    check_recovery(path, import_case)
