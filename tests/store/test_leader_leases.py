"""A leader lease has one holder at a time, and each work has its own."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from newsgraph.store.store import Store
from tests.store.archive import SITE


async def test_one_holder_has_the_lease(opened, clock):
    """A holder keeps the lease until it expires or the holder releases it."""
    leases, expires_at = opened.store.hub_leases, clock() + timedelta(seconds=30)
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
            store.hub_leases.acquire(str(number), clock(), expires_at)
            for number, store in enumerate(stores)
        )
    )
    assert sorted(acquired) == [False, False, False, True]
    for store in stores:
        await store.close()


async def test_each_work_has_its_own_lease(opened, clock):
    """The holder of one lease does not keep others from the second one."""
    store, expires_at = opened.store, clock() + timedelta(seconds=30)
    assert await store.hub_leases.acquire("one", clock(), expires_at)
    assert await store.publication_leases.acquire("two", clock(), expires_at)
    assert not await store.publication_leases.acquire("one", clock(), expires_at)
    await store.publication_leases.release("two")
    assert not await store.hub_leases.acquire("two", clock(), expires_at)
    assert await store.publication_leases.acquire("one", clock(), expires_at)
