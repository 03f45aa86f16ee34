"""A site with a hub whose steps a test takes, and subscribers of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsgraph.server.app import create_app
from newsgraph.server.metrics import Metrics
from newsgraph.server.websub.hub import Hub
from newsgraph.server.websub.limits import SUBSCRIPTIONS
from newsgraph.server.websub.options import HubOptions
from newsgraph.store.documents.collection import Collection
from tests.server.conftest import SITE, client_of
from tests.server.fake_site import counted
from tests.server.websub.subscriber import subscriber
from tests.store.archive import Archive, Clock

ANYWHERE = HubOptions(private_addresses=True)
TOPIC = f"{SITE}/feeds/topics/ai.rss"


class Site:
    """A site, and the work of its hub step by step.

    Attributes:
        work: the hub's.
        clock: the hub's time; it begins a minute from now, so that what is asked is due.
        counts: what the metrics of the work tell.
    """

    def __init__(self, store, folder, options=ANYWHERE, room=SUBSCRIPTIONS, **inside):
        self.store, self.archive = store, Archive(folder, Collection(id="more"))
        self.clock = Clock()
        self.clock.now = datetime.now(UTC) + timedelta(minutes=1)
        self.app = create_app(store, SITE, hub_options=options)
        self.client = client_of(self.app)
        self.metrics = Metrics()
        self.hub = Hub(
            store,
            SITE,
            options,
            self.metrics,
            clock=self.clock,
            draw=lambda: 0.0,
            room=room,
            **inside,
        )
        self.work = None

    @property
    def counts(self):
        """What has been counted."""
        return counted(self.metrics)

    async def ask(self, callback, mode="subscribe", topic=TOPIC, **more):
        """Send a request to the hub."""
        form = {"hub.callback": callback, "hub.mode": mode, "hub.topic": topic}
        return await self.client.post(
            "/hub", data=form | {f"hub.{name}": value for name, value in more.items()}
        )

    async def verify(self):
        """Let the hub verify what has been asked."""
        await self.work.claim_step()
        await self.work.verify_step()
        await self.work.verifiers.idle()

    async def deliver(self):
        """Let the hub deliver what is owed."""
        await self.work.claim_step()
        await self.work.deliver_step()
        await self.work.deliverers.idle()

    async def subscribe(self, callback, **more):
        """Ask, and let the hub verify it."""
        assert (await self.ask(callback, **more)).status_code == 202
        await self.verify()

    async def news(self, title="Brand new", topics=("AI",)):
        """Import a story."""
        self.archive.write(f"{title}.md", title=title, topics=topics, date="2030-01-01")
        await self.store.import_roots([self.archive.root])


@pytest.fixture
async def site(store, tmp_path):
    """A site whose hub may send to loopback."""
    site = Site(store, tmp_path / "more")
    async with site.hub.work(site.app) as site.work:
        yield site


@pytest.fixture
async def reader():
    """A subscriber that takes everything."""
    async with subscriber() as one:
        yield one
