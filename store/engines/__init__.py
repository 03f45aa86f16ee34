"""Database engines behind one protocol. Only an engine's own folder imports its driver."""

from newsgraph.store.engines.open import (
    back_up_database,
    open_database,
    prepare_process,
    rename_database,
    restore_database,
)
from newsgraph.store.engines.protocol import Database, FetchRow

__all__ = [
    "Database",
    "FetchRow",
    "back_up_database",
    "open_database",
    "prepare_process",
    "rename_database",
    "restore_database",
]
