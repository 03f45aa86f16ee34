"""A site with a hub that tests advance step by step, and a subscriber."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsgraph.server.app import create_app
from newsgraph.server.metrics import Metrics
from newsgraph.server.websub.hub import Hub
from newsgraph.server.websub.limits import SUBSCRIPTION_CAPACITY
from newsgraph.server.websub.options import HubOptions
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.server.fake_app import read_metrics
from tests.server.websub.subscriber import run_subscriber
from tests.store.archive import Archive, Clock

ALLOW_PRIVATE = HubOptions(private_addresses=True)
TOPIC_URL = f"{SITE}/feeds/topics/ai.rss"


class HubSite:
    """A site whose hub does its background work only when a test calls it.

    Attributes:
        worker: does the hub's background work; the test sets it.
        clock: the hub's clock; it starts a minute from now, so that new requests are due.
        metrics: the worker's metrics, which are not those of the application.
    """

    def __init__(
        self,
        store,
        folder,
        options=ALLOW_PRIVATE,
        subscription_capacity=SUBSCRIPTION_CAPACITY,
        **hub_arguments,
    ):
        self.store, self.archive = store, Archive(folder, Collection(id="more"))
        self.clock = Clock()
        self.clock.now = datetime.now(UTC) + timedelta(minutes=1)
        self.app = create_app(store, SITE, hub_options=options)
        self.client = create_client(self.app)
        self.metrics = Metrics()
        self.hub = Hub(
            store,
            SITE,
            options,
            self.metrics,
            clock=self.clock,
            random_fraction=lambda: 0.0,
            subscription_capacity=subscription_capacity,
            **hub_arguments,
        )
        self.worker = None

    @property
    def counts(self):
        """The values of the worker's metrics."""
        return read_metrics(self.metrics)

    async def send_request(self, callback, mode="subscribe", topic=TOPIC_URL, **fields):
        """Send a request to the hub."""
        form = {"hub.callback": callback, "hub.mode": mode, "hub.topic": topic}
        return await self.client.post(
            "/hub", data=form | {f"hub.{name}": value for name, value in fields.items()}
        )

    async def verify(self):
        """Let the hub verify pending requests."""
        await self.worker.update_lease()
        await self.worker.start_verifications()
        await self.worker.verification_jobs.wait_until_idle()

    async def deliver(self):
        """Let the hub make the deliveries that are due."""
        await self.worker.update_lease()
        await self.worker.check_and_deliver()
        await self.worker.delivery_jobs.wait_until_idle()

    async def subscribe(self, callback, **fields):
        """Send a request to the hub, and let the hub verify it."""
        assert (await self.send_request(callback, **fields)).status_code == 202
        await self.verify()

    async def import_story(self, title="Brand new", topics=("AI",)):
        """Import a new story."""
        self.archive.write_article(f"{title}.md", title=title, topics=topics, date="2024-01-01")
        await self.store.import_roots([self.archive.root])


@pytest.fixture
async def site(store, tmp_path):
    """A site whose hub may send requests to loopback addresses."""
    site = HubSite(store, tmp_path / "more")
    async with site.hub.create_worker(site.app) as site.worker:
        yield site


@pytest.fixture
async def subscriber():
    """A subscriber that confirms every request and accepts all content."""
    async with run_subscriber() as subscriber:
        yield subscriber
