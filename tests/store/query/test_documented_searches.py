"""The searches in docs/search.md find what the page says, and its limits are those of the code."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import pytest

from newsgraph.store.importing.search_compaction import SEGMENTS_PER_LEVEL
from newsgraph.store.query import search_index
from newsgraph.store.search import query_parser, snippets, stemming
from newsgraph.store.search.index import segment, terms
from tests.store.query.test_search import search, search_slugs
from tests.store.query.test_search_vocabulary import suggestion as suggest

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "search.md").read_text("utf-8")
CELL_SEPARATOR = re.compile(r"(?<!\\)\|")
CODE = re.compile("`([^`]*)`")
DOCUMENT_HEADER = ["document", "language", "published", "title", "text", "other keys"]
SEARCH_HEADER = ["search", "finds", "does not find", "because"]
LIMIT_HEADER = ["limit", "value", "what exceeds it"]
LIMITS = {
    "characters of a search": query_parser.MAX_CHARACTERS,
    "terms of a search": query_parser.MAX_TERMS,
    "parentheses inside of each other": query_parser._MAX_DEPTH,
    "words of a snippet": snippets.MAX_WORDS,
    "characters of a text in which a snippet is looked for": snippets.MAX_TEXT_LENGTH,
}
STATED_ELSEWHERE = (
    f"A segment has up to {segment.MAX_ARTICLES:,} documents",
    f"keys and dates of up to {search_index.CACHED_ARTICLES:,} documents",
)


class DocumentedSearch(NamedTuple):
    """A search of the page.

    Attributes:
        text: what is typed.
        found: the documents that it finds, in order.
        not_found: some of those that it does not find.
    """

    text: str
    found: list[str]
    not_found: list[str]


def read_tables(header):
    """Return the rows of all tables with a header, as lists of cells."""
    lines = iter(PAGE.splitlines())
    return [
        split_row(row)
        for line in lines
        if split_row(line) == header
        for row in list(takewhile(lambda line: line.startswith("|"), lines))[1:]
    ]


def split_row(line):
    """Return the cells of a row of a table."""
    cells = CELL_SEPARATOR.split(line.strip())[1:-1]
    return [cell.replace(r"\|", "|").strip() for cell in cells]


def read_searches():
    """Return the searches of the page; a row can have several with the same result."""
    return [
        DocumentedSearch(text, split_list(found), split_list(not_found))
        for searches, found, not_found, _ in read_tables(SEARCH_HEADER)
        for text in CODE.findall(searches)
    ]


def split_list(text, separator=","):
    """Return the items of a list, without blanks around them."""
    return [item.strip() for item in text.split(separator) if item.strip()]


def front_matter(language, published, title, other_keys):
    """Return the front matter of a document by the cells of its row."""
    fields = {"title": title, "date": published}
    if language != "–":
        fields["lang"] = language
    for item in split_list(other_keys, ";"):
        name, value = split_list(item, ":")
        match name:
            case "publisher":
                provider, domain = split_list(value)
                fields["provider"] = {"name": provider, "domain": domain}
            case "topic":
                fields["topics"] = [value]
            case _:
                fields[name] = value
    return fields


@pytest.fixture(scope="module")
def store_file(filled_with):
    """A store with the documents of the page."""

    def fill(archive):
        for name, language, published, title, text, other in read_tables(DOCUMENT_HEADER):
            fields = front_matter(language, published, title, other)
            archive.write_article(f"{name}.md", body=text, **fields)

    return filled_with(fill, language="en")


async def test_suggestions(opened):
    """Each search has the suggestion that the page says."""
    rows = read_tables(["typed", "suggestion", "because"])
    assert rows
    for typed, suggestions, _ in rows:
        expected = [None if item == "–" else item.strip("`") for item in split_list(suggestions)]
        for text, suggestion in zip(CODE.findall(typed), expected, strict=True):
            assert await suggest(opened.store, text) == suggestion, text


async def test_scores(opened):
    """The score is 3 for all terms in the title, 2 for some and 1 for none; 3 without terms."""
    for text, expected in (
        ("company trains", [3, 2]),
        ("company OR trains", [3, 2]),
        ("videos", [3, 1, 1]),
        ('"public videos" -night', [3]),
        ("-the after:2021-11", [3, 3, 3]),
    ):
        page = await search(opened.store, text)
        assert [edge["score"] for edge in page["edges"]] == expected, text


async def test_searches_find_what_the_page_says(opened):
    """Each search finds the documents that the page lists, in this order, and no others."""
    for text, expected, not_found in read_searches():
        found = await search_slugs(opened.store, text)
        assert found == expected, text
        assert not set(found) & set(not_found), text


def test_all_tables_are_read():
    """Each row is of a known table, each search is typed once, and each document exists."""
    names = {row[0] for row in read_tables(DOCUMENT_HEADER)}
    searches = read_searches()
    texts = [text for text, _, _ in searches]
    assert len(texts) == len(set(texts)) > 60
    for _, found, not_found in searches:
        assert {*found, *not_found} <= names
    assert {len(row) for row in read_tables(SEARCH_HEADER)} == {len(SEARCH_HEADER)}
    assert len(re.findall(r"^\| search \|", PAGE, re.MULTILINE)) == PAGE.count(
        f"| {' | '.join(SEARCH_HEADER)} |"
    )


def test_languages_with_rules():
    """The page lists the languages whose words have stems."""
    _, _, text = PAGE.partition("rules for these languages:")
    languages, _, _ = text.partition("In other languages")
    assert sorted(re.findall(r"`(\w+)`", languages)) == sorted(stemming._ALGORITHMS)


def test_fields():
    """The page lists all fields of terms."""
    table, _, _ = PAGE.partition("| search | finds |")
    fields = set(re.findall(r"`(\w+):", table)) - {"after", "before"}
    assert fields == query_parser._FIELDS.keys()


def test_limits():
    """The limits are those of the code."""
    limits = {name: int(value.replace(",", "")) for name, value, _ in read_tables(LIMIT_HEADER)}
    assert limits == LIMITS
    for sentence in STATED_ELSEWHERE:
        assert sentence in re.sub(r"\s+", " ", PAGE)
    assert f"up to {snippets.MAX_WORDS} words of the excerpt" in PAGE
    assert terms.MAX_PREFIX_LENGTH == 3
    assert SEGMENTS_PER_LEVEL == 8
