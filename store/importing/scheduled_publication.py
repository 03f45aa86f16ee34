"""Publishes documents whose time has come, and hides those whose time has passed."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.documents.schedule import VisiblePeriod
from newsgraph.store.documents.times import format_time
from newsgraph.store.importing.contents_json import decode_contents
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.import_writer import ImportChanges, write_import
from newsgraph.store.importing.scan import ScannedDocument
from newsgraph.store.importing.spool import Spool
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.schedule_tables import scheduled_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database

_log = logging.getLogger(__name__)

_NEXT_CHANGE = select(func.min(scheduled_document.c.changes_at))


async def next_visibility_change(database: Database) -> datetime | None:
    """Return the time at which a document appears or goes next, in UTC; None if none does.

    Raises:
        DatabaseUnusable: the database could not be read.
    """
    sql = str(_NEXT_CHANGE.compile(dialect=database.dialect))
    (time,) = await database.fetch_row(sql, ())
    return None if time is None else datetime.fromisoformat(bytes(time).decode())


async def publish_due(database: Database, now: datetime) -> int:
    """Show and hide the documents whose time has come, all in one revision.

    If none appears or goes, the revision stays. No file is read.

    Args:
        database: the store's database.
        now: the current time.

    Returns:
        How many documents appeared or went.

    Raises:
        DatabaseBusy: another process holds the write lock for too long.
        DatabaseUnusable: the database could not be read or written.
    """
    with Spool() as spool:
        time = format_time(now)
        return await database.run_in_transaction(partial(_publish_due, now=time, spool=spool))


def _publish_due(connection: Connection, now: str, spool: Spool) -> int:
    due, ended, unreadable = _read_due(connection, now, spool)
    _delete_schedules(connection, ended)
    if due:
        revision = connection.scalar(select(t.state.c.revision)) or 0
        write_import(connection, ImportChanges(revision, changed=due), now)
    if unreadable:
        _leave_to_next_import(connection, unreadable)
    return len(due)


def _read_due(
    connection: Connection, now: str, spool: Spool
) -> tuple[list[ScannedDocument], list[int], list[int]]:
    """Return the documents that appear or go, and the keys of others whose time has come.

    These are documents that have expired before they could appear, and those that cannot be read.
    """
    query = (
        select(
            t.document,
            scheduled_document,
            *(t.root.c[name].label(f"root_{name}") for name in ("name", "folder", "collection")),
        )
        .join(t.document, t.document.c.id == scheduled_document.c.document_id)
        .join(t.root, t.root.c.id == t.document.c.root_id)
        .where(scheduled_document.c.changes_at <= now)
        .order_by(t.document.c.id)
    )
    documents: list[ScannedDocument] = []
    ended: list[int] = []
    unreadable: list[int] = []
    for row in connection.execute(query):
        period = VisiblePeriod(row.visible_from, row.visible_until)
        if row.hidden is not period.contains(now):
            ended.append(row.id)
            continue
        try:
            contents = spool.put(decode_contents(row.contents))
        except ValueError:
            unreadable.append(row.id)
            continue
        folder, digest = Path(row.root_folder), row.settings_digest
        collection = Collection.from_json(json.loads(row.root_collection))
        root = _StoredRoot(folder, collection, stored_name=row.root_name, stored_digest=digest)
        document = ScannedDocument(
            root=root,
            path=row.path,
            sha256=row.sha256,
            kind=row.kind,
            identity=row.identity,
            key=row.id,
            hidden=not row.hidden,
            contents=contents,
            period=period,
            changes_at=period.next_change(now),
        )
        documents.append(document)
    return documents, ended, unreadable


def _delete_schedules(connection: Connection, keys: Sequence[int]) -> None:
    for batch in batches(keys):
        is_ended = scheduled_document.c.document_id.in_(batch)
        connection.execute(delete(scheduled_document).where(is_ended))


def _leave_to_next_import(connection: Connection, keys: Sequence[int]) -> None:
    """Make the next import parse documents again: another version of newsgraph wrote them."""
    _log.error(
        "%d documents whose time has come cannot be read; import their folder again", len(keys)
    )
    _delete_schedules(connection, keys)
    for batch in batches(keys):
        documents = update(t.document).where(t.document.c.id.in_(batch))
        connection.execute(documents.values(settings_digest=""))


@dataclass(frozen=True)
class _StoredRoot(ImportRoot):
    """The root of a stored document: its folder may not exist on this machine.

    Attributes:
        stored_name: its name.
        stored_digest: the settings' digest of the document.
    """

    stored_name: str = ""
    stored_digest: str = ""

    @cached_property
    def name(self) -> str:
        """The stored name."""
        return self.stored_name

    @cached_property
    def namespace(self) -> str:
        """The namespace of GUIDs, from the stored folder."""
        return self.collection.id or self.collection.url or self.folder.name

    @cached_property
    def settings_digest(self) -> str:
        """The stored digest, so that the next import does not parse the document again."""
        return self.stored_digest
