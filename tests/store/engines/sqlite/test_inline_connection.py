"""Fast statements run on the event loop's thread."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.dialects.sqlite import dialect

from newsgraph.store.engines.sqlite.inline_connection import (
    INLINE_MAX_SECONDS,
    MAX_PROGRESS_CALLS,
    PROGRESS_INTERVAL,
    InlineConnection,
)
from newsgraph.store.engines.sqlite.reader import MIN_LENGTH_LIMIT
from newsgraph.store.query.search_index import IndexReader

ECHO = "SELECT ?"
COUNT_UP = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
SELECT max(i) FROM n"""
LONG_TEXT = "SELECT hex(zeroblob(? / 2))"


@pytest.fixture
def inline(tmp_path):
    """A connection to an empty database."""
    path = tmp_path / "empty.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE dummy (id)")
    connection.close()
    inline = InlineConnection(path, IndexReader(dialect()))
    yield inline
    inline.close()


def test_only_statements_that_were_fast_run_inline(inline):
    """A statement runs inline once it was fast on a thread."""
    assert inline.fetch_row_if_fast(ECHO, [7], None) is None
    inline.record_duration(ECHO, INLINE_MAX_SECONDS * 2)
    assert inline.fetch_row_if_fast(ECHO, [7], None) is None
    inline.record_duration(ECHO, INLINE_MAX_SECONDS)
    assert inline.fetch_row_if_fast(ECHO, [7], None) == (7,)
    assert inline.fetch_row_if_fast(ECHO, ["text"], None) == (b"text",)


def test_a_statement_that_takes_too_many_steps_is_aborted(inline):
    """From then on it does not run inline, whatever its later durations on a thread are."""
    inline.record_duration(COUNT_UP, 0.0)
    assert inline.fetch_row_if_fast(COUNT_UP, [3], None) == (3,)
    assert inline.fetch_row_if_fast(COUNT_UP, [10_000_000], None) is None
    assert inline.fetch_row_if_fast(COUNT_UP, [3], None) is None
    inline.record_duration(COUNT_UP, 0.0)
    assert inline.fetch_row_if_fast(COUNT_UP, [3], None) is None


def test_steps_do_not_add_up_over_runs(inline):
    """SQLite does not reset its step counter between runs, yet each run has all its steps."""
    inline.record_duration(COUNT_UP, 0.0)
    few = PROGRESS_INTERVAL // 20
    for _ in range(20 * MAX_PROGRESS_CALLS * 3):
        assert inline.fetch_row_if_fast(COUNT_UP, [few], None) == (few,)


def test_a_text_above_the_limit_returns_none(inline):
    """The caller then runs the statement on a thread, which raises the error."""
    inline.record_duration(LONG_TEXT, 0.0)
    size = 2 * MIN_LENGTH_LIMIT
    assert inline.fetch_row_if_fast(LONG_TEXT, [size], None) == (b"0" * size,)
    assert inline.fetch_row_if_fast(LONG_TEXT, [size], MIN_LENGTH_LIMIT) is None


def test_an_invalid_statement_returns_none(inline):
    """The caller then runs the statement on a thread, which raises the error."""
    assert inline.fetch_row_or_none("SELECT nothing FROM nowhere") is None


def test_a_failed_statement_still_runs_inline(inline):
    """A statement that failed once, for its size or a locked file, runs inline the next time."""
    inline.record_duration(LONG_TEXT, 0.0)
    assert inline.fetch_row_if_fast(LONG_TEXT, [2 * MIN_LENGTH_LIMIT], MIN_LENGTH_LIMIT) is None
    assert inline.fetch_row_if_fast(LONG_TEXT, [20], MIN_LENGTH_LIMIT) == (b"0" * 20,)
