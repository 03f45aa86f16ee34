"""A hub elsewhere, which is told of feeds that changed."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import pytest

from newsgraph.server.app import create_app
from newsgraph.server.websub.limits import GIVE_UP_AFTER
from newsgraph.server.websub.options import HUB, HubOptions, hub_address
from newsgraph.store.store import Store
from tests.server.conftest import SITE, client_of
from tests.server.websub.conftest import Site

ALL = [f"{SITE}/feeds/all.{suffix}" for suffix in ("atom", "json", "rss")]
AI = [f"{SITE}/feeds/topics/ai.{suffix}" for suffix in ("atom", "json", "rss")]


@pytest.fixture
async def site(store, tmp_path, reader):
    """A site that tells the reader, which plays a hub, of what changes."""
    site = Site(store, tmp_path / "more", options=HubOptions(hub=reader.url))
    async with site.hub.work(site.app) as site.work:
        yield site


async def ping(site):
    """Let the site ping, and return the feeds of all pings so far."""
    await site.work.claim_step()
    return await site.work.ping_step()


def pinged(reader):
    """The feeds that a hub has been told of, sorted."""
    forms = [parse_qs(one.body.decode()) for one in reader.given]
    for form, one in zip(forms, reader.given, strict=True):
        assert one.headers["content-type"] == "application/x-www-form-urlencoded"
        assert form["hub.mode"] == ["publish"]
        assert form["hub.url"] == form["hub.topic"]
    return sorted(form["hub.url"][0] for form in forms)


@pytest.mark.slow
async def test_what_changed_is_told(site, reader):
    """In all its formats, once; what was there before the hub was named is not."""
    await ping(site)
    assert pinged(reader) == []
    await site.news()
    for _ in range(2):
        await ping(site)
    assert pinged(reader) == ALL + AI
    await site.news("Another", topics=("Sea",))
    await ping(site)
    assert f"{SITE}/feeds/topics/sea.rss" in pinged(reader)
    assert pinged(reader).count(AI[0]) == 1


@pytest.mark.slow
async def test_what_failed_is_told_later(site, reader, store, tmp_path):
    """What the hub has taken is not told again, and a restart forgets nothing."""
    await ping(site)
    reader.took = [202, 503, 503, 503, 503, 503, 503]
    await site.news()
    waits = await ping(site)
    assert 5 <= waits <= 10
    await ping(site)
    assert len(reader.given) == 6
    reader.took = [202]
    site.clock.forward(seconds=waits)
    await ping(site)
    assert len(reader.given) == 11
    assert set(pinged(reader)) == set(ALL + AI)
    await ping(site)
    assert len(reader.given) == 11
    reader.took = [503]
    await site.news("Another")
    await ping(site)
    again = Site(store, tmp_path / "more", options=HubOptions(hub=reader.url))
    again.clock = site.clock
    reader.took, reader.heard = [202], []
    await site.work.close()
    async with again.hub.work(again.app) as again.work:
        await ping(again)
    assert pinged(reader) == ALL + AI


@pytest.mark.slow
async def test_a_hub_that_is_away_is_given_up(site, reader):
    """Until something changes again."""
    await ping(site)
    reader.took = [500]
    await site.news()
    began = site.clock()
    while await site.store.pings.told(reader.url) == 1:
        waits = await ping(site)
        site.clock.forward(seconds=waits)
    assert site.clock() - began >= GIVE_UP_AFTER
    reader.took, reader.heard = [200], []
    await ping(site)
    assert reader.heard == []
    site.clock.forward(hours=3)
    await site.news("Another")
    await ping(site)
    assert pinged(reader) == ALL + AI


@pytest.mark.slow
async def test_while_an_application_runs(store, reader, tmp_path):
    """An import of another process is told by itself."""
    site = Site(store, tmp_path / "more", options=HubOptions(hub=reader.url))
    other = Site(await Store.open(f"sqlite:///{tmp_path}/seeds.db", SITE), tmp_path / "more")
    async with site.hub.running(site.app):
        while await store.pings.told(reader.url) is None:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.02)
        await other.news()
        await reader.wait(lambda: len(reader.given) == 6)
    await other.store.close()


@pytest.mark.parametrize("hub", ["none", "https://hub.example/"])
async def test_there_is_no_hub_here(store, hub):
    """Its address is that of nothing."""
    async with client_of(create_app(store, SITE, hub_options=HubOptions(hub=hub))) as client:
        answer = await client.post("/hub", data={"hub.mode": "subscribe"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_without_a_hub_nothing_goes_on(store, tmp_path):
    """An application runs all the same."""
    site = Site(store, tmp_path / "more", options=HubOptions(hub="none"))
    async with site.hub.running(site.app), site.hub.work(site.app) as work:
        assert work is None


def test_what_feeds_announce():
    """Our own hub, another, or none."""
    assert hub_address(HUB, SITE) == f"{SITE}/hub"
    assert hub_address(HubOptions(hub="none"), SITE) is None
    assert hub_address(HubOptions(hub="https://hub.example/x"), SITE) == "https://hub.example/x"
