"""The tables of the WebSub hub: subscriptions and pending deliveries.

A topic is stored as path and query relative to the site, so that a site may move. A tag is a feed's
strong ETag with its quotes: a subscriber whose tag differs from the topic's has a delivery pending.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from newsgraph.store.schema.feed_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = ["hub_claim", "hub_ping", "hub_request", "hub_subscription", "hub_topic", "metadata"]


def _subscription_key() -> Column[int]:
    return Column(
        "id",
        Key,
        primary_key=True,
        autoincrement=False,
        comment="digest of topic and callback: one row for each pair",
    )


hub_request = Table(
    "hub_request",
    metadata,
    _subscription_key(),
    Column("serial", Text, nullable=False, comment="random: distinguishes successive requests"),
    Column("mode", Text, nullable=False, comment="subscribe, unsubscribe or denied"),
    Column("topic", Text, nullable=False),
    Column("topic_url", Text, nullable=False, comment="the topic URL as requested"),
    Column("callback", Text, nullable=False),
    Column("host", Text, nullable=False, comment="the callback's host"),
    Column("secret", Text),
    Column("lease_seconds", Integer, nullable=False),
    Column("reason", Text, comment="the reason for a denial"),
    Column("failures", Integer, nullable=False),
    Column("due_at", Text, nullable=False, comment="when to call the callback next"),
    comment="requests that are not verified yet",
)
Index(None, hub_request.c.due_at)

hub_subscription = Table(
    "hub_subscription",
    metadata,
    _subscription_key(),
    Column("topic", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("host", Text, nullable=False, comment="the callback's host"),
    Column("secret", Text),
    Column("expires_at", Text, nullable=False),
    Column("tag", Text, nullable=False, comment="ETag of the last content delivered, or given up"),
    Column("failures", Integer, nullable=False, comment="failures since the last delivery"),
    Column("retry_at", Text, comment="no attempt before this time"),
    Column("failing_tag", Text, comment="ETag of the content that could not be delivered"),
    Column("failing_since", Text, comment="time of its first failure"),
)
Index(None, hub_subscription.c.topic)
Index(None, hub_subscription.c.host)
Index(None, hub_subscription.c.expires_at)

hub_topic = Table(
    "hub_topic",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("tag", Text, comment="the newest known ETag; null if there is no such feed now"),
    comment="feeds with subscribers",
)

hub_claim = Table(
    "hub_claim",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("holder", Text, nullable=False, comment="random id of a process"),
    Column("until", Text, nullable=False),
    comment="the process that delivers",
)

hub_ping = Table(
    "hub_ping",
    metadata,
    Column("hub", Text, primary_key=True, comment="URL of an external hub"),
    Column("revision", Key, nullable=False, comment="the last revision that it was notified of"),
)
