"""Wrappers around a database, for tests."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from newsgraph.store.engines.protocol import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import FetchRow

T = TypeVar("T")


class DatabaseWrapper(Database):
    """A database that delegates every call to another one."""

    def __init__(self, inner: Database) -> None:
        self.inner, self.dialect, self.limits = inner, inner.dialect, inner.limits

    async def fetch_row(
        self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None
    ) -> Sequence[Any]:
        """Delegate the statement."""
        return await self.inner.fetch_row(sql, parameters, max_bytes)

    def peek(self, sql: str) -> Sequence[Any] | None:
        """Delegate the statement."""
        return self.inner.peek(sql)

    def try_inline(
        self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None
    ) -> Sequence[Any] | None:
        """Delegate the statement."""
        return self.inner.try_inline(sql, parameters, max_bytes)

    @asynccontextmanager
    async def snapshot(self, max_bytes: int | None = None) -> AsyncIterator[FetchRow]:
        """Delegate the snapshot."""
        async with self.inner.snapshot(max_bytes) as fetch_row:
            yield fetch_row

    async def run_in_transaction(self, work: Callable[[Connection], T]) -> T:
        """Delegate the transaction."""
        return await self.inner.run_in_transaction(work)

    async def close(self) -> None:
        """Close the wrapped database."""
        await self.inner.close()


class InterruptedDatabase(DatabaseWrapper):
    """Calls a function after the first statement that is read, before the second one.

    Attributes:
        snapshots: number of snapshots that were read.
    """

    def __init__(self, inner: Database, between: Callable[[], Awaitable[object]]) -> None:
        super().__init__(inner)
        self._between: Callable[[], Awaitable[object]] | None = between
        self._is_done = asyncio.Event()
        self.snapshots = 0

    async def fetch_row(
        self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None
    ) -> Sequence[Any]:
        """Run the first statement and then the function; run other statements after both."""
        between, self._between = self._between, None
        if between is None:
            await self._is_done.wait()
            return await super().fetch_row(sql, parameters, max_bytes)
        row = await super().fetch_row(sql, parameters, max_bytes)
        await between()
        self._is_done.set()
        return row

    @asynccontextmanager
    async def snapshot(self, max_bytes: int | None = None) -> AsyncIterator[FetchRow]:
        """Count the snapshot."""
        self.snapshots += 1
        async with super().snapshot(max_bytes) as fetch_row:
            yield fetch_row
