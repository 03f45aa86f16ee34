"""The tables that feeds need beside the archive's own: when each changed, and how topics end."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Table, Text, text

from newsgraph.store.schema.tables import Key, metadata

__all__ = ["feed", "feed_document", "metadata", "topic_alias", "topic_end"]

feed = Table(
    "feed",
    metadata,
    Column(
        "id",
        Key,
        primary_key=True,
        autoincrement=False,
        comment="a topic's or a provider's key, or that of `state`: the feed of everything",
    ),
    Column("revision", Key, nullable=False, comment="the last that changed what the feed shows"),
    Column("changed_at", Text, nullable=False, comment="when that was imported"),
    Column(
        "whole_revision",
        Key,
        nullable=False,
        server_default=text("0"),
        comment="the last that changed it otherwise than by articles that came or changed",
    ),
)

feed_document = Table(
    "feed_document",
    metadata,
    Column("sha256", Text, primary_key=True, comment="of the text, in hexadecimal"),
    Column("text", Text, nullable=False),
    Column("kept_at", Text, nullable=False),
    comment="GraphQL documents that feeds are made of, so that they outlive a restart",
)

topic_alias = Table(
    "topic_alias",
    metadata,
    Column("slug", Text, primary_key=True, comment="that the topic had before"),
    Column(
        "topic_id",
        Key,
        ForeignKey("topic.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        autoincrement=False,
        index=True,
    ),
)

topic_end = Table(
    "topic_end",
    metadata,
    Column(
        "topic_id",
        Key,
        ForeignKey("topic.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("notice", Text, comment="what its feeds tell until then"),
    Column("gone", Boolean, nullable=False, comment="whether its feeds have ended"),
    Column("since", Text, nullable=False, comment="the import that this was first said in"),
    comment="topics whose feeds end, or have ended",
)
