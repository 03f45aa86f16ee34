"""Feeds with only summaries: by a parameter of any feed's URL, or by a setting of the site."""

from __future__ import annotations

import json

import feedparser
import httpx
import pytest
from lxml import etree

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

BODY = "Only the body says **zebra**."
SUMMARY = "What the summary says"
QUERY = "{ articles(first: 3) { totalCount } }"


@pytest.fixture
def archive(tmp_path):
    """A folder with more articles than a feed has entries."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    for number in range(9):
        write(archive, f"{number}.md", f"2024-01-0{number + 1}")
    return archive


def write(archive, path, date):
    """Write an article with a summary, a body and a related link."""
    archive.write_article(
        path,
        body=BODY,
        date=date,
        excerpt=SUMMARY,
        topics=["AI"],
        provider={"name": "P", "domain": "p.example"},
        related=[{"title": "Beside it", "webUrl": "https://p.example/beside"}],
    )


@pytest.fixture
async def store(tmp_path, archive):
    """A store with the folder's articles."""
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    yield store
    await store.close()


def client_of(store, *, feed_summaries=False):
    """Return a client of an application whose feeds have two entries."""
    return create_client(create_app(store, SITE, 2, feed_summaries=feed_summaries))


def has_contents(response):
    """Return whether a feed has contents; it has summaries in any case."""
    assert response.status_code in (httpx.codes.OK, httpx.codes.IM_USED)
    assert SUMMARY in response.text
    found = {
        text in response.text
        for text in ("Only the body", "More on this story", "content:encoded>")
    }
    return True in found


@pytest.mark.parametrize(
    "name",
    ["all", "topics/ai", "providers/p.example", "topics/ai/providers/p.example", "search"],
)
@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
async def test_every_feed_has_summaries(store, name, suffix):
    """They have the ids, titles and links of the full feed's entries."""
    q = "?q=zebra&" if name == "search" else "?"
    async with client_of(store) as client:
        full = await client.get(f"/feeds/{name}.{suffix}{q[:-1]}")
        short = await client.get(f"/feeds/{name}.{suffix}{q}summary=1")
    assert (has_contents(full), has_contents(short)) == (True, False)
    assert full.headers["etag"] != short.headers["etag"]
    if suffix == "json":
        ids, short_ids = (
            [(item["id"], item["url"]) for item in json.loads(response.text)["items"]]
            for response in (full, short)
        )
        assert json.loads(short.text)["items"][0]["content_text"] == SUMMARY
    else:
        ids, short_ids = (
            [(entry.id, entry.link) for entry in feedparser.parse(response.content).entries]
            for response in (full, short)
        )
        etree.fromstring(short.content)
    assert ids == short_ids
    assert len(ids) == 2


async def test_links_of_a_feed_keep_the_parameter(store):
    """Pages, archives and other formats have summaries, too."""
    async with client_of(store) as client:
        visited, url = [], "/feeds/all.atom?summary=1"
        while url:
            response = await client.get(url)
            assert not has_contents(response)
            visited += [entry.title for entry in feedparser.parse(response.content).entries]
            links = response.headers["link"].split(", ")
            assert all("?summary=1" in link or 'rel="hub"' in link for link in links)
            url = next(
                (
                    link[1 : link.index(">")].removeprefix(SITE)
                    for link in links
                    if 'rel="next"' in link
                ),
                None,
            )
        assert len(visited) == 9
        archive = await client.get("/feeds/all.rss?summary=1&archive=start")
        assert not has_contents(archive)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("all.rss?summary=0", "all.rss"),
        ("all.rss?summary=", "all.rss"),
        ("all.rss?summary=yes", "all.rss?summary=1"),
        ("all.rss?summary=1&collapse=1", "all.rss?collapse=1&summary=1"),
        ("all.rss?page=oldest&summary=1", "all.rss?summary=1&page=oldest"),
        ("topics/AI.rss?summary=1", "topics/ai.rss?summary=1"),
    ],
)
async def test_parameter_has_one_position(store, url, canonical):
    """It is the last of a feed's own parameters; 0 is the same as no parameter."""
    async with client_of(store) as client:
        response = await client.get(f"/feeds/{url}")
    assert response.headers["location"] == f"{SITE}/feeds/{canonical}"


async def test_usual_address_keeps_the_parameter(store):
    """A redirect to a feed keeps what the feed knows."""
    async with client_of(store) as client:
        response = await client.get("/feed/?summary=1")
    assert response.headers["location"] == f"{SITE}/feeds/all.rss?summary=1"


async def test_delta_has_summaries(store, archive):
    """A feed of summaries has deltas like the full one, and 304s of its own."""
    async with client_of(store) as client:
        etags = {
            url: (await client.get(url)).headers["etag"]
            for url in ("/feeds/all.rss", "/feeds/all.rss?summary=1")
        }
        write(archive, "new.md", "2024-02-01")
        await store.import_roots([archive.root])
        for url, etag in etags.items():
            headers = {"A-IM": "feed", "If-None-Match": etag}
            delta = await client.get(url, headers=headers)
            assert delta.status_code == httpx.codes.IM_USED
            assert len(feedparser.parse(delta.content).entries) == 1
            assert has_contents(delta) is ("summary" not in url)
            headers = {"If-None-Match": delta.headers["etag"]}
            assert (await client.get(url, headers=headers)).status_code == httpx.codes.NOT_MODIFIED
        crossed = {"A-IM": "feed", "If-None-Match": etags["/feeds/all.rss"]}
        full = await client.get("/feeds/all.rss?summary=1", headers=crossed)
        assert full.status_code == httpx.codes.OK


async def test_feed_of_a_query_has_summaries(store):
    """`/feeds/query` takes the parameter, and the URLs that it returns have it."""
    async with client_of(store) as client:
        response = await client.get("/feeds/query", params={"query": QUERY, "summary": "1"})
        for url in response.json().values():
            assert url.endswith("?summary=1")
            assert not has_contents(await client.get(url.removeprefix(SITE)))
            assert has_contents(await client.get(url.removeprefix(SITE).partition("?")[0]))


async def test_list_of_feeds_has_the_parameter(store):
    """All feeds of the list have summaries, and the list has one URL."""
    async with client_of(store) as client:
        for params in ("summary=1", "topics=ai&summary=1"):
            tree = etree.fromstring((await client.get(f"/feeds.opml?{params}")).content)
            urls = tree.xpath("//@xmlUrl")
            assert urls
            assert all(url.endswith(".rss?summary=1") for url in urls)
        response = await client.get("/feeds.opml?summary=yes")
        assert response.headers["location"] == f"{SITE}/feeds.opml?summary=1"


async def test_setting_makes_summaries_the_only_form(store):
    """No parameter of a URL brings the contents back, and a change of the setting is noticed."""
    async with client_of(store) as client:
        etag = (await client.get("/feeds/all.rss")).headers["etag"]
    async with client_of(store, feed_summaries=True) as client:
        for url in ("/feeds/all.rss", "/feeds/all.rss?summary=1", "/feeds/search.json?q=zebra"):
            response = await client.get(url, headers={"If-None-Match": etag})
            assert not has_contents(response)
        urls = (await client.get("/feeds/query", params={"query": QUERY})).json()
        assert not has_contents(await client.get(urls["rss"].removeprefix(SITE)))
