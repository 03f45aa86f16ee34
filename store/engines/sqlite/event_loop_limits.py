"""Limits of search functions that run in the event loop, where they must not take long.

SQLite cannot abort a function that runs in Python, so each function gives up by itself.
"""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsgraph.store.search.index.ranking import SegmentHits

MAX_ARTICLES: Final = 10_000
"""Of so many articles, values are counted in the event loop: a facet takes a tenth of a ms."""

MAX_INDEX_BYTES: Final = 50_000
"""What a search reads of the index in the event loop; evaluating it takes less than a ms."""

ROW_BYTES: Final = 100
"""Bytes that take as much time as a row."""

MAX_TEXT_LENGTH: Final = 20_000
"""Characters of a text whose snippet is made in the event loop: it takes less than 2 ms."""

SHORT_TEXT_LENGTH: Final = 2_000
"""Characters of a text whose snippet takes so little time that it is not measured."""

MAX_SECONDS: Final = 0.002
"""CPU time after which a statement makes no more snippets in the event loop."""


class TooSlowForEventLoop(Exception):
    """A function would take too long: the statement has to be run on a thread."""


class EventLoopLimits:
    """The limits of a statement.

    Elapsed time would depend on what other threads do, so CPU time is measured.
    """

    def __init__(self) -> None:
        self._started = 0.0

    @property
    def is_out_of_time(self) -> bool:
        """Whether the statement has taken too long."""
        return thread_time() - self._started > MAX_SECONDS

    def start_statement(self) -> None:
        """Measure the time from now on."""
        self._started = thread_time()

    def limit_rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """Yield rows of the index.

        Raises:
            TooSlowForEventLoop: they are too large, or too many.
        """
        size = 0
        for row in rows:
            size += sum([len(value) for value in row if isinstance(value, bytes)]) + ROW_BYTES
            if size > MAX_INDEX_BYTES:
                raise TooSlowForEventLoop
            yield row

    def check_articles(self, segments: Iterable[SegmentHits]) -> None:
        """Raise `TooSlowForEventLoop` if segments have too many articles to count or filter."""
        if sum(len(hits.articles) for hits in segments) > MAX_ARTICLES:
            raise TooSlowForEventLoop

    def check_text(self, length: int) -> None:
        """Raise `TooSlowForEventLoop` if the snippet of a text would take too long."""
        if length > SHORT_TEXT_LENGTH and (length > MAX_TEXT_LENGTH or self.is_out_of_time):
            raise TooSlowForEventLoop
