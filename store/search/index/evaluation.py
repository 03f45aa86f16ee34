"""Evaluates a search on the segments of an index. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyroaring import BitMap

from newsgraph.store.search.index.article import TEXT, TITLE
from newsgraph.store.search.index.matching import SegmentMatcher
from newsgraph.store.search.index.ranking import SegmentHits, split_levels
from newsgraph.store.search.index.term_plan import iter_terms, plan_term
from newsgraph.store.search.term_matching import included_terms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from newsgraph.store.search.expression import Expression, Term
    from newsgraph.store.search.index.matching import SegmentReading
    from newsgraph.store.search.index.term_plan import TermPlan


def plan_search(expression: Expression, subtags: Collection[str]) -> dict[Term, TermPlan]:
    """Return how each term of a search is found.

    Args:
        expression: what to search for.
        subtags: primary subtags of the languages of all articles.
    """
    return {term: plan_term(term, subtags) for term in iter_terms(expression)}


def evaluate(
    expression: Expression, plans: Mapping[Term, TermPlan], readings: Iterable[SegmentReading]
) -> list[SegmentHits]:
    """Return the articles for which a search is true.

    Args:
        expression: what to search for.
        plans: how its terms are found.
        readings: what was read of each segment: all ranges of terms of the plans.
    """
    terms = list(dict.fromkeys(included_terms(expression)))
    hits = []
    for reading in readings:
        matcher = SegmentMatcher(reading, plans)
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
