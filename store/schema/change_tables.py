"""The tables of the change log, and of the topics and providers that articles left."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from newsgraph.store.schema.tables import Key, metadata

__all__ = ["change", "departure", "metadata"]

change = Table(
    "change",
    metadata,
    Column("revision", Key, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("entity", Text, nullable=False, comment="Article, Provider or Topic"),
    Column("entity_id", Key, nullable=False),
    Column("node_id", Text, nullable=False),
    Column("deleted", Boolean, nullable=False),
    UniqueConstraint("entity_id", "entity"),
    comment="the last change of every node that exists or existed",
    sqlite_with_rowid=False,
)
Index("ix_change_deleted", change.c.revision, sqlite_where=change.c.deleted)

departure = Table(
    "departure",
    metadata,
    Column("article_id", Key, primary_key=True, autoincrement=False),
    Column("owner_id", Key, primary_key=True, autoincrement=False),
    comment="topics and providers that an article has left",
    sqlite_with_rowid=False,
)
