"""Files and folders that cannot be read or parsed."""

from __future__ import annotations

import os

import pytest

from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    VALID_FILE,
    article_values,
    diagnostic_codes,
    diagnostic_positions,
    nonzero_counts,
)

INVALID_FILES = [
    (b"---\ntitle: never closed\n", (1, 1, "unclosed-front-matter")),
    (b"---\ntitle: a\nexcerpt: {\n---\n", (4, 1, "broken-yaml")),
    (b"---\n- a\n- b\n---\n", (2, 1, "not-a-mapping")),
    (b"---\ntitle: one\nexcerpt: caf\xe9\n---\n", (3, 13, "not-utf8")),
    # Columns are characters, not bytes.
    ("---\ntitle: Brücke\r\nexcerpt: Brücke im Café ".encode() + b"\xe9\n", (3, 25, "not-utf8")),
]


async def test_files_that_are_no_documents(opened, archive):
    """They are named in one warning, and count as failed only if they were documents before."""
    archive.write_article("fine.md")
    for name in ("README.md", "a.mdx", "b.markdown", "docs/c.md", "layout.html"):
        archive.write_file(name, b"# No front matter")
    archive.write_file("_data/navigation.yml", b"main: [{title: Home}]")
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"created": 1}
    assert not report.has_errors
    ((_, diagnostic),) = report.diagnostics
    assert (diagnostic.path, diagnostic.code) == ("", "not-a-document")
    assert diagnostic.message == (
        "4 Markdown files without front matter were left out: README.md, a.mdx, b.markdown "
        "and 1 more. "
        "One YAML file without `taxonomy` was left out: _data/navigation.yml."
    )
    again = await opened.import_archives(archive)
    assert (again.revision, again.diagnostics) == (report.revision, report.diagnostics)

    archive.write_file("fine.md", b"# No front matter any more")
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"failed": 1}
    assert diagnostic_codes(report) == ["not-a-document", "no-front-matter"]
    assert "fine" in article_values(opened.path)


async def test_another_document_has_the_id_of_a_file_without_front_matter(opened, archive):
    """The last version of the file is not served any more, so it is left out at once."""
    archive.write_article("a.md")
    archive.write_file("notes.md", b"No front matter")
    await opened.import_archives(archive)
    archive.write_file("a.md", b"")
    archive.write_article("b.md", id="a")
    report = await opened.import_archives(archive)
    ((_, diagnostic),) = report.diagnostics
    assert (diagnostic.code, report.failed) == ("not-a-document", 0)
    assert "left out: a.md, notes.md." in diagnostic.message
    again = await opened.import_archives(archive)
    assert (again.diagnostics, again.revision) == (report.diagnostics, report.revision)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "position"), INVALID_FILES, ids=[code for _, (*_, code) in INVALID_FILES]
)
async def test_invalid_file(opened, archive, import_new, data, position):
    """An invalid file is reported with its position, and its last valid version stays stored."""
    archive.write_article("fine.md")
    archive.write_file("bad.md", data)
    report = await opened.import_archives(archive)
    line, column, code = position
    ((folder, diagnostic),) = report.diagnostics
    assert folder == archive.folder
    assert (diagnostic.path, diagnostic.code, diagnostic.severity) == ("bad.md", code, "error")
    assert diagnostic.line == line
    assert diagnostic.column is not None
    assert code != "not-utf8" or diagnostic.column == column
    assert diagnostic.message
    assert diagnostic.advice
    assert report.has_errors
    assert nonzero_counts(report) == {"created": 1, "failed": 1}

    archive.write_file("bad.md", VALID_FILE)
    assert diagnostic_positions(await opened.import_archives(archive)) == []
    archive.write_file("bad.md", data)
    second_report = await opened.import_archives(archive)
    assert nonzero_counts(second_report) == {"unchanged": 1, "failed": 1}
    assert diagnostic_positions(second_report) == diagnostic_positions(report)
    assert article_values(opened.path)["bad"] == "Good"

    archive.write_file("bad.md", VALID_FILE)
    fixed_report = await opened.import_archives(archive)
    assert diagnostic_positions(fixed_report) == []
    assert nonzero_counts(fixed_report) == {"unchanged": 2}
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))

    archive.write_file("bad.md", data)
    await opened.import_archives(archive)
    archive.remove("bad.md")
    assert nonzero_counts(await opened.import_archives(archive)) == {"unchanged": 1, "removed": 1}
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_restored_file_gets_its_warnings_back(opened, archive, import_new):
    """A restored valid version has its warnings, and the invalid version's error is removed."""
    archive.write_article("a.md", quality="seventy")
    first = await opened.import_archives(archive)
    assert diagnostic_codes(first) == ["wrong-type"]
    archive.write_file("a.md", "---\ntitle: [\n---\n")
    assert diagnostic_codes(await opened.import_archives(archive)) == ["broken-yaml"]
    archive.write_article("a.md", quality="seventy")
    restored = await opened.import_archives(archive)
    assert diagnostic_positions(restored) == diagnostic_positions(first)
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_missing_folder(opened, archive, new_archive):
    """A missing folder is an error, and its documents and their warnings stay in the store."""
    archive.write_article("a.md", quality="seventy")
    before = await opened.import_archives(archive)
    archive.folder.rename(archive.folder.with_name("away"))
    report = await opened.import_archives(archive)
    assert diagnostic_codes(report) == ["missing-folder", "wrong-type"]
    assert report.has_errors
    assert nonzero_counts(report) == {}
    assert article_values(opened.path) == {"a": "a.md"}
    archive.folder.with_name("away").rename(archive.folder)
    after = await opened.import_archives(archive)
    assert diagnostic_positions(after) == diagnostic_positions(before)

    never_imported = new_archive("never")
    never_imported.folder.rmdir()
    revision = (await opened.store.state()).revision
    report = await opened.import_archives(never_imported)
    assert diagnostic_positions(report) == [("", None, None, "missing-folder")]
    assert report.revision == revision
    assert fetch_rows(opened.path, "SELECT count(*) FROM root") == [(1,)]


async def test_root_that_is_not_a_folder(opened, tmp_path, new_archive):
    """A root that is a file or whose path is too long is reported as a missing folder."""
    (tmp_path / "file").write_text("")
    archive = new_archive("other")
    archive.folder = tmp_path / "file"
    ((_, diagnostic),) = (await opened.import_archives(archive)).diagnostics
    assert diagnostic.code == "missing-folder"
    assert f"{tmp_path}/file is not a folder" in diagnostic.message
    archive.folder = tmp_path / ("x" * 300)
    assert diagnostic_codes(await opened.import_archives(archive)) == ["missing-folder"]


@pytest.mark.parametrize(
    "target", ["nowhere", "/proc/self/mem", "/dev/zero", "loop.md", "x" * 300, "pipe"]
)
async def test_unreadable_file(opened, archive, target):
    """An unreadable file is reported without blocking, and its last version stays stored."""
    archive.write_file("loop.md", VALID_FILE)
    archive.write_article("fine.md")
    await opened.import_archives(archive)
    archive.remove("loop.md")
    if target == "pipe":
        os.mkfifo(archive.folder / "loop.md")
    else:
        (archive.folder / "loop.md").symlink_to(target)
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("loop.md", None, None, "unreadable-file")]
    assert nonzero_counts(report) == {"unchanged": 1, "failed": 1}
    archive.remove("loop.md")
    archive.write_file("loop.md", VALID_FILE)
    assert diagnostic_positions(await opened.import_archives(archive)) == []


async def test_file_deleted_during_an_import(opened, archive):
    """A file deleted during an import is reported, and the next import removes its document."""
    archive.write_article("a.md")
    archive.write_article("b.md")
    await opened.import_archives(archive)

    def progress(read_count, _total):
        if read_count == 1:
            archive.remove("b.md")

    report = await opened.store.import_roots([archive.root], progress)
    assert diagnostic_positions(report) == [("b.md", None, None, "unreadable-file")]
    assert set(article_values(opened.path)) == {"a", "b"}
    assert nonzero_counts(await opened.import_archives(archive)) == {"unchanged": 1, "removed": 1}


async def test_unreadable_folder(opened, archive):
    """Documents below an unreadable folder stay stored, and are unchanged when it can be read."""
    archive.write_article("sub-folder/a.md", quality="seventy")
    archive.write_article("b.md")
    before = await opened.import_archives(archive)
    # The folder moves to a path of the maximum length, so that its subfolders' paths exceed it.
    original, max_length = archive.folder, os.pathconf("/", "PC_PATH_MAX") - len("/sub-folder")
    deep = original.with_name("deep")
    deep.mkdir()
    while len(str(deep)) < max_length:
        deep /= "x" * max(1, min(200, max_length - len(str(deep)) - 1))
        deep.mkdir()
    archive.folder = original.rename(deep)
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [
        ("sub-folder", None, None, "unreadable-folder"),
        *diagnostic_positions(before),
    ]
    assert nonzero_counts(report) == {"unchanged": 1}
    assert set(article_values(opened.path)) == {"sub-folder/a", "b"}
    archive.folder = deep.rename(original)
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == diagnostic_positions(before)
    assert nonzero_counts(report) == {"unchanged": 2}
