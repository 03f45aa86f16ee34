"""Backs up the store of a folder, and restores it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.cli.output import create_console, escape_unprintable, remove_password
from newsgraph.server.config.default_database import create_default_folder
from newsgraph.server.config.folders import read_roots, settings_sources
from newsgraph.server.config.settings import read_settings
from newsgraph.store.engines import back_up_database, prepare_process, restore_database

if TYPE_CHECKING:
    from pathlib import Path


def back_up(file: Path, folder: Path | None, database: str | None, *, overwrite: bool) -> None:
    """Write a backup of a store, and print its revision and size.

    Args:
        file: the backup.
        folder: a folder whose store is meant; None if the store is named.
        database: URL of the store's database; None for that of the settings.
        overwrite: whether the backup may replace a file.

    Raises:
        SettingsError: a setting is invalid, the folder does not exist, or no store is named.
        StoreError: the store cannot be read, or the file exists or cannot be written.
    """
    url = _database(folder, database)
    prepare_process()
    copy = back_up_database(url, file, overwrite=overwrite)
    create_console().print(
        f"{escape_unprintable(str(file))}: revision {copy.revision} of {remove_password(url)}, "
        f"{copy.byte_count:,} bytes"
    )


def restore(file: Path, folder: Path | None, database: str | None, *, overwrite: bool) -> None:
    """Create a store from a backup, and print its revision.

    Args:
        file: the backup.
        folder: a folder whose store is meant; None if the store is named.
        database: URL of the store's database; None for that of the settings.
        overwrite: whether to replace a store that exists.

    Raises:
        SettingsError: a setting is invalid, the folder does not exist, or no store is named.
        StoreError: the backup cannot be read, or the store exists, is in use or cannot be written.
    """
    url = _database(folder, database)
    prepare_process()
    create_default_folder(url)
    copy = restore_database(file, url, overwrite=overwrite)
    create_console().print(
        f"{remove_password(url)}: revision {copy.revision} of {escape_unprintable(str(file))}"
    )


def _database(folder: Path | None, database: str | None) -> str:
    roots = read_roots([] if folder is None else [folder])
    return read_settings(settings_sources(roots, {"database": database})).database
