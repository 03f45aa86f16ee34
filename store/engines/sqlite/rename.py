"""Renames a database file that no process has open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_LOCK_SUFFIX: Final = ".rename-lock"
_LOCK_SECONDS: Final = 30.0
_BUSY_SECONDS: Final = 0.2


def rename_database_file(path: Path, new_path: Path) -> Path:
    """Rename a database file, and return where the database is.

    It stays where it is if a process has it open, as SQLite finds the files of its write-ahead log
    by the name of the database (https://www.sqlite.org/howtocorrupt.html, section 2.4), or if it
    cannot be renamed. Of several processes, one renames the file, and the others wait for it.

    Args:
        path: the file.
        new_path: the new name, in the same folder; a file that is there stays.
    """
    lock = new_path.with_name(f"{new_path.name}{_LOCK_SUFFIX}")
    try:
        # A lock of SQLite ends with the process, on every system.
        connection = sqlite3.connect(lock, timeout=_LOCK_SECONDS, isolation_level=None)
        with closing(connection):
            connection.execute("BEGIN EXCLUSIVE")
            try:
                if not new_path.exists() and _merge_log(path):
                    path.rename(new_path)
            finally:
                lock.unlink(missing_ok=True)
    except (sqlite3.Error, OSError):
        # The database stays where it is: whoever opens it reports what is wrong.
        pass
    return new_path if new_path.exists() else path


def _merge_log(path: Path) -> bool:
    """Write the write-ahead log of a database into its file, which is the only one then.

    Returns:
        Whether it is the only file; if a process has it open, nothing is changed.
    """
    url = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(url, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    with closing(connection):
        # SQLite lets no connection leave the write-ahead log while another one has the file open.
        ((mode,),) = connection.execute("PRAGMA journal_mode = DELETE")
        return bool(mode == "delete")
