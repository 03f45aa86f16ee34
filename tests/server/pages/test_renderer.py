"""What every page has."""

from __future__ import annotations

from itertools import pairwise

import pytest
from lxml import etree, html

from newsgraph.gql import Options
from newsgraph.server.app import create_app
from newsgraph.store.documents.collection import Collection
from tests.server.conftest import SITE, client_of
from tests.server.pages.kinds import STORY
from tests.store.archive import Archive
from tests.store_files import open_store

LISTED = [
    "/",
    "/articles",
    "/topics",
    "/providers",
    "/topics/ai",
    "/providers/cnet.com",
    f"/articles/{STORY}",
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
    copied = page.xpath("//div[@class='subscribe']//button/@data-copy")
    assert len(copied) == len(set(copied)) >= 3
    labels = page.xpath("//div[@class='subscribe']//button/@aria-label")
    assert len(set(labels)) == len(copied)
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
    assert page.xpath("//meta[@name='description']/@content") == [told["og:description"]]
    assert told["og:type"] == ("article" if "/articles/" in path else "website")
    offered = page.xpath("//div[@class='subscribe']//button/@data-copy")
    assert [one.rpartition(".")[2] for one in offered[:3]] == ["rss", "atom", "json"]
    assert offered[0] == page.xpath("//link[@rel='alternate']/@href")[0]


async def test_what_nobody_describes(archive, browsing):
    """It is told what there is, for lists of search engines; what is described says that."""
    archive.topic("b.yaml", "B", description="On bees")
    archive.write("a.md", topics=["A", "B"], provider={"name": "P", "domain": "p.example"})
    archive.write("b.md", topics=["A"])
    told = {}
    async with browsing(archive) as browsed:
        for path in ("/", "/articles", "/topics", "/topics/a", "/topics/b", "/providers/p.example"):
            page = await browsed.page(path)
            told[path] = page.xpath("string(//meta[@name='description']/@content)")
    assert told == {
        "/": "2 stories by topic and publisher, with what they lead to, and feeds.",
        "/articles": "2 stories, the newest first.",
        "/topics": "All topics, with their stories and feeds.",
        "/topics/a": "2 stories on A, the newest first.",
        "/topics/b": "On bees",
        "/providers/p.example": "1 story of P, the newest first.",
    }


async def test_the_most_special_feed_comes_first(client):
    """Readers that are given a page take the first that is announced."""
    page = html.fromstring((await client.get("/topics/ai")).content)
    found = page.xpath("//link[@rel='alternate']/@href")
    assert found[0] == f"{SITE}/feeds/topics/ai.rss"
    assert found[-1] == f"{SITE}/feeds/all.json"


async def test_a_schema_that_is_not_told_is_not_linked_to(store):
    """And who has the page with the link is given another one."""
    async with client_of(create_app(store, SITE)) as client:
        shown = await client.get("/")
    async with client_of(create_app(store, SITE, options=Options(introspection=False))) as client:
        page = await client.get("/", headers={"If-None-Match": shown.headers["etag"]})
    assert "/schema.graphql" in shown.text
    assert page.status_code == 200
    assert "/schema.graphql" not in page.text


async def test_other_settings_are_seen_by_every_client(store):
    """Pages have no date: it would be the import's, and stay as it is through other settings."""
    async with client_of(create_app(store, SITE)) as client:
        assert "last-modified" not in (await client.get("/")).headers
        feed = await client.get("/feeds/all.rss")
    since = {"If-Modified-Since": feed.headers["last-modified"]}
    async with client_of(create_app(store, SITE, pictures=False)) as client:
        assert (await client.get("/", headers=since)).status_code == 200


async def test_a_title_that_xml_refuses(tmp_path):
    """Pages and the description of the search are written without what cannot be."""
    archive = Archive(tmp_path / "in", Collection(id="x", title="A\x01B\ufffe C"))
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with client_of(create_app(store, SITE)) as client:
            told = etree.fromstring((await client.get("/opensearch.xml")).content)
            page = html.fromstring((await client.get("/")).content)
    finally:
        await store.close()
    assert told[0].text == page.xpath("string(//h1)")
    assert "\x01" not in told[0].text


async def test_only_pictures_that_a_browser_can_fetch(tmp_path):
    """The first that has an address of its own; none of an unknown site is asked of ours."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    good = {"url": "https://star.example/x.jpg"}
    archive.write("a.md", images=[{"url": "pic.png"}, {"url": "javascript:x"}, good])
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with client_of(create_app(store, SITE)) as client:
            for path in ("/", "/articles/a"):
                page = html.fromstring((await client.get(path)).content)
                assert page.xpath("//main//img/@src") == ["https://star.example/x.jpg"]
    finally:
        await store.close()
