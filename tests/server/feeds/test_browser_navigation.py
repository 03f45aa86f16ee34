"""Browsers that open a feed are led to the page about it; all other requests get the feed."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.http_cache.options import CacheOptions
from tests.server.conftest import SITE, create_client
from tests.server.readers.request_headers import NAVIGATIONS, PROGRAMS

FEED = "/feeds/topics/ai"
NAVIGATION = NAVIGATIONS["an address that is typed"]
VARY = "Sec-Fetch-Dest, Sec-Fetch-Mode"
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("suffix", MEDIA_TYPES)
async def test_programs_get_the_feed(client, program, suffix):
    """They get the same bytes before and after a browser was redirected, by GET and HEAD."""
    url, headers = f"{FEED}.{suffix}", PROGRAMS[program]
    expected = await client.get(url, headers={"User-Agent": "", "Accept": "*/*"})
    for _ in range(2):
        for method in ("GET", "HEAD"):
            response = await client.request(method, url, headers=headers)
            assert response.status_code == httpx.codes.OK
            assert response.headers["content-type"] == MEDIA_TYPES[suffix]
            assert response.headers["vary"].startswith(VARY)
            assert response.content == (expected.content if method == "GET" else b"")
        assert (await client.get(url, headers=NAVIGATION)).status_code == httpx.codes.SEE_OTHER


@pytest.mark.parametrize("navigation", NAVIGATIONS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("max_age_seconds", [0, 60])
async def test_browsers_get_the_page(store, navigation, method, max_age_seconds):
    """The redirect is never stored, whatever the feed's Cache-Control is, and has no body."""
    app = create_app(store, SITE, cache_options=CacheOptions(max_age_seconds=max_age_seconds))
    async with create_client(app) as client:
        await client.get(f"{FEED}.rss")
        response = await client.request(method, f"{FEED}.rss", headers=NAVIGATIONS[navigation])
        assert response.status_code == httpx.codes.SEE_OTHER
        assert response.headers["location"] == "/archive/subscribe/topics/ai"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["vary"] == VARY
        assert response.content == b""
        page = await client.get("/subscribe/topics/ai", headers=NAVIGATIONS[navigation])
        assert page.headers["content-type"] == "text/html; charset=utf-8"


async def test_conditions_do_not_matter(client):
    """A browser that has the feed in its cache is redirected, too; a program gets the 304."""
    feed = await client.get(f"{FEED}.atom")
    conditions = {"If-None-Match": feed.headers["etag"], "A-IM": "feed"}
    response = await client.get(f"{FEED}.atom", headers=NAVIGATION | conditions)
    assert response.status_code == httpx.codes.SEE_OTHER
    for _ in range(2):
        response = await client.get(f"{FEED}.atom", headers=conditions)
        assert response.status_code == httpx.codes.NOT_MODIFIED
        assert response.headers["vary"] == feed.headers["vary"]


@pytest.mark.parametrize("cache_bytes", [0, 1_000_000])
@pytest.mark.parametrize("url", [f"{FEED}.rss", f"{FEED}.rss?page=oldest"])
async def test_304_has_the_vary_header_of_200(store, cache_bytes, url):
    """Also if the server has no response in its cache (RFC 9110 section 15.4.5)."""
    async with create_client(create_app(store, SITE)) as client:
        etag = (await client.get(url)).headers["etag"]
    options = CacheOptions(response_cache_bytes=cache_bytes)
    async with create_client(create_app(store, SITE, cache_options=options)) as client:
        response = await client.get(url, headers={"If-None-Match": etag})
        assert response.status_code == httpx.codes.NOT_MODIFIED
        assert response.headers["vary"] == f"{VARY}, Accept-Encoding"


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("/feeds/all.rss", "/subscribe/all"),
        ("/feeds/providers/cnet.com.json", "/subscribe/providers/cnet.com"),
        ("/feeds/topics/ai+facebook-ai.atom", "/subscribe/topics/ai+facebook-ai"),
        ("/feeds/topics/ai/providers/cnet.com.rss", "/subscribe/topics/ai/providers/cnet.com"),
        ("/feeds/search.rss?q=a+b%26&quality=85", "/subscribe/search?q=a+b%26&quality=85"),
        ("/feeds/all.rss?collapse=1&without=law,tax", "/subscribe/all?collapse=1&without=law,tax"),
        ("/feeds/all.rss?page=older-abc", "/subscribe/all"),
        ("/feeds/all.rss?archive=start..x&collapse=1", "/subscribe/all?collapse=1"),
        ("/feeds/topics/%E4%BA%BA.rss", "/subscribe/topics/%E4%BA%BA"),
        ("/feeds/topics/a%0D%0Ab.rss", "/subscribe/topics/a%0D%0Ab"),
        ("/feeds/all.rss?format=xml", "/subscribe/all?format=xml"),
        (
            "/feeds/query/abc_-.rss?variables={%22a%22:1}",
            "/subscribe/query/abc_-?variables=%7B%22a%22:1%7D",
        ),
    ],
)
async def test_every_feed_has_a_page(client, url, location):
    """Pages and archives lead to the page about the feed; parameters of the feed stay."""
    response = await client.get(url, headers=NAVIGATION)
    assert response.status_code == httpx.codes.SEE_OTHER
    assert response.headers["location"] == f"/archive{location}"


@pytest.mark.parametrize(
    "path",
    [
        "/feeds.opml",
        "/feeds/query?query={articles{totalCount}}",
        "/feeds/all.xml",
        "/feeds/all",
        f"{FEED}.rss?format=raw",
        "/topics/ai",
        "/",
    ],
)
async def test_other_paths_are_as_for_programs(client, path):
    """Only feeds redirect browsers, and not their sources."""
    expected, response = await client.get(path), await client.get(path, headers=NAVIGATION)
    assert response.status_code == expected.status_code != httpx.codes.SEE_OTHER
    assert response.content == expected.content


async def test_other_methods_are_not_redirected(client):
    """A form that is sent to a feed gets the status that others get."""
    response = await client.post(f"{FEED}.rss", headers=NAVIGATION)
    assert response.status_code == httpx.codes.METHOD_NOT_ALLOWED


async def test_redirects_are_counted(client):
    """The metrics have them as responses of feeds."""
    await client.get(f"{FEED}.rss", headers=NAVIGATION)
    text = (await client.get("/metrics")).text
    assert "newsgraph_request_seconds_count{" in text
    (line,) = [line for line in text.splitlines() if 'status="303"' in line and "_count" in line]
    assert 'kind="feed"' in line
    assert line.endswith(" 1.0")
