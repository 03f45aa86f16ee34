"""Finds the articles of a segment for which a search is true. Pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from pyroaring import BitMap

from newsgraph.store.documents.date_order import FIRST_DATED
from newsgraph.store.search.expression import AllOf, AnyOf, Not, Published, Term
from newsgraph.store.search.index.article import FIELDS
from newsgraph.store.search.index.bitmap_codec import decode_numbers
from newsgraph.store.search.index.occurrences import numbers_at
from newsgraph.store.search.index.terms import term_length

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.index.article import IndexField
    from newsgraph.store.search.index.posting_builder import Posting
    from newsgraph.store.search.index.segment import SegmentArticles
    from newsgraph.store.search.index.term_plan import Alternatives, TermPlan
    from newsgraph.store.search.index.terms import TermRange


@dataclass(frozen=True, slots=True)
class SegmentReading:
    """What a search reads of a segment.

    Attributes:
        articles: its articles.
        live: numbers of the articles that are not in a newer segment, and not removed.
        postings: postings by ranges of terms, without those that have none.
    """

    articles: SegmentArticles
    live: BitMap
    postings: Mapping[TermRange, Sequence[Posting]]


class SegmentMatcher:
    """Evaluates parts of a search on a segment."""

    def __init__(self, reading: SegmentReading, plans: Mapping[Term, TermPlan]) -> None:
        """Args: reading: what was read; plans: how each term of the search is found."""
        self._reading, self._plans = reading, plans

    def match(self, expression: Expression) -> BitMap:
        """Return the numbers of the articles for which a search is true."""
        live = self._reading.live
        match expression:
            case AllOf(conditions):
                return reduce(and_, map(self.match, conditions), live)
            case AnyOf(conditions):
                return reduce(or_, map(self.match, conditions), BitMap())
            case Not(condition):
                return live - self.match(condition)
            case Published():
                return live & self._published_in(expression)
            case Term(field=field):
                return live & self.find(expression, FIELDS if field is None else (field,))

    def find(self, term: Term, fields: Collection[IndexField]) -> BitMap:
        """Return the numbers of the articles that have a term in one of some fields."""
        sequences = self._plans[term].sequences
        return reduce(
            or_, (self._find_sequence(sequence, fields) for sequence in sequences), BitMap()
        )

    def _find_sequence(
        self, sequence: Sequence[Alternatives], fields: Collection[IndexField]
    ) -> BitMap:
        if len(sequence) == 1:
            postings = self._postings(sequence[0], fields)
            return _union(decode_numbers(posting.articles) for posting in postings)
        ends: BitMap | None = None
        for alternatives in sequence:
            next_ends = []
            for posting in self._postings(alternatives, fields):
                positions = decode_numbers(posting.positions)
                if ends is not None:
                    positions &= ends
                next_ends.append(positions.shift(term_length(posting.term)))
            ends = _union(next_ends)
            if not ends:
                return ends
        # The end of an article's last word is less than the start of the next article.
        return numbers_at(ends or BitMap(), self._reading.articles.start_of)

    def _postings(
        self, alternatives: Alternatives, fields: Collection[IndexField]
    ) -> Iterable[Posting]:
        for term_range in alternatives:
            for posting in self._reading.postings.get(term_range, ()):
                if posting.field in fields:
                    yield posting

    def _published_in(self, range_: Published) -> BitMap:
        """Return the numbers of the articles that were published in a range of dates."""
        orders = self._reading.articles.date_order_of
        since = range_.since.isoformat() if range_.since else FIRST_DATED
        first = bisect_left(orders, since.encode())
        end = len(orders)
        if range_.before:
            end = bisect_left(orders, range_.before.isoformat().encode())
        return BitMap(range(first, max(first, end)))


def _union(bitmaps: Iterable[BitMap]) -> BitMap:
    bitmaps = list(bitmaps)
    return BitMap.union(*bitmaps) if bitmaps else BitMap()
