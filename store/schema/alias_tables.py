"""The table of other addresses of articles' pages, which lead to their pages here."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text

from newsgraph.store.schema.author_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = ["article_alias", "metadata"]

article_alias = Table(
    "article_alias",
    metadata,
    Column(
        "path",
        Text,
        primary_key=True,
        comment="below the site's base URL, as `store.documents.aliases` normalizes it",
    ),
    Column(
        "article_id",
        Key,
        ForeignKey("article.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "published_at", Text, nullable=False, comment="the article's: a path leads to the newest"
    ),
    Column("is_derived", Boolean, nullable=False, comment="whether the document does not state it"),
    sqlite_with_rowid=False,
)
Index(None, article_alias.c.article_id)
