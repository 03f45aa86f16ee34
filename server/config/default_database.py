"""The store of a folder whose settings name no database."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_data_path

from newsgraph.server.startup_errors import SettingsError
from newsgraph.store.engines import (
    list_database_paths,
    list_database_roots,
    rename_database,
)
from newsgraph.store.importing.content_folders import contains_half_of

if TYPE_CHECKING:
    from newsgraph.store.documents.collection_settings import ImportRoot

_URL: Final = "sqlite:///"
_SUFFIX: Final = ".db"
_MAX_NAME: Final = 40


def default_database_folder() -> Path:
    """Return the folder of these stores, such as ``~/.local/share/newsgraph``.

    It is in the folder that the operating system has for a user's data.
    """
    return user_data_path("newsgraph", appauthor=False)


def default_databases() -> list[Path]:
    """Return the stores in that folder."""
    return sorted(default_database_folder().glob(f"*{_SUFFIX}"))


def default_database_urls() -> list[str]:
    """Return the URLs of these stores."""
    return [f"{_URL}{path}" for path in default_databases()]


def default_database_url(root: ImportRoot) -> str:
    """Return the URL of a folder's own store.

    Its name is the collection's id, or else the folder's name, and a digest of the id or of the
    folder's path. So a folder with an id keeps its store when it is moved. As long as there is no
    store with this name, it is the one that the folder had before its id was added, changed or
    removed, if there is one (`rename_default_database` renames it).
    """
    path = _path(root)
    earlier_path = None if path.exists() else _find_earlier_store(root)
    return f"{_URL}{earlier_path or path}"


def create_default_folder(database: str) -> None:
    """Create the folder of these stores if a database is in it.

    Raises:
        SettingsError: the folder cannot be created.
    """
    folder = default_database_folder()
    if not database.startswith(f"{_URL}{folder}{os.sep}"):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{folder} cannot be created: {error.strerror}; name a store with --database"
        ) from error


def rename_default_database(root: ImportRoot) -> str:
    """Give the store that a folder had with another id, or none, the name that belongs to its id.

    A store that a process has open keeps its name until the next time.

    Returns:
        The URL of the folder's store.
    """
    url = default_database_url(root)
    new_url = f"{_URL}{_path(root)}"
    return url if url == new_url else rename_database(url, new_url)


def _find_earlier_store(root: ImportRoot) -> Path | None:
    """Return the store that a folder had without an id, or else the last one with another id.

    Its first root is this folder: the other roots of a store have stores of their own.
    """
    if (path := _path(_without_id(root))).exists():
        return path
    folder = os.path.realpath(root.folder)
    candidates = []
    for path in default_databases():
        first = next(iter(list_database_roots(f"{_URL}{path}")), None)
        if first is None or first.folder != folder:
            continue
        if contains_half_of(root.folder, list_database_paths(f"{_URL}{path}", first.name)):
            candidates.append((first.imported_at, path))
    return max(candidates)[1] if candidates else None


def _without_id(root: ImportRoot) -> ImportRoot:
    return replace(root, collection=replace(root.collection, id=None))


def _path(root: ImportRoot) -> Path:
    name = re.sub(r"[^\w.-]+", "-", root.collection.id or Path(root.name).name)
    digest = hashlib.sha256(root.name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    file_name = f"{name[:_MAX_NAME].strip('.-') or 'root'}-{digest}{_SUFFIX}"
    return default_database_folder() / file_name
