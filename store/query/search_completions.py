"""Reads the words and names with which a search can be completed while it is typed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import LargeBinary, Text, bindparam, cast, func, literal_column, select

from newsgraph.store.schema import tables as t
from newsgraph.store.schema.search_index_tables import (
    search_posting,
    search_segment,
    search_word,
)
from newsgraph.store.search.completion import MAX_COMPLETIONS, Name, complete, last_word
from newsgraph.store.search.folding import fold
from newsgraph.store.search.index.terms import form_of, prefix_range
from newsgraph.store.search.spelling import is_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Dialect

    from newsgraph.store.query.search_index import FetchRows, IndexReader

MAX_POSTINGS: Final = 50_000
"""So many postings of words that begin alike are compared: nearly always all of them."""

_CANDIDATES: Final = 3 * MAX_COMPLETIONS

_ZERO: ColumnElement[int] = literal_column("0")
"""Without an offset, SQLAlchemy would add one as a parameter."""


class StoredCompletions:
    """Completes searches by one snapshot of a store."""

    def __init__(self, fetch_rows: FetchRows, index: IndexReader, dialect: Dialect) -> None:
        """Read words by statements.

        Args:
            fetch_rows: runs a statement in the snapshot.
            index: searches the index.
            dialect: the database's dialect.
        """
        self._fetch_rows, self._index = fetch_rows, index
        self._common_sql, self._words_sql, self._names_sql = _statements(dialect)

    def complete(self, text: str, names: Sequence[Name]) -> list[str]:
        """Return searches that begin with what was typed so far.

        Args:
            text: what was typed.
            names: what `read_names` has returned.
        """
        beginning = last_word(text)
        counts = {} if beginning is None else self._count_words(beginning)
        return complete(text, counts, names)

    def _count_words(self, beginning: str) -> dict[str, int]:
        """Return the number of articles of common words that begin with a folded text."""
        bounds = prefix_range(beginning, with_positions=True)
        words = {form_of(term.decode()) for term, _ in self._fetch_rows(self._common_sql, bounds)}
        # Words that are only in smaller segments are rare, or new.
        others = self._fetch_rows(self._words_sql, (beginning, bounds.end[1:]))
        words |= {word.decode() for (word,) in others}
        return self._index.count_articles(
            self._fetch_rows, {word for word in words if word is not None and is_word(word)}
        )

    def read_names(self) -> list[Name]:
        """Return the names of all topics and publishers that have articles."""
        rows = self._fetch_rows(self._names_sql, ())
        return [Name(name.decode(), fold(name.decode()), count) for name, count in rows]


@cache
def _statements(dialect: Dialect) -> tuple[str, str, str]:
    segment, posting = search_segment.c, search_posting.c
    first, end = (bindparam(name, type_=Text()) for name in ("first", "end"))
    largest = (
        select(segment.id)
        .where(segment.is_complete)
        .order_by(segment.live_count.desc(), segment.id)
        .limit(literal_column("1"))
        .offset(_ZERO)
    )
    # A longer set of numbers has more of them, nearly always.
    compared = (
        select(posting.term, func.length(posting.articles).label("length"))
        .where(posting.segment_id == largest.scalar_subquery())
        .where(posting.term >= first, posting.term < end)
        .limit(literal_column(str(MAX_POSTINGS)))
        .offset(_ZERO)
        .subquery("compared")
    )
    length: ColumnElement[int] = func.sum(compared.c.length)
    common = (
        select(cast(compared.c.term, LargeBinary), length)
        .group_by(compared.c.term)
        .order_by(length.desc(), compared.c.term)
        .limit(literal_column(str(_CANDIDATES)))
        .offset(_ZERO)
    )
    word = search_word.c.word
    words = (
        select(cast(word, LargeBinary))
        .where(word >= first, word < end)
        .order_by(word)
        .limit(literal_column(str(_CANDIDATES)))
        .offset(_ZERO)
    )
    names = [
        select(cast(table.c.name, LargeBinary), table.c.article_count).where(
            table.c.article_count > _ZERO
        )
        for table in (t.topic, t.provider)
    ]
    return (
        str(common.compile(dialect=dialect)),
        str(words.compile(dialect=dialect)),
        str(names[0].union_all(names[1]).compile(dialect=dialect)),
    )
