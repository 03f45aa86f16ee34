"""The seven queries, and what they are asked of a store: the same for every one who answers."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.bench.places import BENCH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SITE = "http://127.0.0.1:8000"
"""What our own addresses begin with, whatever port a service listens at."""

DEEP_PAGE = 0.95
"""How far down the deep page lies: page 9,500 of the 10,000 that 200,000 documents make."""

MOMENT = "@@MOMENT@@"
"""Stands in a body for a moment that no request had before."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query and what it is asked.

    Attributes:
        name: also of its files: queries/NAME.graphql and limit/NAME.sql.
        document: the GraphQL text.
        variables: of the GraphQL text.
        values: of the hand-written SQL.
        cold: the same with a condition that all rows fit and that differs in each request.
        skipped: how many rows lie before the one that the deep page begins after.
    """

    name: str
    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    cold: str | None = None
    skipped: int = 0

    @property
    def body(self) -> str:
        """The body of its POST request."""
        return json.dumps({"query": self.document, "variables": dict(self.variables)})

    @property
    def cold_body(self) -> str | None:
        """The body of a POST request that no cache has seen, with `MOMENT` in it."""
        if self.cold is None:
            return None
        return json.dumps({"query": self.cold, "variables": {**self.variables, "moment": MOMENT}})

    @property
    def sql(self) -> str:
        """The hand-written statement."""
        return (BENCH / "limit" / f"{self.name.partition('-')[0]}.sql").read_text("utf-8")


def queries(store: Path) -> list[Query]:
    """Return the seven queries, each with something to find in a store."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:

        def one(sql: str, *values: object) -> Any:
            return database.execute(sql, values).fetchone()

        nested, topic = _read("nested"), _read("topic")
        (topic_slug,) = one("SELECT slug FROM topic ORDER BY article_count DESC, slug LIMIT 1")
        (facet_slug,) = one(
            "SELECT slug FROM topic ORDER BY article_count DESC, slug LIMIT 1 OFFSET 2"
        )
        (domain,) = one("SELECT domain FROM provider ORDER BY article_count DESC, domain LIMIT 1")
        (slug,) = one(_WHOLE_ARTICLE)
        (title,) = one("SELECT title FROM article WHERE slug = ?", slug)
        words = title.partition(":")[0].lower()
        year = {"from": "2020-01-01T00:00:00Z", "to": "2021-01-01T00:00:00Z"}
        return [
            Query("nested", nested, cold=_cold(nested, "first: 50")),
            Query(
                "topic",
                topic,
                {"slug": topic_slug},
                {"slug": topic_slug},
                cold=_cold(topic, "first: 20"),
            ),
            Query("article", _read("article"), {"slug": slug}, {"slug": slug}),
            Query(
                "search",
                _read("search"),
                {"words": words},
                {"match": "(" + " ".join(f'"{word}"' for word in words.split()) + ")"},
            ),
            Query("facet", _read("facet"), {"topic": facet_slug}, {"topic": facet_slug}),
            _deep(database, DEEP_PAGE),
            Query("year", _read("year"), {"domain": domain, **year}, {"domain": domain, **year}),
        ]


def growing(store: Path) -> list[Query]:
    """Return the queries whose times are compared between stores of all sizes."""
    all_of_them = queries(store)
    by_name = {query.name: query for query in all_of_them}
    year = by_name["year"]
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        first_page = replace(_deep(database, 0), name="deep-first")
        common = _common_words(database)
    return [
        *all_of_them,
        first_page,
        replace(
            year, name="year-uncounted", document=year.document.replace("      totalCount\n", "")
        ),
        replace(by_name["search"], name="search-common", variables={"words": common}),
    ]


_WHOLE_ARTICLE = """
SELECT slug FROM article a ORDER BY
  (SELECT count(*) FROM link WHERE article_id = a.id) = 8 DESC,
  (SELECT count(*) FROM link WHERE target_id = a.id) = 3 DESC,
  length(body) BETWEEN 1000 AND 1500 DESC,
  (SELECT count(*) FROM article_author WHERE article_id = a.id) = 1 DESC,
  (SELECT count(*) FROM article_topic WHERE article_id = a.id) = 3 DESC,
  id LIMIT 1"""
"""An article with all that there is, of the same shape in stores of all sizes."""


def _deep(database: sqlite3.Connection, depth: float) -> Query:
    count = database.execute("SELECT count(*) FROM article").fetchone()[0]
    skipped = max(1, int(count * depth)) - 1
    published, key = database.execute(
        "SELECT published_at, id FROM article ORDER BY published_at DESC, id LIMIT 1 OFFSET ?",
        (skipped,),
    ).fetchone()
    after = f"newest|{published}|{key}".encode().hex()
    values = {"published_at": published, "id": key}
    return Query("deep", _read("deep"), {"after": after}, values, skipped=skipped)


def _common_words(database: sqlite3.Connection) -> str:
    """Return two words that most documents have."""
    (text,) = database.execute(
        "SELECT group_concat(excerpt, ' ') FROM (SELECT excerpt FROM article LIMIT 500)"
    ).fetchone()
    counts: dict[str, int] = {}
    for word in text.lower().replace(".", " ").split():
        counts[word] = counts.get(word, 0) + 1
    return " ".join(sorted(counts, key=lambda word: (-counts[word], word))[:2])


def _cold(document: str, page: str) -> str:
    """Return a document that takes a variable `moment` all articles are before."""
    name, brace, rest = document.partition(" {")
    name = (
        name.replace(")", ", $moment: DateTime)") if ")" in name else f"{name}($moment: DateTime)"
    )
    before = f"{page}, filter: {{ publishedAt: {{ lt: $moment }} }}"
    return name + brace + rest.replace(page, before, 1)


def _read(name: str) -> str:
    return (BENCH / "queries" / f"{name}.graphql").read_text("utf-8")
