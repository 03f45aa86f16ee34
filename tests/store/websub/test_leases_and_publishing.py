"""Tests of the leader lease, and of what external hubs have been notified of."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from newsgraph.store.store import Store
from newsgraph.store.websub.external_hub_state import UnpublishedChanges
from tests.store.archive import SITE

HUB = "https://hub.example/"


async def test_one_holder_has_the_lease(opened, clock):
    """A holder keeps the lease until it expires or the holder releases it."""
    leases, expires_at = opened.store.leader_leases, clock() + timedelta(seconds=30)
    assert await leases.acquire("one", clock(), expires_at)
    assert not await leases.acquire("two", clock(), expires_at)
    clock.forward(seconds=20)
    expires_at = clock() + timedelta(seconds=30)
    assert await leases.acquire("one", clock(), expires_at)
    clock.forward(seconds=20)
    assert not await leases.acquire("two", clock(), expires_at)
    await leases.release("two")
    assert not await leases.acquire("two", clock(), expires_at)
    clock.forward(seconds=20)
    assert await leases.acquire("two", clock(), clock() + timedelta(seconds=30))
    assert not await leases.acquire("one", clock(), clock() + timedelta(seconds=30))
    await leases.release("two")
    assert await leases.acquire("one", clock(), clock() + timedelta(seconds=30))


async def test_concurrent_acquire(opened, clock):
    """If several stores on one file acquire the lease concurrently, exactly one gets it."""
    stores = [await Store.open(f"sqlite:///{opened.path}", SITE) for _ in range(4)]
    expires_at = clock() + timedelta(seconds=30)
    acquired = await asyncio.gather(
        *(
            store.leader_leases.acquire(str(number), clock(), expires_at)
            for number, store in enumerate(stores)
        )
    )
    assert sorted(acquired) == [False, False, False, True]
    for store in stores:
        await store.close()


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
