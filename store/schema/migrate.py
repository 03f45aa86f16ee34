"""Brings a database's schema up to date, safely when several processes start at once."""

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

from newsgraph.store.errors import DatabaseTooNew
from newsgraph.store.schema.tables import state

if TYPE_CHECKING:
    from sqlalchemy import Connection

_one_at_a_time = Lock()
"""Alembic has one context for all threads."""


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's settings, with the connection that its steps run on."""
    config = Config()
    # Alembic reads the address as a format; a folder may have a % in its name.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def _steps() -> tuple[str, ...]:
    """Return the names of all steps, the newest first; Alembic imports each step to tell."""
    scripts = ScriptDirectory.from_config(configuration())
    return tuple(step.revision for step in scripts.walk_revisions())


def migrate(connection: Connection, name: str) -> None:
    """Take every step that the database has not taken yet.

    The connection is in a transaction that locks the database for writing, so that
    another process waits, and then finds nothing to do.

    Raises:
        DatabaseTooNew: the database took steps that this version does not know.
    """
    steps = _steps()
    taken = MigrationContext.configure(connection).get_current_revision()
    if taken is not None and taken not in steps:
        raise DatabaseTooNew(
            f"{name} was made by a newer newsgraph (its schema is {taken}, the newest known here "
            f"is {steps[0]}); update newsgraph, or name another database"
        )
    if taken != steps[0]:
        with _one_at_a_time:
            command.upgrade(configuration(connection), "head")
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
