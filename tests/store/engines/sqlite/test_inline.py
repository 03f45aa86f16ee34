"""Statements that are run at once, because they take hardly any time."""

from __future__ import annotations

import sqlite3

import pytest

from newsgraph.store.engines.sqlite.inline import MOST_LOOKS, QUICK_SECONDS, STEPS, Quick
from newsgraph.store.engines.sqlite.reader import LEAST_BYTES

ONE = "SELECT ?"
COUNT = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
SELECT max(i) FROM n"""
LONG = "SELECT hex(zeroblob(? / 2))"


@pytest.fixture
def quick(tmp_path):
    """A connection to an empty database."""
    path = tmp_path / "empty.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE made (id)")
    made.close()
    quick = Quick(path)
    yield quick
    quick.close()


def test_only_what_is_known_to_be_quick(quick):
    """A statement is tried after it has been quick on a thread."""
    assert quick.known(ONE, [7], None) is None
    quick.learn(ONE, QUICK_SECONDS * 2)
    assert quick.known(ONE, [7], None) is None
    quick.learn(ONE, QUICK_SECONDS)
    assert quick.known(ONE, [7], None) == (7,)
    assert quick.known(ONE, ["text"], None) == (b"text",)


def test_what_is_not_quick_this_time(quick):
    """It is given up soon, and from then on not tried again, whatever a thread says."""
    quick.learn(COUNT, 0.0)
    assert quick.known(COUNT, [3], None) == (3,)
    assert quick.known(COUNT, [10_000_000], None) is None
    assert quick.known(COUNT, [3], None) is None
    quick.learn(COUNT, 0.0)
    assert quick.known(COUNT, [3], None) is None


def test_steps_of_many_runs_are_not_added_up(quick):
    """SQLite counts on from run to run; each run has all its steps."""
    quick.learn(COUNT, 0.0)
    few = STEPS // 20
    for _ in range(20 * MOST_LOOKS * 3):
        assert quick.known(COUNT, [few], None) == (few,)


def test_a_text_that_becomes_too_long(quick):
    """The limit of bytes is kept; a thread tells of it."""
    quick.learn(LONG, 0.0)
    size = 2 * LEAST_BYTES
    assert quick.known(LONG, [size], None) == (b"0" * size,)
    assert quick.known(LONG, [size], LEAST_BYTES) is None


def test_what_is_wrong_is_none(quick):
    """An error is told by whoever is asked next."""
    assert quick.row("SELECT nothing FROM nowhere") is None


def test_an_error_makes_nothing_slow(quick):
    """What fails once, because it is too long or the file is busy, is tried again."""
    quick.learn(LONG, 0.0)
    assert quick.known(LONG, [2 * LEAST_BYTES], LEAST_BYTES) is None
    assert quick.known(LONG, [20], LEAST_BYTES) == (b"0" * 20,)
