"""Requests and subscriptions as tests want them."""

from __future__ import annotations

from newsgraph.store.websub.values import Request, Room, Taken

SECRET = "séc ret\0"  # noqa: S105 - of nobody
TOPIC = "/feeds/all.rss"
NOTHING = Taken()
ROOM = Room(most=100, most_per_host=10)


def asked(callback="https://reader.example/1", **other):
    """A request to subscribe."""
    said = {
        "mode": "subscribe",
        "topic": TOPIC,
        "topic_url": f"https://news.example{TOPIC}",
        "callback": callback,
        "host": callback.split("/")[2],
        "secret": None,
        "lease_seconds": 600,
        "serial": "one",
    }
    return Request(**said | other)
