"""What external hubs have been notified of."""

from __future__ import annotations

from newsgraph.store.websub.external_hub_state import UnpublishedChanges

HUB = "https://hub.example/"


async def test_unpublished_changes(opened, archive):
    """The unpublished changes are the feeds that changed since the hub was last notified."""
    state = opened.store.external_hub_state
    assert await state.unpublished_changes(HUB) == UnpublishedChanges(0, [])
    archive.write_article("a.md", topics=["AI"], provider={"name": "A", "domain": "a.example"})
    await opened.import_archives(archive)
    assert await state.published_revision(HUB) is None
    assert await state.unpublished_changes(HUB) == UnpublishedChanges(1, [])
    await state.record_published(HUB, 1)
    archive.write_article("b.md", topics=["Sea"])
    await opened.import_archives(archive)
    assert await state.unpublished_changes(HUB) == UnpublishedChanges(
        2, [("all", ""), ("topics", "sea")]
    )
    assert await state.unpublished_changes("https://other.example/") == UnpublishedChanges(2, [])
    await state.record_published(HUB, 2)
    assert await state.published_revision(HUB) == 2
    assert await state.unpublished_changes(HUB) == UnpublishedChanges(2, [])
    archive.write_article("a.md", topics=["AI"], provider={"name": "A", "domain": "a.example"}, x=1)
    await opened.import_archives(archive)
    assert ("providers", "a.example") in (await state.unpublished_changes(HUB)).feeds
