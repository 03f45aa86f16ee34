"""Counts what a search has found by the values of an attribute or by time. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from newsgraph.store.search.index.ranking import SegmentHits
    from newsgraph.store.search.index.segment import SegmentArticles

_ATTRIBUTES: Final = {"topics": "topic", "providers": "provider", "types": "type"}
_PERIOD_LENGTHS: Final = {"publishedAt:DAY": 10, "publishedAt:MONTH": 7, "publishedAt:YEAR": 4}
"""Numbers of characters of a time that are the same within a period."""


def count_values(segments: Iterable[SegmentHits], facet: str, first: int) -> list[tuple[Any, int]]:
    """Return how many articles have each value, without values that none has.

    Args:
        segments: what was found.
        facet: name of the facet, as in `store.query.facets`.
        first: maximum number of values: the commonest, with all that are as common as the last of
            these; or the latest periods.
    """
    counts: Counter[Any] = Counter()
    for segment in segments:
        numbers = np.array(segment.numbers.to_array(), dtype=np.uint32)
        if length := _PERIOD_LENGTHS.get(facet):
            counts.update(_count_periods(numbers, segment.articles, length))
        else:
            column = segment.articles.columns.coded[_ATTRIBUTES[facet]]
            counts.update(column.count(numbers, len(segment.articles)))
    if facet in _PERIOD_LENGTHS:
        return sorted(counts.items(), reverse=True)[:first]
    common = counts.most_common(first)
    lowest = common[-1][1] if common else 0
    return [(value, count) for value, count in counts.items() if count >= lowest]


def _count_periods(
    numbers: NDArray[np.uint32], articles: SegmentArticles, length: int
) -> dict[str, int]:
    periods = articles.periods(length)
    # Articles of a period are next to each other, because numbers are in the order of time.
    bounds = np.searchsorted(numbers, [*periods.values(), len(articles)])
    counts = dict(zip(periods, np.diff(bounds).tolist(), strict=True))
    return {period: count for period, count in counts.items() if period and count}
