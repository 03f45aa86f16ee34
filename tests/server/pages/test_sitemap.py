"""The sitemap: conformance to the protocol, and its URLs."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from urllib.parse import quote, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from starlette.applications import Starlette

from newsgraph.server.app import create_app
from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
from newsgraph.server.pages.sitemap import (
    MAX_URL_LENGTH,
    MAX_URLS_PER_FILE,
    NAMESPACE,
    SITEMAP_PATH,
    URLS_PER_PART,
    Sitemap,
    SitemapPart,
    count_parts,
)
from newsgraph.server.urls import SiteUrls
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.identity import stable_key
from tests.hypothesis_profiles import scale_examples
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

ARTICLE_COUNT = 40
UNUSUAL_NAMES = ("ä ö&ü", "x<y>", "日本/語", "a'b\"c", "plus+and%20", "it's")


def parse_file(response):
    """Check a file against the protocol and return its URLs with the times of their last change."""
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == "application/xml"
    assert response.headers["x-content-type-options"] == "nosniff"
    root = etree.fromstring(response.content)
    assert response.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert len(response.content) <= 50_000_000
    item_names = {"sitemapindex": "sitemap", "urlset": "url"}
    item_name = item_names[root.tag.removeprefix(f"{{{NAMESPACE}}}")]
    assert root.nsmap == {None: NAMESPACE}
    assert 1 <= len(root) <= MAX_URLS_PER_FILE
    urls = {}
    for item in root:
        assert item.tag == f"{{{NAMESPACE}}}{item_name}"
        values = {child.tag.removeprefix(f"{{{NAMESPACE}}}"): child.text for child in item}
        assert [*values] in (["loc"], ["loc", "lastmod"])
        url = values["loc"]
        # It is a valid URI (RFC 3986) of the site, so below the folder of the file.
        assert url.startswith(f"{SITE}/")
        assert len(url) <= MAX_URL_LENGTH
        assert quote(url, safe="/-._~:%") == url
        if "lastmod" in values:
            # The W3C's profile of ISO 8601 requires a time zone after a time.
            assert datetime.fromisoformat(values["lastmod"]).tzinfo is not None
        assert url not in urls
        urls[url] = values.get("lastmod")
    return urls


def path_of(url):
    """Return the path of a URL of the site, relative to the site."""
    return urlsplit(url).path.removeprefix(urlsplit(SITE).path)


async def get_all_parts(client):
    """Return the URLs of each part that the index refers to."""
    index = parse_file(await client.get(SITEMAP_PATH))
    return [parse_file(await client.get(path_of(url))) for url in index]


def sitemap_client(store, urls_per_part):
    """Return a client of an application that has only the sitemap."""
    sitemap = Sitemap(store, ConditionalResponder(store, SITE), SiteUrls(SITE), urls_per_part)
    return create_client(Starlette(routes=sitemap.routes()))


@pytest.fixture
async def archive(tmp_path):
    """Documents with usual and unusual names, a topic without articles, a hidden document."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    for number in range(ARTICLE_COUNT):
        provider = {"domain": f"p{number % 7}.example"}
        archive.write_article(f"n{number}.md", topics=[f"t{number % 9}"], provider=provider)
    for number, name in enumerate(UNUSUAL_NAMES):
        archive.write_article(
            f"unusual{number}.md", id=name, topics=[name], updated="2024-02-29T12:00+02:00"
        )
    archive.write_topic("empty.yaml", "Empty")
    archive.write_article("hidden.md", published=False, topics=["Hidden"])
    return archive


@pytest.fixture
async def archive_store(archive, tmp_path):
    """A store with the archive."""
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        yield store
    finally:
        await store.close()


@pytest.mark.slow
async def test_every_url_is_a_page(archive_store):
    """The sitemap has home, topics, publishers and articles; nothing hidden or empty."""
    async with create_client(create_app(archive_store, SITE)) as client:
        parts = await get_all_parts(client)
        assert len(parts) == 2
        urls = {**parts[0], **parts[1]}
        for url in urls:
            assert (await client.get(path_of(url))).status_code == httpx.codes.OK, url
    assert f"{SITE}/" in parts[0]
    assert sum("/providers/" in url for url in parts[0]) == 7
    assert sum("/topics/" in url for url in parts[0]) == 9 + len(UNUSUAL_NAMES)
    assert len(parts[1]) == ARTICLE_COUNT + len(UNUSUAL_NAMES)
    assert not any("hidden" in url.lower() or "empty" in url for url in urls)


async def test_articles_that_are_not_in_the_sitemap(tmp_path):
    """`sitemap: false` leaves an article out of the sitemap, and of nothing else."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_article("a.md", sitemap=False)
    archive.write_article("b.md")
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            _, articles = await get_all_parts(client)
            assert [path_of(url) for url in articles] == ["/articles/b"]
            assert (await client.get("/articles/a")).status_code == httpx.codes.OK
    finally:
        await store.close()


async def test_articles_have_a_lastmod(archive_store):
    """It is the document's own time, else that of the first import; listings have none."""
    async with create_client(create_app(archive_store, SITE)) as client:
        listings, articles = await get_all_parts(client)
    assert set(listings.values()) == {None}
    own_times = [time for time in articles.values() if time == "2024-02-29T10:00:00Z"]
    assert len(own_times) == len(UNUSUAL_NAMES)
    imported_at = (await archive_store.state()).imported_at
    assert [*articles.values()].count(imported_at) == ARTICLE_COUNT


@settings(max_examples=scale_examples(25))
@given(urls_per_part=st.integers(1, 2 * ARTICLE_COUNT))
async def test_each_url_is_in_one_part(archive_store, urls_per_part):
    """So it is for any number of parts, and also for the previous, half as large number."""
    async with sitemap_client(archive_store, URLS_PER_PART) as client:
        expected = [url for part in await get_all_parts(client) for url in part]
    urls = []
    async with sitemap_client(archive_store, urls_per_part) as client:
        paths = [*map(path_of, urls_of_file(await client.get(SITEMAP_PATH)))]
        for path in paths:
            urls += urls_of_file(await client.get(path))
        assert sorted(urls) == sorted(expected)
        part_count = count_parts(ARTICLE_COUNT + len(UNUSUAL_NAMES), urls_per_part)
        assert sum("articles" in path for path in paths) == part_count
        urls_before = []
        for index in range(part_count // 2):
            part = SitemapPart("articles", index + 1, part_count // 2)
            urls_before += urls_of_file(await client.get(part.path))
        articles = [url for url in expected if "/articles/" in url and part_count > 1]
        assert sorted(urls_before) == sorted(articles)


def urls_of_file(response):
    """Return the URLs of a file; unlike in practice, a small part may have none."""
    assert response.status_code == httpx.codes.OK
    return etree.fromstring(response.content).xpath("//*[local-name()='loc']/text()")


@given(st.integers(1, 300_000_000))
def test_count_parts(url_count):
    """The count is the smallest sufficient power of two, and small enough for the index."""
    part_count = count_parts(url_count)
    assert part_count & (part_count - 1) == 0
    assert url_count / part_count <= URLS_PER_PART
    assert part_count == 1 or url_count / part_count > URLS_PER_PART / 2
    assert part_count <= MAX_URLS_PER_FILE


@given(st.text(), st.integers(0, 15))
def test_every_key_is_in_one_part(name, doublings):
    """The key ranges of the parts are adjacent, and cover all keys."""
    part_count = 2**doublings
    ranges = [
        SitemapPart("articles", index + 1, part_count).key_range for index in range(part_count)
    ]
    assert (ranges[0][0], ranges[-1][1]) == (0, 2**63 - 1)
    assert all(lower[1] + 1 == upper[0] for lower, upper in pairwise(ranges))
    key = stable_key("Article", name)
    assert sum(lowest <= key <= highest for lowest, highest in ranges) == 1


@pytest.mark.parametrize(
    "name",
    [
        "articles-0-of-1",
        "articles-2-of-1",
        "articles-1-of-0",
        "articles-1-of-2",
        "articles-1-of-3",
        "articles-1-of-1048576",
        "articles-1-of-99999999999",
        "articles-01-of-1",
        "articles-١-of-1",
        "articles-1-of-1\n",
        "listings-2-of-1",
        "topics-1-of-1",
        "articles",
        "",
    ],
)
async def test_unknown_parts_are_not_found(client, name):
    """The message has the URL of the index; If-None-Match has no effect."""
    response = await client.get(f"/sitemap-{quote(name)}.xml", headers={"If-None-Match": "*"})
    assert response.status_code == httpx.codes.NOT_FOUND
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.endswith(f"listed at {SITE}{SITEMAP_PATH}\n") or not name


async def test_an_empty_archive_has_one_part(tmp_path):
    """It has the home page and the lists; there is no empty part for articles."""
    store = await open_store(tmp_path / "empty.db", SITE)
    try:
        async with create_client(create_app(store, SITE)) as client:
            listings = ("/", "/articles", "/topics", "/providers")
            assert await get_all_parts(client) == [{f"{SITE}{path}": None for path in listings}]
            response = await client.get("/sitemap-articles-1-of-1.xml")
            assert response.status_code == httpx.codes.NOT_FOUND
    finally:
        await store.close()


@pytest.mark.slow
async def test_too_long_urls_are_left_out(archive, archive_store):
    """The protocol allows fewer than 2,048 characters."""
    max_id_length = MAX_URL_LENGTH - len(f"{SITE}/articles/")
    archive.write_article("long.md", id="a" * max_id_length)
    archive.write_article("longer.md", id="b" * (max_id_length + 1))
    await archive_store.import_roots([archive.root])
    async with create_client(create_app(archive_store, SITE)) as client:
        _, articles = await get_all_parts(client)
    assert f"{SITE}/articles/{'a' * max_id_length}" in articles
    assert len(articles) == ARTICLE_COUNT + len(UNUSUAL_NAMES) + 1


async def test_a_new_article_changes_only_its_part(archive, archive_store):
    """The ETags of all other parts get 304 responses."""
    parts = [SitemapPart("articles", number, 4) for number in (1, 2, 3, 4)]
    async with sitemap_client(archive_store, 12) as client:
        etags = {part: (await client.get(part.path)).headers["etag"] for part in parts}
        assert len(set(etags.values())) == 4
        archive.write_article("new.md")
        await archive_store.import_roots([archive.root])
        changed = []
        for part, etag in etags.items():
            again = await client.get(part.path, headers={"If-None-Match": etag})
            if again.status_code != httpx.codes.NOT_MODIFIED:
                changed.append(part)
    assert len(changed) == 1
    lowest, highest = changed[0].key_range
    assert lowest <= stable_key("Article", "new") <= highest


@pytest.mark.parametrize("path", [SITEMAP_PATH, "/sitemap-articles-1-of-1.xml"])
async def test_files_have_a_strong_etag(client, path):
    """A 304 response has no body, whether the file is cached or not."""
    first = await client.get(path)
    assert not first.headers["etag"].startswith("W/")
    for _ in range(2):
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
