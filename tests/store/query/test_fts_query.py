"""What people type: always an expression that FTS5 takes, and the one that is meant."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsgraph.store.query.fts_query import MOST_CHARACTERS, MOST_WORDS, NOTHING, expression
from newsgraph.store.schema.tables import ARTICLE_TEXT
from tests.hypothesis_profiles import examples

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
    """An index as the store makes it, with a few texts."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(ARTICLE_TEXT)
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


def found(table, text):
    """Return the numbers of the texts that are found."""
    sql = "SELECT rowid FROM article_text WHERE article_text MATCH ?"
    return {number for (number,) in table.execute(sql, (expression(text),))}


def words(table, text):
    """Return the words of a text as FTS5 has them."""
    table.execute("DELETE FROM typed")
    table.execute("INSERT INTO typed VALUES (?)", (text.replace("\0", " "),))
    return [one for (one,) in table.execute("SELECT term FROM typed_words ORDER BY offset")]


SIGNS = st.sampled_from([*"\"*-+^:(){}[],.'\0\\/ \t\n", "AND", "OR", "NOT", "NEAR(", "title:", "_"])
LETTERS = st.sampled_from(["robots", "learn", "a", "é", "e\u0301", "\u0301", "日", "خ", "\ue000"])
ODD = st.sampled_from(["\ud800", "\udfff", "😀", "👩\u200d👩", "\U0001e900", "²", "Ⅷ", "ß"])
TYPED = st.text() | st.lists(SIGNS | LETTERS | ODD | st.characters(), max_size=60).map("".join)


@settings(max_examples=examples(300))
@given(text=TYPED)
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
    """Whatever is typed, FTS5 takes it, and has no more words to look for than are said."""
    made = expression(text)
    table.execute(
        "SELECT count(*) FROM article_text WHERE article_text MATCH ?", (made,)
    ).fetchall()
    assert len(words(table, made.replace(" NOT ", " "))) <= MOST_WORDS


MEANT = {
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


@pytest.mark.parametrize("text", MEANT)
def test_what_is_meant(table, text):
    """All words, phrases, beginnings, and words that must not be there; all else is only text."""
    assert found(table, text) == MEANT[text]


def test_without_words():
    """A text without a word, or with unwanted ones only, finds nothing."""
    for text in ("", "-", '"', "*", "☃ …", "-a -b", '-"a b"', "\0", "\ud800", "_"):
        assert expression(text) == NOTHING


@settings(max_examples=examples(300))
@given(text=st.lists(LETTERS | st.sampled_from(["-", ".", "_", "☃", "'"]), min_size=1).map("".join))
@example(text="foo_bar")
@example(text="e\u0301e\u0331e\u0332")
def test_a_word_is_what_the_index_has(table, text):
    """What a text has is found by the text: it falls into words just as the index does."""
    wanted = words(table, text)
    sql = "SELECT count(*) FROM typed WHERE typed MATCH ?"
    ((there,),) = table.execute(sql, (expression(text.lstrip("-")),)).fetchall()
    assert there == bool(wanted) or len(wanted) > MOST_WORDS


LONG = {
    "a phrase": '"' + "robots " * 150_000,
    "a word of many": "robots." * 150_000,
    "words": "robots " * 150_000,
    "a word": "r" * 1_000_000,
    "beginnings": "r* " * 300_000,
    "dashes": "-" * 1_000_000,
    "dashes apart": "- " * 500_000,
    "quotes": '"' * 1_000_000,
    "quotes and dashes": '-"' * 500_000,
    "quotes and words": '"r' * 500_000,
    "stars": "*" * 1_000_000,
    "blanks": " " * 1_000_000,
    "private letters": "\ue000 " * 500_000,
    "accents": "e\u0301" * 500_000,
    "half pairs": "\ud800" * 1_000_000,
}


@pytest.mark.parametrize("name", LONG)
def test_very_long_texts(table, name):
    """A megabyte becomes a short expression: FTS5 takes memory for each word."""
    made = expression(LONG[name])
    assert len(made) <= 4 * MOST_CHARACTERS
    assert len(words(table, made)) <= MOST_WORDS
    found(table, LONG[name])


def test_the_first_words_count():
    """Of too many words the first count, whole ones only."""
    many = [f"w{number}" for number in range(MOST_WORDS + 10)]
    quoted = [f'"{one}"' for one in many[:MOST_WORDS]]
    assert expression(" ".join(many)) == f"({' '.join(quoted)})"
    assert expression(f'"{" ".join(many)}"') == f'("{" ".join(many[:MOST_WORDS])}")'
    cut = expression("x" * (MOST_CHARACTERS - 5) + " robots")
    assert cut == f'("{"x" * (MOST_CHARACTERS - 5)}")'
