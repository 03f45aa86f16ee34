"""The summary of a store: topics, authors, languages, dates and keys of its articles."""

from __future__ import annotations

from newsgraph.store.archive_summary import ArchiveSummary
from newsgraph.store.documents.collection_settings import Collection


async def test_an_empty_store(opened):
    """There is nothing to count."""
    assert await opened.store.summarize() == ArchiveSummary()


async def test_what_is_served_counts(opened, archive):
    """Frequent values come first; of hidden documents, only the keys count."""
    archive.collection = Collection(language="en", private_fields=("secured",))
    archive.write_topic("unused.yaml", "Unused")
    archive.write_article("a.md", date="2021-03-12", topics=["Town", "Roads"], author="Ann")
    archive.write_article("b.md", Date="2024-05-02", topics=["Town"], lang="de", secured="x")
    archive.write_article("c.md", topics=["Bridges"], author="Ben")
    archive.write_article("d.md", author="Ben", layout="post")
    archive.write_article("hidden.md", date="1999-01-01", topics=["Town"], draft=True, layout="x")
    await opened.import_archives(archive)
    assert await opened.store.summarize() == ArchiveSummary(
        topics=(("Town", 2), ("Bridges", 1), ("Roads", 1)),
        authors=(("Ben", 2), ("Ann", 1)),
        languages=(("en", 3), ("de", 1)),
        first_date="2021-03-12T00:00:00Z",
        last_date="2024-05-02T00:00:00Z",
        undated_count=2,
        front_matter_keys=(
            *(("title", 5), ("topics", 4), ("date", 3), ("author", 3)),
            *(("layout", 2), ("lang", 1), ("draft", 1)),
        ),
    )
