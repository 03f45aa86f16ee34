"""Entries of one moment have one order: in all formats, on pages and in archives."""

from __future__ import annotations

import feedparser
import pytest
from lxml import html

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

COUNT = 23
ORDERS = {
    "hugo": sorted,
    "jekyll": lambda names: sorted(names, reverse=True),
}
"""By kind of archive: the order of articles whose dates are equal, from their names."""


@pytest.fixture(params=ORDERS)
def kind(request):
    """The kind of the archive."""
    return request.param


@pytest.fixture
async def client(tmp_path, kind):
    """A client of a store whose articles have two dates; feeds have four entries."""
    archive = Archive(tmp_path / "in", Collection(id="x", kind=kind))
    # Neither in the order of the names nor in that of the dates.
    for number in (step * 7 % COUNT for step in range(COUNT)):
        day = 2 if number % 2 else 1
        archive.write_article(
            f"n{number:02}.md",
            title=f"n{number:02}",
            date=f"2024-01-0{day}T12:00:00Z",
            tags=["ai"],
            authors=["Jane"],
        )
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    async with create_client(create_app(store, SITE, 4)) as client:
        yield client
    await store.close()


@pytest.fixture
def expected(kind):
    """The names of all articles, in the order of feeds."""
    names = [f"n{number:02}" for number in range(COUNT)]
    return [*ORDERS[kind](names[1::2]), *ORDERS[kind](names[::2])]


def titles_of(response):
    """Return the titles of a feed document, in its order."""
    if "json" in response.headers["content-type"]:
        return [item["title"] for item in response.json()["items"]]
    return [entry.title for entry in feedparser.parse(response.content).entries]


def linked(response, rel):
    """Return the path and query of a link of a feed document, or None."""
    for link in response.headers["link"].split(", "):
        if f'rel="{rel}"' in link:
            return link[1 : link.index(">")].removeprefix(SITE)
    return None


@pytest.mark.parametrize(
    "url",
    [
        *("/feeds/all.rss", "/feeds/topics/ai.atom", "/feeds/authors/jane.json"),
        "/feeds/topics/ai.json?without=law",
    ],
)
async def test_order_is_the_same_in_all_windows(client, expected, url):
    """Pages forward and backward, and archives, divide the same order."""
    forward, response = [], await client.get(url)
    archive_url = linked(response, "prev-archive")
    first = titles_of(response)
    while True:
        forward += titles_of(response)
        if (older := linked(response, "next")) is None:
            break
        response = await client.get(older)
    assert forward == expected
    backward = titles_of(response)
    while (newer := linked(response, "previous")) is not None:
        response = await client.get(newer)
        backward = titles_of(response) + backward
    assert [*dict.fromkeys(backward)] == expected
    archived = []
    while archive_url is not None:
        response = await client.get(archive_url)
        archived += titles_of(response)
        archive_url = linked(response, "prev-archive")
    # The newest archive can contain the oldest entries of the feed.
    assert [*dict.fromkeys(first + archived)] == expected


async def test_pages_have_the_same_order(client, expected):
    """The page of a topic lists articles as its feed does."""
    for path in ("/topics/ai", "/articles"):
        page = html.fromstring((await client.get(path)).content)
        titles = [text.strip() for text in page.xpath("//ol[@class='articles']//h3//text()")]
        assert [title for title in titles if title] == expected
