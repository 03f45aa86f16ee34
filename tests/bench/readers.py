"""Simulated feed readers: what each is subscribed to, when it asks, and with what conditions.

All of it follows from a seed, so that the same readers can be let loose on the same feeds twice.
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
MOST_FEEDS = 12
"""Feeds of one reader; half of all readers have one or two."""

INTERVALS = {1_800.0: 0.2, 3_600.0: 0.5, 10_800.0: 0.2, 43_200.0: 0.1}
"""Seconds from one visit to the next, and the share of readers that wait so long."""

_ZIPF = 1.0
_SEED = 20_260_101


class Kind(Enum):
    """A way of asking: what the request says besides its conditions."""

    TAG_GZIP = "If-None-Match, gzip"
    TAG_PLAIN = "If-None-Match"
    TAG_BROTLI = "If-None-Match, br or gzip"
    TAG_DELTA = "If-None-Match, If-Modified-Since, A-IM: feed, gzip"
    DATE = "If-Modified-Since, gzip"


SHARES = {
    Kind.TAG_GZIP: 0.35,
    Kind.TAG_PLAIN: 0.15,
    Kind.TAG_BROTLI: 0.20,
    Kind.TAG_DELTA: 0.20,
    Kind.DATE: 0.10,
}
"""How many of the readers ask how."""

_SAID = {
    Kind.TAG_GZIP: {"Accept-Encoding": "gzip"},
    Kind.TAG_PLAIN: {},
    Kind.TAG_BROTLI: {"Accept-Encoding": "br, gzip"},
    Kind.TAG_DELTA: {"Accept-Encoding": "gzip", "A-IM": "feed"},
    Kind.DATE: {"Accept-Encoding": "gzip"},
}


@dataclass(slots=True)
class Subscription:
    """One reader's of one feed.

    Attributes:
        path: of the feed.
        kind: how the reader asks.
        first: when it asks first, in seconds of the simulated day.
        every: seconds until it asks again.
        tag, date: the ETag and Last-Modified of the last answer, None before it.
    """

    path: str
    kind: Kind
    first: float
    every: float
    tag: str | None = field(default=None)
    date: str | None = field(default=None)

    def headers(self, *, conditional: bool = True) -> dict[str, str]:
        """Return what it asks with now; without conditions it asks as at its first visit."""
        said = dict(_SAID[self.kind])
        if not conditional:
            # Only news was asked for on top of what it has.
            said.pop("A-IM", None)
            return said
        if self.tag is not None and self.kind is not Kind.DATE:
            said["If-None-Match"] = self.tag
        if self.date is not None and self.kind in (Kind.DATE, Kind.TAG_DELTA):
            said["If-Modified-Since"] = self.date
        return said

    def answered(self, headers: Mapping[str, str]) -> None:
        """Remember the validators of an answer, a 304 as well (RFC 9110 section 15.4.5)."""
        self.tag = headers.get("etag", self.tag)
        self.date = headers.get("last-modified", self.date)


def subscriptions(feeds: Sequence[str], readers: int) -> list[Subscription]:
    """Subscribe readers to feeds.

    Args:
        feeds: paths, the most popular first: a feed's readers follow Zipf's law.
        readers: how many.
    """
    chance = random.Random(_SEED)  # noqa: S311 - the same each time, no secret
    popular = list(itertools.accumulate(rank**-_ZIPF for rank in range(1, len(feeds) + 1)))
    sizes = range(1, min(MOST_FEEDS, len(feeds)) + 1)
    many = list(itertools.accumulate(1 / size for size in sizes))
    found = []
    for _ in range(readers):
        kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
        every = chance.choices(list(INTERVALS), list(INTERVALS.values()))[0]
        first = chance.random() * every
        wanted = chance.choices(sizes, cum_weights=many)[0]
        drawn = chance.choices(feeds, cum_weights=popular, k=wanted)
        # A reader asks for all its feeds in one go.
        found += [Subscription(path, kind, first, every) for path in dict.fromkeys(drawn)]
    return found


def polls(some: Sequence[Subscription], until: float = DAY) -> Iterator[tuple[float, Subscription]]:
    """Return all visits of a day in their order, each with its second of the day."""
    waiting = [(one.first, place) for place, one in enumerate(some)]
    heapq.heapify(waiting)
    while waiting:
        when, place = waiting[0]
        if when >= until:
            heapq.heappop(waiting)
            continue
        yield when, some[place]
        heapq.heapreplace(waiting, (when + some[place].every, place))
