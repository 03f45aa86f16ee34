"""What front matter says is in the entries of feeds."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store.picture_files import MP3
from tests.store_files import open_store


async def import_and_get(tmp_path, collection, path, write):
    """Import a folder that a function fills, and return the body of a response."""
    archive = Archive(tmp_path / "in", collection)
    write(archive)
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    async with create_client(create_app(store, SITE)) as client:
        response = await client.get(path)
    await store.close()
    return response.content


@pytest.mark.parametrize(
    ("settings", "front", "title"),
    [
        ({"kind": "hugo"}, "", None),
        ({"kind": "hugo"}, "title: T", "T"),
        ({"kind": "hugo", "file_titles": True}, "", "Bridge Opens"),
        ({"kind": "jekyll"}, "", "Bridge Opens"),
        ({"kind": "jekyll"}, "title: ''", None),
        ({"kind": "jekyll", "file_titles": False}, "", None),
        ({"kind": "plain"}, "", "Bridge Opens"),
        ({"kind": "plain", "file_titles": False}, "", None),
        ({"kind": "plain", "file_titles": False}, "name: N", "N"),
    ],
)
async def test_title_of_an_entry(tmp_path, settings, front, title):
    """The name of a file is a title if the generator or a setting says so."""

    def write(archive):
        text = f"---\ndate: 2024-05-02\n{front}\n---\nText."
        archive.write_file("_posts/2024-05-02-bridge-opens.md", text)

    collection = Collection(id="x", **settings)
    if collection.kind == "hugo":
        collection = Collection(id="x", content_folder="_posts", **settings)
    feed = json.loads(await import_and_get(tmp_path, collection, "/feeds/all.json", write))
    [item] = feed["items"]
    assert item.get("title") == title


async def test_pages_of_an_untitled_article(tmp_path):
    """A page has a heading all the same, which is the start of the text."""

    def write(archive):
        archive.write_article("a.md", title="", date="2024-05-02", body="Fog over the sea.")

    html = await import_and_get(tmp_path, Collection(id="x"), "/articles/a", write)
    assert b"<h1>Fog over the sea.</h1>" in html
    assert b"<title>Fog over the sea." in html


async def test_enclosures(tmp_path):
    """A file of the folder has its own size; the size of another one may be unknown."""

    def write(archive):
        archive.write_file("e.mp3", MP3)
        files = ["e.mp3", "https://cdn.example/2.mp3", "/3.mp3", "4.mp3"]
        archive.write_article("a.md", date="2024-05-02", enclosures=files)

    collection = Collection(id="x", url="https://blog.example/sub/")
    feed = json.loads(await import_and_get(tmp_path, collection, "/feeds/all.json", write))
    local, *others = feed["items"][0]["attachments"]
    assert local["url"].startswith(f"{SITE}/files/")
    assert local["size_in_bytes"] == len(MP3)
    assert others == [
        {"url": "https://cdn.example/2.mp3", "mime_type": "audio/mpeg"},
        {"url": "https://blog.example/3.mp3", "mime_type": "audio/mpeg"},
        {"url": "https://blog.example/sub/4.mp3", "mime_type": "audio/mpeg"},
    ]


async def test_list_of_related_links_is_off_by_default(tmp_path):
    """Collapsed stories always have it: their coverage would be missing otherwise."""

    def write(archive):
        related = [{"title": "R", "webUrl": "https://r.example/"}]
        archive.write_article("a.md", date="2024-05-02", related=related, body="Text.")

    for path, has_list in (("/feeds/all.atom", False), ("/feeds/all.atom?collapse=1", True)):
        atom = await import_and_get(tmp_path / path[-1], Collection(id="x"), path, write)
        assert (b"More on this story" in atom) is has_list
        assert etree.fromstring(atom).find(".//{*}link[@rel='related']").get("title") == "R"
