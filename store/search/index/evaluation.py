"""Evaluates a search on the segments of an index. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap

from newsgraph.store.search.index.article import TEXT, TITLE
from newsgraph.store.search.index.matching import SegmentMatcher
from newsgraph.store.search.index.ranking import SegmentHits, split_levels
from newsgraph.store.search.index.term_plan import iter_terms, plan_term
from newsgraph.store.search.term_matching import included_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newsgraph.store.search.expression import Expression, Term
    from newsgraph.store.search.index.matching import SegmentReading
    from newsgraph.store.search.index.term_plan import TermPlan
    from newsgraph.store.search.index.terms import TermRange

_CACHED_PLANS: Final = 100


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How a search is found.

    Attributes:
        terms: how each of its terms is found.
        ranges: the ranges of terms that have to be read, each once.
        needs_positions: whether it matters where the terms are.
    """

    terms: Mapping[Term, TermPlan]
    ranges: tuple[TermRange, ...]
    needs_positions: bool


@lru_cache(_CACHED_PLANS)
def plan_search(expression: Expression, subtags: frozenset[str]) -> SearchPlan:
    """Return how a search is found.

    Args:
        expression: what to search for.
        subtags: primary subtags of the languages of all articles.
    """
    terms = {term: plan_term(term, subtags) for term in iter_terms(expression)}
    ranges = dict.fromkeys(term_range for plan in terms.values() for term_range in plan.ranges)
    needs_positions = any(plan.needs_positions for plan in terms.values())
    return SearchPlan(terms, tuple(ranges), needs_positions)


def evaluate(
    expression: Expression, plan: SearchPlan, readings: Iterable[SegmentReading]
) -> list[SegmentHits]:
    """Return the articles for which a search is true.

    Args:
        expression: what to search for.
        plan: how it is found.
        readings: what was read of each segment: all ranges of terms of the plan.
    """
    terms = list(dict.fromkeys(included_terms(expression)))
    hits = []
    for reading in readings:
        matcher = SegmentMatcher(reading, plan.terms)
        matches = matcher.match(expression)
        if matches:
            in_title = [matcher.find(term, TITLE) for term in terms]
            in_text = BitMap.union(*(matcher.find(term, TEXT) for term in terms), BitMap())
            levels = split_levels(matches, in_title)
            hits.append(SegmentHits(reading.articles, levels, in_text))
    return hits


def count_hits(segments: Iterable[SegmentHits]) -> int:
    """Return the number of articles that were found."""
    return sum(len(numbers) for segment in segments for numbers in segment.levels)
