"""Removing a root leaves the store as if the root had never been imported."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.errors import UnknownRoot
from tests.store.archive import Archive
from tests.store.dump import dump_tables

PER_IMPORT = {"state", "change", "departure"}
"""Tables that tell of the store's history."""


async def test_nothing_of_a_root_remains(opened, archive, tmp_path):
    """Articles, topics, authors, files and diagnostics of a root go; those of others stay."""
    archive.write_article("kept.md", date="2021-01-01", topics=["Robots"])
    await opened.store.import_roots([archive.root])
    before = dump_tables(opened.path)
    other = Archive(tmp_path / "other", Collection(id="other"))
    other.write_article(
        "gone.md", date="2021-01-02", topics=["Robots", "Art"], author="Ann", body="![](a.png)"
    )
    other.write_article("hidden.md", published=False)
    other.write_file("a.png", b"\x89PNG\r\n\x1a\n")
    other.write_file("broken.md", "---\ntitle: [\n---\n")
    report = await opened.store.import_roots([other.root])
    assert (report.created, report.failed) == (2, 1)
    assert [root.name for root in await opened.store.roots()] == [archive.root.name, "other"]
    assert await opened.store.forget_root("other") == 2
    assert (await opened.store.state()).revision == 3
    assert [root.name for root in await opened.store.roots()] == [archive.root.name]
    after = dump_tables(opened.path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= PER_IMPORT | {"feed"}
    with pytest.raises(UnknownRoot, match="other"):
        await opened.store.forget_root("other")


async def test_counts_of_a_root(opened, archive):
    """A root has the number of its documents, and how many of them are hidden."""
    archive.write_article("a.md")
    archive.write_article("b.md", published=False)
    await opened.store.import_roots([archive.root])
    (root,) = await opened.store.roots()
    assert (root.document_count, root.hidden_count) == (2, 1)
    assert (root.folder, root.server_settings) == (archive.folder, {})
