"""The tables of the WebSub hub: subscriptions and pending deliveries.

A topic is stored as path and query relative to the site, so that a site may move. ETags are strong
ones of feeds, with their quotes: where a subscription's differs from its topic's, a delivery is
pending.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from newsgraph.store.schema.file_tables import metadata
from newsgraph.store.schema.tables import Key

__all__ = [
    "external_hub",
    "hub_request",
    "hub_subscription",
    "hub_topic",
    "metadata",
]


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
    Column("verify_token", Text, comment="to repeat in the verification request"),
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
    Column("etag", Text, nullable=False, comment="ETag of the last content delivered, or given up"),
    Column("failures", Integer, nullable=False, comment="failures since the last delivery"),
    Column("retry_at", Text, comment="no attempt before this time"),
    Column("failing_etag", Text, comment="ETag of the content that could not be delivered"),
    Column("failing_since", Text, comment="time of its first failure"),
)
Index(None, hub_subscription.c.topic)
Index(None, hub_subscription.c.host)
Index(None, hub_subscription.c.expires_at)

hub_topic = Table(
    "hub_topic",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("etag", Text, comment="the newest known ETag; null if there is no such feed now"),
    comment="feeds with subscribers",
)

external_hub = Table(
    "external_hub",
    metadata,
    Column("url", Text, primary_key=True),
    Column("notified_revision", Key, nullable=False, comment="the last that it was notified of"),
)
