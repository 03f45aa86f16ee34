"""Refuses an import that would remove most documents of a folder, such as an unmounted share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from newsgraph.store.errors import TooManyRemovals
from newsgraph.store.importing.document_writer import root_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.importing.import_writer import ImportChanges
    from newsgraph.store.importing.scan import StoredDocument

SMALL_ROOT: Final = 10
"""Of a root with fewer documents, all but one may be removed; of a larger one, half of them."""


def check_removals(
    roots: Sequence[ImportRoot],
    stored: Iterable[StoredDocument],
    changes: ImportChanges,
) -> None:
    """Check how many documents of each root an import removes.

    Args:
        roots: the folders of the import.
        stored: all documents in the store.
        changes: what the import would change. A document that another root takes over is removed
            from its root, too.

    Raises:
        TooManyRemovals: it would remove all documents of a root, or more than half of ten or more.
    """
    # A folder that was in the store twice has two documents of a file; the last one counts.
    stored = {(document.root_id, document.path): document for document in stored}.values()
    stored_keys = {document.key for document in stored}
    stored_counts = Counter(document.root_id for document in stored)
    removed_counts = Counter(
        document.root_id for document in changes.removed if document.key in stored_keys
    )
    new_roots = {document.key: root_id(document.root) for document in changes.changed}
    removed_counts.update(
        document.root_id
        for document in stored
        if new_roots.get(document.key, document.root_id) != document.root_id
    )
    for root in roots:
        count, total = removed_counts[root_id(root)], stored_counts[root_id(root)]
        if count and (count == total or (total >= SMALL_ROOT and 2 * count > total)):
            raise TooManyRemovals(
                f"{root.folder} lacks {count:,} of the {total:,} documents that were imported from "
                "it, so nothing was changed. If the folder is complete, import it with "
                "--allow-removals"
            )
