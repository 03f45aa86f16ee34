"""The seven queries with their variables, which are the same for all services."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.bench.paths import BENCH_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SITE_URL = "http://127.0.0.1:8000"
"""Public URL of newsgraph, whatever port it listens on."""

DEEP_PAGE_DEPTH = 0.95
"""Relative position of the deep page: page 9,500 of the 10,000 pages of 200,000 documents."""

TIME_PLACEHOLDER = "@@MOMENT@@"
"""Placeholder in a body; wrk replaces it by another time in each request."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its variables.

    Attributes:
        name: name of the query and of its files, queries/NAME.graphql and limit/NAME.sql.
        document: the GraphQL document.
        variables: variables of the document.
        sql_parameters: parameters of the hand-written SQL.
        cold_document: the document with a condition that all rows fulfil, whose value differs in
            each request; None if there is none.
        offset: of the deep page, the number of rows up to its start.
        is_ranked: whether each service ranks the results in its own way.
    """

    name: str
    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    sql_parameters: Mapping[str, Any] = field(default_factory=dict)
    cold_document: str | None = None
    offset: int = 0
    is_ranked: bool = False

    @property
    def body(self) -> str:
        """Body of the POST request."""
        return json.dumps({"query": self.document, "variables": dict(self.variables)})

    @property
    def cold_body(self) -> str | None:
        """Body of a POST request that is in no cache, with `TIME_PLACEHOLDER`."""
        if self.cold_document is None:
            return None
        return json.dumps(
            {
                "query": self.cold_document,
                "variables": {**self.variables, "moment": TIME_PLACEHOLDER},
            }
        )

    @property
    def sql(self) -> str:
        """The hand-written statement."""
        return (BENCH_FOLDER / "limit" / f"{self.name.partition('-')[0]}.sql").read_text("utf-8")


def build_queries(store: Path) -> list[Query]:
    """Return the seven queries, with variables that have results in a store."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:

        def fetch_row(sql: str, *parameters: object) -> Any:
            return database.execute(sql, parameters).fetchone()

        nested, topic = _read_document("nested"), _read_document("topic")
        (topic_slug,) = fetch_row(
            "SELECT slug FROM topic ORDER BY article_count DESC, slug LIMIT 1"
        )
        (facet_slug,) = fetch_row(
            "SELECT slug FROM topic ORDER BY article_count DESC, slug LIMIT 1 OFFSET 2"
        )
        (domain,) = fetch_row(
            "SELECT domain FROM provider ORDER BY article_count DESC, domain LIMIT 1"
        )
        (slug,) = fetch_row(_SELECT_COMPLETE_ARTICLE)
        (title,) = fetch_row("SELECT title FROM article WHERE slug = ?", slug)
        words = title.partition(":")[0].lower()
        year = {"from": "2020-01-01T00:00:00Z", "to": "2021-01-01T00:00:00Z"}
        return [
            Query("nested", nested, cold_document=_add_time_condition(nested, "first: 50")),
            Query(
                "topic",
                topic,
                {"slug": topic_slug},
                {"slug": topic_slug},
                cold_document=_add_time_condition(topic, "first: 20"),
            ),
            Query("article", _read_document("article"), {"slug": slug}, {"slug": slug}),
            Query(
                "search",
                _read_document("search"),
                {"words": words},
                {"match": " ".join(f'"{word}"' for word in words.split())},
                is_ranked=True,
            ),
            Query("facet", _read_document("facet"), {"topic": facet_slug}, {"topic": facet_slug}),
            _build_deep_query(database, DEEP_PAGE_DEPTH),
            Query(
                "year",
                _read_document("year"),
                {"domain": domain, **year},
                {"domain": domain, **year},
            ),
        ]


def build_growth_queries(store: Path) -> list[Query]:
    """Return the queries whose times are compared between stores of different sizes."""
    all_queries = build_queries(store)
    by_name = {query.name: query for query in all_queries}
    year = by_name["year"]
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        first_page = replace(_build_deep_query(database, 0), name="deep-first")
        common_words = _common_words(database)
    return [
        *all_queries,
        first_page,
        replace(
            year, name="year-uncounted", document=year.document.replace("      totalCount\n", "")
        ),
        replace(by_name["search"], name="search-common", variables={"words": common_words}),
    ]


_SELECT_COMPLETE_ARTICLE = """
SELECT slug FROM article a ORDER BY
  (SELECT count(*) FROM link WHERE article_id = a.id) = 8 DESC,
  (SELECT count(*) FROM link WHERE target_id = a.id) = 3 DESC,
  length(body) BETWEEN 1000 AND 1500 DESC,
  (SELECT count(*) FROM article_author WHERE article_id = a.id) = 1 DESC,
  (SELECT count(*) FROM article_topic WHERE article_id = a.id) = 3 DESC,
  id LIMIT 1"""
"""Selects an article with all fields, which has a similar size in every store."""


def _build_deep_query(database: sqlite3.Connection, depth: float) -> Query:
    count = database.execute("SELECT count(*) FROM article").fetchone()[0]
    offset = max(1, int(count * depth)) - 1
    date_order, key = database.execute(
        "SELECT date_order, id FROM article ORDER BY date_order DESC, id LIMIT 1 OFFSET ?",
        (offset,),
    ).fetchone()
    after = f"newest|{date_order}|{key}".encode().hex()
    values = {"date_order": date_order, "id": key}
    return Query("deep", _read_document("deep"), {"after": after}, values, offset=offset)


def _common_words(database: sqlite3.Connection) -> str:
    """Return two words that most documents contain."""
    (text,) = database.execute(
        "SELECT group_concat(excerpt, ' ') FROM (SELECT excerpt FROM article LIMIT 500)"
    ).fetchone()
    counts: dict[str, int] = {}
    for word in text.lower().replace(".", " ").split():
        counts[word] = counts.get(word, 0) + 1
    return " ".join(sorted(counts, key=lambda word: (-counts[word], word))[:2])


def _add_time_condition(document: str, page: str) -> str:
    """Add a variable `moment` to a document, and the condition that articles are before it."""
    name, brace, rest = document.partition(" {")
    name = (
        name.replace(")", ", $moment: DateTime)") if ")" in name else f"{name}($moment: DateTime)"
    )
    filtered_page = f"{page}, filter: {{ publishedAt: {{ lt: $moment }} }}"
    return name + brace + rest.replace(page, filtered_page, 1)


def _read_document(name: str) -> str:
    return (BENCH_FOLDER / "queries" / f"{name}.graphql").read_text("utf-8")
