"""Documents with the same id, in the same folder and in different folders."""

from __future__ import annotations

from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import Archive
from tests.store.dump import dump_imported_content
from tests.store.importing.import_results import (
    article_values,
    diagnostic_positions,
    nonzero_counts,
)


async def test_documents_of_a_root_with_one_id_are_all_imported(opened, archive):
    """The first path has the id; the others are identified by their paths, for good."""
    archive.write_article("v2/same.md", id="same", title="Second")
    archive.write_article("v1/same.md", id="same", title="First")
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("v2/same.md", None, None, "shared-id")]
    assert "v1/same.md has the id 'same', too" in report.diagnostics[0][1].message
    assert not report.has_errors
    assert nonzero_counts(report) == {"created": 2}
    assert article_values(opened.path) == {"same": "First", "v2/same": "Second"}
    assert nonzero_counts(await opened.import_archives(archive)) == {"unchanged": 2}
    archive.remove("v1/same.md")
    assert nonzero_counts(await opened.import_archives(archive)) == {"unchanged": 1, "removed": 1}
    assert article_values(opened.path) == {"v2/same": "Second"}


async def test_a_stored_document_keeps_its_id(opened, archive):
    """A new document with an earlier path does not take the id of one that the store has."""
    archive.write_article("b.md", id="same", title="Stored")
    await opened.import_archives(archive)
    archive.write_article("a.md", id="same", title="New")
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("a.md", None, None, "shared-id")]
    assert article_values(opened.path) == {"same": "Stored", "a": "New"}
    archive.write_article("b.md", id="same", title="Edited")
    await opened.import_archives(archive)
    assert article_values(opened.path) == {"same": "Edited", "a": "New"}


async def test_a_file_and_a_folder_with_one_name(opened, archive):
    """`x.md` and `x/index.md` have the same identity, so the second one is `x/index`."""
    archive.write_article("x/index.md", title="Folder")
    archive.write_article("x.md", title="File")
    await opened.import_archives(archive)
    assert article_values(opened.path) == {"x": "File", "x/index": "Folder"}


async def test_files_that_differ_in_their_suffix(opened, archive):
    """The first has the path as identity, the others their names with the suffix."""
    for name in ("x.html", "x.md", "x.mdx"):
        archive.write_article(name, title=name)
    await opened.import_archives(archive)
    assert article_values(opened.path) == {"x": "x.html", "x.md": "x.md", "x.mdx": "x.mdx"}


async def test_a_path_that_is_the_id_of_a_later_document(opened, archive):
    """The earlier path has it as its identity, and the later document is identified by its own."""
    archive.write_article("a.md", id="same")
    archive.write_article("b.md", id="same")
    archive.write_article("z.md", id="b")
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [
        ("b.md", None, None, "shared-id"),
        ("z.md", None, None, "shared-id"),
    ]
    assert article_values(opened.path) == {"same": "a.md", "b": "b.md", "z": "z.md"}


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


async def test_a_document_that_gets_the_id_of_another(opened, archive):
    """It is another document from then on, which its path identifies."""
    archive.write_article("a.md", id="one")
    archive.write_article("b.md", id="two")
    await opened.import_archives(archive)
    archive.write_article("b.md", id="one")
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"created": 1, "unchanged": 1, "removed": 1}
    assert article_values(opened.path) == {"one": "a.md", "b": "b.md"}


async def test_id_that_equals_the_slug_of_another_id(opened, archive):
    """An id that equals the slug of another id counts as the same id."""
    archive.write_article("a.md", id="a b")
    archive.write_article("b.md", id="a-b-c8687a08")
    archive.write_article("c.md")
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("b.md", None, None, "shared-id")]
    assert set(article_values(opened.path)) == {"a b", "b", "c"}
