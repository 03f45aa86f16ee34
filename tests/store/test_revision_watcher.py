"""Who waits for a new revision learns of it, whoever made it, and nobody looks for nobody."""

from __future__ import annotations

import asyncio
import sys

import pytest

from newsgraph.store.engines.sqlite.engine import READERS, SqliteDatabase
from newsgraph.store.errors import DatabaseUnusable
from newsgraph.store.revision_watcher import Following
from newsgraph.store.store import Store
from tests.store.archive import SITE
from tests.store.fakes import Wrapped

SOON = 0.005
"""Seconds between looks, so that the tests are quick."""

PATIENCE = 60
"""Seconds after which a test that waits for something has failed; it never waits so long."""


class Counted(Wrapped):
    """A database that counts what is read, and fails when it is told to."""

    def __init__(self, inner):
        super().__init__(inner)
        self.reads, self.error = 0, None

    async def fetch(self, sql, values, most_bytes=None):
        """Count the statement, and fail or run it."""
        self.reads += 1
        if self.error is not None:
            raise self.error
        return await super().fetch(sql, values, most_bytes)


@pytest.fixture
def counted(opened):
    """The database of the store, counting."""
    return Counted(opened.database)


@pytest.fixture
async def following(counted, clock):
    """A store that looks often."""
    store = Store(counted, SITE, clock, look_seconds=SOON)
    yield store
    await store.close()


async def soon(awaitable):
    """Await it, with patience."""
    async with asyncio.timeout(PATIENCE):
        return await awaitable


async def begun(*calls):
    """Begin calls, each until it waits."""
    tasks = [asyncio.create_task(call) for call in calls]
    await asyncio.sleep(SOON * 4)
    return tasks


async def test_another_revision_is_there_already(following, opened, archive):
    """Whoever is behind, or ahead of a store that was made anew, need not wait."""
    assert await soon(following.changed(5)) == 0
    archive.write("a.md")
    await opened.take(archive)
    assert await soon(following.changed(0)) == 1


async def test_an_import_of_ours(opened, archive, clock):
    """An import by the same store is told at once, without waiting for the next look."""
    store = Store(opened.database, SITE, clock, look_seconds=10 * PATIENCE)
    (waiting,) = await begun(store.changed(0))
    assert not waiting.done()
    archive.write("a.md")
    await store.import_roots([archive.root])
    assert await soon(waiting) == 1
    await store.close()


async def test_an_import_by_another_store(following, opened, archive, clock):
    """A second store on the same file wakes all who wait, each import anew."""
    other = Store(await SqliteDatabase.open(opened.path), SITE, clock)
    for revision in range(3):
        waiting = await begun(*[following.changed(revision) for _ in range(20)])
        assert not any(task.done() for task in waiting)
        archive.write(f"{revision}.md")
        await other.import_roots([archive.root])
        assert await soon(asyncio.gather(*waiting)) == [revision + 1] * 20
    await other.close()


@pytest.mark.process
async def test_an_import_by_another_process(following, opened, archive):
    """So does another process."""
    archive.write("a.md")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.store.importing_once", opened.path, archive.folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert await soon(process.stdout.readline()) == b"ready\n"
    (waiting,) = await begun(following.changed(0))
    assert not waiting.done()
    process.stdin.write(b"go\n")
    assert await soon(waiting) == 1
    assert await soon(process.stdout.readline()) == b"1\n"
    assert await soon(process.wait()) == 0


async def test_an_import_without_a_change(following, opened, archive):
    """An import that changed nothing wakes nobody."""
    archive.write("a.md")
    await opened.take(archive)
    (waiting,) = await begun(following.changed(1))
    await opened.take(archive)
    await following.import_roots([archive.root])
    await asyncio.sleep(SOON * 4)
    assert not waiting.done()
    archive.write("b.md")
    await opened.take(archive)
    assert await soon(waiting) == 2


async def test_one_looks_for_all(opened):
    """A hundred who wait cost no more looks than one; each look is one small statement."""
    counted = Counted(opened.database)
    store = Store(counted, SITE, look_seconds=10 * PATIENCE)
    waiting = await begun(*[store.changed(0) for _ in range(100)])
    assert counted.reads <= 2
    assert len(asyncio.all_tasks()) == 1 + 100 + 1
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
    await store.close()


async def test_nobody_waits(following, counted):
    """Who gives up is forgotten; after the last of them nothing is read, no task is left."""
    before = asyncio.all_tasks()
    waiting = await begun(*[following.changed(0) for _ in range(5)])
    for task in waiting[1:]:
        task.cancel()
    await asyncio.wait(waiting[1:])
    reads = counted.reads
    await asyncio.sleep(SOON * 10)
    assert counted.reads > reads
    waiting[0].cancel()
    await asyncio.wait(waiting)
    await asyncio.sleep(SOON)
    reads = counted.reads
    await asyncio.sleep(SOON * 10)
    assert counted.reads == reads
    assert asyncio.all_tasks() == before


async def test_given_up_at_any_moment(following, opened, archive):
    """Whenever somebody gives up, the next one is served, and no connection is lost."""
    for turns in range(12):
        task = asyncio.create_task(following.changed(0))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    (waiting,) = await begun(following.changed(0))
    archive.write("a.md")
    await opened.take(archive)
    assert await soon(waiting) == 1
    held = [opened.database.snapshot() for _ in range(READERS)]
    for one in held:
        await soon(one.__aenter__())
    for one in held:
        await one.__aexit__(None, None, None)


async def test_closed_while_somebody_waits(opened, clock):
    """Who waits when the store closes is told; so is who comes later."""
    store = Store(opened.database, SITE, clock, look_seconds=SOON)
    waiting = await begun(store.changed(0), store.changed(0))
    await soon(store.close())
    for task in waiting:
        with pytest.raises(DatabaseUnusable, match="closed"):
            await soon(task)
    with pytest.raises(DatabaseUnusable, match="closed"):
        await soon(store.changed(5))
    await store.close()


async def test_looking_fails(following, counted, archive):
    """Who waits learns what went wrong; when it is mended, waiting goes on."""
    waiting = await begun(following.changed(0), following.changed(0))
    counted.error = DatabaseUnusable("the disk is gone")
    for task in waiting:
        with pytest.raises(DatabaseUnusable, match="the disk is gone"):
            await soon(task)
    with pytest.raises(DatabaseUnusable, match="the disk is gone"):
        await soon(following.changed(0))
    counted.error = None
    (waiting,) = await begun(following.changed(0))
    archive.write("a.md")
    await following.import_roots([archive.root])
    assert await soon(waiting) == 1


async def test_a_mistake_of_ours():
    """Whatever ends the looking, nobody is left waiting."""

    async def look():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await soon(Following(look, SOON).changed(0))


async def test_who_joins_while_it_looks():
    """A look that has begun may have come too early for who joins: there is another one."""
    revision, answers = 0, []

    async def look():
        seen = revision
        answers.append(seen)
        await asyncio.sleep(SOON)
        return seen

    following = Following(look, 10 * PATIENCE)
    first = asyncio.create_task(following.changed(0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert answers == [0]
    revision = 1
    assert await soon(following.changed(0)) == 1
    assert await soon(first) == 1
    await following.close()
