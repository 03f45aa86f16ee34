"""Lets a folder whose id has changed take over the root that was imported from it before.

A root is recognized by the id in its folder's newsgraph.toml, or without one by the folder's real
path. If an id is added, changed or removed, the folder and its documents stay the same: the root
only gets another name.
"""

from __future__ import annotations

import copy
import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Text, cast, delete, insert, literal, select, update

from newsgraph.store.documents.collection_settings import Collection, collection_namespace
from newsgraph.store.importing.content_folders import contains_half_of
from newsgraph.store.importing.document_writer import root_id
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.author_tables import author_entry
from newsgraph.store.schema.file_tables import local_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.importing.compared_state import ComparedState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RenamedRoot:
    """A folder that had another id at its last import, or none.

    Attributes:
        folder: the folder.
        former_name: its name in the store until now.
        former_namespace: the id with which the ids of its feed entries stay as they were.
        has_new_feed_ids: whether those change that newsgraph makes.
    """

    folder: Path
    former_name: str
    former_namespace: str
    has_new_feed_ids: bool


def find_takeovers(roots: Sequence[ImportRoot], stored: ComparedState) -> dict[int, ImportRoot]:
    """Return which folders were imported under other names.

    Args:
        roots: the folders of an import.
        stored: what the store contains.

    Returns:
        The folders by the keys of the roots that they take over.
    """
    keys = {root_id(root) for root in roots}
    by_folder = {os.path.realpath(root.folder): root for root in roots}
    takeovers = {}
    for key, row in stored.roots.items():
        root = by_folder.get(row["folder"])
        if root is None or key in keys:
            continue
        documents = stored.documents.values()
        paths = [document.path for document in documents if document.root_id == key]
        if row["name"] == row["folder"] or contains_half_of(root.folder, paths):
            takeovers[key] = root
    return takeovers


def describe_takeovers(stored: ComparedState, roots: Mapping[int, ImportRoot]) -> list[RenamedRoot]:
    """Return what takeovers change.

    Args:
        stored: what the store contains.
        roots: the folders by the keys of the roots that they take over.
    """
    renamed = []
    for key, root in roots.items():
        row = stored.roots[key]
        collection = Collection.from_json(json.loads(row["collection"]))
        namespace = collection_namespace(collection, row["folder"])
        has_new_ids = namespace != root.namespace
        renamed.append(RenamedRoot(root.folder, row["name"], namespace, has_new_ids))
    return renamed


def rename_roots(state: ComparedState, roots: Mapping[int, ImportRoot]) -> ComparedState:
    """Return the state as it is after takeovers.

    Args:
        state: what the store contains.
        roots: the folders by the keys of the roots that they take over.
    """
    if not roots:
        return state
    takeovers = {old: root_id(root) for old, root in roots.items()}
    merged = takeovers.keys() | takeovers.values()
    rows = {key: row for key, row in state.roots.items() if key not in takeovers}
    for old, new in takeovers.items():
        row = rows.setdefault(new, state.roots[old] | {"id": new})
        position = min(row["position"], state.roots[old]["position"])
        rows[new] = row | {"position": position}
    # Where several roots have a file, its document in the first one is the last here, and counts.
    ordered = sorted(
        state.documents.items(),
        key=lambda item: -state.roots[item[1].root_id]["position"],
    )
    return replace(
        state,
        # Rows contain the name of the root, so all files are read again.
        documents={
            key: replace(
                document,
                root_id=takeovers.get(document.root_id, document.root_id),
                settings_digest="" if document.root_id in merged else document.settings_digest,
            )
            for key, document in ordered
        },
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
        row = connection.execute(select(t.root).where(t.root.c.id == old)).mappings().one()
        position = connection.scalar(select(t.root.c.position).where(t.root.c.id == new))
        if position is None:
            connection.execute(insert(t.root).values({**row, "id": new, "name": root.name}))
        else:
            position = min(position, row["position"])
            connection.execute(update(t.root).where(t.root.c.id == new).values(position=position))
        _free_paths(connection, old, new)
        for table in (t.document, author_entry, local_file):
            _move_rows(connection, table, old, new)
        connection.execute(delete(t.root).where(t.root.c.id == old))
        # A file that cannot be read now is read again by a later import.
        of_root = t.document.c.root_id == new
        connection.execute(update(t.document).where(of_root).values(settings_digest=""))


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
