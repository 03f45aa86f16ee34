"""Search finds what people expect, in all languages, except for the recorded failures."""

from __future__ import annotations

import asyncio
import os
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.store.search.reference_search import ReferenceArticle, ReferenceSearch
from tests.store.search_quality.newsgraph_search import import_documents
from tests.store.search_quality.postgres_search import PostgresUnavailable, search_postgres
from tests.store.search_quality.query_set import (
    KINDS,
    MAX_HITS,
    InvalidQuerySet,
    Query,
    document_names,
    load_queries,
    parse_query,
)
from tests.store.search_quality.recorded_failures import load_failures, write_failures
from tests.store.search_quality.score_tables import score_tables
from tests.store.search_quality.scoring import SearchResult, find_failure, find_failures

PAGE = Path(__file__).resolve().parents[3] / "docs" / "search-quality.md"
QUERY = Query(id="q", language="English", kind="or", text="a OR b", why="")
VALID = {"id": "q", "language": "English", "kind": "or", "text": "a", "why": "b"}


@pytest.fixture(scope="module")
def queries():
    """All queries of the set."""
    return load_queries()


@pytest.fixture(scope="module")
def searched(queries, tmp_path_factory):
    """The results of all queries and the articles, after one import."""

    async def search():
        async with import_documents(tmp_path_factory.mktemp("search")) as newsgraph:
            return await newsgraph.search(queries), await newsgraph.articles()

    return asyncio.run(search())


def test_failures_are_those_recorded(queries, searched):
    """A query that starts to pass or to fail changes the record."""
    results, _ = searched
    failures = find_failures(queries, results)
    if os.environ.get("UPDATE_GOLDENS") == "1":
        write_failures(failures)
    assert failures == load_failures()


def test_page_has_the_scores(queries):
    """The documentation has the number of queries that pass, by kind and by language."""
    row = re.compile(r"^\| ([^|]+) \| (\d+) \| (\d+) \|", re.MULTILINE)
    scores = row.findall(score_tables(queries, {"newsgraph": load_failures()}))
    assert scores == row.findall(PAGE.read_text("utf-8"))


def test_set_covers_languages_and_kinds(queries):
    """The set has 150 queries, at least six in each of ten languages, and all kinds."""
    assert len(queries) == 150
    languages = Counter(query.language for query in queries)
    assert sum(count >= 6 for count in languages.values()) >= 10
    assert {query.kind for query in queries} == set(KINDS)


def test_all_documents_are_imported(searched):
    """Languages come from documents and, without one there, from their collection."""
    _, articles = searched
    assert sorted(article["name"] for article in articles) == document_names()
    languages = {article["name"]: article["language"] for article in articles}
    assert languages["briefe"] == "de"
    assert languages["bridge-video"] == "en"
    assert languages["bakery-queues"] == "fr"


def test_words_and_operators_find_what_people_expect(queries, searched):
    """An index of words of `store.search` can answer all queries."""
    _, articles = searched
    articles = sorted(articles, key=lambda article: article["publishedAt"], reverse=True)
    search = ReferenceSearch(
        ReferenceArticle(
            article["name"],
            article["language"],
            date.fromisoformat(article["publishedAt"][:10]),
            article["title"],
            article["body"],
            tuple(topic["name"] for topic in article["topics"]),
            tuple(author["name"] for author in article["authors"]),
            tuple((article["provider"] or {}).values()),
        )
        for article in articles
    )
    results = {}
    for query in queries:
        hits = search.search(query.text)
        suggestion = search.suggestion(query.text)
        results[query.id] = SearchResult(tuple(hits[:MAX_HITS]), len(hits), suggestion)
    assert find_failures(queries, results) == {}


@pytest.mark.process
def test_postgres_answers_the_queries(queries, searched):
    """PostgreSQL stems by language and understands what its documentation says."""
    _, articles = searched
    try:
        failures = find_failures(queries, search_postgres(articles, queries))
    except PostgresUnavailable as reason:
        pytest.skip(str(reason))
    assert failures.keys() & {"en-video", "de-buch", "ru-robot", "en-or", "en-phrase"} == set()
    assert failures["en-goverment"] == "suggestion: none"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": None}, "text is missing"),
        ({"why": ""}, "why is missing"),
        ({"kind": "other"}, "other is no kind"),
        ({"frist": ["x"]}, r"unknown keys \['frist'\]"),
        ({"first": ["z"]}, r"no documents \['z'\]"),
        ({"found": ["x"], "not_found": ["x"]}, "both found and not found"),
        ({"found": ["x", "y"], "total": 1}, "more documents than 1"),
    ],
)
def test_wrong_queries_are_refused(changes, message):
    """A query that no search can pass is an error of the set."""
    assert parse_query(VALID, {"x", "y"}).first == ()
    with pytest.raises(InvalidQuerySet, match=message):
        parse_query(VALID | changes, {"x", "y"})


@pytest.mark.parametrize(
    ("expected", "result", "failure"),
    [
        ({}, SearchResult(), None),
        ({}, SearchResult(error="syntax"), "error: syntax"),
        ({"first": ("x", "y")}, SearchResult(("y", "z")), None),
        ({"first": ("x",)}, SearchResult(("y", "x")), "first: y"),
        ({"first": ("x",)}, SearchResult(), "first: no hit"),
        ({"found": ("x", "y")}, SearchResult(("z", "y")), "missing: x"),
        ({"first": ("x",), "found": ("x",)}, SearchResult(), "missing: x"),
        ({"not_found": ("x",)}, SearchResult(("x",)), "wrong: x"),
        ({"order": ("x", "y")}, SearchResult(("x", "z", "y")), None),
        ({"order": ("x", "y")}, SearchResult(("y", "x")), "order: y, x"),
        ({"total": 2}, SearchResult(("x",), 1), "total: 1"),
        ({"suggestion": ("word",)}, SearchResult(suggestion="Word"), None),
        ({"suggestion": ("word",)}, SearchResult(), "suggestion: none"),
    ],
)
def test_expectations(expected, result, failure):
    """The first expectation that is not met is the failure."""
    assert find_failure(replace(QUERY, **expected), result) == failure
