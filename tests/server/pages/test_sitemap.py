"""The sitemap, held against the protocol and against the pages that there are."""

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
from newsgraph.server.http_cache.conditional_get import Answers
from newsgraph.server.pages.sitemap import (
    MOST_CHARACTERS,
    MOST_IN_FILE,
    MOST_IN_PART,
    NAMESPACE,
    PATH,
    Part,
    Sitemap,
    number_of_parts,
)
from newsgraph.server.urls import Addresses
from newsgraph.store.documents.collection import Collection
from newsgraph.store.documents.identity import key
from tests.hypothesis_profiles import examples
from tests.server.conftest import SITE, client_of
from tests.store.archive import Archive
from tests.store_files import open_store

ARTICLES = 40
NASTY = ("ä ö&ü", "x<y>", "日本/語", "a'b\"c", "plus+and%20", "it's")


def listed(response):
    """Return the addresses of a file and when they last changed, after the protocol's rules."""
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == "application/xml"
    assert response.headers["x-content-type-options"] == "nosniff"
    root = etree.fromstring(response.content)
    assert response.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert len(response.content) <= 50_000_000
    names = {"sitemapindex": "sitemap", "urlset": "url"}
    item = names[root.tag.removeprefix(f"{{{NAMESPACE}}}")]
    assert root.nsmap == {None: NAMESPACE}
    assert 1 <= len(root) <= MOST_IN_FILE
    found = {}
    for one in root:
        assert one.tag == f"{{{NAMESPACE}}}{item}"
        told = {part.tag.removeprefix(f"{{{NAMESPACE}}}"): part.text for part in one}
        assert [*told] in (["loc"], ["loc", "lastmod"])
        address = told["loc"]
        # RFC 3986: as it stands it is a URI, of ours, and below the folder of the file.
        assert address.startswith(f"{SITE}/")
        assert len(address) <= MOST_CHARACTERS
        assert quote(address, safe="/-._~:%") == address
        if "lastmod" in told:
            # W3C's profile of ISO 8601 wants a zone beside a time.
            assert datetime.fromisoformat(told["lastmod"]).tzinfo is not None
        assert address not in found
        found[address] = told.get("lastmod")
    return found


def path_of(address):
    """Return the path of an address of ours, as it is asked for here."""
    return urlsplit(address).path.removeprefix(urlsplit(SITE).path)


async def whole(client):
    """Return the addresses of all parts, each part by itself."""
    index = listed(await client.get(PATH))
    return [listed(await client.get(path_of(address))) for address in index]


def cut(store, most):
    """A client of nothing but the sitemap, with parts of so many addresses."""
    addresses = Addresses(SITE)
    sitemap = Sitemap(store, Answers(store, SITE), addresses, most)
    return client_of(Starlette(routes=sitemap.routes()))


@pytest.fixture
async def archive(tmp_path):
    """Documents with names of all sorts, and a topic that has none."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    for number in range(ARTICLES):
        provider = {"domain": f"p{number % 7}.example"}
        archive.write(f"n{number}.md", topics=[f"t{number % 9}"], provider=provider)
    for number, name in enumerate(NASTY):
        archive.write(f"nasty{number}.md", id=name, topics=[name], updated="2024-02-29T12:00+02:00")
    archive.topic("empty.yaml", "Empty")
    archive.write("hidden.md", published=False, topics=["Hidden"])
    return archive


@pytest.fixture
async def site(archive, tmp_path):
    """A store of these."""
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        yield store
    finally:
        await store.close()


@pytest.mark.slow
async def test_every_address_is_a_page(site):
    """Home, topics, publishers and articles; nothing hidden, and no topic without articles."""
    async with client_of(create_app(site, SITE)) as client:
        parts = await whole(client)
        assert len(parts) == 2
        found = {**parts[0], **parts[1]}
        for address in found:
            assert (await client.get(path_of(address))).status_code == httpx.codes.OK, address
    assert f"{SITE}/" in parts[0]
    assert sum("/providers/" in one for one in parts[0]) == 7
    assert sum("/topics/" in one for one in parts[0]) == 9 + len(NASTY)
    assert len(parts[1]) == ARTICLES + len(NASTY)
    assert not any("hidden" in one.lower() or "empty" in one for one in found)


async def test_when_an_article_changed(site):
    """As it says itself, else when it was first imported; other pages do not tell."""
    async with client_of(create_app(site, SITE)) as client:
        listings, articles = await whole(client)
    assert set(listings.values()) == {None}
    by_itself = [at for at in articles.values() if at == "2024-02-29T10:00:00Z"]
    assert len(by_itself) == len(NASTY)
    imported = (await site.state()).imported_at
    assert [*articles.values()].count(imported) == ARTICLES


@settings(max_examples=examples(25))
@given(most=st.integers(1, 2 * ARTICLES))
async def test_any_number_of_parts(site, most):
    """However many there are, each address is in one, and the parts of half as many are as good."""
    async with cut(site, MOST_IN_PART) as client:
        expected = [one for part in await whole(client) for one in part]
    found = []
    async with cut(site, most) as client:
        paths = [*map(path_of, listed_loosely(await client.get(PATH)))]
        for path in paths:
            found += listed_loosely(await client.get(path))
        assert sorted(found) == sorted(expected)
        of = number_of_parts(ARTICLES + len(NASTY), most)
        assert sum("articles" in path for path in paths) == of
        before = []
        for number in range(of // 2):
            part = Part("articles", number + 1, of // 2)
            before += listed_loosely(await client.get(part.path))
        assert sorted(before) == sorted(one for one in expected if "/articles/" in one and of > 1)


def listed_loosely(response):
    """Return the addresses of a file that may have none: so few in a part are never."""
    assert response.status_code == httpx.codes.OK
    return etree.fromstring(response.content).xpath("//*[local-name()='loc']/text()")


@given(st.integers(1, 300_000_000))
def test_how_many_parts(addresses):
    """A power of two, and no more than the index may list, nor than are needed."""
    of = number_of_parts(addresses)
    assert of & (of - 1) == 0
    assert addresses / of <= MOST_IN_PART
    assert of == 1 or addresses / of > MOST_IN_PART / 2
    assert of <= MOST_IN_FILE


@given(st.text(), st.integers(0, 15))
def test_every_key_is_in_one_part(name, doublings):
    """The ranges of keys lie side by side, and reach from the lowest key to the highest."""
    parts = [Part("articles", number + 1, 2**doublings) for number in range(2**doublings)]
    ends = [part.keys for part in parts]
    assert (ends[0][0], ends[-1][1]) == (0, 2**63 - 1)
    assert all(one[1] + 1 == other[0] for one, other in pairwise(ends))
    one = key("Article", name)
    assert sum(lowest <= one <= highest for lowest, highest in ends) == 1


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
async def test_parts_that_there_are_not(client, name):
    """In words, whatever the client has; they tell where the list is."""
    response = await client.get(f"/sitemap-{quote(name)}.xml", headers={"If-None-Match": "*"})
    assert response.status_code == httpx.codes.NOT_FOUND
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.endswith(f"listed at {SITE}{PATH}\n") or not name


async def test_an_archive_without_articles(tmp_path):
    """There are the home page and lists, and no file is empty."""
    store = await open_store(tmp_path / "empty.db", SITE)
    try:
        async with client_of(create_app(store, SITE)) as client:
            listings = ("/", "/articles", "/topics", "/providers")
            assert await whole(client) == [{f"{SITE}{path}": None for path in listings}]
            response = await client.get("/sitemap-articles-1-of-1.xml")
            assert response.status_code == httpx.codes.NOT_FOUND
    finally:
        await store.close()


@pytest.mark.slow
async def test_addresses_that_are_too_long(archive, site):
    """The protocol takes fewer than 2,048 characters: all others stay."""
    longest = MOST_CHARACTERS - len(f"{SITE}/articles/")
    archive.write("long.md", id="a" * longest)
    archive.write("longer.md", id="b" * (longest + 1))
    await site.import_roots([archive.root])
    async with client_of(create_app(site, SITE)) as client:
        _, articles = await whole(client)
    assert f"{SITE}/articles/{'a' * longest}" in articles
    assert len(articles) == ARTICLES + len(NASTY) + 1


async def test_only_the_part_of_a_new_article_changes(archive, site):
    """Of all others a crawler is told that it has them."""
    parts = [Part("articles", number, 4) for number in (1, 2, 3, 4)]
    async with cut(site, 12) as client:
        tags = {part: (await client.get(part.path)).headers["etag"] for part in parts}
        assert len(set(tags.values())) == 4
        archive.write("new.md")
        await site.import_roots([archive.root])
        changed = []
        for part, tag in tags.items():
            again = await client.get(part.path, headers={"If-None-Match": tag})
            if again.status_code != httpx.codes.NOT_MODIFIED:
                changed.append(part)
    assert len(changed) == 1
    lowest, highest = changed[0].keys
    assert lowest <= key("Article", "new") <= highest


@pytest.mark.parametrize("path", [PATH, "/sitemap-articles-1-of-1.xml"])
async def test_nothing_is_sent_twice(client, path):
    """A strong tag, also where the answer is kept no more."""
    first = await client.get(path)
    assert not first.headers["etag"].startswith("W/")
    for _ in range(2):
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
