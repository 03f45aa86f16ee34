"""What all pages have in common."""

from __future__ import annotations

from itertools import pairwise

import pytest
from lxml import etree, html

from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.server.pages.page_paths import STORY
from tests.store.archive import Archive
from tests.store_files import open_store

INDEXABLE_PAGES = [
    "/",
    "/articles",
    "/topics",
    "/providers",
    "/topics/ai",
    "/providers/cnet.com",
    f"/articles/{STORY}",
]
OTHER_PAGES = ["/search", "/search?q=facebook", "/diagnostics", "/nothing"]


@pytest.mark.parametrize("path", INDEXABLE_PAGES + OTHER_PAGES)
async def test_all_pages_share_a_structure(client, path):
    """Pages have one h1, a language, landmarks, feeds, and neither inline nor external scripts."""
    response = await client.get(path)
    page = html.fromstring(response.content)
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//title/text()")[0].strip()
    assert len(page.xpath("//main[@id='page-main']")) == 1
    assert page.xpath("//a[@class='skip']/@href") == ["#page-main"]
    feed_urls = page.xpath("//link[@rel='alternate'][@type]/@href")
    assert f"{SITE}/feeds/all.rss" in feed_urls
    assert len(feed_urls) == len(set(feed_urls)) <= 4
    copied_urls = page.xpath("//div[@class='subscribe']//button/@data-copy")
    assert len(copied_urls) == len(set(copied_urls)) >= 3
    labels = page.xpath("//div[@class='subscribe']//button/@aria-label")
    assert len(set(labels)) == len(copied_urls)
    resources = page.xpath(
        "//script/@src | //link[@rel='stylesheet' or contains(@rel, 'icon')]/@href"
    )
    assert all(url.startswith(("/archive/static/", "/archive/favicon")) for url in resources)
    assert not page.xpath("//@style | //style | //*[@onclick]")
    assert not page.xpath("//script[not(@src)][not(@type='application/ld+json')]")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    for directive in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert directive in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert all(level - previous <= 1 for previous, level in pairwise(levels))


@pytest.mark.parametrize("path", INDEXABLE_PAGES)
async def test_indexable_pages_have_metadata(client, path):
    """They have a canonical URL, Open Graph properties, and start with their most specific feed."""
    page = html.fromstring((await client.get(f"{path}?utm_source=x")).content)
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{SITE}{path}"]
    properties = dict(
        zip(page.xpath("//meta/@property"), page.xpath("//meta[@property]/@content"), strict=True)
    )
    assert properties["og:url"] == f"{SITE}{path}"
    assert properties["og:title"]
    assert properties["og:site_name"] == "newsgraph seeds"
    assert page.xpath("//meta[@name='description']/@content") == [properties["og:description"]]
    assert properties["og:type"] == ("article" if "/articles/" in path else "website")
    copied_urls = page.xpath("//div[@class='subscribe']//button/@data-copy")
    assert [url.rpartition(".")[2] for url in copied_urls[:3]] == ["rss", "atom", "json"]
    assert copied_urls[0] == page.xpath("//link[@rel='alternate']/@href")[0]


async def test_pages_without_a_description_get_a_default_one(archive, serve_archive):
    """The default description counts stories; a topic's own description takes precedence."""
    archive.write_topic("b.yaml", "B", description="On bees")
    archive.write_article("a.md", topics=["A", "B"], provider={"name": "P", "domain": "p.example"})
    archive.write_article("b.md", topics=["A"])
    descriptions = {}
    async with serve_archive(archive) as site:
        for path in ("/", "/articles", "/topics", "/topics/a", "/topics/b", "/providers/p.example"):
            page = await site.get_page(path)
            descriptions[path] = page.xpath("string(//meta[@name='description']/@content)")
    assert descriptions == {
        "/": "2 stories by topic and publisher, with what they lead to, and feeds.",
        "/articles": "2 stories, the newest first.",
        "/topics": "All topics, with their stories and feeds.",
        "/topics/a": "2 stories on A, the newest first.",
        "/topics/b": "On bees",
        "/providers/p.example": "1 story of P, the newest first.",
    }


ALL_FORMATS = ("all.rss", "all.atom", "all.json")
AUTODISCOVERY = {
    "/": ALL_FORMATS,
    "/articles": ALL_FORMATS,
    "/topics": ALL_FORMATS,
    "/providers": ALL_FORMATS,
    "/diagnostics": ALL_FORMATS,
    "/graphql": ALL_FORMATS,
    "/search": ALL_FORMATS,
    "/nothing": ALL_FORMATS,
    **{
        f"/search?q={word}": (
            *(f"search.{suffix}?q={word}" for suffix in ("rss", "atom", "json")),
            "all.rss",
        )
        for word in ("facebook", "nothing-yet")
    },
    "/topics/ai": ("topics/ai.rss", "topics/ai.atom", "topics/ai.json", "all.rss"),
    "/providers/cnet.com": (
        *(f"providers/cnet.com.{suffix}" for suffix in ("rss", "atom", "json")),
        "all.rss",
    ),
    f"/articles/{STORY}": ("topics/ai.rss", "providers/cnet.com.rss", "all.rss"),
}
"""By page: the feeds that programs find by its URL, below ``/feeds/``."""


@pytest.mark.parametrize(("path", "feeds"), AUTODISCOVERY.items())
async def test_autodiscovery(client, path, feeds):
    """A page links to its own feed in all formats, or to several feeds in one, four at most."""
    response = await client.get(path, headers={"Accept": "text/html"})
    links = html.fromstring(response.content).xpath("//head/link[@rel='alternate'][@type]")
    assert [link.get("href") for link in links] == [f"{SITE}/feeds/{feed}" for feed in feeds]
    titles = [link.get("title") for link in links]
    assert len(titles) == len(set(titles))


async def test_autodiscovery_of_an_article_with_many_topics(archive, serve_archive):
    """There are four links, the feed of all articles is the last."""
    archive.write_article("a.md", topics=["A", "B", "C", "D", "E"])
    async with serve_archive(archive) as site:
        page = await site.get_page("/articles/a")
    urls = page.xpath("//link[@rel='alternate'][@type]/@href")
    names = [url.partition("/feeds/")[2] for url in urls]
    assert names == ["topics/a.rss", "topics/b.rss", "topics/c.rss", "all.rss"]


async def test_pages_link_to_the_schema_only_if_it_is_public(store):
    """Without introspection there is no link, and the ETag of the page with the link is stale."""
    async with create_client(create_app(store, SITE)) as client:
        with_link = await client.get("/")
    options = Options(introspection=False)
    async with create_client(create_app(store, SITE, options=options)) as client:
        response = await client.get("/", headers={"If-None-Match": with_link.headers["etag"]})
    assert "/schema.graphql" in with_link.text
    assert response.status_code == 200
    assert "/schema.graphql" not in response.text


async def test_pages_have_no_last_modified_header(store):
    """It would be the time of the import, and so not change with the server's settings."""
    async with create_client(create_app(store, SITE)) as client:
        assert "last-modified" not in (await client.get("/")).headers
        feed = await client.get("/feeds/all.rss")
    headers = {"If-Modified-Since": feed.headers["last-modified"]}
    async with create_client(create_app(store, SITE, pictures=False)) as client:
        assert (await client.get("/", headers=headers)).status_code == 200


async def test_characters_that_xml_forbids_are_removed_from_the_title(tmp_path):
    """Pages and the OpenSearch description have the same title, without control characters."""
    archive = Archive(tmp_path / "in", Collection(id="x", title="A\x01B\ufffe C"))
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            description = etree.fromstring((await client.get("/opensearch.xml")).content)
            page = html.fromstring((await client.get("/")).content)
    finally:
        await store.close()
    assert description[0].text == page.xpath("string(//h1)")
    assert "\x01" not in description[0].text


async def test_the_first_image_with_an_absolute_http_url_is_shown(tmp_path):
    """Relative image URLs of a collection without a URL would load from this site."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    loadable = {"url": "https://star.example/x.jpg"}
    archive.write_article("a.md", images=[{"url": "pic.png"}, {"url": "javascript:x"}, loadable])
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            for path in ("/", "/articles/a"):
                page = html.fromstring((await client.get(path)).content)
                assert page.xpath("//main//img/@src") == ["https://star.example/x.jpg"]
    finally:
        await store.close()
