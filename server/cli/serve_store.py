"""Serves a store in one process or several, while folders are imported."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsgraph.server.cli.output import (
    create_console,
    print_article_count,
    print_urls,
    show_progress,
)
from newsgraph.server.cli.report import print_other_roots, print_report
from newsgraph.server.config.folders import prepare_database
from newsgraph.server.config.settings import FIXED_SETTINGS, shared_metrics_folder
from newsgraph.server.config.trusted_documents import read_trusted_documents
from newsgraph.server.runtime.runner import (
    ShutdownSignals,
    log_to_stderr,
    run_coroutine,
    run_until_signal,
)
from newsgraph.server.runtime.sockets import listen
from newsgraph.server.runtime.supervisor import Supervisor
from newsgraph.server.runtime.worker_config import WorkerConfig
from newsgraph.store.errors import TooManyRemovals

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from newsgraph.gql.options import Options
    from newsgraph.server.config.settings import Settings
    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.store import Store

_log = logging.getLogger(__name__)


def serve_on_socket(
    read_current_settings: Callable[[], Settings],
    settings: Settings,
    roots: Sequence[ImportRoot],
    listening_socket: socket.socket,
) -> None:
    """Serve a store until a signal arrives, and import folders first.

    Args:
        read_current_settings: reads the settings again.
        settings: the settings.
        roots: the folders.
        listening_socket: a bound socket.

    Raises:
        StartupError: a setting is invalid, or the server cannot start.
        StoreError: the store cannot be opened, or the import failed.
    """
    port = listening_socket.getsockname()[1]
    names = tuple(root.folder.resolve().name for root in roots)

    def create_config(settings: Settings) -> WorkerConfig:
        return WorkerConfig(settings, _read_graphql_options(settings), port, names)

    config = create_config(settings)
    config = replace(config, settings=prepare_database(settings, roots))
    if settings.workers == 1:
        run_until_signal(lambda signals: serve_alone(signals, config, roots, listening_socket))
    else:
        serve_with_workers(
            config, roots, listening_socket, lambda: create_config(read_current_settings())
        )


def _read_graphql_options(settings: Settings) -> Options:
    trusted_documents: dict[str, str] = {}
    if settings.trusted_documents is not None:
        limits = settings.model_copy(update={"trusted_only": False}).graphql_options({})
        trusted_documents = read_trusted_documents(settings.trusted_documents, limits)
    return settings.graphql_options(trusted_documents)


async def serve_alone(
    signals: ShutdownSignals,
    config: WorkerConfig,
    roots: Sequence[ImportRoot],
    listening_socket: socket.socket,
) -> None:
    """Serve in this process until a signal arrives, and import folders meanwhile.

    Args:
        signals: stop the server.
        config: configuration of the server.
        roots: the folders.
        listening_socket: a bound socket.

    Raises:
        ListenError: another program has started to listen there since the socket was bound.
        StoreError: the store cannot be opened, or the import failed.
    """
    log_to_stderr()
    listen(listening_socket, config.settings.host, config.port)
    store = await config.open_store()
    try:
        server = config.create_server(store)
        _print_urls(config)
        imports = asyncio.create_task(_import_roots(store, roots))

        def stop_after_error(task: asyncio.Task[None]) -> None:
            server.should_exit |= not task.cancelled() and task.exception() is not None

        imports.add_done_callback(stop_after_error)
        try:
            await signals.serve_until_signal(server, listening_socket)
        finally:
            imports.cancel()
            await asyncio.wait({imports})
        if not imports.cancelled():
            imports.result()
    finally:
        await store.close()


def serve_with_workers(
    config: WorkerConfig,
    roots: Sequence[ImportRoot],
    listening_socket: socket.socket,
    read_config: Callable[[], WorkerConfig],
) -> None:
    """Serve in several processes until a signal arrives, and import folders in this one.

    Args:
        config: configuration of the workers.
        roots: the folders.
        listening_socket: a bound socket.
        read_config: reads the settings again.

    Raises:
        ListenError: another program has started to listen there since the socket was bound.
        WorkerError: a worker failed to start.
        StoreError: the store cannot be opened, or the import failed.
    """
    log_to_stderr(with_process_id=True)
    with (
        ShutdownSignals() as signals,
        tempfile.TemporaryDirectory(prefix="newsgraph-metrics-") as folder,
        shared_metrics_folder(folder),
    ):
        listen(listening_socket, config.settings.host, config.port)
        # Once, so that workers do not have to create it.
        run_coroutine(_check_store(config))
        _print_urls(config)
        supervisor = Supervisor(
            config,
            listening_socket,
            Path(folder),
            lambda: _keep_fixed_settings(read_config(), config),
        )
        if signals.is_received:
            return
        importer = _Importer(config, roots, supervisor.should_exit)
        importer.start()
        try:
            supervisor.run()
        finally:
            importer.stop()
    if importer.error is not None:
        raise importer.error


def _keep_fixed_settings(new: WorkerConfig, old: WorkerConfig) -> WorkerConfig:
    """Return a new configuration with the old values of settings that need a restart."""
    fixed = {name: getattr(old.settings, name) for name in FIXED_SETTINGS}
    changed = [name for name, value in fixed.items() if getattr(new.settings, name) != value]
    if changed:
        _log.warning("a change of %s takes effect after a restart", ", ".join(changed))
    return replace(new, settings=new.settings.model_copy(update=fixed))


class _Importer(threading.Thread):
    """Imports folders in a thread, beside a supervisor that occupies the main one.

    Attributes:
        error: what the import failed with; None if it did not.
    """

    def __init__(
        self, config: WorkerConfig, roots: Sequence[ImportRoot], has_failed: threading.Event
    ) -> None:
        """Prepare the import.

        Args:
            config: configuration of the workers.
            roots: the folders.
            has_failed: is set if the import fails.
        """
        super().__init__(name="import", daemon=True)
        self._config, self._roots, self._has_failed = config, roots, has_failed
        self._stop_import: Callable[[], object] | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Import the folders."""
        try:
            run_coroutine(self._import())
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            self.error = error
            self._has_failed.set()

    async def _import(self) -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        self._stop_import = lambda: task and loop.call_soon_threadsafe(task.cancel)
        store = await self._config.open_store()
        try:
            await _import_roots(store, self._roots)
        finally:
            await store.close()

    def stop(self) -> None:
        """Cancel the import if it still runs, and wait for its end."""
        if self.is_alive() and self._stop_import is not None:
            with suppress(RuntimeError):  # Its event loop may have just been closed.
                self._stop_import()
        self.join()


async def _check_store(config: WorkerConfig) -> None:
    """Open the store, which creates or migrates it."""
    await (await config.open_store()).close()


def _print_urls(config: WorkerConfig) -> None:
    print_urls(create_console(), config.site_url, config.settings.database)


async def _import_roots(store: Store, roots: Sequence[ImportRoot]) -> None:
    console, report = create_console(), None
    if roots:
        with show_progress() as update_progress:
            try:
                report = await store.import_roots(roots, update_progress, allow_removals=False)
            except TooManyRemovals as error:
                # The folder may come back; until then the last import is served.
                _log.error("%s", error)
    state = await store.state()
    # The server goes on where standard output is closed; rich exits then.
    with suppress(OSError, SystemExit):
        if report is not None:
            print_report(console, create_console(sys.stderr), report, roots)
            print_other_roots(console, report, roots, await store.roots())
        print_article_count(console, state)
