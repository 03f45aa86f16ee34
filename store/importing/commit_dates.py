"""The dates of the last commits that changed documents, for a store that sees them first."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.times import format_time
from newsgraph.store.importing.git_repository import find_git_folder
from newsgraph.store.importing.safe_open import open_below

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from newsgraph.store.importing.scan import ScannedDocument

CHANGED_SINCE: Final = "9999-12-31T23:59:59Z"
"""The date of a document that differs from its last commit: it counts as the import's time."""


def find_commit_dates(
    documents: Iterable[ScannedDocument], known_keys: Collection[int]
) -> dict[int, str]:
    """Return when articles that the store does not know were changed last, as git says.

    Args:
        documents: the documents of an import.
        known_keys: keys of the documents in the store.

    Returns:
        The date of the last commit that changed the document's file, by the document's key, or
        `CHANGED_SINCE` if the file differs from this commit. Documents are left out that are not in
        a git repository, or whose last change it does not have, as in a shallow clone.
    """
    by_folder: dict[Path, list[ScannedDocument]] = defaultdict(list)
    for document in documents:
        is_new_article = document.kind == "Article" and document.key not in known_keys
        if is_new_article and not document.hidden and document.root.collection.updated == "git":
            by_folder[document.root.folder].append(document)
    dates: dict[int, str] = {}
    for folder, items in by_folder.items():
        by_path = read_commit_dates(folder, {item.path: item.sha256 for item in items})
        dates |= {item.key: by_path[item.path] for item in items if item.path in by_path}
    return dates


def read_commit_dates(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Return when files were changed last, by path; see `find_commit_dates`.

    Args:
        folder: the folder.
        files: the SHA-256 of each file by its path relative to the folder.
    """
    repository = find_git_folder(folder)
    if repository is None:
        return {}
    dates: dict[str, str] = {}
    blobs: dict[str, str] = {}
    for file in repository.committed_files():
        if file.path in files:
            if _is_committed(folder, file.path, files[file.path], file.blob):
                blobs[file.path] = file.blob
            else:
                dates[file.path] = CHANGED_SINCE
    if not blobs:
        return dates
    for change in repository.changes(blobs.keys()):
        # A merge may have taken the file of one side: another blob is that of the other side.
        if blobs.get(change.file.path) == change.file.blob:
            del blobs[change.file.path]
            date = _format_unix_time(change.committed_at)
            if date is not None:
                dates[change.file.path] = date
            if not blobs:
                break
    return dates


def first_updated_at(published_at: str | None, now: str, committed_at: str | None) -> str:
    """Return `updatedAt` of an article that the store has not had before, and that states none.

    Args:
        published_at: when it was published.
        now: time of the import.
        committed_at: its date from `find_commit_dates`.
    """
    if committed_at is None:
        return published_at or now
    return max(published_at or "", min(committed_at, now))


def _is_committed(folder: Path, path: str, sha256: str, blob: str) -> bool:
    """Return whether a file has the content of a blob, apart from line ends.

    git may have changed LF to CRLF when it checked the file out.
    """
    try:
        with open_below(str(folder), path) as file:
            data = file.read()
    except OSError:
        return False
    if hashlib.sha256(data).hexdigest() != sha256:
        return False
    algorithm = hashlib.sha1 if len(blob) == hashlib.sha1().digest_size * 2 else hashlib.sha256  # noqa: S324 - git's
    return any(
        algorithm(b"blob %d\0%b" % (len(content), content)).hexdigest() == blob
        for content in (data, data.replace(b"\r\n", b"\n"))
    )


def _format_unix_time(seconds: int) -> str | None:
    try:
        return format_time(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return None
