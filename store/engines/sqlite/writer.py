"""The only connection that writes. Its transactions run in a thread and can be cancelled."""

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

from newsgraph.store.engines.sqlite.errors import is_lock_error
from newsgraph.store.engines.sqlite.wait_despite_cancel import wait_despite_cancel
from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

T = TypeVar("T")

_SQLITE_BUSY_TIMEOUT_SECONDS = 0.2
"""How long SQLite itself waits for a lock: such a wait cannot be cancelled."""

APPLICATION_ID = 0x6E677068
"""The letters "ngph", in the header of the file: a database of newsgraph."""


class WriterConnection:
    """A connection that is opened on first use, for one transaction at a time.

    Args:
        path: the file's path; a missing file is created.
        busy_timeout_seconds: how long to wait for another process that holds the write lock.
    """

    def __init__(self, path: Path, busy_timeout_seconds: float) -> None:
        self._path, self._busy_timeout_seconds = path, busy_timeout_seconds
        self._engine = _engine(self._connect)
        event.listen(self._engine, "begin", _begin)
        event.listen(self._engine, "before_cursor_execute", self._check_cancelled)
        event.listen(self._engine, "commit", self._check_cancelled)
        # A thread of its own, so that it does not wait for jobs in the event loop's thread pool.
        self._thread = ThreadPoolExecutor(1, "writer")
        self._connection: sqlite3.Connection | None = None
        self._is_cancelled = False

    async def run_in_transaction(self, work: Callable[[Connection], T]) -> T:
        """Call `work` in a transaction, in a thread; an exception rolls it back.

        When the caller is cancelled, the transaction has ended before `CancelledError`
        propagates: rolled back, unless its COMMIT was already running.

        Raises:
            DBAPIError: the driver's error.
            DatabaseUnusable: the file belongs to another program, or `cancel` was called.
        """
        self._is_cancelled = False
        running = asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work)
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            self.cancel()
            with suppress(Exception):  # the caller is gone
                await wait_despite_cancel(running, self.interrupt)
            raise
        return running.result()

    def cancel(self) -> None:
        """Make the transaction, if there is one, fail before its next statement or its COMMIT."""
        self._is_cancelled = True

    def interrupt(self) -> None:
        """Interrupt the running statement, if there is one."""
        if self._connection is not None:
            self._connection.interrupt()

    async def close(self) -> None:
        """Close the connection for good; no transaction may be running."""
        try:
            await wait_despite_cancel(
                asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            )
        finally:
            self._thread.shutdown()

    def _close(self) -> None:
        if self._connection is not None:
            # An interrupt can also end the next statement, here the checkpoint on close.
            self._connection.execute("SELECT 1")
            self._connection = None
        self._engine.dispose()

    def _check_cancelled(self, *_event: object) -> None:
        # An interrupt often comes between short statements, where it has no effect.
        if self._is_cancelled:
            raise DatabaseUnusable(f"{self._path} has been closed")

    def _transact(self, work: Callable[[Connection], T]) -> T:
        deadline = monotonic() + self._busy_timeout_seconds
        while True:
            has_started = False
            try:
                with self._engine.begin() as connection:
                    has_started = True
                    return work(connection)
            except DBAPIError as error:
                can_retry = not has_started and is_lock_error(error.orig) and not self._is_cancelled
                if not can_retry or monotonic() > deadline:
                    raise
                # SQLite does not wait while another connection switches to write-ahead logging.
                sleep(0.01)

    def _connect(self) -> sqlite3.Connection:
        timeout = min(_SQLITE_BUSY_TIMEOUT_SECONDS, self._busy_timeout_seconds)
        connection = sqlite3.connect(
            self._path, timeout=timeout, isolation_level=None, check_same_thread=False
        )
        try:
            self._set_up(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _set_up(self, connection: sqlite3.Connection) -> None:
        """Check that the file belongs to newsgraph, and set the connection's pragmas."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            ((owner,),) = connection.execute("PRAGMA application_id")
            tables = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
            if owner != APPLICATION_ID:
                if owner or tables:
                    message = f"{self._path} is a database of another program; name another file"
                    raise DatabaseUnusable(message)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        finally:
            connection.execute("COMMIT")
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")


_compiled_cache: LRUCache[Any, Any] = LRUCache(500)
"""SQLAlchemy's cache of compiled statements, shared by all engines of the process."""


@cache
def _template_engine() -> Engine:
    """Return an engine with an initialized dialect; the dialect is part of the cache's keys."""
    engine = create_engine("sqlite://")
    with engine.connect():
        pass
    engine.dispose()
    return engine


def _engine(connect: Callable[[], Any]) -> Engine:
    """Return an engine with one connection."""
    template = _template_engine()
    engine = Engine(StaticPool(connect, dialect=template.dialect), template.dialect, template.url)
    engine.update_execution_options(compiled_cache=_compiled_cache)
    return engine


def _begin(connection: Connection) -> None:
    # Take the write lock at once: a transaction that reads first could fail to upgrade.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
