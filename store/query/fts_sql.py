"""Full-text search in SQL: matching articles, their scores and their snippets.

Search terms are parameters (`store.query.search_terms`). Each engine compiles the functions:
`store.engines.sqlite.fts5`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Text, literal_column, select
from sqlalchemy.sql.functions import FunctionElement

from newsgraph.store.schema.search_tables import article_text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

COLUMN_WEIGHTS: Final = {"title": 10, "excerpt": 4, "body": 1, "provider": 2, "topics": 4}
"""Weight of a match in each column of the index."""

SCORE_PRECISION: Final = 1_000_000_000
"""Scores are integers, in billionths, so that they are compared and printed exactly."""

SNIPPET_WORDS: Final = 24
"""Maximum length of a snippet, in words."""


class fts_match(FunctionElement[Any]):  # noqa: N801 - named like an SQL function
    """Whether a row of the index matches search terms."""

    # Not Boolean: SQLAlchemy would compare it with 1, which FTS5 does not support.
    type = BigInteger()
    inherit_cache = True


class fts_score(FunctionElement[int]):  # noqa: N801 - as above
    """The BM25 score of a matching row, in billionths; higher is better."""

    type = BigInteger()
    inherit_cache = True


class fts_snippet(FunctionElement[str]):  # noqa: N801 - as above
    """The words around the best match, as HTML: escaped, with matches in ``<mark>``."""

    type = Text()
    inherit_cache = True


def matching_ids(terms: ColumnElement[Any]) -> Select[Any]:
    """Return the keys of the matching articles."""
    return select(article_text.c.rowid).where(fts_match(terms))


def ranked_hits(terms: ColumnElement[Any]) -> Select[Any]:
    """Return ``id`` and ``score`` of the matching articles, unsorted."""
    hits = select(article_text.c.rowid.label("id"), fts_score().label("score")).where(
        fts_match(terms)
    )
    # FTS5 ranks only in a separate subquery; with a LIMIT, SQLite does not merge it into another.
    return hits.limit(literal_column("-1"))


def snippet(article: ColumnElement[int], terms: ColumnElement[Any]) -> Select[Any]:
    """Return the snippet of one matching article."""
    return (
        select(fts_snippet())
        .select_from(article_text)
        .where(fts_match(terms), article_text.c.rowid == article)
    )


def score(billionths: ColumnElement[int]) -> ColumnElement[Any]:
    """Return a score as clients see it, from billionths."""
    return billionths / literal_column(f"{SCORE_PRECISION}.0")
