"""Reads what a search needs of the index, and evaluates the search."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cachetools import LRUCache
from sqlalchemy import Text, and_, bindparam, literal_column, select

from newsgraph.store.query.json_sql import json_item, json_rows, ordered_join
from newsgraph.store.schema.search_index_tables import search_posting, search_segment
from newsgraph.store.search.index.article import FIELDS
from newsgraph.store.search.index.bitmap_codec import decode_numbers
from newsgraph.store.search.index.evaluation import evaluate, plan_search
from newsgraph.store.search.index.matching import SegmentReading
from newsgraph.store.search.index.posting_builder import Posting
from newsgraph.store.search.index.segment import SegmentArticles
from newsgraph.store.search.index.terms import TermRange

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Select

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.index.ranking import SegmentHits

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
        postings = _read_postings(connection, ranges, with_positions=with_positions)
        readings = [
            SegmentReading(
                self._read_articles(connection, segment_id),
                decode_numbers(live),
                postings.get(segment_id, {}),
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
    connection: Connection, ranges: Collection[TermRange], *, with_positions: bool
) -> dict[int, dict[TermRange, list[Posting]]]:
    """Return the postings in ranges of terms, by segment."""
    by_segment: dict[int, dict[TermRange, list[Posting]]] = {}
    # SQLAlchemy does not see that the joined tables have a condition, and would warn.
    sql = str(_postings_query(with_positions=with_positions).compile(dialect=connection.dialect))
    rows = connection.exec_driver_sql(sql, (json.dumps(list(ranges)),))
    for segment_id, first, end, term, field, articles, positions in rows:
        postings = by_segment.setdefault(segment_id, {})
        postings.setdefault(TermRange(first, end), []).append(
            Posting(term, FIELDS[field], articles, positions)
        )
    return by_segment


@cache
def _postings_query(*, with_positions: bool) -> Select[Any]:
    """Return the statement that reads postings, with the ranges of terms as its parameter."""
    term_ranges = json_rows(bindparam("ranges", type_=Text)).table_valued(
        "key", "value", name="term_ranges"
    )
    first, end = (json_item(term_ranges.c.value, index, Text()) for index in (0, 1))
    posting, segment = search_posting.c, search_segment.c
    columns = posting.term, posting.field, posting.articles
    positions = posting.positions if with_positions else literal_column("x''")
    is_in_range = and_(posting.segment_id == segment.id, posting.term >= first, posting.term < end)
    # Each range is looked up in each segment.
    segments = ordered_join(term_ranges, search_segment, segment.is_complete)
    return select(segment.id, first, end, *columns, positions).select_from(
        ordered_join(segments, search_posting, is_in_range)
    )
