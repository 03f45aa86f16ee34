"""A database that remembers the statements that it was asked."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.store.fakes import Wrapped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from newsgraph.store.engines.protocol import Database, Fetch


class Recorded(Wrapped):
    """Stands before another database, and keeps the SQL of every read.

    Attributes:
        statements: the SQL texts, in order.
        last: the last statement and its values.
    """

    def __init__(self, inner: Database) -> None:
        super().__init__(inner)
        self.statements: list[str] = []
        self.last: tuple[str, Sequence[Any]] = ("", [])

    async def fetch(
        self, sql: str, values: Sequence[Any], most_bytes: int | None = None
    ) -> Sequence[Any]:
        """Keep the statement, and run it."""
        self.statements.append(sql)
        self.last = (sql, values)
        return await super().fetch(sql, values, most_bytes)

    def at_once(self, sql: str, values: Sequence[Any], most_bytes: int | None = None) -> None:
        """Know of no statement that is quick, so that each is kept."""

    @asynccontextmanager
    async def snapshot(self, most_bytes: int | None = None) -> AsyncIterator[Fetch]:
        """Keep the statements of a snapshot, and run them."""
        async with super().snapshot(most_bytes) as fetch:

            async def recorded(sql: str, values: Sequence[Any]) -> Sequence[Any]:
                self.statements.append(sql)
                return await fetch(sql, values)

            yield recorded
