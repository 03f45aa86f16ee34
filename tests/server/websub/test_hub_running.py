"""The hub of a running application: imports by other processes, restarts, several processes."""

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
from newsgraph.server.websub.signature import sign_content
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.store import Store
from newsgraph.store.websub.models import InProgress
from tests.server.cli.test_serve import server_process, wait_for_url
from tests.server.conftest import SEEDS, SITE, create_client
from tests.server.lifespan import run_lifespan
from tests.server.live import NO_CERTIFICATES, TIMEOUT_SECONDS
from tests.server.runtime.test_supervisor import connect_to_both_workers, worker_pids
from tests.server.websub.conftest import ALLOW_PRIVATE, TOPIC_URL
from tests.server.websub.subscriber import run_subscriber
from tests.store.archive import Archive
from tests.store.dump import dump_tables
from tests.store_files import seeds_store_path

SECRET = "of nobody"  # noqa: S105 - a test's secret


@asynccontextmanager
async def open_store(path, site_url=SITE):
    """Open the store in a file; close it at the end of the block."""
    store = await Store.open(f"sqlite:///{path}", site_url)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def run_application(path):
    """Run an application with its lifespan, on the store in a file; yields a client."""
    async with open_store(path) as store:
        app = create_app(store, SITE, hub_options=ALLOW_PRIVATE)
        async with run_lifespan(app), create_client(app) as client:
            yield client


class OtherProcess:
    """What another process can do with the store: import, and wait for the hub.

    Attributes:
        path: path of the store's file.
    """

    def __init__(self, path, store, folder):
        self.path, self.store = path, store
        self.archive = Archive(folder, Collection(id="more"))

    async def import_story(self, title):
        """Import a new story."""
        self.archive.write_article(f"{title}.md", title=title, topics=["AI"], date="2024-01-01")
        await self.store.import_roots([self.archive.root])

    async def wait_for_verifications(self):
        """Wait until no request to the hub is pending."""
        end = datetime.max.replace(tzinfo=UTC)
        while await self.store.pending_requests.due(end, 9, InProgress()):  # noqa: ASYNC110 - other processes share no event
            await asyncio.sleep(0.02)

    async def wait_for_deliveries(self):
        """Wait until all deliveries are recorded."""
        now = datetime.now(UTC)
        subscriptions = self.store.subscriptions
        while (await subscriptions.due_deliveries(now, 9, InProgress())).ready:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.02)


@pytest.fixture
async def other(tmp_path):
    """Another process that imports into a store with the seed documents."""
    path = Path(shutil.copy(seeds_store_path(), tmp_path / "hub.db"))
    async with open_store(path) as store:
        yield OtherProcess(path, store, tmp_path / "more")


def request_form(callback, mode="subscribe", topic=TOPIC_URL):
    """Return the form of a request to the hub."""
    return {
        "hub.callback": callback,
        "hub.mode": mode,
        "hub.topic": topic,
        "hub.secret": SECRET,
    }


@pytest.mark.slow
async def test_new_stories_are_delivered(other, subscriber):
    """From subscribing to unsubscribing, imports by another process lead to signed deliveries."""
    async with run_application(other.path) as client:
        response = await client.post("/hub", data=request_form(subscriber.url))
        assert response.status_code == 202
        await subscriber.wait_for(lambda: subscriber.verifications)
        await other.wait_for_verifications()
        for count, title in enumerate(("First", "Second"), 1):
            await other.import_story(title)
            await subscriber.wait_for(lambda count=count: len(subscriber.deliveries) == count)
            delivery = subscriber.deliveries[-1]
            assert title.encode() in delivery.body
            assert delivery.headers["x-hub-signature"] == sign_content(SECRET, delivery.body)
        metrics_text = (await client.get("/metrics")).text
        assert 'newsgraph_hub_subscriptions_total{event="subscribed"} 1.0' in metrics_text
        assert 'kind="hub",status="202"' in metrics_text
        await client.post("/hub", data=request_form(subscriber.url, "unsubscribe"))
        await other.wait_for_verifications()
        assert not await other.store.subscriptions.has_work()


@pytest.mark.slow
async def test_a_restart_loses_nothing(other, subscriber):
    """Pending requests, subscriptions and due deliveries survive a restart."""
    async with run_subscriber(is_silent=True) as pending_subscriber:
        async with run_application(other.path) as client:
            await client.post("/hub", data=request_form(subscriber.url))
            await other.wait_for_verifications()
            await client.post("/hub", data=request_form(pending_subscriber.url))
            await pending_subscriber.wait_for(lambda: pending_subscriber.requests)
            # The application shuts down during a verification.
        await other.import_story("While it was away")
        pending_subscriber.is_silent = False
        subscriber.is_silent, subscriber.requests = True, []
        async with run_application(other.path):
            await other.wait_for_verifications()
            await subscriber.wait_for(lambda: subscriber.deliveries)
            # The application shuts down during a delivery.
        subscriber.is_silent, subscriber.requests = False, []
        async with run_application(other.path):
            await subscriber.wait_for(lambda: subscriber.deliveries)
            assert b"While it was away" in subscriber.deliveries[0].body
            assert subscriber.deliveries[0].headers["x-hub-signature"]
            assert pending_subscriber.deliveries == []
            await other.import_story("For both")
            await pending_subscriber.wait_for(lambda: pending_subscriber.deliveries)


@pytest.mark.slow
async def test_one_of_two_applications_delivers(other, subscriber):
    """Both accept requests; when the one that delivers ends, the other one takes over."""
    async with run_application(other.path) as second_client:
        async with run_application(other.path) as first_client:
            for number, client in enumerate((first_client, second_client)):
                await client.post("/hub", data=request_form(f"{subscriber.url}/{number}"))
                await other.wait_for_verifications()
            await other.import_story("First")
            await subscriber.wait_for(lambda: len(subscriber.deliveries) == 2)
        await other.import_story("Second")
        await subscriber.wait_for(lambda: len(subscriber.deliveries) == 4)
        targets = sorted(delivery.target for delivery in subscriber.deliveries)
        assert targets == ["/callback/0", "/callback/0", "/callback/1", "/callback/1"]


@pytest.mark.slow
async def test_an_idle_hub_writes_nothing(other):
    """Without subscribers the hub does not acquire the leader lease."""
    before = dump_tables(other.path)
    async with run_application(other.path):
        await asyncio.sleep(1.2)
        assert dump_tables(other.path) == before
    assert before["leader_lease"] == []


@pytest.mark.process
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")
async def test_several_workers(tmp_path, monkeypatch, subscriber):
    """With `serve --workers`, deliveries continue after the worker that delivers was killed."""
    monkeypatch.setenv("NEWSGRAPH_HUB_PRIVATE_ADDRESSES", "true")
    with server_process(tmp_path, SEEDS, "--port", 0, "--workers", 2) as process:
        site_url = await asyncio.to_thread(wait_for_url, process)
        # If a worker is killed before it serves, the server ends.
        connections, _ = await asyncio.to_thread(connect_to_both_workers, site_url, process)
        connections.close()
        topic = f"{site_url}/feeds/topics/ai.rss"
        async with httpx.AsyncClient(trust_env=False, verify=NO_CERTIFICATES) as client:
            for number in range(3):
                form = request_form(f"{subscriber.url}/{number}", topic=topic)
                # Each request has its own connection, so that both workers get some.
                headers = {"Connection": "close"}
                response = await client.post(f"{site_url}/hub", data=form, headers=headers)
                assert response.status_code == 202
        async with open_store(tmp_path / "newsgraph.db", site_url) as store:
            other = OtherProcess(None, store, tmp_path / "more")
            await other.wait_for_verifications()
            await other.import_story("First")
            await subscriber.wait_for(lambda: len(subscriber.deliveries) == 3)
            await other.wait_for_deliveries()
            for pid in await asyncio.to_thread(worker_pids, process):
                os.kill(pid, signal.SIGKILL)
            # The lease of a killed worker expires by itself; the test does not wait for that.
            await store.hub_leases.acquire(
                "test", datetime.max.replace(tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
            )
            await other.import_story("Second")
            await subscriber.wait_for(lambda: len(subscriber.deliveries) == 6)
            assert len({delivery.target for delivery in subscriber.deliveries}) == 3
        process.terminate()
        assert await asyncio.to_thread(process.wait, TIMEOUT_SECONDS) == 0
