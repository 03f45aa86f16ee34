"""robots.txt, as crawlers read it."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import httpx
import pytest

from newsgraph.server.pages.robots import robots
from newsgraph.server.urls import Addresses
from tests.server.conftest import SITE

READ = (
    "/",
    "/topics/ai",
    "/providers/cnet.com",
    "/articles/search",
    "/feeds/all.rss",
    "/feeds/topics/graphql.atom",
    "/feeds.opml",
    "/sitemap.xml",
    "/sitemap-articles-1-of-1.xml",
    "/static/pages.css",
    "/favicon.ico",
)
LEFT_ALONE = (
    "/graphql",
    "/graphql?query={__typename}",
    "/search",
    "/search?q=robots",
    "/diagnostics",
    "/diagnostics?after=x",
    "/hub",
    "/feeds/search.rss?q=robots",
    "/feeds/query/0123.json",
)


def read(text):
    """Return what Python's own reader makes of it."""
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return parser


@pytest.mark.parametrize("site", [SITE, "https://news.example", "http://127.0.0.1:8000"])
def test_what_crawlers_may_read(site):
    """Pages and feeds, and not what has no end; below the prefix where there is one."""
    parser = read(robots(Addresses(site)))
    for path in READ:
        assert parser.can_fetch("AnyBot/1.0", site + path), path
    for path in LEFT_ALONE:
        assert not parser.can_fetch("AnyBot/1.0", site + path), path
    assert parser.site_maps() == [f"{site}/sitemap.xml"]


async def test_robots_is_served(client):
    """As text in UTF-8 (RFC 9309 section 2.3), with a tag."""
    response = await client.get("/robots.txt")
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == robots(Addresses(SITE))
    again = await client.get("/robots.txt", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == httpx.codes.NOT_MODIFIED


async def test_the_sitemap_that_it_names_is_there(client):
    """Where it says."""
    (address,) = read((await client.get("/robots.txt")).text).site_maps()
    assert (await client.get(address.removeprefix(SITE))).status_code == httpx.codes.OK
