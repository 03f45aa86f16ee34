"""Binds the port of a server before the modules that serve are imported, which takes longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsgraph.server.cli.shared_ids import check_shared_ids
from newsgraph.server.config.folders import read_roots, settings_sources
from newsgraph.server.config.settings import Settings, read_settings
from newsgraph.server.runtime.sockets import bind_socket
from newsgraph.store.engines import prepare_process

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from newsgraph.store.stored_roots import StoredRoot


def serve(paths: Sequence[Path], options: Mapping[str, Any], config_file: Path | None) -> None:
    """Serve a store until a signal arrives, and import folders first.

    Args:
        paths: the folders; the first one's settings count, without any those kept in the store.
        options: settings by name from the command line; None where an option is absent.
        config_file: a file to read instead of the newsgraph.toml of the first folder.

    Raises:
        StartupError: a setting is invalid, or the server cannot start.
        StoreError: the store cannot be opened, or the import failed.
    """

    def read_current_settings() -> Settings:
        stored = [] if roots else _read_stored_roots(options, config_file)
        return read_settings(settings_sources(roots, options, config_file, stored))

    prepare_process()
    roots = read_roots(paths, config_file)
    settings = read_current_settings()
    check_shared_ids(roots, settings.database)
    with bind_socket(settings.host, settings.port) as listening_socket:
        from newsgraph.server.cli.serve_store import serve_on_socket

        serve_on_socket(read_current_settings, settings, roots, listening_socket)


def _read_stored_roots(options: Mapping[str, Any], config_file: Path | None) -> list[StoredRoot]:
    """Read the roots of the store that the other sources of settings name."""
    from newsgraph.server.cli.stored_folders import read_stored_roots
    from newsgraph.server.runtime.runner import run_coroutine

    database = read_settings(settings_sources((), options, config_file)).database
    return run_coroutine(read_stored_roots(database))
