"""Builds requests and limits for tests."""

from __future__ import annotations

from newsgraph.store.websub.models import Capacity, InProgress, SubscriptionRequest

SECRET = "séc ret\0"  # noqa: S105 - a secret of tests only
TOPIC = "/feeds/all.rss"
NONE_IN_PROGRESS = InProgress()
CAPACITY = Capacity(max_total=100, max_per_host=10)


def make_request(callback="https://reader.example/1", **fields):
    """Return a request to subscribe."""
    defaults = {
        "mode": "subscribe",
        "topic": TOPIC,
        "topic_url": f"https://news.example{TOPIC}",
        "callback": callback,
        "host": callback.split("/")[2],
        "secret": None,
        "lease_seconds": 600,
        "serial": "one",
    }
    return SubscriptionRequest(**defaults | fields)
