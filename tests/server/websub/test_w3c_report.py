"""The items of the W3C's implementation report for hubs."""

from __future__ import annotations

import hmac
import re
from pathlib import Path

import pytest

from newsgraph.server.app import create_app
from newsgraph.server.websub.limits import (
    DEFAULT_LEASE_SECONDS,
    MAX_LEASE_SECONDS,
    MIN_LEASE_SECONDS,
)
from newsgraph.server.websub.options import HubOptions, announced_hub_url
from tests.server.conftest import SITE, create_client
from tests.server.websub.conftest import TOPIC_URL

ROOT = Path(__file__).resolve().parents[3]
SECRET = "a secret of nobody’s"  # noqa: S105 - a test's secret


@pytest.mark.slow
async def test_subscribing_with_mode_topic_and_callback(site, subscriber):
    """100: the three required parameters are sufficient."""
    response = await site.send_request(subscriber.url)
    assert (response.status_code, response.headers["content-type"]) == (
        202,
        "text/plain; charset=utf-8",
    )
    await site.verify()
    await site.import_story()
    await site.deliver()
    (delivery,) = subscriber.deliveries
    assert "x-hub-signature" not in delivery.headers


async def test_subscribing_with_a_secret(site, subscriber):
    """101: deliveries are signed with HMAC-SHA-256 over the bytes of the body."""
    await site.subscribe(subscriber.url, secret=SECRET)
    await site.import_story()
    await site.deliver()
    (delivery,) = subscriber.deliveries
    expected = hmac.new(SECRET.encode(), delivery.body, "sha256").hexdigest()
    assert delivery.headers["x-hub-signature"] == f"sha256={expected}"


async def test_unknown_parameters(site, subscriber):
    """102: unknown parameters are ignored, even if they are repeated."""
    form = [
        ("hub.callback", subscriber.url),
        ("hub.mode", "subscribe"),
        ("hub.topic", TOPIC_URL),
        ("hub.verify", "sync"),
        ("hub.verify", "async"),
        ("foo", "bar"),
    ]
    content = "&".join(f"{name}={value}" for name, value in form)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await site.client.post("/hub", content=content, headers=headers)).status_code == 202
    await site.verify()
    modes = [request.query["hub.mode"] for request in subscriber.verifications]
    assert modes == ["subscribe"]


async def test_renewing_a_subscription(site, subscriber):
    """103: a renewal restarts the lease and replaces the secret; nothing is delivered twice."""
    await site.subscribe(subscriber.url, lease_seconds="600", secret=SECRET)
    site.clock.forward(seconds=500)
    await site.subscribe(subscriber.url, lease_seconds="600")
    site.clock.forward(seconds=500)
    await site.import_story()
    await site.deliver()
    (delivery,) = subscriber.deliveries
    assert "x-hub-signature" not in delivery.headers


@pytest.mark.slow
async def test_unsubscribing(site, subscriber):
    """104: after the callback has confirmed it, nothing is delivered any more."""
    await site.subscribe(subscriber.url)
    await site.send_request(subscriber.url, "unsubscribe")
    await site.import_story()
    await site.deliver()
    assert len(subscriber.deliveries) == 1
    await site.verify()
    modes = [request.query["hub.mode"] for request in subscriber.verifications]
    assert modes == ["subscribe", "unsubscribe"]
    await site.import_story("Another")
    await site.deliver()
    assert len(subscriber.deliveries) == 1


@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe"])
async def test_verification_request(site, subscriber, mode):
    """1xx: a GET with the callback's own query first, and a new challenge each time."""
    callback = f"{subscriber.url}?foo=bar&hub.mode=x&red=%66ish"
    for _ in range(2):
        await site.send_request(callback, mode, lease_seconds="700")
        await site.verify()
    first, second = subscriber.verifications
    assert first.target.startswith("/callback?foo=bar&hub.mode=x&red=%66ish&hub.")
    assert (first.query["hub.mode"], first.query["hub.topic"]) == (mode, TOPIC_URL)
    assert first.query.get("hub.lease_seconds") == ("700" if mode == "subscribe" else None)
    challenges = {request.query["hub.challenge"] for request in (first, second)}
    assert len(challenges) == 2
    assert all(len(challenge) >= 40 for challenge in challenges)


@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe"])
async def test_verification_request_repeats_the_token(site, subscriber, mode):
    """Subscribers of PubSubHubbub 0.3 find the token that they have sent, and no other."""
    for fields in ({"verify_token": "first"}, {"verify_token": "t§ken &=+%20"}, {}):
        await site.send_request(subscriber.url, mode, **fields)
        await site.verify()
    tokens = [request.query.get("hub.verify_token") for request in subscriber.verifications]
    assert tokens == ["first", "t§ken &=+%20", None]


async def test_a_denial_repeats_no_token(site, subscriber):
    """A denial has `hub.topic` and `hub.reason` only (section 5.2)."""
    fields = {"topic": f"{SITE}/feeds/none.rss", "verify_token": "first"}
    await site.subscribe(subscriber.url, **fields)
    (denial,) = subscriber.verifications
    assert set(denial.query) == {"hub.mode", "hub.topic", "hub.reason"}


@pytest.mark.parametrize(
    ("requested", "granted_seconds"),
    [
        (None, DEFAULT_LEASE_SECONDS),
        ("", DEFAULT_LEASE_SECONDS),
        ("86400", 86_400),
        ("1", MIN_LEASE_SECONDS),
        ("999999999", MAX_LEASE_SECONDS),
    ],
)
async def test_requesting_a_lease(site, subscriber, requested, granted_seconds):
    """The requested lease is granted within limits; after its end nothing is delivered."""
    fields = {} if requested is None else {"lease_seconds": requested}
    await site.subscribe(subscriber.url, **fields)
    (verification,) = subscriber.verifications
    assert verification.query["hub.lease_seconds"] == str(granted_seconds)
    site.clock.forward(seconds=granted_seconds)
    await site.import_story()
    await site.deliver()
    assert subscriber.deliveries == []


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
async def test_delivered_content_is_the_feed(site, subscriber, suffix):
    """100: a delivery has the feed's bytes, its media type, and links to the hub and itself."""
    path = f"/feeds/topics/ai.{suffix}"
    await site.subscribe(subscriber.url, topic=SITE + path)
    await site.import_story()
    await site.deliver()
    (delivery,) = subscriber.deliveries
    feed = await site.client.get(path)
    assert delivery.target == "/callback"
    assert delivery.body == feed.content
    assert b"Brand new" in delivery.body
    assert delivery.headers["content-type"] == feed.headers["content-type"]
    assert delivery.headers["link"] == f'<{SITE}/hub>; rel="hub", <{SITE}{path}>; rel="self"'


@pytest.mark.slow
async def test_only_changes_are_delivered(site, subscriber):
    """A change of another feed is not delivered, and a change is delivered only once."""
    await site.subscribe(subscriber.url)
    await site.import_story(topics=("Sea",))
    await site.deliver()
    assert subscriber.deliveries == []
    await site.import_story("Another")
    for _ in range(3):
        await site.deliver()
    assert len(subscriber.deliveries) == 1


def test_tests_of_the_report_exist():
    """Each test that the report in the documentation refers to is in this module."""
    page = (ROOT / "docs" / "websub.md").read_text("utf-8")
    report = page.partition("## The implementation report")[2]
    test_names = set(re.findall(r"`(test_\w+)`", report))
    assert len(test_names) > 5
    assert test_names - set(globals()) == set()


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
@pytest.mark.parametrize("hub", ["own", "none", "https://hub.example/x"])
async def test_a_feed_announces_its_hub(store, suffix, hub):
    """Discovery (section 4): a Link header and the feed itself contain the hub's URL."""
    options = HubOptions(hub=hub)
    async with create_client(create_app(store, SITE, hub_options=options)) as client:
        feed = await client.get(f"/feeds/topics/ai.{suffix}")
    hub_url = announced_hub_url(options, SITE)
    assert feed.links.get("hub", {}).get("url") == hub_url
    assert feed.links["self"]["url"] == f"{SITE}/feeds/topics/ai.{suffix}"
    if hub_url is None:
        assert "hub" not in feed.text.replace("github", "")
    else:
        assert f'"{hub_url}"' in feed.text.replace("\\/", "/")


async def test_a_feed_has_one_url(site, subscriber):
    """A request for another URL of a feed is denied, with the right URL (section 5.1.1)."""
    await site.subscribe(subscriber.url, topic=f"{SITE}/feeds/topics/AI.rss")
    await site.subscribe(subscriber.url, topic=f"{SITE}/feeds/all.rss?x=1")
    queries = [request.query for request in subscriber.verifications]
    assert [(query["hub.mode"], query["hub.reason"]) for query in queries] == [
        ("denied", f"The URL of this feed is {SITE}/feeds/topics/ai.rss"),
        ("denied", f"The URL of this feed is {SITE}/feeds/all.rss"),
    ]
