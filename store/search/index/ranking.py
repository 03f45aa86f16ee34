"""Sorts what a search has found, and cuts pages out of it. Pure.

Articles with all terms in the title come first, then those with some, then those with none; within
these levels the newest are first. So the order depends on the articles and the search alone, not on
how the index is cut into segments.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, NamedTuple

from pyroaring import BitMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsgraph.store.search.index.segment import SegmentArticles


class Hit(NamedTuple):
    """An article that a search has found.

    Attributes:
        level: 0 if its title has all terms, 1 if it has some, 2 if it has none.
        date_order: its order by date.
        key: its key.
    """

    level: int
    date_order: bytes
    key: int


@dataclass(frozen=True, slots=True)
class SegmentHits:
    """What a search has found in a segment.

    Attributes:
        articles: the segment's articles.
        levels: numbers of the articles by level.
    """

    articles: SegmentArticles
    levels: Sequence[BitMap]


def split_levels(matches: BitMap, in_title: Sequence[BitMap]) -> tuple[BitMap, BitMap, BitMap]:
    """Split articles by level.

    Args:
        matches: numbers of the articles that were found.
        in_title: for each term that was searched for, the numbers of the articles that have it in
            the title.
    """
    with_all = reduce(and_, in_title, matches)
    with_some = (reduce(or_, in_title, BitMap()) & matches) - with_all
    return with_all, with_some, matches - with_all - with_some


def iter_hits(segments: Iterable[SegmentHits]) -> Iterator[Hit]:
    """Yield all hits, in any order."""
    for segment in segments:
        orders, keys = segment.articles.date_order_of, segment.articles.key_of
        for level, numbers in enumerate(segment.levels):
            for number in numbers:
                yield Hit(level, orders[number], keys[number])


def newest_hits(segments: Iterable[SegmentHits], count: int, after: Hit | None = None) -> list[Hit]:
    """Return the best hits, or the first ones after another.

    Args:
        segments: the hits of all segments.
        count: maximum number of hits.
        after: only hits after this one, which need not be there any more; None for all.
    """
    return _hits(segments, count, after, is_backward=False)


def oldest_hits(
    segments: Iterable[SegmentHits], count: int, before: Hit | None = None
) -> list[Hit]:
    """Return the last hits, or the last ones before another, the best first.

    Args:
        segments: the hits of all segments.
        count: maximum number of hits.
        before: only hits before this one, which need not be there any more; None for all.
    """
    return _hits(segments, count, before, is_backward=True)[::-1]


def _hits(
    segments: Iterable[SegmentHits], count: int, beyond: Hit | None, *, is_backward: bool
) -> list[Hit]:
    """Return hits from one end, or beyond a hit as seen from there."""
    segments, hits = list(segments), list[Hit]()
    levels = (2, 1, 0) if is_backward else (0, 1, 2)
    for level in levels:
        if beyond is not None and levels.index(level) < levels.index(beyond.level):
            continue
        of_level: list[Hit] = []
        for segment in segments:
            numbers = segment.levels[level]
            if beyond is not None and beyond.level == level and numbers:
                numbers = numbers & _numbers_beyond(segment.articles, beyond, is_backward)
            if not numbers:
                continue
            rest = max(0, len(numbers) - count)
            nearest = numbers[:count] if is_backward else numbers[rest:]
            orders, keys = segment.articles.date_order_of, segment.articles.key_of
            of_level += [Hit(level, orders[number], keys[number]) for number in nearest]
        of_level.sort(key=_ascending, reverse=not is_backward)
        hits += of_level[: count - len(hits)]
        if len(hits) == count:
            break
    return hits


def _ascending(hit: Hit) -> tuple[bytes, int]:
    return hit.date_order, -hit.key


def _numbers_beyond(articles: SegmentArticles, hit: Hit, is_backward: bool) -> BitMap:
    """Return the numbers of the articles that are newer than a hit if backward, else older."""
    orders, keys = articles.date_order_of, articles.key_of

    def order(number: int) -> tuple[bytes, int]:
        return orders[number], -keys[number]

    numbers = range(len(orders))
    if is_backward:
        return BitMap(range(bisect_right(numbers, _ascending(hit), key=order), len(orders)))
    return BitMap(range(bisect_left(numbers, _ascending(hit), key=order)))
