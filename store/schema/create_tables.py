"""Creates all tables as they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.schema import CreateIndex, CreateTable

from newsgraph.store.schema.search_index_tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection


def create_tables(connection: Connection) -> None:
    """Create all tables and indexes."""
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table))
        # In a fixed order: of two indexes that cost the same, SQLite chooses by their order.
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))
