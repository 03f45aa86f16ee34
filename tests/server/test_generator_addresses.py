"""The addresses that an archive has on its generator's site work here, and lead back to it."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import read_root
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

MOVED = httpx.codes.MOVED_PERMANENTLY
PAGE = "/archive/articles/_posts/2020-01-02-bridge"
QUERY = "query ($url: URL) { article(url: $url) { webUrl } }"


@pytest.fixture
async def client(tmp_path):
    """A client of an application that serves a blog of Jekyll."""
    archive = Archive(tmp_path / "in")
    archive.write_file("_config.yml", "url: https://blog.example\nbaseurl: /b\n")
    archive.write_article("_posts/2020-01-02-bridge.md", categories="town")
    archive.write_article("_posts/2020-01-03-draft.md", published=False)
    archive.write_article("_posts/2020-01-04-own.md", webUrl="https://x.example/own")
    archive.write_article("topics.md", permalink="/topics/")
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([read_root(archive.folder)])
    async with create_client(create_app(store, SITE)) as client:
        yield client
    await store.close()


@pytest.mark.parametrize(
    "path",
    [
        *("/town/2020/01/02/bridge.html", "/town/2020/01/02/bridge", "/town/2020/01/02/bridge/"),
        *("/b/town/2020/01/02/bridge.html", "/b/town/2020/01/02/bridge?x=1"),
    ],
)
async def test_requests_redirect(client, path):
    """With and without the base path of that site, and as web servers serve its files."""
    response = await client.get(path)
    assert (response.status_code, response.headers["location"]) == (MOVED, PAGE)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/2020/01/03/draft.html", httpx.codes.NOT_FOUND),
        ("/b/2020/01/03/draft", httpx.codes.NOT_FOUND),
        ("/2020/01/02/bridge.html", httpx.codes.NOT_FOUND),
        ("/topics", httpx.codes.OK),
    ],
)
async def test_other_requests(client, path, status):
    """Hidden documents stay hidden, and pages of this site have precedence."""
    assert (await client.get(path)).status_code == status


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "http://www.blog.example/b/town/2020/01/02/bridge.html",
            "https://blog.example/b/town/2020/01/02/bridge.html",
        ),
        ("https://blog.example/b/2020/01/04/own.html", "https://x.example/own"),
        (
            f"{SITE}/town/2020/01/02/bridge",
            "https://blog.example/b/town/2020/01/02/bridge.html",
        ),
    ],
)
async def test_the_graph(client, url, expected):
    """An article is found by the address, which is its URL unless it states one."""
    response = await client.post("/graphql", json={"query": QUERY, "variables": {"url": url}})
    assert response.json()["data"]["article"]["webUrl"] == expected


async def test_feeds_lead_to_the_blog(client):
    """Readers of a blog go to the blog."""
    response = await client.get("/feeds/all.rss")
    assert "<link>https://blog.example/b/town/2020/01/02/bridge.html</link>" in response.text
