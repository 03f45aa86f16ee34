"""Lets a folder that has an id now take over the root that was imported under its path.

Without an id, a root is recognized by its folder's real path. When an id is added to the folder's
newsgraph.toml, its documents stay the same: the root only gets another name.
"""

from __future__ import annotations

import copy
import os
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Text, cast, delete, insert, literal, select, update

from newsgraph.store.importing.document_writer import root_id, stored_root_id
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.author_tables import author_entry
from newsgraph.store.schema.file_tables import local_file

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.importing.compared_state import ComparedState

T = TypeVar("T")


def find_takeovers(roots: Sequence[ImportRoot], stored: Container[int]) -> dict[int, ImportRoot]:
    """Return which folders have an id now, and were imported without one.

    Args:
        roots: the folders of an import.
        stored: keys of the roots in the store.

    Returns:
        The folders by the keys of the roots that they take over.
    """
    keys = {root_id(root) for root in roots}
    by_path = {stored_root_id(os.path.realpath(root.folder)): root for root in roots}
    return {key: root for key, root in by_path.items() if key in stored and key not in keys}


def rename_roots(state: ComparedState, roots: Mapping[int, ImportRoot]) -> ComparedState:
    """Return the state as it is after takeovers.

    Args:
        state: what the store contains.
        roots: the folders by the keys of the roots that they take over.
    """
    if not roots:
        return state
    takeovers = {old: root_id(root) for old, root in roots.items()}
    documents = dict(state.documents)
    taken = {(document.root_id, document.path) for document in documents.values()}
    for key, document in state.documents.items():
        new = takeovers.get(document.root_id)
        if new is not None:
            # A file that both roots have imported, with different ids, has to be read again.
            is_shared = (new, document.path) in taken
            digest = "" if is_shared else document.settings_digest
            documents[key] = replace(document, root_id=new, settings_digest=digest)
    rows = {key: row for key, row in state.roots.items() if key not in takeovers}
    for old, new in takeovers.items():
        rows.setdefault(new, state.roots[old] | {"id": new})
    return replace(
        state,
        documents=documents,
        roots=rows,
        diagnostics=_rename_keys(state.diagnostics, takeovers),
        author_entries=_rename_keys(state.author_entries, takeovers),
        files=_rename_keys(state.files, takeovers),
    )


def _rename_keys(by_root: dict[int, T], takeovers: Mapping[int, int]) -> dict[int, T]:
    # A copy that has the same default values.
    renamed = copy.copy(by_root)
    for old, new in takeovers.items():
        if old in renamed:
            renamed.setdefault(new, renamed.pop(old))
    return renamed


def write_takeovers(connection: Connection, roots: Mapping[int, ImportRoot]) -> None:
    """Give stored roots the keys and names of folders.

    Args:
        connection: the import's transaction.
        roots: the folders by the keys of the roots that they take over.
    """
    for old, root in roots.items():
        new = root_id(root)
        if connection.scalar(select(t.root.c.id).where(t.root.c.id == new)) is None:
            row = connection.execute(select(t.root).where(t.root.c.id == old)).mappings().one()
            connection.execute(insert(t.root).values({**row, "id": new, "name": root.name}))
        _free_paths(connection, old, new)
        for table in (t.document, author_entry, local_file):
            _move_rows(connection, table, old, new)
        connection.execute(delete(t.root).where(t.root.c.id == old))


def _free_paths(connection: Connection, old: int, new: int) -> None:
    """Free the paths that both roots have; the import writes or removes these documents."""
    other = t.document.alias()
    in_new = select(other.c.path).where(other.c.root_id == new)
    connection.execute(
        update(t.document)
        .where(t.document.c.root_id == old, t.document.c.path.in_(in_new))
        .values(path=literal("?") + cast(t.document.c.id, Text))
    )
    for table, name in ((author_entry, "key"), (local_file, "path")):
        other = table.alias()
        in_old = select(other.c[name]).where(other.c.root_id == old)
        connection.execute(delete(table).where(table.c.root_id == new, table.c[name].in_(in_old)))


def _move_rows(connection: Connection, table: Table, old: int, new: int) -> None:
    connection.execute(update(table).where(table.c.root_id == old).values(root_id=new))
