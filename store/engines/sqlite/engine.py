"""The SQLite database: one writer, a small pool of read-only connections, write-ahead logging."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError

from newsgraph.store.engines.sqlite import json  # noqa: F401 - compile constructs for SQLite
from newsgraph.store.engines.sqlite.concurrency import ConcurrencyLimiter, available_cores
from newsgraph.store.engines.sqlite.errors import is_lock_error, is_parser_overflow, primary_code
from newsgraph.store.engines.sqlite.inline_connection import InlineConnection
from newsgraph.store.engines.sqlite.reader import MAX_LENGTH_LIMIT, ReaderConnection
from newsgraph.store.engines.sqlite.search_functions import may_run_inline
from newsgraph.store.engines.sqlite.sql_limits import LIMITS
from newsgraph.store.engines.sqlite.wait_despite_cancel import wait_despite_cancel
from newsgraph.store.engines.sqlite.writer import WriterConnection
from newsgraph.store.errors import (
    DatabaseBusy,
    DatabaseUnusable,
    ResultTooLarge,
    StatementTooDeep,
    StoreError,
)
from newsgraph.store.query.search_index import IndexReader
from newsgraph.store.schema.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.engine import Dialect

    from newsgraph.store.engines.protocol import FetchRow

T = TypeVar("T")

READER_COUNT = 4
"""How many statements can read at the same time; each reader is a connection with a thread."""

BUSY_TIMEOUT_SECONDS = 30.0
"""How long to wait for another process that holds the write lock."""


class SqliteDatabase:
    """A database file. `open` creates the file if it is missing, and its tables."""

    dialect: Dialect = sqlite_dialect()
    limits = LIMITS

    def __init__(
        self,
        path: Path,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
        process_count: int = 1,
    ) -> None:
        self._path, self._busy_timeout_seconds = path, busy_timeout_seconds
        self._limiter = ConcurrencyLimiter(max(1, available_cores() // process_count))
        self._closing: asyncio.Task[None] | None = None
        self._writer = WriterConnection(path, busy_timeout_seconds)
        self._writer_lock = asyncio.Lock()
        self._idle_readers: asyncio.LifoQueue[ReaderConnection] = asyncio.LifoQueue()
        self._readers: list[ReaderConnection] = []
        self._inline: InlineConnection | None = None
        self._search_index = IndexReader(self.dialect)

    @classmethod
    async def open(
        cls,
        path: Path,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
        process_count: int = 1,
    ) -> SqliteDatabase:
        """Open a database file.

        Args:
            path: the file's path.
            busy_timeout_seconds: how long to wait for another process that holds the write lock.
            process_count: how many processes share the machine's cores, this one included.

        Raises:
            DatabaseUnusable: the file cannot be opened, or belongs to another program.
            SchemaVersionMismatch: the file was made by another version, with another schema.
            DatabaseBusy: another process keeps it locked.
        """
        database = cls(path, busy_timeout_seconds, process_count)
        try:
            await database.run_in_transaction(lambda connection: migrate(connection, str(path)))
            for _ in range(READER_COUNT):
                await database._add_reader()
            database._inline = InlineConnection(path, database._search_index)
        except (sqlite3.Error, ValueError) as error:
            await database.close()
            raise database._store_error(error) from error
        except BaseException:
            await database.close()
            raise
        return database

    async def run_in_transaction(self, work: Callable[[Connection], T]) -> T:
        """Call `work` in a transaction of the only writer; an exception rolls it back.

        Raises:
            DatabaseBusy: another process holds the write lock for longer than
                `busy_timeout_seconds`.
            DatabaseUnusable: the database could not be written.
        """
        async with self._writer_lock:
            self._check_open()
            try:
                return await self._writer.run_in_transaction(work)
            except (DBAPIError, sqlite3.Error) as error:
                self._check_open(error)
                cause = error.orig if isinstance(error, DBAPIError) else None
                raise self._store_error(cause or error) from error

    async def fetch_row(
        self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None
    ) -> Sequence[Any]:
        """Run a statement that returns one row, read from one snapshot; texts are UTF-8 bytes.

        Args:
            sql: the statement.
            parameters: the values of its parameters, by position.
            max_bytes: the statement fails once it builds a longer text; limits below
                `MIN_LENGTH_LIMIT` are raised to it.

        Raises:
            ResultTooLarge: a text has more than `max_bytes`.
            DatabaseUnusable: the database could not be read.
        """
        async with self._limiter.slot(), self._borrow_reader() as reader:
            return await self._fetch_row(reader, sql, parameters, max_bytes)

    def peek(self, sql: str) -> Sequence[Any] | None:
        """Read one row by its key without waiting; None if that is not possible."""
        return None if self._inline is None else self._inline.fetch_row_or_none(sql)

    def try_inline(
        self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None
    ) -> Sequence[Any] | None:
        """Run a statement on the event loop's thread if earlier runs were fast; else None."""
        return (
            None
            if self._inline is None
            else self._inline.fetch_row_if_fast(sql, parameters, max_bytes)
        )

    @asynccontextmanager
    async def snapshot(self, max_bytes: int | None = None) -> AsyncIterator[FetchRow]:
        """Return a context manager for statements that all read the same snapshot.

        Args:
            max_bytes: the limit of each statement, as with `fetch_row`.

        Raises:
            ResultTooLarge: a text has more than `max_bytes`.
            DatabaseUnusable: the database could not be read.
        """
        async with self._borrow_reader() as reader:
            try:
                await self._fetch_all(reader, "BEGIN")
                yield lambda sql, parameters: self._fetch_row(reader, sql, parameters, max_bytes)
            finally:
                # Roll back even if BEGIN was cancelled: it may have run all the same.
                if self._closing is None:
                    await reader.roll_back()

    async def close(self) -> None:
        """End running statements and close every connection, even if this call is cancelled."""
        self._closing = self._closing or asyncio.create_task(self._close())
        await wait_despite_cancel(self._closing)

    async def _close(self) -> None:
        readers, self._readers = self._readers, []
        inline, self._inline = self._inline, None
        if inline is not None:
            inline.close()
        try:
            await asyncio.gather(*(reader.close() for reader in readers))
        finally:
            await self._close_writer()

    async def _close_writer(self) -> None:
        self._writer.cancel()
        acquiring = asyncio.ensure_future(self._writer_lock.acquire())
        await wait_despite_cancel(acquiring, self._writer.interrupt)
        try:
            await self._writer.close()
        finally:
            self._writer_lock.release()

    async def _add_reader(self) -> None:
        reader = await ReaderConnection.connect(
            self._path, self._busy_timeout_seconds, self._search_index
        )
        self._readers.append(reader)
        self._idle_readers.put_nowait(reader)

    @asynccontextmanager
    async def _borrow_reader(self) -> AsyncIterator[ReaderConnection]:
        reader = await self._idle_readers.get()
        try:
            yield reader
        finally:
            self._idle_readers.put_nowait(reader)

    async def _fetch_row(
        self, reader: ReaderConnection, sql: str, parameters: Sequence[Any], max_bytes: int | None
    ) -> Sequence[Any]:
        return next(iter(await self._fetch_all(reader, sql, parameters, max_bytes)))

    async def _fetch_all(
        self,
        reader: ReaderConnection,
        sql: str,
        parameters: Sequence[Any] = (),
        max_bytes: int | None = None,
    ) -> Iterable[Any]:
        self._check_open()
        try:
            rows = await reader.fetch_all(sql, parameters, max_bytes)
        except sqlite3.Error as error:
            self._check_open(error)
            if primary_code(error) == sqlite3.SQLITE_TOOBIG:
                raise ResultTooLarge(max_bytes or MAX_LENGTH_LIMIT) from error
            raise self._store_error(error) from error
        # Some functions that run in Python cannot be aborted.
        if self._inline is not None and may_run_inline(sql):
            self._inline.record_duration(sql, reader.cpu_seconds_to_first_row)
        return rows

    def _check_open(self, cause: BaseException | None = None) -> None:
        if self._closing is not None:
            raise DatabaseUnusable(f"{self._path} has been closed") from cause

    def _store_error(self, error: BaseException) -> StoreError:
        if is_lock_error(error):
            return DatabaseBusy(
                f"{self._path} is locked by another process; try again when it is done"
            )
        message = f"{self._path} cannot be used: {error}"
        return StatementTooDeep(message) if is_parser_overflow(error) else DatabaseUnusable(message)
