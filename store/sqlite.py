"""SQLite: one writer, a small pool of read-only connections, write-ahead logging."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import aiosqlite
from sqlalchemy import event
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from store.errors import DatabaseBusy, DatabaseUnusable, StoreError
from store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.engine import Dialect

    from store.database import Fetch

T = TypeVar("T")

READERS = 4
"""How many statements are read side by side; each reader is a connection and a thread."""

BUSY_SECONDS = 30.0
"""How long to wait for another process that writes."""

_APPLICATION = 0x6E677068  # "ngph", in the file's header: the database is one of ours


class SqliteDatabase:
    """A database file. `open` makes it where it is missing and brings it up to date."""

    dialect: Dialect = sqlite_dialect()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = create_async_engine(
            "sqlite+aiosqlite://",
            poolclass=StaticPool,
            async_creator=self._connect_writer,
        )
        event.listen(self._engine.sync_engine, "begin", _begin)
        self._writing = asyncio.Lock()
        self._readers: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        self._connections: list[aiosqlite.Connection] = []

    @classmethod
    async def open(cls, path: Path) -> SqliteDatabase:
        """Open a database file.

        Raises:
            DatabaseUnusable: the file cannot be opened, or is another program's.
            DatabaseTooNew: a newer newsgraph made it.
            DatabaseBusy: another process keeps it locked.
        """
        database = cls(path)
        try:
            await database.transact(lambda connection: migrate(connection, str(path)))
            for _ in range(READERS):
                reader = await database._connect_reader()
                database._connections.append(reader)
                database._readers.put_nowait(reader)
        except BaseException:
            await database.close()
            raise
        return database

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction of the one writer; an exception undoes all of it.

        Raises:
            DatabaseBusy: another process writes for longer than `BUSY_SECONDS`.
            DatabaseUnusable: the database could not be written.
        """
        async with self._writing:
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)
            except DBAPIError as error:
                raise self._translated(error.orig or error) from error
            except sqlite3.Error as error:
                raise self._translated(error) from error

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        """Return the one row of a statement, read at one moment.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        async with self._reader() as reader:
            return await self._row(reader, sql, values)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Fetch]:
        """Give a `fetch` whose statements all read at the same moment."""
        async with self._reader() as reader:
            await reader.execute("BEGIN")
            try:
                yield lambda sql, values: self._row(reader, sql, values)
            finally:
                await reader.execute("ROLLBACK")

    async def close(self) -> None:
        """Close every connection."""
        for reader in self._connections:
            await reader.close()
        self._connections.clear()
        await self._engine.dispose()

    async def _connect_writer(self) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
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
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            await connection.execute(f"PRAGMA {pragma}")

    async def _connect_reader(self) -> aiosqlite.Connection:
        address = f"file:{quote(str(self._path.resolve()))}?mode=ro"
        reader = await aiosqlite.connect(
            address, uri=True, timeout=BUSY_SECONDS, isolation_level=None
        )
        await reader.execute("PRAGMA query_only = ON")
        return reader

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[aiosqlite.Connection]:
        reader = await self._readers.get()
        try:
            yield reader
        finally:
            self._readers.put_nowait(reader)

    async def _row(
        self, reader: aiosqlite.Connection, sql: str, values: Sequence[Any]
    ) -> Sequence[Any]:
        try:
            rows = await reader.execute_fetchall(sql, values)
        except sqlite3.Error as error:
            raise self._translated(error) from error
        return next(iter(rows))

    def _translated(self, error: BaseException) -> StoreError:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return DatabaseBusy(
                f"{self._path} is locked by another process; try again when it is done"
            )
        return DatabaseUnusable(f"{self._path} cannot be used: {error}")


def _begin(connection: Connection) -> None:
    # The lock is taken at once: a transaction that reads first could not become a writer.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
