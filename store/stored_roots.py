"""The roots of a store: the folders that were imported into it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class StoredRoot:
    """A folder that was imported.

    Attributes:
        name: the collection's id, or else the folder's real path.
        folder: the folder of the last import.
        collection: its collection.
        server_settings: what its newsgraph.toml said about a server.
        document_count: number of its documents, including hidden ones.
        hidden_count: how many of them are not served.
    """

    name: str
    folder: Path
    collection: Collection
    server_settings: dict[str, Any]
    document_count: int
    hidden_count: int


def read_roots(connection: Connection) -> list[StoredRoot]:
    """Return the roots in the order in which they were imported first."""
    columns = (t.root.c.name, t.root.c.folder, t.root.c.collection, t.root.c.server_settings)
    counts = (func.count(t.document.c.id), func.count(t.document.c.id).filter(t.document.c.hidden))
    query = select(*columns, *counts).outerjoin(t.document).group_by(t.root.c.id)
    return [
        StoredRoot(
            name,
            Path(folder),
            Collection.from_json(json.loads(collection)),
            json.loads(server_settings),
            document_count,
            hidden_count,
        )
        for name, folder, collection, server_settings, document_count, hidden_count in (
            connection.execute(query.order_by(t.root.c.position))
        )
    ]
