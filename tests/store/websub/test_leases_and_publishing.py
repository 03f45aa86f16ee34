"""Which process delivers, and what hubs elsewhere know."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from newsgraph.store.store import Store
from newsgraph.store.websub.publish_state import News
from tests.store.archive import SITE

HUB = "https://hub.example/"


async def test_one_holds_the_claim(opened, clock):
    """Until it runs out, or is given back by its holder."""
    claims, until = opened.store.claims, clock() + timedelta(seconds=30)
    assert await claims.take("one", clock(), until)
    assert not await claims.take("two", clock(), until)
    clock.forward(seconds=20)
    until = clock() + timedelta(seconds=30)
    assert await claims.take("one", clock(), until)
    clock.forward(seconds=20)
    assert not await claims.take("two", clock(), until)
    await claims.release("two")
    assert not await claims.take("two", clock(), until)
    clock.forward(seconds=20)
    assert await claims.take("two", clock(), clock() + timedelta(seconds=30))
    assert not await claims.take("one", clock(), clock() + timedelta(seconds=30))
    await claims.release("two")
    assert await claims.take("one", clock(), clock() + timedelta(seconds=30))


async def test_many_take_it_at_once(opened, clock):
    """Of several stores on one file, just one gets it."""
    stores = [await Store.open(f"sqlite:///{opened.path}", SITE) for _ in range(4)]
    until = clock() + timedelta(seconds=30)
    taken = await asyncio.gather(
        *(store.claims.take(str(number), clock(), until) for number, store in enumerate(stores))
    )
    assert sorted(taken) == [False, False, False, True]
    for store in stores:
        await store.close()


async def test_which_feeds_changed(opened, archive):
    """A hub is told of what an import changed since it was last told, and of nothing else."""
    pings = opened.store.pings
    assert await pings.news(HUB) == News(0, [])
    archive.write("a.md", topics=["AI"], provider={"name": "A", "domain": "a.example"})
    await opened.take(archive)
    assert await pings.told(HUB) is None
    assert await pings.news(HUB) == News(1, [])
    await pings.tell(HUB, 1)
    archive.write("b.md", topics=["Sea"])
    await opened.take(archive)
    assert await pings.news(HUB) == News(2, [("all", ""), ("topics", "sea")])
    assert await pings.news("https://other.example/") == News(2, [])
    await pings.tell(HUB, 2)
    assert await pings.told(HUB) == 2
    assert await pings.news(HUB) == News(2, [])
    archive.write("a.md", topics=["AI"], provider={"name": "A", "domain": "a.example"}, x=1)
    await opened.take(archive)
    assert ("providers", "a.example") in (await pings.news(HUB)).feeds
