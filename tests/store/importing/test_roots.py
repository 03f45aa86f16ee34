"""Roots: several folders in a store, and folders that move."""

from __future__ import annotations

import shutil

import pytest

from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.errors import DuplicateCollectionId
from tests.store.archive import Archive
from tests.store.dump import fetch_rows
from tests.store.importing.import_results import (
    article_values,
    changes_at,
    diagnostic_positions,
    nonzero_counts,
)


async def test_repeated_root_is_imported_once(opened, archive):
    """A folder passed several times, also through a symbolic link, is imported once."""
    archive.write_article("a.md", title="A")
    link = archive.folder.with_name("link")
    link.symlink_to(archive.folder)
    linked_root = ImportRoot(link, archive.collection)
    report = await opened.store.import_roots([archive.root, linked_root, archive.root])
    assert (report.created, report.failed, report.diagnostics) == (1, 0, [])


async def test_folders_with_the_same_collection_id(opened, tmp_path):
    """Two folders with the same collection id raise an error that contains both."""
    first, second = (Archive(tmp_path / name, Collection(id="same")) for name in ("one", "two"))
    for archive in (first, second):
        archive.write_article("a.md", title="A")
    with pytest.raises(DuplicateCollectionId, match=r"one and .*two both have the id 'same'"):
        await opened.store.import_roots([first.root, second.root])


async def test_import_does_not_change_other_roots(opened, archive, new_archive):
    """An import removes deleted documents of the imported roots only."""
    other = new_archive("other", id="other")
    archive.write_article("a.md", quality="x")
    other.write_article("b.md", quality="x")
    await opened.import_archives(archive, other)
    archive.remove("a.md")
    other.remove("b.md")
    assert nonzero_counts(await opened.import_archives(archive)) == {"removed": 1}
    assert article_values(opened.path) == {"b": "b.md"}
    diagnostics = fetch_rows(opened.path, "SELECT path, code FROM diagnostic")
    assert diagnostics == [("", "no-documents"), ("b.md", "wrong-type")]


async def test_folder_with_an_id_moves(opened, archive):
    """Moving a folder with an id changes only the folder of its root."""
    archive.write_article("a.md")
    await opened.import_archives(archive)
    archive.folder = archive.folder.rename(archive.folder.with_name("elsewhere"))
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"unchanged": 1}
    assert fetch_rows(opened.path, "SELECT folder FROM root") == [(str(archive.folder),)]
    assert changes_at(opened.path, report.revision) == set()


async def test_folder_without_an_id_moves(opened, new_archive, clock):
    """A moved folder without an id is a new root, which takes over the old root's documents."""
    archive = new_archive("here", title="Old title")
    archive.write_article("a.md")
    archive.write_article("b.md")
    await opened.import_archives(archive)
    clock.forward(days=1)
    shutil.move(archive.folder, archive.folder.with_name("there"))
    moved = new_archive("there", title="New title")
    report = await opened.import_archives(moved)
    assert nonzero_counts(report) == {"updated": 2}
    assert diagnostic_positions(report) == []
    assert fetch_rows(opened.path, "SELECT folder FROM root") == [(str(moved.folder),)]
    assert (await opened.store.state()).collection.title == "New title"
    # The files did not change.
    updated_at = article_values(opened.path, "updated_at")
    assert {time[:10] for time in updated_at.values()} == {"2025-01-01"}


async def test_moved_folder_that_lacks_a_document(opened, new_archive):
    """A document that a moved folder lacks stays with the old root, which may only be unmounted."""
    archive = new_archive("here")
    archive.write_article("a.md")
    archive.write_article("b.md")
    await opened.import_archives(archive)
    shutil.move(archive.folder, archive.folder.with_name("there"))
    moved = new_archive("there")
    moved.remove("b.md")
    assert nonzero_counts(await opened.import_archives(moved)) == {"updated": 1}
    assert set(article_values(opened.path)) == {"a", "b"}
    assert fetch_rows(opened.path, "SELECT count(*) FROM root") == [(2,)]


async def test_site_has_the_title_of_the_first_root(opened, new_archive):
    """Roots keep their positions in any order of imports, and the first sets the site's title."""
    roots = [new_archive(name, id=name, title=name) for name in ("one", "two", "three")]
    for root in roots:
        await opened.import_archives(root)
    await opened.import_archives(*reversed(roots))
    assert (await opened.store.state()).collection.title == "one"
    assert fetch_rows(opened.path, "SELECT name FROM root ORDER BY position") == [
        ("one",),
        ("two",),
        ("three",),
    ]
