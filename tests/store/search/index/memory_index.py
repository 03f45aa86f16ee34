"""An index in memory: the segments of the store without the store."""

from __future__ import annotations

from bisect import bisect_left

from newsgraph.store.search.index.evaluation import count_hits, evaluate, plan_search
from newsgraph.store.search.index.features import words_of
from newsgraph.store.search.index.matching import SegmentReading
from newsgraph.store.search.index.ranking import first_hits
from newsgraph.store.search.index.segment import all_numbers, build_segment, split_articles
from newsgraph.store.search.index.similarity import similar_articles


class MemoryIndex:
    """Segments, each with its postings and the numbers of its live articles."""

    def __init__(self):
        self._segments = []
        self._places = {}

    def put(self, articles, max_articles=65_536):
        """Add articles, or replace the ones with the same keys."""
        self.remove([article.key for article in articles])
        for group in split_articles(articles, max_articles):
            articles_of_segment, postings = build_segment(group)
            live = all_numbers(articles_of_segment)
            self._segments.append((articles_of_segment, live, postings))
            for number, key in enumerate(articles_of_segment.key_of):
                self._places[key] = live, number

    def remove(self, keys):
        """Remove articles, if they are there."""
        for key in keys:
            if key in self._places:
                live, number = self._places.pop(key)
                live.remove(number)

    def evaluate(self, expression):
        """Return the hits of each segment."""
        subtags = {
            subtag for articles, _, _ in self._segments for subtag in articles.languages.split()
        }
        plan = plan_search(expression, frozenset(subtags))
        return evaluate(expression, plan, self._read(set(plan.ranges)))

    def search(self, expression, count=1_000):
        """Return the keys of the best articles."""
        hits = self.evaluate(expression)
        keys = [hit.key for hit in first_hits(hits, count)]
        assert len(keys) == min(count, count_hits(hits))
        return keys

    def find_similar(self, article, excluded=(), count=20):
        """Return the keys of the articles that are most like an article."""
        words = words_of(article.texts, article.language)
        readings = self._read({word.terms for word in words})
        return similar_articles(article.key, words, readings, excluded, count)

    def _read(self, ranges):
        return [
            SegmentReading(articles, live, {each: _postings_in(postings, each) for each in ranges})
            for articles, live, postings in self._segments
        ]


def _postings_in(postings, term_range):
    first, end = (bisect_left(postings, term, key=lambda p: p.term) for term in term_range)
    return postings[first:end]
