"""An import changes the ETag and Last-Modified of the feeds that show a change, and no others."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsgraph.server.app import DEFAULT_FEED_ENTRIES, create_app
from newsgraph.server.article_query import ArticleQuery
from newsgraph.server.feeds import selections
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.query.selection import EdgeArguments
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive, Clock
from tests.store.dump import dump_tables, fetch_rows
from tests.store.edits import apply_edit, edits

SUFFIXES = ("rss", "atom", "json")
ONE = {"name": "One", "domain": "one.org"}
TWO = {"name": "Two", "domain": "two.org"}
THREE = {"name": "Three", "domain": "three.org"}


@pytest.fixture
def archive(tmp_path):
    """Return a folder to import."""
    return Archive(tmp_path / "archive", Collection(id="tests", title="Before"))


def feed_urls(path):
    """Return the relative URLs of all feeds of a database file which are not gone."""
    owners = fetch_rows(
        path,
        "SELECT 'topics/' || href FROM topic WHERE id NOT IN "
        "(SELECT topic_id FROM topic_retirement WHERE gone) "
        "UNION SELECT 'providers/' || href FROM provider",
    )
    return [
        f"/feeds/{name}.{suffix}"
        for name in ("all", *(name for (name,) in owners))
        for suffix in SUFFIXES
    ]


async def get_feeds(client, path):
    """Return ETag, Last-Modified and body of each feed by its URL."""
    feeds = {}
    for url in feed_urls(path):
        response = await client.get(url)
        assert response.status_code == httpx.codes.OK, url
        headers = response.headers
        feeds[url] = (headers["etag"], headers["last-modified"], response.content)
    return feeds


def entries_by_id(body):
    """Return the XML of each entry of a feed by its id."""
    entries = etree.fromstring(body).findall(".//{*}entry") or etree.fromstring(body).iter("item")
    return {
        entry.findtext("{*}id") or entry.findtext("guid"): etree.tostring(entry).strip()
        for entry in entries
    }


ARTICLE_TABLES = ("article_tag", "article_topic", "article_author", "article_image", "link")


def article_versions(path):
    """Return the rows of each article and the digest of its file, by the id of its entries."""
    tables = dump_tables(path)
    digests = {row["id"]: row["sha256"] for row in tables["document"]}
    versions = {row["id"]: [digests[row["id"]], row] for row in tables["article"]}
    for table in ARTICLE_TABLES:
        for row in tables[table]:
            # The target of a link depends on other articles, and no feed shows it.
            values = {name: value for name, value in row.items() if name != "target_id"}
            versions[row["article_id"]].append((table, values))
    return {row["guid"]: (digest, row, *more) for digest, row, *more in versions.values()}


async def check_delta(client, url, etag, client_body, feed, versions):
    """Request a delta, and check that it completes the client's copy of the feed.

    It only has entries of articles which changed in the store since, even if the entry looks the
    same: the change may not be visible in this feed, or have been reverted.

    Args:
        client: client of the application.
        url: relative URL of the feed.
        etag: ETag of the client's copy.
        client_body: body of the client's copy.
        feed: current ETag, Last-Modified and body of the feed.
        versions: versions of all articles after each import, since the feed last had the ETag.

    Returns:
        Whether the response was a delta instead of the full feed.
    """
    headers = {"If-None-Match": etag, "A-IM": "gzip, feed"}
    response = await client.get(url, headers=headers)
    # A short response is not compressed.
    assert response.headers["etag"].replace("-zstd", "") == feed[0].replace("-zstd", "")
    if response.status_code == httpx.codes.OK:
        assert response.content == feed[2]
        return False
    assert response.status_code == httpx.codes.IM_USED
    assert url.endswith(("rss", "atom"))
    assert {name: response.headers[name] for name in ("im", "vary", "cache-control")} == {
        "im": "feed",
        "vary": "A-IM, Sec-Fetch-Dest, Sec-Fetch-Mode, Accept-Encoding",
        "cache-control": "no-store, im",
    }
    delta, all_entries = entries_by_id(response.content), entries_by_id(feed[2])
    client_entries = entries_by_id(client_body)
    assert len(delta) < len(all_entries)
    assert list(delta) == [entry_id for entry_id in all_entries if entry_id in delta]
    merged = client_entries | delta
    assert {entry_id: merged[entry_id] for entry_id in all_entries} == all_entries
    changed = {
        entry_id
        for before, after in pairwise(versions)
        for entry_id in after
        if before.get(entry_id) != after[entry_id]
    }
    assert delta.keys() <= changed
    return True


class FeedHistory:
    """Imports a folder repeatedly, and compares its feeds with all their earlier versions.

    Attributes:
        path: the database file.
        archive: the folder to import.
        clock: time of the imports.
        bodies_by_etag: bodies by URL and ETag.
        bodies_by_date: bodies by URL and Last-Modified.
        delta_count: number of deltas received.
        versions: versions of all articles after each import.
        last_seen: index into `versions` of the last import with a URL and ETag.
    """

    def __init__(self, path, archive):
        self.path, self.archive, self.clock = path, archive, Clock()
        self.bodies_by_etag, self.bodies_by_date, self.delta_count = {}, {}, 0
        self.versions, self.last_seen = [], {}

    async def import_and_check(self):
        """Import, and check that an earlier ETag or date of a feed means the same body."""
        database = await SqliteDatabase.open(self.path)
        try:
            store = Store(database, SITE, self.clock)
            await store.import_roots([self.archive.root])
            self.versions.append(article_versions(self.path))
            async with create_client(create_app(store, SITE)) as client:
                feeds = await get_feeds(client, self.path)
                for (url, etag), body in self.bodies_by_etag.items():
                    if url in feeds and etag != feeds[url][0]:
                        versions = self.versions[self.last_seen[url, etag] :]
                        feed = feeds[url]
                        self.delta_count += await check_delta(
                            client, url, etag, body, feed, versions
                        )
        finally:
            await database.close()
        for url, (etag, date, body) in feeds.items():
            self.last_seen[url, etag] = len(self.versions) - 1
            assert self.bodies_by_etag.setdefault((url, etag), body) == body
            assert self.bodies_by_date.setdefault((url, date), body) == body
        assert len({etag for etag, _, _ in feeds.values()}) == len(feeds)

    def etags_of(self, url):
        """Return each ETag that a feed had, oldest first."""
        return [etag for feed_url, etag in self.bodies_by_etag if feed_url == url]


@pytest.mark.slow
@settings(max_examples=scale_examples(12))
@given(st.lists(st.lists(edits(), min_size=1, max_size=4), min_size=2, max_size=6))
def test_etag_means_the_same_body_forever(empty_store, edit_groups):
    """An ETag never has two bodies, whatever is edited."""

    async def run():
        with tempfile.TemporaryDirectory() as name:
            path = Path(shutil.copy(empty_store, Path(name) / "store.db"))
            history = FeedHistory(path, Archive(Path(name) / "archive"))
            for group in edit_groups:
                for arguments in group:
                    apply_edit(history.archive, *arguments)
                await history.import_and_check()

    asyncio.run(run())


@pytest.fixture
async def changed_feeds(tmp_path, empty_store, archive):
    """Return a function that imports the archive again, and returns which feeds changed.

    The archive has articles of three topics and three providers, and was imported once.
    """
    archive.write_topic("a.yaml", "A", description="Alpha")
    archive.write_organization("one.yaml", "One", "one.org")
    archive.write_article("a1.md", topics=["A"], provider=ONE, webUrl="https://one.org/a1")
    archive.write_article("b1.md", topics=["B"], provider=TWO, webUrl="https://two.org/b1")
    archive.write_article("b2.md", topics=["B"], provider=TWO, related=["https://one.org/coming"])
    archive.write_article("ac.md", topics=["A", "C"], provider=THREE)
    path = shutil.copy(empty_store, tmp_path / "served.db")
    database = await SqliteDatabase.open(path)
    store = Store(database, SITE, Clock())
    await store.import_roots([archive.root])
    async with create_client(create_app(store, SITE)) as client:

        async def import_and_compare():
            before = await get_feeds(client, path)
            # Within the same second: dates have to differ where bodies do.
            await store.import_roots([archive.root])
            after = await get_feeds(client, path)
            with_other_etag, with_other_date = (
                {
                    url.removeprefix("/feeds/").rpartition(".")[0]
                    for url in before.keys() & after.keys()
                    if before[url][index] != after[url][index]
                }
                for index in (0, 1)
            )
            assert with_other_etag == with_other_date
            for url in before.keys() & after.keys():
                if before[url][2] != after[url][2]:
                    assert before[url][0] != after[url][0]
            return with_other_etag

        yield import_and_compare
    await database.close()


def add_article(archive):
    """Add an article which other articles already link to, and which links to others."""
    related = ["https://two.org/b1"]
    archive.write_article(
        "a2.md", topics=["A"], provider=ONE, webUrl="https://one.org/coming", related=related
    )


def edit_title(archive):
    """Change the title of an article."""
    archive.write_article("a1.md", title="Another", topics=["A"], provider=ONE)


def unpublish(archive):
    """Hide an article."""
    archive.write_article("a1.md", topics=["A"], provider=ONE, published=False)


def change_topic(archive):
    """Move an article from one topic to another."""
    archive.write_article("ac.md", topics=["A", "D"], provider=THREE)


def change_provider(archive):
    """Move an article from one provider to another."""
    archive.write_article("ac.md", topics=["A", "C"], provider=ONE)


def rename_topic(archive):
    """Rename a topic; its articles show the name in all feeds."""
    archive.write_topic("a.yaml", "Alpha", _id="A", description="Alpha")


def describe_topic(archive):
    """Change the description of a topic, which only its own feed shows."""
    archive.write_topic("a.yaml", "A", description="Another")


def retire_topic(archive):
    """Add a retirement notice, which only the topic's own feed shows."""
    archive.write_topic("a.yaml", "A", description="Alpha", retiring=True)


def end_topic(archive):
    """End the topic's feeds."""
    archive.write_topic("a.yaml", "A", description="Alpha", gone=True)


def merge_topics(archive):
    """Make a topic an alias of another, which gets its articles."""
    archive.write_topic("a.yaml", "A", description="Alpha", aliases=["B"])


def rename_provider(archive):
    """Rename a provider by its taxonomy entry; its articles show the name."""
    archive.write_organization("one.yaml", "The One", "one.org")


def rename_provider_by_majority(archive):
    """Give a provider the name that most documents use, links included."""
    links = [
        {"title": title, "provider": {"name": "Trio", "domain": "three.org"}} for title in "xyz"
    ]
    archive.write_article(
        "b1.md", topics=["B"], provider=TWO, related=links, webUrl="https://two.org/b1"
    )


def break_document(archive):
    """Make a document invalid; the store keeps its last valid version."""
    archive.write_file("b1.md", "---\ntitle: [\n---\n")


def rename_site(archive):
    """Change the title of the collection."""
    archive.collection = replace(archive.collection, title="After")


A_AND_ONE = {"all", "topics/a", "providers/one.org"}
AC = {"all", "topics/a", "topics/c", "providers/three.org"}
ALL_FEEDS = {"all", *(f"topics/{slug}" for slug in "abc")} | {
    f"providers/{name}.org" for name in ("one", "two", "three")
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "feeds"),
    [
        (add_article, A_AND_ONE),
        (edit_title, A_AND_ONE),
        (unpublish, A_AND_ONE),
        (lambda archive: archive.remove("a1.md"), A_AND_ONE),
        # Topics and providers without articles no longer exist.
        (change_topic, AC - {"topics/c"}),
        (change_provider, A_AND_ONE | {"topics/c"}),
        (rename_topic, A_AND_ONE | AC),
        (describe_topic, {"topics/a"}),
        (retire_topic, {"topics/a"}),
        # The topic's own feeds are gone.
        (end_topic, set()),
        (merge_topics, {"all", "topics/a", "providers/two.org"}),
        # Links to the provider's articles show its name.
        (rename_provider, A_AND_ONE | {"topics/b", "providers/two.org"}),
        (rename_provider_by_majority, AC | {"topics/b", "providers/two.org"}),
        (break_document, set()),
        (rename_site, ALL_FEEDS),
    ],
)
async def test_import_changes_only_feeds_that_show_the_change(
    changed_feeds, archive, change, feeds
):
    """All others keep their ETags and dates; a second import changes none."""
    change(archive)
    assert await changed_feeds() == feeds
    assert await changed_feeds() == set()


@pytest.mark.slow
async def test_withdrawn_alias_changes_both_feeds(changed_feeds, archive):
    """One feed gets articles of the other back."""
    merge_topics(archive)
    await changed_feeds()
    archive.write_topic("a.yaml", "A", description="Alpha")
    assert await changed_feeds() == {"all", "topics/a", "providers/two.org"}
    # From here on, the feed that exists again is compared, too.
    archive.write_topic("a.yaml", "A", description="Alpha", aliases=["nothing-is-tagged-so"])
    assert await changed_feeds() == set()


@pytest.mark.slow
async def test_topic_that_exists_again_has_another_etag(tmp_path, empty_store, archive):
    """A reader may still have the ETag of its earlier articles."""
    history = FeedHistory(shutil.copy(empty_store, tmp_path / "store.db"), archive)
    for title in ("One", None, "Two", None, "One"):
        if title is None:
            archive.remove("new.md")
        else:
            archive.write_article("new.md", title=title, topics=["New"])
        await history.import_and_check()
    assert len(history.etags_of("/feeds/topics/new.rss")) == 3


class RecordingStore(Store):
    """A store that records which selections are read."""

    selections_read = ()

    async def read(self, *selections, **limits):
        """Record the selections, and read them."""
        self.selections_read = (*self.selections_read, *selections)
        return await super().read(*selections, **limits)


@pytest.mark.slow
async def test_moved_file_changes_no_feed(changed_feeds, archive):
    """The document has an id and stays the same."""
    archive.write_article(
        "a1.md", id="one", title="One", topics=["A"], provider=ONE, date="2024-01-01"
    )
    await changed_feeds()
    (archive.folder / "a1.md").rename(archive.folder / "moved.md")
    assert await changed_feeds() == set()


@pytest.mark.slow
async def test_file_with_another_date_in_its_name_changes_its_feeds(changed_feeds, archive):
    """The article is published at the date in the file's name."""
    archive.write_article("2024-01-01-a1.md", id="one", title="One", topics=["A"], provider=ONE)
    await changed_feeds()
    (archive.folder / "2024-01-01-a1.md").rename(archive.folder / "2024-01-02-a1.md")
    assert await changed_feeds() == A_AND_ONE


@pytest.mark.slow
async def test_page_changes_no_feed(changed_feeds, archive):
    """It has no date, and another article has one: feeds do not contain it."""
    archive.write_article("dated.md", topics=["B"], provider=TWO, date="2024-01-01")
    await changed_feeds()
    archive.write_article("a1.md", title="Edited", topics=["A"], provider=ONE)
    assert await changed_feeds() == set()


@pytest.mark.slow
async def test_article_that_loses_its_date_leaves_its_feeds(tmp_path, empty_store, archive):
    """A client gets the full feed, as a delta cannot remove an entry."""
    path = Path(shutil.copy(empty_store, tmp_path / "store.db"))
    for name in "ab":
        archive.write_article(f"{name}.md", topics=["A"], date="2024-01-01")
    history = FeedHistory(path, archive)
    await history.import_and_check()
    archive.write_article("a.md", topics=["A"])
    archive.write_article("c.md", topics=["A"], date="2024-01-02")
    await history.import_and_check()
    assert history.delta_count == 0


@pytest.mark.slow
async def test_unchanged_feed_is_not_rendered_again(tmp_path, archive):
    """Its cached response is served to conditional and unconditional requests."""
    archive.write_article("a.md", topics=["A"], provider=ONE)
    archive.write_article("b.md", topics=["B"], provider=TWO)
    database = await SqliteDatabase.open(tmp_path / "store.db")
    store = RecordingStore(database, SITE, Clock())
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            before = {slug: await client.get(f"/feeds/topics/{slug}.atom") for slug in "ab"}
            archive.write_article("a.md", title="Another", topics=["A"], provider=ONE)
            await store.import_roots([archive.root])
            store.selections_read = ()
            after = {slug: await client.get(f"/feeds/topics/{slug}.atom") for slug in "ab"}
            headers = {"If-None-Match": before["b"].headers["etag"]}
            conditional = await client.get("/feeds/topics/b.atom", headers=headers)
    finally:
        await database.close()
    assert after["a"].content != before["a"].content
    assert after["b"].content == before["b"].content
    assert after["b"].headers == before["b"].headers
    assert conditional.status_code == httpx.codes.NOT_MODIFIED
    page = selections.ENTRY_VERSIONS, EdgeArguments(first=DEFAULT_FEED_ENTRIES)
    is_read = [
        selections.select_feed(ArticleQuery((slug,)), page=page) in store.selections_read
        for slug in "ab"
    ]
    assert is_read == [True, False]


@pytest.mark.slow
async def test_delta_requires_that_articles_were_only_added_or_updated(
    tmp_path, empty_store, archive
):
    """After any other change, a client gets the full feed."""
    path = Path(shutil.copy(empty_store, tmp_path / "store.db"))
    for name in "abc":
        archive.write_article(
            f"{name}.md", topics=["A"], provider=ONE, publishedDateTime="2024-01-01"
        )
    history = FeedHistory(path, archive)
    await history.import_and_check()
    archive.write_article("d.md", topics=["A"], provider=TWO, publishedDateTime="2024-01-02")
    archive.write_article(
        "a.md", title="Edited", topics=["A"], provider=ONE, publishedDateTime="2024-01-01"
    )
    await history.import_and_check()
    # The feeds of all articles, of A and of One, in two formats.
    assert history.delta_count == 6
    archive.remove("b.md")
    await history.import_and_check()
    assert history.delta_count == 6
    archive.write_article("e.md", topics=["A"], provider=ONE, publishedDateTime="2024-01-03")
    await history.import_and_check()
    # A client whose copy is from after the removal of b.md gets a delta; older copies do not.
    assert history.delta_count == 12


async def delta_titles(history, url, etag):
    """Return the titles in the delta that a client with an ETag gets."""
    database = await SqliteDatabase.open(history.path)
    try:
        async with create_client(create_app(Store(database, SITE, history.clock), SITE)) as client:
            headers = {"If-None-Match": etag, "A-IM": "feed"}
            response = await client.get(url, headers=headers)
    finally:
        await database.close()
    assert response.status_code == httpx.codes.IM_USED
    return {item.findtext("title") for item in etree.fromstring(response.content).iter("item")}


@pytest.mark.slow
async def test_moved_file_is_in_no_delta(tmp_path, empty_store, archive):
    """Its entry is the same as the client's."""
    history = FeedHistory(shutil.copy(empty_store, tmp_path / "store.db"), archive)
    for name in ("moves", "stays"):
        archive.write_article(
            f"{name}.md", id=name, title=name, topics=["A"], provider=ONE, date="2024-01-01"
        )
    await history.import_and_check()
    (archive.folder / "moves.md").rename(archive.folder / "elsewhere.md")
    archive.write_article("new.md", title="new", topics=["A"], provider=ONE, date="2024-01-02")
    await history.import_and_check()
    first, _ = history.etags_of("/feeds/all.rss")
    assert await delta_titles(history, "/feeds/all.rss", first) == {"new"}


@pytest.mark.slow
async def test_reverted_change_is_in_the_delta(tmp_path, empty_store, archive):
    """The store knows that the article changed, but not its earlier version."""
    history = FeedHistory(shutil.copy(empty_store, tmp_path / "store.db"), archive)
    archive.write_article("stays.md", title="stays")
    for heat in (1, 2, 1):
        archive.write_article("back.md", title="back", heat=heat)
        await history.import_and_check()
    first, second, third = history.etags_of("/feeds/all.rss")
    assert await delta_titles(history, "/feeds/all.rss", first) == {"back"}
    assert await delta_titles(history, "/feeds/all.rss", second) == {"back"}
    bodies = [history.bodies_by_etag["/feeds/all.rss", etag] for etag in (first, second, third)]
    assert len({entries_by_id(body).popitem() for body in set(bodies)}) == 1
