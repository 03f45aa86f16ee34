"""Assigns ids to the documents of an import: each id belongs to one document."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.documents.identity import document_slug, path_identities, stable_key
from newsgraph.store.importing.scan import ScannedDocument, StoredDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.store.importing.scan import ScanResult


def unique_names(document: StoredDocument | ScannedDocument) -> tuple[int | str, ...]:
    """Return what must be unique to a document: its key, and an article's slug."""
    if document.kind != "Article":
        return (document.key,)
    return (document.key, document_slug(document.identity))


class Owner(NamedTuple):
    """The document that has an id.

    Attributes:
        root: name of its root.
        folder: real path of the folder of this root.
        path: its path in this folder.
    """

    root: str
    folder: str
    path: str

    @classmethod
    def of_row(cls, row: Mapping[str, Any], path: str) -> Owner:
        """Return a document of a root in the store."""
        return cls(row["name"], row["folder"], path)

    def describe_for(self, other: Owner) -> str:
        """Return where the document is, for a message about another one."""
        if self.root == other.root:
            return self.path
        if self.folder == other.folder:
            return f"{self.path} of {self.root}, which was imported from this folder before"
        return f"{self.path} in {self.folder}"


class IdClaims:
    """Assigns ids to documents.

    Of several articles in a root with one id, the one that the store has keeps it, else the first
    path gets it; the others are identified by their paths. Of all other documents with one id, the
    first is imported.

    Attributes:
        changed: new and changed documents that got their id.
        retained_keys: keys of documents that stay as they are stored.
        unchanged_count: how many of these have an unchanged file.
    """

    def __init__(self, owners: dict[int | str, Owner]) -> None:
        """Args: owners: the documents of other roots, by key and slug."""
        self._owners = owners
        self.changed: list[ScannedDocument] = []
        self.retained_keys: set[int] = set()
        self.unchanged_count = 0

    def claim_documents(self, result: ScanResult, stored: Mapping[str, StoredDocument]) -> None:
        """Claim the ids of a root's documents, those that the store has first.

        Args:
            result: the documents of the root.
            stored: the root's documents in the store, by path.
        """
        root = result.root
        folder = os.path.realpath(root.folder)

        def candidate(path: str) -> Owner:
            return Owner(root.name, folder, path)

        def order(item: tuple[str, StoredDocument | ScannedDocument]) -> tuple[bool, str]:
            path, document = item
            has_id = path in stored and stored[path].identity == document.identity
            return document.kind == "Article" and not has_id, path

        for path, document in sorted(result.documents.items(), key=order):
            owner = self._claim(document, candidate(path))
            if owner is None:
                self._add(document)
            elif not self._claim_path(document, candidate(path), owner, result):
                place = owner.describe_for(candidate(path))
                message = f"The id {document.identity!r} is taken by {place}."
                result.add_failure(create_diagnostic(path, "duplicate-id", message))
        # Documents whose files cannot be read now stay, unless another file got their id.
        for path, document in sorted(stored.items()):
            is_unreadable = path in result.failed_paths or not result.listing.covers(path)
            if not is_unreadable:
                continue
            if self._claim(document, candidate(path)) is None:
                self.retained_keys.add(document.key)
            elif any(
                (item.path, item.code) == (path, "no-front-matter") for item in result.diagnostics
            ):
                result.leave_out(path)

    def _add(self, document: StoredDocument | ScannedDocument) -> None:
        if isinstance(document, StoredDocument):
            self.retained_keys.add(document.key)
            self.unchanged_count += 1
        else:
            self.changed.append(document)

    def _claim(self, document: StoredDocument | ScannedDocument, candidate: Owner) -> Owner | None:
        """Give a document its id, or return the document that has it."""
        names = unique_names(document)
        owner = next((self._owners[name] for name in names if name in self._owners), None)
        if owner is None:
            self._owners |= dict.fromkeys(names, candidate)
        return owner

    def _claim_path(
        self,
        document: StoredDocument | ScannedDocument,
        candidate: Owner,
        owner: Owner,
        result: ScanResult,
    ) -> bool:
        """Identify an article by its path, as another one in its root has its id.

        Returns:
            Whether that is possible.
        """
        is_article = isinstance(document, ScannedDocument) and document.kind == "Article"
        if not is_article or owner.root != candidate.root:
            return False
        for identity in path_identities(document.path):
            renamed = replace(document, identity=identity, key=stable_key("Article", identity))
            if self._claim(renamed, candidate) is None:
                self._add(renamed)
                message = (
                    f"{owner.path} has the id {document.identity!r}, too; the id of this document "
                    f"is {identity!r}."
                )
                result.diagnostics.append(create_diagnostic(document.path, "shared-id", message))
                return True
        return False
