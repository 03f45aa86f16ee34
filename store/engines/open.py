"""Opens or renames the database that a URL names. This is the only module that reads the URL."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.engines.sqlite.memstatus import disable_memory_statistics
from newsgraph.store.engines.sqlite.rename import rename_database_file
from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from newsgraph.store.engines.protocol import Database

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
    scheme, _, path = url.partition(":///")
    if scheme != "sqlite" or not path:
        shown = _USER_INFO.sub("//…@", url)
        raise DatabaseUnusable(
            f"{shown!r} is not a database URL that newsgraph supports; use sqlite:///newsgraph.db"
        )
    if not create and not await asyncio.to_thread(Path(path).exists):
        raise DatabaseUnusable(f"there is no store {path}; `newsgraph import PATH` creates it")
    return await SqliteDatabase.open(Path(path), process_count=process_count)
