"""Articles have a language; those of a root with the same key are translations of each other."""

from __future__ import annotations

from dataclasses import replace

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.identity import entry_guid
from newsgraph.store.documents.languages import SiteLanguage
from tests.store.archive import Archive
from tests.store.dump import dump_imported_content, fetch_rows

LANGUAGES = "SELECT slug, language FROM article ORDER BY slug"
UPDATED_AT = "SELECT slug, updated_at FROM article ORDER BY slug"
GROUPS = """
SELECT group_concat(slug, ' ')
FROM (SELECT slug, translation_key FROM article JOIN document USING (id) ORDER BY slug)
GROUP BY translation_key HAVING count(*) > 1 ORDER BY 1
"""


def with_collection(archive, **settings):
    """Return the archive with other settings of its collection."""
    return Archive(archive.folder, replace(archive.collection, **settings))


async def test_languages_and_groups(opened, archive):
    """The language is the document's, else the collection's; paths and keys group articles."""
    archive.write_article("a.md", lang="en")
    archive.write_article("a.de.md")
    archive.write_article("b.md", translationKey="a b", language="pt_br")
    archive.write_article("c.md", translationKey="a b")
    archive.write_article("d/index.fr.md")
    archive.write_article("d.sv.md")
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, LANGUAGES) == [
        ("a", "en"),
        ("a.de", "de"),
        ("b", "pt-BR"),
        ("c", None),
        ("d.sv", "sv"),
        ("d/index.fr", "fr"),
    ]
    assert fetch_rows(opened.path, GROUPS) == [("a a.de",), ("b c",), ("d.sv d/index.fr",)]
    await opened.import_archives(with_collection(archive, language="en_gb"))
    assert ("c", "en-GB") in fetch_rows(opened.path, LANGUAGES)


async def test_identities_are_those_of_the_paths(opened, archive):
    """A language in the path does not change slugs and GUIDs, which readers know."""
    archive.write_article("posts/p.en.md")
    await opened.import_archives(archive)
    expected = [("posts/p.en", entry_guid("tests", "posts/p.en"))]
    assert fetch_rows(opened.path, "SELECT slug, guid FROM article") == expected


async def test_documents_of_other_roots_are_no_translations(opened, archive, new_archive):
    """The same path in another root is another article."""
    other = new_archive("other", id="other")
    archive.write_article("a.de.md")
    other.write_article("a.fr.md")
    await opened.import_archives(archive, other)
    assert fetch_rows(opened.path, GROUPS) == []


async def test_changed_settings(opened, archive, clock, import_new):
    """New languages of the site change articles, but not the time of their last update."""
    archive.write_article("a.md")
    archive.write_article("de/a.md")
    await opened.import_archives(archive)
    updated_at = fetch_rows(opened.path, UPDATED_AT)
    clock.forward(days=1)
    languages = (SiteLanguage("en", "en"), SiteLanguage("de", "de"))
    changed = with_collection(archive, languages=languages)
    await opened.import_archives(changed)
    assert fetch_rows(opened.path, LANGUAGES) == [("a", "en"), ("de/a", "de")]
    assert fetch_rows(opened.path, GROUPS) == [("a de/a",)]
    assert fetch_rows(opened.path, UPDATED_AT) == updated_at
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(changed))
    revision = (await opened.store.state()).revision
    await opened.import_archives(changed)
    assert (await opened.store.state()).revision == revision


async def test_a_move_without_another_language(opened, archive):
    """A moved file with an id has other translations, but is the same article as before."""
    archive.write_article("a.md", id="x")
    archive.write_article("a.de.md")
    await opened.import_archives(archive)
    source = "SELECT revision, imported_at FROM document WHERE identity = 'x'"
    before = fetch_rows(opened.path, source)
    (archive.folder / "a.md").rename(archive.folder / "b.md")
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, GROUPS) == []
    assert fetch_rows(opened.path, source) == before


def test_languages_survive_json():
    """The store keeps the settings of a collection as JSON."""
    collection = Collection(
        languages=(SiteLanguage("en", "en"), SiteLanguage("de", "de", "content/de", True))
    )
    stored = Collection.from_json(
        {"languages": [{"code": "en", "tag": "en"}, {"code": "de", "tag": "de"}]}
    )
    assert stored.languages == (SiteLanguage("en", "en"), SiteLanguage("de", "de"))
    assert Collection.from_json({"languages": None}).languages is None
    assert '"folder": "content/de", "is_disabled": true' in collection.to_json()
