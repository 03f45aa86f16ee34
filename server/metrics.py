"""What a server tells Prometheus. It counts; it says nothing of who asks for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from collections.abc import Callable

METRICS_TYPE = CONTENT_TYPE_PLAIN_0_0_4

HIT, MISS, PASSED = "hit", "miss", "none"
"""Whether an answer was kept, could have been, or is none that is ever kept."""

KINDS = {
    "": "page",
    "articles": "page",
    "diagnostics": "page",
    "favicon.ico": "static",
    "feeds": "feed",
    "feeds.opml": "feed",
    "graphql": "graph",
    "healthz": "probe",
    "hub": "hub",
    "metrics": "probe",
    "opensearch.xml": "page",
    "providers": "page",
    "readyz": "probe",
    "robots.txt": "static",
    "schema.graphql": "schema",
    "search": "page",
    "sitemap.xml": "sitemap",
    "static": "static",
    "topics": "page",
}

SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def kind_of(path: str) -> str:
    """Return what a path is an address of; names in it make no difference."""
    first = path[1:].partition("/")[0]
    return KINDS.get(first) or ("sitemap" if first.startswith("sitemap-") else "other")


class Metrics:
    """The counts of one process, and with a folder those of all that share it."""

    def __init__(self, folder: str | None = None) -> None:
        """Args: folder: where several processes keep their counts; None for one alone."""
        own = CollectorRegistry()
        self._told = own
        if folder is not None:
            self._told = CollectorRegistry()
            MultiProcessCollector(self._told, folder)  # type: ignore[no-untyped-call]
        self._seconds = Histogram(
            "newsgraph_request_seconds",
            "Seconds until an answer was handed over; of a stream, until it began",
            ("kind", "status", "cache"),
            registry=own,
            buckets=SECONDS,
        )
        self._observe: dict[tuple[str, int, str], Callable[[float], None]] = {}
        self._evicted = Counter(
            "newsgraph_response_cache_evictions", "Answers that went to make room", registry=own
        )
        self._rendered = Counter(
            "newsgraph_feeds_rendered", "Feeds that were rendered from the store", registry=own
        )
        self._bytes = Gauge(
            "newsgraph_response_cache_bytes",
            "Memory of kept answers",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._answers = Gauge(
            "newsgraph_response_cache_answers",
            "Kept answers, each with all its content codings",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._revision = Gauge(
            "newsgraph_store_revision",
            "The store's revision: one more with each import that changed anything",
            registry=own,
            multiprocess_mode="livemax",
        )
        self._subscriptions = Counter(
            "newsgraph_hub_subscriptions",
            "What became of requests to the hub and of subscriptions",
            ("event",),
            registry=own,
        )
        self._deliveries = Counter(
            "newsgraph_hub_deliveries",
            "What became of contents on their way to subscribers, and of pings to another hub",
            ("outcome",),
            registry=own,
        )

    def answered(self, kind: str, status: int, cache: str, seconds: float) -> None:
        """Count an answer."""
        labels = kind, status, cache
        observe = self._observe.get(labels)
        if observe is None:
            observe = self._observe[labels] = self._seconds.labels(*labels).observe
        observe(seconds)

    def rendered(self) -> None:
        """Count a feed that was rendered."""
        self._rendered.inc()

    def evicted(self) -> None:
        """Count a kept answer that went."""
        self._evicted.inc()

    def kept(self, answers: int, size: int) -> None:
        """Note how many answers are kept, and their bytes."""
        self._answers.set(answers)
        self._bytes.set(size)

    def stands_at(self, revision: int) -> None:
        """Note the store's revision."""
        self._revision.set(revision)

    def subscription(self, event: str, number: int = 1) -> None:
        """Count what became of a request to the hub, or of a subscription.

        Args:
            event: ``subscribed``, ``unsubscribed``, ``denied``, ``not_confirmed`` or ``expired``.
            number: how many there are.
        """
        self._subscriptions.labels(event).inc(number)

    def delivery(self, outcome: str) -> None:
        """Count what became of a content or a ping on its way.

        Args:
            outcome: ``given``, ``failed``, ``given_up`` or ``gone``; ``pinged`` or ``ping_failed``.
        """
        self._deliveries.labels(outcome).inc()

    def text(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self._told)
