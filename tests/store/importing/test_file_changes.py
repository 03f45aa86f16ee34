"""Files that are created, changed, moved and deleted between two imports."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.identity import stable_key
from tests.store.dump import dump_imported_content, dump_tables, fetch_rows
from tests.store.importing.import_results import (
    ARTICLE_URL,
    article_values,
    changes_at,
    diagnostic_codes,
    nonzero_counts,
)


async def test_import_of_unchanged_files_writes_nothing(opened, archive, clock):
    """An import of unchanged files changes no row and no revision."""
    archive.write_article("a.md", webUrl=ARTICLE_URL, topics=["AI"], secured="x", quality="bad")
    archive.write_article("b.md", related=[{"title": "a", "webUrl": ARTICLE_URL}], published=False)
    archive.write_topic("t.yaml", "Artificial Intelligence", shortname="AI")
    archive.write_file("broken.md", "---\ntitle: [\n---\n")
    first = await opened.import_archives(archive)
    before = dump_tables(opened.path)
    clock.forward(days=1)
    second = await opened.import_archives(archive)
    assert dump_tables(opened.path) == before
    assert second.revision == first.revision == 1
    assert second.diagnostics == first.diagnostics
    assert nonzero_counts(first) == {"created": 3, "failed": 1, "hidden": 1}
    assert nonzero_counts(second) == {"unchanged": 3, "failed": 1, "hidden": 1}


async def test_import_of_an_empty_folder(opened, archive):
    """An import of an empty folder stores its root and collection as revision 1."""
    report = await opened.import_archives(archive)
    assert (report.revision, nonzero_counts(report)) == (1, {})
    assert diagnostic_codes(report) == ["no-documents"]
    collection = replace(archive.collection, title=archive.folder.name)
    assert (await opened.store.state()).collection == collection
    assert (await opened.import_archives(archive)).revision == 1


async def test_report_and_change_log_list_what_an_import_changed(opened, archive, clock):
    """The report counts created, updated, unchanged and removed documents; the log lists them."""
    archive.write_article("stays.md")
    archive.write_article("changes.md")
    archive.write_article("goes.md")
    archive.write_article("moves.md", id="moved")
    await opened.import_archives(archive)
    clock.forward(hours=1)
    archive.write_article("changes.md", title="Changed")
    archive.remove("goes.md")
    (archive.folder / "moves.md").rename(archive.folder / "anywhere.md")
    archive.write_article("new.md")
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"created": 1, "updated": 2, "unchanged": 1, "removed": 1}
    assert changes_at(opened.path, 2) == {
        ("Article", "changes", False),
        ("Article", "moved", False),
        ("Article", "new", False),
        ("Article", stable_key("Article", "goes"), True),
    }
    assert article_values(opened.path) == {
        "stays": "stays.md",
        "changes": "Changed",
        "moved": "moves.md",
        "new": "new.md",
    }
    assert article_values(opened.path, "path")["moved"] == "anywhere.md"


async def test_moved_file_changes_only_its_document_row(opened, archive, clock):
    """A moved file with an id, or a setting without effect, does not change the article's rows."""
    link = {
        "title": "link",
        "webUrl": ARTICLE_URL,
        "images": [{"url": "https://example.com/1.png"}],
    }
    archive.write_article("home.md", webUrl=ARTICLE_URL, date="2024-05-02")
    fields = {
        "date": "2024-05-02",
        "topics": ["A", "b"],
        "author": ["Ann", "Bob"],
        "related": [link, ARTICLE_URL],
    }
    fields |= {"provider": {"name": "One", "domain": "one.org"}, "images": [{"url": "/2.png"}]}
    archive.write_article(
        "moves.md", id="moves", title="Moves", webUrl=f"{ARTICLE_URL}/2", quality=70, **fields
    )
    await opened.import_archives(archive)
    before = dump_tables(opened.path)
    indexed = dump_imported_content(opened.path)["search_index"]
    clock.forward(days=1)
    (archive.folder / "moves.md").rename(archive.folder / "moved.md")
    assert nonzero_counts(await opened.import_archives(archive)) == {"updated": 1, "unchanged": 1}
    after = dump_tables(opened.path)
    changed_tables = {table for table, rows in after.items() if rows != before[table]}
    # Rows of `diagnostic` contain the file's path. The article is indexed again.
    index = {"search_segment", "search_posting"}
    assert changed_tables == {"state", "change", "document", "diagnostic", *index}
    assert dump_imported_content(opened.path)["search_index"] == indexed
    assert changes_at(opened.path, 2) == {("Article", "moves", False)}
    archive.collection = Collection(id="tests", serve_unpublished=True)
    assert nonzero_counts(await opened.import_archives(archive)) == {"updated": 2}
    assert dump_tables(opened.path)["link"] == before["link"]
    documents = fetch_rows(
        opened.path, "SELECT path, revision, imported_at FROM document ORDER BY path"
    )
    assert documents == [(path, 1, "2025-01-01T00:00:00Z") for path in ("home.md", "moved.md")]


@pytest.mark.parametrize(
    ("fields", "new_path", "settings"),
    [
        ({}, "2021-02-02-a.md", {}),
        ({"images": [{"url": "1.png"}]}, "2021-01-01-a.md", {"url": "https://site.example"}),
        (
            {"related": [{"title": "b", "webUrl": ARTICLE_URL, "images": [{"url": "1.png"}]}]},
            "2021-01-01-a.md",
            {"url": "https://site.example"},
        ),
        ({"author": "Ann"}, "2021-01-01-a.md", {"private_fields": ("author",)}),
        ({"topics": ["A"]}, "2021-01-01-a.md", {"private_fields": ("topics",)}),
    ],
)
async def test_path_or_setting_that_changes_the_content_updates_the_article(
    opened, archive, clock, import_new, fields, new_path, settings
):
    """A file name or a setting that changes a file's parsed content updates the article."""
    archive.write_article("2021-01-01-a.md", id="a", title="A", **fields)
    archive.write_article("b.md", webUrl=ARTICLE_URL)
    await opened.import_archives(archive)
    clock.forward(days=1)
    (archive.folder / "2021-01-01-a.md").rename(archive.folder / new_path)
    archive.collection = Collection(id="tests", **settings)
    await opened.import_archives(archive)
    assert article_values(opened.path, "revision") == {"a": 2, "b": 1}
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_moved_file_without_an_id_is_another_document(opened, archive):
    """A document without an id is identified by its path, so a moved file is a new document."""
    archive.write_article("a.md", title="One")
    await opened.import_archives(archive)
    (archive.folder / "a.md").rename(archive.folder / "b.md")
    assert nonzero_counts(await opened.import_archives(archive)) == {"created": 1, "removed": 1}
    assert changes_at(opened.path, 2) == {
        ("Article", "b", False),
        ("Article", stable_key("Article", "a"), True),
    }


@pytest.mark.slow
async def test_ids_move_between_files(opened, archive, import_new):
    """Files can exchange their ids in a cycle, and new files can take over ids."""
    for name in "abc":
        archive.write_article(f"{name}.md", id=f"id-{name}", webUrl=f"{ARTICLE_URL}/{name}")
    await opened.import_archives(archive)
    for file, name in zip("abc", "bca", strict=True):
        archive.write_article(f"{file}.md", id=f"id-{name}", webUrl=f"{ARTICLE_URL}/{file}")
    assert nonzero_counts(await opened.import_archives(archive)) == {"updated": 3}
    archive.write_article("a.md", id="id-new")
    archive.write_article("d.md", id="id-b")
    assert nonzero_counts(await opened.import_archives(archive)) == {
        "created": 1,
        "updated": 1,
        "unchanged": 2,
    }
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


@pytest.mark.slow
async def test_file_changes_its_kind(opened, archive, import_new):
    """A file can change from an article to a topic and then to a publisher."""
    archive.write_article("a.md", topics=["a"])
    archive.write_article("b.md", topics=["a"])
    await opened.import_archives(archive)
    archive.write_file("a.md", "---\ntaxonomy: topic\nname: A\n---\n")
    assert nonzero_counts(await opened.import_archives(archive)) == {
        "created": 1,
        "removed": 1,
        "unchanged": 1,
    }
    archive.write_file("a.md", "---\ntaxonomy: organization\nname: A\ndomain: a.org\n---\n")
    await opened.import_archives(archive)
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    assert fetch_rows(opened.path, "SELECT kind FROM document ORDER BY kind") == [
        ("Article",),
        ("OrganizationEntry",),
    ]
