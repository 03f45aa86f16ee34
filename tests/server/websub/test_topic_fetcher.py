"""How the hub reads feeds from the application, and what follows for subscriptions."""

from __future__ import annotations

import logging

import pytest
from starlette.responses import Response

from newsgraph.feeds import ATOM_MEDIA_TYPE, RSS_MEDIA_TYPE
from newsgraph.server.app import create_app
from newsgraph.server.websub.errors import TopicUnavailable
from newsgraph.server.websub.topic_fetcher import (
    Content,
    TopicFetcher,
    TopicRedirect,
    TopicStatus,
)
from tests.server.conftest import SITE
from tests.server.websub.conftest import HubSite

FEED = "/feeds/all.rss"
FEED_HEADERS = {"ETag": '"a"', "Content-Type": f"{RSS_MEDIA_TYPE}; charset=utf-8"}


class FakeApplication:
    """An application whose responses the test sets, as pairs of a status code and headers.

    Attributes:
        responses: responses by path.
        next_responses: responses to the next requests, whatever their path; they come first.
        requests: path and If-None-Match of each request.
    """

    def __init__(self, **responses):
        self.responses = {"/feeds/all.rss": (200, FEED_HEADERS)} | responses
        self.next_responses, self.requests = [], []

    async def __call__(self, scope, receive, send):
        """Send the response."""
        request_headers = dict(scope["headers"])
        etag = request_headers.get(b"if-none-match", b"").decode()
        self.requests.append((scope["path"], etag))
        response = self.responses.get(scope["path"], (404, {}))
        status, headers = self.next_responses.pop(0) if self.next_responses else response
        if status == 200 and etag == headers.get("ETag"):
            status = 304
        body = b"" if status == 304 else b"news"
        await Response(body, status, headers)(scope, receive, send)


async def fetch(app, topic=FEED, etag=None):
    """Fetch a topic once, without following redirects."""
    async with TopicFetcher(app, SITE) as topic_fetcher:
        return await topic_fetcher.fetch(topic, etag)


async def test_a_feed():
    """The result has the feed's ETag, media type and bytes; then it is UNCHANGED."""
    app = FakeApplication()
    content = Content(FEED, '"a"', FEED_HEADERS["Content-Type"], b"news")
    assert await fetch(app) == content
    assert await fetch(app, etag='"a"') is TopicStatus.UNCHANGED
    assert app.requests == [(FEED, ""), (FEED, '"a"')]


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ((404, {}), TopicStatus.MISSING),
        ((200, FEED_HEADERS | {"Content-Type": "text/html"}), TopicStatus.MISSING),
        ((200, {"Content-Type": ATOM_MEDIA_TYPE}), TopicStatus.MISSING),
        ((403, FEED_HEADERS), TopicStatus.MISSING),
        ((410, {}), TopicStatus.GONE),
        ((301, {"Location": f"{SITE}/feeds/b.rss"}), TopicRedirect("/feeds/b.rss")),
        ((308, {"Location": "b.rss"}), TopicRedirect("/feeds/b.rss")),
        ((301, {"Location": "https://elsewhere.example/"}), TopicStatus.GONE),
        (
            (200, FEED_HEADERS | {"Link": f'<{SITE}/feeds/b.rss>; rel="self"'}),
            TopicRedirect("/feeds/b.rss"),
        ),
        (
            (200, FEED_HEADERS | {"Link": f'<{SITE}{FEED}>; rel="self", <{SITE}/hub>; rel="hub"'}),
            Content(FEED, '"a"', FEED_HEADERS["Content-Type"], b"news"),
        ),
    ],
)
async def test_results(response, expected):
    """A topic must be the URL in the feed's own ``self`` link (section 4.1)."""
    assert await fetch(FakeApplication(**{FEED: response})) == expected


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_unavailable_topics(status):
    """Temporary errors of the application raise TopicUnavailable."""
    with pytest.raises(TopicUnavailable):
        await fetch(FakeApplication(**{FEED: (status, {})}))


async def test_redirects_are_followed():
    """A feed that has moved is fetched from its new URL; a redirect loop leads to no feed."""
    app = FakeApplication(**{"/feeds/b.rss": (301, {"Location": f"{SITE}{FEED}"})})
    app.responses["/feeds/c.rss"] = (301, {"Location": "c.rss"})
    async with TopicFetcher(app, SITE) as topic_fetcher:
        fetch_feed = topic_fetcher.fetch_following_redirects
        assert (await fetch_feed("/feeds/b.rss")).topic == FEED
        assert await fetch_feed("/feeds/b.rss", '"a"') is TopicStatus.UNCHANGED
        assert await fetch_feed("/feeds/c.rss") is TopicStatus.MISSING


@pytest.fixture
async def site(store, tmp_path):
    """A site whose hub reads feeds from a fake application."""
    site = HubSite(store, tmp_path / "more")
    site.fake_app = FakeApplication()
    async with site.hub.create_worker(site.fake_app) as site.worker:
        yield site


async def subscribe_and_change(site, subscriber):
    """Subscribe to the feed, and change its content."""
    await site.subscribe(subscriber.url, topic=SITE + FEED)
    assert await site.store.subscriptions.has_work()
    await site.import_story()
    site.fake_app.responses[FEED] = (200, FEED_HEADERS | {"ETag": '"b"'})


async def test_a_feed_that_moves(site, subscriber):
    """Subscribers get the content from the new URL, which its links contain (section 7)."""
    await subscribe_and_change(site, subscriber)
    site.fake_app.responses[FEED] = (301, {"Location": f"{SITE}/feeds/b.rss"})
    site.fake_app.responses["/feeds/b.rss"] = (200, FEED_HEADERS | {"ETag": '"b"'})
    for _ in range(2):
        await site.deliver()
    (delivery,) = subscriber.deliveries
    assert delivery.headers["link"] == f'<{SITE}/hub>; rel="hub", <{SITE}/feeds/b.rss>; rel="self"'
    await site.subscribe(f"{subscriber.url}/new", topic=SITE + FEED)
    reason = subscriber.verifications[-1].query["hub.reason"]
    assert reason == f"The URL of this feed is {SITE}/feeds/b.rss"


async def test_a_feed_that_ends(site, subscriber):
    """Its subscribers get a denial (section 5.2), and their subscriptions are deleted."""
    await subscribe_and_change(site, subscriber)
    site.fake_app.responses[FEED] = (410, {})
    await site.deliver()
    await site.verify()
    assert subscriber.deliveries == []
    query = subscriber.verifications[-1].query
    assert (query["hub.mode"], query["hub.topic"]) == ("denied", SITE + FEED)
    assert query["hub.reason"] == "This feed has ended."
    assert not await site.store.subscriptions.has_work()


@pytest.mark.slow
async def test_a_feed_that_is_missing_for_a_while(site, subscriber):
    """Nothing is delivered while a feed is missing; afterwards its content is."""
    await subscribe_and_change(site, subscriber)
    response = site.fake_app.responses.pop(FEED)
    await site.deliver()
    site.fake_app.responses[FEED] = response
    await site.deliver()
    assert subscriber.deliveries == []
    await site.import_story("Another")
    await site.deliver()
    assert len(subscriber.deliveries) == 1


@pytest.mark.slow
async def test_an_unavailable_feed_does_not_delay_others(site, subscriber, caplog):
    """An unavailable feed is retried, and the content of other feeds is delivered meanwhile."""
    await subscribe_and_change(site, subscriber)
    other_feed = "/feeds/z.rss"
    site.fake_app.responses[other_feed] = (200, FEED_HEADERS)
    await site.subscribe(f"{subscriber.url}/z", topic=SITE + other_feed)
    other_response = (200, FEED_HEADERS | {"ETag": '"c"'})
    site.fake_app.responses |= {FEED: (500, {}), other_feed: other_response}
    await site.import_story("Another")
    with caplog.at_level(logging.WARNING):
        await site.deliver()
    assert [delivery.target for delivery in subscriber.deliveries] == ["/callback/z"]
    assert "the hub retries a feed later" in caplog.text
    site.fake_app.responses[FEED] = (200, FEED_HEADERS | {"ETag": '"b"'})
    await site.deliver()
    assert len(subscriber.deliveries) == 2


@pytest.mark.slow
async def test_a_feed_that_becomes_unavailable_before_its_delivery(site, subscriber):
    """A feed may fail between the check for changes and the delivery, which is retried."""
    await subscribe_and_change(site, subscriber)
    site.fake_app.next_responses = [site.fake_app.responses[FEED], (503, {})]
    await site.deliver()
    assert subscriber.deliveries == []
    assert site.fake_app.next_responses == []
    await site.deliver()
    assert len(subscriber.deliveries) == 1


@pytest.mark.slow
async def test_an_unavailable_feed_is_not_denied(site, subscriber):
    """A request for an unavailable feed stays pending, without a limit on the attempts."""
    site.fake_app.responses[FEED] = (503, {})
    await site.subscribe(subscriber.url, topic=SITE + FEED)
    for _ in range(6):
        site.clock.forward(hours=3)
        await site.verify()
    assert subscriber.requests == []
    site.fake_app.responses[FEED] = (200, FEED_HEADERS)
    site.clock.forward(hours=3)
    await site.verify()
    modes = [request.query["hub.mode"] for request in subscriber.verifications]
    assert modes == ["subscribe"]


async def test_a_change_during_the_verification(site, subscriber):
    """Content that changes while the callback is verified is delivered."""

    def change_feed(challenge):
        site.fake_app.responses[FEED] = (200, FEED_HEADERS | {"ETag": '"b"'})
        return challenge

    subscriber.echo = change_feed
    await site.subscribe(subscriber.url, topic=SITE + FEED)
    await site.deliver()
    assert len(subscriber.deliveries) == 1


async def test_expired_subscriptions_are_counted(site, subscriber):
    """Expired subscriptions are deleted, and the metrics count them."""
    await site.subscribe(subscriber.url, topic=SITE + FEED, lease_seconds="300")
    site.clock.forward(hours=1)
    await site.deliver()
    assert not await site.store.subscriptions.has_work()
    assert site.counts['newsgraph_hub_subscriptions_total{event="expired"}'] == 1


async def test_the_source_of_a_feed_is_no_topic(store):
    """Subscribers get the feed itself, in its media type."""
    app = create_app(store, SITE)
    assert await fetch(app, "/feeds/all.rss?format=raw") is TopicStatus.MISSING
    assert isinstance(await fetch(app), Content)
