"""Links to documents lead to the pages of their articles."""

from __future__ import annotations

import re

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines import open_database
from newsgraph.store.errors import DatabaseUnusable
from newsgraph.store.store import Store
from tests.server.conftest import SITE, create_client
from tests.server.fake_store import FakeStore
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import Archive
from tests.store.importing.import_results import article_values
from tests.store_files import open_store

FOUND, NOT_FOUND = httpx.codes.FOUND, httpx.codes.NOT_FOUND


@pytest.fixture
async def database(tmp_path):
    """A database with an article in a folder, a draft and an old address; it records statements."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_article("plans/the bridge é.md")
    archive.write_article("bridge.md")
    archive.write_article("draft.md", draft=True)
    archive.write_article("moved.md", aliases=["/documents/old"])
    archive.write_topic("topic.yaml", "Topic")
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


@pytest.mark.parametrize("query", ["", "?x=1"])
async def test_a_path_leads_to_the_page(client, query):
    """GET and HEAD get a 302 to the page, below the path of the public URL."""
    for method in ("GET", "HEAD"):
        response = await client.request(method, f"/documents/bridge.md{query}")
        assert response.status_code == FOUND
        assert response.headers["location"] == "/archive/articles/bridge"
        assert response.headers["cache-control"] == "no-cache"


async def test_the_location_is_encoded(client):
    """It is the path of the page, percent-encoded; the request is decoded."""
    path = "/documents/plans/the%20bridge%20%C3%A9.md"
    location = (await client.get(path)).headers["location"]
    assert location.isascii()
    assert (await client.get(location.removeprefix("/archive"))).is_success


@pytest.mark.parametrize(
    "path", ["draft.md", "topic.yaml", "plans", "plans/", "", "PLANS/the%20bridge%20%C3%A9.md"]
)
async def test_other_paths(client, path):
    """There is no page for a hidden document, another file, or another spelling."""
    response = await client.get(f"/documents/{path}")
    assert response.status_code == NOT_FOUND
    assert "text/html" in response.headers["content-type"]


async def test_old_addresses(client):
    """An archive may have had pages at such paths; a document with the path takes precedence."""
    response = await client.get("/documents/old")
    assert response.headers["location"] == "/archive/articles/moved"
    assert response.status_code == httpx.codes.MOVED_PERMANENTLY


@pytest.mark.parametrize("is_together", [True, False])
async def test_folders_with_equal_paths(tmp_path, is_together):
    """A link leads to the document in its own folder, whichever was imported first."""
    archives = [Archive(tmp_path / name, Collection(id=name)) for name in ("b", "a")]
    for archive in archives:
        archive.write_article("x.md", body="[y](y.md#z)", id=f"x-{archive.collection.id}")
        archive.write_article("y.md", id=f"y-{archive.collection.id}")
    store = await open_store(tmp_path / "x.db", SITE)
    roots = [archive.root for archive in archives]
    for batch in [roots] if is_together else [[root] for root in roots]:
        await store.import_roots(batch)
    html = article_values(tmp_path / "x.db", "body_html")
    links = {name: re.findall('"newsgraph-site:(.*?)#z"', html[f"x-{name}"]) for name in "ab"}
    assert links["b"] == ["/documents/y.md"]
    async with create_client(create_app(store, SITE)) as client:
        for name in "ab":
            (link,) = links[name]
            assert (await client.get(link)).headers["location"] == f"/archive/articles/y-{name}"
    await store.close()


@pytest.mark.parametrize("root", ["", "0", "x", "9" * 19, "9" * 20, "-1", "\u0664"])
async def test_unknown_folders(client, root):
    """The document of the first folder counts."""
    response = await client.get("/documents/bridge.md", params={"root": root})
    assert response.headers["location"] == "/archive/articles/bridge"


async def test_redirects_are_cached(client, database):
    """A second request runs no statement, unless it has a query string."""
    path = "/documents/moved.md"
    for url, count in ((path, 0), (f"{path}?x", 1)):
        await client.get(url)
        database.statements.clear()
        assert (await client.get(url)).status_code == FOUND
        assert len(database.statements) == count


async def test_a_store_that_cannot_be_read():
    """The document may exist: the response is an error of the server."""
    store = FakeStore(failure=DatabaseUnusable("gone"))
    async with create_client(create_app(store, SITE)) as client:
        response = await client.get("/documents/a.md")
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
