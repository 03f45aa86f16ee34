"""Documents with the same id, in the same folder and in different folders."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import Archive
from tests.store.dump import dump_imported_content
from tests.store.importing.import_results import (
    article_values,
    diagnostic_codes,
    diagnostic_positions,
    nonzero_counts,
)


@pytest.mark.slow
async def test_first_path_gets_a_duplicate_id(opened, archive, import_new):
    """The first path with an id is imported, and the second path when the first is deleted."""
    archive.write_article("b.md", id="same", title="Second")
    archive.write_article("a.md", id="same", title="First")
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("b.md", None, None, "duplicate-id")]
    assert "a.md" in report.diagnostics[0][1].message
    assert nonzero_counts(report) == {"created": 1, "failed": 1}
    assert article_values(opened.path) == {"same": "First"}
    archive.remove("a.md")
    assert nonzero_counts(await opened.import_archives(archive)) == {"updated": 1}
    assert article_values(opened.path) == {"same": "Second"}
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    # A new file with a path before it replaces it.
    archive.write_article("a.md", id="same", title="Third")
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("b.md", None, None, "duplicate-id")]
    assert article_values(opened.path) == {"same": "Third"}
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_first_root_gets_a_duplicate_id(opened, archive, new_archive):
    """The first root gets a duplicate id; stored roots precede the roots of an import."""
    other = new_archive("other", id="other")
    archive.write_article("z.md", id="same", title="First")
    other.write_article("a.md", id="same", title="Second")
    report = await opened.import_archives(archive, other)
    assert diagnostic_positions(report) == [("a.md", None, None, "duplicate-id")]
    assert report.diagnostics[0][0] == other.folder
    report = await opened.import_archives(other)
    assert diagnostic_positions(report) == [("a.md", None, None, "duplicate-id")]
    assert str(archive.folder) in report.diagnostics[0][1].message
    assert article_values(opened.path) == {"same": "First"}


async def test_duplicate_id_message_contains_the_folder_of_another_root(opened, tmp_path):
    """The message contains the other root's folder, even if both files have the same path."""
    first, second = (Archive(tmp_path / name, Collection()) for name in ("one", "two"))
    for archive in (first, second):
        archive.write_article("a.md", title="A")
    report = await opened.store.import_roots([first.root, second.root])
    ((folder, diagnostic),) = report.diagnostics
    assert folder == second.folder
    assert diagnostic.message == f"The id 'a' is taken by a.md in {first.folder.resolve()}."
    revision = report.revision
    second_report = await opened.store.import_roots([second.root])
    assert (second_report.revision, second_report.failed) == (revision, 1)


async def test_valid_file_takes_over_the_id_of_an_invalid_file(opened, archive, import_new):
    """An invalid file's last version is replaced by a valid file with the same id."""
    archive.write_article("a.md", id="one", title="Old")
    await opened.import_archives(archive)
    archive.write_file("a.md", "---\ntitle: [\n---\n")
    archive.write_article("b.md", id="one", title="New")
    report = await opened.import_archives(archive)
    assert [(item.path, item.code) for _, item in report.diagnostics] == [("a.md", "broken-yaml")]
    assert article_values(opened.path) == {"one": "New"}
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


@pytest.mark.slow
async def test_file_with_a_duplicate_id_keeps_its_last_version(opened, archive, import_new):
    """A file whose new id is taken keeps its last version, and is reported until its id is free."""
    archive.write_article("a.md", id="one", heat="warm")
    archive.write_article("b.md", id="two", quality="high")
    await opened.import_archives(archive)
    archive.write_article("b.md", id="one")
    report = await opened.import_archives(archive)
    assert ("b.md", None, None, "duplicate-id") in diagnostic_positions(report)
    assert article_values(opened.path) == {"one": "a.md", "two": "b.md"}
    archive.write_article("b.md", id="two", quality="high")
    report = await opened.import_archives(archive)
    assert diagnostic_codes(report) == ["wrong-type", "wrong-type"]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_id_that_equals_the_slug_of_another_id(opened, archive):
    """An id that equals the slug of another id is reported as a duplicate."""
    archive.write_article("a.md", id="a b")
    archive.write_article("b.md", id="a-b-c8687a08")
    archive.write_article("c.md")
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("b.md", None, None, "duplicate-id")]
    assert set(article_values(opened.path)) == {"a b", "c"}
