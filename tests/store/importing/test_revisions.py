"""Revisions, times and change log of imports, also of concurrent imports."""

from __future__ import annotations

import asyncio
import sys

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    article_values,
    nonzero_counts,
)


async def test_updated_at(opened, archive, clock):
    """Without `updated`, an article's update time is its date, and later that of its change."""
    archive.write_article("own.md", updated="2020-05-05", date="2020-01-01")
    archive.write_article("dated.md", date="2020-01-01")
    archive.write_article("undated.md")
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at") == {
        "own": "2020-05-05T00:00:00Z",
        "dated": "2020-01-01T00:00:00Z",
        "undated": "2025-01-01T00:00:00Z",
    }
    clock.forward(days=1)
    archive.write_article("own.md", updated="2020-06-06", date="2020-01-01")
    archive.write_article("dated.md", date="2020-01-01", excerpt="more")
    await opened.import_archives(archive)
    after = {
        "own": "2020-06-06T00:00:00Z",
        "dated": "2025-01-02T00:00:00Z",
        "undated": "2025-01-01T00:00:00Z",
    }
    assert article_values(opened.path, "updated_at") == after
    # A changed setting does not change the update time.
    clock.forward(days=1)
    archive.collection = Collection(id="tests", url="https://site.example")
    assert nonzero_counts(await opened.import_archives(archive)) == {"updated": 3}
    assert article_values(opened.path, "updated_at") == after


async def test_revision_and_import_time_increase(opened, archive, clock):
    """Revisions rise by 1 and import times by at least a second, even if the clock goes back."""
    times = []
    for step in range(4):
        archive.write_article("a.md", excerpt=str(step))
        report = await opened.import_archives(archive)
        state = await opened.store.state()
        assert report.revision == state.revision == step + 1
        times.append(state.imported_at)
        clock.forward(milliseconds=300 if step < 2 else -86_400_000)
    assert times == [f"2025-01-01T00:00:0{second}Z" for second in range(4)]
    ((imported_at, revision),) = fetch_rows(
        opened.path, "SELECT imported_at, revision FROM document"
    )
    assert (imported_at, revision) == (times[-1], 4)


async def test_change_log_has_each_object_once(opened, archive):
    """The log has each object once, at its last change; a revision's positions increase."""
    for number in range(7):
        archive.write_article(
            f"{number}.md", topics=[f"t{number % 3}"], provider=f"https://{number}.org"
        )
    await opened.import_archives(archive)
    archive.remove("1.md")
    await opened.import_archives(archive)
    for revision in (1, 2):
        changes = fetch_rows(
            opened.path,
            "SELECT position, entity, entity_id, revision FROM change ORDER BY revision, position",
        )
        assert len({(entity, key) for _, entity, key, _ in changes}) == len(changes) == 7 + 7 + 3
        positions = [
            position for position, _, _, change_revision in changes if change_revision == revision
        ]
        assert positions == sorted(set(positions))
        assert revision == 1 or positions == list(range(3))


async def test_concurrent_imports_in_one_process(opened, tmp_path):
    """Two concurrent imports in the same process both store their documents."""
    first, second = Archive(tmp_path / "one"), Archive(tmp_path / "two")
    second.collection = Collection(id="two")
    for number in range(20):
        first.write_article(f"one-{number}.md")
        second.write_article(f"two-{number}.md")
    reports = await asyncio.gather(opened.import_archives(first), opened.import_archives(second))
    assert {nonzero_counts(report)["created"] for report in reports} == {20}
    assert (await opened.store.state()).revision == 2
    assert len(article_values(opened.path)) == 40


@pytest.mark.process
async def test_two_processes_import_the_same_folder(opened, archive, import_new):
    """Two processes that import the same folder create a single revision."""
    for number in range(60):
        archive.write_article(f"{number}.md", topics=["a"], body="words " * 200)
    command = (sys.executable, "-m", "tests.store.self_killing_import", opened.path, archive.folder)
    processes = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]
    assert fetch_rows(opened.path, "SELECT revision FROM state") == [(1,)]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_default_clock(opened, archive):
    """Without a clock argument, import times are the system's current time in UTC."""
    archive.write_article("a.md")
    report = await Store(opened.database, SITE).import_roots([archive.root])
    assert report.revision == 1
    assert (await opened.store.state()).imported_at > "2025-02"
    assert Clock().now.year == 2025
