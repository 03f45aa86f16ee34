"""Refuses to import a copy of a folder with the id of the original, in place of the original.

A folder with an id may move: the root of the id in the store is that of the new folder then. If the
former folder is still there with the same id, it is more likely that it was copied.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from newsgraph.server.config.settings import read_root
from newsgraph.server.config.toml_file import FILE_NAME
from newsgraph.server.startup_errors import SettingsError
from newsgraph.store.documents.frontmatter_formats import MARKDOWN_SUFFIXES
from newsgraph.store.engines import list_database_roots
from newsgraph.store.importing.file_discovery import list_documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.documents.collection_settings import ImportRoot


def check_shared_ids(roots: Sequence[ImportRoot], database: str) -> None:
    """Check that no other folder has the id of one of these folders.

    Args:
        roots: the folders of an import.
        database: URL of the store that they are imported into.

    Raises:
        SettingsError: the store has the documents of another folder with the same id, which still
            exists.
        DatabaseUnusable: the URL names no database that this version supports.
    """
    folders = {root.name: Path(root.folder) for root in list_database_roots(database)}
    for root in roots:
        collection_id = root.collection.id
        if collection_id is None or collection_id not in folders:
            continue
        former = folders[collection_id]
        if former == Path(os.path.realpath(root.folder)) or _is_switched(root.folder, former):
            continue
        if _has_documents_with_id(former, collection_id):
            raise SettingsError(
                f"{root.folder} has the id {collection_id!r}, and so has {former}, whose documents "
                "are in the store. If these are two collections, give one of them another id in "
                f"its {FILE_NAME}. If {root.folder} replaces {former}, remove the id from "
                f"{former / FILE_NAME}"
            )


def _is_switched(folder: Path, former: Path) -> bool:
    """Return whether a path contains a link that leads elsewhere than to the former folder.

    Such as ``current``, which leads to the release that is deployed.
    """
    path = folder.absolute()
    links = (item for item in (path, *path.parents) if item.is_symlink())
    return any(not former.is_relative_to(link.resolve()) for link in links)


def _has_documents_with_id(folder: Path, collection_id: str) -> bool:
    if not folder.is_dir():
        return False
    try:
        root = read_root(folder)
    except SettingsError:
        return False
    if root.collection.id != collection_id:
        return False
    suffixes = (*MARKDOWN_SUFFIXES, ".html")
    return any(path.endswith(suffixes) for path in list_documents(folder, root.collection).paths)
