"""Copies a database to one file while it is in use, and puts such a copy in a database's place.

The copy is made by SQLite's online backup (https://www.sqlite.org/backup.html) of one snapshot,
into a file beside the result. The complete file then gets its name, in one step, so that whoever
looks finds the previous file or the new one, whatever ends the program.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from newsgraph.store.engines.sqlite.errors import is_lock_error
from newsgraph.store.engines.sqlite.reader import read_only_uri
from newsgraph.store.engines.sqlite.writer import APPLICATION_ID
from newsgraph.store.errors import (
    DatabaseBusy,
    DatabaseUnusable,
    OverwriteRefused,
    SchemaVersionMismatch,
)
from newsgraph.store.schema.migrate import SCHEMA_VERSION, create_store_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PAGES_PER_STEP: Final = 1_000
"""After how many pages Python can handle a signal such as Ctrl-C."""

_PRIVATE_MODE: Final = 0o600
"""The mode of backups: private fields of documents and secrets of subscribers are in them."""

_PUBLIC_MODE: Final = 0o644
"""The mode of new databases, as SQLite creates them; the process's umask may forbid more."""

_LOG_SUFFIX: Final = "-wal"


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """What a backup or a restored database contains.

    Attributes:
        revision: revision of the store.
        byte_count: size of the file.
    """

    revision: int
    byte_count: int


def back_up(database: Path, file: Path, *, overwrite: bool = False) -> DatabaseCopy:
    """Copy a database to a file, while other connections read and write.

    Args:
        database: the database.
        file: the backup to write; only its owner can read it.
        overwrite: whether it may replace a file.

    Raises:
        OverwriteRefused: the file exists, and `overwrite` is not set, or it is a database that may
            be in use.
        DatabaseUnusable: the database does not exist, cannot be read or is no store, or the file
            cannot be written.
    """
    database, file = database.resolve(), file.resolve()
    if not database.exists():
        raise DatabaseUnusable(f"there is no store {database}")
    if file.exists() and not file.is_file():
        raise DatabaseUnusable(f"{file} is a folder or a device; name a file")
    _check_overwrite(file, is_allowed=overwrite)
    if file.exists() and (file.samefile(database) or _log_path(file).exists()):
        raise OverwriteRefused(f"{file} is a database that may be in use; name another file")
    with _writing(file, _PRIVATE_MODE, overwrite=overwrite) as partial:
        # The last connection to close, if it may write, removes the files beside the database.
        return _copy(database, partial, _writable_uri(database))


def restore(file: Path, database: Path, *, overwrite: bool = False) -> DatabaseCopy:
    """Put the content of a backup in the place of a database, or into a new one.

    The store gets a new id: its clients may have seen later revisions than that of the backup,
    whose numbers the next imports will use again. With the new id, no ETag and no token that the
    clients have is valid.

    Args:
        file: the backup.
        database: the database.
        overwrite: whether to replace a database that exists.

    Raises:
        OverwriteRefused: the database exists, and `overwrite` is not set.
        DatabaseBusy: another connection has the database open.
        SchemaVersionMismatch: another version of newsgraph, with another schema, wrote the backup.
        DatabaseUnusable: the backup does not exist or is damaged or no store, or the database
            cannot be written, or is not one of newsgraph.
    """
    # A link keeps its place: the file that it leads to is replaced.
    file, database = file.resolve(), database.resolve()
    if not file.is_file():
        raise DatabaseUnusable(f"there is no file {file}")
    _check_overwrite(database, is_allowed=overwrite)
    exists = database.exists()
    if exists and database.samefile(file):
        raise OverwriteRefused(f"{file} is the database itself")
    if not exists and _log_path(database).exists() and _log_path(database).stat().st_size:
        raise OverwriteRefused(
            f"{_log_path(database)} is left from a database that is gone, and SQLite would add its "
            "content to the restored one; move it away"
        )
    if exists:
        _check_unused(database)
    with _writing(database, _PUBLIC_MODE, overwrite=overwrite) as partial:
        copy = _copy(file, partial, read_only_uri(file))
        with _translated(file), closing(_connect(partial)) as connection:
            _check_content(file, connection)
            connection.execute("UPDATE state SET store_id = ?", (create_store_id(),))
        if exists:
            _adopt_owner(partial, database)
            _check_unused(database)
        return copy


def _copy(source_path: Path, target_path: Path, uri: str) -> DatabaseCopy:
    with (
        _translated(source_path),
        closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as source,
        closing(_connect(target_path)) as target,
    ):
        # From the first read on, all steps copy the same snapshot, whoever writes meanwhile.
        source.execute("PRAGMA query_only = ON")
        source.execute("BEGIN")
        _check_owner(source_path, source, "a database of newsgraph")
        source.backup(target, pages=_PAGES_PER_STEP, progress=_let_signals_in, sleep=0)
        # One file: with write-ahead logging, SQLite needs others beside it even to read.
        target.execute("PRAGMA journal_mode = DELETE")
        ((revision,),) = target.execute("SELECT revision FROM state")
    return DatabaseCopy(revision, target_path.stat().st_size)


def _let_signals_in(_status: int, _remaining: int, _total: int) -> None:
    """Do nothing, in Python: here it raises KeyboardInterrupt."""


def _connect(path: Path) -> sqlite3.Connection:
    """Connect to a new file, which is complete or discarded: it is synchronized at the end."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _check_overwrite(path: Path, *, is_allowed: bool) -> None:
    if path.exists() and not is_allowed:
        raise OverwriteRefused(f"{path} exists already; --force replaces it")


def _check_owner(path: Path, connection: sqlite3.Connection, description: str) -> None:
    ((owner,),) = connection.execute("PRAGMA application_id")
    if owner != APPLICATION_ID:
        raise DatabaseUnusable(f"{path} is not {description}")


def _check_content(file: Path, connection: sqlite3.Connection) -> None:
    """Check the schema and the integrity of a copy of a backup.

    Raises:
        SchemaVersionMismatch: another version of newsgraph wrote the backup.
        DatabaseUnusable: the backup is damaged.
    """
    ((version,),) = connection.execute("SELECT version_num FROM alembic_version")
    if version != SCHEMA_VERSION:
        raise SchemaVersionMismatch(
            f"{file} was made by another version of newsgraph (its schema is {version}, this "
            f"version's is {SCHEMA_VERSION}); restore it with that version"
        )
    problems = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if problems != [("ok",)]:
        raise DatabaseUnusable(f"{file} is damaged: {problems[0][0]}")


def _check_unused(database: Path) -> None:
    """Check that no connection has a database open, and move its write-ahead log into it.

    Raises:
        DatabaseBusy: a connection has it open.
        DatabaseUnusable: it cannot be read, or is not one of newsgraph.
    """
    uri = _writable_uri(database)
    with (
        _translated(database, "; move it away to restore the backup in its place"),
        closing(sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)) as connection,
    ):
        _check_owner(database, connection, "a database of newsgraph; move it away")
        # SQLite leaves write-ahead logging only for the last connection.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")


@contextmanager
def _writing(path: Path, mode: int, *, overwrite: bool) -> Iterator[Path]:
    """Yield the path of a new file, which gets the name `path` at the end of the block.

    Raises:
        OverwriteRefused: a file with that name exists, and `overwrite` is not set.
        DatabaseUnusable: the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        try:
            yield partial
            _synchronize(partial)
            _publish(partial, path, overwrite=overwrite)
            _synchronize(path.parent)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DatabaseUnusable(f"{path} cannot be written: {error.strerror or error}") from error


def _publish(partial: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        partial.replace(path)
        return
    try:
        path.hardlink_to(partial)
    except FileExistsError as error:
        raise OverwriteRefused(f"{path} exists already; --force replaces it") from error
    except (OSError, NotImplementedError):
        # Not every file system has hard links.
        _check_overwrite(path, is_allowed=False)
        partial.rename(path)


def _synchronize(path: Path) -> None:
    """Write a file, or the names in a folder, to the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _adopt_owner(partial: Path, database: Path) -> None:
    """Give a file the mode and, if that is allowed, the owner of the database it replaces."""
    status = database.stat()
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(partial, status.st_uid, status.st_gid)
    partial.chmod(status.st_mode & 0o777)


def _writable_uri(path: Path) -> str:
    """Return the URI that makes SQLite open an existing file, to write if that is allowed."""
    return f"file:{quote(str(path))}?mode=rw"


def _log_path(database: Path) -> Path:
    return database.with_name(database.name + _LOG_SUFFIX)


@contextmanager
def _translated(path: Path, advice: str = "") -> Iterator[None]:
    """Raise the driver's errors about a file as errors of the store."""
    try:
        yield
    except sqlite3.Error as error:
        if is_lock_error(error):
            raise DatabaseBusy(
                f"{path} is in use by another process; stop it, such as a server, first"
            ) from error
        raise DatabaseUnusable(f"{path} cannot be used: {error}{advice}") from error
