"""Counts what a search has found by the values of an attribute or by time. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsgraph.store.search.index.attributes import to_array

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyroaring import BitMap

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
        numbers = segment.numbers
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


def _count_periods(numbers: BitMap, articles: SegmentArticles, length: int) -> dict[str, int]:
    names, starts = articles.periods(length)
    # Articles of a period are next to each other, because numbers are in the order of time.
    counts = np.diff(np.searchsorted(to_array(numbers), starts)).tolist()
    return {name: count for name, count in zip(names, counts, strict=True) if count and name}
