"""Writes the documents that appear or go at a time in the future, with their parsed contents.

They are published from these contents (`scheduled_publication`), so that their files are not
needed, which may be on another machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from newsgraph.store.importing.contents_json import encode_contents
from newsgraph.store.schema.schedule_tables import scheduled_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newsgraph.store.importing.scan import ParsedContents, ScannedDocument


def write_schedules(
    connection: Connection, documents: Sequence[tuple[ScannedDocument, ParsedContents]]
) -> None:
    """Replace the schedules of documents; most have none.

    Args:
        connection: the import's transaction, after the documents are written.
        documents: a batch of new and changed documents.
    """
    keys = [document.key for document, _ in documents]
    connection.execute(delete(scheduled_document).where(scheduled_document.c.document_id.in_(keys)))
    rows = [
        {
            "document_id": document.key,
            "changes_at": document.changes_at,
            "visible_from": document.period.start,
            "visible_until": document.period.end,
            "contents": encode_contents(contents),
        }
        for document, contents in documents
        if document.changes_at is not None
    ]
    if rows:
        connection.execute(insert(scheduled_document), rows)
