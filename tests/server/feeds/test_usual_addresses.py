"""The usual addresses of feeds, and other spellings of a feed's URL, redirect to the feed."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.feeds.usual_addresses import FEED_NAMES, find_feed_url, is_feed_address
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

REDIRECTS = {
    # WordPress, Substack, Medium
    "/feed": "/feeds/all.rss",
    "/feed/": "/feeds/all.rss",
    "/Feed/": "/feeds/all.rss",
    "/feed/rss2/": "/feeds/all.rss",
    "/feed/atom/": "/feeds/all.atom",
    "/feed/?paged=2": "/feeds/all.rss",
    "/feed/?page=2": "/feeds/all.rss",
    "/category/ai/feed/": "/feeds/topics/ai.rss",
    "/tag/ai/feed/atom/": "/feeds/topics/ai.atom",
    # Ghost
    "/rss": "/feeds/all.rss",
    "/rss/": "/feeds/all.rss",
    "/tag/computer-vision/rss/": "/feeds/topics/computer-vision.rss",
    # Hugo, Zola
    "/index.xml": "/feeds/all.rss",
    "/posts/index.xml": "/feeds/all.rss",
    "/tags/ai/index.xml": "/feeds/topics/ai.rss",
    "/categories/ai/index.xml": "/feeds/topics/ai.rss",
    "/rss.xml": "/feeds/all.rss",
    "/atom.xml": "/feeds/all.atom",
    "/tags/ai/atom.xml": "/feeds/topics/ai.atom",
    # Jekyll, Eleventy
    "/feed.xml": "/feeds/all.atom",
    "/Feed.XML": "/feeds/all.atom",
    "/feed/ai.xml": "/feeds/topics/ai.atom",
    "/feed/by_tag/ai.xml": "/feeds/topics/ai.atom",
    "/feed/feed.xml": "/feeds/all.atom",
    "/feed.json": "/feeds/all.json",
    # Docusaurus, Hexo, VitePress
    "/blog/rss.xml": "/feeds/all.rss",
    "/blog/atom.xml": "/feeds/all.atom",
    "/blog/feed.json": "/feeds/all.json",
    "/rss2.xml": "/feeds/all.rss",
    "/feed.rss": "/feeds/all.rss",
    # Pelican
    "/feeds/all.atom.xml": "/feeds/all.atom",
    "/feeds/all.rss.xml": "/feeds/all.rss",
    "/feeds/ai.atom.xml": "/feeds/topics/ai.atom",
    "/feed.atom.xml": "/feeds/all.atom",
    # this site's pages
    "/feeds": "/feeds/all.rss",
    "/feeds/": "/feeds/all.rss",
    "/articles/feed": "/feeds/all.rss",
    "/topics/ai/feed": "/feeds/topics/ai.rss",
    "/topics/AI/feed/": "/feeds/topics/ai.rss",
    "/topics/ai/index.xml": "/feeds/topics/ai.rss",
    "/topics/ai/rss.xml": "/feeds/topics/ai.rss",
    "/topics/ai/atom.xml": "/feeds/topics/ai.atom",
    "/topics/ai/feed.json": "/feeds/topics/ai.json",
    "/providers/cnet.com/feed": "/feeds/providers/cnet.com.rss",
    "/providers/cnet.com/atom.xml": "/feeds/providers/cnet.com.atom",
    # parameters that feeds have
    "/feed?without=ai&utm_source=x": "/feeds/all.rss?without=ai",
    # other spellings of a feed's URL
    "/feeds/all.rss/": "/feeds/all.rss",
    "/feeds/All.RSS": "/feeds/all.rss",
    "/Feeds/all.rss": "/feeds/all.rss",
    "/feeds/topics/ai.Atom": "/feeds/topics/ai.atom",
    "/feeds/Topics/AI.rss/": "/feeds/topics/ai.rss",
    "/feeds/providers/cnet.com.JSON": "/feeds/providers/cnet.com.json",
    "/feeds/topics/ai/Providers/cnet.com.RSS": "/feeds/topics/ai/providers/cnet.com.rss",
    "/feeds/all.RSS?page=oldest": "/feeds/all.rss?page=oldest",
    "/feeds/search.RSS?q=x": "/feeds/search.rss?q=x",
    "/feeds/query/JcsxCoAwEETR.RSS?variables=%7B%7D": (
        "/feeds/query/JcsxCoAwEETR.rss?variables=%7B%7D"
    ),
    "/feeds.opml/": "/feeds.opml",
    "/Feeds.OPML?topics=ai": "/feeds.opml?topics=ai",
}

NO_FEEDS = (
    "/comments/feed",
    "/comments/feed/",
    "/about/feed",
    "/topics/feed",
    "/x/rss.xml",
    "/feed/x/y.xml",
    "/feeds/all.txt",
    "/feeds/all.RSSX",
    "/feeds/x/y.rss",
    "/feeds/topics/ai+x,y.RSS",
    "/tags/ai+x,y/feed",
    "/feeds/all.RSS?page=x",
)
"""Addresses without a feed: nothing is guessed."""


@pytest.mark.parametrize(("address", "location"), REDIRECTS.items())
async def test_usual_address_redirects(client, address, location):
    """GET and HEAD get a 301 to the canonical URL, which may be cached only until it changes."""
    for method in ("GET", "HEAD"):
        response = await client.request(method, address)
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY
        assert response.headers["location"] == SITE + location
        assert response.headers["cache-control"] == "no-cache"
    assert is_feed_address(address.partition("?")[0])


@pytest.mark.parametrize("address", NO_FEEDS)
async def test_other_address_is_not_found(client, address):
    """Comments have no feed here, and other sections are unknown."""
    response = await client.get(address)
    assert response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST)


@pytest.mark.parametrize("location", sorted(set(REDIRECTS.values())))
def test_canonical_url_has_no_redirect(location):
    """No redirect leads to itself, even where the feed does not exist."""
    path, _, query_string = location.partition("?")
    assert find_feed_url(path, query_string) is None


async def test_only_reads_are_redirected(client):
    """POST is 404 or 405, as at any other URL."""
    assert not (await client.post("/feed")).has_redirect_location
    assert not (await client.post("/feeds/all.rss/")).has_redirect_location


async def test_document_at_a_usual_address_comes_first(tmp_path):
    """The page that a generator has at ``/feed/`` or ``/feeds/`` redirects to the article."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    aliases = ["/feed/", "/feeds/", "/topics/ai/feed", "/rss.xml"]
    archive.write_article("how-to-subscribe.md", aliases=aliases, topics=["ai"])
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    async with create_client(create_app(store, SITE)) as client:
        for address in ("/feed", "/feed/", "/feeds", "/feeds/", "/topics/ai/feed", "/rss.xml"):
            response = await client.get(address)
            assert response.headers["location"] == "/archive/articles/how-to-subscribe"
        response = await client.get("/atom.xml")
        assert response.headers["location"] == f"{SITE}/feeds/all.atom"
    await store.close()


async def test_topic_with_the_name_of_a_usual_address_comes_first(tmp_path):
    """A topic whose slug ends in ``/feed`` has its page."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_article("x.md", topics=["ai/feed"])
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    async with create_client(create_app(store, SITE)) as client:
        slug = (await client.get("/feeds/topics/ai/feed.rss")).status_code
        assert (await client.get("/topics/ai/feed")).status_code == slug
    await store.close()


def test_all_names_are_found():
    """Each name of the table leads to the feed of all articles, in its format."""
    for name, suffix in FEED_NAMES.items():
        assert find_feed_url(f"/{name}", "") == f"/feeds/all.{suffix}"
