"""A read-only connection to SQLite, whose statements can be interrupted and held to a size."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiosqlite

from newsgraph.store.engines.sqlite.cancellation import until

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

LEAST_BYTES = 1 << 20
"""No statement is held to less: the limit is for the rows and the schema that it reads, too."""

CACHE_KIB = 16_000
"""How much of the file a connection keeps; with SQLite's own 2 MB a page takes a fifth longer."""

MOST_BYTES = 1_000_000_000
"""SQLite's own limit, as it is usually built."""


def length_limit(most_bytes: int | None) -> int:
    """Return the limit of lengths that a statement is held to."""
    return min(max(MOST_BYTES if most_bytes is None else most_bytes, LEAST_BYTES), MOST_BYTES)


class _Sized(sqlite3.Connection):
    """Runs each statement under the size that was last said, and tells how long it took."""

    most_bytes = MOST_BYTES
    seconds = 0.0

    def execute(self, *arguments: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
        # On the connection's own thread, and in one go with the statement: a turn less.
        self.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self.most_bytes)
        began = perf_counter()
        cursor = super().execute(*arguments)
        self.seconds = perf_counter() - began
        return cursor


class Reader:
    """A connection with a thread of its own, used by one caller at a time.

    Who gives a statement up (by cancelling) gets the connection back idle: the statement
    is interrupted, and has ended in its thread when the cancellation comes out.
    """

    def __init__(self, connection: aiosqlite.Connection, sized: _Sized) -> None:
        self._connection, self._sized = connection, sized

    @classmethod
    async def connect(cls, path: Path, busy_seconds: float) -> Reader:
        """Connect to a file that is there.

        Raises:
            sqlite3.Error: it cannot be opened.
        """
        made: list[_Sized] = []

        def make(*arguments: Any, **options: Any) -> _Sized:  # noqa: ANN401 - sqlite3's own
            made.append(_Sized(*arguments, **options))
            return made[0]

        connection = await aiosqlite.connect(
            read_only(path),
            uri=True,
            timeout=busy_seconds,
            isolation_level=None,
            factory=make,
        )
        try:
            await connection.execute("PRAGMA query_only = ON")
            await connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            # Answers go out as they are: no text is made of their UTF-8, and back again.
            connection.text_factory = bytes
        except BaseException:
            await connection.close()
            raise
        return cls(connection, made[0])

    async def rows(
        self, sql: str, values: Sequence[Any] = (), most_bytes: int | None = None
    ) -> Iterable[Any]:
        """Run a statement, and return all its rows; texts are bytes, in UTF-8.

        Args:
            sql: the statement.
            values: of its parameters.
            most_bytes: how long a text may become, if that is more than `LEAST_BYTES`.

        Raises:
            sqlite3.Error: as the driver has it.
        """
        self._sized.most_bytes = length_limit(most_bytes)
        try:
            return await self._connection.execute_fetchall(sql, values)
        except asyncio.CancelledError:
            with suppress(ValueError):  # closed meanwhile
                # A call that does nothing but wait for the thread to be done with the others.
                turn = self._connection.set_trace_callback(None)  # type: ignore[arg-type]
                await until(asyncio.ensure_future(turn), self._sized.interrupt)
            raise

    @property
    def seconds(self) -> float:
        """How long the last statement took until its first row was there."""
        return self._sized.seconds

    async def roll_back(self) -> None:
        """End the transaction, if there is one; nothing that comes between prevents it."""
        self._sized.most_bytes = MOST_BYTES
        await until(asyncio.ensure_future(self._roll_back()))

    async def close(self) -> None:
        """Interrupt what runs, and close."""
        await until(asyncio.ensure_future(self._connection.close()), self._sized.interrupt)

    async def _roll_back(self) -> None:
        with suppress(sqlite3.OperationalError):  # there is none
            await self._connection.execute_fetchall("ROLLBACK")


def read_only(path: Path) -> str:
    """Return the URI by which SQLite opens a file to read only."""
    return f"file:{quote(str(path.resolve()))}?mode=ro"
