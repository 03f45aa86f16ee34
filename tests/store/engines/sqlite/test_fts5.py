"""Tests of search expressions: FTS5 accepts each of them, and it finds what the input means."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from newsgraph.store.engines.sqlite.fts5 import MATCH_NOTHING, to_fts5_expression
from newsgraph.store.query.search_terms import MAX_CHARACTERS, MAX_WORDS, parse_search_terms
from newsgraph.store.schema.search_tables import CreateSearchIndex
from tests.hypothesis_profiles import scale_examples

TEXTS = {
    1: "Robots learn to see",
    2: "robots see",
    3: "The state-of-the-art robot, it's early",
    4: "Éclairs & ethics",
    5: "cafe\u0301 society",
    6: "日本語 の ニュース",
    7: "خبر عن الروبوتات",
    8: "foo_bar AND not OR near NEAR(robots)",
    9: "title: robots",
}


@pytest.fixture(scope="module")
def table():
    """A full-text index with the store's settings and a few texts."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(str(CreateSearchIndex().compile(dialect=sqlite.dialect())))
        connection.execute("CREATE VIRTUAL TABLE words USING fts5vocab(article_text, instance)")
        for number, text in TEXTS.items():
            connection.execute(
                "INSERT INTO article_text(rowid, title) VALUES (?, ?)", (number, text)
            )
        connection.execute(
            "CREATE VIRTUAL TABLE typed "
            "USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')"
        )
        connection.execute("CREATE VIRTUAL TABLE typed_words USING fts5vocab(typed, instance)")
        yield connection


def to_expression(text):
    """Return the FTS5 expression for search input."""
    return to_fts5_expression(parse_search_terms(text))


def search(table, text):
    """Return the numbers of the texts that match search input."""
    sql = "SELECT rowid FROM article_text WHERE article_text MATCH ?"
    return {number for (number,) in table.execute(sql, (parse_search_terms(text),))}


def tokenize(table, text):
    """Return the words of a text, as FTS5 tokenizes it."""
    table.execute("DELETE FROM typed")
    table.execute("INSERT INTO typed VALUES (?)", (text.replace("\0", " "),))
    return [word for (word,) in table.execute("SELECT term FROM typed_words ORDER BY offset")]


SYNTAX = st.sampled_from(
    [*"\"*-+^:(){}[],.'\0\\/ \t\n", "AND", "OR", "NOT", "NEAR(", "title:", "_"]
)
LETTERS = st.sampled_from(["robots", "learn", "a", "é", "e\u0301", "\u0301", "日", "خ", "\ue000"])
UNUSUAL = st.sampled_from(["\ud800", "\udfff", "😀", "👩\u200d👩", "\U0001e900", "²", "Ⅷ", "ß"])
INPUTS = st.text() | st.lists(SYNTAX | LETTERS | UNUSUAL | st.characters(), max_size=60).map(
    "".join
)


@settings(max_examples=scale_examples(300))
@given(text=INPUTS)
@example(text='"')
@example(text='-"')
@example(text="a NOT")
@example(text='a" "b')
@example(text="NEAR(a b, 2)")
@example(text="\U0001e900 -\U0001e900")
@example(text="a-" * 1000)
@example(text="\ue000 " * 1000)
@example(text="e\u0332" * 1000)
@example(text="0\u0329" * 1000)
def test_any_text(table, text):
    """FTS5 accepts the expression for any input, which has at most `MAX_WORDS` words."""
    expression = to_expression(text)
    table.execute(
        "SELECT count(*) FROM article_text WHERE article_text MATCH ?", (expression,)
    ).fetchall()
    assert len(tokenize(table, expression.replace(" NOT ", " "))) <= MAX_WORDS


MATCHES = {
    "robots": {1, 2, 8, 9},
    "ROBOTS see": {1, 2},
    "see robots": {1, 2},
    '"robots see"': {2},
    '"robots see': {2},
    "robot": {3},
    "robot*": {1, 2, 3, 8, 9},
    "rob**": {1, 2, 3, 8, 9},
    '"state of th"*': {3},
    '"robots le" *': set(),
    "robots -learn": {2, 8, 9},
    "-learn robots": {2, 8, 9},
    "robots -learn -title": {2, 8},
    "robots -learn -robots": set(),
    '-"robots learn" see': {2},
    "robots -lea*": {2, 8, 9},
    "-robots": set(),
    "- robots": {1, 2, 8, 9},
    "state-of-the-art": {3},
    "of-the state": {3},
    "it's": {3},
    "its": set(),
    "eclairs": {4},
    "ÉCLAIRS": {4},
    "éthics": {4},
    "café": {5},
    "cafe\u0301": {5},
    "日本語": {6},
    "日本*": {6},
    "الروبوتات": {7},
    "foo_bar": {8},
    "foo bar": {8},
    "bar foo": {8},
    "not": {8},
    "NOT": {8},
    "robots AND see": set(),
    "robots OR": {8},
    "title: robots": {9},
    "title:robots": {9},
    "title : -robots": set(),
    "NEAR(robots)": {8},
    "{robots} ^see": {1, 2},
    "robots ☃ 😀 …": {1, 2, 8, 9},
    "robots\0see": {1, 2},
    "\ud800robots": {1, 2, 8, 9},
    "": set(),
    "   ": set(),
    '"" - * -* "*': set(),
    "☃": set(),
}


@pytest.mark.parametrize("text", MATCHES)
def test_matches(table, text):
    """Words, phrases, prefixes and excluded words match as expected; all else is plain text."""
    assert search(table, text) == MATCHES[text]


def test_without_words():
    """Input without a word, or with excluded words only, matches nothing."""
    for text in ("", "-", '"', "*", "☃ …", "-a -b", '-"a b"', "\0", "\ud800", "_"):
        assert to_expression(text) == MATCH_NOTHING


@settings(max_examples=scale_examples(300))
@given(text=st.lists(LETTERS | st.sampled_from(["-", ".", "_", "☃", "'"]), min_size=1).map("".join))
@example(text="foo_bar")
@example(text="e\u0301e\u0331e\u0332")
def test_same_words_as_the_index(table, text):
    """Search input is split into the same words as indexed text: a text matches itself."""
    words = tokenize(table, text)
    sql = "SELECT count(*) FROM typed WHERE typed MATCH ?"
    ((count,),) = table.execute(sql, (to_expression(text.lstrip("-")),)).fetchall()
    assert count == bool(words) or len(words) > MAX_WORDS


LONG_INPUTS = {
    "a phrase": '"' + "robots " * 150_000,
    "a word with separators": "robots." * 150_000,
    "words": "robots " * 150_000,
    "a word": "r" * 1_000_000,
    "prefixes": "r* " * 300_000,
    "dashes": "-" * 1_000_000,
    "separate dashes": "- " * 500_000,
    "quotes": '"' * 1_000_000,
    "quotes and dashes": '-"' * 500_000,
    "quotes and words": '"r' * 500_000,
    "stars": "*" * 1_000_000,
    "blanks": " " * 1_000_000,
    "private-use letters": "\ue000 " * 500_000,
    "diacritics": "e\u0301" * 500_000,
    "lone surrogates": "\ud800" * 1_000_000,
}


@pytest.mark.parametrize("name", LONG_INPUTS)
def test_long_input(table, name):
    """A megabyte of input becomes a short expression: FTS5 needs memory for each word."""
    expression = to_expression(LONG_INPUTS[name])
    assert len(expression) <= 4 * MAX_CHARACTERS
    assert len(tokenize(table, expression)) <= MAX_WORDS
    search(table, LONG_INPUTS[name])


def test_too_many_words():
    """Of too words words, the first complete ones are used."""
    words = [f"w{number}" for number in range(MAX_WORDS + 10)]
    quoted = [f'"{word}"' for word in words[:MAX_WORDS]]
    assert to_expression(" ".join(words)) == f"({' '.join(quoted)})"
    assert to_expression(f'"{" ".join(words)}"') == f'("{" ".join(words[:MAX_WORDS])}")'
    truncated = to_expression("x" * (MAX_CHARACTERS - 5) + " robots")
    assert truncated == f'("{"x" * (MAX_CHARACTERS - 5)}")'
