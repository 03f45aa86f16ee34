"""Prometheus metrics of the server. No label contains a client or an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from collections.abc import Callable

METRICS_MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

HIT, MISS, NOT_CACHEABLE = "hit", "miss", "none"
"""Values of the label ``cache``: sent from the response cache, cacheable, or never cached."""

KIND_BY_FIRST_SEGMENT = {
    "": "page",
    "articles": "page",
    "diagnostics": "page",
    "favicon.ico": "static",
    "feeds": "feed",
    "feeds.opml": "feed",
    "files": "file",
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
    "subscribe": "page",
    "topics": "page",
}
"""Values of the label ``kind`` by the first segment of the URL path."""

DURATION_BUCKETS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Upper bounds of the histogram's buckets, in seconds."""


def resource_kind(path: str) -> str:
    """Return the kind of resource at a URL path; slugs and domains in it make no difference."""
    first = path[1:].partition("/")[0]
    return KIND_BY_FIRST_SEGMENT.get(first) or (
        "sitemap" if first.startswith("sitemap-") else "other"
    )


class Metrics:
    """The metrics of one process, or of all processes that share a folder."""

    def __init__(self, folder: str | None = None) -> None:
        """Register the metrics.

        Args:
            folder: folder in which several processes share their metrics; None for a single
                process.
        """
        registry = CollectorRegistry()
        self._exposed = registry
        if folder is not None:
            self._exposed = CollectorRegistry()
            MultiProcessCollector(self._exposed, folder)  # type: ignore[no-untyped-call]
        self._seconds = Histogram(
            "newsgraph_request_seconds",
            "Seconds until a response was sent; for a stream, until it started",
            ("kind", "status", "cache"),
            registry=registry,
            buckets=DURATION_BUCKETS,
        )
        self._observers: dict[tuple[str, int, str], Callable[[float], None]] = {}
        self._evictions = Counter(
            "newsgraph_response_cache_evictions",
            "Responses evicted from the response cache for lack of memory",
            registry=registry,
        )
        self._rendered_feeds = Counter(
            "newsgraph_feeds_rendered", "Feeds rendered from the store", registry=registry
        )
        self._cache_bytes = Gauge(
            "newsgraph_response_cache_bytes",
            "Memory of the cached responses",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._cached_responses = Gauge(
            "newsgraph_response_cache_answers",
            "Cached responses, each with all its content encodings",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._revision = Gauge(
            "newsgraph_store_revision",
            "The store's revision: one more with each import that changed anything",
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._subscriptions = Counter(
            "newsgraph_hub_subscriptions",
            "Outcomes of hub requests and of subscriptions",
            ("event",),
            registry=registry,
        )
        self._deliveries = Counter(
            "newsgraph_hub_deliveries",
            "Outcomes of content deliveries to subscribers, and of pings to an external hub",
            ("outcome",),
            registry=registry,
        )

    def observe_response(self, kind: str, status: int, cache_result: str, seconds: float) -> None:
        """Record a response.

        Args:
            kind: kind of resource, as `resource_kind` returns it.
            status: HTTP status code.
            cache_result: `HIT`, `MISS` or `NOT_CACHEABLE`.
            seconds: time from the request to the end of the response, or to a stream's start.
        """
        labels = kind, status, cache_result
        observe = self._observers.get(labels)
        if observe is None:
            observe = self._observers[labels] = self._seconds.labels(*labels).observe
        observe(seconds)

    def count_rendered_feed(self) -> None:
        """Count a feed that was rendered."""
        self._rendered_feeds.inc()

    def count_eviction(self) -> None:
        """Count a response that was evicted from the response cache."""
        self._evictions.inc()

    def set_cache_usage(self, responses: int, size: int) -> None:
        """Set the size of the response cache.

        Args:
            responses: number of cached responses.
            size: bytes of memory that they take.
        """
        self._cached_responses.set(responses)
        self._cache_bytes.set(size)

    def set_store_revision(self, revision: int) -> None:
        """Set the store's revision."""
        self._revision.set(revision)

    def count_subscription(self, event: str, count: int = 1) -> None:
        """Count outcomes of requests to the hub, or of subscriptions.

        Args:
            event: ``subscribed``, ``unsubscribed``, ``denied``, ``not_confirmed`` or ``expired``.
            count: number of requests or subscriptions.
        """
        self._subscriptions.labels(event).inc(count)

    def count_delivery(self, outcome: str) -> None:
        """Count the outcome of a content delivery or of a ping.

        Args:
            outcome: ``given``, ``failed``, ``given_up`` or ``gone``; ``pinged`` or ``ping_failed``.
        """
        self._deliveries.labels(outcome).inc()

    def render_text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self._exposed)
