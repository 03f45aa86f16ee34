"""Several worker processes that serve one store on one socket: uvicorn's supervisor, extended.

All workers accept from the same listening socket, which the supervisor holds open. So no client is
refused while a worker is replaced: because it has ended, because its event loop hangs, or because
the settings are read again.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from multiprocessing import parent_process, resource_tracker
from typing import TYPE_CHECKING, Final

import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from newsgraph.server.runtime.runner import log_to_stderr, run_until_signal
from newsgraph.server.startup_errors import StartupError, WorkerError
from newsgraph.store.engines import prepare_process
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsgraph.server.runtime.runner import ShutdownSignals
    from newsgraph.server.runtime.worker_config import WorkerConfig

HANG_SECONDS: Final = 10.0
"""A worker whose event loop has not run for this time is replaced."""

START_SECONDS: Final = 60.0
"""How long a worker may take to start before a reload of the settings is given up."""

MIN_RESTART_INTERVAL_SECONDS: Final = 1.0
"""Minimum time between two starts of a worker: what ends it at once may do so again."""

CLOSE_SECONDS: Final = 3.0
"""How long a worker may take to close its store and end, after its grace period."""

_POLL_SECONDS: Final = 0.05

# A forked process would inherit locks and connections of its parent's threads, without the threads.
_spawn = multiprocessing.get_context("spawn")

_log = logging.getLogger(__name__)


class SupervisorConfig(uvicorn.Config):
    """What uvicorn's supervisor reads: the number of workers.

    Attributes:
        worker: configuration of each worker.
    """

    def __init__(self, worker: WorkerConfig) -> None:
        super().__init__("newsgraph", workers=worker.settings.workers, log_config=None)
        self.worker = worker


class Worker(Process):
    """A worker process.

    Attributes:
        started_at: when it was started, in seconds of `time.monotonic`.
    """

    config: SupervisorConfig

    def __init__(
        self, config: SupervisorConfig, sockets: list[socket.socket], folder: Path
    ) -> None:
        """Prepare the process.

        Args:
            config: configuration of the supervisor.
            sockets: the listening socket.
            folder: folder of the metrics and heartbeats.
        """
        self._folder = folder
        super().__init__(config, sockets)
        # uvicorn's process would open standard input again, which no worker reads.
        self.process = _spawn.Process(target=self.target, args=(sockets,))

    def start(self) -> None:
        """Start the process."""
        self.started_at = time.monotonic()
        # Ctrl-C goes to all processes, also to one that is not yet ready to handle it.
        with _interrupts_blocked():
            super().start()

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal arrives; runs in the process."""
        assert sockets  # noqa: S101 - the supervisor passes it
        (listening_socket,) = sockets
        threading.Thread(target=self.always_pong, name="healthcheck", daemon=True).start()
        end_seconds = self.config.worker.settings.grace_seconds + CLOSE_SECONDS
        threading.Thread(
            target=_end_with_parent, args=(end_seconds,), name="parent", daemon=True
        ).start()
        log_to_stderr(with_process_id=True)
        prepare_process()
        config = self.config.worker
        heartbeat = self._folder / f"heartbeat-{os.getpid()}"

        async def beat() -> None:
            heartbeat.touch()
            os.utime(heartbeat, (time.monotonic(), time.monotonic()))

        async def main(signals: ShutdownSignals) -> None:
            if hasattr(signal, "pthread_sigmask"):
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            store = await signals.cancel_on_signal(config.open_store())
            try:
                self._server = config.create_server(store, notify=beat)
                await signals.serve_until_signal(self._server, listening_socket)
            finally:
                await store.close()

        try:
            run_until_signal(main)
        except (StartupError, StoreError) as error:
            _log.error("%s", error)
            sys.exit(STARTUP_FAILURE)

    @property
    def is_hanging(self) -> bool:
        """Whether its event loop has run before, but not for `HANG_SECONDS`."""
        try:
            beat_at = (self._folder / f"heartbeat-{self.pid}").stat().st_mtime
        except FileNotFoundError:
            return False
        return time.monotonic() - beat_at > HANG_SECONDS

    def describe_end(self) -> str:
        """Describe how the process ended."""
        code = self.exitcode or 0
        return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"

    def clean_up(self) -> None:
        """Remove what the ended process has left."""
        (self._folder / f"heartbeat-{self.pid}").unlink(missing_ok=True)
        mark_process_dead(self.pid, str(self._folder))  # type: ignore[no-untyped-call]


class Supervisor(Multiprocess):
    """Starts the workers, and replaces them when they end, hang or have old settings."""

    config: SupervisorConfig
    processes: list[Worker]  # type: ignore[assignment]  # all are started here

    def __init__(
        self,
        config: WorkerConfig,
        listening_socket: socket.socket,
        folder: Path,
        read_config: Callable[[], WorkerConfig],
    ) -> None:
        """Prepare the workers.

        Args:
            config: configuration of the workers.
            listening_socket: a listening socket.
            folder: an empty folder for metrics and heartbeats.
            read_config: reads the settings again.
        """
        super().__init__(SupervisorConfig(config), [listening_socket])
        self._folder, self._read_config = folder, read_config
        self._have_served = False

    def run(self) -> None:
        """Run all workers until a signal arrives.

        Raises:
            WorkerError: a worker failed to start.
        """
        super().run()
        if not self._have_served and any(
            worker.exitcode == STARTUP_FAILURE for worker in self.processes
        ):
            raise WorkerError("a worker process could not start; its error is logged above")

    def init_processes(self) -> None:
        """Start all workers."""
        # Its start unblocks signals, so it must not happen while a worker is started with signals
        # blocked.
        resource_tracker.ensure_running()
        self.processes = [self._start_worker() for _ in range(self.config.workers)]

    def _start_worker(self) -> Worker:
        worker = Worker(self.config, self.sockets, self._folder)
        worker.start()
        return worker

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have ended or hang."""
        for index, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if worker.process.is_alive() and worker.is_hanging:
                _log.error("worker %d hangs for %d s; replacing it", worker.pid, HANG_SECONDS)
                worker.kill()
                worker.join()
            elif worker.process.is_alive():
                self._have_served = self._have_served or worker.is_ready(timeout=1)
                continue
            elif not self._have_served and worker.exitcode == STARTUP_FAILURE:
                self.should_exit.set()
                return
            elif time.monotonic() - worker.started_at < MIN_RESTART_INTERVAL_SECONDS:
                continue
            else:
                _log.warning("worker %d ended %s; replacing it", worker.pid, worker.describe_end())
            worker.clean_up()
            self.processes[index] = self._start_worker()

    def handle_hup(self) -> None:
        """Read the settings again, and replace the workers one after another."""
        try:
            self.config = SupervisorConfig(self._read_config())
        except StartupError as error:
            _log.error("the settings are not read again: %s", error)
            return
        _log.warning("the settings are read again; replacing the workers")
        self.restart_all()

    def handle_ttin(self) -> None:
        """Do nothing: the settings say how many workers there are."""

    def handle_ttou(self) -> None:
        """Do nothing, as above."""

    def restart_all(self) -> None:
        """Replace all workers: each one ends after its replacement serves."""
        old_workers, self.processes = self.processes, []
        for number in range(max(self.config.workers, len(old_workers))):
            old = old_workers[number] if number < len(old_workers) else None
            if number < self.config.workers:
                new = self._start_worker()
                self.processes.append(new)
                if not new.wait_until_ready(START_SECONDS, self.should_exit):
                    _log.error("worker %d does not start; the others stay as they are", new.pid)
                    new.kill()
                    self.processes[-1:] = old_workers[number:]
                    return
            if old is not None:
                old.terminate()
                self._join(old)

    def join_all(self) -> None:
        """Wait for the end of all workers; kill those that take too long."""
        for worker in self.processes:
            self._join(worker)

    def _join(self, worker: Worker) -> None:
        deadline = time.monotonic() + self.config.worker.settings.grace_seconds + CLOSE_SECONDS
        while worker.process.is_alive():
            if time.monotonic() > deadline:
                worker.kill()
            time.sleep(_POLL_SECONDS)
        worker.join()
        worker.clean_up()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C in this thread for the block; processes that it starts inherit that.

    A worker unblocks it when it can handle it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _end_with_parent(end_seconds: float) -> None:
    """End this process when its parent has ended, even if the parent was killed.

    Args:
        end_seconds: how long the process may take to end.
    """
    parent = parent_process()
    assert parent is not None  # noqa: S101 - this is a worker
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(end_seconds)
    os._exit(1)
