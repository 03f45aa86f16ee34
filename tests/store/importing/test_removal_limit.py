"""An import that would remove most documents of a folder is refused unless that is allowed."""

from __future__ import annotations

import pytest

from newsgraph.store.errors import TooManyRemovals
from tests.store.dump import dump_tables
from tests.store.importing.import_results import nonzero_counts


@pytest.mark.parametrize(
    ("total", "removed", "is_allowed"),
    [(1, 1, False), (9, 8, True), (9, 9, False), (10, 5, True), (10, 6, False), (12, 12, False)],
)
async def test_limit(opened, archive, total, removed, is_allowed):
    """All but one of a small root may be removed, half of a larger one; else nothing changes."""
    for number in range(total):
        archive.write_article(f"{number:02}.md")
    await opened.import_archives(archive)
    before = dump_tables(opened.path)
    for number in range(removed):
        (archive.folder / f"{number:02}.md").unlink()
    if is_allowed:
        report = await opened.store.import_roots([archive.root], allow_removals=False)
        assert report.removed == removed
        return
    with pytest.raises(
        TooManyRemovals, match=f"lacks {removed} of the {total} documents .*--allow-removals"
    ):
        await opened.store.import_roots([archive.root], allow_removals=False)
    assert dump_tables(opened.path) == before
    assert (await opened.store.import_roots([archive.root])).removed == removed


async def test_other_roots_do_not_count(opened, archive, new_archive):
    """The limit is that of each root, and renamed documents with an id are not removed."""
    other = new_archive("other", id="other")
    for number in range(3):
        archive.write_article(f"{number}.md", id=f"a{number}")
        other.write_article(f"{number}.md")
    await opened.import_archives(archive, other)
    for number in range(3):
        (archive.folder / f"{number}.md").rename(archive.folder / f"renamed-{number}.md")
    report = await opened.store.import_roots([archive.root, other.root], allow_removals=False)
    assert nonzero_counts(report).get("removed") is None
    for number in range(3):
        (other.folder / f"{number}.md").unlink()
    with pytest.raises(TooManyRemovals, match="other lacks 3 of the 3"):
        await opened.store.import_roots([archive.root, other.root], allow_removals=False)


async def test_another_root_with_the_same_paths_does_not_take_over(opened, archive, new_archive):
    """An emptied folder's documents are not replaced by those of another one."""
    other = new_archive("other", id="other")
    for number in range(3):
        archive.write_article(f"{number}.md", title="First")
        other.write_article(f"{number}.md", title="Second")
    await opened.import_archives(archive, other)
    before = dump_tables(opened.path)
    for number in range(3):
        (archive.folder / f"{number}.md").unlink()
    with pytest.raises(TooManyRemovals):
        await opened.store.import_roots([archive.root, other.root], allow_removals=False)
    assert dump_tables(opened.path) == before


async def test_a_folder_without_documents_is_an_error(opened, archive):
    """The report says why: there are no files, or none has front matter."""
    archive.folder.mkdir(exist_ok=True)
    report = await opened.import_archives(archive)
    (diagnostic,) = [item for _, item in report.diagnostics if item.code == "no-documents"]
    assert "no files with the suffixes .md" in diagnostic.message
    assert report.has_errors
    archive.write_file("README.md", b"# Nothing")
    report = await opened.import_archives(archive)
    (diagnostic,) = [item for _, item in report.diagnostics if item.code == "no-documents"]
    assert "without front matter was left out: README.md" in diagnostic.message
    archive.write_article("a.md")
    assert not (await opened.import_archives(archive)).has_errors
