"""The tables of feeds: when each last changed, and renamed or retired topics."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Table, Text, text

from newsgraph.store.schema.reference_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = ["feed", "metadata", "topic_alias", "topic_retirement"]

feed = Table(
    "feed",
    metadata,
    Column(
        "id",
        Key,
        primary_key=True,
        autoincrement=False,
        comment="a topic's or provider's key; `state`'s key for the feed of all articles",
    ),
    Column(
        "revision", Key, nullable=False, comment="the last revision that changed the feed's content"
    ),
    Column("changed_at", Text, nullable=False, comment="the import time of that revision"),
    Column(
        "full_revision",
        Key,
        nullable=False,
        server_default=text("0"),
        comment="the last revision whose change was more than new or changed articles",
    ),
)

topic_alias = Table(
    "topic_alias",
    metadata,
    Column("slug", Text, primary_key=True, comment="a former slug of the topic"),
    Column(
        "topic_id",
        Key,
        ForeignKey("topic.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        autoincrement=False,
        index=True,
    ),
)

topic_retirement = Table(
    "topic_retirement",
    metadata,
    Column(
        "topic_id",
        Key,
        ForeignKey("topic.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("notice", Text, comment="the notice in its feeds until then"),
    Column("gone", Boolean, nullable=False, comment="whether its feeds answer 410 Gone"),
    Column("since", Text, nullable=False, comment="time of the import that announced it first"),
    comment="topics whose feeds are being retired, or are retired",
)
