"""Progress of imports, and imports of more documents than a batch or an IN clause holds."""

from __future__ import annotations

import shutil

import pytest

from newsgraph.store.importing.derived_rows import BATCH_SIZE
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    nonzero_counts,
)


async def test_progress_is_reported_for_each_file(opened, archive):
    """The progress function gets the number of files read and their total after each file."""
    for name in "abc":
        archive.write_article(f"{name}.md")
    steps = []
    await opened.store.import_roots([archive.root], lambda *step: steps.append(step))
    assert steps == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.slow
async def test_more_documents_than_an_in_clause_holds(opened, archive):
    """More documents than an IN clause holds are created, updated and removed."""
    for number in range(1100):
        archive.write_article(f"{number}.md", topics=["a"])
    await opened.import_archives(archive)
    for number in range(1100):
        archive.write_article(f"{number}.md", topics=["b"])
    assert nonzero_counts(await opened.import_archives(archive)) == {"updated": 1100}
    shutil.rmtree(archive.folder)
    archive.folder.mkdir()
    assert nonzero_counts(await opened.import_archives(archive)) == {"removed": 1100}
    assert fetch_rows(opened.path, "SELECT count(*) FROM topic") == [(0,)]


@pytest.mark.slow
async def test_batches_do_not_depend_on_each_other(opened, import_new, archive, tmp_path):
    """Links between batches resolve, and files of different batches can exchange their names."""
    count = 2 * BATCH_SIZE + 3
    for number in range(count):
        link = f"https://one.org/{(number + BATCH_SIZE) % count}"
        archive.write_article(
            f"{number}.md", id=str(number), webUrl=f"https://one.org/{number}", related=[link]
        )
    archive.write_topic("z.yaml", "Topic")
    report = await opened.import_archives(archive)
    assert report.created == count + 1
    (link_count,) = fetch_rows(opened.path, "SELECT count(*) FROM link WHERE target_id IS NOT NULL")
    assert link_count == (count,)
    first, last = archive.folder / "0.md", archive.folder / f"{count - 1}.md"
    first.rename(tmp_path / "aside")
    last.rename(first)
    (tmp_path / "aside").rename(last)
    for number in range(1, count - 1, 2):
        archive.write_article(
            f"{number}.md", id=str(number), title="Changed", published=number % 3 > 0
        )
    await opened.import_archives(archive)
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
