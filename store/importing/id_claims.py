"""Assigns ids to the documents of an import: each id belongs to one document."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

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

    def __init__(self, owners: dict[int | str, tuple[str, str]]) -> None:
        """Args: owners: (folder, path) of the documents of other roots, by key and slug."""
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
        folder = os.path.realpath(result.root.folder)

        def order(item: tuple[str, StoredDocument | ScannedDocument]) -> tuple[bool, str]:
            path, document = item
            has_id = path in stored and stored[path].identity == document.identity
            return document.kind == "Article" and not has_id, path

        for path, document in sorted(result.documents.items(), key=order):
            owner = self._claim(document, folder)
            if owner is None:
                self._add(document)
            elif not self._claim_path(document, folder, owner, result):
                owner_folder, owner_path = owner
                place = owner_path if owner_folder == folder else f"{owner_path} in {owner_folder}"
                message = f"The id {document.identity!r} is taken by {place}."
                result.add_failure(create_diagnostic(path, "duplicate-id", message))
        # Documents whose files cannot be read now stay, unless another file got their id.
        for path, document in sorted(stored.items()):
            is_unreadable = path in result.failed_paths or not result.listing.covers(path)
            if not is_unreadable:
                continue
            if self._claim(document, folder) is None:
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

    def _claim(
        self, document: StoredDocument | ScannedDocument, folder: str
    ) -> tuple[str, str] | None:
        """Give a document its id, or return folder and path of the document that has it."""
        names = unique_names(document)
        owner = next((self._owners[name] for name in names if name in self._owners), None)
        if owner is None:
            self._owners |= dict.fromkeys(names, (folder, document.path))
        return owner

    def _claim_path(
        self,
        document: StoredDocument | ScannedDocument,
        folder: str,
        owner: tuple[str, str],
        result: ScanResult,
    ) -> bool:
        """Identify an article by its path, as another one in its root has its id.

        Returns:
            Whether that is possible.
        """
        owner_folder, owner_path = owner
        is_article = isinstance(document, ScannedDocument) and document.kind == "Article"
        if not is_article or owner_folder != folder:
            return False
        for identity in path_identities(document.path):
            renamed = replace(document, identity=identity, key=stable_key("Article", identity))
            if self._claim(renamed, folder) is None:
                self._add(renamed)
                message = (
                    f"{owner_path} has the id {document.identity!r}, too; the id of this document "
                    f"is {identity!r}."
                )
                result.diagnostics.append(create_diagnostic(document.path, "shared-id", message))
                return True
        return False
