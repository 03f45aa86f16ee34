"""The hub while an application runs: imports of others, restarts, several processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.websub.signature import signature
from newsgraph.store.documents.collection import Collection
from newsgraph.store.store import Store
from newsgraph.store.websub.values import Taken
from tests.server.cli.test_serve import address_of, serving
from tests.server.conftest import SEEDS, SITE, client_of
from tests.server.live import SECONDS, WITHOUT_TLS
from tests.server.runtime.test_supervisor import ready, workers_of
from tests.server.websub.conftest import ANYWHERE, TOPIC
from tests.server.websub.subscriber import subscriber
from tests.store.archive import Archive
from tests.store.dump import dump
from tests.store_files import seeds_store

SECRET = "of nobody"  # noqa: S105 - of a test


@asynccontextmanager
async def opened(path, site=SITE):
    """A store on a file."""
    store = await Store.open(f"sqlite:///{path}", site)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def running(path):
    """A store on a file, and an application that runs on it as a server runs it."""
    async with opened(path) as store, running_on(store) as client:
        yield client


@asynccontextmanager
async def running_on(store):
    """An application that runs on a store as a server runs it."""
    app = create_app(store, SITE, hub_options=ANYWHERE)
    to_app, from_app = asyncio.Queue(), asyncio.Queue()
    task = asyncio.create_task(app({"type": "lifespan"}, to_app.get, from_app.put))
    try:
        await to_app.put({"type": "lifespan.startup"})
        assert await from_app.get() == {"type": "lifespan.startup.complete"}
        async with client_of(app) as client:
            yield client
        await to_app.put({"type": "lifespan.shutdown"})
        async with asyncio.timeout(SECONDS):
            assert await from_app.get() == {"type": "lifespan.shutdown.complete"}
            await task
    finally:
        task.cancel()


class Other:
    """Another process, as far as the store is concerned: it imports, and looks.

    Attributes:
        path: the store's file.
    """

    def __init__(self, path, store, folder):
        self.path, self.store = path, store
        self.archive = Archive(folder, Collection(id="more"))

    async def news(self, title):
        """Import a story."""
        self.archive.write(f"{title}.md", title=title, topics=["AI"], date="2030-01-01")
        await self.store.import_roots([self.archive.root])

    async def verified(self):
        """Wait until nothing that was asked of the hub waits any more."""
        end = datetime.max.replace(tzinfo=UTC)
        while await self.store.requests.due(end, 9, Taken()):  # noqa: ASYNC110 - of other processes
            await asyncio.sleep(0.02)

    async def delivered(self):
        """Wait until what was owed is known to have been given."""
        now = datetime.now(UTC)
        while (await self.store.subscriptions.owed(now, 9, Taken())).now:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.02)


@pytest.fixture
async def other(tmp_path):
    """A store's file with the seeds in it, and who imports into it."""
    path = Path(shutil.copy(seeds_store(), tmp_path / "hub.db"))
    async with opened(path) as store:
        yield Other(path, store, tmp_path / "more")


def form(callback, mode="subscribe", topic=TOPIC):
    """What a subscriber sends."""
    said = {"hub.callback": callback, "hub.mode": mode, "hub.topic": topic}
    return said | {"hub.secret": SECRET}


@pytest.mark.slow
async def test_a_new_story_comes_by_itself(other, reader):
    """Whoever imports it; signed; from subscribing to unsubscribing."""
    async with running(other.path) as client:
        assert (await client.post("/hub", data=form(reader.url))).status_code == 202
        await reader.wait(lambda: reader.asked)
        await other.verified()
        for number, title in enumerate(("First", "Second"), 1):
            await other.news(title)
            await reader.wait(lambda number=number: len(reader.given) == number)
            given = reader.given[-1]
            assert title.encode() in given.body
            assert given.headers["x-hub-signature"] == signature(SECRET, given.body)
        told = (await client.get("/metrics")).text
        assert 'newsgraph_hub_subscriptions_total{event="subscribed"} 1.0' in told
        assert 'kind="hub",status="202"' in told
        await client.post("/hub", data=form(reader.url, "unsubscribe"))
        await other.verified()
        assert not await other.store.subscriptions.any()


@pytest.mark.slow
async def test_a_restart_loses_nothing(other, reader):
    """Neither what is asked, nor who is subscribed, nor what is owed."""
    async with subscriber(silent=True) as busy:
        async with running(other.path) as client:
            await client.post("/hub", data=form(reader.url))
            await other.verified()
            await client.post("/hub", data=form(busy.url))
            await busy.wait(lambda: busy.heard)
            # It ends while a callback is being asked.
        await other.news("While it was away")
        busy.silent, reader.silent, reader.heard = False, True, []
        async with running(other.path):
            await other.verified()
            await reader.wait(lambda: reader.given)
            # It ends while a content is on its way.
        reader.silent, reader.heard = False, []
        async with running(other.path):
            await reader.wait(lambda: reader.given)
            assert b"While it was away" in reader.given[0].body
            assert reader.given[0].headers["x-hub-signature"]
            assert busy.given == []
            await other.news("For both")
            await busy.wait(lambda: busy.given)


@pytest.mark.slow
async def test_of_two_applications_one_delivers(other, reader):
    """Requests go to either; when the one that delivers has ended, the other does."""
    async with running(other.path) as second:
        async with running(other.path) as first:
            for number, client in enumerate((first, second)):
                await client.post("/hub", data=form(f"{reader.url}/{number}"))
                await other.verified()
            await other.news("First")
            await reader.wait(lambda: len(reader.given) == 2)
        await other.news("Second")
        await reader.wait(lambda: len(reader.given) == 4)
        targets = sorted(one.target for one in reader.given)
        assert targets == ["/callback/0", "/callback/0", "/callback/1", "/callback/1"]


@pytest.mark.slow
async def test_an_idle_hub_writes_nothing(other):
    """Who has no subscribers needs no claim."""
    before = dump(other.path)
    async with running(other.path):
        await asyncio.sleep(1.2)
        assert dump(other.path) == before
    assert before["hub_claim"] == []


@pytest.mark.process
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="tells processes by /proc")
async def test_several_workers(tmp_path, monkeypatch, reader):
    """`serve --workers`: each story comes once, also after the worker that delivers was killed."""
    monkeypatch.setenv("NEWSGRAPH_HUB_PRIVATE_ADDRESSES", "true")
    with serving(tmp_path, SEEDS, "--port", 0, "--workers", 2) as process:
        site = await asyncio.to_thread(address_of, process)
        # One that is killed before it has served ends them all.
        connections, _ = await asyncio.to_thread(ready, site, process)
        connections.close()
        topic = f"{site}/feeds/topics/ai.rss"
        async with httpx.AsyncClient(trust_env=False, verify=WITHOUT_TLS) as client:
            for number in range(3):
                # Each on a connection of its own, so that both workers are asked.
                headers = {"Connection": "close"}
                url = f"{reader.url}/{number}"
                answer = await client.post(
                    f"{site}/hub", data=form(url, topic=topic), headers=headers
                )
                assert answer.status_code == 202
        async with opened(tmp_path / "newsgraph.db", site) as store:
            other = Other(None, store, tmp_path / "more")
            await other.verified()
            await other.news("First")
            await reader.wait(lambda: len(reader.given) == 3)
            await other.delivered()
            for worker in await asyncio.to_thread(workers_of, process):
                os.kill(worker, signal.SIGKILL)
            # A claim of the dead runs out by itself; the test does not wait for that.
            await store.claims.take(
                "test", datetime.max.replace(tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
            )
            await other.news("Second")
            await reader.wait(lambda: len(reader.given) == 6)
            assert len({one.target for one in reader.given}) == 3
        process.terminate()
        assert await asyncio.to_thread(process.wait, SECONDS) == 0
