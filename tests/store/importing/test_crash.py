"""An import that is killed leaves the store as it was or as it was to be, and nothing between."""

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
from tests.store.dump import content, dump

pytestmark = pytest.mark.process

DOCUMENTS = 400
NEW = DOCUMENTS // 5
WORDS = "More, in many words. " * 200
"""Enough that SQLite writes to its log before the commit: more than its cache holds."""


def fill(archive, numbers, body):
    """Write documents that link to each other."""
    for number in numbers:
        archive.write(
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
    """Import in this process."""

    async def run():
        database = await SqliteDatabase.open(path)
        try:
            return await Store(database, SITE, Clock()).import_roots([archive.root])
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def half_way(tmp_path_factory, empty_store):
    """A folder, a store of what it was before, and what the store is after an import."""
    folder = tmp_path_factory.mktemp("crash")
    archive = Archive(folder / "archive")
    before, after = folder / "before.db", folder / "after.db"
    shutil.copy(empty_store, before)
    fill(archive, range(DOCUMENTS - NEW), "Old.")
    import_into(before, archive)
    fill(archive, range(0, DOCUMENTS, 5), f"New. {WORDS}")
    fill(archive, range(DOCUMENTS - NEW, DOCUMENTS), WORDS)
    for number in range(2, NEW, 6):
        archive.remove(f"{number % 10}/{number}.md")
    shutil.copy(empty_store, after)
    import_into(after, archive)
    return archive, before, content(after)


def start(path, archive, *when):
    """Import in another process, which has opened the store."""
    command = (sys.executable, "-m", "tests.store.killable", path, archive.folder, *when)
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE)
    with process.stdout:
        assert process.stdout.readline() == b"open\n"
    return process


def check(path, half_way):
    """The store is whole, and is the old or the new one; the next import makes it the new one."""
    archive, before, after = half_way
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    done = content(path) == after
    if not done:
        assert dump(path) == dump(before)
    report = import_into(path, archive)
    assert report.revision == 2
    assert (report.created + report.updated + report.removed == 0) == done
    assert content(path) == after
    return done


@pytest.mark.parametrize("when", ["30", "60", "commit"])
def test_killed_at_a_statement(half_way, tmp_path, when):
    """Killed before a statement, from the first ones to the commit, nothing of it is kept."""
    archive, before, _ = half_way
    path = shutil.copy(before, tmp_path / "store.db")
    process = start(path, archive, when)
    assert process.wait(60) == -9
    assert not check(path, half_way)


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_killed_while_it_writes(half_way, tmp_path, size):
    """Killed when the write-ahead log has grown, in the middle of a page or of the commit."""
    archive, before, _ = half_way
    path = Path(shutil.copy(before, tmp_path / "store.db"))
    log = path.with_name("store.db-wal")
    process = start(path, archive)
    while process.poll() is None and not (log.exists() and log.stat().st_size > size):
        time.sleep(0.0005)
    process.kill()
    assert process.wait() == -9
    check(path, half_way)


def test_killed_at_any_time(half_way, tmp_path):
    """Killed at a moment that nobody chose."""
    archive, before, _ = half_way
    path = Path(shutil.copy(before, tmp_path / "store.db"))
    process = start(path, archive)
    time.sleep(random.uniform(0, 0.5))  # noqa: S311 - no secret depends on it
    process.kill()
    process.wait()
    check(path, half_way)
