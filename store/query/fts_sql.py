"""Full-text search in SQL: which articles match, how well, and where.

`store.query.fts_query` makes the expressions. SQLite's FTS5 answers them; another
database is another `compiles`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Text, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.sql.compiler import SQLCompiler

WEIGHTS: Final = {"title": 10, "excerpt": 4, "body": 1, "provider": 2, "topics": 4}
"""What a word is worth in each column of the index."""

_PRECISION: Final = 1_000_000_000
"""Scores are kept as whole numbers of billionths: they compare, and write, exactly."""

SNIPPET_WORDS: Final = 24

_INDEX: Final = t.article_text.name
_TEXT = t.article_text


class _matching(FunctionElement[Any]):  # noqa: N801 - as SQL's functions are named
    """Whether a row of the index matches an expression."""

    # No Boolean: SQLAlchemy would compare it with 1, and FTS5 does not answer that.
    type = BigInteger()
    inherit_cache = True


@compiles(_matching, "sqlite")
def _matching_in_sqlite(element: _matching, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    return f"{_INDEX} MATCH {compiler.process(element.clauses, **kw)}"


class _score(FunctionElement[int]):  # noqa: N801 - as above
    """How well the row matches, in billionths; more is better (BM25)."""

    type = BigInteger()
    inherit_cache = True


@compiles(_score, "sqlite")
def _score_in_sqlite(_element: _score, _compiler: SQLCompiler, **_kw: Any) -> str:  # noqa: ANN401 - as above
    weights = ", ".join(str(WEIGHTS[name]) for name in t.SEARCHED)
    return f"CAST(round(bm25({_INDEX}, {weights}) * -{_PRECISION}) AS INTEGER)"


class _snippet(FunctionElement[str]):  # noqa: N801 - as above
    """The words around the best match, as HTML: text escaped, matches in ``<mark>``."""

    type = Text()
    inherit_cache = True


@compiles(_snippet, "sqlite")
def _snippet_in_sqlite(_element: _snippet, _compiler: SQLCompiler, **_kw: Any) -> str:  # noqa: ANN401 - as above
    # No text of ours has control characters, so these two can only be the markers.
    sql = f"snippet({_INDEX}, -1, char(2), char(3), '…', {SNIPPET_WORDS})"
    escapes = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "''": "&#39;"}
    for raw, escaped in escapes.items():
        sql = f"replace({sql}, '{raw}', '{escaped}')"
    return f"replace(replace({sql}, char(2), '<mark>'), char(3), '</mark>')"


def matches(expression: ColumnElement[str]) -> Select[Any]:
    """Return the keys of the articles that match."""
    return select(_TEXT.c.rowid).where(_matching(expression))


def hits(expression: ColumnElement[str]) -> Select[Any]:
    """Return ``id`` and ``score`` of the articles that match, in no order."""
    found = select(_TEXT.c.rowid.label("id"), _score().label("score")).where(_matching(expression))
    # FTS5 ranks only in a query of its own, and a limit keeps SQLite from merging it with others.
    return found.limit(literal_column("-1"))


def snippet(article: ColumnElement[int], expression: ColumnElement[str]) -> Select[Any]:
    """Return the snippet of one article that matches."""
    return (
        select(_snippet()).select_from(_TEXT).where(_matching(expression), _TEXT.c.rowid == article)
    )


def score(billionths: ColumnElement[int]) -> ColumnElement[Any]:
    """Return a hit's score as clients see it."""
    return billionths / literal_column(f"{_PRECISION}.0")
