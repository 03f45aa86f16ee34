"""Runs fast statements on the event loop's own thread.

Handing a statement to a thread and its row back costs some 0.2 ms of CPU, as much as finding a
page does. So a statement that was fast on a thread is run inline from then on. SQLite's progress
handler limits it to a number of virtual machine steps: a statement that is not fast this time is
aborted after half a millisecond or so, and runs on a thread from then on.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final

from cachetools import LRUCache

from newsgraph.store.engines.sqlite.event_loop_limits import EventLoopLimits
from newsgraph.store.engines.sqlite.reader import CACHE_KIB, length_limit, read_only_uri
from newsgraph.store.engines.sqlite.search_functions import SearchFunctions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsgraph.store.query.search_index import IndexReader

INLINE_MAX_SECONDS: Final = 0.003
"""Seconds of CPU that a statement may take on a thread, parsing included, to be run inline
afterwards. Elapsed time would depend on what else runs."""

PROGRESS_INTERVAL: Final = 1_000
"""After how many virtual machine steps SQLite calls the progress handler."""

MAX_PROGRESS_CALLS: Final = 15
"""After how many calls of the progress handler a statement is aborted.

SQLite does not reset its count of steps between statements, so the first call can come early.
"""

REMEMBERED_STATEMENTS: Final = 5_000
"""For how many statements it is known whether they are fast."""


class InlineConnection:
    """A read-only connection on the caller's own thread that never waits for a lock."""

    def __init__(self, path: Path, search_index: IndexReader) -> None:
        """Connect to an existing file.

        Args:
            path: the file's path.
            search_index: searches the index of the database.

        Raises:
            sqlite3.Error: the file cannot be opened.
        """
        self._connection = sqlite3.connect(
            read_only_uri(path), uri=True, timeout=0, isolation_level=None
        )
        self._connection.text_factory = bytes
        self._connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._connection.set_progress_handler(self._on_progress, PROGRESS_INTERVAL)
        self._limits = EventLoopLimits()
        self._functions = SearchFunctions(self._connection, search_index, self._limits)
        self._progress_calls = 0
        self._is_fast: LRUCache[str, bool] = LRUCache(REMEMBERED_STATEMENTS)

    def record_duration(self, sql: str, seconds: float) -> None:
        """Record how long a statement took on a thread, in seconds of CPU."""
        if seconds <= INLINE_MAX_SECONDS:
            self._is_fast.setdefault(sql, True)

    def fetch_row_if_fast(self, sql: str, parameters: Sequence[Any], max_bytes: int | None) -> Any:  # noqa: ANN401 - a row
        """Return the first row of a statement that is known to be fast; else None.

        Args:
            sql: the statement.
            parameters: the values of its parameters, by position.
            max_bytes: the statement fails once it builds a longer text; limits below
                `MIN_LENGTH_LIMIT` are raised to it.
        """
        if not self._is_fast.get(sql, False):
            return None
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length_limit(max_bytes))
        row = self.fetch_row_or_none(sql, parameters)
        if row is None and self._progress_calls > MAX_PROGRESS_CALLS:
            self._is_fast[sql] = False
        elif row is None and self._limits.is_out_of_time:
            # What was searched for is slow; the next one may be fast again.
            del self._is_fast[sql]
        return row

    def fetch_row_or_none(self, sql: str, parameters: Sequence[Any] = ()) -> Any:  # noqa: ANN401 - a row
        """Return a statement's first row, or None if it fails or takes too many steps."""
        self._progress_calls = 0
        self._functions.start_statement()
        try:
            return self._connection.execute(sql, parameters).fetchone()
        except sqlite3.Error:
            # The caller runs the statement on a thread, which reports the error if it persists.
            return None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _on_progress(self) -> bool:
        self._progress_calls += 1
        return self._progress_calls > MAX_PROGRESS_CALLS
