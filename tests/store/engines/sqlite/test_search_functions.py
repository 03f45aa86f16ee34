"""The SQL functions of search: all hits in parts, pages from both ends, and one snapshot."""

from __future__ import annotations

import json
from time import thread_time

import pytest

from newsgraph.store.engines.sqlite.event_loop_limits import (
    MAX_INDEX_BYTES,
    MAX_SECONDS,
    MAX_TEXT_LENGTH,
    EventLoopLimits,
    TooSlowForEventLoop,
)
from newsgraph.store.engines.sqlite.search_functions import PART_LENGTH, may_run_inline
from newsgraph.store.importing.search_segments import add_articles, remove_articles
from newsgraph.store.query.filter import Condition
from newsgraph.store.query.filter_json import encode_filter
from newsgraph.store.query.json_sql import text_literal
from newsgraph.store.query.search_sql import IndexedArticles
from newsgraph.store.query.stored_snippets import render_stored_snippet
from newsgraph.store.search.index.article import IndexedArticle

COUNT = "SELECT newsgraph_search_count(?, '')"
PAGE = "SELECT newsgraph_search_page(?, '', 0, ?, ?, ?, ?, ?, ?)"
NEWEST_PAGE = PAGE.replace("0", "1")


def indexed(key, title="red"):
    """Return an article; greater keys are newer."""
    return IndexedArticle(key, f"{key:06}", "en", {"title": (title,)})


def hit(key):
    """Return a hit as JSON has it."""
    return [key, f"3{key:06}"]


async def fetch(database, sql, *parameters):
    """Return the value of a statement with one row and one column, from JSON."""
    (value,) = await database.fetch_row(sql, parameters)
    return json.loads(value) if isinstance(value, bytes) else value


@pytest.fixture
async def database(opened):
    """A database with an index of ten articles."""
    await opened.database.run_in_transaction(
        lambda connection: add_articles(connection, map(indexed, range(10)))
    )
    return opened.database


async def test_pages(database):
    """Hits are read from both ends, and from a position on, which need not be a hit."""
    assert await fetch(database, COUNT, "red") == 10
    forward = await fetch(database, PAGE, "red", 3, 0, None, None, None, None)
    assert forward == [hit(9), hit(8), hit(7)]
    assert await fetch(database, PAGE, "red", 2, 0, *hit(7)[::-1], None, None) == [hit(6), hit(5)]
    assert await fetch(database, PAGE, "red", 2, 1, None, None, *hit(1)[::-1]) == [hit(3), hit(2)]
    await database.run_in_transaction(lambda connection: remove_articles(connection, [6, 7]))
    # Results are remembered by revision, which is the same here, and by what was typed.
    after_removed = await fetch(database, PAGE, "red ", 2, 0, *hit(7)[::-1], None, None)
    assert after_removed == [hit(5), hit(4)]
    assert await fetch(database, PAGE, "red", 0, 0, None, None, None, None) == []


async def test_pages_by_date(database):
    """The newest hits are first, whatever their level, which their ranks have all the same."""
    await database.run_in_transaction(
        lambda connection: add_articles(connection, [indexed(10, "blue red"), indexed(11, "blue")])
    )
    by_date = [[11, "2000011"], [10, "3000010"], [9, "2000009"]]
    text = "red OR blue"
    nothing = None, None, None, None
    assert await fetch(database, PAGE, text, 3, 0, *nothing) == [by_date[1], by_date[0], by_date[2]]
    assert await fetch(database, NEWEST_PAGE, text, 3, 0, *nothing) == by_date
    after, before = ("000011", 11, None, None), (None, None, "000009", 9)
    assert await fetch(database, NEWEST_PAGE, text, 2, 0, *after) == by_date[1:]
    assert await fetch(database, NEWEST_PAGE, text, 2, 1, *before) == by_date[:2]
    first = [[0, "2000000"], [1, "2000001"]][::-1]
    assert await fetch(database, NEWEST_PAGE, text, 2, 1, *nothing) == first


@pytest.mark.slow
async def test_all_hits_are_in_parts(database):
    """There are so many hits that one text with all of them could exceed SQLite's limit."""
    articles = [
        IndexedArticle(key, f"{key:0100}", "en", {"title": ("red",)})
        for key in range(10, PART_LENGTH * 2 + 1)
    ]
    await database.run_in_transaction(lambda connection: add_articles(connection, articles))
    # The limit is not one of what the index reads: a segment is longer.
    assert await database.fetch_row(COUNT, ("red",), max_bytes=1) == (PART_LENGTH * 2 + 1,)
    hits = IndexedArticles(text_literal("red")).all_hits().compile(dialect=database.dialect)
    sql = f"SELECT json_group_array(id) FROM ({hits})"  # noqa: S608 - compiled SQL
    found_keys = await fetch(database, sql)
    assert sorted(found_keys) == list(range(PART_LENGTH * 2 + 1))
    numbers = await fetch(database, "SELECT newsgraph_search_part_numbers(?, '')", "red")
    assert numbers == [0, 1, 2]


async def test_searches_of_a_snapshot(database):
    """What is written after a snapshot has begun is not found in it."""
    async with database.snapshot() as fetch_row:
        assert tuple(await fetch_row(COUNT, ("red",))) == (10,)
        await database.run_in_transaction(lambda connection: remove_articles(connection, range(5)))
        assert tuple(await fetch_row(COUNT, ("red*",))) == (10,)
    assert await fetch(database, COUNT, "re*") == 5


async def test_short_searches_are_run_in_the_event_loop(database):
    """Those that read little of the index; others are run on a thread."""
    for _ in range(3):
        assert await fetch(database, COUNT, "red") == 10
    assert database.try_inline(COUNT, ("red",)) == (10,)
    articles = [
        indexed(key, " ".join(f"word{key}x{part}" for part in range(30))) for key in range(40)
    ]
    await database.run_in_transaction(lambda connection: add_articles(connection, articles[10:]))
    assert database.try_inline(COUNT, ("word*",)) is None
    assert await fetch(database, COUNT, "word*") == 30
    assert await fetch(database, COUNT, "red") == 10
    assert database.try_inline(COUNT, ("red",)) == (10,)


def test_functions_that_are_never_run_in_the_event_loop():
    """The others have limits of their own."""
    for name in ("count", "page", "facet", "snippet"):
        assert may_run_inline(f"SELECT newsgraph_search_{name}(?)")
    for name in ("part", "part_numbers", "similar", "suggestion", "completions"):
        assert not may_run_inline(f"SELECT newsgraph_search_{name}(?)")
    assert not may_run_inline("SELECT newsgraph_search_count(?), newsgraph_search_similar(?)")


def test_limits_of_the_event_loop():
    """A statement gives up before it reads too much, and after it has taken too long."""
    limits = EventLoopLimits()
    limits.start_statement()
    rows = [(1, b"0" * (MAX_INDEX_BYTES // 2))] * 3
    assert next(iter(limits.limit_rows(rows))) == rows[0]
    with pytest.raises(TooSlowForEventLoop):
        list(limits.limit_rows(rows))
    with pytest.raises(TooSlowForEventLoop):
        list(limits.limit_rows([(1, 2)] * MAX_INDEX_BYTES))
    limits.check_text(0)
    with pytest.raises(TooSlowForEventLoop):
        limits.check_text(MAX_TEXT_LENGTH + 1)
    started = thread_time()
    while thread_time() - started <= MAX_SECONDS:
        pass
    assert limits.is_out_of_time
    with pytest.raises(TooSlowForEventLoop):
        limits.check_text(MAX_TEXT_LENGTH)
    limits.check_text(1)


async def test_remembered_searches_after_a_compaction(database):
    """What was found in a segment is not compared with what is found in those that replace it."""
    sql = "SELECT newsgraph_search_count('', ?)"
    of_text = encode_filter(Condition("text", "matches", "red"))
    for _ in range(10):  # on each connection
        assert await fetch(database, sql, "") == 10

    def replace_segments(connection):
        remove_articles(connection, range(10))
        add_articles(connection, map(indexed, range(10)))

    await database.run_in_transaction(replace_segments)
    for _ in range(10):
        assert await fetch(database, sql, of_text) == 10


async def test_counts_of_few_articles_are_run_in_the_event_loop(database):
    """Also if the filter searches a text."""
    sql = "SELECT newsgraph_search_count('', ?)"
    filters = Condition("quality", "missing", True), Condition("text", "matches", "red")
    of_quality, of_text = map(encode_filter, filters)
    for _ in range(3):
        assert await fetch(database, sql, of_quality) == 10
        assert await fetch(database, sql, of_text) == 10
    assert database.try_inline(sql, (of_quality,)) == (10,)
    assert database.try_inline(sql, (of_text,)) == (10,)


SNIPPETS = {
    "text": ("robots", ("Of robots.", "<p>A robot</p>", "A"), "Of <mark>robots</mark>."),
    "HTML": ("see", (None, "<p>They&lt;b&gt; see</p>", "A"), "They&lt;b&gt; <mark>see</mark>"),
    "title": ("a", (None, None, "A & B"), "<mark>A</mark> &amp; B"),
    "prefix": ("rob", ("Of robots.", "", "A"), "Of <mark>robots</mark>."),
    "nothing": ("topic", ("Of robots.", "", "A"), "Of robots."),
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippets(name):
    """The first text with a match is used; words go on if they are nowhere as they are."""
    search, texts, expected = SNIPPETS[name]
    assert render_stored_snippet(search, "en", *texts) == expected
