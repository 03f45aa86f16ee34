"""Loads and validates the documents and the queries of the set."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
DOCUMENTS = FOLDER / "documents"
QUERIES = FOLDER / "queries"

COLLECTIONS = (DOCUMENTS / "world", DOCUMENTS / "stadtblatt")
"""Folders to import, each with a newsgraph.toml that states the collection's language."""

KINDS = (
    *("inflection", "compound", "accent", "normalization", "cjk", "thai", "arabic", "hebrew"),
    *("code", "number", "emoji", "phrase", "or", "not", "prefix", "field", "misspelling", "input"),
    *("ranking", "mixed"),
)

MAX_HITS = 100
"""Hits of a query that are read; expectations are about these."""


class InvalidQuerySet(Exception):
    """A query has an error, or contradicts the documents."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a person types, and what has to be found.

    Documents are named by their files, without suffix. A query without expectations has to be
    answered without an error.

    Attributes:
        id: name of the query.
        language: language in which it is asked.
        kind: what it is about.
        text: what is typed.
        why: what it is for.
        first: documents of which one has to be the first hit.
        found: documents that have to be hits.
        not_found: documents that must not be hits.
        order: documents that have to be hits in this sequence; others may be between them.
        total: number of hits.
        suggestion: spellings of which one has to be suggested, in upper or lower case; if there
            are none, any suggestion is accepted.
    """

    id: str
    language: str
    kind: str
    text: str
    why: str
    first: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    total: int | None = None
    suggestion: tuple[str, ...] = ()


def document_names() -> list[str]:
    """Return the names of all documents; they are unique in all collections together."""
    names = sorted(path.stem for path in DOCUMENTS.rglob("*.md"))
    if duplicates := {name for name in names if names.count(name) > 1}:
        raise InvalidQuerySet(f"several documents are called {sorted(duplicates)}")
    return names


def load_queries() -> list[Query]:
    """Return all queries, by file.

    Raises:
        InvalidQuerySet: a query has an error.
    """
    documents = set(document_names())
    queries: dict[str, Query] = {}
    for path in sorted(QUERIES.glob("*.toml")):
        table = tomllib.loads(path.read_text("utf-8"))
        for row in table["query"]:
            query = parse_query({"language": table.get("language")} | row, documents)
            if query.id in queries:
                raise InvalidQuerySet(f"several queries are called {query.id}")
            queries[query.id] = query
    return list(queries.values())


def parse_query(row: dict[str, Any], documents: set[str]) -> Query:
    """Return the query of one table.

    Args:
        row: keys and values.
        documents: names of all documents.

    Raises:
        InvalidQuerySet: a value is missing or wrong.
    """
    name = row.get("id")
    if unknown := row.keys() - {field.name for field in fields(Query)}:
        raise InvalidQuerySet(f"{name}: unknown keys {sorted(unknown)}")
    for key in ("id", "language", "kind", "text", "why"):
        if not isinstance(row.get(key), str) or not (row[key] or key == "text"):
            raise InvalidQuerySet(f"{name}: {key} is missing")
    query = Query(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})
    if query.kind not in KINDS:
        raise InvalidQuerySet(f"{name}: {query.kind} is no kind")
    expected = {*query.first, *query.found, *query.order}
    if unknown := (expected | set(query.not_found)) - documents:
        raise InvalidQuerySet(f"{name}: no documents {sorted(unknown)}")
    if contradictions := expected & set(query.not_found):
        raise InvalidQuerySet(f"{name}: both found and not found: {sorted(contradictions)}")
    if query.total is not None and len({*query.found, *query.order}) > query.total:
        raise InvalidQuerySet(f"{name}: more documents than {query.total} are to be found")
    return query
