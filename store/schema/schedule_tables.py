"""The tables of documents that appear or go at their time, and of processes with a lease."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from newsgraph.store.schema.feed_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = ["leader_lease", "metadata", "scheduled_document"]

scheduled_document = Table(
    "scheduled_document",
    metadata,
    Column(
        "document_id",
        Key,
        ForeignKey("document.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("changes_at", Text, nullable=False, comment="when it appears or goes next"),
    Column("visible_from", Text, comment="when it appears; null if it has always been visible"),
    Column("visible_until", Text, comment="when it goes; null if it stays"),
    Column("contents", Text, nullable=False, comment="its parsed contents as JSON, never served"),
    comment="documents that appear or go at a time in the future",
)
Index(None, scheduled_document.c.changes_at)

leader_lease = Table(
    "leader_lease",
    metadata,
    Column("name", Text, primary_key=True, comment="the work that the holder does"),
    Column("holder", Text, nullable=False, comment="random id of a process"),
    Column("expires_at", Text, nullable=False),
    comment="the processes that do background work, of several",
)
