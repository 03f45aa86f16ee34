"""Imports and checks folders."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from newsgraph.server.cli.output import show_progress
from newsgraph.server.cli.shared_ids import check_shared_ids
from newsgraph.server.config.folders import prepare_database, read_roots, settings_sources
from newsgraph.server.config.settings import read_settings
from newsgraph.server.runtime.runner import run_coroutine
from newsgraph.store.engines import prepare_process
from newsgraph.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsgraph.server.cli.report import CheckPrinter, ImportPrinter
    from newsgraph.store.importing.importer import ImportReport
    from newsgraph.store.stored_roots import StoredRoot


def import_folders(
    paths: Sequence[Path],
    database: str | None,
    config_file: Path | None,
    *,
    allow_removals: bool,
    is_dry_run: bool,
    printer: ImportPrinter,
) -> ImportReport:
    """Update a store from folders, and print a report.

    Args:
        paths: the folders; the first one's settings count.
        database: URL of the store's database; None for that of the settings.
        config_file: a file to read instead of the newsgraph.toml of the first folder.
        allow_removals: import also if most documents of a folder are gone.
        is_dry_run: whether to change nothing, and to report only what an import would do.
        printer: prints the report.

    Raises:
        SettingsError: a setting is invalid, a folder does not exist, or another folder has its id.
        TooManyRemovals: most documents of a folder are gone.
        StoreError: the store cannot be opened, or the import failed.
    """
    roots = read_roots(paths, config_file)
    settings = read_settings(settings_sources(roots, {"database": database}, config_file))

    async def run() -> tuple[ImportReport, list[StoredRoot]]:
        store = await Store.open(settings.database, settings.site_url(settings.port))
        try:
            with show_progress() as update_progress:
                report = await store.import_roots(
                    roots, update_progress, allow_removals=allow_removals, is_dry_run=is_dry_run
                )
            return report, await store.roots()
        finally:
            await store.close()

    prepare_process()
    check_shared_ids(roots, settings.database)
    settings = prepare_database(settings, () if is_dry_run else roots)
    report, stored_roots = run_coroutine(run())
    printer(report, roots, stored_roots, settings.database)
    return report


def check_folders(
    paths: Sequence[Path], config_file: Path | None, printer: CheckPrinter
) -> ImportReport:
    """Print all problems of the documents in folders, without a store.

    Args:
        paths: the folders.
        config_file: a file to read instead of the newsgraph.toml of the first folder.
        printer: prints the report.

    Raises:
        SettingsError: a setting is invalid, or a folder does not exist.
        StoreError: the documents cannot be compared with each other.
    """
    roots = read_roots(paths, config_file)

    async def run(database: str) -> ImportReport:
        store = await Store.open(database, "http://localhost")
        try:
            with show_progress() as update_progress:
                return await store.import_roots(roots, update_progress, is_check=True)
        finally:
            await store.close()

    prepare_process()
    with tempfile.TemporaryDirectory(prefix="newsgraph-check-") as folder:
        report = run_coroutine(run(f"sqlite:///{folder}/check.db"))
    printer(report, roots)
    return report
