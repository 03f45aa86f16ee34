"""The home page while the server's first import runs."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from newsgraph.server.app import create_app
from tests.server.conftest import SITE, create_client
from tests.store_files import open_store

REFRESH = "//meta[@http-equiv='refresh']/@content"


@pytest.fixture
async def store(tmp_path):
    """A store into which nothing has been imported."""
    store = await open_store(tmp_path / "empty.db", SITE)
    yield store
    await store.close()


@pytest.mark.parametrize(
    ("folders", "notice"),
    [
        (("blog",), "Importing blog: the articles"),
        (("blog", "notes"), "Importing blog and notes: the articles"),
        (("blog", "<b>", "notes"), "Importing blog, <b> and notes: the articles"),
    ],
)
async def test_page_names_folders_and_reloads_itself(store, folders, notice):
    """Neither a browser's cache nor the server's keeps it."""
    async with create_client(create_app(store, SITE, imported_folders=folders)) as client:
        response = await client.get("/")
        page = html.fromstring(response.content)
        assert page.xpath("string(//p[@class='notice'])").startswith(notice)
        assert page.xpath(REFRESH) == ["2"]
        assert response.headers["cache-control"] == "no-store"
        assert not html.fromstring((await client.get("/articles")).content).xpath(REFRESH)


@pytest.mark.parametrize("has_articles", [True, False])
async def test_page_ends_reloading_after_the_import(store, archive, has_articles):
    """It does so also if the folder has no documents, and a reload never gets a 304."""
    if has_articles:
        archive.write_article("a.md")
    async with create_client(create_app(store, SITE, imported_folders=("in",))) as client:
        first = await client.get("/")
        await store.import_roots([archive.root])
        etag = {"If-None-Match": first.headers["etag"]}
        again = await client.get("/", headers=etag)
        assert again.status_code == httpx.codes.OK
        page = html.fromstring(again.content)
        assert not page.xpath(REFRESH)
        assert "no-store" not in again.headers["cache-control"]
        assert bool(page.xpath("//p[@class='notice']")) != has_articles


async def test_page_of_a_server_without_folders_does_not_reload(store):
    """It says how to import, and another server's page of the same store is no version of it."""
    async with create_client(create_app(store, SITE, imported_folders=("blog",))) as client:
        etag = (await client.get("/")).headers["etag"]
    async with create_client(create_app(store, SITE)) as client:
        response = await client.get("/", headers={"If-None-Match": etag})
        page = html.fromstring(response.content)
        assert page.xpath("string(//p[@class='notice'])").startswith("Nothing has been imported")
        assert not page.xpath(REFRESH)
