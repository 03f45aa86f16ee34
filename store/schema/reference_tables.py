"""The table of references: related items that name a document of the same root."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from newsgraph.store.schema.alias_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = ["article_reference", "metadata"]

article_reference = Table(
    "article_reference",
    metadata,
    Column(
        "article_id",
        Key,
        ForeignKey("article.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "position",
        Integer,
        primary_key=True,
        autoincrement=False,
        comment="among the article's related items, links included",
    ),
    Column("target", Text, nullable=False, comment="id, slug or path of a document, as written"),
    Column("link", Text, nullable=False, comment="JSON, what the item itself says of the story"),
    Column("line", Integer, nullable=False),
    Column("column", Integer, nullable=False),
    sqlite_with_rowid=False,
)
