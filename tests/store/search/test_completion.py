"""Completing what was typed so far: where the last word begins, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.search.completion import MAX_COMPLETIONS, Name, complete, last_word
from newsgraph.store.search.folding import fold
from newsgraph.store.search.query_parser import MAX_CHARACTERS

NAMES = [Name(name, fold(name), count) for name, count in (("AI", 9), ("AI Ethics", 3))] + [
    Name("Zürich", "zurich", 1),
    Name("aim: high", "aim: high", 99),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ro", "ro"),
        ("see Rö", "ro"),
        ("title:ro", "ro"),
        ('"deep lea', "lea"),
        ("a -ro", "ro"),
        ("(a OR ro", "ro"),
        ("state-of", "of"),
        ("", None),
        ("ro ", None),
        ("ro*", None),
        ("c++", None),
        ("v2", None),
        ("2nd", None),
        ("ro\0", None),
        ("x" * (MAX_CHARACTERS + 1), None),
    ],
)
def test_last_word(text, expected):
    """Only a word of letters at the very end is completed, in its folded form."""
    assert last_word(text) == expected


@pytest.mark.parametrize(
    ("text", "counts", "expected"),
    [
        ("ro", {"robot": 2, "rome": 5, "roast": 2}, ["rome", "roast", "robot"]),
        ("see ro", {"robot": 1}, ["see robot"]),
        ('title:"see ro', {"robot": 1}, ['title:"see robot']),
        ("robot", {"robot": 2, "robots": 1}, ["robots"]),
        ("ai", {"aim": 7, "ai": 20}, ["AI Ethics", "aim"]),
        ("a", {"ai": 3}, ["AI", "AI Ethics"]),
        ("Zu", {}, ["Zürich"]),
        ("ai eth", {"ethics": 3, "ethical": 1}, ["AI Ethics", "ai ethical"]),
        ("ro", {f"ro{letter}": 1 for letter in "abcdefghijk"}, [f"ro{c}" for c in "abcdefgh"]),
        ("ro ", {"robot": 1}, []),
        ("ai ", {"robot": 1}, ["AI Ethics"]),
    ],
)
def test_completions(text, counts, expected):
    """Names come first, then words, those of the most articles first; each once."""
    assert complete(text, counts, NAMES) == expected


@given(st.text(max_size=30), st.dictionaries(st.text(min_size=1, max_size=5), st.integers(1, 9)))
def test_any_text(text, counts):
    """Whatever is typed, there are at most eight completions, all different."""
    completions = complete(text, counts, NAMES)
    assert len(completions) <= MAX_COMPLETIONS
    assert len(set(map(fold, completions))) == len(completions)
