"""Incremental imports: after any edits, the store equals a fresh import of the folder."""

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
from tests.hypothesis_profiles import scale_examples
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import dump_imported_content, dump_tables, fetch_rows
from tests.store.edits import apply_edit, edits


def depends_on_history(path, archive):
    """Return whether a stored document differs from its file, or shared its id with another one."""
    if fetch_rows(path, "SELECT 1 FROM diagnostic WHERE code = 'shared-id'"):
        return True
    return any(
        hashlib.sha256((archive.folder / file).read_bytes()).hexdigest() != digest
        for file, digest in fetch_rows(path, "SELECT path, sha256 FROM document")
    )


async def import_twice(path, archive, clock):
    """Import a folder, check that a second import changes nothing; return the reported paths."""
    database = await SqliteDatabase.open(path)
    try:
        store = Store(database, SITE, clock)
        report = await store.import_roots([archive.root])
        before = dump_tables(path)
        second = await store.import_roots([archive.root])
    finally:
        await database.close()
    assert dump_tables(path) == before
    assert second.diagnostics == report.diagnostics
    assert second.hidden == report.hidden
    assert second.failed == report.failed
    assert (second.created, second.updated, second.removed) == (0, 0, 0)
    return {item.path for _, item in report.diagnostics if item.severity == "error" or item.path}


async def publish_then_import(path, archive, clock):
    """Publish what is due, and check that an import of the unchanged folder changes nothing."""
    database = await SqliteDatabase.open(path)
    try:
        store = Store(database, SITE, clock)
        await store.publish_due()
        before = dump_tables(path)
        report = await store.import_roots([archive.root])
    finally:
        await database.close()
    assert dump_tables(path) == before
    assert (report.created, report.updated, report.removed) == (0, 0, 0)


@pytest.mark.slow
@settings(max_examples=scale_examples(20))
@given(st.lists(st.lists(edits(), min_size=1, max_size=6), min_size=1, max_size=5))
def test_edits_then_import_equals_a_fresh_import(empty_store, history):
    """After any edits and imports, the store equals a fresh import of the folder.

    Revisions, times, last valid versions of invalid files, and which of several documents has a
    shared id differ. The last comparison follows after these files are deleted.
    """
    asyncio.run(check_history(empty_store, history))


async def check_history(empty_store, history):
    """Import after each group of edits, and compare the store with a fresh import."""
    with tempfile.TemporaryDirectory() as name:
        folder, clock, fresh_count = Path(name), Clock(), 0
        archive = Archive(folder / "archive")
        store = Path(shutil.copy(empty_store, folder / "store.db"))

        async def compare_with_fresh_import():
            nonlocal fresh_count
            fresh_count += 1
            fresh = Path(shutil.copy(empty_store, folder / f"fresh-{fresh_count}.db"))
            await import_twice(fresh, archive, clock)
            assert dump_imported_content(store) == dump_imported_content(fresh)

        for number, edit_group in enumerate(history):
            if number % 2:
                clock.forward(hours=1)
                await publish_then_import(store, archive, clock)
            for edit in edit_group:
                apply_edit(archive, *edit)
            clock.forward(hours=1)
            reported_paths = await import_twice(store, archive, clock)
            if not depends_on_history(store, archive):
                await compare_with_fresh_import()
        while depends_on_history(store, archive):
            for path in reported_paths:
                (archive.folder / path).unlink(missing_ok=True)
            reported_paths = await import_twice(store, archive, clock)
        await compare_with_fresh_import()
