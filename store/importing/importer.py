"""Imports folders: reads and compares outside the transaction, writes inside one."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsgraph.store.documents.diagnostics import OF_SEVERAL, diagnostic
from newsgraph.store.documents.document import Diagnostic
from newsgraph.store.documents.identity import slug
from newsgraph.store.errors import RootsCollide
from newsgraph.store.importing.document_writer import root_id
from newsgraph.store.importing.file_discovery import is_folder
from newsgraph.store.importing.import_writer import (
    TIME,
    Import,
    Superseded,
    root_row,
    sort_diagnostics,
    write,
)
from newsgraph.store.importing.scan import Known, Read, Scan, scan
from newsgraph.store.importing.spool import Spool
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from newsgraph.store.documents.collection import Root
    from newsgraph.store.engines.protocol import Database

_DIAGNOSTIC = ("path", "line", "column", "code", "severity", "message", "advice")
_KNOWN = ("id", "root_id", "path", "identity", "kind", "sha256", "reading", "hidden")


@dataclass(slots=True)
class Report:
    """What an import came to: numbers of documents, and what their owner should know.

    Attributes:
        revision: the store's now.
        hidden: how many documents of the folders are imported but not shown.
        diagnostics: (folder, diagnostic) pairs, in order.
    """

    revision: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    hidden: int = 0
    diagnostics: list[tuple[Path, Diagnostic]] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether anything was left out."""
        return any(one.severity == "error" for _, one in self.diagnostics)


@dataclass(frozen=True, slots=True)
class _Before:
    """The store, as far as an import compares with it.

    Attributes:
        documents: by key.
        roots: each one's row, by key.
        diagnostics: by root's key.
    """

    revision: int
    documents: dict[int, Known]
    roots: dict[int, dict[str, Any]]
    diagnostics: dict[int, list[Diagnostic]]


async def import_roots(
    database: Database,
    roots: Sequence[Root],
    progress: Callable[[int, int], None],
    clock: Callable[[], datetime],
) -> Report:
    """Bring the store to what the folders hold; other roots are left alone.

    Nothing is written, and the revision stays, where nothing changed.

    Args:
        database: the store's.
        roots: the folders; of documents with one id, the first in this order counts.
        progress: told how many files of a folder are read, of how many, by another thread.
        clock: tells the time of the import.

    Raises:
        RootsCollide: two of the folders have the same collection id.
        DatabaseBusy: another process writes for too long.
        DatabaseUnusable: the database could not be read or written.
    """
    roots = _each_once(roots)
    while True:
        before = await database.transact(_read_before)
        with Spool() as spool:
            change, report = await asyncio.to_thread(_compare, roots, before, progress, spool)
            now = clock().astimezone(UTC).strftime(TIME)
            try:
                if _changes(change, before):
                    await database.transact(partial(write, change=change, now=now))
            except Superseded:
                continue
        after = await database.transact(_read_before)
        report.revision = after.revision
        for root in roots:
            found = after.diagnostics.get(root_id(root), ())
            report.diagnostics += ((root.folder, one) for one in found)
        return report


def _each_once(roots: Sequence[Root]) -> list[Root]:
    """Return the roots, one that is given several times only once."""
    unique: dict[str, Root] = {}
    for root in roots:
        same = unique.setdefault(root.name, root)
        if os.path.realpath(same.folder) != os.path.realpath(root.folder):
            raise RootsCollide(
                f"{same.folder} and {root.folder} both have the id {root.name!r} in their "
                "newsgraph.toml; give each its own"
            )
    return list(unique.values())


def _read_before(connection: Connection) -> _Before:
    columns = [t.document.c[name] for name in _KNOWN]
    documents = {row[0]: Known(*row) for row in connection.execute(select(*columns))}
    roots = {row["id"]: dict(row) for row in connection.execute(select(t.root)).mappings()}
    diagnostics: dict[int, list[Diagnostic]] = defaultdict(list)
    told = select(t.diagnostic.c.root_id, *(t.diagnostic.c[name] for name in _DIAGNOSTIC))
    for root, *values in connection.execute(told.order_by(t.diagnostic.c.position)):
        diagnostics[root].append(Diagnostic(*values))
    revision = connection.scalar(select(t.state.c.revision)) or 0
    return _Before(revision, documents, roots, diagnostics)


def _compare(
    roots: Sequence[Root], before: _Before, progress: Callable[[int, int], None], spool: Spool
) -> tuple[Import, Report]:
    """Read the folders and tell what differs from the store."""
    change, report = Import(before.revision), Report()
    keys = {root_id(root) for root in roots}
    others = {key: row["folder"] for key, row in before.roots.items() if key not in keys}
    # A root whose folder is gone gives its documents up to whoever has them now.
    change.vanished = [key for key, folder in others.items() if not is_folder(Path(folder))]
    claims = _Claims(
        {
            name: (others[one.root_id], one.path)
            for one in before.documents.values()
            if one.root_id in others and one.root_id not in change.vanished
            for name in _names(one)
        }
    )
    for root in roots:
        known = {one.path: one for one in before.documents.values() if one.root_id == root_id(root)}
        told = _by_path(before.diagnostics[root_id(root)])
        found = scan(root, known, told, progress, spool)
        claims.take(found, known)
        report.failed += len(found.failed)
        if root_id(root) in before.roots or is_folder(root.folder):
            change.roots.append(root)
            change.diagnostics[root.name] = sort_diagnostics(found.diagnostics)
        else:
            report.diagnostics += ((root.folder, one) for one in found.diagnostics)
    change.read = claims.read
    written = {one.key for one in claims.read}
    change.removed = [
        one
        for key, one in before.documents.items()
        if one.root_id in keys and key not in claims.kept and key not in written
    ]
    report.updated = sum(key in before.documents for key in written)
    report.created = len(written) - report.updated
    report.unchanged = claims.unchanged
    report.removed = len(change.removed)
    hidden = (one.hidden for key, one in before.documents.items() if key in claims.kept)
    report.hidden = sum(hidden) + sum(one.hidden for one in claims.read)
    return change, report


def _names(document: Known | Read) -> tuple[int | str, ...]:
    """Return what no two documents share: the key, and an article's slug."""
    if document.kind != "Article":
        return (document.key,)
    return (document.key, slug(document.identity))


class _Claims:
    """Whose each id is: of documents with one id, the first counts.

    Attributes:
        read: new and changed documents.
        kept: keys of documents that stay as the store has them.
        unchanged: how many of those are as their files say.
    """

    def __init__(self, owners: dict[int | str, tuple[str, str]]) -> None:
        self._owners = owners
        self.read: list[Read] = []
        self.kept: set[int] = set()
        self.unchanged = 0

    def take(self, found: Scan, known: Mapping[str, Known]) -> None:
        """Claim the ids of a root's documents, in the order of their paths."""
        folder = os.path.realpath(found.root.folder)
        for path, document in sorted(found.documents.items()):
            owner = self._claim(document, folder)
            if owner is not None:
                message = f"The id {document.identity!r} is taken by {owner}."
                found.fail(diagnostic(path, "duplicate-id", message))
            elif isinstance(document, Known):
                self.kept.add(document.key)
                self.unchanged += 1
            else:
                self.read.append(document)
        # What cannot be read now stays as it was, unless another file says now that it is that.
        for path, document in sorted(known.items()):
            lost = path in found.failed or not found.walk.covers(path)
            if lost and self._claim(document, folder) is None:
                self.kept.add(document.key)

    def _claim(self, document: Known | Read, folder: str) -> str | None:
        """Make a document its id's owner; where there is one already, return that."""
        names = _names(document)
        owner = next((self._owners[name] for name in names if name in self._owners), None)
        if owner is None:
            self._owners |= dict.fromkeys(names, (folder, document.path))
            return None
        where, path = owner
        return path if where == folder else f"{path} in {where}"


def _by_path(diagnostics: Sequence[Diagnostic]) -> dict[str, list[Diagnostic]]:
    by_path: dict[str, list[Diagnostic]] = defaultdict(list)
    for one in diagnostics:
        # Those of documents together are found anew.
        if one.code not in OF_SEVERAL:
            by_path[one.path].append(one)
    return by_path


def _changes(change: Import, before: _Before) -> bool:
    if change.read or change.removed:
        return True
    for root in change.roots:
        stored = [one for one in before.diagnostics[root_id(root)] if one.code not in OF_SEVERAL]
        if stored != change.diagnostics[root.name]:
            return True
        row = before.roots.get(root_id(root))
        if row is None or row != root_row(root, row["position"]):
            return True
    return False
