"""The whole history of a feed, in pages and in archives (RFC 5005)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection import Collection
from newsgraph.store.store import Store
from tests.server.conftest import SITE, client_of
from tests.store.archive import Archive
from tests.store_files import open_store

NUMBER = 240
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
FEEDS = ("all", "topics/even", "providers/one.org", "topics/even,third", "search")


def write(archive, numbers):
    """Write stories; some share a date, and some have none."""
    for number in numbers:
        date = {"publishedDateTime": (BEGAN + timedelta(hours=number // 3)).isoformat()}
        archive.write(
            f"{number}.md",
            title=f"Story {number}",
            topics=["Even"] * (number % 2 == 0) + ["Third"] * (number % 3 == 0) + ["All"],
            provider={"name": "One", "domain": "one.org"},
            **({} if number % 50 == 7 else date),
        )


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A folder of stories."""
    archive = Archive(tmp_path_factory.mktemp("parts") / "stories", Collection(id="parts"))
    write(archive, range(NUMBER))
    return archive


@pytest.fixture(scope="module")
def filled(archive, tmp_path_factory):
    """The address of a store of them."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/parts.db"

    async def fill():
        store = await Store.open(url, SITE)
        await store.import_roots([archive.root])
        await store.close()

    asyncio.run(fill())
    return url


@pytest.fixture
async def client(filled):
    """A client of a server whose feeds have 20 entries."""
    store = await Store.open(filled, SITE)
    async with client_of(create_app(store, SITE, feed_entries=20)) as client:
        yield client
    await store.close()


async def read(client, address):
    """Read a feed document; return its ids, and its links by their relations."""
    response = await client.get(address.removeprefix(SITE))
    assert response.status_code == httpx.codes.OK, address
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    links = {link["rel"]: link["href"] for link in feed.feed.links}
    assert links["self"].endswith(address)
    for rel, url in links.items():
        if rel != "alternate":
            assert f'<{url}>; rel="{rel}"' in response.headers["link"]
    return [one.id for one in feed.entries], links


def address_of(feed, suffix):
    """The address of a feed below the site."""
    return f"/feeds/{feed}.{suffix}{'?q=story' if feed == 'search' else ''}"


async def all_of(client, feed):
    """The ids of all articles of a feed, the newest first, by way of JSON Feed's own links."""
    ids, address = [], address_of(feed, "json")
    while address:
        found = (await client.get(address.removeprefix(SITE))).json()
        ids += [one["id"] for one in found["items"]]
        address = found.get("next_url")
    return ids


@pytest.mark.slow
@pytest.mark.parametrize("feed", FEEDS)
async def test_pages_forward_and_back(client, feed):
    """From the newest story to the oldest and back: each once, in the same order."""
    address, forward, first = address_of(feed, "atom"), [], None
    while address:
        page, links = await read(client, address)
        forward += page
        first = first or links["first"]
        assert links["first"] == first
        last, address = links, links.get("next")
    assert len(forward) == len(set(forward))
    assert forward == await all_of(client, feed)
    assert "prev-archive" not in last
    # The last page is whole, whichever page one came from.
    oldest, links = await read(client, last["last"])
    assert oldest == forward[-20:]
    back, address = oldest, links["previous"]
    while address:
        page, links = await read(client, address)
        back, address = page + back, links.get("previous")
    assert back == forward


async def archives(client, feed, suffix="rss"):
    """The ids of a feed, and those of all of its archives, the newest first, by their address."""
    newest, links = await read(client, address_of(feed, suffix))
    current, address = links["self"], links.get("prev-archive")
    found, after = {}, None
    while address:
        found[address], links = await read(client, address)
        assert links["current"] == current
        # Newer ones that have not ended yet have another address each time.
        is_known = after is not None and ".." not in after
        assert links.get("next-archive") == (after if is_known else None)
        after, address = links["self"], links.get("prev-archive")
    return newest, found


@pytest.mark.slow
@pytest.mark.parametrize("feed", FEEDS)
async def test_archives_hold_the_whole_history(client, feed):
    """With the feed itself, all that there is; each story is in one archive only."""
    newest, found = await archives(client, feed)
    archived = [one for ids in found.values() for one in ids]
    everything = await all_of(client, feed)
    assert archived == everything[-len(archived) :]
    assert set(newest) | set(archived) == set(everything)
    assert len(found) > 1


@pytest.mark.slow
async def test_archives_stay_what_they_are(archive, filled, client):
    """Newer stories change none that is whole; one that comes late changes only its own."""
    _, before = await archives(client, "all")
    tags = {one: (await client.get(one.removeprefix(SITE))).headers["etag"] for one in before}
    store = await Store.open(filled, SITE)
    try:
        write(archive, [number for number in range(NUMBER, NUMBER + 150) if number % 50 != 7])
        await store.import_roots([archive.root])
        _, after = await archives(client, "all")
        assert len(after) > len(before)
        assert [after[one] for one in list(before)[1:]] == list(before.values())[1:]
        # The newest that had ended leads on to the next by now.
        for one in list(before)[2:]:
            again = await client.get(one.removeprefix(SITE), headers={"If-None-Match": tags[one]})
            assert again.status_code == httpx.codes.NOT_MODIFIED
        archive.write(
            "late.md", publishedDateTime=(BEGAN + timedelta(hours=60, minutes=1)).isoformat()
        )
        await store.import_roots([archive.root])
        _, late = await archives(client, "all")
        # If it ends an archive itself, there is one more.
        assert sum(late.get(one) != after[one] for one in after) == 1
    finally:
        await store.close()


@pytest.mark.slow
async def test_a_reader_that_asks_for_no_archive_twice(tmp_path):
    """As RFC 5005 section 4.2 lets it: it misses nothing, however much comes between two visits."""
    archive = Archive(tmp_path / "busy", Collection(id="busy"))
    store = await open_store(tmp_path / "busy.db", SITE)
    known, stories, number = set(), set(), 0
    try:
        async with client_of(create_app(store, SITE, feed_entries=20)) as client:
            for came in (90, 35, 35, 7, 60, 35, 35):
                for number in range(number, number + came):  # noqa: B020 - it goes on
                    date = (BEGAN + timedelta(minutes=number)).isoformat()
                    archive.write(f"{number}.md", publishedDateTime=date)
                number += 1
                await store.import_roots([archive.root])
                ids, links = await read(client, "/feeds/all.atom")
                stories.update(ids)
                address = links.get("prev-archive")
                while address and address not in known:
                    known.add(address)
                    ids, links = await read(client, address)
                    stories.update(ids)
                    address = links.get("prev-archive")
                assert len(stories) == number
    finally:
        await store.close()


@pytest.mark.parametrize("query", ["page=older-6e", "archive=6e6f", "page=newer-", "page=newer-6"])
async def test_a_part_that_is_none(client, query):
    """A cursor that this feed never gave leads nowhere, and that is said."""
    response = await client.get(f"/feeds/all.rss?{query}")
    assert response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST)
    assert "follow" in response.text


async def test_a_small_feed_has_one_document(tmp_path):
    """No links to parts that would be empty, or the same."""
    archive = Archive(tmp_path / "few", Collection(id="few"))
    write(archive, range(5))
    store = await open_store(tmp_path / "few.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with client_of(create_app(store, SITE)) as client:
            _, links = await read(client, "/feeds/all.rss")
            assert links.keys() - {"alternate", "hub"} == {"self"}
    finally:
        await store.close()
