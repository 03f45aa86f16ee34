"""Reads what a search needs of the index, and evaluates the search."""

from __future__ import annotations

import json
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

from cachetools import LRUCache
from pyroaring import BitMap
from sqlalchemy import LargeBinary, Text, and_, bindparam, cast, literal_column, select

from newsgraph.store.query.json_sql import json_item, json_rows, ordered_join
from newsgraph.store.schema.search_index_tables import search_posting, search_segment
from newsgraph.store.search.index.article import FIELDS
from newsgraph.store.search.index.bitmap_codec import decode_numbers
from newsgraph.store.search.index.evaluation import evaluate, plan_search
from newsgraph.store.search.index.matching import SegmentReading
from newsgraph.store.search.index.posting_builder import Posting
from newsgraph.store.search.index.segment import SegmentArticles
from newsgraph.store.search.index.terms import form_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import CompoundSelect, Select
    from sqlalchemy.engine import Dialect

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.index.ranking import SegmentHits
    from newsgraph.store.search.index.terms import TermRange

CACHED_ARTICLES: Final = 300_000
"""So many articles' keys, dates and attributes stay in memory: some 400 bytes each."""


class FetchRows(Protocol):
    """Runs a statement in the snapshot that a search is to see."""

    def __call__(self, sql: str, parameters: Sequence[Any], /) -> Iterable[Sequence[Any]]:
        """Return the rows of a statement.

        Args:
            sql: the statement.
            parameters: the values of its parameters, by position.
        """


class IndexReader:
    """Searches the index, from any thread. Segments never change: their articles are read once."""

    def __init__(self, dialect: Dialect) -> None:
        """Args: dialect: the database's dialect."""
        self._articles: LRUCache[int, SegmentArticles] = LRUCache(CACHED_ARTICLES, len)
        self._lock = Lock()
        segment = search_segment.c
        languages = cast(segment.languages, LargeBinary)
        self._segments_sql = compile_query(
            select(segment.id, segment.live, languages).where(segment.is_complete), dialect
        )
        columns = segment.article_keys, segment.date_orders, segment.starts, languages
        self._articles_sql = compile_query(
            select(*columns, segment.token_count, segment.attributes).where(
                segment.id == bindparam("segment")
            ),
            dialect,
        )
        self._postings_sql = {
            with_positions: compile_query(_postings_query(with_positions=with_positions), dialect)
            for with_positions in (True, False)
        }

    def search(self, fetch_rows: FetchRows, expression: Expression) -> list[SegmentHits]:
        """Return the articles for which a search is true, by segment.

        Args:
            fetch_rows: runs a statement; all have to see the same snapshot.
            expression: what to search for.
        """
        rows = list(fetch_rows(self._segments_sql, ()))
        subtags = {subtag for _, _, languages in rows for subtag in languages.decode().split()}
        plan = plan_search(expression, frozenset(subtags))
        readings = self._read_segments(
            fetch_rows, rows, plan.ranges, with_positions=plan.needs_positions
        )
        return evaluate(expression, plan, readings)

    def count_articles(self, fetch_rows: FetchRows, forms: Iterable[str]) -> dict[str, int]:
        """Return the number of articles by form, without forms that no article has.

        Args:
            fetch_rows: runs a statement, as for `search`.
            forms: forms of tokens.
        """
        by_range = {form_range(form): form for form in sorted(forms)}
        postings = self._read_postings(fetch_rows, list(by_range), with_positions=False)
        counts: Counter[str] = Counter()
        for segment_id, live, _ in fetch_rows(self._segments_sql, ()):
            live_numbers = decode_numbers(live)
            for term_range, of_form in postings.get(segment_id, {}).items():
                numbers = BitMap.union(*(decode_numbers(posting.articles) for posting in of_form))
                counts[by_range[term_range]] += len(numbers & live_numbers)
        return {form: count for form, count in counts.items() if count}

    def read_segments(
        self, fetch_rows: FetchRows, ranges: Iterable[TermRange]
    ) -> list[SegmentReading]:
        """Return all segments with their postings in ranges of terms, without positions.

        Args:
            fetch_rows: runs a statement, as for `search`.
            ranges: the ranges, each once.
        """
        rows = list(fetch_rows(self._segments_sql, ()))
        return self._read_segments(fetch_rows, rows, list(ranges), with_positions=False)

    def _read_segments(
        self,
        fetch_rows: FetchRows,
        rows: Iterable[Sequence[Any]],
        ranges: Sequence[TermRange],
        *,
        with_positions: bool,
    ) -> list[SegmentReading]:
        postings = self._read_postings(fetch_rows, ranges, with_positions=with_positions)
        return [
            SegmentReading(
                self._read_articles(fetch_rows, segment_id),
                decode_numbers(live),
                postings.get(segment_id, {}),
            )
            for segment_id, live, _ in rows
        ]

    def _read_articles(self, fetch_rows: FetchRows, segment_id: int) -> SegmentArticles:
        with self._lock:
            articles = self._articles.get(segment_id)
        if articles is None:
            ((keys, orders, starts, languages, token_count, attributes),) = fetch_rows(
                self._articles_sql, (segment_id,)
            )
            articles = SegmentArticles(
                keys, orders, starts, languages.decode(), token_count, attributes, segment_id
            )
            if len(articles) <= self._articles.maxsize:
                with self._lock:
                    self._articles[segment_id] = articles
        return articles

    def _read_postings(
        self, fetch_rows: FetchRows, ranges: Sequence[TermRange], *, with_positions: bool
    ) -> dict[int, dict[TermRange, list[Posting]]]:
        """Return the postings in ranges of terms, by segment."""
        by_segment: dict[int, dict[TermRange, list[Posting]]] = {}
        rows = fetch_rows(self._postings_sql[with_positions], (json.dumps(ranges),))
        for segment_id, range_number, term, field, articles, positions in rows:
            postings = by_segment.setdefault(segment_id, {})
            postings.setdefault(ranges[range_number], []).append(
                Posting(term.decode(), FIELDS[field], articles, positions)
            )
        return by_segment


def compile_query(query: Select[Any] | CompoundSelect[Any], dialect: Dialect) -> str:
    """Return a statement for `FetchRows`."""
    # SQLAlchemy does not see that the joined tables have a condition, and would warn.
    return str(query.compile(dialect=dialect))


def _postings_query(*, with_positions: bool) -> Select[Any]:
    """Return the statement that reads postings, with the ranges of terms as its parameter."""
    term_ranges = json_rows(bindparam("ranges", type_=Text)).table_valued(
        "key", "value", name="term_ranges"
    )
    first, end = (json_item(term_ranges.c.value, index, Text()) for index in (0, 1))
    posting, segment = search_posting.c, search_segment.c
    columns = cast(posting.term, LargeBinary), posting.field, posting.articles
    positions = posting.positions if with_positions else literal_column("x''")
    is_in_range = and_(posting.segment_id == segment.id, posting.term >= first, posting.term < end)
    # Each range is looked up in each segment.
    segments = ordered_join(term_ranges, search_segment, segment.is_complete)
    return select(segment.id, term_ranges.c.key, *columns, positions).select_from(
        ordered_join(segments, search_posting, is_in_range)
    )
