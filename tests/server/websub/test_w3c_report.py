"""The items of the W3C's implementation report for hubs, one after the other."""

from __future__ import annotations

import hmac
import re
from pathlib import Path

import pytest

from newsgraph.server.app import create_app
from newsgraph.server.websub.limits import LEAST_LEASE, MOST_LEASE, USUAL_LEASE
from newsgraph.server.websub.options import HubOptions, hub_address
from tests.server.conftest import SITE, client_of
from tests.server.websub.conftest import TOPIC

ROOT = Path(__file__).resolve().parents[3]
SECRET = "a secret of nobody’s"  # noqa: S105 - of a test


@pytest.mark.slow
async def test_subscribing_with_mode_topic_and_callback(site, reader):
    """100: the three that a subscriber has to send are enough."""
    answer = await site.ask(reader.url)
    assert (answer.status_code, answer.headers["content-type"]) == (
        202,
        "text/plain; charset=utf-8",
    )
    await site.verify()
    await site.news()
    await site.deliver()
    (given,) = reader.given
    assert "x-hub-signature" not in given.headers


async def test_subscribing_with_a_secret(site, reader):
    """101: what comes then is signed, by SHA-256 of the very bytes."""
    await site.subscribe(reader.url, secret=SECRET)
    await site.news()
    await site.deliver()
    (given,) = reader.given
    expected = hmac.new(SECRET.encode(), given.body, "sha256").hexdigest()
    assert given.headers["x-hub-signature"] == f"sha256={expected}"


async def test_parameters_that_are_not_known(site, reader):
    """102: they are ignored, also twice."""
    form = [
        ("hub.callback", reader.url),
        ("hub.mode", "subscribe"),
        ("hub.topic", TOPIC),
        ("hub.verify", "sync"),
        ("hub.verify", "async"),
        ("foo", "bar"),
    ]
    content = "&".join(f"{name}={value}" for name, value in form)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await site.client.post("/hub", content=content, headers=headers)).status_code == 202
    await site.verify()
    assert [one.query["hub.mode"] for one in reader.asked] == ["subscribe"]


async def test_asking_again_before_the_lease_is_over(site, reader):
    """103: the lease begins anew, with another secret or none, and nothing comes twice."""
    await site.subscribe(reader.url, lease_seconds="600", secret=SECRET)
    site.clock.forward(seconds=500)
    await site.subscribe(reader.url, lease_seconds="600")
    site.clock.forward(seconds=500)
    await site.news()
    await site.deliver()
    (given,) = reader.given
    assert "x-hub-signature" not in given.headers


@pytest.mark.slow
async def test_unsubscribing(site, reader):
    """104: the callback is asked, then nothing more comes."""
    await site.subscribe(reader.url)
    await site.ask(reader.url, "unsubscribe")
    await site.news()
    await site.deliver()
    assert len(reader.given) == 1
    await site.verify()
    assert [one.query["hub.mode"] for one in reader.asked] == ["subscribe", "unsubscribe"]
    await site.news("Another")
    await site.deliver()
    assert len(reader.given) == 1


@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe"])
async def test_how_a_callback_is_asked(site, reader, mode):
    """1xx: by GET, with its own query first and a challenge that is new each time."""
    callback = f"{reader.url}?foo=bar&hub.mode=x&red=%66ish"
    for _ in range(2):
        await site.ask(callback, mode, lease_seconds="700")
        await site.verify()
    first, second = reader.asked
    assert first.target.startswith("/callback?foo=bar&hub.mode=x&red=%66ish&hub.")
    assert (first.query["hub.mode"], first.query["hub.topic"]) == (mode, TOPIC)
    assert first.query.get("hub.lease_seconds") == ("700" if mode == "subscribe" else None)
    challenges = {one.query["hub.challenge"] for one in (first, second)}
    assert len(challenges) == 2
    assert all(len(one) >= 40 for one in challenges)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, USUAL_LEASE),
        ("", USUAL_LEASE),
        ("86400", 86_400),
        ("1", LEAST_LEASE),
        ("999999999", MOST_LEASE),
    ],
)
async def test_asking_for_a_lease(site, reader, asked, granted):
    """Within bounds a subscriber gets what it asks for, and is told; then nothing comes."""
    await site.subscribe(reader.url, **({} if asked is None else {"lease_seconds": asked}))
    assert reader.asked[0].query["hub.lease_seconds"] == str(granted)
    site.clock.forward(seconds=granted)
    await site.news()
    await site.deliver()
    assert reader.given == []


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
async def test_what_is_given_is_the_feed(site, reader, suffix):
    """100: all of it, byte for byte, with its own media type, and where it is from."""
    path = f"/feeds/topics/ai.{suffix}"
    await site.subscribe(reader.url, topic=SITE + path)
    await site.news()
    await site.deliver()
    (given,) = reader.given
    feed = await site.client.get(path)
    assert given.target == "/callback"
    assert given.body == feed.content
    assert b"Brand new" in given.body
    assert given.headers["content-type"] == feed.headers["content-type"]
    assert given.headers["link"] == f'<{SITE}/hub>; rel="hub", <{SITE}{path}>; rel="self"'


@pytest.mark.slow
async def test_only_what_changed_is_given(site, reader):
    """A story elsewhere is no news here; nor is what has been given already."""
    await site.subscribe(reader.url)
    await site.news(topics=("Sea",))
    await site.deliver()
    assert reader.given == []
    await site.news("Another")
    for _ in range(3):
        await site.deliver()
    assert len(reader.given) == 1


def test_the_report_names_tests_that_there_are():
    """A table of what is held is only as good as its names."""
    page = (ROOT / "docs" / "websub.md").read_text("utf-8")
    named = set(re.findall(r"`(test_\w+)`", page.partition("## The implementation report")[2]))
    assert len(named) > 5
    assert named - set(globals()) == set()


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
@pytest.mark.parametrize("hub", ["own", "none", "https://hub.example/x"])
async def test_a_feed_announces_its_hub(store, suffix, hub):
    """Discovery (section 4): by a Link header, and in the feed itself."""
    options = HubOptions(hub=hub)
    async with client_of(create_app(store, SITE, hub_options=options)) as client:
        feed = await client.get(f"/feeds/topics/ai.{suffix}")
    address = hub_address(options, SITE)
    assert feed.links.get("hub", {}).get("url") == address
    assert feed.links["self"]["url"] == f"{SITE}/feeds/topics/ai.{suffix}"
    if address is None:
        assert "hub" not in feed.text.replace("github", "")
    else:
        assert f'"{address}"' in feed.text.replace("\\/", "/")


async def test_one_feed_has_one_address(site, reader):
    """Another address of it is denied, with the one to subscribe to (section 5.1.1)."""
    await site.subscribe(reader.url, topic=f"{SITE}/feeds/topics/AI.rss")
    await site.subscribe(reader.url, topic=f"{SITE}/feeds/all.rss?x=1")
    reasons = [(one.query["hub.mode"], one.query["hub.reason"]) for one in reader.asked]
    assert reasons == [
        ("denied", f"This feed's address is {SITE}/feeds/topics/ai.rss"),
        ("denied", f"This feed's address is {SITE}/feeds/all.rss"),
    ]
