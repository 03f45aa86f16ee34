"""Articles have a language and translations."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines import open_database
from tests.gql.conftest import SITE
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import Archive
from tests.store.plans import explain
from tests.store_files import open_store


@pytest.fixture
async def database(tmp_path):
    """A database of an article in four languages, and one without translations."""
    archive = Archive(tmp_path / "in", Collection(id="x", language="en"))
    for name in ("a.md", "a.sv.md", "a.de.md", "b.md"):
        archive.write_article(name, topics=["t"])
    archive.write_article("c.md", lang="pt", translationKey="/a")
    archive.write_article("d.md", translationKey="/a")
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    await store.close()
    recorded = RecordingDatabase(await open_database(f"sqlite:///{tmp_path}/x.db"))
    yield recorded
    await recorded.close()


async def test_translations_in_lists(execute, database):
    """Each article has those in other languages, by language; one statement reads them all."""
    result = await execute(
        """{
          topic(slug: "t") { articles(orderBy: {field: TITLE, direction: ASC}) { edges { node {
            slug language
            translations { slug language translations(first: 1) { slug translations { slug } } }
          } } } }
        }"""
    )
    nodes = [edge["node"] for edge in result["data"]["topic"]["articles"]["edges"]]
    languages = {node["slug"]: node["language"] for node in nodes}
    assert languages == {"a": "en", "a.sv": "sv", "a.de": "de", "b": "en"}
    translations = {node["slug"]: [item["slug"] for item in node["translations"]] for node in nodes}
    assert translations["a"] == ["a.de", "c", "a.sv"]
    assert translations["b"] == []
    assert sorted(translations["a.de"]) == ["a", "a.sv", "c", "d"]
    for node in nodes:
        for item in node["translations"]:
            (first,) = item["translations"]
            assert item["slug"] in [other["slug"] for other in first["translations"]]
    assert len(database.statements) == 1


async def test_translations_are_looked_up_by_an_index(execute, database, tmp_path):
    """No translation needs a scan of all articles."""
    await execute('{ article(slug: "a") { translations { slug } } }')
    plan = explain(tmp_path / "x.db", *database.statements)
    assert "ix_document_translation_key" in plan.indexes
    assert not [scan for scan in plan.scans if scan.startswith("article")]
