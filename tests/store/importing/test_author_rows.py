"""Authors derive from the documents and the author files, whatever the order of imports."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.identity import stable_key
from newsgraph.store.importing.author_rows import unique_slugs
from tests.store.archive import Archive
from tests.store.dump import dump_imported_content, dump_tables, fetch_rows
from tests.store.importing.import_results import (
    article_values,
    changes_at,
    diagnostic_positions,
    nonzero_counts,
)

FILE = "_data/authors.yml"
URL = "https://town.example/"


@pytest.fixture
def jekyll(tmp_path):
    """A folder with an archive of Jekyll."""
    return Archive(tmp_path / "jekyll", Collection(id="town", url=URL, kind="jekyll"))


def read_authors(path):
    """Return name, URL, picture and number of articles of the authors by their slugs."""
    sql = "SELECT slug, name, url, image, article_count FROM author"
    return {slug: tuple(values) for slug, *values in fetch_rows(path, sql)}


def read_bylines(path):
    """Return name, URL, picture and slug of each article's authors, by its document's path."""
    rows = fetch_rows(
        path,
        "SELECT document.path, a.name, a.url, a.image, author.slug FROM article_author a"
        " JOIN document ON document.id = a.article_id JOIN author ON author.id = a.author_id"
        " ORDER BY document.path, a.position",
    )
    bylines = {}
    for document, *values in rows:
        bylines.setdefault(document, []).append(tuple(values))
    return bylines


async def test_names_are_one_author(opened, archive):
    """Without author files an author is a name; the most common spelling and URL are shown."""
    archive.write_article("a.md", author="Ann Bell")
    archive.write_article("b.md", author={"name": "ann  bell", "url": "https://one.example"})
    archive.write_article("c.md", author=["Ann Bell", "ANN BELL", "Bob"])
    archive.write_article("d.md", author={"name": "Ann Bell", "url": "https://two.example"})
    archive.write_article("e.md", author={"name": "Ann Bell", "url": "https://two.example"})
    archive.write_article("hidden.md", author="Carol", published=False)
    await opened.import_archives(archive)
    assert read_authors(opened.path) == {
        "ann-bell": ("Ann Bell", "https://two.example", None, 5),
        "bob": ("Bob", None, None, 1),
    }
    # Each article shows what its document says.
    bylines = read_bylines(opened.path)
    assert bylines["a.md"] == [("Ann Bell", None, None, "ann-bell")]
    assert bylines["b.md"] == [("ann  bell", "https://one.example", None, "ann-bell")]
    assert [name for name, *_ in bylines["c.md"]] == ["Ann Bell", "Bob"]
    archive.remove("c.md")
    await opened.import_archives(archive)
    assert read_authors(opened.path) == {"ann-bell": ("Ann Bell", "https://two.example", None, 4)}
    archive.write_article("e.md", author="Ann Bell", published=False)
    await opened.import_archives(archive)
    assert read_authors(opened.path)["ann-bell"][-1] == 3


async def test_author_file(opened, jekyll):
    """A reference by key or name has name, URL and picture of the file; its own URL wins."""
    jekyll.write_file(
        FILE, "ann: {name: Ann Bell, url: 'https://a.example', avatar: /a.png}\nbob: {}"
    )
    jekyll.write_article("_posts/2024-01-01-key.md", author="ann")
    jekyll.write_article("_posts/2024-01-02-name.md", author="Ann Bell")
    jekyll.write_article(
        "_posts/2024-01-03-own.md", author={"key": "ann", "name": "A.", "url": "/x"}
    )
    jekyll.write_article("_posts/2024-01-04-both.md", author="ann", authors=["Ann Bell", "nobody"])
    jekyll.write_article("_posts/2024-01-05-bob.md", author="bob")
    report = await opened.import_archives(jekyll)
    assert report.diagnostics == []
    ann = ("Ann Bell", "https://a.example", f"{URL}a.png", "ann")
    bylines = {path[18:-3]: byline for path, byline in read_bylines(opened.path).items()}
    assert bylines == {
        "key": [ann],
        "name": [ann],
        "own": [("A.", f"{URL}x", f"{URL}a.png", "ann")],
        "both": [ann, ("nobody", None, None, "nobody")],
        "bob": [("bob", None, None, "bob")],
    }
    assert read_authors(opened.path) == {
        "ann": (*ann[:3], 4),
        "nobody": ("nobody", None, None, 1),
        "bob": ("bob", None, None, 1),
    }


async def test_changed_author_file(opened, jekyll, clock, import_new):
    """A change of the file alone changes its authors' articles, and no update time."""
    jekyll.write_file(FILE, "ann: {name: Ann Bell}\nbob: {name: Bob}")
    jekyll.write_article("_posts/2024-01-01-a.md", author="ann", tags=["t"])
    jekyll.write_article("_posts/2024-01-01-b.md", author="bob", provider="https://p.example")
    jekyll.write_article("_posts/2024-01-01-c.md")
    await opened.import_archives(jekyll)
    updated_at = article_values(opened.path, "updated_at")

    async def import_file(text):
        clock.forward(hours=1)
        jekyll.write_file(FILE, text)
        report = await opened.import_archives(jekyll)
        assert nonzero_counts(report) == {"unchanged": 3}
        assert dump_imported_content(opened.path) == dump_imported_content(await import_new(jekyll))
        assert article_values(opened.path, "updated_at") == updated_at
        return report

    # A comment changes nothing.
    report = await import_file("# authors\nann: {name: Ann Bell}\nbob: {name: Bob}")
    assert report.revision == 1
    report = await import_file("ann: {name: Ann Cole, url: /ann}\nbob: {name: Bob}")
    assert report.revision == 2
    assert changes_at(opened.path, 2) == {("Article", "_posts/2024-01-01-a", False)}
    feeds = dict(
        fetch_rows(
            opened.path,
            "SELECT coalesce(topic.slug, provider.domain, ''), revision FROM feed"
            " LEFT JOIN topic USING (id) LEFT JOIN provider USING (id)",
        )
    )
    assert feeds == {"": 2, "t": 2, "p.example": 1}
    assert read_authors(opened.path)["ann"] == ("Ann Cole", f"{URL}ann", None, 1)
    # The entry is gone: its key is a name again.
    await import_file("bob: {name: Bob}")
    assert read_bylines(opened.path)["_posts/2024-01-01-a.md"] == [("ann", None, None, "ann")]
    (jekyll.folder / FILE).unlink()
    await opened.import_archives(jekyll)
    assert read_bylines(opened.path)["_posts/2024-01-01-b.md"] == [("bob", None, None, "bob")]
    assert fetch_rows(opened.path, "SELECT count(*) FROM author_entry") == [(0,)]


async def test_broken_author_file(opened, jekyll):
    """It is reported with its position, and the authors of the last import stay."""
    jekyll.write_file(FILE, "ann: {name: Ann Bell}")
    jekyll.write_article("_posts/2024-01-01-a.md", author="ann")
    await opened.import_archives(jekyll)
    before = read_authors(opened.path)
    jekyll.write_file(FILE, "ann:\n  name: [")
    report = await opened.import_archives(jekyll)
    assert report.has_errors
    assert diagnostic_positions(report) == [(FILE, 2, 10, "broken-yaml")]
    tables = dump_tables(opened.path)
    assert diagnostic_positions(await opened.import_archives(jekyll)) == diagnostic_positions(
        report
    )
    assert dump_tables(opened.path) == tables
    # A new document is resolved by them, too.
    jekyll.write_article("_posts/2024-01-02-b.md", author="ann")
    await opened.import_archives(jekyll)
    assert read_authors(opened.path) == {"ann": (*before["ann"][:3], 2)}
    jekyll.write_file(FILE, "ann: {name: Ann Bell}")
    assert diagnostic_positions(await opened.import_archives(jekyll)) == []


async def test_document_of_an_author(opened, jekyll):
    """A document in a folder of authors is both an article and an author."""
    jekyll.collection = replace(jekyll.collection, document_folders=("authors",))
    jekyll.write_file(
        "_authors/jill.md", "---\nshort_name: j\nname: Jill Smith\n---\nGrows *fruit*."
    )
    jekyll.write_article("_posts/2024-01-01-a.md", author="j")
    report = await opened.import_archives(jekyll)
    assert report.diagnostics == []
    assert read_authors(opened.path) == {"j": ("Jill Smith", None, None, 1)}
    assert fetch_rows(opened.path, "SELECT description FROM author") == [("Grows fruit.",)]
    assert article_values(opened.path)["_authors/jill"] == "Jill Smith"
    jekyll.write_file("_authors/jill.md", "---\nname: [\n---\n")
    report = await opened.import_archives(jekyll)
    assert diagnostic_positions(report) == [("_authors/jill.md", 3, 1, "broken-yaml")]
    assert read_authors(opened.path) == {"j": ("Jill Smith", None, None, 1)}


async def test_two_roots(opened, tmp_path, import_new):
    """Two collections' equal names are two authors; the order of their imports does not matter."""
    town = Archive(tmp_path / "town", Collection(id="town"))
    city = Archive(tmp_path / "city", Collection(id="city", kind="jekyll"))
    town.write_article("town.md", author="Ann")
    await opened.import_archives(town)
    assert list(read_authors(opened.path)) == ["ann"]
    city.write_article("city.md", author="ann")
    city.write_file(FILE, "ann: {name: Ann}")
    report = await opened.import_archives(city)
    # The slug of the other author has changed, too.
    assert changes_at(opened.path, report.revision) == {
        ("Article", "city", False),
        ("Article", "town", False),
    }
    slugs = set(read_authors(opened.path))
    keys = [key for (key,) in fetch_rows(opened.path, "SELECT id FROM author")]
    assert keys == sorted(
        (stable_key("Author", "town", "name", "ann"), stable_key("Author", "city", "key", "ann"))
    )
    assert slugs == {f"ann-{key:016x}"[:12] for key in keys}
    authors = dump_imported_content(opened.path)["author"]
    assert authors == dump_imported_content(await import_new(city, town))["author"]
    # Alone again, the author has the slug alone.
    city.write_article("city.md")
    await opened.import_archives(city)
    assert list(read_authors(opened.path)) == ["ann"]


async def test_relative_url_of_an_author(opened, new_archive):
    """It resolves against the collection's URL, or is left out with a warning."""
    archive = new_archive("site", id="site")
    archive.write_article(
        "a.md", authors=[{"name": "A. Writer", "url": "/about/"}, {"key": "writer"}]
    )
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("a.md", None, None, "relative-url")]
    assert report.diagnostics[0][1].severity == "warning"
    assert [name for name, *_ in read_bylines(opened.path)["a.md"]] == ["A. Writer", "writer"]
    assert read_authors(opened.path)["a-writer"][1] is None
    archive.collection = Collection(id="site", url=URL)
    assert diagnostic_positions(await opened.import_archives(archive)) == []
    assert read_authors(opened.path)["a-writer"][1] == f"{URL}about/"


@given(
    st.dictionaries(
        st.integers(1, 2**63 - 1) | st.integers(1, 3).map(lambda number: 2**62 + number),
        st.sampled_from(("ann", "bob", "ann-40000000", "ann-4000000000000001", "a")),
        max_size=9,
    )
)
def test_slugs_are_unique(slugs):
    """Each author has a slug that begins with its own, whatever the order of the authors."""
    unique = unique_slugs(slugs)
    assert len(set(unique.values())) == len(slugs) == len(unique)
    assert all(unique[key].startswith(slug) for key, slug in slugs.items())
    for slug in ("bob", "a"):
        keys = [key for key in slugs if slugs[key] == slug]
        assert [unique[key] == slug for key in keys] == [len(keys) == 1] * len(keys)
    assert unique_slugs(dict(reversed(slugs.items()))) == unique
