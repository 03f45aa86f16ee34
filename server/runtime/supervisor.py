"""Several worker processes that serve one store on one socket, and their supervisor.

All workers accept from the same listening socket, which the supervisor holds open. So no client
is refused while a worker that has died is being replaced.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from prometheus_client.multiprocess import mark_process_dead

from newsgraph.server.config.settings import shared_metrics_folder
from newsgraph.server.runtime.accept_balancer import NOT_ACCEPTING, ConnectionCounts
from newsgraph.server.runtime.runner import (
    SHUTDOWN_GRACE_SECONDS,
    log_to_stderr,
    run_until_signal,
)
from newsgraph.server.runtime.sockets import listen_error
from newsgraph.server.startup_errors import StartupError, WorkerError
from newsgraph.store.engines import prepare_process
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from newsgraph.server.runtime.runner import ShutdownSignals
    from newsgraph.server.runtime.worker_config import WorkerConfig

LISTEN_BACKLOG: Final = 2048
"""Maximum number of connections that wait to be accepted."""

MIN_RESTART_INTERVAL_SECONDS: Final = 1.0
"""Minimum time between two starts of a worker: what ends it at once may do so again."""

CLOSE_SECONDS: Final = 2.0
"""How long a worker may take to close its store and end, after its grace period."""

_POLL_SECONDS: Final = 0.01

_READY: Final = ""
"""Message of a worker whose store is open; any other message is why it cannot serve."""

# A forked process would inherit locks and connections of its parent's threads, without the threads.
_spawn = multiprocessing.get_context("spawn")

_log = logging.getLogger(__name__)


async def serve_with_workers(
    config: WorkerConfig, listening_socket: socket.socket, signals: ShutdownSignals
) -> None:
    """Serve with as many processes as the settings say, until a signal arrives.

    Raises:
        ListenError: another program has started to listen there since the socket was bound.
        WorkerError: a worker failed to start.
    """
    log_to_stderr(with_process_id=True)
    try:
        listening_socket.listen(LISTEN_BACKLOG)
    except OSError as error:
        raise listen_error(config.settings.host, config.port, error) from error
    with (
        tempfile.TemporaryDirectory(prefix="newsgraph-metrics-") as metrics_folder,
        shared_metrics_folder(metrics_folder),
    ):
        supervisor = _Supervisor(config, listening_socket, metrics_folder)
        await signals.cancel_on_signal(supervisor.run())


class _Worker:
    """A worker process, as the supervisor sees it."""

    def __init__(
        self,
        config: WorkerConfig,
        listening_socket: socket.socket,
        connection_counts: ConnectionCounts,
    ) -> None:
        self._receiver, sender = _spawn.Pipe(duplex=False)
        self.process: SpawnProcess = _spawn.Process(
            target=_run_worker, args=(config, listening_socket, connection_counts, sender)
        )
        # Ctrl-C goes to all processes, also to one that is not yet ready to handle it.
        with _interrupts_blocked():
            self.process.start()
        sender.close()
        assert self.process.pid is not None  # noqa: S101 - it has been started
        self.pid = self.process.pid

    def receive(self) -> str | None:
        """Wait for the worker's next message, in a thread; None after it has ended."""
        try:
            message: str = self._receiver.recv()
        except (EOFError, OSError):
            wait([self.process.sentinel])
            return None
        return message

    def join(self) -> str:
        """Wait for the end of the process, and describe how it ended."""
        self.process.join()
        code = self.process.exitcode or 0
        return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"


class _Supervisor:
    """Starts the worker processes, and replaces those that end."""

    def __init__(
        self, config: WorkerConfig, listening_socket: socket.socket, metrics_folder: str
    ) -> None:
        self._config, self._listening_socket = config, listening_socket
        self._metrics_folder = metrics_folder
        self._running: set[_Worker] = set()
        self._counts = _spawn.RawArray("i", [NOT_ACCEPTING] * config.settings.workers)
        # One thread for each worker waits for its messages and its end.
        self._threads = ThreadPoolExecutor(config.settings.workers, "workers")

    async def run(self) -> None:
        """Run all workers until this is cancelled; then terminate them.

        Raises:
            WorkerError: a worker failed to start.
        """
        # The start of the resource tracker unblocks signals, so it must not happen while a
        # worker is started with signals blocked.
        resource_tracker.ensure_running()
        try:
            async with asyncio.TaskGroup() as group:
                for index in range(self._config.settings.workers):
                    counts = ConnectionCounts(self._counts, index)
                    group.create_task(self._run_and_replace(counts))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            await _finish_despite_cancellation(self._terminate_workers())

    async def _run_and_replace(self, connection_counts: ConnectionCounts) -> None:
        has_served = False
        while True:
            started_at = time.monotonic()
            worker = _Worker(self._config, self._listening_socket, connection_counts)
            self._running.add(worker)
            message = await self._receive(worker)
            has_served |= message == _READY
            if message is not None:
                await self._receive(worker)
            connection_counts.publish(NOT_ACCEPTING)
            outcome = worker.join()
            self._running.remove(worker)
            mark_process_dead(worker.pid, self._metrics_folder)  # type: ignore[no-untyped-call]
            reason = f": {message}" if message else ""
            if not has_served:
                raise WorkerError(
                    message or f"worker {worker.pid} failed to start; it ended {outcome}"
                )
            _log.warning("worker %d ended %s%s; replacing it", worker.pid, outcome, reason)
            elapsed = time.monotonic() - started_at
            await asyncio.sleep(max(0.0, MIN_RESTART_INTERVAL_SECONDS - elapsed))

    async def _receive(self, worker: _Worker) -> str | None:
        return await asyncio.get_running_loop().run_in_executor(self._threads, worker.receive)

    async def _terminate_workers(self) -> None:
        for worker in self._running:
            worker.process.terminate()
        deadline = time.monotonic() + SHUTDOWN_GRACE_SECONDS + CLOSE_SECONDS
        while any(worker.process.is_alive() for worker in self._running):
            if time.monotonic() > deadline:
                for worker in self._running:
                    worker.process.kill()
            await asyncio.sleep(_POLL_SECONDS)
        self._threads.shutdown()


async def _finish_despite_cancellation(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, even if the current task is cancelled by further signals."""
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            continue
    task.result()


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


def _run_worker(
    config: WorkerConfig,
    listening_socket: socket.socket,
    connection_counts: ConnectionCounts,
    sender: Connection,
) -> None:
    """Serve until a signal arrives; the main function of a worker process."""
    log_to_stderr(with_process_id=True)
    prepare_process()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()

    async def main(signals: ShutdownSignals) -> None:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        store = await signals.cancel_on_signal(config.open_store())
        try:
            sender.send(_READY)
            await config.serve(store, listening_socket, signals, connection_counts)
        finally:
            await store.close()

    try:
        run_until_signal(main)
    except (StartupError, StoreError) as error:
        sender.send(str(error))
        sys.exit(1)


def _end_with_parent() -> None:
    """End this process when its parent has ended, even if the parent was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this is a worker
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SHUTDOWN_GRACE_SECONDS + CLOSE_SECONDS)
    os._exit(1)
