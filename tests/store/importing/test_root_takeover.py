"""A folder that gets an id after its first import takes over what was imported under its path."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.errors import TooManyRemovals
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
