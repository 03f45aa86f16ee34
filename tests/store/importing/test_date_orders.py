"""The order by date of articles that depends on other articles, settings and paths."""

from __future__ import annotations

from newsgraph.store.documents.collection_settings import Collection
from tests.store.dump import fetch_rows

TIME = "2024-05-02T07:00:00Z"


def orders(path):
    """Return paths of articles, newest first, each with whether it is in feeds."""
    rows = fetch_rows(
        path,
        "SELECT path, in_feeds FROM article JOIN document USING (id) ORDER BY date_order DESC",
    )
    for table in ("article_topic", "article_author"):
        copies = f"SELECT article_id FROM {table} c JOIN article ON article.id = article_id"  # noqa: S608 - constant names
        assert fetch_rows(path, f"{copies} WHERE c.date_order != article.date_order") == []
    return [(file, bool(is_in_feeds)) for file, is_in_feeds in rows]


async def test_an_archive_without_dates_is_in_feeds(opened, archive):
    """Its articles are in the order of their paths."""
    for path in ("b.md", "a.md", "c/a.md"):
        archive.write_article(path, tags=["town"], author="Ann")
    await opened.import_archives(archive)
    assert orders(opened.path) == [("a.md", True), ("b.md", True), ("c/a.md", True)]


async def test_a_date_makes_pages_of_the_others(opened, archive):
    """With the first article that has a date all others leave the feeds, and come back after it."""
    archive.write_article("a.md", tags=["town"])
    await opened.import_archives(archive)
    archive.write_article("dated.md", date=TIME)
    await opened.import_archives(archive)
    assert orders(opened.path) == [("dated.md", True), ("a.md", False)]
    changes = fetch_rows(opened.path, "SELECT count(*) FROM change WHERE revision = 2")
    assert changes == [(2,)]
    archive.remove("dated.md")
    await opened.import_archives(archive)
    assert orders(opened.path) == [("a.md", True)]


async def test_a_page_does_not_change_its_version(opened, archive, clock):
    """Feeds change, but neither the article's revision nor its updatedAt."""
    archive.write_article("a.md")
    await opened.import_archives(archive)
    versions = (
        "SELECT updated_at, document.revision FROM article JOIN document USING (id) "
        "WHERE path = 'a.md'"
    )
    before = fetch_rows(opened.path, versions)
    clock.forward(hours=1)
    archive.write_article("dated.md", date=TIME)
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, versions) == before
    assert fetch_rows(opened.path, "SELECT full_revision FROM feed WHERE id = 1") == [(2,)]


async def test_other_archives_do_not_count(opened, archive, new_archive):
    """An archive has no dates, although another one in the same store has."""
    archive.write_article("a.md")
    other = new_archive("other", id="other")
    other.write_article("b.md", date=TIME)
    await opened.import_archives(archive, other)
    assert orders(opened.path) == [("b.md", True), ("a.md", True)]


async def test_a_new_kind_sorts_again(opened, archive):
    """Articles with unchanged rows get the order of the new kind."""
    for path in ("2024-05-02-a.md", "2024-05-02-b.md"):
        archive.write_article(path, title="Bridge", date=TIME)
    archive.collection = Collection(id="tests", kind="zola")
    await opened.import_archives(archive)
    first = orders(opened.path)
    archive.collection = Collection(id="tests", kind="jekyll")
    await opened.import_archives(archive)
    assert orders(opened.path) == first[::-1]
    assert fetch_rows(opened.path, "SELECT DISTINCT revision FROM document") == [(1,)]


async def test_a_moved_file_is_sorted_by_its_new_path(opened, archive):
    """Its rows are the same; only the path decides."""
    archive.collection = Collection(id="tests", kind="zola")
    archive.write_article("b.md", id="b", title="B", date=TIME)
    archive.write_article("c.md", id="c", title="C", date=TIME)
    await opened.import_archives(archive)
    (archive.folder / "c.md").rename(archive.folder / "a.md")
    await opened.import_archives(archive)
    assert orders(opened.path) == [("a.md", True), ("b.md", True)]


async def test_the_first_date_changes_the_feeds_of_other_articles(opened, archive):
    """The feed of a topic changes when its article leaves it because of another article."""
    archive.write_article("a.md", tags=["town"])
    await opened.import_archives(archive)
    archive.write_article("b.md", date=TIME)
    await opened.import_archives(archive)
    feeds = "SELECT slug, revision, full_revision FROM feed JOIN topic USING (id)"
    assert fetch_rows(opened.path, feeds) == [("town", 2, 2)]
