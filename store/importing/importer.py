"""Imports folders: scans and compares outside of a transaction, writes in one."""

from __future__ import annotations

import asyncio
import json
import os
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.diagnostics import CROSS_DOCUMENT_CODES
from newsgraph.store.documents.times import format_time
from newsgraph.store.errors import DuplicateCollectionId
from newsgraph.store.importing.commit_dates import find_commit_dates
from newsgraph.store.importing.compared_state import read_compared_state
from newsgraph.store.importing.content_folders import is_folder
from newsgraph.store.importing.document_writer import root_id
from newsgraph.store.importing.id_claims import IdClaims, Owner, unique_names
from newsgraph.store.importing.import_writer import (
    ImportChanges,
    ImportSuperseded,
    root_row,
    sort_diagnostics,
    write_import,
)
from newsgraph.store.importing.local_file_rows import are_modified
from newsgraph.store.importing.local_files import NO_FILES
from newsgraph.store.importing.problem_counts import ProblemCounts, count_problems
from newsgraph.store.importing.removal_limit import check_removals
from newsgraph.store.importing.root_takeover import (
    RenamedRoot,
    describe_takeovers,
    find_takeovers,
    rename_roots,
)
from newsgraph.store.importing.scan import ScannedDocument, scan_root
from newsgraph.store.importing.site_pictures import find_site_pictures
from newsgraph.store.importing.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.engines.protocol import Database
    from newsgraph.store.importing.compared_state import ComparedState
    from newsgraph.store.importing.scan import StoredDocument


@dataclass(slots=True)
class ImportReport:
    """The result of an import: numbers of documents, and diagnostics.

    Attributes:
        revision: the store's revision after the import.
        hidden: how many documents of the folders are imported but not served.
        scheduled: how many of these appear at a time in the future.
        problems: how many documents have errors or warnings.
        renamed: folders that were imported under other names before.
        diagnostics: (folder, diagnostic) pairs, in order.
    """

    revision: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    hidden: int = 0
    scheduled: int = 0
    problems: ProblemCounts = field(default_factory=ProblemCounts)
    renamed: list[RenamedRoot] = field(default_factory=list)
    diagnostics: list[tuple[Path, Diagnostic]] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether any file could not be imported."""
        return any(item.severity == "error" for _, item in self.diagnostics)


async def import_roots(
    database: Database,
    roots: Sequence[ImportRoot],
    progress: Callable[[int, int], None],
    clock: Callable[[], datetime],
    *,
    allow_removals: bool,
    is_check: bool = False,
    is_dry_run: bool = False,
) -> ImportReport:
    """Make the store's documents of some roots equal to their folders; keep other roots.

    If nothing changed, nothing is written and the revision stays.

    Args:
        database: the store's database.
        roots: the folders; of several documents with one id, the first in this order is imported.
        progress: called by another thread with the number of files read and their total.
        clock: returns the time of the import.
        allow_removals: whether an import may remove most documents of a folder.
        is_check: whether only problems are wanted; most bodies are not rendered then.
        is_dry_run: whether to undo everything, and to report only what an import would do.

    Raises:
        DuplicateCollectionId: two folders have the same collection id.
        TooManyRemovals: most documents of a folder are gone, and that is not allowed.
        DatabaseBusy: another process holds the write lock for too long.
        DatabaseUnusable: the database could not be read or written.
    """
    roots = _unique_roots(roots)
    while True:
        stored = await database.run_in_transaction(read_compared_state)
        takeovers = find_takeovers(roots, stored)
        before = rename_roots(stored, takeovers)
        with Spool() as spool:
            now = format_time(clock())
            changes, report, outcome = await asyncio.to_thread(
                _compare, roots, before, progress, spool, now, is_check=is_check
            )
            changes.takeovers = takeovers
            if not allow_removals:
                check_removals(roots, before.documents.values(), changes)
            now = format_time(clock())
            try:
                after = before
                if _has_changes(changes, before):
                    write = partial(_write, changes=changes, now=now, is_dry_run=is_dry_run)
                    after = await database.run_in_transaction(write)
            except ImportSuperseded:
                continue
            except _ImportUndone as undone:
                after = undone.state
        report.renamed = describe_takeovers(stored, takeovers)
        report.revision = before.revision if is_dry_run else after.revision
        for root in roots:
            diagnostics = after.diagnostics.get(root_id(root), ())
            report.diagnostics += ((root.folder, item) for item in diagnostics)
        report.problems = await asyncio.to_thread(
            count_problems, report.diagnostics, outcome.failed, outcome.imported_files()
        )
        return report


@dataclass(slots=True)
class _Outcome:
    """Which files were imported.

    Attributes:
        folders: the folder of each root, by the root's id.
        failed: folder and path of the files that could not be imported.
        imported: the documents that the store has of the roots, of failed files too.
    """

    folders: Mapping[int, Path]
    failed: set[tuple[Path, str]] = field(default_factory=set)
    imported: list[StoredDocument | ScannedDocument] = field(default_factory=list)

    def imported_files(self) -> Iterator[tuple[Path, str]]:
        """Yield folder and path of each document."""
        for document in self.imported:
            if isinstance(document, ScannedDocument):
                yield document.root.folder, document.path
            else:
                yield self.folders[document.root_id], document.path


class _ImportUndone(Exception):
    """Rolls the transaction of a dry run back."""

    def __init__(self, state: ComparedState) -> None:
        super().__init__()
        self.state = state


def _write(
    connection: Connection, changes: ImportChanges, now: str, *, is_dry_run: bool
) -> ComparedState:
    write_import(connection, changes, now)
    state = read_compared_state(connection)
    if is_dry_run:
        raise _ImportUndone(state)
    return state


def _unique_roots(roots: Sequence[ImportRoot]) -> list[ImportRoot]:
    """Return the roots without repetitions; of several names of a folder, the first counts.

    Raises:
        DuplicateCollectionId: two folders have the same collection id.
    """
    unique: dict[str, ImportRoot] = {}
    by_folder: dict[str, ImportRoot] = {}
    for root in roots:
        by_folder.setdefault(os.path.realpath(root.folder), root)
    for root in by_folder.values():
        same = unique.setdefault(root.name, root)
        if same is not root:
            raise DuplicateCollectionId(
                f"{same.folder} and {root.folder} both have the id {root.name!r} in their "
                "newsgraph.toml; give each its own"
            )
    return list(unique.values())


def _compare(
    roots: Sequence[ImportRoot],
    before: ComparedState,
    progress: Callable[[int, int], None],
    spool: Spool,
    now: str,
    *,
    is_check: bool,
) -> tuple[ImportChanges, ImportReport, _Outcome]:
    """Scan the folders and return what differs from the store."""
    changes, report = ImportChanges(before.revision), ImportReport()
    outcome = _Outcome({root_id(root): root.folder for root in roots})
    keys = {root_id(root) for root in roots}
    other_roots = {key: row for key, row in before.roots.items() if key not in keys}
    # Documents of a root whose folder is gone may be claimed by another root.
    changes.vanished_roots = [
        key for key, row in other_roots.items() if not is_folder(Path(row["folder"]))
    ]
    claims = IdClaims(
        {
            name: Owner.of_row(other_roots[document.root_id], document.path)
            for document in before.documents.values()
            if document.root_id in other_roots and document.root_id not in changes.vanished_roots
            for name in unique_names(document)
        }
    )
    first_root = min(before.roots, key=lambda key: before.roots[key]["position"], default=None)
    if first_root is None and roots:
        first_root = root_id(roots[0])
    for root in roots:
        stored = {
            document.path: document
            for document in before.documents.values()
            if document.root_id == root_id(root)
        }
        previous = _group_by_path(before.diagnostics[root_id(root)])
        files = before.files.get(root_id(root), NO_FILES)
        # Of documents with the same path, that of the first root has the shortest URL.
        key = None if root_id(root) == first_root else root_id(root)
        result = scan_root(
            *(root, stored, previous, progress, spool, now, files), is_check=is_check, root_key=key
        )
        claims.claim_documents(result, stored)
        stored_entries = before.author_entries.get(root_id(root), [])
        entries = (
            stored_entries if result.is_unchanged else result.authors.with_stored(stored_entries)
        )
        if result.is_unchanged and root_id(root) in before.roots:
            # What the configuration says of the site stays as it was, too.
            stored_collection = json.loads(before.roots[root_id(root)]["collection"])
            collection = Collection.from_json(stored_collection)
            # The id is that of newsgraph.toml, which can be read.
            root = replace(root, collection=replace(collection, id=root.collection.id))
        else:
            root, relative = find_site_pictures(root, result.files)
            result.diagnostics += relative
        report.failed += len(result.failed_paths)
        outcome.failed |= {(root.folder, path) for path in result.failed_paths}
        if root_id(root) in before.roots or is_folder(root.folder):
            changes.roots.append(root)
            changes.diagnostics_by_root[root.name] = sort_diagnostics(result.diagnostics)
            changes.files[root_id(root)] = result.files.examined
            changes.author_entries[root_id(root)] = entries
        else:
            report.diagnostics += ((root.folder, item) for item in result.diagnostics)
    changes.changed = claims.changed
    if not is_check:
        changes.commit_dates = find_commit_dates(claims.changed, before.documents.keys())
    changed_keys = {document.key for document in claims.changed}
    changes.removed = [
        document
        for key, document in before.documents.items()
        if document.root_id in keys and key not in claims.retained_keys and key not in changed_keys
    ]
    report.updated = sum(key in before.documents for key in changed_keys)
    report.created = len(changed_keys) - report.updated
    report.unchanged = claims.unchanged_count
    report.removed = len(changes.removed)
    outcome.imported += claims.changed
    outcome.imported += (before.documents[key] for key in claims.retained_keys)
    report.hidden = sum(document.hidden for document in outcome.imported)
    report.scheduled = sum(
        document.hidden and document.changes_at is not None for document in outcome.imported
    )
    return changes, report, outcome


def _group_by_path(diagnostics: Sequence[Diagnostic]) -> dict[str, list[Diagnostic]]:
    by_path: dict[str, list[Diagnostic]] = defaultdict(list)
    for item in diagnostics:
        # Diagnostics that need all documents are recomputed by each import.
        if item.code not in CROSS_DOCUMENT_CODES:
            by_path[item.path].append(item)
    return by_path


def _has_changes(changes: ImportChanges, before: ComparedState) -> bool:
    if changes.changed or changes.removed or changes.takeovers:
        return True
    for root in changes.roots:
        key = root_id(root)
        stored = [item for item in before.diagnostics[key] if item.code not in CROSS_DOCUMENT_CODES]
        if stored != changes.diagnostics_by_root[root.name]:
            return True
        if before.author_entries.get(key, []) != changes.author_entries[key]:
            return True
        if are_modified(before.files.get(key, NO_FILES), changes.files[key]):
            return True
        row = before.roots.get(key)
        if row is None or row != root_row(root, row["position"]):
            return True
    return False
