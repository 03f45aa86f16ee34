"""Imports and checks folders."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from newsgraph.server.cli.output import create_console, print_report, show_progress
from newsgraph.server.config.settings import read_root, read_settings
from newsgraph.server.runtime.runner import run_coroutine
from newsgraph.store.engines import prepare_process
from newsgraph.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.importing.importer import ImportReport


def import_folders(
    paths: Sequence[Path], database: str | None, *, allow_removals: bool
) -> ImportReport:
    """Update a store from folders, and print a report.

    Args:
        paths: the folders; the first one's settings count.
        database: URL of the store's database; None for that of the settings.
        allow_removals: import also if most documents of a folder are gone.

    Raises:
        SettingsError: a setting is invalid, or a folder does not exist.
        TooManyRemovals: most documents of a folder are gone.
        StoreError: the store cannot be opened, or the import failed.
    """
    roots = [read_root(path) for path in paths]
    settings = read_settings(roots[0].folder, {"database": database})
    site_url = settings.site_url(settings.port)
    report = _import(roots, settings.database, site_url, allow_removals=allow_removals)
    print_report(create_console(), report, roots)
    return report


def check_folders(paths: Sequence[Path]) -> ImportReport:
    """Print all problems of the documents in folders, without a store.

    Raises:
        SettingsError: a setting is invalid, or a folder does not exist.
        StoreError: the documents cannot be compared with each other.
    """
    roots = [read_root(path) for path in paths]
    with tempfile.TemporaryDirectory(prefix="newsgraph-check-") as folder:
        database = f"sqlite:///{folder}/check.db"
        report = _import(roots, database, "http://localhost", allow_removals=True, is_check=True)
    print_report(create_console(), report, roots, for_check=True)
    return report


def _import(
    roots: Sequence[ImportRoot],
    database: str,
    site_url: str,
    *,
    allow_removals: bool,
    is_check: bool = False,
) -> ImportReport:
    async def run() -> ImportReport:
        store = await Store.open(database, site_url)
        try:
            with show_progress() as update_progress:
                return await store.import_roots(
                    roots, update_progress, allow_removals=allow_removals, is_check=is_check
                )
        finally:
            await store.close()

    prepare_process()
    return run_coroutine(run())
