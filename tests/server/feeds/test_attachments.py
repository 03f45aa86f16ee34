"""Audio and video files of an article are enclosures of its feed entries."""

from __future__ import annotations

import json

import feedparser
import pytest
from lxml import etree

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store.dump import fetch_rows
from tests.store.picture_files import MP3, MP4, PDF, png
from tests.store_files import open_store

MEDIA = "{http://search.yahoo.com/mrss/}"


@pytest.fixture
async def client(tmp_path):
    """A client of a site with an article that refers to five files."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_file("a.png", png(300, 200))
    archive.write_file("plan.pdf", PDF)
    archive.write_file("my episode.mp3", MP3)
    archive.write_file("film.mp4", MP4)
    files = ["a.png", "plan.pdf", "my episode.mp3", "film.mp4"]
    archive.write_article("a.md", title="A", date="2024-01-01", images=files)
    archive.write_article("b.md", title="B", date="2023-01-01")
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    async with create_client(create_app(store, SITE)) as client:
        yield client
    await store.close()


@pytest.fixture
def urls(client, tmp_path):  # noqa: ARG001 - the files are imported before
    """The URLs of the files by their paths."""
    rows = fetch_rows(tmp_path / "x.db", "SELECT path, href FROM local_file")
    return {path: f"{SITE}/files/{href}" for path, href in rows}


async def test_rss(client, urls):
    """An item has one enclosure: the first audio or video file, with its length in bytes."""
    xml = (await client.get("/feeds/all.rss")).content
    first, second = etree.fromstring(xml).iter("item")
    (enclosure,) = first.findall("enclosure")
    assert dict(enclosure.attrib) == {
        "url": urls["my episode.mp3"],
        "length": str(len(MP3)),
        "type": "audio/mpeg",
    }
    assert second.findall("enclosure") == []
    entry = feedparser.parse(xml).entries[0]
    assert [file.href for file in entry.enclosures] == [urls["my episode.mp3"]]


@pytest.mark.parametrize("suffix", ["rss", "atom"])
async def test_the_picture_has_its_size(client, urls, suffix):
    """Width and height are those of the file, as the front matter says none."""
    xml = (await client.get(f"/feeds/all.{suffix}")).content
    root = etree.fromstring(xml)
    size = {"url": urls["a.png"], "width": "300", "height": "200"}
    (thumbnail,) = root.iter(f"{MEDIA}thumbnail")
    (content,) = root.iter(f"{MEDIA}content")
    assert dict(thumbnail.attrib) == size
    assert dict(content.attrib) == size | {"type": "image/png", "medium": "image"}


async def test_atom(client, urls):
    """An entry has a link for each file."""
    xml = (await client.get("/feeds/all.atom")).content
    entry = feedparser.parse(xml).entries[0]
    enclosures = [(file.href, file.length, file.type) for file in entry.enclosures]
    assert enclosures == [
        (urls["my episode.mp3"], str(len(MP3)), "audio/mpeg"),
        (urls["film.mp4"], str(len(MP4)), "video/mp4"),
    ]


async def test_json(client, urls):
    """An item has all files as attachments; without any, it has no such member."""
    first, second = json.loads((await client.get("/feeds/all.json")).content)["items"]
    assert first["image"] == urls["a.png"]
    assert first["attachments"] == [
        {"url": urls["my episode.mp3"], "mime_type": "audio/mpeg", "size_in_bytes": len(MP3)},
        {"url": urls["film.mp4"], "mime_type": "video/mp4", "size_in_bytes": len(MP4)},
    ]
    assert "attachments" not in second
