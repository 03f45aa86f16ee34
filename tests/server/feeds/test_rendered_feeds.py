"""Entries that were rendered before are used again, and nothing else of a feed changes by it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.server.app import create_app
from newsgraph.server.feeds.loader import MAX_CHANGED_ENTRIES
from newsgraph.server.feeds.rendered_feeds import RenderedEntry, RenderedFeed, RenderedFeedCache
from newsgraph.server.http_cache.options import CacheOptions
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.query.compiler import compile_selection
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.server.conftest import SITE, create_client
from tests.server.feeds.test_validators import feed_urls
from tests.server.lifespan import run_lifespan
from tests.store.archive import Archive, Clock
from tests.store.edits import apply_edit, edits

NO_CACHE = CacheOptions(response_cache_bytes=0)
EPISODES = st.tuples(
    st.just("write"), st.just("e.mp3"), st.sampled_from([b"ID3", b"ID3" + b"\0" * 50])
)
MENTIONS = st.tuples(
    st.just("write"),
    st.sampled_from(["a.md", "sub/a.md"]),
    st.sampled_from(
        [
            "---\ntitle: One\ndate: 2021-01-01\n---\n[Listen](/e.mp3)\n",
            "---\ntitle: Two\ndate: 2021-01-01\n---\n[Listen](/e.mp3) or [read](b.md)\n",
        ]
    ),
)


@pytest.mark.slow
@settings(max_examples=scale_examples(12))
@given(
    st.lists(
        st.lists(edits() | EPISODES | MENTIONS, min_size=1, max_size=3), min_size=2, max_size=6
    ),
    st.sampled_from([1, 2, 50]),
)
def test_feeds_are_the_same_whatever_was_rendered_before(empty_store, edit_groups, page_size):
    """All feeds, after each import, compared with a server that keeps nothing."""

    async def run(folder):
        archive = Archive(folder / "archive")
        database = await SqliteDatabase.open(shutil.copy(empty_store, folder / "store.db"))
        store = Store(database, SITE, Clock())
        try:
            async with create_client(create_app(store, SITE, page_size)) as client:
                for group in edit_groups:
                    for arguments in group:
                        apply_edit(archive, *arguments)
                    await store.import_roots([archive.root])
                    async with create_client(
                        create_app(store, SITE, page_size, cache_options=NO_CACHE)
                    ) as new_client:
                        for url in feed_urls(folder / "store.db"):
                            for suffix in ("", "?summary=1"):
                                response = await client.get(url + suffix)
                                expected = await new_client.get(url + suffix)
                                assert response.content == expected.content, url
        finally:
            await database.close()

    with tempfile.TemporaryDirectory() as name:
        asyncio.run(run(Path(name)))


class CountingStore(Store):
    """A store that counts the articles that are read with their bodies.

    Attributes:
        entry_count: number of articles read since the test has set it.
    """

    entry_count = 0

    async def read(self, *selections, **limits):
        """Read the selections, and count the bodies in the results."""
        result = await super().read(*selections, **limits)
        self.entry_count += sum(text.count(b'"bodyHtml"') for text in result.results)
        return result


@pytest.fixture
async def store(tmp_path, empty_store):
    """A store that counts."""
    database = await SqliteDatabase.open(shutil.copy(empty_store, tmp_path / "store.db"))
    yield CountingStore(database, SITE, Clock())
    await database.close()


@pytest.fixture
def archive(tmp_path):
    """A folder with 20 articles on AI."""
    archive = Archive(tmp_path / "archive")
    for number in range(20):
        write_article(archive, number)
    return archive


def write_article(archive, number, title="Before"):
    """Write an article on AI."""
    date = f"2024-{number // 28 + 1:02}-{number % 28 + 1:02}"
    archive.write_article(f"{number}.md", title=title, topics=["AI"], publishedDateTime=date)


async def read_after(store, archive, client, url="/feeds/topics/ai.rss"):
    """Import, and return how many articles are read for a feed, and its body."""
    await store.import_roots([archive.root])
    store.entry_count = 0
    response = await client.get(url)
    return store.entry_count, response.text


async def test_only_new_and_changed_articles_are_read(store, archive):
    """The others are those of the last rendering, each feed and format by itself."""
    async with create_client(create_app(store, SITE)) as client:
        assert (await read_after(store, archive, client))[0] == 20
        for number in range(MAX_CHANGED_ENTRIES):
            write_article(archive, number, "Changed")
        count, body = await read_after(store, archive, client)
        assert (count, body.count("<title>Changed")) == (MAX_CHANGED_ENTRIES, MAX_CHANGED_ENTRIES)
        write_article(archive, 20)
        assert (await read_after(store, archive, client))[0] == 1
        assert (await read_after(store, archive, client, "/feeds/topics/ai.atom"))[0] == 21
        assert (await read_after(store, archive, client, "/feeds/all.rss"))[0] == 21


@pytest.mark.slow
async def test_links_to_older_entries_after_imports(store, archive):
    """The archive after a page is the right one, whether the page ends as before or not."""
    without_cache = create_app(store, SITE, 2, cache_options=NO_CACHE)
    async with (
        create_client(create_app(store, SITE, 2)) as client,
        create_client(without_cache) as new_client,
    ):
        for number in range(20, 110):
            write_article(archive, number if number % 4 else number - 1, f"Changed {number}")
            _, body = await read_after(store, archive, client)
            assert body == (await new_client.get("/feeds/topics/ai.rss")).text


async def test_many_changed_articles_are_read_at_once(store, archive):
    """Then all articles are read, in one statement."""
    async with create_client(create_app(store, SITE)) as client:
        await read_after(store, archive, client)
        for number in range(MAX_CHANGED_ENTRIES + 1):
            write_article(archive, number, "Changed")
        count, body = await read_after(store, archive, client)
        assert (count, body.count("<title>Changed")) == (20, MAX_CHANGED_ENTRIES + 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda archive: archive.write_topic("t.yaml", "A. I.", _id="AI"),
        lambda archive: archive.remove("3.md"),
    ],
    ids=["renamed topic", "removed article"],
)
async def test_all_articles_are_read_after_other_changes(store, archive, change):
    """The name of a topic, for example, is in entries of articles that have not changed."""
    archive.write_topic("t.yaml", "AI")
    async with create_client(create_app(store, SITE)) as client:
        await read_after(store, archive, client)
        change(archive)
        assert (await read_after(store, archive, client))[0] >= 19


@pytest.mark.parametrize("url", ["/feeds/topics/ai.rss", "/feeds/authors/ann.atom"])
async def test_statements_are_compiled_when_the_server_starts(store, archive, url):
    """So the first request after the start takes no longer than the first after an import."""
    archive.write_article("ann.md", authors=["Ann"], topics=["AI"])
    await store.import_roots([archive.root])
    compile_selection.cache_clear()
    app = create_app(store, SITE, feed_entries=10)
    async with run_lifespan(app), create_client(app) as client:
        await client.get("/readyz")
        compiled = set(compile_selection.cache)
        assert (await client.get(url)).status_code == 200
        assert set(compile_selection.cache) == compiled


async def test_a_file_changes_while_a_document_with_it_has_errors(store, tmp_path):
    """The last version of the document refers to contents that do not exist any more."""
    archive = Archive(tmp_path / "archive")
    text = "---\ntitle: One\ndate: 2021-01-0{}\ntopics: [AI]\n---\n[Listen](/e.mp3)\n"
    archive.write_file("e.mp3", b"ID3" + bytes(45))
    archive.write_file("a.md", text.format(1))
    archive.write_file("b.md", text.format(2))
    async with create_client(create_app(store, SITE)) as client:
        _, before = await read_after(store, archive, client)
        archive.write_file("e.mp3", b"ID3" + bytes(20))
        archive.write_file("b.md", "")
        _, after = await read_after(store, archive, client)
    assert (before.count('length="48"'), before.count("<enclosure")) == (2, 2)
    assert (after.count('length="23"'), after.count("<enclosure")) == (1, 1)


async def test_a_cache_without_memory_keeps_nothing(store, archive):
    """The setting that turns the response cache off turns this one off, too."""
    app = create_app(store, SITE, cache_options=NO_CACHE)
    async with create_client(app) as client:
        await read_after(store, archive, client)
        assert (await read_after(store, archive, client))[0] == 20


def rendered_feed(length):
    """Return a rendered feed with one entry of this length."""
    entry = RenderedEntry(b"a" * length, datetime.now(UTC))
    return RenderedFeed(("store", 1), {("urn:x:1", 1): entry})


def test_memory_is_bounded():
    """The feeds that were used last are kept; one that is larger than the memory is not."""
    cache = RenderedFeedCache(20_000)
    for number in range(20):
        cache.put(f"/{number}", rendered_feed(2_000))
    cached = [number for number in range(20) if cache.get(f"/{number}")]
    assert cached == list(range(20 - len(cached), 20))
    assert 5 < len(cached) <= 10
    cache.put("/19", rendered_feed(30_000))
    assert cache.get("/19") is None
    assert cache.get("/18")
