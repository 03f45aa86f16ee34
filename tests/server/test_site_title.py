"""The title of a site is the same on pages, in feeds and in OPML."""

from __future__ import annotations

import httpx
import pytest
from lxml import etree, html

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store


@pytest.fixture
async def site(tmp_path):
    """A store, and a client of the application that serves it."""
    store = await open_store(tmp_path / "site.db", SITE)
    async with create_client(create_app(store, SITE)) as client:
        yield store, client
    await store.close()


async def read_titles(client):
    """Return the titles of the home page, the feeds and the list of feeds."""
    page = html.fromstring((await client.get("/")).content)
    rss = etree.fromstring((await client.get("/feeds/all.rss")).content)
    atom = etree.fromstring((await client.get("/feeds/all.atom")).content)
    opml = etree.fromstring((await client.get("/feeds.opml")).content)
    return {
        page.xpath("string(//h1)"),
        page.xpath("string(//meta[@property='og:site_name']/@content)"),
        rss.findtext("channel/title"),
        atom.findtext("{http://www.w3.org/2005/Atom}title"),
        (await client.get("/feeds/all.json")).json()["title"],
        opml.findtext("head/title"),
    }


async def test_title_is_the_folders_name(site, tmp_path):
    """A folder that moves changes the title, and so the ETags of feeds."""
    store, client = site
    archive = Archive(tmp_path / "notes", Collection(id="notes-1"))
    archive.write_article("a.md")
    await store.import_roots([archive.root])
    assert await read_titles(client) == {"notes"}
    etag = (await client.get("/feeds/all.rss")).headers["etag"]
    archive.folder.rename(tmp_path / "bees")
    archive.folder = tmp_path / "bees"
    await store.import_roots([archive.root])
    assert await read_titles(client) == {"bees"}
    again = await client.get("/feeds/all.rss", headers={"If-None-Match": etag})
    assert again.status_code == httpx.codes.OK


async def test_several_folders_have_no_folders_name(site, tmp_path):
    """The second folder ends the first one's name, and the title of the first one wins."""
    store, client = site
    notes = Archive(tmp_path / "notes", Collection(id="notes-1"))
    bees = Archive(tmp_path / "bees", Collection(id="bees-1", title="Bees"))
    notes.write_article("a.md")
    bees.write_article("b.md")
    await store.import_roots([notes.root])
    await store.import_roots([bees.root])
    assert await read_titles(client) == {"newsgraph"}
    notes.collection = Collection(id="notes-1", title="Notes")
    await store.import_roots([notes.root])
    assert await read_titles(client) == {"Notes"}
