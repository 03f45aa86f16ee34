"""The one connection that writes, whose transactions run in a thread and can be given up."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import LRUCache

from newsgraph.store.engines.sqlite.cancellation import until
from newsgraph.store.engines.sqlite.errors import is_busy
from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

T = TypeVar("T")

_TRY_SECONDS = 0.2
"""How long SQLite itself waits for another process: nobody can give up waiting until then."""

_APPLICATION = 0x6E677068  # "ngph", in the file's header: the database is one of ours


class Writer:
    """A connection that is made when it is first needed, for one transaction at a time.

    Args:
        path: of the file; it is made where it is missing.
        busy_seconds: how long to wait for another process that writes.
    """

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path, self._busy_seconds = path, busy_seconds
        self._engine = _engine(self._connect)
        event.listen(self._engine, "begin", _begin)
        event.listen(self._engine, "before_cursor_execute", self._go_on)
        event.listen(self._engine, "commit", self._go_on)
        # Its own, so that it does not wait for what others let the event loop's threads do.
        self._thread = ThreadPoolExecutor(1, "writer")
        self._connection: sqlite3.Connection | None = None
        self._is_given_up = False

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction, in a thread; an exception undoes all of it.

        Who gives it up (by cancelling) finds it ended when the cancellation comes out: undone,
        unless it was being committed already.

        Raises:
            DBAPIError: the driver refused something.
            DatabaseUnusable: the file is another program's, or this was given up.
        """
        self._is_given_up = False
        running = asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work)
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            self.give_up()
            with suppress(Exception):  # nobody is left to be told
                await until(running, self.interrupt)
            raise
        return running.result()

    def give_up(self) -> None:
        """Let the transaction, if there is one, end before its next statement or its COMMIT."""
        self._is_given_up = True

    def interrupt(self) -> None:
        """Interrupt the statement that runs, if one does."""
        if self._connection is not None:
            self._connection.interrupt()

    async def close(self) -> None:
        """Close the connection, for good; no transaction may be running."""
        try:
            await until(asyncio.get_running_loop().run_in_executor(self._thread, self._close))
        finally:
            self._thread.shutdown()

    def _close(self) -> None:
        if self._connection is not None:
            # An interrupt lasts until the next statement: the log would not be tidied away.
            self._connection.execute("SELECT 1")
            self._connection = None
        self._engine.dispose()

    def _go_on(self, *_event: object) -> None:
        # Quick statements are seldom met by an interrupt.
        if self._is_given_up:
            raise DatabaseUnusable(f"{self._path} has been closed")

    def _transact(self, work: Callable[[Connection], T]) -> T:
        deadline = monotonic() + self._busy_seconds
        while True:
            has_begun = False
            try:
                with self._engine.begin() as connection:
                    has_begun = True
                    return work(connection)
            except DBAPIError as error:
                waits = not has_begun and is_busy(error.orig) and not self._is_given_up
                if not waits or monotonic() > deadline:
                    raise
                # SQLite does not itself wait for others who switch to write-ahead logging, too.
                sleep(0.01)

    def _connect(self) -> sqlite3.Connection:
        patience = min(_TRY_SECONDS, self._busy_seconds)
        connection = sqlite3.connect(
            self._path, timeout=patience, isolation_level=None, check_same_thread=False
        )
        try:
            self._claim(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _claim(self, connection: sqlite3.Connection) -> None:
        """Make sure that the file is ours, and set the connection up."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            ((owner,),) = connection.execute("PRAGMA application_id")
            tables = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
            if owner != _APPLICATION:
                if owner or tables:
                    message = f"{self._path} is a database of another program; name another file"
                    raise DatabaseUnusable(message)
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        finally:
            connection.execute("COMMIT")
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")


_compiled: LRUCache[Any, Any] = LRUCache(500)
"""The text of statements; SQLAlchemy itself would compile them anew for each database."""


@cache
def _first_engine() -> Engine:
    """Return an engine whose dialect knows the driver; it is part of the key of `_compiled`."""
    engine = create_engine("sqlite://")
    with engine.connect():
        pass
    engine.dispose()
    return engine


def _engine(connect: Callable[[], Any]) -> Engine:
    """Return an engine of one connection."""
    first = _first_engine()
    engine = Engine(StaticPool(connect, dialect=first.dialect), first.dialect, first.url)
    engine.update_execution_options(compiled_cache=_compiled)
    return engine


def _begin(connection: Connection) -> None:
    # The lock is taken at once: a transaction that reads first could not become a writer.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
