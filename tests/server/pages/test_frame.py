"""What every page has."""

from __future__ import annotations

from itertools import pairwise

import pytest
from lxml import html

from tests.server.conftest import SITE

SEED = "2021-03-12-facebook-will-train-its-ai-by-using-public-videos"
LISTED = [
    "/",
    "/articles",
    "/topics",
    "/providers",
    "/topics/ai",
    "/providers/cnet.com",
    f"/articles/{SEED}",
]
OTHERS = ["/search", "/search?q=facebook", "/diagnostics", "/nothing"]


@pytest.mark.parametrize("path", LISTED + OTHERS)
async def test_every_page(client, path):
    """One heading, a language, landmarks, feeds, nothing from elsewhere, and nothing inline."""
    response = await client.get(path)
    page = html.fromstring(response.content)
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//title/text()")[0].strip()
    assert len(page.xpath("//main[@id='main']")) == 1
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]
    feeds = page.xpath("//link[@rel='alternate']/@type")
    for kind in ("application/rss+xml", "application/atom+xml", "application/feed+json"):
        assert kind in feeds
    assert f"{SITE}/feeds/all.rss" in page.xpath("//link[@rel='alternate']/@href")
    loaded = page.xpath("//script/@src | //link[@rel='stylesheet' or contains(@rel, 'icon')]/@href")
    assert all(one.startswith(("/archive/static/", "/archive/favicon")) for one in loaded)
    assert not page.xpath("//@style | //style | //*[@onclick]")
    assert not page.xpath("//script[not(@src)][not(@type='application/ld+json')]")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    for needed in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert needed in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    levels = [int(one.tag[1]) for one in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("path", LISTED)
async def test_every_page_that_is_listed(client, path):
    """It has one address, says what it is to those who share it, and how to subscribe."""
    page = html.fromstring((await client.get(f"{path}?utm_source=x")).content)
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{SITE}{path}"]
    told = dict(
        zip(page.xpath("//meta/@property"), page.xpath("//meta[@property]/@content"), strict=True)
    )
    assert told["og:url"] == f"{SITE}{path}"
    assert told["og:title"]
    assert told["og:site_name"] == "newsgraph seeds"
    assert told["og:type"] == ("article" if "/articles/" in path else "website")
    offered = page.xpath("//div[@class='subscribe']//button/@data-copy")
    assert [one.rpartition(".")[2] for one in offered[:3]] == ["rss", "atom", "json"]
    assert offered[0] == page.xpath("//link[@rel='alternate']/@href")[0]


async def test_the_most_special_feed_comes_first(client):
    """Readers that are given a page take the first that is announced."""
    page = html.fromstring((await client.get("/topics/ai")).content)
    found = page.xpath("//link[@rel='alternate']/@href")
    assert found[0] == f"{SITE}/feeds/topics/ai.rss"
    assert found[-1] == f"{SITE}/feeds/all.json"
