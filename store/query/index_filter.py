"""Evaluates filters of articles on a segment of the search index, as `filter_sql` does in SQL."""

from __future__ import annotations

import operator
from bisect import bisect_left
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyroaring import BitMap

from newsgraph.store.documents.date_order import AFTER_TIES, FIRST_DATED
from newsgraph.store.query.filter import AllOf, AnyOf, Condition, Not, iter_conditions
from newsgraph.store.query.filter_values import ARCHIVE_INTERVAL
from newsgraph.store.search.index.attributes import MISSING, to_bitmap

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from newsgraph.store.query.filter import Filter
    from newsgraph.store.search.index.attributes import SegmentAttributes
    from newsgraph.store.search.index.segment import SegmentArticles

_COLUMNS: Final = {
    "providers": "provider",
    "type": "type",
    "category": "category",
    "quality": "quality",
    "heat": "heat",
}
_FLAGS: Final = {"published": "published", "hasImages": "has_images", "inFeeds": "in_feeds"}
_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, values: value in values,
}
_NUMBERS: Final = frozenset({*_COMPARISONS, "missing"})
_OPERATORS: Final = {
    "quality": _NUMBERS,
    "heat": _NUMBERS,
    "publishedAt": _NUMBERS - {"in"},
    "type": frozenset({"eq", "in", "missing"}),
    "category": frozenset({"eq", "in", "missing"}),
    "providers": frozenset({"in"}),
    "topics": frozenset({"any", "all"}),
    "text": frozenset({"matches"}),
    **dict.fromkeys((*_FLAGS, "archiveEnd"), frozenset({"eq"})),
}
"""The operators of each field that the index can compare."""


def is_indexed(filter_: Filter) -> bool:
    """Return whether the index has everything that a filter compares."""
    return all(
        condition.operator in _OPERATORS.get(condition.field, ())
        for condition in iter_conditions(filter_)
    )


def has_text(filter_: Filter) -> bool:
    """Return whether a filter searches texts."""
    return any(condition.field == "text" for condition in iter_conditions(filter_))


@dataclass(frozen=True, slots=True)
class SegmentFilter:
    """Evaluates filters, whose values are as `filter_json` has them.

    Attributes:
        articles: articles of the segment.
        attributes: their attributes.
        searches: numbers of the articles that each search of the filter finds.
    """

    articles: SegmentArticles
    attributes: SegmentAttributes
    searches: Mapping[str, BitMap]

    def match(self, filter_: Filter) -> BitMap:
        """Return the numbers of the articles for which a filter is true."""
        match filter_:
            case Condition(field, name, value):
                return self._compare(field, name, value)
            case Not(operand):
                return self._all() - self.match(operand)
            case AllOf(operands):
                return reduce(operator.and_, map(self.match, operands), self._all())
            case AnyOf(operands):
                return reduce(operator.or_, map(self.match, operands), BitMap())

    def _all(self) -> BitMap:
        return BitMap(range(len(self.articles)))

    def _compare(self, field: str, name: str, value: Any) -> BitMap:  # noqa: ANN401 - any value of a filter
        if value is None:
            return BitMap()
        if field == "text":
            return self.searches[value]
        if field == "topics":
            return self._has_topics(value, name)
        if field == "publishedAt":
            return self._published(name, value)
        if field == "archiveEnd":
            keys = np.frombuffer(self.articles.key_of, dtype=np.int64)
            return to_bitmap(np.flatnonzero((keys % ARCHIVE_INTERVAL == 0) == value))
        if field in _FLAGS:
            return to_bitmap(np.flatnonzero(self.attributes.flags[_FLAGS[field]] == value))
        column = self.attributes.coded[_COLUMNS[field]]
        if name == "missing":
            return to_bitmap(np.flatnonzero((column.codes == MISSING) == value))
        if name in ("eq", "in"):
            return column.find_any([value] if name == "eq" else value)
        compare = _COMPARISONS[name]
        return column.find(lambda item: compare(item, value))

    def _has_topics(self, topics: Collection[int], name: str) -> BitMap:
        column = self.attributes.coded["topic"]
        if name == "any":
            return column.find_any(topics)
        return reduce(operator.and_, (column.find_any([topic]) for topic in topics), self._all())

    def _published(self, name: str, value: Any) -> BitMap:  # noqa: ANN401 - a time or a boolean
        orders = self.articles.date_order_of
        count, first = len(orders), self._order_index(FIRST_DATED)
        if name == "missing":
            return BitMap(range(first) if value else range(first, count))
        start, end = self._order_index(value), self._order_index(value + AFTER_TIES)
        match name:
            case "eq":
                bounds = start, end
            case "gt":
                bounds = end, count
            case "gte":
                bounds = start, count
            case "lt":
                bounds = first, start
            case _:
                bounds = first, end
        return BitMap(range(bounds[0], max(bounds)))

    def _order_index(self, order: str) -> int:
        return bisect_left(self.articles.date_order_of, order.encode())
