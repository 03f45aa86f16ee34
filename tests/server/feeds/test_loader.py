"""The complete history of a feed, in pages and in archive documents (RFC 5005)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.store import Store
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

ARTICLE_COUNT = 240
PAGE_SIZE = 20
START = datetime(2020, 1, 1, tzinfo=UTC)
FEEDS = ("all", "topics/even", "providers/one.org", "topics/even,third", "search")


def write_articles(archive, numbers):
    """Write articles; some have the same date, and some have none."""
    for number in numbers:
        date = {"publishedDateTime": (START + timedelta(hours=number // 3)).isoformat()}
        archive.write_article(
            f"{number}.md",
            title=f"Story {number}",
            topics=["Even"] * (number % 2 == 0) + ["Third"] * (number % 3 == 0) + ["All"],
            provider={"name": "One", "domain": "one.org"},
            **({} if number % 50 == 7 else date),
        )


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Return a folder of articles."""
    archive = Archive(tmp_path_factory.mktemp("parts") / "stories", Collection(id="parts"))
    write_articles(archive, range(ARTICLE_COUNT))
    return archive


@pytest.fixture(scope="module")
def database_url(archive, tmp_path_factory):
    """Return the URL of a database into which the articles were imported."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/parts.db"

    async def import_articles():
        store = await Store.open(url, SITE)
        await store.import_roots([archive.root])
        await store.close()

    asyncio.run(import_articles())
    return url


@pytest.fixture
async def client(database_url):
    """Return a client of a server whose feeds have `PAGE_SIZE` entries."""
    store = await Store.open(database_url, SITE)
    async with create_client(create_app(store, SITE, feed_entries=PAGE_SIZE)) as client:
        yield client
    await store.close()


async def read_feed(client, url):
    """Read a feed document; return its entries' ids, and its links by their relations."""
    response = await client.get(url.removeprefix(SITE))
    assert response.status_code == httpx.codes.OK, url
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    links = {link["rel"]: link["href"] for link in feed.feed.links}
    assert links["self"].endswith(url)
    for rel, href in links.items():
        if rel != "alternate":
            assert f'<{href}>; rel="{rel}"' in response.headers["link"]
    return [entry.id for entry in feed.entries], links


def relative_url(feed, suffix):
    """Return the relative URL of one of `FEEDS`."""
    return f"/feeds/{feed}.{suffix}{'?q=story' if feed == 'search' else ''}"


async def read_all_ids(client, feed):
    """Return the ids of all entries of a feed, newest first, by following JSON Feed's links."""
    ids, url = [], relative_url(feed, "json")
    while url:
        document = (await client.get(url.removeprefix(SITE))).json()
        ids += [item["id"] for item in document["items"]]
        url = document.get("next_url")
    return ids


@pytest.mark.slow
@pytest.mark.parametrize("feed", FEEDS)
async def test_pages_forward_and_back(client, feed):
    """Following the pages from newest to oldest and back gives each entry once, in one order."""
    url, forward, first = relative_url(feed, "atom"), [], None
    while url:
        page, links = await read_feed(client, url)
        forward += page
        first = first or links["first"]
        assert links["first"] == first
        last_links, url = links, links.get("next")
    assert len(forward) == len(set(forward))
    assert forward == await read_all_ids(client, feed)
    assert "prev-archive" not in last_links
    # The page that `last` leads to is full, whatever the page it was reached from.
    oldest, links = await read_feed(client, last_links["last"])
    assert oldest == forward[-PAGE_SIZE:]
    backward, url = oldest, links["previous"]
    while url:
        page, links = await read_feed(client, url)
        backward, url = page + backward, links.get("previous")
    assert backward == forward


async def read_archives(client, feed, suffix="rss"):
    """Return the ids of a feed, and those of its archive documents by URL, newest first."""
    newest, links = await read_feed(client, relative_url(feed, suffix))
    feed_url, url = links["self"], links.get("prev-archive")
    archives, next_url = {}, None
    while url:
        archives[url], links = await read_feed(client, url)
        assert links["current"] == feed_url
        # A newer archive without an end has no permanent URL.
        is_permanent = next_url is not None and ".." not in next_url
        assert links.get("next-archive") == (next_url if is_permanent else None)
        next_url, url = links["self"], links.get("prev-archive")
    return newest, archives


@pytest.mark.slow
@pytest.mark.parametrize("feed", FEEDS)
async def test_archives_have_the_complete_history(client, feed):
    """The feed and its archives have all entries; each entry is in one archive only."""
    newest, archives = await read_archives(client, feed)
    archived = [entry_id for ids in archives.values() for entry_id in ids]
    all_ids = await read_all_ids(client, feed)
    assert archived == all_ids[-len(archived) :]
    assert set(newest) | set(archived) == set(all_ids)
    assert len(archives) > 1


@pytest.mark.slow
async def test_a_page_that_ends_above_an_archive(database_url, client):
    """If no entry is between a page and a complete archive, the page leads to this archive."""
    _, archives = await read_archives(client, "all")
    all_ids = await read_all_ids(client, "all")
    newest_complete = next(ids for url, ids in archives.items() if ".." not in url)
    size = all_ids.index(newest_complete[0])
    store = await Store.open(database_url, SITE)
    try:
        async with create_client(create_app(store, SITE, feed_entries=size)) as sized_client:
            newest, archives = await read_archives(sized_client, "all")
    finally:
        await store.close()
    assert newest == all_ids[:size]
    assert [entry_id for ids in archives.values() for entry_id in ids] == all_ids[size:]


@pytest.mark.slow
async def test_archives_do_not_change(archive, database_url, client):
    """Newer articles change no complete archive; a late one changes only its own archive."""
    _, before = await read_archives(client, "all")
    etags = {url: (await client.get(url.removeprefix(SITE))).headers["etag"] for url in before}
    store = await Store.open(database_url, SITE)
    try:
        numbers = range(ARTICLE_COUNT, ARTICLE_COUNT + 150)
        write_articles(archive, [number for number in numbers if number % 50 != 7])
        await store.import_roots([archive.root])
        _, after = await read_archives(client, "all")
        assert len(after) > len(before)
        assert [after[url] for url in list(before)[1:]] == list(before.values())[1:]
        # The newest complete archive has a link to the next one by now.
        for url in list(before)[2:]:
            headers = {"If-None-Match": etags[url]}
            response = await client.get(url.removeprefix(SITE), headers=headers)
            assert response.status_code == httpx.codes.NOT_MODIFIED
        archive.write_article(
            "late.md", publishedDateTime=(START + timedelta(hours=60, minutes=1)).isoformat()
        )
        await store.import_roots([archive.root])
        _, with_late = await read_archives(client, "all")
        # If the late article is an archive end, there is one more archive.
        assert sum(with_late.get(url) != after[url] for url in after) == 1
    finally:
        await store.close()


@pytest.mark.slow
async def test_reader_that_requests_each_archive_once(tmp_path):
    """As in RFC 5005 section 4.2, it misses no entry, however many are added between requests."""
    archive = Archive(tmp_path / "busy", Collection(id="busy"))
    store = await open_store(tmp_path / "busy.db", SITE)
    read_urls, ids, article_count = set(), set(), 0
    try:
        async with create_client(create_app(store, SITE, feed_entries=PAGE_SIZE)) as client:
            for added in (90, 35, 35, 7, 60, 35, 35):
                for number in range(article_count, article_count + added):
                    date = (START + timedelta(minutes=number)).isoformat()
                    archive.write_article(f"{number}.md", publishedDateTime=date)
                article_count += added
                await store.import_roots([archive.root])
                newest, links = await read_feed(client, "/feeds/all.atom")
                ids.update(newest)
                url = links.get("prev-archive")
                while url and url not in read_urls:
                    read_urls.add(url)
                    archived, links = await read_feed(client, url)
                    ids.update(archived)
                    url = links.get("prev-archive")
                assert len(ids) == article_count
    finally:
        await store.close()


@pytest.mark.parametrize("query", ["page=older-6e", "archive=6e6f", "page=newer-", "page=newer-6"])
async def test_invalid_cursor_is_an_error(client, query):
    """The message says to follow the feed's links."""
    response = await client.get(f"/feeds/all.rss?{query}")
    assert response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST)
    assert "follow" in response.text


async def test_small_feed_has_one_document(tmp_path):
    """It has no links to other pages or archives."""
    archive = Archive(tmp_path / "few", Collection(id="few"))
    write_articles(archive, range(5))
    store = await open_store(tmp_path / "few.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            _, links = await read_feed(client, "/feeds/all.rss")
            assert links.keys() - {"alternate", "hub"} == {"self"}
    finally:
        await store.close()
