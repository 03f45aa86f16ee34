"""Simulated feed readers: their subscriptions, and the times and conditions of their requests.

Everything derives from a seed, so that two runs have the same readers.
"""

from __future__ import annotations

import heapq
import itertools
import random
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DAY = 86_400.0
MAX_FEEDS = 12
"""Maximum number of a reader's feeds; half of all readers have one or two."""

INTERVAL_SHARES = {1_800.0: 0.2, 3_600.0: 0.5, 10_800.0: 0.2, 43_200.0: 0.1}
"""By polling interval in seconds, the share of readers with this interval."""

_ZIPF = 1.0
_SEED = 20_260_101


class RequestKind(Enum):
    """The headers that a reader sends."""

    ETAG_GZIP = "If-None-Match, gzip"
    ETAG_PLAIN = "If-None-Match"
    ETAG_BROTLI = "If-None-Match, br or gzip"
    ETAG_DELTA = "If-None-Match, If-Modified-Since, A-IM: feed, gzip"
    DATE = "If-Modified-Since, gzip"


KIND_SHARES = {
    RequestKind.ETAG_GZIP: 0.35,
    RequestKind.ETAG_PLAIN: 0.15,
    RequestKind.ETAG_BROTLI: 0.20,
    RequestKind.ETAG_DELTA: 0.20,
    RequestKind.DATE: 0.10,
}
"""Share of the readers that send these headers."""

_KIND_HEADERS = {
    RequestKind.ETAG_GZIP: {"Accept-Encoding": "gzip"},
    RequestKind.ETAG_PLAIN: {},
    RequestKind.ETAG_BROTLI: {"Accept-Encoding": "br, gzip"},
    RequestKind.ETAG_DELTA: {"Accept-Encoding": "gzip", "A-IM": "feed"},
    RequestKind.DATE: {"Accept-Encoding": "gzip"},
}


@dataclass(slots=True)
class Subscription:
    """A reader's subscription to a feed.

    Attributes:
        path: path of the feed.
        kind: headers that the reader sends.
        first_poll: time of the first request, in seconds of the simulated day.
        interval: seconds between requests.
        etag, last_modified: headers of the last response; None before the first.
    """

    path: str
    kind: RequestKind
    first_poll: float
    interval: float
    etag: str | None = field(default=None)
    last_modified: str | None = field(default=None)

    def headers(self, *, conditional: bool = True) -> dict[str, str]:
        """Return the headers of the next request; if not conditional, those of the first."""
        headers = dict(_KIND_HEADERS[self.kind])
        if not conditional:
            # A delta needs a condition.
            headers.pop("A-IM", None)
            return headers
        if self.etag is not None and self.kind is not RequestKind.DATE:
            headers["If-None-Match"] = self.etag
        if self.last_modified is not None and self.kind in (
            RequestKind.DATE,
            RequestKind.ETAG_DELTA,
        ):
            headers["If-Modified-Since"] = self.last_modified
        return headers

    def store_validators(self, response_headers: Mapping[str, str]) -> None:
        """Store the validators of a response, also of a 304 (RFC 9110 section 15.4.5)."""
        self.etag = response_headers.get("etag", self.etag)
        self.last_modified = response_headers.get("last-modified", self.last_modified)


def create_subscriptions(feeds: Sequence[str], reader_count: int) -> list[Subscription]:
    """Subscribe readers to feeds.

    Args:
        feeds: paths, the most popular first; the numbers of readers follow Zipf's law.
        reader_count: number of readers.
    """
    generator = random.Random(_SEED)  # noqa: S311 - reproducible, not a secret
    popularity_weights = list(
        itertools.accumulate(rank**-_ZIPF for rank in range(1, len(feeds) + 1))
    )
    sizes = range(1, min(MAX_FEEDS, len(feeds)) + 1)
    size_weights = list(itertools.accumulate(1 / size for size in sizes))
    subscriptions = []
    for _ in range(reader_count):
        kind = generator.choices(list(KIND_SHARES), list(KIND_SHARES.values()))[0]
        interval = generator.choices(list(INTERVAL_SHARES), list(INTERVAL_SHARES.values()))[0]
        first_poll = generator.random() * interval
        feed_count = generator.choices(sizes, cum_weights=size_weights)[0]
        chosen = generator.choices(feeds, cum_weights=popularity_weights, k=feed_count)
        # A reader requests all its feeds at the same time.
        subscriptions += [
            Subscription(path, kind, first_poll, interval) for path in dict.fromkeys(chosen)
        ]
    return subscriptions


def schedule_polls(
    subscriptions: Sequence[Subscription], until: float = DAY
) -> Iterator[tuple[float, Subscription]]:
    """Yield the requests of a day in order, each with its second of the day."""
    queue = [(subscription.first_poll, index) for index, subscription in enumerate(subscriptions)]
    heapq.heapify(queue)
    while queue:
        due_at, index = queue[0]
        if due_at >= until:
            heapq.heappop(queue)
            continue
        yield due_at, subscriptions[index]
        heapq.heapreplace(queue, (due_at + subscriptions[index].interval, index))
