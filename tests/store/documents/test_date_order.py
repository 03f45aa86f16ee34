"""The order by date sorts as its generator does among equal dates, and pages last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import KINDS, PLAIN
from newsgraph.store.documents.date_order import (
    AFTER_TIES,
    FIRST_DATED,
    date_order,
    dateless_order,
)

TIME = "2024-05-02T07:00:00Z"
LATER = "2024-05-02T07:00:01Z"
TIMES = st.sampled_from(["0001-01-01T00:00:00Z", TIME, LATER, "9999-12-31T23:59:59Z"])
PATHS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)


def newest_first(kind, *documents):
    """Return titles of one time in the order of a kind; documents are (title, path) pairs."""
    orders = {title: date_order(TIME, KINDS[kind], title, path) for title, path in documents}
    return sorted(orders, key=lambda title: orders[title], reverse=True)


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("jekyll", ["A", "c", "B"]),
        ("eleventy", ["A", "c", "B"]),
        ("hugo", ["A", "B", "c"]),
        ("zola", ["B", "c", "A"]),
        ("mkdocs", ["B", "c", "A"]),
    ],
)
def test_equal_dates_are_in_the_order_of_the_generator(kind, titles):
    """Jekyll's and Eleventy's paths are reversed, Hugo sorts by title, all others by path."""
    assert newest_first(kind, ("A", "p/c.md"), ("B", "p/a.md"), ("c", "p/b.md")) == titles


def test_equal_titles_are_in_the_order_of_their_paths():
    """Hugo's last criterion is the path of the file."""
    orders = [date_order(TIME, KINDS["hugo"], "News", path) for path in ("b.md", "a.md", "a.md/b")]
    assert sorted(orders, reverse=True) == [orders[1], orders[2], orders[0]]


def test_a_plain_archive_is_sorted_by_time_alone():
    """Its cursors stay valid: a cursor of this order is the time."""
    assert date_order(TIME, PLAIN, "Bridge", "bridge.md") == TIME


@given(TIMES, TIMES, st.sampled_from(list(KINDS.values())), PATHS, PATHS)
def test_the_order_compares_with_times(time, bound, kind, title, path):
    """Filters of the time compare the order by date, which has an index."""
    order = date_order(time, kind, title, path)
    assert order >= FIRST_DATED
    assert (order >= bound) == (time >= bound)
    assert (order < bound) == (time < bound)
    assert (order > bound + AFTER_TIES) == (time > bound)
    assert (order < bound + AFTER_TIES) == (time <= bound)
    order.encode()


@given(PATHS)
def test_articles_without_a_date_are_last(path):
    """They are sorted as older than all others."""
    assert dateless_order(path) < FIRST_DATED


@given(st.lists(st.text("ab/-~ 9Z", min_size=1, max_size=9), min_size=2))
def test_articles_without_a_date_are_in_the_order_of_their_paths(paths):
    """The order is descending, that of paths ascending."""
    by_order = sorted(paths, key=lambda path: dateless_order(path), reverse=True)
    assert by_order == sorted(paths)
