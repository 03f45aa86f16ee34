"""Feeds link to related documents as to other related stories."""

from __future__ import annotations

import feedparser
import pytest

from newsgraph.server.app import create_app
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store


@pytest.mark.slow
async def test_entries_link_to_related_documents(tmp_path):
    """A document without a URL is linked at its page here, under its current title."""
    archive, date = Archive(tmp_path / "archive"), "2024-05-02"
    archive.write_article("plans.md", title="Plans", date=date)
    archive.write_article("opens.md", date=date, topics=["Town"], related=["plans"])
    store = await open_store(tmp_path / "related.db", SITE)
    try:
        etags = []
        for title in ("Plans", "New plans"):
            archive.write_article("plans.md", title=title, date=date)
            await store.import_roots([archive.root])
            async with create_client(create_app(store, SITE)) as client:
                response = await client.get("/feeds/topics/town.atom")
            (entry,) = feedparser.parse(response.content).entries
            related = [link for link in entry.links if link.rel == "related"]
            assert [(link.href, link.title) for link in related] == [
                (f"{SITE}/articles/plans", title)
            ]
            assert entry.updated == f"{date}T00:00:00+00:00"
            etags.append(response.headers["etag"])
        assert etags[0] != etags[1]
    finally:
        await store.close()
