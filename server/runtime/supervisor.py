"""Several worker processes that serve one store on one socket: uvicorn's supervisor, extended.

All workers accept from the same listening socket, which the supervisor holds open. So no client is
refused while a worker is replaced: because it has ended, because its event loop hangs, or because
the settings are read again.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from multiprocessing import parent_process, resource_tracker
from typing import TYPE_CHECKING, Final, cast

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

HEARTBEAT_SECONDS: Final = 1.0
"""Interval at which a worker's event loop touches its file."""

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
        # Its start unblocks signals, so it must not happen while they are blocked.
        resource_tracker.ensure_running()
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

        async def send_heartbeats() -> None:
            while True:
                with suppress(OSError):  # The folder is gone after a supervisor that was killed.
                    heartbeat.touch()
                    os.utime(heartbeat, (time.monotonic(), time.monotonic()))
                await asyncio.sleep(HEARTBEAT_SECONDS)

        async def main(signals: ShutdownSignals) -> None:
            if hasattr(signal, "pthread_sigmask"):
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            store = await signals.cancel_on_signal(config.open_store())
            heartbeat_task = asyncio.create_task(send_heartbeats())
            try:
                self._server = config.create_server(store)
                await signals.serve_until_signal(self._server, listening_socket)
            finally:
                heartbeat_task.cancel()
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
        if code >= 0:
            return f"with exit code {code}"
        try:
            return f"by {signal.Signals(-code).name}"
        except ValueError:
            return f"by signal {-code}"

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
        self._checked_at = self._resumed_at = time.monotonic()

    def is_set(self) -> bool:
        """Return whether the service is to stop: signals are only queued while workers start."""
        return self.should_exit.is_set() or not {signal.SIGINT, signal.SIGTERM}.isdisjoint(
            self.signal_queue
        )

    def run(self) -> None:
        """Run all workers until a signal arrives.

        Raises:
            WorkerError: a worker failed to start.
        """
        try:
            super().run()
        finally:
            # After an error, the workers would go on alone.
            self.terminate_all()
            self.join_all()
        if not self._have_served and any(
            worker.exitcode == STARTUP_FAILURE for worker in self.processes
        ):
            raise WorkerError("a worker process could not start; its error is logged above")

    def init_processes(self) -> None:
        """Start all workers."""
        for _ in range(self.config.workers):
            self.processes.append(self._start_worker())

    def _start_worker(self) -> Worker:
        worker = Worker(self.config, self.sockets, self._folder)
        worker.start()
        return worker

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have ended or hang."""
        now = time.monotonic()
        if now - self._checked_at > HANG_SECONDS / 2:
            # The machine or all processes were suspended: the workers need time to send heartbeats.
            self._resumed_at = now
        self._checked_at = now
        is_recovering = now - self._resumed_at < HANG_SECONDS
        for index, worker in enumerate(self.processes):
            if self.is_set():
                return
            if worker.process.is_alive() and worker.is_hanging and not is_recovering:
                _log.error("worker %d hangs for %d s; replacing it", worker.pid, HANG_SECONDS)
                worker.kill()
                worker.join()
            elif worker.process.is_alive():
                self._have_served = self._have_served or worker.is_ready(timeout=0)
                continue
            elif not self._have_served and worker.exitcode == STARTUP_FAILURE:
                self.should_exit.set()
                return
            elif time.monotonic() - worker.started_at < MIN_RESTART_INTERVAL_SECONDS:
                continue
            else:
                _log.warning("worker %d ended %s; replacing it", worker.pid, worker.describe_end())
            worker.clean_up()
            try:
                self.processes[index] = self._start_worker()
            except OSError as error:
                # Such as for lack of memory. The next check tries again.
                _log.error("a worker cannot be started: %s", error)

    def handle_hup(self) -> None:
        """Read the settings again, and replace the workers one after another."""
        if self.is_set():
            return
        old_config = self.config
        try:
            self.config = SupervisorConfig(self._read_config())
        except StartupError as error:
            _log.error("the settings are not read again: %s", error)
            return
        _log.warning("the settings are read again; replacing the workers")
        if not self._replace_workers():
            self.config = old_config

    def handle_ttin(self) -> None:
        """Do nothing: the settings say how many workers there are."""

    def handle_ttou(self) -> None:
        """Do nothing, as above."""

    def _replace_workers(self) -> bool:
        """Replace all workers: each one ends after its replacement serves.

        Returns:
            Whether all are replaced; otherwise the remaining ones stay.
        """
        old_workers, self.processes = self.processes, []
        for number in range(max(self.config.workers, len(old_workers))):
            if number < self.config.workers and not self._add_worker():
                self.processes += old_workers[number:]
                return False
            if number < len(old_workers):
                old_workers[number].terminate()
                self._join(old_workers[number], self._deadline_of(old_workers[number]))
        return True

    def _add_worker(self) -> bool:
        """Start a worker, and wait until it serves; return whether it does."""
        if self.is_set():
            return False
        try:
            worker = self._start_worker()
        except OSError as error:
            _log.error("a worker cannot be started: %s", error)
            return False
        stop = cast("threading.Event", self)  # uvicorn calls only its method `is_set`
        if worker.wait_until_ready(START_SECONDS, stop):
            self.processes.append(worker)
            return True
        if not self.is_set():
            _log.error("worker %d does not start; the others stay as they are", worker.pid)
        worker.kill()
        self._join(worker, time.monotonic())
        return False

    def join_all(self) -> None:
        """Wait for the end of all workers; kill those that take too long."""
        deadlines = [self._deadline_of(worker) for worker in self.processes]
        for worker, deadline in zip(self.processes, deadlines, strict=True):
            self._join(worker, deadline)

    def _deadline_of(self, worker: Worker) -> float:
        """Return when a worker that is terminated now has to have ended."""
        return time.monotonic() + worker.config.worker.settings.grace_seconds + CLOSE_SECONDS

    def _join(self, worker: Worker, deadline: float) -> None:
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
