"""Creates a database's tables, safely when several processes open it at the same time."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from newsgraph.store.errors import SchemaVersionMismatch
from newsgraph.store.schema.tables import state

if TYPE_CHECKING:
    from sqlalchemy import Connection

_alembic_lock = Lock()
"""Alembic's context is global to the process."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, with the connection that migrations run on."""
    config = Config()
    # Alembic interpolates % in its settings, and a folder's name may contain one.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def _schema_versions() -> tuple[str, ...]:
    """Return the ids of all migrations, newest first. Cached: Alembic imports each migration."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return tuple(script.revision for script in scripts.walk_revisions())


def migrate(connection: Connection, display_name: str) -> None:
    """Run the migrations that the database lacks, and create its `state` row.

    The connection is in a transaction that holds the write lock: another process waits, and then
    finds nothing to do.

    Args:
        connection: a connection to the database.
        display_name: what error messages call the database, such as its path.

    Raises:
        SchemaVersionMismatch: the database has a schema that this version does not know.
    """
    known = _schema_versions()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise SchemaVersionMismatch(
            f"{display_name} was made by another version of newsgraph (its schema is {current}, "
            f"this version's is {known[0]}). If that version is newer, update newsgraph. Otherwise "
            f"delete {display_name}, or name another database, and import your folders again"
        )
    if current != known[0]:
        with _alembic_lock:
            command.upgrade(alembic_config(connection), "head")
    if connection.execute(state.select()).first() is None:
        connection.execute(
            state.insert().values(
                id=1,
                store_id=secrets.token_hex(8),
                revision=0,
                imported_at="",
                article_count=0,
                hidden_count=0,
                provider_count=0,
                topic_count=0,
            )
        )
