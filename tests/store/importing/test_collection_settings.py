"""Hidden documents, private fields and relative URLs, which depend on a collection's settings."""

from __future__ import annotations

import json

import pytest

from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import Archive
from tests.store.dump import dump_imported_content, dump_tables, fetch_rows
from tests.store.importing.import_results import (
    ARTICLE_URL,
    article_values,
    changes_at,
    diagnostic_codes,
    diagnostic_positions,
    link_targets,
    nonzero_counts,
)


@pytest.mark.slow
async def test_hidden_documents_and_serve_unpublished(opened, archive, import_new):
    """Hidden documents have only a document row, unless `serve_unpublished` is set."""
    archive.write_article("shown.md", related=[{"title": "x", "webUrl": ARTICLE_URL}], topics=["a"])
    archive.write_article(
        "hidden.md", webUrl=ARTICLE_URL, published=False, topics=["b"], provider={"domain": "b.org"}
    )
    archive.write_article("draft.md", draft=True)
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"created": 3, "hidden": 2}
    assert set(article_values(opened.path)) == {"shown"}
    assert fetch_rows(opened.path, "SELECT slug FROM topic") == [("a",)]
    assert fetch_rows(opened.path, "SELECT domain FROM provider WHERE domain = 'b.org'") == []
    assert link_targets(opened.path) == {("shown", 0): None}
    state = await opened.store.state()
    assert (state.article_count, state.hidden_count) == (1, 2)

    # The files are unchanged; only the setting differs.
    archive.collection = Collection(id="tests", serve_unpublished=True)
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"updated": 3}
    assert changes_at(opened.path, 2) >= {
        ("Article", name, False) for name in ("shown", "hidden", "draft")
    }
    assert link_targets(opened.path) == {("shown", 0): "hidden"}
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    assert fetch_rows(opened.path, "SELECT published FROM article WHERE slug = 'hidden'") == [(0,)]

    archive.collection = Collection(id="tests")
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"updated": 3, "hidden": 2}
    assert {("Article", name, True) for name in ("hidden", "draft")} <= changes_at(opened.path, 3)
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_hidden_article_is_logged_as_deleted(opened, archive):
    """A newly hidden article is logged as deleted, and articles with links to it as changed."""
    archive.write_article("a.md", related=[{"title": "x", "webUrl": ARTICLE_URL}])
    archive.write_article("b.md", webUrl=ARTICLE_URL)
    await opened.import_archives(archive)
    archive.write_article("b.md", webUrl=ARTICLE_URL, published=False)
    await opened.import_archives(archive)
    assert changes_at(opened.path, 2) == {("Article", "a", False), ("Article", "b", True)} | {
        ("Provider", "example.com", False)
    }


async def test_documents_in_the_drafts_folder_are_hidden(opened, archive):
    """Documents in Jekyll's folder `_drafts` are hidden, even with `published: true`."""
    archive.write_article("_drafts/a.md", title="A", published=True)
    archive.write_article("_drafts/sub/b.md", title="B")
    archive.write_article("_posts/c.md", title="C")
    report = await opened.store.import_roots([archive.root])
    assert (report.created, report.hidden) == (3, 2)
    assert fetch_rows(opened.path, "SELECT title FROM article") == [("C",)]


async def test_private_fields_are_stored_in_the_private_column_only(opened, archive):
    """Private front matter is stored in the column `private` and in no other."""
    archive.write_article(
        "a.md", secured="U2FsdGVkX19", own={"deep": "U2FsdGVkX20"}, unknown=[1, None]
    )
    archive.collection = Collection(id="tests", private_fields=("secured", "own"))
    await opened.import_archives(archive)
    ((public, private),) = fetch_rows(opened.path, "SELECT front_matter, private FROM document")
    assert json.loads(public) == {"title": "a.md", "unknown": [1, None]}
    assert json.loads(private) == {"secured": "U2FsdGVkX19", "own": {"deep": "U2FsdGVkX20"}}
    tables = dump_tables(opened.path)
    for row in tables["document"]:
        del row["private"]
    assert "U2FsdGVkX" not in repr(tables)


async def test_no_rows_derive_from_private_fields(opened, tmp_path):
    """Private fields create no authors and no topics."""
    archive = Archive(tmp_path / "own", Collection(private_fields=("author", "tags")))
    archive.write_article("a.md", title="A", author="Ann", tags="x y", category="news")
    await opened.store.import_roots([archive.root])
    assert fetch_rows(opened.path, "SELECT count(*) FROM article_author") == [(0,)]
    assert fetch_rows(opened.path, "SELECT count(*) FROM topic") == [(0,)]
    ((public, private),) = fetch_rows(opened.path, "SELECT front_matter, private FROM document")
    assert "Ann" not in public
    assert "Ann" in private


async def test_relative_image_urls(opened, archive):
    """Relative image URLs resolve against the collection's URL, and are reported without it."""
    archive.write_article("a.md", images=["pictures/a.png", "https://example.com/b.png"])
    report = await opened.import_archives(archive)
    assert diagnostic_codes(report) == ["relative-url"]
    image_urls = "SELECT url FROM article_image ORDER BY position"
    assert fetch_rows(opened.path, image_urls) == [
        ("pictures/a.png",),
        ("https://example.com/b.png",),
    ]
    second_report = await opened.import_archives(archive)
    assert diagnostic_positions(second_report) == diagnostic_positions(report)
    archive.collection = Collection(id="tests", url="https://site.example/")
    assert diagnostic_positions(await opened.import_archives(archive)) == []
    assert fetch_rows(opened.path, image_urls)[0] == ("https://site.example/pictures/a.png",)
