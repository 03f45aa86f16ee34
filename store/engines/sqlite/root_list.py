"""Reads which folders were imported into a database, without opening it as a store.

It waits for no other process, creates nothing, and migrates nothing.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from newsgraph.store.engines.protocol import ListedRoot

if TYPE_CHECKING:
    from pathlib import Path

_BUSY_SECONDS: Final = 5.0
_ROOTS: Final = """
    SELECT name, folder, collection, (SELECT imported_at FROM state) FROM root ORDER BY position
"""
_PATHS: Final = """
    SELECT path FROM document WHERE root_id = (SELECT id FROM root WHERE name = ?)
"""


def list_roots(path: Path) -> list[ListedRoot]:
    """Return the roots in a file, in their order; none if it is no database that can be read."""
    return [ListedRoot(*row) for row in _fetch(path, _ROOTS)]


def list_paths(path: Path, name: str) -> list[str]:
    """Return the paths of a root's documents, in any order."""
    return [text for (text,) in _fetch(path, _PATHS, name)]


def _fetch(path: Path, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
    # Read-only connections leave the files of the write-ahead log behind.
    url = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(url, uri=True, timeout=_BUSY_SECONDS)) as connection:
            return connection.execute(sql, parameters).fetchall()
    except (sqlite3.Error, UnicodeEncodeError):
        return []
