"""CSV files are lists of mappings, whose keys are in the first row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.author_entries import parse_author_file
from newsgraph.store.documents.csv_values import compose_table
from newsgraph.store.documents.diagnostics import DocumentError


def rows(text, suffix=".csv"):
    """Return the rows of a table as lists of key and text."""
    root = compose_table(text, suffix)
    items = root.value if root else []
    return [[(key.value, value.value) for key, value in item.value] for item in items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n3,4\n", [[("a", "1"), ("b", "2")], [("a", "3"), ("b", "4")]]),
        ('a,b\n"x, ""y""",2\n', [[("a", 'x, "y"'), ("b", "2")]]),
        ('a,b\n"two\nlines",2\n', [[("a", "two\nlines"), ("b", "2")]]),
        ("a,b,\n1\n1,2,3,4\n", [[("a", "1")], [("a", "1"), ("b", "2")]]),
        ("a,b\n", []),
        ("", []),
    ],
)
def test_rows(text, expected):
    """Values without a key are left out, and so are keys without a value."""
    assert rows(text) == expected


def test_tabs():
    """TSV has tabs instead of commas."""
    assert rows("a,b\tc\n1,2\t3\n", ".tsv") == [[("a,b", "1,2"), ("c", "3")]]


def test_wrong_quotes():
    """They are an error with the line, and the authors stay as they were."""
    parsed = parse_author_file('name\n"a"b\n', "authors.csv")
    assert not parsed.is_valid
    (problem,) = parsed.diagnostics
    assert (problem.code, problem.line, problem.column) == ("unread-authors", 2, 1)


@given(st.text(max_size=100), st.sampled_from([".csv", ".tsv"]))
def test_any_text(text, suffix):
    """Any text is a table, or its quotes are wrong."""
    try:
        root = compose_table(text, suffix)
    except DocumentError:
        assert '"' in text
    else:
        assert root is None or root.value
