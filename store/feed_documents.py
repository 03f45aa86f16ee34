"""Documents that feeds are made of, kept so that the feeds outlive a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, func, insert, select

from newsgraph.store.schema.feed_tables import feed_document

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database

MOST, MOST_BYTES = 10_000, 20_000_000
"""How many documents are kept, and how long they may be together: anybody can make one more."""


class FeedDocuments:
    """GraphQL documents by their hashes. Every method raises `StoreError`s only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def text(self, sha256: str) -> str | None:
        """Return the document with a hash; None where none is kept.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        sought = feed_document.c.sha256 == bindparam("sha256", type_=Text())
        found = select(select(feed_document.c.text).where(sought).scalar_subquery())
        statement = str(found.compile(dialect=self._database.dialect))
        (text,) = await self._database.fetch(statement, [sha256])
        return None if text is None else text.decode()

    async def keep(self, sha256: str, text: str, now: str) -> bool:
        """Keep a document; of one that is kept already, nothing changes.

        Args:
            sha256: of the text.
            text: the document's.
            now: ``YYYY-MM-DDTHH:MM:SSZ``.

        Returns:
            Whether it is kept: there is room for `MOST`, and for `MOST_BYTES`.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """

        def work(connection: Connection) -> bool:
            column = feed_document.c.sha256
            if connection.scalar(select(column).where(column == sha256)) is not None:
                return True
            length = func.coalesce(func.sum(func.length(feed_document.c.text)), 0)
            number, size = connection.execute(select(func.count(column), length)).one()
            if number >= MOST or size + len(text) > MOST_BYTES:
                return False
            row = {"sha256": sha256, "text": text, "kept_at": now}
            connection.execute(insert(feed_document), row)
            return True

        return await self._database.transact(work)
