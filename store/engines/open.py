"""Opens or renames the database that a URL names. This is the only module that reads the URL."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from newsgraph.store.engines.sqlite.backup import DatabaseCopy, back_up, restore
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.engines.sqlite.memstatus import disable_memory_statistics
from newsgraph.store.engines.sqlite.rename import rename_database_file
from newsgraph.store.engines.sqlite.root_list import list_paths, list_roots
from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from newsgraph.store.engines.protocol import Database, ListedRoot

_USER_INFO: Final = re.compile("//.*@")
"""User name and password of a URL, which no message shows."""


def prepare_process() -> None:
    """Set up what an engine needs once per process, before the first connection is opened."""
    disable_memory_statistics()


def rename_database(url: str, new_url: str) -> str:
    """Rename a database that no process has open, unless there is one with the new name.

    Args:
        url: URL of the database.
        new_url: the new one; the database stays in its folder.

    Returns:
        The URL of the database: the old one if it could not be renamed.
    """
    path, new_path = (Path(text.partition(":///")[2]) for text in (url, new_url))
    return new_url if rename_database_file(path, new_path) == new_path else url


def list_database_roots(url: str) -> list[ListedRoot]:
    """Return the folders that were imported into a database, in their order, without opening it.

    Args:
        url: the database's URL.

    Returns:
        An empty list also if the database does not exist, cannot be read, or has another schema.

    Raises:
        DatabaseUnusable: the URL names no database that this version supports.
    """
    return list_roots(_database_path(url))


def list_database_paths(url: str, name: str) -> list[str]:
    """Return the paths of the documents of a root, as `list_database_roots` does.

    Args:
        url: the database's URL.
        name: name of the root.

    Raises:
        DatabaseUnusable: the URL names no database that this version supports.
    """
    return list_paths(_database_path(url), name)


async def open_database(url: str, process_count: int = 1, *, create: bool = True) -> Database:
    """Open the database that a URL names: ``sqlite:///relative.db``, ``sqlite:////absolute.db``.

    Args:
        url: the database's URL.
        process_count: how many processes share the machine's cores, this one included.
        create: whether to create the database if it does not exist.

    Raises:
        DatabaseUnusable: the URL names no database that this version supports, or the database
            cannot be opened.
        SchemaVersionMismatch: the database was made by another version, with another schema.
        DatabaseBusy: another process keeps it locked.
    """
    path = _database_path(url)
    if not create and not await asyncio.to_thread(path.exists):
        raise DatabaseUnusable(f"there is no store {path}; `newsgraph import PATH` creates it")
    return await SqliteDatabase.open(path, process_count=process_count)


def back_up_database(url: str, file: Path, *, overwrite: bool = False) -> DatabaseCopy:
    """Copy a database to a file, while other processes read and write.

    Args:
        url: the database's URL.
        file: the backup to write.
        overwrite: whether it may replace a file.

    Raises:
        OverwriteRefused: the file exists, and `overwrite` is not set, or it is a database that may
            be in use.
        DatabaseUnusable: the database does not exist or cannot be read, or the file cannot be
            written.
    """
    return back_up(_database_path(url), file, overwrite=overwrite)


def restore_database(file: Path, url: str, *, overwrite: bool = False) -> DatabaseCopy:
    """Put the content of a backup in the place of a database, or into a new one.

    Args:
        file: the backup.
        url: the database's URL.
        overwrite: whether to replace a database that exists.

    Raises:
        OverwriteRefused: the database exists, and `overwrite` is not set.
        DatabaseBusy: another process has the database open.
        SchemaVersionMismatch: another version of newsgraph, with another schema, wrote the backup.
        DatabaseUnusable: the backup does not exist or is damaged, or the database cannot be
            written.
    """
    return restore(file, _database_path(url), overwrite=overwrite)


def _database_path(url: str) -> Path:
    scheme, _, path = url.partition(":///")
    if scheme != "sqlite" or not path:
        shown = _USER_INFO.sub("//…@", url)
        raise DatabaseUnusable(
            f"{shown!r} is not a database URL that newsgraph supports; use sqlite:///newsgraph.db"
        )
    return Path(path)
