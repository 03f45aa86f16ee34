"""Removes a root and its documents from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.store.documents.times import format_time
from newsgraph.store.errors import UnknownRoot
from newsgraph.store.importing.compared_state import read_compared_state
from newsgraph.store.importing.document_writer import stored_root_id
from newsgraph.store.importing.import_writer import ImportChanges, write_import

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def forget_root(connection: Connection, name: str, now: datetime) -> int:
    """Remove a root; its documents are deleted as if their files were gone.

    Args:
        connection: a transaction that holds the database's write lock.
        name: the name of the root.
        now: the current time, in UTC.

    Returns:
        How many documents were removed.

    Raises:
        UnknownRoot: the store has no root with this name.
    """
    state = read_compared_state(connection)
    key = stored_root_id(name)
    if key not in state.roots:
        raise UnknownRoot(name)
    removed = [document for document in state.documents.values() if document.root_id == key]
    changes = ImportChanges(state.revision, removed=removed, vanished_roots=[key])
    write_import(connection, changes, format_time(now))
    return len(removed)
