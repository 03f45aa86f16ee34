"""Topics and publishers, which derive from taxonomy files and from articles."""

from __future__ import annotations

import pytest

from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    changes_at,
    nonzero_counts,
)


@pytest.mark.slow
async def test_taxonomy_files_apply_to_stored_articles(opened, archive, new_archive, import_new):
    """Taxonomy files have the same effect on articles that were imported before and after them."""
    taxonomy = new_archive("taxonomy", id="taxonomy", url="https://site.example/data/")
    archive.write_article("a.md", topics=["CDS", "AI", "Computational Data Science"])
    archive.write_article("b.md", topics=["cds"], provider="The Example", related=[{"title": "x"}])
    archive.write_article("c.md", provider={"name": "Exemple", "domain": "www.example.com"})
    archive.write_article(
        "d.md",
        provider={"domain": "example.com", "images": [{"url": "https://example.com/d.png"}]},
        related=[{"title": "y", "provider": {"name": "example inc"}, "webUrl": "https://z.org"}],
    )
    await opened.import_archives(archive, taxonomy)
    assert dict(fetch_rows(opened.path, "SELECT slug, article_count FROM topic")) == {
        "cds": 2,
        "ai": 1,
        "computational-data-science": 1,
    }
    image_urls = "SELECT url FROM provider_image"
    assert fetch_rows(opened.path, image_urls) == [("https://example.com/d.png",)]

    async def compare_with_fresh_import():
        """Compare the store with a fresh import, and return the last revision's changes."""
        assert dump_imported_content(opened.path) == dump_imported_content(
            await import_new(archive, taxonomy)
        )
        return changes_at(opened.path, (await opened.store.state()).revision)

    taxonomy.write_topic(
        "cds.yaml", "Computational Data Science", shortname="CDS", parent="Science"
    )
    taxonomy.write_topic("s.yaml", "Science", description="All of it.", keywords=["what", "why"])
    await opened.import_archives(taxonomy)
    assert await compare_with_fresh_import() >= {("Article", "a", False), ("Article", "b", False)}
    topics = "SELECT slug, name, shortname, article_count FROM topic ORDER BY slug"
    assert fetch_rows(opened.path, topics) == [
        ("ai", "AI", None, 1),
        ("computational-data-science", "Computational Data Science", "CDS", 2),
        ("science", "Science", None, 0),
    ]
    children = "SELECT child.slug FROM topic child JOIN topic ON topic.id = child.parent_id"
    assert fetch_rows(opened.path, children) == [("computational-data-science",)]

    taxonomy.write_organization(
        "org.yaml",
        "The Example Company",
        "example.com",
        otherNames=["The Example", "Example Inc"],
        images=["logo.png"],
        description="Examples.",
    )
    report = await opened.import_archives(taxonomy)
    assert nonzero_counts(report) == {"created": 1, "unchanged": 2}
    assert await compare_with_fresh_import() >= {("Article", "b", False), ("Article", "d", False)}
    providers = "SELECT domain, name, description, article_count FROM provider"
    assert fetch_rows(opened.path, providers) == [
        ("example.com", "The Example Company", "Examples.", 3),
    ]
    assert fetch_rows(opened.path, image_urls) == [("https://site.example/data/logo.png",)]

    taxonomy.write_topic("cds.yaml", "Big Data", shortname="CDS")
    await opened.import_archives(taxonomy)
    assert ("Article", "a", False) in await compare_with_fresh_import()
    taxonomy.write_organization("org.yaml", "Example", "example.com")
    await opened.import_archives(taxonomy)
    assert {
        ("Article", "b", False),
        ("Provider", "example.com", False),
    } <= await compare_with_fresh_import()
    for file in ("cds.yaml", "s.yaml", "org.yaml"):
        taxonomy.remove(file)
    assert nonzero_counts(await opened.import_archives(taxonomy)) == {"removed": 3}
    await compare_with_fresh_import()
    assert fetch_rows(opened.path, image_urls) == [("https://example.com/d.png",)]
    assert fetch_rows(opened.path, "SELECT slug FROM topic ORDER BY slug") == [
        ("ai",),
        ("cds",),
        ("computational-data-science",),
    ]


async def test_parents_in_a_cycle(opened, archive):
    """Topics whose parents form a cycle have no parent; other topics keep their parents."""
    archive.write_topic("a.yaml", "A", parent="B")
    archive.write_topic("b.yaml", "B", parent="A")
    archive.write_topic("c.yaml", "C", parent="C")
    archive.write_topic("d.yaml", "D", parent="Nobody Knows")
    await opened.import_archives(archive)
    rows = fetch_rows(
        opened.path,
        "SELECT topic.slug, parent.slug FROM topic"
        " LEFT JOIN topic parent ON parent.id = topic.parent_id",
    )
    assert dict(rows) == {
        "a": None,
        "b": None,
        "c": None,
        "d": "nobody-knows",
        "nobody-knows": None,
    }
    names = dict(fetch_rows(opened.path, "SELECT slug, name FROM topic"))
    assert names["nobody-knows"] == "Nobody Knows"


async def test_provider_url_is_stored_as_a_domain(opened, archive):
    """A provider that is a URL is stored with the URL's domain as its name."""
    archive.write_article("a.md", title="A", provider="https://WWW.Example.com/about")
    await opened.store.import_roots([archive.root])
    assert fetch_rows(opened.path, "SELECT domain, name FROM provider") == [
        ("example.com", "example.com")
    ]


@pytest.mark.parametrize("draft", [{"draft": True}, {"published": False}])
async def test_drafts_of_taxonomy_files(opened, archive, import_new, draft):
    """They have no effect until they are published, and none once they are drafts again."""
    archive.write_article("a.md", topics=["AI"])
    for fields in (draft, {}, draft):
        archive.write_topic("ai.yaml", "AI", description="Text", **fields)
        archive.write_organization("x.yaml", "X", "x.example", **fields)
        report = await opened.import_archives(archive)
        assert report.hidden == (2 if fields else 0)
        rows = fetch_rows(opened.path, "SELECT description FROM topic")
        assert rows == [(None if fields else "Text",)]
        domains = fetch_rows(opened.path, "SELECT domain FROM provider")
        assert domains == ([] if fields else [("x.example",)])
        assert dump_imported_content(opened.path) == dump_imported_content(
            await import_new(archive)
        )
