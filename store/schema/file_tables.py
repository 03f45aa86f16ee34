"""The tables of files that documents refer to, and of those that front matter attaches to them.

A file in the folder of documents is served while a document that is not hidden refers to it, an
author file does, or feeds show it as a picture of the site.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from newsgraph.store.schema.schedule_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = ["article_enclosure", "file_reference", "local_file", "metadata"]

local_file = Table(
    "local_file",
    metadata,
    Column(
        "root_id",
        Key,
        ForeignKey("root.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("path", Text, primary_key=True, comment="relative to the root, with /, without links"),
    Column(
        "href",
        Text,
        nullable=False,
        index=True,
        comment="digest and name, as in URLs",
    ),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Key, nullable=False, comment="in bytes"),
    Column("width", Key, comment="of a picture in pixels, if it is known"),
    Column("height", Key),
    Column("modified_ns", Key, nullable=False, comment="when the file was modified, in ns"),
    sqlite_with_rowid=False,
)

file_reference = Table(
    "file_reference",
    metadata,
    Column(
        "document_id",
        Key,
        ForeignKey("document.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False, comment="relative, as the document has it"),
    Column("href", Text, index=True, comment="of the file that it meant; NULL if there was none"),
    comment="the files that a document refers to, also those that do not exist",
    sqlite_with_rowid=False,
)

article_enclosure = Table(
    "article_enclosure",
    metadata,
    Column(
        "article_id",
        Key,
        ForeignKey("article.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Key, comment="in bytes, if it is known"),
    comment="the files that front matter attaches to an article",
    sqlite_with_rowid=False,
)
