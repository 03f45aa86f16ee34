"""Notifications of an external hub about changed feeds."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import pytest

from newsgraph.server.app import create_app
from newsgraph.server.websub.limits import RETRY_PERIOD
from newsgraph.server.websub.options import DEFAULT_HUB_OPTIONS, HubOptions, announced_hub_url
from newsgraph.store.store import Store
from tests.server.conftest import SITE, create_client
from tests.server.websub.conftest import HubSite

ALL_FEEDS = [f"{SITE}/feeds/all.{suffix}" for suffix in ("atom", "json", "rss")]
AI_FEEDS = [f"{SITE}/feeds/topics/ai.{suffix}" for suffix in ("atom", "json", "rss")]


@pytest.fixture
async def site(store, tmp_path, subscriber):
    """A site with an external hub, whose role the subscriber plays."""
    site = HubSite(store, tmp_path / "more", options=HubOptions(hub=subscriber.url))
    async with site.hub.create_worker(site.app) as site.worker:
        yield site


async def ping(site):
    """Let the site ping the hub; return the seconds until the next step."""
    await site.worker.update_lease()
    return await site.worker.ping_hub()


def pinged_feeds(external_hub):
    """Return the feeds of all pings that the hub has received, sorted."""
    forms = [parse_qs(request.body.decode()) for request in external_hub.deliveries]
    for form, request in zip(forms, external_hub.deliveries, strict=True):
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert form["hub.mode"] == ["publish"]
        assert form["hub.url"] == form["hub.topic"]
    return sorted(form["hub.url"][0] for form in forms)


async def test_changed_feeds_are_pinged(site, subscriber):
    """Each changed feed is pinged once per format; changes before the first start are not."""
    await ping(site)
    assert pinged_feeds(subscriber) == []
    await site.import_story()
    for _ in range(2):
        await ping(site)
    assert pinged_feeds(subscriber) == ALL_FEEDS + AI_FEEDS
    await site.import_story("Another", topics=("Sea",))
    await ping(site)
    assert f"{SITE}/feeds/topics/sea.rss" in pinged_feeds(subscriber)
    assert pinged_feeds(subscriber).count(AI_FEEDS[0]) == 1


async def test_failed_pings_are_retried(site, subscriber, store, tmp_path):
    """Only failed pings are retried, and a restart loses none."""
    await ping(site)
    subscriber.delivery_statuses = [202, 503, 503, 503, 503, 503, 503]
    await site.import_story()
    seconds = await ping(site)
    assert 5 <= seconds <= 10
    await ping(site)
    assert len(subscriber.deliveries) == 6
    subscriber.delivery_statuses = [202]
    site.clock.forward(seconds=seconds)
    await ping(site)
    assert len(subscriber.deliveries) == 11
    assert set(pinged_feeds(subscriber)) == set(ALL_FEEDS + AI_FEEDS)
    await ping(site)
    assert len(subscriber.deliveries) == 11
    subscriber.delivery_statuses = [503]
    await site.import_story("Another")
    await ping(site)
    restarted = HubSite(store, tmp_path / "more", options=HubOptions(hub=subscriber.url))
    restarted.clock = site.clock
    subscriber.delivery_statuses, subscriber.requests = [202], []
    await site.worker.close()
    async with restarted.hub.create_worker(restarted.app) as restarted.worker:
        await ping(restarted)
    assert pinged_feeds(subscriber) == ALL_FEEDS + AI_FEEDS


async def test_pings_of_an_unavailable_hub_are_abandoned(site, subscriber):
    """After the retry period, the hub is not pinged until the next change."""
    await ping(site)
    subscriber.delivery_statuses = [500]
    await site.import_story()
    started_at = site.clock()
    while await site.store.external_hub_state.published_revision(subscriber.url) == 1:
        seconds = await ping(site)
        site.clock.forward(seconds=seconds)
    assert site.clock() - started_at >= RETRY_PERIOD
    subscriber.delivery_statuses, subscriber.requests = [200], []
    await ping(site)
    assert subscriber.requests == []
    site.clock.forward(hours=3)
    await site.import_story("Another")
    await ping(site)
    assert pinged_feeds(subscriber) == ALL_FEEDS + AI_FEEDS


@pytest.mark.slow
async def test_a_running_application_pings(store, subscriber, tmp_path):
    """A running application pings the hub after an import by another process."""
    site = HubSite(store, tmp_path / "more", options=HubOptions(hub=subscriber.url))
    other_store = await Store.open(f"sqlite:///{tmp_path}/seeds.db", SITE)
    other_site = HubSite(other_store, tmp_path / "more")
    hub_state = store.external_hub_state
    async with site.hub.run(site.app):
        while await hub_state.published_revision(subscriber.url) is None:  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.02)
        await other_site.import_story()
        await subscriber.wait_for(lambda: len(subscriber.deliveries) == 6)
    await other_store.close()


@pytest.mark.parametrize("hub", ["none", "https://hub.example/"])
async def test_no_internal_hub(store, hub):
    """Without an internal hub, its path responds with 404."""
    app = create_app(store, SITE, hub_options=HubOptions(hub=hub))
    async with create_client(app) as client:
        response = await client.post("/hub", data={"hub.mode": "subscribe"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


async def test_without_a_hub_there_is_no_worker(store, tmp_path):
    """An application without a hub runs without background work."""
    site = HubSite(store, tmp_path / "more", options=HubOptions(hub="none"))
    async with site.hub.run(site.app), site.hub.create_worker(site.app) as worker:
        assert worker is None


def test_announced_hub_url():
    """Feeds announce the internal hub, an external hub, or none."""
    assert announced_hub_url(DEFAULT_HUB_OPTIONS, SITE) == f"{SITE}/hub"
    assert announced_hub_url(HubOptions(hub="none"), SITE) is None
    external_url = "https://hub.example/x"
    assert announced_hub_url(HubOptions(hub=external_url), SITE) == external_url
