"""robots.txt, as Python's own parser reads it."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import httpx
import pytest

from newsgraph.server.pages.robots import robots_txt
from newsgraph.server.urls import SiteUrls
from tests.server.conftest import SITE

ALLOWED = (
    "/",
    "/topics/ai",
    "/providers/cnet.com",
    "/articles/search",
    "/feeds/all.rss",
    "/feeds/topics/graphql.atom",
    "/feeds.opml",
    "/subscribe/topics/ai",
    "/sitemap.xml",
    "/sitemap-articles-1-of-1.xml",
    "/static/pages.css",
    "/favicon.ico",
)
DISALLOWED = (
    "/graphql",
    "/graphql?query={__typename}",
    "/search",
    "/search?q=robots",
    "/diagnostics",
    "/diagnostics?after=x",
    "/hub",
    "/feeds/search.rss?q=robots",
    "/feeds/query/0123.json",
    "/subscribe/search?q=robots",
    "/subscribe/query/0123",
)


def parse(text):
    """Return a parser that has read a robots.txt."""
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return parser


@pytest.mark.parametrize("site", [SITE, "https://news.example", "http://127.0.0.1:8000"])
def test_pages_and_feeds_are_allowed(site):
    """Searches, diagnostics, GraphQL and the hub are disallowed, below the site's path prefix."""
    parser = parse(robots_txt(SiteUrls(site)))
    for path in ALLOWED:
        assert parser.can_fetch("AnyBot/1.0", site + path), path
    for path in DISALLOWED:
        assert not parser.can_fetch("AnyBot/1.0", site + path), path
    assert parser.site_maps() == [f"{site}/sitemap.xml"]


async def test_robots_txt_is_served_with_an_etag(client):
    """Its media type is text/plain in UTF-8 (RFC 9309 section 2.3)."""
    response = await client.get("/robots.txt")
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == robots_txt(SiteUrls(SITE))
    again = await client.get("/robots.txt", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == httpx.codes.NOT_MODIFIED


async def test_the_sitemap_in_robots_txt_exists(client):
    """The sitemap's URL leads to the sitemap."""
    (url,) = parse((await client.get("/robots.txt")).text).site_maps()
    assert (await client.get(url.removeprefix(SITE))).status_code == httpx.codes.OK
