"""Databases that behave in their own ways, around a real one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from newsgraph.store.engines.protocol import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Fetch

T = TypeVar("T")


class Wrapped(Database):
    """A database that passes everything on."""

    def __init__(self, inner: Database) -> None:
        self.inner, self.dialect = inner, inner.dialect

    async def fetch(
        self, sql: str, values: Sequence[Any], most_bytes: int | None = None
    ) -> Sequence[Any]:
        """Pass a statement on."""
        return await self.inner.fetch(sql, values, most_bytes)

    def glance(self, sql: str) -> Sequence[Any] | None:
        """Pass a look on."""
        return self.inner.glance(sql)

    def at_once(
        self, sql: str, values: Sequence[Any], most_bytes: int | None = None
    ) -> Sequence[Any] | None:
        """Pass a statement on that takes no time."""
        return self.inner.at_once(sql, values, most_bytes)

    @asynccontextmanager
    async def snapshot(self, most_bytes: int | None = None) -> AsyncIterator[Fetch]:
        """Pass a snapshot on."""
        async with self.inner.snapshot(most_bytes) as fetch:
            yield fetch

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Pass a transaction on."""
        return await self.inner.transact(work)

    async def close(self) -> None:
        """Close the real one."""
        await self.inner.close()


class Interrupted(Wrapped):
    """Lets something happen between the first statement that is read and the second."""

    def __init__(self, inner: Database, between: Callable[[], Awaitable[object]]) -> None:
        super().__init__(inner)
        self._between: Callable[[], Awaitable[object]] | None = between
        self._done = asyncio.Event()
        self.snapshots = 0

    async def fetch(
        self, sql: str, values: Sequence[Any], most_bytes: int | None = None
    ) -> Sequence[Any]:
        """Read the first statement before, and the second after, what happens."""
        between, self._between = self._between, None
        if between is None:
            await self._done.wait()
            return await super().fetch(sql, values, most_bytes)
        found = await super().fetch(sql, values, most_bytes)
        await between()
        self._done.set()
        return found

    @asynccontextmanager
    async def snapshot(self, most_bytes: int | None = None) -> AsyncIterator[Fetch]:
        """Count the snapshots."""
        self.snapshots += 1
        async with super().snapshot(most_bytes) as fetch:
            yield fetch
