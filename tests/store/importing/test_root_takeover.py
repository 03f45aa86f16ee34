"""A folder whose id is added, changed or removed takes over what was imported from it before."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.errors import TooManyRemovals
from newsgraph.store.importing.root_takeover import RenamedRoot
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    VALID_FILE,
    article_values,
    diagnostic_codes,
    nonzero_counts,
)

DOCUMENTS = "SELECT path, identity, slug, node_id, updated_at FROM article JOIN document USING (id)"


@pytest.fixture
def blog(new_archive):
    """A folder without an id, with authors, a file, a hidden document and an invalid one."""
    archive = new_archive("blog", kind="jekyll", title="Blog")
    archive.write_file("_data/authors.yml", "ann:\n  name: Ann Bell\n")
    archive.write_file("img/a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    archive.write_article("a.md", title="A", author="ann", tags=["Town"], image="/img/a.svg")
    archive.write_article("b.md", title="B", date="2024-05-02", body="[A](a.md)")
    archive.write_article("draft.md", published=False)
    archive.write_file("broken.md", VALID_FILE)
    return archive


def set_folder_of_roots(path, folder):
    """Let all roots of a store be of one folder."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE root SET folder = ?", (os.path.realpath(folder),))


async def test_the_documents_stay(opened, blog, new_archive, clock, import_new):
    """No document is refused or moved, and the store is the same as one made with the id."""
    other = new_archive("other", title="Other")
    other.write_article("c.md", title="C")
    await opened.import_archives(blog, other)
    blog.write_file("broken.md", "---\ntitle: [\n---\n")
    await opened.import_archives(blog)
    before = fetch_rows(opened.path, DOCUMENTS)
    clock.forward(days=1)
    blog.collection = Collection(id="blog-1", kind="jekyll", title="Blog")
    report = await opened.import_archives(blog)
    assert nonzero_counts(report) == {"updated": 3, "failed": 1, "hidden": 1}
    assert diagnostic_codes(report) == ["broken-yaml"]
    # Also the times of update, as no file changed.
    assert fetch_rows(opened.path, DOCUMENTS) == before
    assert fetch_rows(opened.path, "SELECT name, position FROM root ORDER BY position") == [
        ("blog-1", 0),
        (str(other.folder), 1),
    ]
    assert fetch_rows(opened.path, "PRAGMA foreign_key_check") == []
    again = await opened.import_archives(blog)
    assert nonzero_counts(again) == {"unchanged": 3, "failed": 1, "hidden": 1}
    # Authors and feed ids are those of the id.
    blog.write_file("broken.md", VALID_FILE)
    await opened.import_archives(blog)
    new = await import_new(blog, other)
    assert dump_imported_content(opened.path) == dump_imported_content(new)


@pytest.mark.parametrize(
    ("url", "new_id"), [(None, "blog"), ("https://town.example/", "https://town.example/")]
)
async def test_feed_ids_stay_with_an_id_that_they_were_made_from(opened, new_archive, url, new_id):
    """As docs/documents.md says: the URL of the site, or else the folder's name."""
    archive = new_archive("blog", url=url)
    archive.write_article("a.md")
    await opened.import_archives(archive)
    before = article_values(opened.path, "guid")
    archive.collection = Collection(id=new_id, url=url)
    await opened.import_archives(archive)
    assert article_values(opened.path, "guid") == before


async def test_an_id_is_changed_and_removed(opened, blog, new_archive, clock, import_new):
    """The folder stays one root with its documents and its place; only ids of entries change."""
    blog.collection = Collection(id="seven", kind="jekyll", title="Blog")
    other = new_archive("other", title="Other")
    other.write_article("c.md", title="C")
    await opened.import_archives(blog, other)
    before, guids = fetch_rows(opened.path, DOCUMENTS), article_values(opened.path, "guid")
    for new_id, former_name, former_namespace in (
        ("eight", "seven", "seven"),
        ("nine", "eight", "eight"),
        (None, "nine", "nine"),
        ("seven", str(blog.folder), "blog"),
    ):
        clock.forward(days=1)
        blog.collection = Collection(id=new_id, kind="jekyll", title="Blog")
        report = await opened.import_archives(blog)
        assert report.renamed == [
            RenamedRoot(blog.folder, former_name, former_namespace, has_new_feed_ids=True)
        ]
        assert nonzero_counts(report) == {"updated": 4, "hidden": 1}
        assert diagnostic_codes(report) == []
        assert fetch_rows(opened.path, DOCUMENTS) == before
        assert fetch_rows(opened.path, "SELECT name, position FROM root ORDER BY position") == [
            (new_id or str(blog.folder), 0),
            (str(other.folder), 1),
        ]
        again = await opened.import_archives(blog)
        assert (nonzero_counts(again), again.renamed) == ({"unchanged": 4, "hidden": 1}, [])
        assert dump_imported_content(opened.path) == dump_imported_content(
            await import_new(blog, other)
        )
    assert article_values(opened.path, "guid") == guids


async def test_translations_stay_together(opened, new_archive):
    """Also those that are edited after the change, where the ids of entries stay."""
    archive = new_archive("blog", kind="hugo", url="https://town.example/")
    for path in ("a.en.md", "a.de.md"):
        archive.write_article(path)
    archive.write_file("b.en.md", VALID_FILE)
    await opened.import_archives(archive)
    archive.write_file("b.en.md", "---\ntitle: [\n---\n")
    archive.collection = Collection(
        id="https://town.example/", kind="hugo", url="https://town.example/"
    )
    await opened.import_archives(archive)
    for path in ("a.de.md", "b.en.md", "b.de.md"):
        archive.write_article(path, title="Edited")
    await opened.import_archives(archive)
    keys = fetch_rows(opened.path, "SELECT translation_key FROM document ORDER BY path")
    assert keys[0] == keys[1] != keys[2] == keys[3]


@pytest.mark.parametrize("new_id", ["seven", "eight", "nine", None])
@pytest.mark.parametrize("count", [3, 20])
async def test_a_store_with_one_folder_twice(opened, new_archive, new_id, count):
    """As an earlier version left it: the documents of the first root stay, with any id."""
    archive, copy = new_archive("blog", id="seven"), new_archive("copy", id="eight")
    for number in range(count):
        archive.write_article(f"{number}.md")
        copy.write_article(f"{number}.md", id=f"{number}.md")
    await opened.import_archives(archive)
    before = fetch_rows(opened.path, DOCUMENTS)
    await opened.import_archives(copy)
    set_folder_of_roots(opened.path, archive.folder)
    archive.collection = Collection(id=new_id)
    report = await opened.store.import_roots([archive.root], allow_removals=False)
    assert nonzero_counts(report) == {"updated": count, "removed": count}
    assert diagnostic_codes(report) == []
    assert fetch_rows(opened.path, DOCUMENTS) == before
    name = new_id or str(archive.folder)
    assert fetch_rows(opened.path, "SELECT name, position FROM root") == [(name, 0)]
    assert nonzero_counts(await opened.import_archives(archive)) == {"unchanged": count}


async def test_another_collection_in_the_same_place(opened, new_archive):
    """Such as folders that containers mount at one path: each stays, and says who has an id."""
    archive = new_archive("blog", id="blog")
    for path in ("a.md", "b.md", "about.md"):
        archive.write_article(path)
    await opened.import_archives(archive)
    for path in ("a.md", "b.md"):
        archive.remove(path)
    archive.collection = Collection(id="news")
    archive.write_article("c.md")
    report = await opened.store.import_roots([archive.root], allow_removals=False)
    assert (report.renamed, diagnostic_codes(report)) == ([], ["duplicate-id"])
    assert report.diagnostics[0][1].message == (
        "The id 'about' is taken by about.md of blog, which was imported from this folder before."
    )
    assert set(article_values(opened.path)) == {"a", "b", "about", "c"}
    names = fetch_rows(opened.path, "SELECT name FROM root ORDER BY position")
    assert names == [("blog",), ("news",)]


async def test_a_folder_with_two_ids_in_one_import(opened, new_archive):
    """The first one counts."""
    archive = new_archive("blog", id="seven")
    archive.write_article("a.md")
    second = ImportRoot(archive.folder, Collection(id="eight"))
    report = await opened.store.import_roots([archive.root, second])
    assert nonzero_counts(report) == {"created": 1}
    assert fetch_rows(opened.path, "SELECT name FROM root") == [("seven",)]


async def test_a_document_that_is_gone_is_removed(opened, blog):
    """The folder is still known, so that it is no other root's document."""
    await opened.import_archives(blog)
    blog.collection = Collection(id="blog-1", kind="jekyll")
    blog.remove("b.md")
    assert nonzero_counts(await opened.import_archives(blog))["removed"] == 1
    assert set(article_values(opened.path)) == {"a", "broken"}


async def test_an_emptied_folder_is_not_removed(opened, blog):
    """The limit of removals applies, and then nothing is changed."""
    await opened.import_archives(blog)
    before = dump_imported_content(opened.path)
    blog.collection = Collection(id="blog-1", kind="jekyll")
    for path in ("a.md", "b.md", "draft.md", "broken.md"):
        blog.remove(path)
    with pytest.raises(TooManyRemovals):
        await opened.store.import_roots([blog.root], allow_removals=False)
    assert dump_imported_content(opened.path) == before


async def test_a_dry_run_takes_nothing_over(opened, blog):
    """It reports the same as the import."""
    await opened.import_archives(blog)
    before = dump_imported_content(opened.path)
    blog.collection = Collection(id="blog-1", kind="jekyll")
    report = await opened.store.import_roots([blog.root], is_dry_run=True)
    assert dump_imported_content(opened.path) == before
    assert nonzero_counts(report) == nonzero_counts(await opened.import_archives(blog))


async def test_a_store_with_both_roots(opened, blog, new_archive):
    """Where the id has documents already, those of the path are added to them."""
    elsewhere = new_archive("elsewhere", id="blog-1")
    elsewhere.write_article("a.md", id="another", title="A")
    elsewhere.write_article("e.md", title="E")
    await opened.import_archives(elsewhere, blog)
    blog.collection = Collection(id="blog-1", kind="jekyll")
    report = await opened.import_archives(blog)
    assert diagnostic_codes(report) == []
    assert set(article_values(opened.path)) == {"a", "b", "broken"}
    assert fetch_rows(opened.path, "SELECT name FROM root") == [("blog-1",)]
    assert fetch_rows(opened.path, "SELECT count(*) FROM document WHERE path LIKE '?%'") == [(0,)]
    assert nonzero_counts(await opened.import_archives(blog)) == {"unchanged": 4, "hidden": 1}


async def test_a_configuration_that_cannot_be_read(opened, blog):
    """The documents stay as they were, as those of the id."""
    await opened.import_archives(blog)
    before = fetch_rows(opened.path, DOCUMENTS)
    blog.collection = Collection(id="blog-1", kind="jekyll")
    blog.write_file("_data/authors.yml", "ann: [\n")
    blog.write_file("_config.yml", "exclude: [\n")
    root = ImportRoot(blog.folder, blog.collection, config_file=blog.folder / "_config.yml")
    report = await opened.store.import_roots([root])
    assert "unchanged-folder" in diagnostic_codes(report)
    assert fetch_rows(opened.path, DOCUMENTS) == before
    assert fetch_rows(opened.path, "SELECT name FROM root") == [("blog-1",)]
