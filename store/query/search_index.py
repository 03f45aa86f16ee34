"""Reads what a search needs of the index, and evaluates the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cachetools import LRUCache
from sqlalchemy import select

from newsgraph.store.schema.search_index_tables import search_posting, search_segment
from newsgraph.store.search.index.article import FIELDS
from newsgraph.store.search.index.bitmap_codec import decode_numbers
from newsgraph.store.search.index.evaluation import evaluate, plan_search
from newsgraph.store.search.index.matching import SegmentReading
from newsgraph.store.search.index.posting_builder import Posting
from newsgraph.store.search.index.segment import SegmentArticles

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.index.ranking import SegmentHits
    from newsgraph.store.search.index.terms import TermRange

CACHED_ARTICLES: Final = 300_000
"""So many articles' keys and dates stay in memory: some 100 bytes each."""


class IndexReader:
    """Searches the index. Segments never change, so that their articles are read once."""

    def __init__(self) -> None:
        self._articles: LRUCache[int, SegmentArticles] = LRUCache(CACHED_ARTICLES, len)

    def search(self, connection: Connection, expression: Expression) -> list[SegmentHits]:
        """Return the articles for which a search is true, by segment.

        Args:
            connection: a transaction, which reads everything of one revision.
            expression: what to search for.
        """
        segment = search_segment.c
        columns = segment.id, segment.live, segment.languages
        rows = connection.execute(select(*columns).where(segment.is_complete)).all()
        subtags = {subtag for _, _, languages in rows for subtag in languages.split()}
        plans = plan_search(expression, subtags)
        ranges = {term_range for plan in plans.values() for term_range in plan.ranges}
        with_positions = any(plan.needs_positions for plan in plans.values())
        readings = [
            SegmentReading(
                self._read_articles(connection, segment_id),
                decode_numbers(live),
                _read_postings(connection, segment_id, ranges, with_positions=with_positions),
            )
            for segment_id, live, _ in rows
        ]
        return evaluate(expression, plans, readings)

    def _read_articles(self, connection: Connection, segment_id: int) -> SegmentArticles:
        articles = self._articles.get(segment_id)
        if articles is None:
            names = "article_keys", "date_orders", "starts", "languages", "token_count"
            query = select(*(search_segment.c[name] for name in names))
            row = connection.execute(query.where(search_segment.c.id == segment_id)).one()
            articles = SegmentArticles(*row)
            if len(articles) <= self._articles.maxsize:
                self._articles[segment_id] = articles
        return articles


def _read_postings(
    connection: Connection, segment_id: int, ranges: Collection[TermRange], *, with_positions: bool
) -> dict[TermRange, list[Posting]]:
    postings: dict[TermRange, list[Posting]] = {}
    posting = search_posting.c
    columns = [posting.term, posting.field, posting.articles]
    if with_positions:
        columns.append(posting.positions)
    for term_range in ranges:
        query = select(*columns).where(
            posting.segment_id == segment_id,
            posting.term >= term_range.first,
            posting.term < term_range.end,
        )
        postings[term_range] = [
            Posting(term, FIELDS[field], articles, *positions or (b"",))
            for term, field, articles, *positions in connection.execute(query)
        ]
    return postings
