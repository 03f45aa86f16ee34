"""Documents appear and go at their time, by an import or without one."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import DatabaseBusy, DatabaseUnusable
from newsgraph.store.query.selection import (
    Edge,
    EdgeArguments,
    Field,
    Page,
    Selection,
    TotalCount,
)
from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive
from tests.store.database_wrappers import DatabaseWrapper
from tests.store.dump import dump_imported_content, dump_tables, fetch_rows
from tests.store.importing.import_results import (
    ARTICLE_URL,
    article_values,
    changes_at,
    link_targets,
    nonzero_counts,
)

CHANGES = "SELECT identity, changes_at FROM scheduled_document JOIN document ON id = document_id"
SOON, LATER = "2025-01-01T00:00:02Z", "2025-01-02T00:00:00Z"


def hidden_documents(path):
    """Return the identities of hidden documents."""
    rows = fetch_rows(path, "SELECT identity FROM document WHERE hidden ORDER BY identity")
    return [identity for (identity,) in rows]


def feed_revisions(path):
    """Return the last revision of each feed by its topic's slug; None is that of all articles."""
    sql = "SELECT slug, revision FROM feed LEFT JOIN topic USING (id)"
    return dict(fetch_rows(path, sql))


@asynccontextmanager
async def open_other(path, clock):
    """Open a store as another process does, and close it at the end of the block."""
    database = await SqliteDatabase.open(path)
    try:
        yield Store(database, SITE, clock)
    finally:
        await database.close()


@pytest.fixture
def scheduled(archive):
    """An archive with a story that appears, one that goes, and one that does neither."""
    archive.write_article("now.md", topics=["now"], date="2023-01-01", related=[ARTICLE_URL])
    archive.write_article(
        *("soon.md",), topics=["soon"], date="2023-01-01", publishDate=SOON, webUrl=ARTICLE_URL
    )
    archive.write_article("old.md", topics=["old"], date="2023-01-01", expiryDate=SOON)
    return archive


async def test_a_story_appears_and_another_goes_in_one_revision(opened, scheduled, clock):
    """Log, feeds, topics, links, counts and search follow; the files are not needed."""
    report = await opened.import_archives(scheduled)
    assert nonzero_counts(report) == {"created": 3, "hidden": 1}
    assert report.scheduled == 1
    assert hidden_documents(opened.path) == ["soon"]
    assert dict(fetch_rows(opened.path, CHANGES)) == {"soon": SOON, "old": SOON}
    store = opened.store
    assert await store.next_visibility_change() == datetime.fromisoformat(SOON)
    clock.forward(seconds=1)
    assert await store.publish_due() == 0
    assert (await store.state()).revision == 1

    shutil.rmtree(scheduled.folder)
    clock.forward(seconds=1)
    assert await store.publish_due() == 2
    assert hidden_documents(opened.path) == ["old"]
    assert changes_at(opened.path, 2) >= {
        ("Article", "soon", False),
        ("Article", "old", True),
        ("Article", "now", False),
        ("Topic", "soon", False),
    }
    assert link_targets(opened.path) == {("now", 0): "soon"}
    assert feed_revisions(opened.path) == {None: 2, "now": 1, "soon": 2}
    state = await store.state()
    assert (state.revision, state.article_count, state.hidden_count) == (2, 2, 1)
    assert state.imported_at == SOON
    assert article_values(opened.path, "updated_at")["soon"] == "2023-01-01T00:00:00Z"
    page = Page((TotalCount("count"),))
    search = Edge("search", "search", page, EdgeArguments(lookup=("query", "soon")))
    (result,) = (await store.read(Selection((search,)))).results
    assert json.loads(result) == {"search": {"count": 1}}
    assert fetch_rows(opened.path, CHANGES) == []
    assert await store.next_visibility_change() is None
    before = dump_tables(opened.path)
    assert await store.publish_due() == 0
    assert dump_tables(opened.path) == before


async def test_a_published_document_equals_an_imported_one(opened, scheduled, clock, import_new):
    """The next import of the unchanged files changes nothing."""
    scheduled.write_article(
        "full.md",
        body="*Body* <script>x</script>",
        topics=["a", "B & C"],
        publishDate=SOON,
        date="2023-02-01",
        images=[{"url": "a.jpg", "width": 3}],
        authors=[{"name": "A", "url": "/a"}],
        related=[{"title": "x", "webUrl": "https://a.example/x", "images": ["b.jpg"]}],
        provider={"name": "P", "domain": "p.example", "images": ["c.jpg"]},
        secured="secret",
        unknown=[1.5, None, {"deep": True}],
    )
    await opened.import_archives(scheduled)
    clock.forward(minutes=1)
    await opened.store.publish_due()
    content = dump_imported_content(opened.path)
    assert content == dump_imported_content(await import_new(scheduled))
    report = await opened.import_archives(scheduled)
    assert nonzero_counts(report) == {"unchanged": 4, "hidden": 1}
    assert report.revision == 2


async def test_an_import_of_unchanged_files_publishes(opened, scheduled, clock, import_new):
    """Without a server, the next import shows and hides documents."""
    await opened.import_archives(scheduled)
    clock.forward(minutes=1)
    report = await opened.import_archives(scheduled)
    assert nonzero_counts(report) == {"updated": 2, "unchanged": 1, "hidden": 1}
    assert report.scheduled == 0
    assert hidden_documents(opened.path) == ["old"]
    assert article_values(opened.path, "updated_at")["soon"] == "2023-01-01T00:00:00Z"
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(scheduled))
    assert await opened.store.publish_due() == 0


async def test_a_story_that_appears_and_expires(opened, archive, clock):
    """It has both times, and each is a revision."""
    archive.write_article("a.md", date="2023-01-01", publishDate=SOON, expiryDate=LATER)
    archive.write_article("never.md", date="2023-01-01", publishDate=LATER, expiryDate=SOON)
    report = await opened.import_archives(archive)
    assert (report.hidden, report.scheduled) == (2, 1)
    clock.forward(seconds=2)
    assert await opened.store.publish_due() == 1
    assert hidden_documents(opened.path) == ["never"]
    assert fetch_rows(opened.path, CHANGES) == [("a", LATER)]
    clock.forward(days=1)
    assert await opened.store.publish_due() == 1
    assert hidden_documents(opened.path) == ["a", "never"]
    assert fetch_rows(opened.path, CHANGES) == []
    assert ("Article", "a", True) in changes_at(opened.path, 3)


async def test_both_times_pass_while_no_server_runs(opened, archive, clock):
    """The story does not appear any more, and nothing changes."""
    archive.write_article("a.md", date="2023-01-01", publishDate=SOON, expiryDate=LATER)
    await opened.import_archives(archive)
    clock.forward(days=2)
    assert await opened.store.publish_due() == 0
    assert hidden_documents(opened.path) == ["a"]
    assert fetch_rows(opened.path, CHANGES) == []
    assert (await opened.store.state()).revision == 1
    assert nonzero_counts(await opened.import_archives(archive)) == {"unchanged": 1, "hidden": 1}


async def test_the_setting_shows_and_hides(opened, archive, import_new):
    """The setting `future` is noticed though no file changes; expired documents stay hidden."""
    archive.write_article("dated.md", date=LATER)
    archive.write_article("scheduled.md", date="2023-01-01", publishDate=LATER)
    archive.write_article("expired.md", date="2022-01-01", expiryDate="2023-01-01")
    for future, hidden in (
        (None, ["dated", "expired", "scheduled"]),
        ("show", ["expired"]),
        ("hide", ["dated", "expired", "scheduled"]),
        ("show", ["expired"]),
        (None, ["dated", "expired", "scheduled"]),
    ):
        archive.collection = replace(archive.collection, future=future)
        report = await opened.import_archives(archive)
        assert hidden_documents(opened.path) == hidden
        assert report.scheduled == len(hidden) - 1
        fresh = await import_new(archive)
        assert dump_imported_content(opened.path) == dump_imported_content(fresh)


async def test_drafts_have_no_schedule(opened, archive, clock):
    """A draft does not appear when its date comes."""
    archive.write_article("draft.md", date=SOON, draft=True)
    archive.write_article("unpublished.md", date=SOON, published=False, expiryDate=LATER)
    report = await opened.import_archives(archive)
    assert (report.hidden, report.scheduled) == (2, 0)
    clock.forward(days=7)
    assert await opened.store.publish_due() == 0
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"unchanged": 2, "hidden": 2}


async def test_a_scheduled_file_changes(opened, archive, clock):
    """What is published is the last version, at its time; an update of it moves `updatedAt`."""
    archive.write_article("a.md", title="One", date=SOON)
    archive.write_article("b.md", title="Two", date=SOON)
    archive.write_article("c.md", title="Three", date=SOON)
    await opened.import_archives(archive)
    archive.write_article("a.md", title="One, corrected", date=LATER)
    archive.write_article("b.md", title="Two, now", date="2023-01-01")
    archive.write_file("c.md", "---\ntitle: [\n---\n")
    await opened.import_archives(archive)
    assert dict(fetch_rows(opened.path, CHANGES)) == {"a": LATER, "c": SOON}
    clock.forward(minutes=1)
    assert await opened.store.publish_due() == 1
    # The last good version of a broken file appears, too.
    assert article_values(opened.path) == {"b": "Two, now", "c": "Three"}
    clock.forward(days=1)
    assert await opened.store.publish_due() == 1
    assert article_values(opened.path)["a"] == "One, corrected"
    assert article_values(opened.path, "updated_at")["a"] == LATER
    archive.write_article("a.md", title="One, corrected again", date=LATER)
    clock.forward(hours=1)
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at")["a"] == "2025-01-02T01:01:00Z"


async def test_a_scheduled_file_is_deleted(opened, archive, clock):
    """It never appears."""
    archive.write_article("a.md", date=SOON)
    archive.write_article("b.md", date="2023-01-01")
    await opened.import_archives(archive)
    archive.remove("a.md")
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, CHANGES) == []
    clock.forward(minutes=1)
    assert await opened.store.publish_due() == 0
    assert article_values(opened.path) == {"b": "b.md"}


async def test_documents_of_several_roots(opened, new_archive, clock):
    """Each keeps its root, also one whose folder is its name, and its GUID and settings."""
    plain, named = new_archive("plain"), new_archive("named", id="named", url="https://n.example/")
    for archive in (plain, named):
        archive.write_article(f"{archive.folder.name}.md", date=SOON, images=["a.jpg"])
    await opened.import_archives(plain, named)
    before = fetch_rows(opened.path, "SELECT id, root_id, settings_digest FROM document")
    for archive in (plain, named):
        shutil.rmtree(archive.folder)
    clock.forward(minutes=1)
    assert await opened.store.publish_due() == 2
    after = fetch_rows(opened.path, "SELECT id, root_id, settings_digest FROM document")
    assert after == before
    images = fetch_rows(opened.path, "SELECT url FROM article_image ORDER BY url")
    assert images == [("a.jpg",), ("https://n.example/a.jpg",)]


async def test_a_document_with_a_shared_id_keeps_its_identity(opened, archive, clock):
    """The identity that the import gave it is not derived again."""
    archive.write_article("a.md", id="same", date="2023-01-01")
    archive.write_article("b.md", id="same", date=SOON)
    await opened.import_archives(archive)
    clock.forward(minutes=1)
    await opened.store.publish_due()
    assert article_values(opened.path) == {"same": "a.md", "b": "b.md"}
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"unchanged": 2}


async def test_two_processes_publish_at_the_same_time(opened, archive, clock):
    """Even without a lease, the second one finds nothing to do."""
    archive.write_article("a.md", date=SOON)
    await opened.import_archives(archive)
    clock.forward(minutes=1)
    async with open_other(opened.path, clock) as other:
        counts = await asyncio.gather(other.publish_due(), opened.store.publish_due())
    assert sorted(counts) == [0, 1]
    assert (await opened.store.state()).revision == 2


class UnwritableDatabase(DatabaseWrapper):
    """A database whose transactions fail with an error, if there is one."""

    error: Exception | None = None

    async def run_in_transaction(self, work):
        """Fail, or delegate the transaction."""
        if self.error is not None:
            raise self.error
        return await super().run_in_transaction(work)


@pytest.mark.parametrize("error", [DatabaseBusy("locked"), DatabaseUnusable("disk is full")])
async def test_a_store_that_cannot_be_written(opened, archive, clock, error):
    """The error reaches the caller; what is due stays due, and can be read."""
    database = UnwritableDatabase(opened.database)
    store = Store(database, SITE, clock)
    archive.write_article("a.md", date=SOON)
    await store.import_roots([archive.root])
    clock.forward(minutes=1)
    database.error = error
    with pytest.raises(type(error)):
        await store.publish_due()
    assert await store.next_visibility_change() == datetime.fromisoformat(SOON)
    assert (await store.state()).article_count == 0
    database.error = None
    assert await store.publish_due() == 1


async def test_contents_of_another_version(opened, archive, clock, caplog):
    """A document that cannot be read is left to the next import; others appear."""
    archive.write_article("a.md", date=SOON)
    archive.write_article("b.md", date=SOON)
    await opened.import_archives(archive)

    def break_contents(connection):
        connection.exec_driver_sql(
            "UPDATE scheduled_document SET contents = '{}' WHERE document_id IN"
            " (SELECT id FROM document WHERE identity = 'a')"
        )

    await opened.database.run_in_transaction(break_contents)
    clock.forward(minutes=1)
    assert await opened.store.publish_due() == 1
    assert article_values(opened.path) == {"b": "b.md"}
    assert "import their folder again" in caplog.text
    assert await opened.store.next_visibility_change() is None
    report = await opened.import_archives(archive)
    assert nonzero_counts(report) == {"updated": 1, "unchanged": 1}
    assert article_values(opened.path) == {"a": "a.md", "b": "b.md"}


async def test_private_fields_of_a_scheduled_document_are_not_served(opened, archive, clock):
    """Only `private`, and `contents` until the document is published, have them."""
    archive.write_article("a.md", date=SOON, secured="U2FsdGVkX19")
    await opened.import_archives(archive)
    fields = (Field("hiddenCount", "hiddenCount"), Field("articleCount", "articleCount"))
    result = await opened.store.read(Selection((Edge("store", "store", Selection(fields)),)))
    assert json.loads(result.results[0])["store"] == {"hiddenCount": 1, "articleCount": 0}
    tables = dump_tables(opened.path)
    for row in (*tables["document"], *tables["scheduled_document"]):
        row.pop("private", None)
        row.pop("contents", None)
    assert "U2FsdGVkX19" not in repr(tables)
    clock.forward(minutes=1)
    assert await opened.store.publish_due() == 1
    tables = dump_tables(opened.path)
    for row in tables["document"]:
        row.pop("private")
    assert "U2FsdGVkX19" not in repr(tables)


@pytest.mark.parametrize("kind", ["plain", "jekyll", "hugo"])
async def test_scheduled_dated_and_expired(opened, tmp_path, kind):
    """None is shown; the setting shows all but the expired one."""
    archive = Archive(tmp_path / kind, Collection(id="x", kind=kind))
    archive.write_article("_posts/2099-05-02-embargo.md" if kind == "jekyll" else "2099-05-02-e.md")
    archive.write_article("expired.md", date="2014-05-02", expiryDate="2015-05-02")
    archive.write_article("scheduled.md", date="2023-05-02", publishDate="2099-05-02")
    report = await opened.import_archives(archive)
    assert (report.hidden, report.scheduled) == (3, 2)
    archive.collection = replace(archive.collection, future="show")
    report = await opened.import_archives(archive)
    assert (report.hidden, report.scheduled) == (1, 0)
    assert hidden_documents(opened.path) == ["expired"]


async def test_the_time_of_a_change_may_have_a_fraction(opened, archive, clock):
    """A document appears in the second that its date names."""
    archive.write_article("a.md", date="2025-01-01T00:00:02.9Z")
    await opened.import_archives(archive)
    clock.now += timedelta(seconds=2, milliseconds=1)
    assert await opened.store.publish_due() == 1
