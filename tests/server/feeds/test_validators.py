"""Which imports change a feed's ETag and Last-Modified, and which leave them."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsgraph.server.app import ENTRIES, create_app
from newsgraph.server.article_query import Subject
from newsgraph.server.feeds import selections
from newsgraph.store.documents.collection import Collection
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.query.selection import Arguments
from newsgraph.store.store import Store
from tests.hypothesis_profiles import examples
from tests.server.conftest import SITE, client_of
from tests.store.archive import Archive, Clock
from tests.store.dump import dump, rows
from tests.store.edits import edit, edits

SUFFIXES = ("rss", "atom", "json")
ONE = {"name": "One", "domain": "one.org"}
TWO = {"name": "Two", "domain": "two.org"}
THREE = {"name": "Three", "domain": "three.org"}


@pytest.fixture
def archive(tmp_path):
    """A folder to import."""
    return Archive(tmp_path / "archive", Collection(id="tests", title="Before"))


def feeds_of(path):
    """The addresses of all feeds of a store's file that have not ended."""
    owners = rows(
        path,
        "SELECT 'topics/' || href FROM topic WHERE id NOT IN "
        "(SELECT topic_id FROM topic_end WHERE gone) "
        "UNION SELECT 'providers/' || href FROM provider",
    )
    return [
        f"/feeds/{name}.{suffix}"
        for name in ("all", *(name for (name,) in owners))
        for suffix in SUFFIXES
    ]


async def answers(client, path):
    """Each feed's tag, date and bytes."""
    found = {}
    for address in feeds_of(path):
        got = await client.get(address)
        assert got.status_code == httpx.codes.OK, address
        found[address] = (got.headers["etag"], got.headers["last-modified"], got.content)
    return found


OF_LATER = ("topic_alias", "topic_end")
"""What an older version knew nothing of, but its documents said."""


async def forget_feeds(path):
    """Let a store's file be for a while what a version made that knew nothing of feeds' changes."""
    known = {table: rows(path, f"SELECT * FROM {table}") for table in OF_LATER}  # noqa: S608 - ours
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TABLE feed; DROP TABLE topic_alias; DROP TABLE topic_end;"
            "DROP TABLE feed_document; DROP TABLE hub_request; DROP TABLE hub_subscription;"
            "DROP TABLE hub_topic; DROP TABLE hub_claim; DROP TABLE hub_ping;"
        )
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
        connection.commit()
    await (await SqliteDatabase.open(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        for table, told in known.items():
            for row in told:
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - ours
        connection.commit()


def entries_of(body):
    """Each entry of a feed, as it is written, by its id."""
    found = etree.fromstring(body).findall(".//{*}entry") or etree.fromstring(body).iter("item")
    return {
        one.findtext("{*}id") or one.findtext("guid"): etree.tostring(one).strip() for one in found
    }


OF_ARTICLES = ("article_tag", "article_topic", "article_author", "article_image", "link")


def versions(path):
    """What a store has of each article, and its file's digest, by the id of its entries."""
    held = dump(path)
    digests = {one["id"]: one["sha256"] for one in held["document"]}
    found = {one["id"]: [digests[one["id"]], one] for one in held["article"]}
    for table in OF_ARTICLES:
        for one in held[table]:
            # Where a link leads follows from other articles, and no feed shows it.
            own = {name: value for name, value in one.items() if name != "target_id"}
            found[one["article_id"]].append((table, own))
    return {one["guid"]: (digest, one, *more) for digest, one, *more in found.values()}


async def check_delta(client, address, tag, had, now, since):
    """Ask for what a client lacks, who had a feed: with it, it must have all that there is.

    Nothing else comes than what the store has had another version of since, be it that the entry
    looks now as it did: what changed may be nothing that this feed shows, or have changed back.

    Args:
        client: of the application.
        address: the feed's.
        tag: that the client has.
        had: the bytes that it has.
        now: tag, date and bytes of the feed.
        since: the versions of all articles, from when the feed had that tag for the last time.

    Returns:
        Whether it was given only that.
    """
    asked = {"If-None-Match": tag, "A-IM": "gzip, feed"}
    got = await client.get(address, headers=asked)
    # Of a short answer there is no other coding.
    assert got.headers["etag"].replace("-zstd", "") == now[0].replace("-zstd", "")
    if got.status_code == httpx.codes.OK:
        assert got.content == now[2]
        return False
    assert got.status_code == httpx.codes.IM_USED
    assert address.endswith(("rss", "atom"))
    told = {name: got.headers[name] for name in ("im", "vary", "cache-control")}
    assert told == {"im": "feed", "vary": "A-IM, Accept-Encoding", "cache-control": "no-store, im"}
    new, everything = entries_of(got.content), entries_of(now[2])
    before = entries_of(had)
    assert len(new) < len(everything)
    assert list(new) == [one for one in everything if one in new]
    assert {one: (before | new)[one] for one in everything} == everything
    changed = {one for then, at in pairwise(since) for one in at if then.get(one) != at[one]}
    assert new.keys() <= changed
    return True


class Watching:
    """Imports, and holds what feeds answer against all that they ever answered."""

    def __init__(self, path, archive):
        self.path, self.archive, self.clock = path, archive, Clock()
        self.by_tag, self.by_date, self.deltas = {}, {}, 0
        self.versions, self.seen = [], {}

    async def look(self):
        """Import, and ask for every feed; the same tag or date must mean the same bytes."""
        database = await SqliteDatabase.open(self.path)
        try:
            store = Store(database, SITE, self.clock)
            await store.import_roots([self.archive.root])
            self.versions.append(versions(self.path))
            async with client_of(create_app(store, SITE)) as client:
                found = await answers(client, self.path)
                for (address, tag), body in self.by_tag.items():
                    if address in found and tag != found[address][0]:
                        since = self.versions[self.seen[address, tag] :]
                        now = found[address]
                        self.deltas += await check_delta(client, address, tag, body, now, since)
        finally:
            await database.close()
        for address, (tag, date, body) in found.items():
            self.seen[address, tag] = len(self.versions) - 1
            assert self.by_tag.setdefault((address, tag), body) == body
            assert self.by_date.setdefault((address, date), body) == body
        assert len({tag for tag, _, _ in found.values()}) == len(found)


@pytest.mark.slow
@settings(max_examples=examples(12))
@given(
    st.lists(st.lists(edits(), min_size=1, max_size=4), min_size=2, max_size=6),
    st.integers(0, 5),
)
def test_a_tag_means_the_same_bytes_for_ever(empty_store, history, migrated):
    """Whatever is edited, and also where the store was an older version's for a while."""

    async def follow():
        with tempfile.TemporaryDirectory() as name:
            path = Path(shutil.copy(empty_store, Path(name) / "store.db"))
            watching = Watching(path, Archive(Path(name) / "archive"))
            for turn, group in enumerate(history):
                for one in group:
                    edit(watching.archive, *one)
                await watching.look()
                if turn == migrated:
                    await forget_feeds(path)
                    await watching.look()

    asyncio.run(follow())


@pytest.fixture
async def served(tmp_path, empty_store, archive):
    """Articles in three topics by three publishers; import again, and see what changed."""
    archive.topic("a.yaml", "A", description="Alpha")
    archive.organization("one.yaml", "One", "one.org")
    archive.write("a1.md", topics=["A"], provider=ONE, webUrl="https://one.org/a1")
    archive.write("b1.md", topics=["B"], provider=TWO, webUrl="https://two.org/b1")
    archive.write("b2.md", topics=["B"], provider=TWO, related=["https://one.org/coming"])
    archive.write("ac.md", topics=["A", "C"], provider=THREE)
    path = shutil.copy(empty_store, tmp_path / "served.db")
    database = await SqliteDatabase.open(path)
    store = Store(database, SITE, Clock())
    await store.import_roots([archive.root])
    async with client_of(create_app(store, SITE)) as client:

        async def changed():
            before = await answers(client, path)
            # Within the same second: dates must differ where bytes do.
            await store.import_roots([archive.root])
            after = await answers(client, path)
            tags, dates = (
                {
                    address.removeprefix("/feeds/").rpartition(".")[0]
                    for address in before.keys() & after.keys()
                    if before[address][which] != after[address][which]
                }
                for which in (0, 1)
            )
            assert tags == dates
            for address in before.keys() & after.keys():
                if before[address][2] != after[address][2]:
                    assert before[address][0] != after[address][0]
            return tags

        yield changed
    await database.close()


def add(archive):
    """A new article that others link to already, and that links to others."""
    related = ["https://two.org/b1"]
    archive.write(
        "a2.md", topics=["A"], provider=ONE, webUrl="https://one.org/coming", related=related
    )


def reword(archive):
    """Another title."""
    archive.write("a1.md", title="Another", topics=["A"], provider=ONE)


def hide(archive):
    """It is published no more."""
    archive.write("a1.md", topics=["A"], provider=ONE, published=False)


def move(archive):
    """From one topic to another."""
    archive.write("ac.md", topics=["A", "D"], provider=THREE)


def hand_over(archive):
    """To another publisher."""
    archive.write("ac.md", topics=["A", "C"], provider=ONE)


def rename_topic(archive):
    """Its articles show it in every feed that they are in."""
    archive.topic("a.yaml", "Alpha", _id="A", description="Alpha")


def describe_topic(archive):
    """Only its own feed shows that."""
    archive.topic("a.yaml", "A", description="Another")


def retire_topic(archive):
    """Only its own feed tells that."""
    archive.topic("a.yaml", "A", description="Alpha", retiring=True)


def end_topic(archive):
    """Likewise."""
    archive.topic("a.yaml", "A", description="Alpha", gone=True)


def merge_topics(archive):
    """Its articles are another's, and it is gone."""
    archive.topic("a.yaml", "A", description="Alpha", aliases=["B"])


def rename_provider(archive):
    """Its articles show it."""
    archive.organization("one.yaml", "The One", "one.org")


def spell_provider(archive):
    """Most documents call it otherwise now, be it in a link."""
    links = [
        {"title": str(one), "provider": {"name": "Trio", "domain": "three.org"}} for one in "xyz"
    ]
    archive.write("b1.md", topics=["B"], provider=TWO, related=links, webUrl="https://two.org/b1")


def break_one(archive):
    """Its last good version stays."""
    archive.text("b1.md", "---\ntitle: [\n---\n")


def title(archive):
    """The site is called otherwise."""
    archive.collection = replace(archive.collection, title="After")


A_AND_ONE = {"all", "topics/a", "providers/one.org"}
AC = {"all", "topics/a", "topics/c", "providers/three.org"}
EVERY = {"all", *(f"topics/{one}" for one in "abc")} | {
    f"providers/{one}.org" for one in ("one", "two", "three")
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "feeds"),
    [
        (add, A_AND_ONE),
        (reword, A_AND_ONE),
        (hide, A_AND_ONE),
        (lambda archive: archive.remove("a1.md"), A_AND_ONE),
        # Topics and publishers that nothing tells of any more are gone.
        (move, AC - {"topics/c"}),
        (hand_over, A_AND_ONE | {"topics/c"}),
        (rename_topic, A_AND_ONE | AC),
        (describe_topic, {"topics/a"}),
        (retire_topic, {"topics/a"}),
        # Its own feeds have ended.
        (end_topic, set()),
        (merge_topics, {"all", "topics/a", "providers/two.org"}),
        # Links to its stories show its name.
        (rename_provider, A_AND_ONE | {"topics/b", "providers/two.org"}),
        (spell_provider, AC | {"topics/b", "providers/two.org"}),
        (break_one, set()),
        (title, EVERY),
    ],
)
async def test_an_import_changes_just_the_feeds_that_show_it(served, archive, change, feeds):
    """All others keep their tags and dates, and whoever has them is told 304."""
    change(archive)
    assert await served() == feeds
    assert await served() == set()


@pytest.mark.slow
async def test_a_topic_that_takes_its_alias_back(served, archive):
    """Both feeds change: each has articles that the other had, or has none of them any more."""
    merge_topics(archive)
    await served()
    archive.topic("a.yaml", "A", description="Alpha")
    assert await served() == {"all", "topics/a", "providers/two.org"}
    # The one that came back is compared from here on.
    archive.topic("a.yaml", "A", description="Alpha", aliases=["nothing-is-tagged-so"])
    assert await served() == set()


@pytest.mark.slow
async def test_a_topic_that_comes_back_has_another_tag(tmp_path, empty_store, archive):
    """A reader may still have the tag of when it had other articles."""
    watching = Watching(shutil.copy(empty_store, tmp_path / "store.db"), archive)
    for title in ("One", None, "Two", None, "One"):
        if title is None:
            archive.remove("new.md")
        else:
            archive.write("new.md", title=title, topics=["New"])
        await watching.look()
    tags = [tag for address, tag in watching.by_tag if address == "/feeds/topics/new.rss"]
    assert len(tags) == 3


class Watched(Store):
    """A store that notes what it was asked."""

    asked = ()

    async def read(self, *selections, **limits):
        """Note, and answer."""
        self.asked = (*self.asked, *selections)
        return await super().read(*selections, **limits)


@pytest.mark.slow
async def test_a_file_that_moves_changes_no_feed(served, archive):
    """What its document says stays the same."""
    archive.write("a1.md", id="one", title="One", topics=["A"], provider=ONE)
    await served()
    (archive.folder / "a1.md").rename(archive.folder / "moved.md")
    assert await served() == set()


@pytest.mark.slow
async def test_a_file_that_moves_to_another_date_changes_its_feeds(served, archive):
    """It is published at the date in its name."""
    archive.write("2024-01-01-a1.md", id="one", title="One", topics=["A"], provider=ONE)
    await served()
    (archive.folder / "2024-01-01-a1.md").rename(archive.folder / "2024-01-02-a1.md")
    assert await served() == A_AND_ONE


@pytest.mark.slow
async def test_what_an_import_leaves_alone_is_not_made_again(tmp_path, archive):
    """Kept bytes stay good, for readers that send a condition and for those that do not."""
    archive.write("a.md", topics=["A"], provider=ONE)
    archive.write("b.md", topics=["B"], provider=TWO)
    database = await SqliteDatabase.open(tmp_path / "store.db")
    store = Watched(database, SITE, Clock())
    try:
        await store.import_roots([archive.root])
        async with client_of(create_app(store, SITE)) as client:
            before = {name: await client.get(f"/feeds/topics/{name}.atom") for name in "ab"}
            archive.write("a.md", title="Another", topics=["A"], provider=ONE)
            await store.import_roots([archive.root])
            store.asked = ()
            after = {name: await client.get(f"/feeds/topics/{name}.atom") for name in "ab"}
            tag = {"If-None-Match": before["b"].headers["etag"]}
            again = await client.get("/feeds/topics/b.atom", headers=tag)
    finally:
        await database.close()
    assert after["a"].content != before["a"].content
    assert after["b"].content == before["b"].content
    assert after["b"].headers == before["b"].headers
    assert again.status_code == httpx.codes.NOT_MODIFIED
    page = selections.STORIES[False], Arguments(first=ENTRIES)
    asked = [selections.of(Subject((name,)), page=page) in store.asked for name in "ab"]
    assert asked == [True, False]


@pytest.mark.slow
async def test_a_store_of_an_older_version(tmp_path, empty_store, archive):
    """What changed when is not known: its last import counts, until the next one."""
    path = Path(shutil.copy(empty_store, tmp_path / "old.db"))
    archive.write("a.md", topics=["A"], provider=ONE)
    archive.write("b.md", topics=["B"], provider=TWO)
    watching = Watching(path, archive)
    await watching.look()
    await forget_feeds(path)
    watching.clock.forward(days=1)
    await watching.look()
    assert {one[:2] for one in rows(path, "SELECT revision, changed_at FROM feed")} == set(
        rows(path, "SELECT revision, imported_at FROM state")
    )
    assert len(rows(path, "SELECT id FROM feed")) == 5


@pytest.mark.slow
async def test_a_reader_that_takes_deltas(tmp_path, empty_store, archive):
    """It is given what is new, as long as nothing else happened; all others the whole feed."""
    path = Path(shutil.copy(empty_store, tmp_path / "store.db"))
    for name in "abc":
        archive.write(f"{name}.md", topics=["A"], provider=ONE, publishedDateTime="2024-01-01")
    watching = Watching(path, archive)
    await watching.look()
    archive.write("d.md", topics=["A"], provider=TWO, publishedDateTime="2024-01-02")
    archive.write("a.md", title="Edited", topics=["A"], provider=ONE)
    await watching.look()
    # All, A and One, in two formats.
    assert watching.deltas == 6
    archive.remove("b.md")
    await watching.look()
    assert watching.deltas == 6
    archive.write("e.md", topics=["A"], provider=ONE, publishedDateTime="2024-01-03")
    await watching.look()
    # Whoever has seen that b.md went is told only what came; others are not.
    assert watching.deltas == 12


async def entries_lacking(watching, address, tag):
    """The titles that a reader is told, in any order, who has what a feed was when it had a tag."""
    database = await SqliteDatabase.open(watching.path)
    try:
        async with client_of(create_app(Store(database, SITE, watching.clock), SITE)) as client:
            asked = {"If-None-Match": tag, "A-IM": "feed"}
            got = await client.get(address, headers=asked)
    finally:
        await database.close()
    assert got.status_code == httpx.codes.IM_USED
    return {one.findtext("title") for one in etree.fromstring(got.content).iter("item")}


def tags_of(watching, address):
    """Each tag that a feed had, the oldest first."""
    return [tag for one, tag in watching.by_tag if one == address]


@pytest.mark.slow
async def test_a_file_that_moved_is_in_no_delta(tmp_path, empty_store, archive):
    """Its entry is as the reader has it."""
    watching = Watching(shutil.copy(empty_store, tmp_path / "store.db"), archive)
    for name in ("moves", "stays"):
        archive.write(f"{name}.md", id=name, title=name, topics=["A"], provider=ONE)
    await watching.look()
    (archive.folder / "moves.md").rename(archive.folder / "elsewhere.md")
    archive.write("new.md", title="new", topics=["A"], provider=ONE)
    await watching.look()
    first, _ = tags_of(watching, "/feeds/all.rss")
    assert await entries_lacking(watching, "/feeds/all.rss", first) == {"new"}


@pytest.mark.slow
async def test_what_changed_and_changed_back_is_in_a_delta(tmp_path, empty_store, archive):
    """The store knows that it changed, and no more what it was."""
    watching = Watching(shutil.copy(empty_store, tmp_path / "store.db"), archive)
    archive.write("stays.md", title="stays")
    for heat in (1, 2, 1):
        archive.write("back.md", title="back", heat=heat)
        await watching.look()
    first, second, third = tags_of(watching, "/feeds/all.rss")
    assert await entries_lacking(watching, "/feeds/all.rss", first) == {"back"}
    assert await entries_lacking(watching, "/feeds/all.rss", second) == {"back"}
    bodies = {watching.by_tag["/feeds/all.rss", tag] for tag in (first, second, third)}
    assert len({entries_of(one).popitem() for one in bodies}) == 1
