"""The tables of the WebSub hub: who gets which feed pushed, and what is still owed to whom.

A topic is kept as its path and query below the site, so that a site may move. A tag is a feed's
strong ETag with its quotes: what a subscriber is owed is a tag that differs from its own.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from newsgraph.store.schema.feed_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = ["hub_claim", "hub_ping", "hub_request", "hub_subscription", "hub_topic", "metadata"]


def _pair() -> Column[int]:
    return Column(
        "id",
        Key,
        primary_key=True,
        autoincrement=False,
        comment="of topic and callback: there is one for each pair",
    )


hub_request = Table(
    "hub_request",
    metadata,
    _pair(),
    Column("serial", Text, nullable=False, comment="random: tells a request from the one before"),
    Column("mode", Text, nullable=False, comment="subscribe, unsubscribe or denied"),
    Column("topic", Text, nullable=False),
    Column("topic_url", Text, nullable=False, comment="the topic as it was asked for"),
    Column("callback", Text, nullable=False),
    Column("host", Text, nullable=False, comment="the callback's"),
    Column("secret", Text),
    Column("lease_seconds", Integer, nullable=False),
    Column("reason", Text, comment="why it is denied"),
    Column("failures", Integer, nullable=False),
    Column("due_at", Text, nullable=False, comment="when the callback is to be asked"),
    comment="what has been asked for and is not verified yet",
)
Index(None, hub_request.c.due_at)

hub_subscription = Table(
    "hub_subscription",
    metadata,
    _pair(),
    Column("topic", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("host", Text, nullable=False, comment="the callback's"),
    Column("secret", Text),
    Column("expires_at", Text, nullable=False),
    Column("tag", Text, nullable=False, comment="of what was given last, or given up"),
    Column("failures", Integer, nullable=False, comment="since something was given"),
    Column("retry_at", Text, comment="nothing is tried before"),
    Column("failing_tag", Text, comment="of what could not be given"),
    Column("failing_since", Text, comment="when that first failed"),
)
Index(None, hub_subscription.c.topic)
Index(None, hub_subscription.c.host)
Index(None, hub_subscription.c.expires_at)

hub_topic = Table(
    "hub_topic",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("tag", Text, comment="the newest known; null where there is no such feed just now"),
    comment="the feeds that have subscribers",
)

hub_claim = Table(
    "hub_claim",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("holder", Text, nullable=False, comment="random: a process"),
    Column("until", Text, nullable=False),
    comment="which of several processes delivers",
)

hub_ping = Table(
    "hub_ping",
    metadata,
    Column("hub", Text, primary_key=True, comment="a hub elsewhere"),
    Column("revision", Key, nullable=False, comment="the last that it has been told of"),
)
