"""Related items that name a document: their links follow the document, whatever happens to it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.languages import SiteLanguage
from newsgraph.store.importing.reference_links import MAX_DIAGNOSTICS
from tests.store.archive import Archive
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    article_values,
    changes_at,
    diagnostic_positions,
    link_targets,
)

SITE = "https://town.example/paper/"


def links(path, *columns):
    """Return columns of all links in the order of their articles and positions."""
    names = ", ".join(f"link.{column}" for column in columns)
    return fetch_rows(
        path,
        f"SELECT {names} FROM link JOIN document source ON source.id = link.article_id"  # noqa: S608
        " ORDER BY source.identity, link.position",
    )


def messages(report):
    """Return a report's messages."""
    return [item.message for _, item in report.diagnostics]


@pytest.fixture
def import_and_compare(opened, archive, import_new):
    """Import the archive, compare the store with a new one, and return the report."""

    async def import_and_compare():
        report = await opened.import_archives(archive)
        fresh = await import_new(archive)
        assert dump_imported_content(opened.path) == dump_imported_content(fresh)
        return report

    return import_and_compare


@pytest.mark.slow
async def test_a_link_has_the_values_of_its_document(opened, archive, import_and_compare):
    """Title, times, URLs, publisher and pictures are those of the article it leads to."""
    fields = {
        "excerpt": "The plans are out.",
        "date": "2024-05-02",
        "webUrl": "https://one.org/plans",
        "type": "article",
        "quality": 70,
        "provider": {"name": "One", "domain": "one.org"},
        "images": [{"url": "https://one.org/1.png", "width": 10}, {"url": "https://one.org/2.png"}],
    }
    archive.write_article("bridge-plans.md", title="Bridge plans", **fields)
    archive.write_article("opens.md", title="Bridge opens", related=["bridge-plans"])
    report = await import_and_compare()
    assert report.diagnostics == []
    assert link_targets(opened.path) == {("opens", 0): "bridge-plans"}
    columns = ("title", "excerpt", "published_at", "web_url", "type", "quality", "provider_domain")
    expected = ("Bridge plans", *(fields[name] for name in ("excerpt", "date", "webUrl", "type")))
    date = "2024-05-02T00:00:00Z"
    expected = (*expected[:2], date, *expected[3:], 70, "one.org")
    assert links(opened.path, *columns) == [expected]
    images = fetch_rows(opened.path, "SELECT url, width FROM link_image ORDER BY position")
    assert images == [("https://one.org/1.png", 10), ("https://one.org/2.png", None)]


async def test_values_of_the_item_come_first(opened, archive, import_and_compare):
    """What the item itself says of the story is not overwritten."""
    archive.write_article("a.md", quality=70, type="article", image="https://one.org/a.png")
    item = {"path": "a.md", "title": "Own", "quality": 0, "image": "https://one.org/b.png"}
    archive.write_article("b.md", related=[item])
    await import_and_compare()
    assert links(opened.path, "title", "quality", "type", "href") == [("Own", 0, "article", "a")]
    images = fetch_rows(opened.path, "SELECT url FROM link_image")
    assert images == [("https://one.org/b.png",)]


async def test_links_stay_in_the_order_of_the_items(opened, archive, import_and_compare):
    """Documents and URLs are mixed as the file has them; several items may name one document."""
    archive.write_article("a.md")
    related = ["a", "https://one.org/x", "nowhere", {"title": "T"}, "./a.md", "https://one.org/x"]
    archive.write_article("b.md", related=related)
    report = await import_and_compare()
    assert links(opened.path, "position", "title") == [
        (0, "a.md"),
        (1, "https://one.org/x"),
        (3, "T"),
        (4, "a.md"),
        (5, "https://one.org/x"),
    ]
    assert len(set(links(opened.path, "id"))) == 5
    assert diagnostic_positions(report) == [("b.md", 3, 37, "unknown-related")]
    assert messages(report) == ["There is no document 'nowhere' in this folder."]


@pytest.mark.slow
async def test_a_link_follows_its_document(opened, archive, clock, import_and_compare):
    """It appears, changes, becomes hidden and disappears with the document.

    Each is a change of the article with the reference, whose own update time and revision stay.
    """
    archive.write_article("b.md", related=["a"], date="2024-01-01")

    async def import_next():
        clock.forward(days=1)
        report = await import_and_compare()
        assert article_values(opened.path, "revision")["b"] == 1
        changed = ("Article", "b", False) in changes_at(opened.path, report.revision)
        return links(opened.path, "title", "id"), diagnostic_positions(report), changed

    warning = [("b.md", 3, 11, "unknown-related")]
    assert await import_next() == ([], warning, True)
    archive.write_article("a.md", title="A", excerpt="E")
    ((title, key),), diagnostics, changed = await import_next()
    assert (title, diagnostics, changed) == ("A", [], True)
    archive.write_article("a.md", title="A", excerpt="E", body="Text that no link contains")
    assert await import_next() == ([("A", key)], [], False)
    archive.write_article("a.md", title="A2")
    assert await import_next() == ([("A2", key)], [], True)
    archive.write_article("a.md", title="A2", draft=True)
    assert await import_next() == ([], warning, True)
    archive.write_article("a.md", title="A3")
    assert await import_next() == ([("A3", key)], [], True)
    archive.remove("a.md")
    assert await import_next() == ([], warning, True)
    assert article_values(opened.path, "updated_at") == {"b": "2024-01-01T00:00:00Z"}


@pytest.mark.slow
async def test_other_documents_decide_what_is_meant(opened, archive, import_and_compare):
    """A document with the id or the path of a reference takes over its link.

    Two with the same last part of their path leave it unclear.
    """
    archive.write_article("x/plans.md")
    archive.write_article("b.md", related=["plans"])
    await import_and_compare()
    assert link_targets(opened.path) == {("b", 0): "x/plans"}
    archive.write_article("y/plans.md")
    report = await import_and_compare()
    assert link_targets(opened.path) == {}
    assert messages(report) == ["'plans' may be x/plans.md or y/plans.md."]
    archive.write_article("y/plans.md", slug="costs")
    archive.write_article("z.md", id="plans")
    await import_and_compare()
    assert link_targets(opened.path) == {("b", 0): "plans"}
    archive.remove("z.md")
    archive.write_article("b.md", related=["costs"])
    await import_and_compare()
    assert link_targets(opened.path) == {("b", 0): "y/plans"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("original", "translation", "source", "target"),
    [
        ("posts/p.md", "posts/p.de.md", "posts/x.de.md", "/posts/p/"),
        ("posts/p.en.md", "posts/p.de.md", "x.de.md", "posts/p"),
        ("posts/p.md", "posts/p.de.md", "x.de.md", "p"),
        ("p.md", "de/p.md", "de/x.md", "/p/"),
        ("p.md", "de/p.md", "x.md", "/de/p/"),
        ("p.md", "p.de.md", "x.md", "/de/p/"),
    ],
)
async def test_a_link_leads_to_the_translation(
    opened, archive, import_new, original, translation, source, target
):
    """It follows when a translation is added or removed, though its own file stays the same."""
    languages = (SiteLanguage("en", "en"), SiteLanguage("de", "de", url_folder="de"))
    collection = replace(archive.collection, languages=languages)
    archive = Archive(archive.folder, collection)
    archive.write_article(original)
    archive.write_article(source, related=[target])
    slug = source.removesuffix(".md")

    async def import_target():
        report = await opened.import_archives(archive)
        assert messages(report) == []
        fresh = await import_new(archive)
        assert dump_imported_content(opened.path) == dump_imported_content(fresh)
        return link_targets(opened.path)[slug, 0], report.revision

    first, _ = await import_target()
    assert first == original.removesuffix(".md")
    archive.write_article(translation)
    second, revision = await import_target()
    assert second == translation.removesuffix(".md")
    assert ("Article", slug, False) in changes_at(opened.path, revision)
    archive.remove(translation)
    assert (await import_target())[0] == first


@pytest.mark.slow
async def test_documents_that_change_places(opened, archive, import_and_compare):
    """Links change their positions without a change of the file that contains them."""
    archive.write_article("a.md", title="A", id="first")
    archive.write_article("b.md", title="B", id="second")
    archive.write_article("c.md", related=["a.md", "b.md"])
    await import_and_compare()
    archive.write_article("a.md", title="B", id="second")
    archive.write_article("b.md", title="A", id="first")
    await import_and_compare()
    assert link_targets(opened.path) == {("c", 0): "second", ("c", 1): "first"}
    assert links(opened.path, "title") == [("B",), ("A",)]


@pytest.mark.slow
async def test_references_that_lead_nowhere(opened, archive, import_and_compare):
    """A document does not lead to itself or to a hidden one, and each is said."""
    archive.write_article("drafts/a.md", draft=True)
    archive.write_article("b.md", related=["b", "a", {"title": "C", "slug": "c"}])
    report = await import_and_compare()
    assert links(opened.path, "id") == []
    assert diagnostic_positions(report) == [
        ("b.md", 3, 11, "unknown-related"),
        ("b.md", 3, 16, "unknown-related"),
        ("b.md", 3, 44, "unknown-related"),
    ]
    assert messages(report) == [
        "'b' is this document itself.",
        "The document 'a' is not published.",
        "There is no document 'c' in this folder.",
    ]


async def test_an_unknown_name_is_reported_once(archive, import_and_compare):
    """Themes have keys of their own in `related`, which many documents repeat."""
    for path in ("c.md", "b.md", "d.md"):
        archive.write_article(path, related=["beginners", f"only-{path}"])
    report = await import_and_compare()
    assert diagnostic_positions(report) == [
        ("b.md", 3, 11, "unknown-related"),
        ("b.md", 3, 24, "unknown-related"),
        ("c.md", 3, 24, "unknown-related"),
        ("d.md", 3, 24, "unknown-related"),
    ]
    assert messages(report)[0] == (
        "There is no document 'beginners' in this folder. 3 related items name it; this is the "
        "first."
    )


async def test_several_unknown_names_are_one_warning(archive, import_and_compare):
    """Only a name with a single use has a warning of its own, as it may be misspelled."""
    for path in ("b.md", "a.md"):
        archive.write_article(path, related=["finding", "building", "legal", "money"])
    archive.write_article("c.md", related=["finding", "plasn"])
    report = await import_and_compare()
    assert diagnostic_positions(report) == [
        ("a.md", 3, 11, "unknown-related"),
        ("c.md", 3, 22, "unknown-related"),
    ]
    first, second = messages(report)
    assert first == (
        "There are no documents 'finding', 'building', 'legal' and 1 more in this folder. "
        "9 related items name one of them; this is the first."
    )
    assert second == "There is no document 'plasn' in this folder."


async def test_only_so_many_references_are_reported(opened, archive):
    """A file of another program may have thousands of words there."""
    archive.write_article("a.md", related=[f"x{number}" for number in range(MAX_DIAGNOSTICS + 5)])
    report = await opened.import_archives(archive)
    assert len(report.diagnostics) == MAX_DIAGNOSTICS


@pytest.mark.slow
async def test_hidden_documents_that_are_served(opened, archive, import_and_compare):
    """The setting that serves drafts makes links to them appear."""
    archive.write_article("a.md", draft=True)
    archive.write_article("b.md", related=["a"])
    await import_and_compare()
    archive.collection = Collection(id="tests", serve_unpublished=True)
    report = await import_and_compare()
    assert link_targets(opened.path) == {("b", 0): "a"}
    assert report.diagnostics == []


@pytest.mark.slow
async def test_paths_of_the_site(opened, archive, import_and_compare):
    """A path that is no document is a page of the collection's site, if that has a URL."""
    item = {"title": "Archive", "url": "/archive/", "provider": "Town", "quality": 5}
    archive.write_article("b.md", related=["/about/", "about/", "/a.md", item, "/about/"])
    report = await import_and_compare()
    assert len(report.diagnostics) == 4
    archive.collection = Collection(id="tests", url=SITE)
    report = await import_and_compare()
    about = "https://town.example/about/"
    assert links(opened.path, "position", "title", "web_url", "provider_name", "quality") == [
        (0, about, about, None, None),
        (3, "Archive", "https://town.example/archive/", "Town", 5),
        (4, about, about, None, None),
    ]
    assert [message.split("'")[1] for message in messages(report)] == ["about/", "/a.md"]
    # An article with this URL is the link's, as with any other URL.
    archive.write_article("c.md", webUrl=about)
    await import_and_compare()
    assert link_targets(opened.path) == {("b", 0): "c", ("b", 3): None, ("b", 4): "c"}
    archive.write_article("about.md")
    await import_and_compare()
    assert link_targets(opened.path) == {
        ("b", 0): "about",
        ("b", 1): "about",
        ("b", 3): None,
        ("b", 4): "about",
    }


@pytest.mark.slow
async def test_a_path_of_the_site_that_is_an_article(opened, archive, import_and_compare):
    """Its target is the article that has the URL already, and other imports do not change it."""
    archive.collection = Collection(id="tests", url=SITE)
    archive.write_article("a.md", webUrl="https://town.example/about/")
    await import_and_compare()
    archive.write_article("b.md", related=["/about/"])
    await import_and_compare()
    assert link_targets(opened.path) == {("b", 0): "a"}
    archive.write_article("c.md")
    report = await import_and_compare()
    assert changes_at(opened.path, report.revision) == {("Article", "c", False)}


async def test_an_article_that_is_read_again_stays_as_it_is(opened, archive):
    """A moved file whose references mean the same documents is no new version of the article."""
    archive.write_article("a.md")
    archive.write_article("b.md", id="b", related=["a", "https://one.org", "/a"])
    await opened.import_archives(archive)
    (archive.folder / "b.md").rename(archive.folder / "moved.md")
    await opened.import_archives(archive)
    assert article_values(opened.path, "document.revision")["b"] == 1
    assert len(links(opened.path, "id")) == 3


@pytest.mark.slow
async def test_roots_do_not_see_each_other(opened, archive, new_archive):
    """A reference means a document of its own root."""
    other = new_archive("other", id="other")
    other.write_article("a.md", id="elsewhere")
    archive.write_article("b.md", related=["a", "elsewhere"])
    await opened.import_archives(archive, other)
    assert links(opened.path, "id") == []
    # An import of another root keeps them as they are.
    archive.write_article("a.md")
    await opened.import_archives(archive)
    other.write_article("c.md")
    report = await opened.import_archives(other)
    assert link_targets(opened.path) == {("b", 0): "a"}
    assert report.diagnostics == []


@pytest.mark.slow
async def test_folders_of_the_kind(opened, new_archive):
    """A path of an archive of Hugo begins in its folder `content`, or the one that is set."""
    for name, folder in (("standard", "content"), ("set", "articles")):
        settings = {"content_folder": folder} if name == "set" else {}
        archive = new_archive(name, id=name, kind="hugo", **settings)
        archive.write_article(f"{folder}/news/a.md", id=f"{name} a")
        archive.write_article(f"{folder}/de/news/a.md", id=f"{name} de")
        archive.write_article(f"{folder}/b.md", id=f"{name} b", related=["/news/a"])
        await opened.import_archives(archive)
        assert link_targets(opened.path)[f"{name} b", 0] == f"{name} a"


@pytest.mark.slow
async def test_providers_of_a_taxonomy(opened, archive, import_and_compare):
    """A publisher that the taxonomy names later is that of the link, too."""
    archive.write_article("a.md", provider="One Ltd")
    archive.write_article("b.md", related=["a"])
    await import_and_compare()
    archive.write_organization("o.yaml", "One Ltd", "one.org")
    await import_and_compare()
    assert links(opened.path, "provider_domain") == [("one.org",)]


@pytest.mark.slow
async def test_feeds_with_the_article_change(opened, archive):
    """Feeds contain titles of links, so those of the article's topics change with the document."""
    archive.write_article("a.md", topics=["Plans"])
    archive.write_article("b.md", topics=["Town"], related=["a"])
    archive.write_article("c.md", topics=["Roads"])
    await opened.import_archives(archive)
    archive.write_article("a.md", title="New", topics=["Plans"])
    await opened.import_archives(archive)
    feeds = "SELECT slug, revision, full_revision FROM feed JOIN topic USING (id) ORDER BY slug"
    # The article's own revision stays, so a delta would not contain it: the feed is sent in full.
    assert fetch_rows(opened.path, feeds) == [("plans", 2, 1), ("roads", 1, 1), ("town", 2, 2)]
    assert fetch_rows(opened.path, "SELECT full_revision FROM feed WHERE id = 1") == [(2,)]


async def test_front_matter_stays_as_it_is(opened, archive):
    """Nothing is lost of an item that leads nowhere."""
    archive.write_article("b.md", related=["nowhere"])
    await opened.import_archives(archive)
    ((text,),) = fetch_rows(opened.path, "SELECT front_matter FROM document")
    assert json.loads(text)["related"] == ["nowhere"]
