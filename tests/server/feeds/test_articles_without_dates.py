"""Feeds of archives with articles without a date."""

from __future__ import annotations

import feedparser

from newsgraph.server.app import create_app
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store


async def read_feed(tmp_path, archive, name="all"):
    """Import an archive, and return the entries and the bytes of a feed."""
    store = await open_store(tmp_path / "dates.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            content = (await client.get(f"/feeds/{name}.atom")).content
    finally:
        await store.close()
    return feedparser.parse(content).entries, content


async def test_pages_are_in_no_feed(tmp_path):
    """An article without a date is in the graph, but in no feed of an archive with dates."""
    archive = Archive(tmp_path / "archive")
    archive.write_article("about.md", title="About us", tags=["town"])
    archive.write_article("post.md", title="Bridge opens", date="2024-05-02", tags=["town"])
    for name in ("all", "topics/town"):
        entries, _ = await read_feed(tmp_path, archive, name)
        assert [entry.title for entry in entries] == ["Bridge opens"]


async def test_feeds_of_an_archive_without_dates(tmp_path):
    """Its entries are in the order of paths, and a new store has the same bytes."""
    archive = Archive(tmp_path / "archive")
    for name in ("b", "a", "c"):
        archive.write_article(f"guide/{name}.md", title=name)
    entries, content = await read_feed(tmp_path, archive)
    assert [entry.title for entry in entries] == ["a", "b", "c"]
    assert {entry.updated for entry in entries} == {"1990-01-01T00:00:00+00:00"}
    (tmp_path / "dates.db").unlink()
    assert await read_feed(tmp_path, archive) == (entries, content)
