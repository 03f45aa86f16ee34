"""The ids of feed entries: each belongs to one article, and a setting chooses what they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import Archive
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    article_values,
    diagnostic_codes,
    diagnostic_positions,
    nonzero_counts,
)

GUID = "https://old.example/?p=1"
FEED = "SELECT revision, full_revision FROM feed WHERE id = 1"


def is_own(guid):
    """Return whether newsgraph has made an id."""
    return guid.startswith("urn:uuid:")


async def test_a_document_has_its_own_guid(opened, archive, import_new):
    """It is the same in a rebuilt store; what is no IRI has another id in Atom."""
    archive.write_article("a.md", guid=GUID)
    archive.write_article("b.md", GUID="post 12")
    archive.write_article("c.md")
    await opened.import_archives(archive)
    guids, atom_ids = (article_values(opened.path, column) for column in ("guid", "atom_id"))
    assert (guids["a"], guids["b"], is_own(guids["c"])) == (GUID, "post 12", True)
    assert (atom_ids["a"], is_own(atom_ids["b"]), atom_ids["c"]) == (None, True, None)
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    archive.write_article("b.md")
    await opened.import_archives(archive)
    assert article_values(opened.path, "guid")["b"] == atom_ids["b"]
    assert article_values(opened.path, "atom_id")["b"] is None


async def test_another_key(opened, archive):
    """`[keys]` names keys that come before the usual one."""
    archive.collection = Collection(id="tests", keys=(("guid", ("feed.id",)),))
    archive.write_article("a.md", feed={"id": "x"}, guid="y")
    archive.write_article("b.md", guid="y")
    await opened.import_archives(archive)
    assert article_values(opened.path, "guid") == {"a": "x", "b": "y"}


async def test_a_guid_belongs_to_one_article(opened, archive, import_new):
    """The first document has it, the second one its own id; then the one that the store has."""
    archive.write_article("b.md", guid=GUID)
    archive.write_article("c.md", guid=GUID)
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("c.md", None, None, "shared-guid")]
    assert report.diagnostics[0][1].message == f"b.md has the guid {GUID!r}, too."
    guids = article_values(opened.path, "guid")
    assert (guids["b"], is_own(guids["c"])) == (GUID, True)
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    archive.write_article("a.md", guid=GUID)
    report = await opened.import_archives(archive)
    assert sorted(item.path for _, item in report.diagnostics) == ["a.md", "c.md"]
    after = article_values(opened.path, "guid")
    assert (is_own(after["a"]), after["b"], after["c"]) == (True, GUID, guids["c"])
    archive.write_article("b.md", guid=GUID, title="Edited")
    await opened.import_archives(archive)
    assert article_values(opened.path, "guid") == after
    assert nonzero_counts(await opened.import_archives(archive)) == {"unchanged": 3}


async def test_a_free_guid_is_given_to_the_next_document(opened, archive):
    """The feed is sent in full then: a delta has only entries of changed documents."""
    archive.write_article("a.md", guid=GUID, date="2024-05-01")
    archive.write_article("b.md", guid=GUID, date="2024-05-02")
    await opened.import_archives(archive)
    archive.write_article("a.md", date="2024-05-01")
    report = await opened.import_archives(archive)
    assert article_values(opened.path, "guid")["b"] == GUID
    assert diagnostic_codes(report) == []
    assert fetch_rows(opened.path, FEED) == [(2, 2)]


@pytest.mark.parametrize(("first", "second"), [("a.md", "b.md"), ("b.md", "a.md")])
async def test_a_hidden_document_has_the_same_guid(opened, archive, first, second):
    """The visible one has it, whatever their order, and keeps it when the other one appears."""
    archive.write_article(first, guid=GUID)
    archive.write_article(second, guid=GUID, published=False)
    report = await opened.import_archives(archive)
    assert [(item.path, item.code) for _, item in report.diagnostics] == [(second, "shared-guid")]
    archive.write_article(second, guid=GUID)
    await opened.import_archives(archive)
    guids = article_values(opened.path, "guid")
    assert guids[first.removesuffix(".md")] == GUID
    assert is_own(guids[second.removesuffix(".md")])


async def test_documents_of_two_roots(opened, archive, tmp_path):
    """The first root's document has the guid; the message names the root."""
    other = Archive(tmp_path / "other", Collection(id="other"))
    archive.write_article("b.md", guid=GUID)
    other.write_article("a.md", guid=GUID)
    report = await opened.import_archives(archive, other)
    assert report.diagnostics[0][1].message == f"b.md in tests has the guid {GUID!r}, too."
    guids = article_values(opened.path, "guid")
    assert (guids["b"], is_own(guids["a"])) == (GUID, True)


async def test_the_id_of_another_article_is_taken(opened, archive):
    """A document cannot take the id that newsgraph gave another one, but can state its own."""
    archive.write_article("b.md")
    archive.write_article("c.md")
    await opened.import_archives(archive)
    guids = article_values(opened.path, "guid")
    archive.write_article("a.md", guid=guids["b"])
    archive.write_article("c.md", guid=guids["c"])
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("a.md", None, None, "shared-guid")]
    assert article_values(opened.path, "guid").items() >= guids.items()
    archive.remove("b.md")
    await opened.import_archives(archive)
    assert article_values(opened.path, "guid") == {"a": guids["b"], "c": guids["c"]}


async def test_a_scheduled_document_keeps_its_guid(opened, archive, clock):
    """It is published with its guid, and another one with the same guid has its own id."""
    archive.write_article("a.md", guid=GUID, date="2025-01-02")
    archive.write_article("b.md", guid=GUID, date="2025-01-03")
    await opened.import_archives(archive)
    clock.forward(days=5)
    await opened.store.publish_due()
    guids = article_values(opened.path, "guid")
    assert (guids["a"], is_own(guids["b"])) == (GUID, True)


async def test_a_new_setting_changes_all_ids(opened, archive):
    """Nothing else changes, and the default brings the ids of newsgraph back."""
    archive.write_file("_config.yml", "url: https://town.example\nbaseurl: /b\npermalink: pretty\n")
    archive.write_file("_posts/2024-05-02-Bridge Opens.md", "---\ntitle: B\n---\n")
    archive.write_file("_posts/2024-05-03-own.md", "---\nguid: own\n---\n")
    archive.write_file("about.md", "---\ndate: 2024-05-01\n---\n")
    root = read_root(archive.folder)
    others = "SELECT id, node_id, slug, updated_at FROM article ORDER BY id"

    async def import_with(entry_ids):
        collection = replace(root.collection, entry_ids=entry_ids)
        await opened.store.import_roots([replace(root, collection=collection)])
        return fetch_rows(opened.path, "SELECT guid FROM article ORDER BY published_at")

    before, rows = await import_with("newsgraph"), fetch_rows(opened.path, others)
    assert await import_with("jekyll-feed") == [
        ("https://town.example/b/about/",),
        ("https://town.example/b/2024/05/02/Bridge%20Opens",),
        ("own",),
    ]
    assert fetch_rows(opened.path, FEED)[0][0] == 2
    assert fetch_rows(opened.path, others) == rows
    assert await import_with("permalink") == [
        ("https://town.example/b/about/",),
        ("https://town.example/b/2024/05/02/Bridge-Opens/",),
        ("own",),
    ]
    assert await import_with("newsgraph") == before


async def test_unknown_ids_are_reported_once(opened, archive):
    """One warning for a root names the articles in feeds whose old ids are not known."""
    archive.collection = Collection(id="tests", entry_ids="wordpress", url="https://town.example/")
    for number in range(5):
        archive.write_article(f"{number}.md", date="2024-05-01")
    archive.write_article("known.md", date="2024-05-01", wordpress_id=5)
    archive.write_article("page.md")
    archive.write_article("draft.md", date="2024-05-01", draft=True)
    report = await opened.import_archives(archive)
    [(_, diagnostic)] = report.diagnostics
    assert (diagnostic.path, diagnostic.code) == ("", "unknown-entry-id")
    assert "0.md, 1.md, 2.md and 2 more." in diagnostic.message
    guids = article_values(opened.path, "guid")
    assert guids["known"] == "https://town.example/?p=5"
    assert is_own(guids["0"])
    assert nonzero_counts(await opened.import_archives(archive))["unchanged"] == 8


SITES = [
    (
        "jekyll-feed",
        {"_config.yml": "url: https://t.example\ncollections: {notes: {output: true}}"},
        "_notes/One.md",
        "title: A",
        "https://t.example/notes/One",
    ),
    (
        "jekyll-feed",
        {"_config.yml": "url: https://t.example\npermalink: /:title.html"},
        "town/_posts/2024-05-02-a.b.md",
        "slug: Two_Words",
        "https://t.example/Two_Words",
    ),
    (
        "permalink",
        {"hugo.toml": "baseURL = 'https://t.example/x/'"},
        "content/posts/A b.md",
        "date: 2024-05-02",
        "https://t.example/x/posts/a-b/",
    ),
    (
        "permalink",
        {"config.toml": "base_url = 'https://t.example'"},
        "content/posts/a.md",
        "date: 2024-05-02",
        "https://t.example/posts/a/",
    ),
    (
        "permalink",
        {"_config.yml": "source_dir: source\nurl: https://t.example"},
        "source/_posts/a.md",
        "date: 2024-05-02",
        "https://t.example/2024/05/02/a/",
    ),
    (
        "permalink",
        {"mkdocs.yml": "site_url: https://t.example/docs/"},
        "docs/a.md",
        "date: 2024-05-02",
        "https://t.example/docs/a/",
    ),
    (
        "pelican",
        {"pelicanconf.py": "SITEURL = 'https://T.example/b'\nTIMEZONE = 'Europe/Berlin'"},
        "content/a.md",
        "title: The Bridge\ndate: 2024-05-02 00:30",
        "tag:t.example,2024-05-02:/b/the-bridge.html",
    ),
    (
        "pelican",
        {"pelicanconf.py": "SITEURL = 'https://t.example'"},
        "content/2024-05-02-a.md",
        "title: The Bridge",
        "tag:t.example,2024-05-02:/the-bridge.html",
    ),
]


@pytest.mark.parametrize(("entry_ids", "files", "path", "lines", "expected"), SITES)
async def test_ids_of_generators(opened, archive, entry_ids, files, path, lines, expected):
    """They are made from the site's configuration."""
    for name, text in files.items():
        archive.write_file(name, text)
    archive.write_file("newsgraph.toml", f"entry_ids = '{entry_ids}'")
    archive.write_file(path, f"---\n{lines}\n---\n")
    report = await opened.store.import_roots([read_root(archive.folder)])
    assert fetch_rows(opened.path, "SELECT guid FROM article") == [(expected,)]
    assert diagnostic_codes(report) == []
