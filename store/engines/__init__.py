"""Database engines behind one protocol. Only an engine's own folder imports its driver."""

from newsgraph.store.engines.open import (
    back_up_database,
    list_database_paths,
    list_database_roots,
    open_database,
    prepare_process,
    rename_database,
    restore_database,
)
from newsgraph.store.engines.protocol import Database, FetchRow, ListedRoot

__all__ = [
    "Database",
    "FetchRow",
    "ListedRoot",
    "back_up_database",
    "list_database_paths",
    "list_database_roots",
    "open_database",
    "prepare_process",
    "rename_database",
    "restore_database",
]
