"""Lists and removes the folders that were imported into stores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsgraph.server.cli.output import (
    count_noun,
    create_console,
    escape_unprintable,
    remove_password,
)
from newsgraph.server.config.default_database import default_database_urls
from newsgraph.server.config.folders import settings_sources
from newsgraph.server.config.settings import read_settings
from newsgraph.server.runtime.runner import run_coroutine
from newsgraph.server.startup_errors import DatabaseNotNamed, SettingsError
from newsgraph.store.engines import prepare_process
from newsgraph.store.errors import StoreError
from newsgraph.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.stored_roots import StoredRoot


def list_roots(database: str | None) -> None:
    """Print the roots of a store, or those of all stores in the folder of the user's data.

    Raises:
        SettingsError: a setting is invalid.
        StoreError: the store that was named cannot be read.
    """
    prepare_process()
    console = create_console()
    databases = _databases(database)
    if not databases:
        console.print("There are no stores yet; `newsgraph serve PATH` creates one.")
    for url in databases:
        console.print(f"{remove_password(url)}:")
        try:
            roots = run_coroutine(read_stored_roots(url))
        except StoreError as error:
            if database is not None:
                raise
            console.print(f"    {error}")
            continue
        for root in roots:
            documents = count_noun(root.document_count, "document")
            hidden = f", {root.hidden_count:,} of them hidden" if root.hidden_count else ""
            gone = "" if root.folder.is_dir() else ", the folder is gone"
            folder = escape_unprintable(str(root.folder))
            name = "" if root.name == str(root.folder) else f"{root.name}: "
            console.print(f"    {name}{folder}: {documents}{hidden}{gone}")
        if not roots:
            console.print("    no folders")


def forget(root: str, database: str | None) -> None:
    """Remove a root from the store that contains it.

    Args:
        root: the collection's id, or the folder.
        database: URL of the store's database; None to search those of the user.

    Raises:
        SettingsError: a setting is invalid; or no root, or more than one, is meant.
        StoreError: a store cannot be read or written.
    """
    prepare_process()
    matches = []
    for url in _databases(database):
        roots = run_coroutine(read_stored_roots(url))
        matches += [(url, stored) for stored in _find_roots(roots, root)]
    if not matches:
        where = f"in {remove_password(database)}" if database else "in the stores of this user"
        raise SettingsError(f"there is no folder {root!r} {where}; `newsgraph roots` lists them")
    urls = dict.fromkeys(url for url, _ in matches)
    if len(urls) > 1:
        shown = ", ".join(map(remove_password, urls))
        raise SettingsError(f"{root!r} is in several stores: {shown}; name one with --database")
    if len(matches) > 1:
        names = ", ".join(stored.name for _, stored in matches)
        raise SettingsError(f"{root!r} was imported with several ids: {names}; name one of them")
    url, stored = matches[0]
    count = run_coroutine(_forget(url, stored.name))
    create_console().print(
        f"{count_noun(count, 'document')} of {stored.name} removed from {remove_password(url)}"
    )


def _databases(database: str | None) -> list[str]:
    try:
        return [read_settings(settings_sources((), {"database": database})).database]
    except DatabaseNotNamed:
        return default_database_urls()


def _find_roots(roots: Sequence[StoredRoot], name: str) -> list[StoredRoot]:
    """Return the root with a name, or else those of a folder."""
    folder = Path(name).resolve()
    with_name = [root for root in roots if root.name in (name, str(folder))]
    return with_name or [root for root in roots if root.folder == folder]


async def read_stored_roots(url: str) -> list[StoredRoot]:
    """Return the roots of a store, in the order in which they were imported first.

    Args:
        url: URL of the store's database.

    Raises:
        StoreError: there is no such store, or it cannot be read.
    """
    store = await Store.open(url, "http://localhost", create=False)
    try:
        return await store.roots()
    finally:
        await store.close()


async def _forget(url: str, name: str) -> int:
    store = await Store.open(url, "http://localhost", create=False)
    try:
        return await store.forget_root(name)
    finally:
        await store.close()
