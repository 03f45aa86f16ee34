"""Compiles the constructs of `store.query.fts_sql` to FTS5 (https://www.sqlite.org/fts5.html)."""

from __future__ import annotations

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
from newsgraph.store.schema.tables import SEARCH_COLUMNS, article_text

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

_INDEX: Final = article_text.name


@compiles(fts_match, "sqlite")
def _compile_match(element: fts_match, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
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
