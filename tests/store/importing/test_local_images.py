"""Pictures in the folder get the URLs and sizes of their files, and documents follow them."""

from __future__ import annotations

import json
import os

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.query.selection import Edge, Edges, Field, Node, Page, Selection
from tests.store.archive import SITE, Archive
from tests.store.dump import fetch_rows
from tests.store.importing.import_results import (
    article_values,
    diagnostic_codes,
    nonzero_counts,
)
from tests.store.picture_files import MP3, png

IMAGE_FIELDS = Selection(tuple(Field(name, name) for name in ("url", "width", "height")))
IMAGES = Edge("images", "images", IMAGE_FIELDS)


def urls_of(path):
    """Return the stored files' URLs by path."""
    rows = fetch_rows(path, "SELECT path, href FROM local_file")
    return {file: f"{SITE}/files/{href}" for file, href in rows}


async def read_articles(store, *items):
    """Read all articles with some fields and edges."""
    node = Node("node", Selection(items))
    page = Edge("articles", "articles", Page((Edges("edges", (node,)),)))
    result = json.loads((await store.read(Selection((page,)))).results[0])
    return [edge["node"] for edge in result["articles"]["edges"]]


async def test_pictures_of_an_article(opened, archive):
    """Those of the article, of links, publishers and authors are files; others stay as they are."""
    for number, name in enumerate(("own", "link", "paper", "ann", "bob", "small"), start=1):
        archive.write_file(f"posts/{name}.png", png(number, 10))
    archive.write_article(
        "posts/a.md",
        date="2024-01-01",
        images=["own.png", "https://town.example/x.png", {"url": "small.png", "width": 5}],
        provider={"name": "Paper", "domain": "paper.example", "images": ["paper.png"]},
        authors=[{"name": "Ann", "image": "ann.png"}],
        related=[{"url": "https://town.example/b", "title": "B", "images": ["link.png"]}],
    )
    report = await opened.import_archives(archive)
    assert diagnostic_codes(report) == []
    link = Edge("related", "related", Selection((IMAGES,)))
    author = Edge("authors", "authors", Selection((Field("imageUrl", "imageUrl"),)))
    provider = Edge("provider", "provider", Selection((IMAGES,)))
    (article,) = await read_articles(opened.store, IMAGES, link, author, provider)
    url = urls_of(opened.path)
    assert article["images"] == [
        {"url": url["posts/own.png"], "width": 1, "height": 10},
        {"url": "https://town.example/x.png", "width": None, "height": None},
        {"url": url["posts/small.png"], "width": 5, "height": None},
    ]
    of_link = {"url": url["posts/link.png"], "width": 2, "height": 10}
    assert article["related"] == [{"images": [of_link]}]
    of_paper = {"url": url["posts/paper.png"], "width": 3, "height": 10}
    assert article["provider"] == {"images": [of_paper]}
    assert article["authors"] == [{"imageUrl": url["posts/ann.png"]}]
    # Nothing refers to it.
    assert "posts/bob.png" not in url


async def test_pictures_in_other_files(opened, new_archive):
    """Author files and taxonomy files have pictures, too."""
    archive = new_archive("site", kind="jekyll")
    archive.write_file("assets/ann.png", png())
    archive.write_file("assets/paper.png", png())
    archive.write_file("_data/authors.yml", "ann: {name: Ann, image: /assets/ann.png}\n")
    archive.write_organization("p.yml", "Paper", "paper.example", images=["/assets/paper.png"])
    archive.write_article(
        "a.md", author="ann", provider={"domain": "paper.example"}, date="2024-01-01"
    )
    assert diagnostic_codes(await opened.import_archives(archive)) == []
    author = Edge("authors", "authors", Selection((Field("imageUrl", "imageUrl"),)))
    provider = Edge("provider", "provider", Selection((IMAGES,)))
    (article,) = await read_articles(opened.store, author, provider)
    url = urls_of(opened.path)
    assert article["authors"] == [{"imageUrl": url["assets/ann.png"]}]
    assert article["provider"]["images"][0]["url"] == url["assets/paper.png"]
    for path in url:
        sha256, name = url[path].split("/")[-2:]
        assert [file.path for file in await opened.store.find_files(sha256, name)] == [path]


async def test_a_document_follows_its_files(opened, archive, clock):
    """A file appears, changes or goes; `updatedAt` stays, and other documents are not read."""
    archive.write_article("a.md", date="2024-01-01", image="a.png")
    archive.write_article("b.md", date="2024-01-02")
    await opened.import_archives(archive)
    before = article_values(opened.path, "updated_at")
    urls = []
    for step in ("appears", "changes", "goes"):
        clock.forward(days=1)
        if step == "goes":
            archive.remove("a.png")
        else:
            archive.write_file("a.png", png(7 if step == "changes" else 8))
        report = await opened.import_archives(archive)
        assert nonzero_counts(report) == {"updated": 1, "unchanged": 1}
        (image,) = fetch_rows(opened.path, "SELECT url, width FROM article_image")
        urls.append(image[0])
        assert image[1] == {"appears": 8, "changes": 7, "goes": None}[step]
        assert article_values(opened.path, "updated_at") == before
        repeated = await opened.import_archives(archive)
        assert nonzero_counts(repeated) == {"unchanged": 2}
        assert repeated.revision == report.revision
    assert len(set(urls)) == 3
    assert urls[2] == "a.png"
    assert fetch_rows(opened.path, "SELECT * FROM local_file") == []


async def test_a_touched_file(opened, archive):
    """Its new time is stored, as the server compares it; no document changes."""
    archive.write_file("a.png", png())
    archive.write_article("a.md", date="2024-01-01", image="a.png")
    await opened.import_archives(archive)
    os.utime(archive.folder / "a.png", (5, 5))
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"unchanged": 1}
    assert fetch_rows(opened.path, "SELECT modified_ns FROM local_file") == [(5_000_000_000,)]
    assert (await opened.import_archives(archive)).revision == report.revision


async def test_a_document_that_cannot_be_read_follows_later(opened, archive):
    """While it is broken, its last version is served; the change of its file is not forgotten."""
    archive.write_file("a.png", png(1))
    archive.write_article("a.md", date="2024-01-01", image="a.png")
    archive.write_article("b.md", date="2024-01-01", image="a.png")
    await opened.import_archives(archive)
    good = (archive.folder / "a.md").read_bytes()
    archive.write_file("a.md", "---\ntitle: [\n---\n")
    archive.write_file("a.png", png(2))
    await opened.import_archives(archive)
    archive.write_file("a.md", good)
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, "SELECT width FROM article_image") == [(2,), (2,)]


async def test_only_files_of_visible_documents_are_served(opened, archive, new_archive):
    """A file of a draft is served as soon as a document that is shown refers to it."""
    archive.write_file("a.png", png())
    archive.write_article("draft.md", published=False, image="a.png")
    await opened.import_archives(archive)
    ((href,),) = fetch_rows(opened.path, "SELECT href FROM local_file")
    sha256, name = href.split("/")
    assert await opened.store.find_files(sha256, name) == []
    # The same picture of another folder is another file.
    other = new_archive("other", id="other")
    other.write_file("a.png", png())
    other.write_article("o.md", date="2024-01-01", image="a.png")
    await opened.import_archives(other)
    folders = [file.folder for file in await opened.store.find_files(sha256, name)]
    assert folders == [str(other.folder)]
    archive.write_article("shown.md", date="2024-01-01", image="a.png")
    await opened.import_archives(archive)
    assert len(await opened.store.find_files(sha256, name)) == 2
    assert await opened.store.find_files(sha256, "b.png") == []
    assert await opened.store.find_files("0" * 64, name) == []


async def test_the_file_of_a_scheduled_document(opened, archive, clock):
    """It is served from the moment at which the document appears, without an import."""
    archive.write_file("a.png", png(9))
    archive.write_article("a.md", date="2025-06-01", image="a.png")
    await opened.import_archives(archive)
    ((href,),) = fetch_rows(opened.path, "SELECT href FROM local_file")
    assert await opened.store.find_files(*href.split("/")) == []
    clock.forward(days=365)
    assert await opened.store.publish_due() == 1
    assert len(await opened.store.find_files(*href.split("/"))) == 1
    (article,) = await read_articles(opened.store, IMAGES)
    assert article["images"][0]["width"] == 9


@pytest.mark.parametrize("url", [None, "https://town.example/news"])
async def test_the_setting_turns_it_off(opened, tmp_path, url):
    """URLs resolve as if there were no files; to turn it on again, an import is enough."""
    folder = tmp_path / "in"
    archive = Archive(folder, Collection(id="x", url=url))
    archive.write_file("a.png", png())
    archive.write_article("a.md", date="2024-01-01", image="a.png")
    await opened.import_archives(archive)
    assert len(urls_of(opened.path)) == 1
    archive.collection = Collection(id="x", url=url, files=False)
    report = await opened.import_archives(archive)
    assert diagnostic_codes(report) == ([] if url else ["relative-url"])
    (article,) = await read_articles(opened.store, IMAGES)
    expected = "https://town.example/a.png" if url else "a.png"
    assert article["images"] == [{"url": expected, "width": None, "height": None}]
    assert urls_of(opened.path) == {}
    archive.collection = Collection(id="x", url=url)
    await opened.import_archives(archive)
    assert len(urls_of(opened.path)) == 1


async def test_audio_is_no_picture(opened, archive):
    """A sound under a key of pictures stays a URL of its own."""
    archive.write_file("a.mp3", MP3)
    archive.write_article("a.md", date="2024-01-01", image="a.mp3")
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, "SELECT url FROM article_image") == [("a.mp3",)]


async def test_removed_documents(opened, archive):
    """Rows of files go with the documents that refer to them."""
    archive.write_file("a.png", png())
    archive.write_article("a.md", date="2024-01-01", image="a.png")
    archive.write_article("b.md", date="2024-01-01")
    await opened.import_archives(archive)
    archive.remove("a.md")
    await opened.import_archives(archive)
    for table in ("local_file", "file_reference"):
        assert fetch_rows(opened.path, f"SELECT * FROM {table}") == []  # noqa: S608 - a constant
