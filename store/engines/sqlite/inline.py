"""Statements that take less than asking another thread to run them does.

Handing a statement to a thread and its row back costs some 0.2 ms of processor, as much as
finding a page does. So a statement that has turned out to be quick is run on the event
loop's own thread. It is held to a number of steps: what is not quick this time is given up, after
half a millisecond or so, and asked of a thread from then on.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final

from cachetools import LRUCache

from newsgraph.store.engines.sqlite.reader import CACHE_KIB, length_limit, read_only

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

QUICK_SECONDS: Final = 0.003
"""How long a statement may have taken on a thread, reading its text included, to be tried here."""

STEPS: Final = 1_000
"""After how many steps of SQLite's machine is looked how many there were."""

MOST_LOOKS: Final = 15
"""How many such looks a statement may come to. SQLite counts on from one run to the next."""

REMEMBERED: Final = 5_000
"""Of how many statements is known whether they are quick."""


class Quick:
    """A read-only connection on the caller's own thread; it never waits for anybody."""

    def __init__(self, path: Path) -> None:
        """Args: path: of a file that is there.

        Raises:
            sqlite3.Error: it cannot be opened.
        """
        self._connection = sqlite3.connect(
            read_only(path), uri=True, timeout=0, isolation_level=None
        )
        self._connection.text_factory = bytes
        self._connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._connection.set_progress_handler(self._look, STEPS)
        self._looks = 0
        self._is_quick: LRUCache[str, bool] = LRUCache(REMEMBERED)

    def learn(self, sql: str, seconds: float) -> None:
        """Note how long a statement took on a thread."""
        if seconds <= QUICK_SECONDS:
            self._is_quick.setdefault(sql, True)

    def known(self, sql: str, values: Sequence[Any], most_bytes: int | None) -> Any:  # noqa: ANN401 - a row
        """Return the row of a statement that is known to be quick, or None.

        Args:
            sql: the statement.
            values: of its parameters.
            most_bytes: how long a text may become, if that is more than `LEAST_BYTES`.
        """
        if not self._is_quick.get(sql, False):
            return None
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length_limit(most_bytes))
        row = self.row(sql, values)
        if row is None and self._looks > MOST_LOOKS:
            self._is_quick[sql] = False
        return row

    def row(self, sql: str, values: Sequence[Any] = ()) -> Any:  # noqa: ANN401 - a row
        """Return a statement's first row, or None where it cannot be had at once."""
        self._looks = 0
        try:
            return self._connection.execute(sql, values).fetchone()
        except sqlite3.Error:
            # Whoever asks a thread instead is told what is wrong, if anything is.
            return None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _look(self) -> bool:
        self._looks += 1
        return self._looks > MOST_LOOKS
