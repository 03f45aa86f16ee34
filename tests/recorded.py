"""A database that remembers the statements that it was asked."""

from __future__ import annotations

from contextlib import asynccontextmanager


class Recorded:
    """Stands before another database, and keeps the SQL of every read.

    Attributes:
        statements: the SQL texts, in order.
        last: the last statement and its values.
    """

    def __init__(self, database):
        self._database = database
        self.dialect = database.dialect
        self.statements: list[str] = []
        self.last: tuple[str, list[object]] = ("", [])

    async def fetch(self, sql, values, most_bytes=None):
        """Keep the statement, and run it."""
        self.statements.append(sql)
        self.last = (sql, values)
        return await self._database.fetch(sql, values, most_bytes)

    def glance(self, sql):
        """Look as the database does."""
        return self._database.glance(sql)

    def at_once(self, sql, values, most_bytes=None):
        """Know of no statement that is quick, so that each is kept."""

    @asynccontextmanager
    async def snapshot(self, most_bytes=None):
        """Keep the statements of a snapshot, and run them."""
        async with self._database.snapshot(most_bytes) as fetch:

            async def recorded(sql, values):
                self.statements.append(sql)
                return await fetch(sql, values)

            yield recorded

    async def transact(self, work):
        """Write as the database does."""
        return await self._database.transact(work)

    async def close(self):
        """Close the database."""
        await self._database.close()
