"""GraphQL documents that define query feeds, stored so that the feeds survive a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, func, insert, select

from newsgraph.store.schema.feed_tables import feed_document

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database

MAX_DOCUMENTS, MAX_TOTAL_BYTES = 10_000, 20_000_000
"""Number of stored documents, and their total length: any client can add documents."""


class QueryFeedDocuments:
    """GraphQL documents by their SHA-256 hashes. Every method raises only `StoreError`s."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, sha256: str) -> str | None:
        """Return the document with a hash, or None if it is not stored.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        matches = feed_document.c.sha256 == bindparam("sha256", type_=Text())
        # A scalar subquery gives one row, with NULL where there is no document.
        query = select(select(feed_document.c.text).where(matches).scalar_subquery())
        statement = str(query.compile(dialect=self._database.dialect))
        (text,) = await self._database.fetch_row(statement, [sha256])
        return None if text is None else text.decode()

    async def save(self, sha256: str, text: str, saved_at: str) -> bool:
        """Store a document; a document that is already stored stays unchanged.

        Args:
            sha256: hash of the text, in hexadecimal.
            text: the GraphQL document.
            saved_at: current time, ``YYYY-MM-DDTHH:MM:SSZ``.

        Returns:
            Whether the document is stored: False if it would exceed `MAX_DOCUMENTS` or
            `MAX_TOTAL_BYTES`.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """

        def insert_document(connection: Connection) -> bool:
            column = feed_document.c.sha256
            if connection.scalar(select(column).where(column == sha256)) is not None:
                return True
            total_length = func.coalesce(func.sum(func.length(feed_document.c.text)), 0)
            count, length = connection.execute(select(func.count(column), total_length)).one()
            if count >= MAX_DOCUMENTS or length + len(text) > MAX_TOTAL_BYTES:
                return False
            row = {"sha256": sha256, "text": text, "saved_at": saved_at}
            connection.execute(insert(feed_document), row)
            return True

        return await self._database.run_in_transaction(insert_document)
