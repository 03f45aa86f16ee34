"""A read-only connection whose statements can be interrupted and limited in size."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from time import thread_time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiosqlite

from newsgraph.store.engines.sqlite.search_functions import SearchFunctions
from newsgraph.store.engines.sqlite.wait_despite_cancel import wait_despite_cancel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from newsgraph.store.query.search_index import IndexReader

MIN_LENGTH_LIMIT = 1 << 20
"""The smallest limit that is set: it applies to the rows and the schema that SQLite reads, too."""

CACHE_KIB = 16_000
"""The page cache of a connection; with SQLite's default of 2 MB a page takes a fifth longer."""

MAX_LENGTH_LIMIT = 1_000_000_000
"""SQLite's default compile-time limit (SQLITE_MAX_LENGTH)."""


def length_limit(max_bytes: int | None) -> int:
    """Return the SQLITE_LIMIT_LENGTH to set for a limit in bytes; None means no limit."""
    return min(
        max(MAX_LENGTH_LIMIT if max_bytes is None else max_bytes, MIN_LENGTH_LIMIT),
        MAX_LENGTH_LIMIT,
    )


class _LimitedConnection(sqlite3.Connection):
    """Runs each statement with the current size limit, and measures its CPU time."""

    max_bytes = MAX_LENGTH_LIMIT
    cpu_seconds = 0.0
    functions: SearchFunctions

    def execute(self, *arguments: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
        # Set on the connection's own thread together with the statement: one thread switch less.
        self.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self.max_bytes)
        self.functions.start_statement()
        started = thread_time()
        cursor = super().execute(*arguments)
        self.cpu_seconds = thread_time() - started
        return cursor


class ReaderConnection:
    """A connection with a thread of its own, for one caller at a time.

    Cancelling a call interrupts its statement. The connection is idle again when `CancelledError`
    propagates.
    """

    def __init__(self, connection: aiosqlite.Connection, limited: _LimitedConnection) -> None:
        self._connection, self._limited = connection, limited

    @classmethod
    async def connect(
        cls, path: Path, busy_timeout_seconds: float, search_index: IndexReader
    ) -> ReaderConnection:
        """Connect to an existing file.

        Args:
            path: the file's path.
            busy_timeout_seconds: how long to wait for a lock.
            search_index: searches the index of the database.

        Raises:
            sqlite3.Error: the file cannot be opened.
        """
        created: list[_LimitedConnection] = []

        def create(*arguments: Any, **options: Any) -> _LimitedConnection:  # noqa: ANN401 - sqlite3's own
            created.append(_LimitedConnection(*arguments, **options))
            created[0].functions = SearchFunctions(created[0], search_index)
            return created[0]

        connection = await aiosqlite.connect(
            read_only_uri(path),
            uri=True,
            timeout=busy_timeout_seconds,
            isolation_level=None,
            factory=create,
        )
        try:
            await connection.execute("PRAGMA query_only = ON")
            await connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            # Results are sent as they are: decoding and encoding their UTF-8 would be wasted.
            connection.text_factory = bytes
        except BaseException:
            await connection.close()
            raise
        return cls(connection, created[0])

    async def fetch_all(
        self, sql: str, parameters: Sequence[Any] = (), max_bytes: int | None = None
    ) -> Iterable[Any]:
        """Run a statement and return all its rows; texts are UTF-8 bytes.

        Args:
            sql: the statement.
            parameters: the values of its parameters, by position.
            max_bytes: the statement fails once it builds a longer text; limits below
                `MIN_LENGTH_LIMIT` are raised to it.

        Raises:
            sqlite3.Error: the driver's error.
        """
        self._limited.max_bytes = length_limit(max_bytes)
        try:
            return await self._connection.execute_fetchall(sql, parameters)
        except asyncio.CancelledError:
            with suppress(ValueError):  # closed in the meantime
                # A call without effect: it completes when the thread has completed those before it.
                barrier = self._connection.set_trace_callback(None)  # type: ignore[arg-type]
                await wait_despite_cancel(asyncio.ensure_future(barrier), self._limited.interrupt)
            raise

    @property
    def cpu_seconds_to_first_row(self) -> float:
        """CPU time of the last statement until its first row."""
        return self._limited.cpu_seconds

    async def roll_back(self) -> None:
        """End the transaction, if there is one, even if this call is cancelled."""
        self._limited.max_bytes = MAX_LENGTH_LIMIT
        await wait_despite_cancel(asyncio.ensure_future(self._roll_back()))

    async def close(self) -> None:
        """Interrupt the running statement, and close the connection."""
        await wait_despite_cancel(
            asyncio.ensure_future(self._connection.close()), self._limited.interrupt
        )

    async def _roll_back(self) -> None:
        with suppress(sqlite3.OperationalError):  # there is no transaction
            await self._connection.execute_fetchall("ROLLBACK")


def read_only_uri(path: Path) -> str:
    """Return the URI that makes SQLite open a file read-only."""
    return f"file:{quote(str(path.resolve()))}?mode=ro"
