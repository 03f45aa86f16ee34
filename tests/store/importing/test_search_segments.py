"""Segments in a database: any sequence of changes and compactions gives the same hits."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import event, select

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.importing.search_compaction import (
    ROWS_PER_TRANSACTION,
    SEGMENTS_PER_LEVEL,
    Compactor,
    SegmentSize,
    choose_segments,
)
from newsgraph.store.importing.search_segments import add_articles, remove_articles
from newsgraph.store.query.search_index import IndexReader
from newsgraph.store.schema.search_index_tables import search_posting, search_segment
from newsgraph.store.search.index.article import IndexedArticle
from newsgraph.store.search.index.bitmap_codec import decode_numbers
from newsgraph.store.search.index.evaluation import count_hits
from newsgraph.store.search.index.ranking import first_hits
from newsgraph.store.search.index.segment import MAX_ARTICLES, MAX_TOKENS
from newsgraph.store.search.query_parser import parse_search
from tests.hypothesis_profiles import scale_examples
from tests.store.plans import explain

WORDS = ["red", "green", "blue", "greens"]
QUERIES = ["red", "red green", "-blue", '"green blue"', "gre*", "title:blue OR red", "", "pink"]
KEYS = st.integers(0, 30)
TITLES = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
CHANGES = st.dictionaries(KEYS, TITLES | st.none(), min_size=1, max_size=6)


def indexed(key, title):
    """Return an article whose text is its title's opposite."""
    other = " ".join(reversed(title.split()))
    texts = {"title": (title,), "text": (other, "blue")}
    return IndexedArticle(key, f"20{key % 5:02}-01-01T00:00:00Z", "en", texts)


class Index:
    """An index in a database, and what it should contain."""

    def __init__(self, database):
        self.database, self.titles, self.reader = database, {}, IndexReader(database.dialect)
        self.compactor = Compactor(database, self.read_articles)

    async def change(self, titles):
        """Change or add articles, and remove those whose title is None."""

        def work(connection):
            remove_articles(connection, titles)
            added = [indexed(key, title) for key, title in titles.items() if title is not None]
            add_articles(connection, added)

        await self.database.run_in_transaction(work)
        self.titles |= titles

    def read_articles(self, _connection, keys):
        """Return articles as the store would read them."""
        titles = {key: self.titles.get(key) for key in keys}
        return [indexed(key, title) for key, title in titles.items() if title is not None]

    async def search(self, text):
        """Return the keys of the articles that a search finds."""

        def work(connection):
            hits = self.reader.search(connection.exec_driver_sql, parse_search(text))
            keys = [hit.key for hit in first_hits(hits, 1_000)]
            assert len(keys) == count_hits(hits)
            return keys

        return await self.database.run_in_transaction(work)

    async def segments(self):
        """Return the live articles of the segments that are read."""
        query = select(search_segment.c.live).where(search_segment.c.is_complete)
        return await self.database.run_in_transaction(
            lambda connection: [len(decode_numbers(live)) for live in connection.scalars(query)]
        )


async def open_index(folder):
    """Open an empty index."""
    database = await SqliteDatabase.open(Path(folder) / "store.db")
    return Index(database)


@pytest.fixture
async def index(tmp_path):
    """An empty index."""
    index = await open_index(tmp_path)
    yield index
    await index.database.close()


@pytest.mark.slow
@settings(max_examples=scale_examples(15))
@given(st.lists(CHANGES | st.none(), min_size=1, max_size=25))
def test_any_history(history):
    """Changes and compactions, compared with an index that is written at once."""

    async def run(folder):
        index, fresh = await open_index(folder / "a"), await open_index(folder / "b")
        try:
            for titles in history:
                await (index.compactor.run() if titles is None else index.change(titles))
            await fresh.change({key: title for key, title in index.titles.items() if title})
            empty = {key: title for key, title in index.titles.items() if title == ""}
            await fresh.change(empty)
            for text in QUERIES:
                assert await index.search(text) == await fresh.search(text), text
        finally:
            await index.database.close()
            await fresh.database.close()

    with tempfile.TemporaryDirectory() as name:
        for part in "ab":
            (Path(name) / part).mkdir()
        asyncio.run(run(Path(name)))


async def test_small_segments_become_one(index):
    """Postings of the replaced ones are deleted by the next run."""
    for key in range(SEGMENTS_PER_LEVEL):
        await index.change({key: "red"})
    assert await index.segments() == [1] * SEGMENTS_PER_LEVEL
    assert await index.compactor.run() == SEGMENTS_PER_LEVEL
    assert await index.segments() == [SEGMENTS_PER_LEVEL]
    assert await index.search("red") == await index.search("")
    query = select(search_posting.c.segment_id).distinct()
    ids = await index.database.run_in_transaction(lambda each: each.scalars(query).all())
    assert len(ids) == 1
    assert await index.compactor.run() == 0


async def test_changes_during_a_compaction(index):
    """What changes after the new segment was built is not in it."""
    for key in range(SEGMENTS_PER_LEVEL):
        await index.change({key: "red"})
    read = index.read_articles

    def read_and_change(connection, keys):
        articles = read(connection, keys)
        remove_articles(connection, [1, 2])
        add_articles(connection, [indexed(1, "green")])
        return articles

    assert await Compactor(index.database, read_and_change).run() == SEGMENTS_PER_LEVEL
    assert sorted(await index.search("red")) == [0, *range(3, SEGMENTS_PER_LEVEL)]
    assert await index.search("green") == [1]
    assert sorted(await index.segments()) == [1, SEGMENTS_PER_LEVEL - 2]


async def test_two_compactions_at_once(index):
    """One of them replaces the segments; the other leaves nothing behind."""
    for key in range(SEGMENTS_PER_LEVEL):
        await index.change({key: "red"})
    counts = await asyncio.gather(*(index.compactor.run() for _ in range(3)))
    assert max(counts) <= SEGMENTS_PER_LEVEL
    await index.compactor.run()
    assert await index.segments() == [SEGMENTS_PER_LEVEL]
    query = select(search_posting.c.segment_id).distinct()
    assert len(await index.database.run_in_transaction(lambda each: each.scalars(query).all())) == 1


def make_old(connection):
    """Make all segments useless, and those of another tokenizer."""
    connection.execute(search_segment.update().values(tokenizer_version="0"))
    connection.execute(search_posting.delete())


async def test_segments_of_another_tokenizer_are_rebuilt(index):
    """An index of another version has other terms."""
    await index.change({1: "red", 2: "green"})
    await index.database.run_in_transaction(make_old)
    assert await index.search("red") == []
    assert await index.compactor.run() == 1
    assert await index.search("red") == [1]


async def test_transactions_of_a_compaction_are_short(index):
    """Imports wait for some thousand rows at most."""
    await index.change({0: " ".join(f"w{number}" for number in range(ROWS_PER_TRANSACTION))})
    await index.database.run_in_transaction(make_old)
    statements = []

    def work(connection):
        @event.listens_for(connection.engine, "before_cursor_execute")
        def record(_connection, _cursor, statement, parameters, _context, is_many):
            statements.append((statement, len(parameters) if is_many else 1))

    await index.database.run_in_transaction(work)
    await index.compactor.run()
    inserted = [count for sql, count in statements if sql.startswith("INSERT INTO search_posting")]
    assert sum(inserted) > max(inserted) == ROWS_PER_TRANSACTION
    assert await index.search("w1") == [0]


async def test_no_statement_of_a_compaction_reads_all_postings(index, tmp_path):
    """The time that a row takes does not depend on the size of the index."""
    statements = set()

    def work(connection):
        @event.listens_for(connection.engine, "before_cursor_execute")
        def record(_connection, _cursor, statement, *_):
            statements.add(statement)

    await index.database.run_in_transaction(work)
    await index.change(dict.fromkeys(range(9), "red"))
    await index.change(dict.fromkeys(range(9), "green"))
    await index.compactor.run()
    of_postings = [sql for sql in statements if "search_posting" in sql]
    assert any(sql.startswith("DELETE FROM search_word") for sql in of_postings)
    plan = explain(tmp_path / "store.db", *of_postings)
    assert not {table for table in plan.scans if "posting" in table}


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([(1, 10, 10, 50)], []),
        ([(1, 10, 4, 50)], [1]),
        ([(1, 10, 10, 50, False)], [1]),
        ([(number, 8, 8, 50) for number in range(7)], []),
        ([(number, 8, 8, 50) for number in range(8)], list(range(8))),
        ([*((number, 8, 8, 50) for number in range(7)), (7, 9, 9, 50)], []),
        ([(number, 60_000, 60_000, 50) for number in range(9)], []),
        ([(number, 30_000, 30_000, 50) for number in range(9)], [0, 1]),
        ([(number, 900, 900, MAX_TOKENS // 2 + 1) for number in range(9)], []),
        ([(number, 900, 900, MAX_TOKENS // 3) for number in range(9)], [0, 1, 2]),
    ],
)
def test_choose_segments(sizes, expected):
    """As many as fit of a similar size, from eight on; first those that have to be rebuilt."""
    assert choose_segments([SegmentSize(*size) for size in sizes]) == expected
    assert sum(count for number, count, *_ in sizes if number in expected) <= MAX_ARTICLES


def test_every_segment_has_bitmaps_of_16_bits():
    """The largest number of an article is in the first container."""
    assert BitMap(range(MAX_ARTICLES)).get_statistics()["n_containers"] == 1
