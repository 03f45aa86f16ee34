"""Creates a database's tables, safely when several processes open it at the same time."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table, inspect

from newsgraph.store.schema.create_tables import create_tables
from newsgraph.store.schema.tables import state

if TYPE_CHECKING:
    from sqlalchemy import Connection

SCHEMA_VERSION: Final = "2ec8fb62e33c"
"""Id of the newest migration. A test compares it with a digest of the tables."""

_alembic_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's table. A test compares it with the one that Alembic creates."""


def create_store_id() -> str:
    """Return a random id of a store, which ETags and tokens contain."""
    return secrets.token_hex(8)


def migrate(connection: Connection, display_name: str) -> None:
    """Create the tables of a new database, or run the migrations that an older one lacks.

    The connection is in a transaction that holds the write lock: another process waits, and then
    finds nothing to do.

    Args:
        connection: a connection to the database.
        display_name: what error messages call the database, such as its path.

    Raises:
        SchemaVersionMismatch: the database has a schema that this version does not know.
    """
    if not inspect(connection).has_table(_alembic_version.name):
        create_tables(connection)
        _alembic_version.create(connection)
        connection.execute(_alembic_version.insert().values(version_num=SCHEMA_VERSION))
    elif (version := connection.scalar(_alembic_version.select())) != SCHEMA_VERSION:
        # Alembic takes 0.2 s to import, and most databases need no migration.
        from newsgraph.store.schema.upgrade import upgrade

        upgrade(connection, version, display_name)
    if connection.execute(state.select()).first() is None:
        connection.execute(
            state.insert().values(
                id=1,
                store_id=create_store_id(),
                revision=0,
                imported_at="",
                article_count=0,
                hidden_count=0,
                provider_count=0,
                topic_count=0,
            )
        )
