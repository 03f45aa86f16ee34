"""A database that records the SQL of its reads."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.store.database_wrappers import DatabaseWrapper

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from newsgraph.store.engines.protocol import Database, FetchRow


class RecordingDatabase(DatabaseWrapper):
    """Records the SQL of every read of another database.

    Attributes:
        statements: SQL texts in the order of execution.
        last: SQL and parameters of the last statement.
    """

    def __init__(self, inner: Database) -> None:
        super().__init__(inner)
        self.statements: list[str] = []
        self.last: tuple[str, Sequence[Any]] = ("", [])

    async def fetch_row(
        self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None
    ) -> Sequence[Any]:
        """Record a statement, and run it."""
        self.statements.append(sql)
        self.last = (sql, parameters)
        return await super().fetch_row(sql, parameters, max_bytes)

    def try_inline(self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None) -> None:
        """Run no statement inline, so that `fetch_row` records all of them."""

    @asynccontextmanager
    async def snapshot(self, max_bytes: int | None = None) -> AsyncIterator[FetchRow]:
        """Record the statements of a snapshot, and run them."""
        async with super().snapshot(max_bytes) as fetch_row:

            async def record_and_fetch(sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
                self.statements.append(sql)
                return await fetch_row(sql, parameters)

            yield record_and_fetch
