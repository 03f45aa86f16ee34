"""Old addresses redirect to articles, and cost nothing where they are none."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.http_cache.options import CacheOptions
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines import open_database
from newsgraph.store.errors import DatabaseUnusable
from newsgraph.store.store import Store
from tests.server.conftest import SITE, create_client
from tests.server.fake_store import FakeStore
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import Archive
from tests.store_files import open_store

MOVED = httpx.codes.MOVED_PERMANENTLY
NOT_FOUND = httpx.codes.NOT_FOUND


@pytest.fixture
async def database(tmp_path):
    """A database with an article that has old addresses; it records its statements."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_article(
        "now/here.md",
        aliases=[
            "/2010/old/",
            "/café",
            "/articles/gone",
            "/topics",
            "/feeds/old",
            "/a%2Fb",
            "/c.html",
        ],
    )
    archive.write_article("é b.md", aliases=["/strange"])
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    await store.close()
    recorded = RecordingDatabase(await open_database(f"sqlite:///{tmp_path}/x.db"))
    yield recorded
    await recorded.close()


@pytest.fixture
async def client(database):
    """A client of the application that serves the database."""
    async with create_client(create_app(Store(database, SITE), SITE)) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/2010/old",
        "/2010/old/",
        "/2010/old/index.html",
        "/2010//old?x=1",
        "/x/../2010/old",
        "/caf%C3%A9",
        "/caf%c3%a9/",
        "/articles/gone",
        "/a%2Fb",
        "/c.html",
    ],
)
async def test_an_old_address_redirects(client, path):
    """GET and HEAD get a 301 to the article's page on this site."""
    for method in ("GET", "HEAD"):
        response = await client.request(method, path)
        assert response.status_code == MOVED
        assert response.headers["location"] == "/archive/articles/now/here"
        assert response.headers["cache-control"] == "no-cache"


async def test_the_location_is_encoded(client):
    """The path of the page is that of the article's slug, percent-encoded."""
    location = (await client.get("/strange")).headers["location"]
    assert location.startswith("/archive/articles/%C3%A9-b-")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/2010/Old", NOT_FOUND),
        ("/2010", NOT_FOUND),
        ("/2010/old.html", NOT_FOUND),
        ("/a/b", NOT_FOUND),
        ("/feeds/old", NOT_FOUND),
        ("/topics", httpx.codes.OK),
        ("/", httpx.codes.OK),
        ("/articles/now/here", httpx.codes.OK),
    ],
)
async def test_other_addresses(client, path, status):
    """Real pages take precedence, and paths that programs use have no old addresses."""
    assert (await client.get(path)).status_code == status


async def test_other_methods(client):
    """Only GET and HEAD are redirected."""
    assert (await client.post("/2010/old")).status_code == NOT_FOUND


async def test_redirects_are_cached(client, database):
    """The second request runs no statement, and neither does a HEAD request."""
    await client.get("/2010/old")
    database.statements.clear()
    response = await client.get("/2010/old")
    assert (response.status_code, database.statements) == (MOVED, [])
    assert (await client.head("/2010/old")).status_code == MOVED
    assert database.statements == []


async def test_other_responses_are_not_cached(client, database):
    """A 404 takes one statement each time; so does a redirect with a query string."""
    for path, status in (("/none", NOT_FOUND), ("/2010/old?x=1", MOVED)):
        await client.get(path)
        database.statements.clear()
        assert (await client.get(path)).status_code == status
        assert len(database.statements) == 1


async def test_an_import_withdraws_a_redirect(tmp_path):
    """A cached redirect is valid for one revision."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_article("a.md", aliases=["/old"])
    archive.write_article("b.md")
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    app = create_app(store, SITE, cache_options=CacheOptions())
    async with create_client(app) as client:
        assert (await client.get("/old")).headers["location"] == "/archive/articles/a"
        archive.write_article("a.md")
        await store.import_roots([archive.root])
        assert (await client.get("/old")).status_code == NOT_FOUND
        archive.write_article("b.md", aliases=["/old/"])
        await store.import_roots([archive.root])
        assert (await client.get("/old")).headers["location"] == "/archive/articles/b"
    await store.close()


async def test_a_store_that_cannot_be_read():
    """The response is the 404 page, as without old addresses."""
    store = FakeStore(failure=DatabaseUnusable("gone"))
    async with create_client(create_app(store, SITE)) as client:
        assert (await client.get("/none")).status_code == NOT_FOUND


async def test_lookup_in_the_graph(client):
    """`article(url:)` finds an article by an old address on this site."""
    query = "query ($url: URL!) { article(url: $url) { slug } }"
    for url, slug in (
        (f"{SITE}/2010/old/?x=1", "now/here"),
        (f"{SITE.replace('https', 'http')}/2010/old/index.html", "now/here"),
        (f"{SITE}/caf%c3%a9", "now/here"),
        (f"{SITE}/articles/now/here", "now/here"),
        ("https://news.example/2010/old", None),
        ("https://other.example/archive/2010/old", None),
        (SITE, None),
    ):
        body = {"query": query, "variables": {"url": url}}
        response = await client.post("/graphql", json=body)
        article = response.json()["data"]["article"]
        assert (article and article["slug"]) == slug, url
