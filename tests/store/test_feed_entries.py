"""The list of articles in feeds, with their ids and what leads to them."""

from __future__ import annotations

from newsgraph.store.feed_entries import FeedEntry


async def test_articles_in_feeds(opened, archive):
    """The newest is first; hidden articles and those without a date are left out."""
    archive.write_article(
        "old.md",
        title="Old",
        date="2024-05-01",
        guid="post 1",
        webUrl="http://www.a.example/1/",
        originalUrl="https://a.example/2",
        aliases=["/b/", "/a"],
    )
    archive.write_article("new.md", title="New", date="2024-05-02", guid="https://a.example/?p=2")
    archive.write_article("page.md")
    archive.write_article("draft.md", date="2024-05-03", draft=True)
    await opened.import_archives(archive)
    new, old = await opened.store.feed_entries()
    guid = "https://a.example/?p=2"
    assert new == FeedEntry("tests", "new.md", "New", guid, guid)
    assert old.guid == "post 1"
    assert old.atom_id.startswith("urn:uuid:")
    assert old.urls == ("https://a.example/1", "https://a.example/2")
    assert old.aliases == ("/a", "/b")
