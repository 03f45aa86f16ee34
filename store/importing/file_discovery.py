"""Finds the files in a folder that can be documents or taxonomy entries."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.archive_kinds import JEKYLL, KINDS
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.documents.frontmatter_formats import MARKDOWN_SUFFIXES
from newsgraph.store.importing.content_folders import (
    content_folders,
    file_mode,
    is_at_or_below,
    is_folder,
)
from newsgraph.store.importing.non_page_files import without_non_pages
from newsgraph.store.importing.site_rules import SiteRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.diagnostics import DiagnosticCode
    from newsgraph.store.documents.document import Diagnostic

SUFFIXES = frozenset({*MARKDOWN_SUFFIXES, ".html", ".yaml", ".yml"})
SKIPPED_FOLDERS = frozenset({"node_modules", "_site"})
"""Folders that are skipped, like all files and folders whose names start with a dot."""

_FOLDERS_WITHOUT_DOCUMENTS: Final = frozenset(
    {"_authors", "_data", "_includes", "_layouts", "_plugins", "_sass", "_site"}
)
"""Folders of a Jekyll site that nobody expects to be read as documents."""

_DEFAULT_COLLECTION: Final = Collection()


@dataclass(slots=True)
class FolderListing:
    """The candidate files in a folder.

    Attributes:
        paths: paths relative to the folder, with ``/``, sorted.
        unreadable: files and folders that could not be read; what was imported from them before
            has to stay in the store.
        diagnostics: why they could not be read.
        left_out: Markdown files that the generator makes no pages of, by where they are.
    """

    paths: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def covers(self, path: str) -> bool:
        """Return whether the listing shows if a file exists: no folder above it was unreadable."""
        return not is_at_or_below(path, self.unreadable)

    def add_unreadable(self, path: str, code: DiagnosticCode, message: str) -> None:
        """Record that a file or folder could not be read."""
        self.unreadable.append(path)
        self.diagnostics.append(create_diagnostic(path, code, message))


def list_documents(
    folder: Path,
    collection: Collection = _DEFAULT_COLLECTION,
    rules: SiteRules | None = None,
) -> FolderListing:
    """Return the files in a folder, at any depth, that can be documents or taxonomy entries.

    Args:
        folder: the folder.
        collection: its settings; what its kind and its patterns skip is not listed.
        rules: what the generator's configuration says.
    """
    rules = rules or SiteRules()
    listing = FolderListing()
    if not is_folder(folder):
        problem = "is not a folder" if file_mode(folder) else "does not exist"
        listing.add_unreadable("", "missing-folder", f"{folder} {problem}.")
        return listing
    kind = KINDS[collection.kind]
    content: list[str] = []
    if collection.is_complete:
        content = content_folders(folder, collection, rules.content_folders())
    path_filter = _PathFilter(kind, collection, rules)
    for name in content or ("",):
        _list_folder(folder / name, name, path_filter, listing)
    listing.paths.sort()
    if kind.has_sections or kind.has_bundles:
        listing.paths = without_non_pages(listing.paths, collection)
    if content:
        where = " and ".join(f"{name}/" for name in content)
        path_filter = _PathFilter(kind, collection, rules, content)
        _list_left_out(folder, "", path_filter, listing, f"outside of {where}")
    for name in rules.data_folders():
        where = "of collections without `output: true`"
        _list_left_out(folder / name, name, path_filter, listing, where)
    if kind is JEKYLL:
        for name in path_filter.list_unread_folders(folder):
            where = "in folders that are no collections"
            _list_left_out(folder / name, name, path_filter, listing, where)
    return listing


def _list_left_out(
    folder: Path, prefix: str, path_filter: _PathFilter, listing: FolderListing, where: str
) -> None:
    outside = FolderListing()
    if is_folder(folder):
        _list_folder(folder, prefix, path_filter, outside)
    documents = set(listing.paths)
    paths = [
        path
        for path in sorted(outside.paths)
        if PurePosixPath(path).suffix.lower() in MARKDOWN_SUFFIXES and path not in documents
    ]
    if paths:
        listing.left_out[where] = [*listing.left_out.get(where, ()), *paths]


class _PathFilter:
    """Tells which paths a collection skips."""

    def __init__(
        self,
        kind: ArchiveKind,
        collection: Collection,
        rules: SiteRules,
        folders: Sequence[str] = (),
    ) -> None:
        self._rules, self._folders = rules, folders
        self._patterns = (*kind.skipped, *collection.exclude)
        underscored = kind.underscore_folders
        self._underscored = (
            None
            if underscored is None
            else {
                *underscored,
                *(f"_{name}" for name in collection.document_folders),
                # The posts of jekyll-multiple-languages-plugin.
                *(("_i18n",) if collection.languages else ()),
            }
        )

    def skips(self, path: str, name: str) -> bool:
        """Return whether a file or folder is skipped."""
        if self._excludes(path, name):
            return True
        if self._underscored is None or not name.startswith("_"):
            return False
        return name not in self._underscored

    def list_unread_folders(self, folder: Path) -> list[str]:
        """Return the folders that are skipped for their names alone, and may have documents."""
        known = {*_FOLDERS_WITHOUT_DOCUMENTS, *self._rules.data_folders()}
        try:
            with os.scandir(folder) as entries:
                names = sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))
        except OSError:
            return []
        return [
            name
            for name in names
            if name not in known and self.skips(name, name) and not self._excludes(name, name)
        ]

    def _excludes(self, path: str, name: str) -> bool:
        if name.startswith(".") or any(fnmatchcase(path, pattern) for pattern in self._patterns):
            return True
        return path in self._folders or self._rules.skips(path)


def _list_folder(
    folder: Path, prefix: str, path_filter: _PathFilter, listing: FolderListing
) -> None:
    try:
        with os.scandir(folder) as entries:
            sorted_entries = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        listing.add_unreadable(prefix, "unreadable-folder", f"The folder cannot be read: {reason}.")
        return
    for entry in sorted_entries:
        path = f"{prefix}/{entry.name}" if prefix else entry.name
        if path_filter.skips(path, entry.name):
            continue
        # Symbolic links to folders are not followed: they can form a cycle.
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in SKIPPED_FOLDERS:
                _list_folder(Path(entry.path), path, path_filter, listing)
        elif Path(entry.name).suffix.lower() in SUFFIXES and not is_folder(Path(entry.path)):
            printable = path.encode(errors="surrogateescape").decode(errors="replace")
            if printable == path:
                listing.paths.append(path)
            else:
                listing.add_unreadable(printable, "bad-file-name", "The file's name is not UTF-8.")
