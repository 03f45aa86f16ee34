"""What people type becomes conditions; no text is an error."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.search.expression import EVERYTHING, AllOf, AnyOf, Not, Published, Term
from newsgraph.store.search.query_parser import MAX_CHARACTERS, MAX_TERMS, parse_search

A, B, C, D = map(Term, "abcd")
SEARCHES = {
    "words": ("a b", AllOf((A, B))),
    "a word": ("a", A),
    "nothing": ("", EVERYTHING),
    "blanks": (" \t\u3000", EVERYTHING),
    "punctuation": ("- * … ? !", EVERYTHING),
    "a phrase": ('"a b" c', AllOf((Term("a b", is_exact=True), C))),
    "typographic quotes": (
        "“a b” „c“",
        AllOf((Term("a b", is_exact=True), Term("c", is_exact=True))),
    ),
    "an unclosed phrase": ('"a b', Term("a b", is_exact=True)),
    "an empty phrase": ('"" a', A),
    "or": ("a OR b", AnyOf((A, B))),
    "or binds first": ("a OR b c | d", AllOf((AnyOf((A, B)), AnyOf((C, D))))),
    "several alternatives": ("a OR b OR c", AnyOf((A, B, C))),
    "or at an end": ("OR a OR", A),
    "or twice": ("a OR OR b", AnyOf((A, B))),
    "or as a word": ("a or b", AllOf((A, Term("or"), B))),
    "and": ("AND a AND b AND", AllOf((A, B))),
    "not": ("a -b", AllOf((A, Not(B)))),
    "only not": ("-a", Not(A)),
    "not in words": ("a NOT b", AllOf((A, Not(B)))),
    "not a phrase": ('-"a b"', Not(Term("a b", is_exact=True))),
    "not a group": ("a -(b OR c)", AllOf((A, Not(AnyOf((B, C)))))),
    "not twice": ("--a", A),
    "a hyphen inside": ("a-b", Term("a-b")),
    "a prefix": ("vid*", Term("vid", is_prefix=True)),
    "a prefix of a phrase": ('"a b"*', Term("a b", is_exact=True, is_prefix=True)),
    "groups": ("(a b) OR c", AnyOf((AllOf((A, B)), C))),
    "empty groups": ("() a (())", A),
    "unbalanced": (")a ((b", AllOf((A, B))),
    "a field": ("title:a Author:b", AllOf((Term("a", "title"), Term("b", "author")))),
    "a field with a phrase": ('topic:"a b"', Term("a b", "topic", is_exact=True)),
    "names of a field": (
        "tag:a site:b.com",
        AllOf((Term("a", "topic"), Term("b.com", "publisher"))),
    ),
    "an unknown field": ("a:b", Term("a:b")),
    "an unknown field with a phrase": ('a:"b c"', Term('a:"b c', is_exact=True)),
    "a field without a word": ("topic: a", AllOf((Term("topic:"), A))),
    "several colons": ("title:a:b", Term("a:b", "title")),
    "after": ("after:2024", Published(since=date(2024, 1, 1))),
    "before": ("before:2024-5-31 a", AllOf((Published(before=date(2024, 5, 31)), A))),
    "no date": ("after:never before:2024-13", AllOf((Term("after:never"), Term("before:2024-13")))),
    "not after": ("-after:2024-05", Not(Published(since=date(2024, 5, 1)))),
    "code": ("C++ c#", AllOf((Term("C++"), Term("c#")))),
    "emoji": ("😀", Term("😀")),
    "a function of SQL": ("NEAR(a b)", AllOf((Term("NEAR"), AllOf((A, B))))),
    "NUL": ("a\0b", AllOf((A, B))),
    "a lone surrogate": ("a \ud800", A),
}


@pytest.mark.parametrize(("text", "expected"), SEARCHES.values(), ids=SEARCHES)
def test_searches(text, expected):
    """Each operator, alone and with others, whole and broken."""
    assert parse_search(text) == expected


def count_terms(expression):
    """Return the number of terms and dates of an expression."""
    match expression:
        case AllOf(conditions) | AnyOf(conditions):
            return sum(map(count_terms, conditions))
        case Not(condition):
            return count_terms(condition)
    return 1


PIECES = st.sampled_from(
    [
        *('"', "(", ")", "-", "OR", "AND", "NOT", "|", "*", ":", "title:", "after:", "2024-02-30"),
        *(" ", " ", "a", "é", "猫", "😀", "C++", "\0", "\ud800", "“", "\u00ad"),
    ]
)


@given(st.lists(PIECES, max_size=120).map("".join) | st.text())
def test_any_text(text):
    """No text is an error, and the number of terms is bounded."""
    assert count_terms(parse_search(text)) <= MAX_TERMS


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("a b", [0, 2]),
        (' -"a b"* ("c', [3, 11]),
        ('title:a x:b x:"c d" title:"e"', [6, 8, 12, 27]),
        ("a\0\ud800 “b”", [0, 5]),
    ],
)
def test_terms_are_where_they_were_typed(text, starts):
    """So that another word can be typed in the place of a misspelt one."""

    def terms(expression):
        match expression:
            case AllOf(conditions) | AnyOf(conditions):
                return [term for condition in conditions for term in terms(condition)]
            case Not(condition):
                return terms(condition)
        return [expression]

    assert [term.start for term in terms(parse_search(text))] == starts


def test_long_texts_are_cut_between_words():
    """The last word that is used is a whole one."""
    assert count_terms(parse_search("word " * 1_000)) == MAX_TERMS
    assert parse_search("a" * MAX_CHARACTERS + "b") == Term("a" * MAX_CHARACTERS + "b")
    assert parse_search("b " + "a" * MAX_CHARACTERS) == B


def test_deep_parentheses_are_ignored():
    """They would exceed Python's recursion."""
    assert parse_search("(" * 1_000 + "a" + ")" * 900) == A
