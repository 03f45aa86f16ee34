"""SQL functions of full-text search, which run in Python on SQLite's own connection.

A function reads the index by statements of its own. They belong to the transaction of the statement
that calls it, and so all of them see the same snapshot.
"""

from __future__ import annotations

import json
import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from pyroaring import BitMap
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.ext.compiler import compiles

from newsgraph.store.query.filter import iter_conditions
from newsgraph.store.query.filter_json import decode_filter
from newsgraph.store.query.index_filter import SegmentFilter
from newsgraph.store.query.search_completions import StoredCompletions
from newsgraph.store.query.search_sql import (
    search_completions,
    search_count,
    search_facet,
    search_page,
    search_part,
    search_part_numbers,
    search_similar,
    search_snippet,
    search_suggestion,
)
from newsgraph.store.query.search_vocabulary import StoredVocabulary
from newsgraph.store.query.similar_articles import find_similar
from newsgraph.store.query.stored_snippets import MARK, render_stored_snippet
from newsgraph.store.schema import tables as t
from newsgraph.store.search.expression import with_prefixes
from newsgraph.store.search.index.evaluation import count_hits
from newsgraph.store.search.index.facet_counts import count_values
from newsgraph.store.search.index.ranking import Hit, first_hits, iter_hits, last_hits
from newsgraph.store.search.query_parser import parse_search
from newsgraph.store.search.spelling import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.functions import FunctionElement

    from newsgraph.store.engines.sqlite.event_loop_limits import EventLoopLimits
    from newsgraph.store.query.search_index import IndexReader
    from newsgraph.store.search.completion import Name
    from newsgraph.store.search.index.ranking import SegmentHits

PREFIX: Final = "newsgraph_"
"""The names of the functions begin with it."""

PART_LENGTH: Final = 10_000
"""Hits of a part: as JSON, they are shorter than the lowest limit on the length of a text."""

_INLINE_CALLS: Final = tuple(
    f"{PREFIX}search_{name}(" for name in ("count", "page", "facet", "snippet")
)
_MAX_LENGTH: Final = 2**31 - 1
_REVISION_SQL: Final = f"SELECT revision FROM {t.state.name}"  # noqa: S608 - a constant
_NO_ARTICLES: Final = "", frozenset[int]()
_encode: Final = json.JSONEncoder(check_circular=False).encode
_DIALECT: Final = sqlite_dialect()
_TOP_LEVEL: Final = 3

_NAMES: Final[dict[type[FunctionElement[Any]], str]] = {
    search_count: "search_count",
    search_facet: "search_facet",
    search_page: "search_page",
    search_part_numbers: "search_part_numbers",
    search_part: "search_part",
    search_similar: "search_similar",
    search_snippet: "search_snippet",
    search_suggestion: "search_suggestion",
    search_completions: "search_completions",
}


def _compile_call(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    return f"{PREFIX}{_NAMES[type(element)]}({compiler.process(element.clause_expr.element, **kw)})"


for _element in _NAMES:
    compiles(_element, "sqlite")(_compile_call)


def may_run_inline(sql: str) -> bool:
    """Return whether a statement has no function that is always run on a thread."""
    for call in _INLINE_CALLS:
        sql = sql.replace(call, "")
    return PREFIX not in sql


class SearchFunctions:
    """The functions of a connection. A search is evaluated once in a statement."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        index: IndexReader,
        limits: EventLoopLimits | None = None,
    ) -> None:
        """Define the functions.

        Args:
            connection: the connection, which is used by one thread at a time.
            index: searches the index; other connections can share it.
            limits: of a connection that is used in the event loop; None if it is used on a thread.
                The functions fail if they would exceed these.
        """
        self._connection, self._index, self._limits = connection, index, limits
        self._results: dict[tuple[str, str], list[SegmentHits]] = {}
        self._without_text: tuple[str, Collection[int]] = _NO_ARTICLES
        self._parts: tuple[list[SegmentHits], list[str]] = ([], [])
        self._names: tuple[int, list[Name]] = (-1, [])
        for name, function, argument_count in (
            ("search_count", self._count, 2),
            ("search_page", self._page, 9),
            ("search_part_numbers", self._part_numbers, 2),
            ("search_part", self._part, 3),
            ("search_facet", self._facet, 4),
            ("search_snippet", self._render_snippet, 6),
            ("search_similar", self._similar, 1),
            ("search_suggestion", self._suggest, 1),
            ("search_completions", self._complete, 1),
        ):
            connection.create_function(PREFIX + name, argument_count, function)

    def start_statement(self) -> None:
        """Forget what was found: the connection is about to run another statement.

        That can read another snapshot, in which an article has another number, or other words.
        """
        self._results.clear()
        self._without_text = _NO_ARTICLES
        if self._limits is not None:
            self._limits.start_statement()

    def _fetch_rows(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        # The limit is one for the result of the outer statement.
        limit = self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_LENGTH)
        try:
            # Not by the connection's own method, which is for outer statements.
            rows = self._connection.cursor().execute(sql, parameters)
            return list(rows if self._limits is None else self._limits.limit_rows(rows))
        finally:
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limit)

    def _find(self, text: str, filter_text: str) -> list[SegmentHits]:
        """Return what a search and a filter find."""
        key = text, filter_text
        results = self._results.get(key)
        if results is None:
            results = self._filter(text, filter_text) if filter_text else self._search(text)
            self._results[key] = results
        return results

    def _search(self, text: str) -> list[SegmentHits]:
        """Return what a search finds; if that is nothing, its words may go on.

        Raises:
            TooSlowForEventLoop: the connection is used in the event loop, and the search has
                common words.
        """
        expression, search = parse_search(text), self._index.search
        results = search(self._fetch_rows, expression)
        return results or search(self._fetch_rows, with_prefixes(expression))

    def _filter(self, text: str, filter_text: str) -> list[SegmentHits]:
        filter_ = decode_filter(filter_text)
        texts = {
            str(condition.value)
            for condition in iter_conditions(filter_)
            if condition.field == "text" and condition.value is not None
        }
        searches = {
            value: {hits.articles.id: hits.numbers for hits in self._find(value, "")}
            for value in texts
        }
        results = []
        unfiltered = self._find(text, "")
        if self._limits is not None:
            self._limits.check_articles(unfiltered)
        for hits in unfiltered:
            articles = hits.articles
            segment = SegmentFilter(
                articles,
                articles.columns,
                {value: numbers.get(articles.id, BitMap()) for value, numbers in searches.items()},
            )
            results.append(hits.within(segment.match(filter_)))
        return results

    def _count(self, text: str, filter_text: str) -> int:
        return count_hits(self._find(text, filter_text))

    def _page(
        self,
        text: str,
        filter_text: str,
        is_by_date: int,
        size: int,
        is_backward: int,
        after_rank: str | None,
        after_key: int | None,
        before_rank: str | None,
        before_key: int | None,
    ) -> str:
        segments, by_date = self._find(text, filter_text), bool(is_by_date)
        if is_backward:
            before = _to_hit(before_rank, before_key, is_by_date=by_date)
            hits = last_hits(segments, size, before, is_by_date=by_date)
        else:
            after = _to_hit(after_rank, after_key, is_by_date=by_date)
            hits = first_hits(segments, size, after, is_by_date=by_date)
        self._without_text = text, {hit.key for hit in hits if not hit.is_in_text}
        return _to_json(hits)

    def _facet(self, text: str, filter_text: str, name: str, first: int) -> str:
        segments = self._find(text, filter_text)
        if self._limits is not None:
            self._limits.check_articles(segments)
        return json.dumps(count_values(segments, name, first))

    def _similar(self, article: int) -> str:
        return json.dumps(find_similar(self._fetch_rows, self._index, _DIALECT, article))

    def _render_snippet(
        self,
        text: str,
        key: int,
        language: str | None,
        excerpt: str | None,
        body_html: str | None,
        title: str,
    ) -> str:
        if self._limits is not None:
            self._limits.check_text(len(excerpt or "") + len(body_html or ""))
        if key in self._without_text[1] and text == self._without_text[0]:
            # Most of the time is taken by reading what has nothing to mark.
            snippet = render_stored_snippet(text, language, None, None, title)
            if MARK in snippet:
                return snippet
        return render_stored_snippet(text, language, excerpt, body_html, title)

    def _suggest(self, text: str) -> str | None:
        vocabulary = StoredVocabulary(self._fetch_rows, self._index, _DIALECT)
        suggestion = suggest(text, vocabulary)
        if suggestion is None or not self._index.search(self._fetch_rows, parse_search(suggestion)):
            return None
        return suggestion

    def _complete(self, text: str) -> str:
        stored = StoredCompletions(self._fetch_rows, self._index, _DIALECT)
        ((revision,),) = self._fetch_rows(_REVISION_SQL, ())
        if self._names[0] != revision:
            self._names = revision, stored.read_names()
        return json.dumps(stored.complete(text, self._names[1]))

    def _part_numbers(self, text: str, filter_text: str) -> str:
        return json.dumps(list(range(len(self._split(text, filter_text)))))

    def _part(self, text: str, filter_text: str, number: int) -> str:
        return self._split(text, filter_text)[number]

    def _split(self, text: str, filter_text: str) -> list[str]:
        """Return all hits in parts, unsorted."""
        segments = self._find(text, filter_text)
        if self._parts[0] is not segments:
            self._parts = segments, [_to_json(hits) for hits in _batches(iter_hits(segments))]
        return self._parts[1]


def _to_json(hits: Iterable[Hit]) -> str:
    return _encode(
        [(key, f"{_TOP_LEVEL - level}{date_order.decode()}") for level, date_order, key, _ in hits]
    )


def _batches(hits: Iterator[Hit]) -> Iterator[list[Hit]]:
    while batch := list(islice(hits, PART_LENGTH)):
        yield batch


def _to_hit(rank: str | None, key: int | None, *, is_by_date: bool) -> Hit | None:
    """Return a position; None if there is none."""
    if rank is None or key is None:
        return None
    if is_by_date:
        return Hit(0, rank.encode(), key)
    return Hit(_TOP_LEVEL - int(rank[0]), rank[1:].encode(), key)
