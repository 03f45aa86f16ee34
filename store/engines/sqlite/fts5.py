"""Compiles full-text search to FTS5 (https://www.sqlite.org/fts5.html): index and queries."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.ext.compiler import compiles

from newsgraph.store.query.fts_sql import (
    COLUMN_WEIGHTS,
    SCORE_PRECISION,
    SNIPPET_WORDS,
    fts_match,
    fts_score,
    fts_snippet,
)
from newsgraph.store.query.search_terms import SearchTerm, SearchTerms
from newsgraph.store.schema.search_tables import (
    SEARCH_COLUMNS,
    CreateSearchIndex,
    OptimizeSearchIndex,
    article_text,
)

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler

MATCH_NOTHING: Final = '""'
"""An expression that matches nothing."""

_INDEX: Final = article_text.name


def to_fts5_expression(terms: SearchTerms) -> str:
    """Return search terms in FTS5's query syntax (section 3); every word is quoted."""
    if not terms.included:
        return MATCH_NOTHING
    included = " ".join(map(_quote, terms.included))
    return " NOT ".join([f"({included})", *map(_quote, terms.excluded)])


def _quote(term: SearchTerm) -> str:
    return f'"{term.text}"' + (" *" if term.is_prefix else "")


# The driver calls it for each parameter of this type.
sqlite3.register_adapter(SearchTerms, to_fts5_expression)


@compiles(CreateSearchIndex, "sqlite")
def _compile_create(_element: CreateSearchIndex, _compiler: DDLCompiler, **_kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    columns = ", ".join(SEARCH_COLUMNS)
    options = "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'"
    return f"CREATE VIRTUAL TABLE {_INDEX} USING fts5({columns}, {options})"


@compiles(OptimizeSearchIndex, "sqlite")
def _compile_optimize(_element: OptimizeSearchIndex, _compiler: SQLCompiler, **_kw: Any) -> str:  # noqa: ANN401 - as above
    # FTS5 writes a b-tree for every few thousand rows, and searches each of them.
    return f"INSERT INTO {_INDEX} ({_INDEX}) VALUES ('optimize')"  # noqa: S608 - a constant


@compiles(fts_match, "sqlite")
def _compile_match(element: fts_match, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    return f"{_INDEX} MATCH {compiler.process(element.clauses, **kw)}"


@compiles(fts_score, "sqlite")
def _compile_score(_element: fts_score, _compiler: SQLCompiler, **_kw: Any) -> str:  # noqa: ANN401 - as above
    weights = ", ".join(str(COLUMN_WEIGHTS[name]) for name in SEARCH_COLUMNS)
    return f"CAST(round(bm25({_INDEX}, {weights}) * -{SCORE_PRECISION}) AS INTEGER)"


@compiles(fts_snippet, "sqlite")
def _compile_snippet(_element: fts_snippet, _compiler: SQLCompiler, **_kw: Any) -> str:  # noqa: ANN401 - as above
    # Imported texts have no control characters, so these two can only be the markers.
    sql = f"snippet({_INDEX}, -1, char(2), char(3), '…', {SNIPPET_WORDS})"
    escapes = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "''": "&#39;"}
    for raw, escaped in escapes.items():
        sql = f"replace({sql}, '{raw}', '{escaped}')"
    return f"replace(replace({sql}, char(2), '<mark>'), char(3), '</mark>')"
