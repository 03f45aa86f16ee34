"""Reads what is needed to find the articles that are like one of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, LargeBinary, bindparam, cast, select

from newsgraph.store.documents.html import html_to_text
from newsgraph.store.query.search_index import compile_query
from newsgraph.store.query.selection import MAX_SIMILAR_ARTICLES
from newsgraph.store.schema import tables as t
from newsgraph.store.search.index.features import words_of
from newsgraph.store.search.index.similarity import similar_articles

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Dialect

    from newsgraph.store.query.search_index import FetchRows, IndexReader


def find_similar(
    fetch_rows: FetchRows, index: IndexReader, dialect: Dialect, article: int
) -> list[int]:
    """Return the keys of the articles that are most like an article, the best first.

    Its translations are left out.

    Args:
        fetch_rows: runs a statement; all see the same snapshot.
        index: searches the index.
        dialect: the database's dialect.
        article: key of the article.
    """
    article_sql, translations_sql = _statements(dialect)
    for texts in fetch_rows(article_sql, (article,)):
        title, excerpt, body, language = (_decode(text) for text in texts)
        words = words_of(
            {"title": (title,), "text": (excerpt, html_to_text(body))}, language or None
        )
        readings = index.read_segments(fetch_rows, (word.terms for word in words))
        translations = [key for (key,) in fetch_rows(translations_sql, (article,))]
        return similar_articles(article, words, readings, translations, MAX_SIMILAR_ARTICLES)
    return []


def _decode(text: bytes | None) -> str:
    return (text or b"").decode()


@cache
def _statements(dialect: Dialect) -> tuple[str, str]:
    return compile_query(_article_query(), dialect), compile_query(_translations_query(), dialect)


def _article_query() -> Select[Any]:
    article = t.article.c
    texts = article.title, article.excerpt, article.body_html, article.language
    columns: list[ColumnElement[Any]] = [cast(text, LargeBinary) for text in texts]
    return select(*columns).where(article.id == bindparam("article", type_=BigInteger()))


def _translations_query() -> Select[Any]:
    """Return the statement that reads the keys of the translations of an article."""
    source, document = t.article.alias("source"), t.document.alias("source_document")
    other, translated = t.article.alias("other"), t.document.alias("translated")
    return (
        select(other.c.id)
        .select_from(source)
        .join(document, document.c.id == source.c.id)
        .join(translated, translated.c.translation_key == document.c.translation_key)
        .join(other, other.c.id == translated.c.id)
        .where(
            source.c.id == bindparam("article", type_=BigInteger()),
            other.c.language.is_distinct_from(source.c.language),
        )
    )
