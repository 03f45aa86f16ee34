"""Reads the part of the store that an import compares folders with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsgraph.store.documents.document import Diagnostic
from newsgraph.store.importing.author_rows import read_author_entries
from newsgraph.store.importing.local_file_rows import read_stored_files
from newsgraph.store.importing.scan import StoredDocument
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.schedule_tables import scheduled_document

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsgraph.store.documents.document import AuthorEntry
    from newsgraph.store.importing.local_files import StoredFiles

_DIAGNOSTIC_COLUMNS = ("path", "line", "column", "code", "severity", "message", "advice")
_DOCUMENT_COLUMNS = (
    "id",
    "root_id",
    "path",
    "identity",
    "kind",
    "sha256",
    "settings_digest",
    "hidden",
)


@dataclass(frozen=True, slots=True)
class ComparedState:
    """The part of the store that an import compares folders with.

    Attributes:
        documents: by key.
        roots: the row of each root by its key.
        diagnostics: by the key of their root.
        author_entries: the authors in author files, by the key of their root.
        files: the files that documents refer to, by the key of their root.
    """

    revision: int
    documents: dict[int, StoredDocument]
    roots: dict[int, dict[str, Any]]
    diagnostics: dict[int, list[Diagnostic]]
    author_entries: dict[int, list[AuthorEntry]]
    files: dict[int, StoredFiles]


def read_compared_state(connection: Connection) -> ComparedState:
    """Read the state."""
    columns = [*(t.document.c[name] for name in _DOCUMENT_COLUMNS), scheduled_document.c.changes_at]
    query = select(*columns).outerjoin(scheduled_document)
    documents = {row[0]: StoredDocument(*row) for row in connection.execute(query)}
    roots = {row["id"]: dict(row) for row in connection.execute(select(t.root)).mappings()}
    diagnostics: dict[int, list[Diagnostic]] = defaultdict(list)
    items = select(t.diagnostic.c.root_id, *(t.diagnostic.c[name] for name in _DIAGNOSTIC_COLUMNS))
    for root, *values in connection.execute(items.order_by(t.diagnostic.c.position)):
        diagnostics[root].append(Diagnostic(*values))
    revision = connection.scalar(select(t.state.c.revision)) or 0
    author_entries = read_author_entries(connection)
    files = read_stored_files(connection)
    return ComparedState(revision, documents, roots, diagnostics, author_entries, files)
