"""Whatever becomes of a folder, the store is what a fresh import of it would be."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.store import Store
from tests.hypothesis_profiles import examples
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import content, dump, rows
from tests.store.edits import edit, edits


def keeps_old_versions(path, archive):
    """Whether the store has a document as its file no longer is."""
    return any(
        hashlib.sha256((archive.folder / file).read_bytes()).hexdigest() != digest
        for file, digest in rows(path, "SELECT path, sha256 FROM document")
    )


async def import_into(path, archive, clock):
    """Import, twice, and return what failed."""
    database = await SqliteDatabase.open(path)
    try:
        store = Store(database, SITE, clock)
        report = await store.import_roots([archive.root])
        before = dump(path)
        again = await store.import_roots([archive.root])
    finally:
        await database.close()
    assert dump(path) == before
    assert again.diagnostics == report.diagnostics
    assert again.hidden == report.hidden
    assert again.failed == report.failed
    assert (again.created, again.updated, again.removed) == (0, 0, 0)
    return {one.path for _, one in report.diagnostics if one.severity == "error" or one.path}


@pytest.mark.slow
@settings(max_examples=examples(20))
@given(st.lists(st.lists(edits(), min_size=1, max_size=6), min_size=1, max_size=5))
def test_any_history(empty_store, history):
    """After any edits with imports between, the store equals a fresh import of the folder.

    But for revisions, times, and last good versions of files that fail now; at the end
    those files go.
    """
    asyncio.run(follow(empty_store, history))


async def follow(empty_store, history):
    """Import after each group of edits, and compare."""
    with tempfile.TemporaryDirectory() as name:
        folder, clock, fresh = Path(name), Clock(), 0
        archive = Archive(folder / "archive")
        store = Path(shutil.copy(empty_store, folder / "store.db"))

        async def compare():
            nonlocal fresh
            fresh += 1
            other = Path(shutil.copy(empty_store, folder / f"fresh-{fresh}.db"))
            await import_into(other, archive, clock)
            assert content(store) == content(other)

        for group in history:
            for one in group:
                edit(archive, *one)
            clock.forward(hours=1)
            failed = await import_into(store, archive, clock)
            if not keeps_old_versions(store, archive):
                await compare()
        while keeps_old_versions(store, archive):
            for path in failed:
                (archive.folder / path).unlink(missing_ok=True)
            failed = await import_into(store, archive, clock)
        await compare()
