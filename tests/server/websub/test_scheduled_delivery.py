"""Stories that appear at their time are delivered like imported ones."""

from __future__ import annotations

from tests.store.archive import Clock
from tests.store.conftest import import_into


async def test_a_story_that_appears_is_delivered(site, subscriber, tmp_path):
    """A subscriber gets it when it is published, and not when it is imported."""
    await site.subscribe(subscriber.url)
    site.archive.write_article("a.md", title="Soon", topics=["AI"], date="2025-01-01T00:00:10Z")
    await import_into(tmp_path / "seeds.db", Clock(), site.archive)
    await site.deliver()
    assert subscriber.deliveries == []
    assert await site.store.publish_due() == 1
    await site.deliver()
    (delivery,) = subscriber.deliveries
    assert b"Soon" in delivery.body
