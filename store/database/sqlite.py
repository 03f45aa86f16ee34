"""SQLite: one writer, a small pool of read-only connections, write-ahead logging."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import aiosqlite
from sqlalchemy import event
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from store.database.quick import Quick
from store.database.reader import MOST_BYTES, Reader
from store.database.schema import migrate
from store.database.turns import Turns, cores
from store.errors import AnswerTooLarge, DatabaseBusy, DatabaseUnusable, NestsTooDeep, StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.engine import Dialect

    from store.database.protocol import Fetch

T = TypeVar("T")

READERS = 4
"""How many statements are read side by side; each reader is a connection and a thread."""

BUSY_SECONDS = 30.0
"""How long to wait for another process that writes."""

_TRY_SECONDS = 0.2
"""How long SQLite itself waits for it: nobody can give up waiting until then."""

_APPLICATION = 0x6E677068  # "ngph", in the file's header: the database is one of ours


class SqliteDatabase:
    """A database file. `open` makes it where it is missing and brings it up to date."""

    dialect: Dialect = sqlite_dialect()

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS, processes: int = 1) -> None:
        self._path, self._busy_seconds = path, busy_seconds
        self._turns = Turns(max(1, cores() // processes))
        self._closed = False
        self._engine = create_async_engine(
            "sqlite+aiosqlite://",
            poolclass=StaticPool,
            async_creator=self._connect_writer,
        )
        event.listen(self._engine.sync_engine, "begin", _begin)
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
            # aiosqlite does not clean up after a file that cannot be opened: try it without.
            await asyncio.to_thread(lambda: sqlite3.connect(path).close())
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
        clock = asyncio.get_running_loop().time
        async with self._writing:
            deadline = clock() + self._busy_seconds
            try:
                while True:
                    self._check_open()
                    has_begun = False
                    try:
                        async with self._engine.begin() as connection:
                            has_begun = True
                            return await connection.run_sync(work)
                    except DBAPIError as error:
                        if has_begun or not _is_busy(error.orig) or clock() > deadline:
                            raise
            except DBAPIError as error:
                raise self._translated(error.orig or error) from error
            except sqlite3.Error as error:
                raise self._translated(error) from error

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
                if not self._closed:
                    await reader.roll_back()

    async def close(self) -> None:
        """End what is read, and close every connection; nothing can be done any more."""
        self._closed = True
        connections, self._connections = self._connections, []
        quick, self._quick = self._quick, None
        if quick is not None:
            quick.close()
        try:
            await asyncio.gather(*(reader.close() for reader in connections))
        finally:
            await self._engine.dispose()

    async def _connect_writer(self) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(
            self._path, timeout=self._busy_seconds, isolation_level=None
        )
        try:
            await self._claim(connection)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _claim(self, connection: aiosqlite.Connection) -> None:
        """Make sure that the file is ours, and set the connection up."""
        await connection.execute("BEGIN IMMEDIATE")
        try:
            ((owner,),) = await connection.execute_fetchall("PRAGMA application_id")
            tables = await connection.execute_fetchall("SELECT 1 FROM sqlite_master LIMIT 1")
            if owner != _APPLICATION:
                if owner or tables:
                    message = f"{self._path} is a database of another program; name another file"
                    raise DatabaseUnusable(message)
                await connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        finally:
            await connection.execute("COMMIT")
        await self._log_ahead(connection)
        patience = int(min(_TRY_SECONDS, self._busy_seconds) * 1000)
        pragmas = ("synchronous = NORMAL", "foreign_keys = ON", f"busy_timeout = {patience}")
        for pragma in pragmas:
            await connection.execute(f"PRAGMA {pragma}")

    async def _log_ahead(self, connection: aiosqlite.Connection) -> None:
        """Switch to write-ahead logging; SQLite does not itself wait for others who do so too."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._busy_seconds
        while True:
            try:
                await connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or clock() > deadline:
                    raise
                await asyncio.sleep(0.01)
            else:
                return

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
            if _code(error) == sqlite3.SQLITE_TOOBIG:
                raise AnswerTooLarge(most_bytes or MOST_BYTES) from error
            raise self._translated(error) from error
        if self._quick is not None:
            self._quick.learn(sql, reader.seconds)
        return rows

    def _check_open(self, cause: BaseException | None = None) -> None:
        if self._closed:
            raise DatabaseUnusable(f"{self._path} has been closed") from cause

    def _translated(self, error: BaseException) -> StoreError:
        if _is_busy(error):
            return DatabaseBusy(
                f"{self._path} is locked by another process; try again when it is done"
            )
        told = f"{self._path} cannot be used: {error}"
        return NestsTooDeep(told) if _PARSER in str(error) else DatabaseUnusable(told)


_PARSER = "parser stack overflow"
"""What SQLite says; it has no code of its own."""


def _code(error: BaseException | None) -> int | None:
    """Return SQLite's own code, without what it adds for particular cases."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _is_busy(error: BaseException | None) -> bool:
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _begin(connection: Connection) -> None:
    # The lock is taken at once: a transaction that reads first could not become a writer.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
