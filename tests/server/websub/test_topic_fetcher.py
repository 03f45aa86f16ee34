"""What an application says of its feeds, and what the hub makes of it."""

from __future__ import annotations

import logging

import pytest
from starlette.responses import Response

from newsgraph.feeds import ATOM_TYPE, RSS_TYPE
from newsgraph.server.metrics import Metrics
from newsgraph.server.websub.errors import TopicUnavailable
from newsgraph.server.websub.topic_fetcher import Content, Moved, Says, Topics
from tests.server.conftest import SITE
from tests.server.websub.conftest import Site

FEED = "/feeds/all.rss"
GOOD = {"ETag": '"a"', "Content-Type": f"{RSS_TYPE}; charset=utf-8"}


class App:
    """An application whose answers a test says, by path.

    Attributes:
        first: answers that are given before those, whatever is asked.
        asked: path and If-None-Match of what it was asked.
    """

    def __init__(self, **answers):
        self.answers = {"/feeds/all.rss": (200, GOOD)} | answers
        self.first, self.asked = [], []

    async def __call__(self, scope, receive, send):
        """Answer."""
        headers = dict(scope["headers"])
        tag = headers.get(b"if-none-match", b"").decode()
        self.asked.append((scope["path"], tag))
        answer = self.answers.get(scope["path"], (404, {}))
        status, told = self.first.pop(0) if self.first else answer
        if status == 200 and tag == told.get("ETag"):
            status = 304
        await Response(b"" if status == 304 else b"news", status, told)(scope, receive, send)


async def said(app, topic=FEED, tag=None):
    """What a topic says, without following it."""
    async with Topics(app, SITE) as topics:
        return await topics.ask(topic, tag)


async def test_a_feed():
    """Its bytes, its tag and its type; then that it says the same."""
    app = App()
    assert await said(app) == Content(FEED, '"a"', GOOD["Content-Type"], b"news")
    assert await said(app, tag='"a"') is Says.UNCHANGED
    assert app.asked == [(FEED, ""), (FEED, '"a"')]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((404, {}), Says.MISSING),
        ((200, GOOD | {"Content-Type": "text/html"}), Says.MISSING),
        ((200, {"Content-Type": ATOM_TYPE}), Says.MISSING),
        ((403, GOOD), Says.MISSING),
        ((410, {}), Says.GONE),
        ((301, {"Location": f"{SITE}/feeds/b.rss"}), Moved("/feeds/b.rss")),
        ((308, {"Location": "b.rss"}), Moved("/feeds/b.rss")),
        ((301, {"Location": "https://elsewhere.example/"}), Says.GONE),
        ((200, GOOD | {"Link": f'<{SITE}/feeds/b.rss>; rel="self"'}), Moved("/feeds/b.rss")),
        (
            (200, GOOD | {"Link": f'<{SITE}{FEED}>; rel="self", <{SITE}/hub>; rel="hub"'}),
            Content(FEED, '"a"', GOOD["Content-Type"], b"news"),
        ),
    ],
)
async def test_what_else_may_be_said(answer, expected):
    """A subscriber has to name the address that a feed itself names (section 4.1)."""
    assert await said(App(**{FEED: answer})) == expected


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_cannot_be_said_just_now(status):
    """It is no reason to deny anything."""
    with pytest.raises(TopicUnavailable):
        await said(App(**{FEED: (status, {})}))


async def test_a_feed_that_moved_is_followed():
    """Those who subscribed before get it from its new place, as long as there is one."""
    app = App(**{"/feeds/b.rss": (301, {"Location": f"{SITE}{FEED}"})})
    app.answers["/feeds/c.rss"] = (301, {"Location": "c.rss"})
    async with Topics(app, SITE) as topics:
        assert (await topics.follow("/feeds/b.rss")).topic == FEED
        assert await topics.follow("/feeds/b.rss", '"a"') is Says.UNCHANGED
        assert await topics.follow("/feeds/c.rss") is Says.MISSING


@pytest.fixture
async def site(store, tmp_path):
    """A site whose hub asks an application of the test's."""
    site = Site(store, tmp_path / "more")
    site.said = App()
    async with site.hub.work(site.said) as site.work:
        yield site


async def subscribed(site, reader):
    """Subscribe to the feed, and let it say something else."""
    await site.subscribe(reader.url, topic=SITE + FEED)
    assert await site.store.subscriptions.any()
    await site.news()
    site.said.answers[FEED] = (200, GOOD | {"ETag": '"b"'})


async def test_a_subscriber_of_a_feed_that_moved(site, reader):
    """It is told by the content's links where the feed is now (section 7)."""
    await subscribed(site, reader)
    site.said.answers[FEED] = (301, {"Location": f"{SITE}/feeds/b.rss"})
    site.said.answers["/feeds/b.rss"] = (200, GOOD | {"ETag": '"b"'})
    for _ in range(2):
        await site.deliver()
    (given,) = reader.given
    assert given.headers["link"] == f'<{SITE}/hub>; rel="hub", <{SITE}/feeds/b.rss>; rel="self"'
    await site.subscribe(f"{reader.url}/new", topic=SITE + FEED)
    assert reader.asked[-1].query["hub.reason"] == f"This feed's address is {SITE}/feeds/b.rss"


async def test_a_feed_that_ends(site, reader):
    """Its subscribers are told (section 5.2), and nothing is left of them."""
    await subscribed(site, reader)
    site.said.answers[FEED] = (410, {})
    await site.deliver()
    await site.verify()
    assert reader.given == []
    query = reader.asked[-1].query
    assert (query["hub.mode"], query["hub.topic"]) == ("denied", SITE + FEED)
    assert query["hub.reason"] == "This feed has ended."
    assert not await site.store.subscriptions.any()


@pytest.mark.slow
async def test_a_feed_that_is_away_for_a_while(site, reader):
    """Nothing is given, and all of it when it is back."""
    await subscribed(site, reader)
    there = site.said.answers.pop(FEED)
    await site.deliver()
    site.said.answers[FEED] = there
    await site.deliver()
    assert reader.given == []
    await site.news("Another")
    await site.deliver()
    assert len(reader.given) == 1


@pytest.mark.slow
async def test_a_feed_that_fails_keeps_no_other_waiting(site, reader, caplog):
    """It is asked again soon; others are delivered."""
    await subscribed(site, reader)
    other = "/feeds/z.rss"
    site.said.answers[other] = (200, GOOD)
    await site.subscribe(f"{reader.url}/z", topic=SITE + other)
    site.said.answers |= {FEED: (500, {}), other: (200, GOOD | {"ETag": '"c"'})}
    await site.news("Another")
    with caplog.at_level(logging.WARNING):
        await site.deliver()
    assert [one.target for one in reader.given] == ["/callback/z"]
    assert "the hub has to wait for a feed" in caplog.text
    site.said.answers[FEED] = (200, GOOD | {"ETag": '"b"'})
    await site.deliver()
    assert len(reader.given) == 2


@pytest.mark.slow
async def test_a_feed_that_fails_while_it_is_delivered(site, reader):
    """Between the look and the delivery anything may happen."""
    await subscribed(site, reader)
    site.said.first = [site.said.answers[FEED], (503, {})]
    await site.deliver()
    assert reader.given == []
    assert site.said.first == []
    await site.deliver()
    assert len(reader.given) == 1


@pytest.mark.slow
async def test_a_feed_that_cannot_be_had_is_no_reason_to_deny(site, reader):
    """The request waits, however often that happens."""
    site.said.answers[FEED] = (503, {})
    await site.subscribe(reader.url, topic=SITE + FEED)
    for _ in range(6):
        site.clock.forward(hours=3)
        await site.verify()
    assert reader.heard == []
    site.said.answers[FEED] = (200, GOOD)
    site.clock.forward(hours=3)
    await site.verify()
    assert [one.query["hub.mode"] for one in reader.asked] == ["subscribe"]


async def test_an_import_while_a_callback_is_asked(site, reader):
    """What came after the look at the feed is owed."""

    def echo(challenge):
        site.said.answers[FEED] = (200, GOOD | {"ETag": '"b"'})
        return challenge

    reader.echo = echo
    await site.subscribe(reader.url, topic=SITE + FEED)
    await site.deliver()
    assert len(reader.given) == 1


async def test_what_expires_is_counted(site, reader):
    """And is no more, once it has been tidied away."""
    await site.subscribe(reader.url, topic=SITE + FEED, lease_seconds="300")
    site.clock.forward(hours=1)
    await site.deliver()
    assert not await site.store.subscriptions.any()
    assert site.counts['newsgraph_hub_subscriptions_total{event="expired"}'] == 1
    assert isinstance(site.metrics, Metrics)
