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
        is_in_text: whether its excerpt or its body has a term.
    """

    level: int
    date_order: bytes
    key: int
    is_in_text: bool = True


@dataclass(frozen=True, slots=True)
class SegmentHits:
    """What a search has found in a segment.

    Attributes:
        articles: the segment's articles.
        levels: numbers of the articles by level.
        in_text: numbers of articles, also of others, with a term in the excerpt or the body.
    """

    articles: SegmentArticles
    levels: Sequence[BitMap]
    in_text: BitMap

    @property
    def numbers(self) -> BitMap:
        """Numbers of all articles that were found."""
        return BitMap.union(*self.levels)

    def level_of(self, number: int) -> int:
        """Return the level of an article that was found."""
        return next(level for level, numbers in enumerate(self.levels) if number in numbers)

    def within(self, numbers: BitMap) -> SegmentHits:
        """Return only those that are among some articles."""
        levels = [level & numbers for level in self.levels]
        return SegmentHits(self.articles, levels, self.in_text)


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


def first_hits(
    segments: Iterable[SegmentHits],
    count: int,
    after: Hit | None = None,
    *,
    is_by_date: bool = False,
) -> list[Hit]:
    """Return the best hits, or the first ones after another.

    Args:
        segments: the hits of all segments.
        count: maximum number of hits.
        after: only hits after this one, which need not be there any more; None for all.
        is_by_date: whether the newest hits come first, whatever their level.
    """
    return _hits(segments, count, after, is_backward=False, is_by_date=is_by_date)


def last_hits(
    segments: Iterable[SegmentHits],
    count: int,
    before: Hit | None = None,
    *,
    is_by_date: bool = False,
) -> list[Hit]:
    """Return the last hits, or the last ones before another, the best first.

    Args:
        segments: the hits of all segments.
        count: maximum number of hits.
        before: only hits before this one, which need not be there any more; None for all.
        is_by_date: as for `first_hits`.
    """
    return _hits(segments, count, before, is_backward=True, is_by_date=is_by_date)[::-1]


def _hits(
    segments: Iterable[SegmentHits],
    count: int,
    beyond: Hit | None,
    *,
    is_backward: bool,
    is_by_date: bool,
) -> list[Hit]:
    """Return hits from one end, or beyond a hit as seen from there."""
    segments, hits = list(segments), list[Hit]()
    groups: tuple[tuple[int, ...], ...] = ((0, 1, 2),) if is_by_date else ((0,), (1,), (2,))
    for levels in reversed(groups) if is_backward else groups:
        is_in_group = beyond is not None and (is_by_date or beyond.level in levels)
        if beyond is not None and not is_in_group and (beyond.level < levels[0]) == is_backward:
            continue
        of_group: list[Hit] = []
        for segment in segments:
            of_group += _nearest(
                segment, levels, count, beyond if is_in_group else None, is_backward
            )
        of_group.sort(key=_ascending, reverse=not is_backward)
        hits += of_group[: count - len(hits)]
        if len(hits) == count:
            break
    return hits


def _nearest(
    segment: SegmentHits, levels: Sequence[int], count: int, beyond: Hit | None, is_backward: bool
) -> Iterator[Hit]:
    """Yield the hits of some levels that are nearest to one end, or to a hit."""
    numbers = segment.levels[levels[0]] if len(levels) == 1 else segment.numbers
    if not numbers:
        return
    if beyond is not None:
        numbers = numbers & _numbers_beyond(segment.articles, beyond, is_backward)
    rest = max(0, len(numbers) - count)
    articles, in_text = segment.articles, segment.in_text
    orders, keys = articles.date_order_of, articles.key_of
    for number in numbers[:count] if is_backward else numbers[rest:]:
        level = levels[0] if len(levels) == 1 else segment.level_of(number)
        yield Hit(level, orders[number], keys[number], number in in_text)


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
