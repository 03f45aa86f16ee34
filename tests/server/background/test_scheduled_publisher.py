"""The server publishes documents when they are due, in one of several processes."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.background.scheduled_publisher import NOT_PUBLISHED, ScheduledPublisher
from newsgraph.server.websub.options import NO_HUB, HubOptions
from newsgraph.store.errors import DatabaseBusy, DatabaseUnusable
from newsgraph.store.store import Store
from tests.server.conftest import SITE, create_client
from tests.server.fake_store import FakeStore
from tests.server.lifespan import run_lifespan
from tests.server.live import TIMEOUT_SECONDS
from tests.store.archive import Archive, Clock
from tests.store.conftest import import_into


@pytest.fixture
def clock():
    """The clock of a publisher."""
    return Clock()


@pytest.fixture
def fake_store(clock):
    """A store with a document that appears in 10 seconds."""
    return FakeStore(next_change=clock() + timedelta(seconds=10))


async def import_scheduled_story(folder):
    """Import a story that appears at 00:00:10 into the store with the seeds, as at 00:00:00."""
    archive = Archive(folder / "more")
    archive.write_article("soon.md", title="Soon", date="2025-01-01T00:00:10Z", topics=["AI"])
    await import_into(folder / "seeds.db", Clock(), archive)


async def test_a_document_is_published_when_it_is_due(fake_store, clock):
    """Before that, nothing is written; after that, the lease is released."""
    publisher = ScheduledPublisher(fake_store, clock)
    assert await publisher.publish_due() <= 30
    assert fake_store.publication_leases.acquire_count == 0
    clock.forward(seconds=10)
    await publisher.publish_due()
    assert fake_store.publication_count == 1
    assert fake_store.publication_leases.holders == []
    await publisher.publish_due()
    assert fake_store.publication_count == fake_store.publication_leases.acquire_count == 1


async def test_an_import_brings_an_earlier_document(fake_store, clock):
    """The next time is read again after each new revision."""
    publisher = ScheduledPublisher(fake_store, clock)
    await publisher.publish_due()
    fake_store.next_change = clock()
    await publisher.publish_due()
    assert fake_store.publication_count == 0
    fake_store.revision += 1
    await publisher.publish_due()
    assert fake_store.publication_count == 1


class StoreOfAnotherVersion(FakeStore):
    """A store whose due document cannot be read: it is left to the next import."""

    async def publish_due(self):
        """Drop the document, without a new revision."""
        self.next_change = None
        self.publication_count += 1
        return 0


async def test_nothing_is_published_again_and_again(clock):
    """The next time is read again after a publication, even if the revision is the same."""
    store = StoreOfAnotherVersion(next_change=clock())
    publisher = ScheduledPublisher(store, clock)
    for _ in range(3):
        await publisher.publish_due()
    assert store.publication_count == 1
    assert store.publication_leases.holders == []


async def test_a_clock_that_is_set(fake_store, clock):
    """A document appears by the time of the clock, whatever it was before."""
    publisher = ScheduledPublisher(fake_store, clock)
    clock.forward(days=-400)
    await publisher.publish_due()
    assert fake_store.publication_count == 0
    clock.forward(days=800)
    await publisher.publish_due()
    assert fake_store.publication_count == 1


async def test_another_process_has_the_lease(fake_store, clock):
    """Then this one writes nothing, and warns if the document is late."""
    publisher = ScheduledPublisher(fake_store, clock)
    fake_store.publication_leases.is_taken = True
    clock.forward(seconds=60)
    await publisher.publish_due()
    assert fake_store.publication_count == 0
    assert publisher.warning is None
    clock.forward(seconds=11)
    assert publisher.warning == NOT_PUBLISHED
    fake_store.publication_leases.is_taken = False
    await publisher.publish_due()
    assert fake_store.publication_count == 1
    assert publisher.warning is None


@pytest.mark.parametrize("error", [DatabaseBusy("locked"), DatabaseUnusable("the disk is full")])
@pytest.mark.parametrize("during", ["acquire", "publish", "read"])
async def test_a_failure_is_logged_once_and_retried(fake_store, clock, caplog, error, during):
    """The publisher continues, warns meanwhile, and says when it works again."""
    publisher = ScheduledPublisher(fake_store, clock)
    clock.forward(seconds=10)
    fake_store.failure = error if during == "read" else None
    fake_store.write_failure = error if during == "publish" else None
    fake_store.publication_leases.failure = error if during == "acquire" else None
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert await publisher.publish_due() <= 30
        assert publisher.warning == NOT_PUBLISHED
        assert caplog.text.count(str(error)) == 1
        fake_store.failure = fake_store.write_failure = None
        fake_store.publication_leases.failure = None
        await publisher.publish_due()
    assert fake_store.publication_count == 1
    assert publisher.warning is None
    assert "scheduled documents are published again" in caplog.text


async def test_two_processes_publish_once(store, tmp_path):
    """Both look at the same time; the story is in one new revision, and no lease remains."""
    await import_scheduled_story(tmp_path)
    other = await Store.open(f"sqlite:///{tmp_path / 'seeds.db'}", SITE)
    before, clock = (await store.state()).revision, Clock()
    publishers = [ScheduledPublisher(opened, clock) for opened in (store, other)]
    await asyncio.gather(*(publisher.publish_due() for publisher in publishers))
    assert (await store.state()).revision == before
    clock.forward(seconds=10)
    await asyncio.gather(*(publisher.publish_due() for publisher in publishers))
    assert (await store.state()).revision == before + 1
    assert await other.publication_leases.acquire("another", clock(), clock())
    await other.close()


@pytest.mark.parametrize("hub", ["own", NO_HUB])
async def test_the_application_publishes(store, tmp_path, hub):
    """It does so while it runs, with any hub; a reader of the feed gets a new ETag."""
    await import_scheduled_story(tmp_path)
    app = create_app(store, SITE, hub_options=HubOptions(hub=hub))
    async with create_client(app) as client, asyncio.timeout(TIMEOUT_SECONDS):
        before = await client.get("/feeds/topics/ai.rss")
        assert "Soon" not in before.text
        async with run_lifespan(app):
            while True:
                headers = {"If-None-Match": before.headers["etag"]}
                after = await client.get("/feeds/topics/ai.rss", headers=headers)
                if after.status_code != httpx.codes.NOT_MODIFIED:
                    break
                await asyncio.sleep(0.01)
        assert "Soon" in after.text
        assert after.headers["etag"] != before.headers["etag"]


async def test_readyz_warns(clock):
    """A store that cannot be written is ready, with a warning that names no file."""
    store = FakeStore(
        next_change=clock(), write_failure=DatabaseUnusable("/secret/place.db is read-only")
    )
    app = create_app(store, SITE, hub_options=HubOptions(hub=NO_HUB))
    async with create_client(app) as client, asyncio.timeout(TIMEOUT_SECONDS):
        assert (await client.get("/readyz")).text == "ok"
        async with run_lifespan(app):
            while (response := await client.get("/readyz")).text == "ok":  # noqa: ASYNC110 - it sets no event
                await asyncio.sleep(0.01)
            assert response.status_code == httpx.codes.OK
            assert response.text == f"ok\nWarning: {NOT_PUBLISHED}\n"
            assert "secret" not in response.text
            assert (await client.get("/healthz")).text == "ok"
