"""SQLite: one writer, a small pool of read-only connections, write-ahead logging."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError

from newsgraph.store.engines.sqlite.cancellation import until
from newsgraph.store.engines.sqlite.concurrency import Turns, cores
from newsgraph.store.engines.sqlite.errors import code, is_busy
from newsgraph.store.engines.sqlite.inline import Quick
from newsgraph.store.engines.sqlite.reader import MOST_BYTES, Reader
from newsgraph.store.engines.sqlite.writer import Writer
from newsgraph.store.errors import (
    AnswerTooLarge,
    DatabaseBusy,
    DatabaseUnusable,
    NestsTooDeep,
    StoreError,
)
from newsgraph.store.schema.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.engine import Dialect

    from newsgraph.store.engines.protocol import Fetch

T = TypeVar("T")

READERS = 4
"""How many statements are read side by side; each reader is a connection and a thread."""

BUSY_SECONDS = 30.0
"""How long to wait for another process that writes."""


class SqliteDatabase:
    """A database file. `open` makes it where it is missing and brings it up to date."""

    dialect: Dialect = sqlite_dialect()

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS, processes: int = 1) -> None:
        self._path, self._busy_seconds = path, busy_seconds
        self._turns = Turns(max(1, cores() // processes))
        self._closing: asyncio.Task[None] | None = None
        self._writer = Writer(path, busy_seconds)
        self._writing = asyncio.Lock()
        self._readers: asyncio.LifoQueue[Reader] = asyncio.LifoQueue()
        self._connections: list[Reader] = []
        self._quick: Quick | None = None

    @classmethod
    async def open(
        cls, path: Path, busy_seconds: float = BUSY_SECONDS, processes: int = 1
    ) -> SqliteDatabase:
        """Open a database file.

        Args:
            path: of the file.
            busy_seconds: how long to wait for another process that writes.
            processes: how many of them share the machine's cores, this one included.

        Raises:
            DatabaseUnusable: the file cannot be opened, or is another program's.
            DatabaseTooNew: a newer newsgraph made it.
            DatabaseBusy: another process keeps it locked.
        """
        database = cls(path, busy_seconds, processes)
        try:
            await database.transact(lambda connection: migrate(connection, str(path)))
            for _ in range(READERS):
                await database._connect_reader()
            database._quick = Quick(path)
        except (sqlite3.Error, ValueError) as error:
            await database.close()
            raise database._translated(error) from error
        except BaseException:
            await database.close()
            raise
        return database

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction of the one writer; an exception undoes all of it.

        Raises:
            DatabaseBusy: another process writes for longer than `busy_seconds`.
            DatabaseUnusable: the database could not be written.
        """
        async with self._writing:
            self._check_open()
            try:
                return await self._writer.transact(work)
            except (DBAPIError, sqlite3.Error) as error:
                self._check_open(error)
                cause = error.orig if isinstance(error, DBAPIError) else None
                raise self._translated(cause or error) from error

    async def fetch(
        self, sql: str, values: Sequence[Any], most_bytes: int | None = None
    ) -> Sequence[Any]:
        """Return the one row of a statement, read at one moment; texts are bytes, in UTF-8.

        Args:
            sql: the statement.
            values: of its parameters.
            most_bytes: a longer text is refused while it is built, if that is more than
                `LEAST_BYTES`.

        Raises:
            AnswerTooLarge: a text has more than `most_bytes`.
            DatabaseUnusable: the database could not be read.
        """
        async with self._turns.one(), self._reader() as reader:
            return await self._row(reader, sql, values, most_bytes)

    def glance(self, sql: str) -> Sequence[Any] | None:
        """Return the one row of a statement that takes no time; None where it has to wait."""
        return None if self._quick is None else self._quick.row(sql)

    def at_once(
        self, sql: str, values: Sequence[Any], most_bytes: int | None = None
    ) -> Sequence[Any] | None:
        """Return the one row of a statement that is known to take hardly any time, or None."""
        return None if self._quick is None else self._quick.known(sql, values, most_bytes)

    @asynccontextmanager
    async def snapshot(self, most_bytes: int | None = None) -> AsyncIterator[Fetch]:
        """Give a `fetch` whose statements all read at the same moment.

        Args:
            most_bytes: for each of its statements, as with `fetch`.

        Raises:
            AnswerTooLarge: a text has more than `most_bytes`.
            DatabaseUnusable: the database could not be read.
        """
        async with self._reader() as reader:
            try:
                await self._rows(reader, "BEGIN")
                yield lambda sql, values: self._row(reader, sql, values, most_bytes)
            finally:
                # Also where the BEGIN was given up: it may have been on its way.
                if self._closing is None:
                    await reader.roll_back()

    async def close(self) -> None:
        """End what is read or written, and close every connection, also if this is cancelled."""
        self._closing = self._closing or asyncio.create_task(self._close())
        await until(self._closing)

    async def _close(self) -> None:
        connections, self._connections = self._connections, []
        quick, self._quick = self._quick, None
        if quick is not None:
            quick.close()
        try:
            await asyncio.gather(*(reader.close() for reader in connections))
        finally:
            await self._close_writer()

    async def _close_writer(self) -> None:
        self._writer.give_up()
        await until(asyncio.ensure_future(self._writing.acquire()), self._writer.interrupt)
        try:
            await self._writer.close()
        finally:
            self._writing.release()

    async def _connect_reader(self) -> None:
        reader = await Reader.connect(self._path, self._busy_seconds)
        self._connections.append(reader)
        self._readers.put_nowait(reader)

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[Reader]:
        reader = await self._readers.get()
        try:
            yield reader
        finally:
            self._readers.put_nowait(reader)

    async def _row(
        self, reader: Reader, sql: str, values: Sequence[Any], most_bytes: int | None
    ) -> Sequence[Any]:
        return next(iter(await self._rows(reader, sql, values, most_bytes)))

    async def _rows(
        self,
        reader: Reader,
        sql: str,
        values: Sequence[Any] = (),
        most_bytes: int | None = None,
    ) -> Iterable[Any]:
        self._check_open()
        try:
            rows = await reader.rows(sql, values, most_bytes)
        except sqlite3.Error as error:
            self._check_open(error)
            if code(error) == sqlite3.SQLITE_TOOBIG:
                raise AnswerTooLarge(most_bytes or MOST_BYTES) from error
            raise self._translated(error) from error
        if self._quick is not None:
            self._quick.learn(sql, reader.seconds)
        return rows

    def _check_open(self, cause: BaseException | None = None) -> None:
        if self._closing is not None:
            raise DatabaseUnusable(f"{self._path} has been closed") from cause

    def _translated(self, error: BaseException) -> StoreError:
        if is_busy(error):
            return DatabaseBusy(
                f"{self._path} is locked by another process; try again when it is done"
            )
        told = f"{self._path} cannot be used: {error}"
        return NestsTooDeep(told) if _PARSER in str(error) else DatabaseUnusable(told)


_PARSER = "parser stack overflow"
"""What SQLite says; it has no code of its own."""
