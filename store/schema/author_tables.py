"""The tables of authors: those in author files, those of articles, and who they are.

Feeds and pages of authors read `author`; an article shows what `article_author` has.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from newsgraph.store.schema.change_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = ["article_author", "author", "author_entry", "metadata"]

author_entry = Table(
    "author_entry",
    metadata,
    Column(
        "root_id",
        Key,
        ForeignKey("root.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("key", Text, primary_key=True, comment="what documents call the author"),
    Column("path", Text, nullable=False, comment="the author file, relative to the root"),
    Column("name", Text),
    Column("url", Text),
    Column("image", Text),
    Column("description", Text),
    comment="the authors in the author files of a root, such as _data/authors.yml",
    sqlite_with_rowid=False,
)

author = Table(
    "author",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=False),
    Column("node_id", Text, nullable=False),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("url", Text),
    Column("image", Text, comment="URL of a picture"),
    Column("description", Text),
    Column("href", Text, nullable=False, comment="the slug, percent-encoded for a URL"),
    Column("article_count", Integer, nullable=False),
    comment="who wrote at least one article",
)

article_author = Table(
    "article_author",
    metadata,
    Column(
        "article_id",
        Key,
        ForeignKey("article.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
        autoincrement=False,
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column(
        "author_id",
        Key,
        ForeignKey("author.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        autoincrement=False,
    ),
    Column("name", Text, nullable=False, comment="as the article shows it"),
    Column("url", Text),
    Column("image", Text, comment="URL of a picture"),
    Column("date_order", Text, nullable=False, comment="the article's, for the index"),
    comment="derived from `author_mentions` of the article and from `author_entry`",
    sqlite_with_rowid=False,
)
Index(
    None,
    article_author.c.author_id,
    article_author.c.date_order.desc(),
    article_author.c.article_id,
)
