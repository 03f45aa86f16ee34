"""Values as TOML: whatever is written is read again, and stays in one line."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.config.toml_text import format_value

TEXTS = st.text(st.characters(codec="utf-8"))
KEYS = st.text(st.characters(codec="utf-8"), min_size=1)
VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False),
    lambda items: st.lists(items) | st.dictionaries(KEYS, items),
    max_leaves=10,
)


@given(VALUES)
def test_values_are_read_as_they_were(value):
    """Also in a comment whose sign is removed, for which it needs to be one visible line."""
    text = format_value(value)
    assert text.isprintable()
    assert tomllib.loads(f"a = {text}") == {"a": value}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"a" \\ b', r'"\"a\" \\ b"'),
        ("Zürich 🌉", '"Zürich 🌉"'),
        ("a\nb\x7f\u2028\u202e", r'"a\nb\u007F\u2028\u202E"'),
        ("\U000e0001", r'"\U000E0001"'),
        (("en", "de"), '["en", "de"]'),
        ({"title": ["headline"], "a b": True}, '{ title = ["headline"], "a b" = true }'),
    ],
)
def test_forms(value, expected):
    """Letters and signs stay readable; characters that no editor shows are escaped."""
    assert format_value(value) == expected


@pytest.mark.parametrize(
    ("value", "error"), [("\ud83d", UnicodeEncodeError), (None, TypeError), (object(), TypeError)]
)
def test_values_without_a_form(value, error):
    """They are errors, and no broken file."""
    with pytest.raises(error):
        format_value(value)
