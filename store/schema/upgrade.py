"""Runs Alembic's migrations on databases of older versions. The only module that uses Alembic."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from newsgraph.store.errors import SchemaVersionMismatch

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


def upgrade(connection: Connection, version: str | None, display_name: str) -> None:
    """Run the migrations that a database lacks.

    Args:
        connection: a connection to the database, in a transaction that holds the write lock.
        version: id of the database's newest migration, or None.
        display_name: what error messages call the database, such as its path.

    Raises:
        SchemaVersionMismatch: the database has a schema that this version does not know.
    """
    scripts = ScriptDirectory.from_config(alembic_config())
    known = [script.revision for script in scripts.walk_revisions()]
    if version is not None and version not in known:
        raise SchemaVersionMismatch(
            f"{display_name} was made by another version of newsgraph (its schema is {version}, "
            f"this version's is {known[0]}). If that version is newer, update newsgraph. Otherwise "
            f"delete {display_name}, or name another database, and import your folders again"
        )
    with _alembic_lock:
        command.upgrade(alembic_config(connection), "head")
