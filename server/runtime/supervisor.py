"""Several processes that serve one store on one socket, and the one that keeps them.

All of them accept from the same listening socket, which the parent holds open: no client is
turned away while one of them has died, and its place is filled.
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

from newsgraph.server.config.settings import sharing_metrics
from newsgraph.server.errors import ServerError, WorkerFailed
from newsgraph.server.runtime.accept_balancer import ABSENT, Share
from newsgraph.server.runtime.runner import GRACE_SECONDS, log_to_stderr, run_until_signal
from newsgraph.server.runtime.sockets import cannot_listen
from newsgraph.store.engines.sqlite.memstatus import stop_accounting
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from newsgraph.server.runtime.runner import Signals
    from newsgraph.server.runtime.server_config import Service

BACKLOG: Final = 2048
"""How many connections may wait to be accepted."""

PAUSE_SECONDS: Final = 1.0
"""A worker's place is not filled more often: what ends it at once may go on doing so."""

CLOSE_SECONDS: Final = 2.0
"""How long a worker may take for all that comes after its grace."""

_LOOK_SECONDS: Final = 0.01

_READY: Final = ""
"""What a worker tells when its store is open; any other text is why it cannot serve."""

# A forked process would have threads and connections of its parent, or rather half of them.
_spawn = multiprocessing.get_context("spawn")

_log = logging.getLogger(__name__)


async def serve_with_workers(service: Service, listening: socket.socket, signals: Signals) -> None:
    """Serve with as many processes as the settings say, until a signal comes.

    Raises:
        CannotListen: another program listens there since the socket was bound.
        WorkerFailed: a worker could not begin.
    """
    log_to_stderr(with_process=True)
    try:
        listening.listen(BACKLOG)
    except OSError as error:
        raise cannot_listen(service.settings.host, service.port, error) from error
    with (
        tempfile.TemporaryDirectory(prefix="newsgraph-metrics-") as folder,
        sharing_metrics(folder),
    ):
        await signals.cancelling(_Workers(service, listening, folder).keep())


class _Worker:
    """A process that serves."""

    def __init__(self, service: Service, listening: socket.socket, share: Share) -> None:
        self._hears, tells = _spawn.Pipe(duplex=False)
        self.process: SpawnProcess = _spawn.Process(
            target=_work, args=(service, listening, share, tells)
        )
        # Ctrl-C goes to all processes, also to one that is not ready yet to receive it.
        with _interrupts_kept():
            self.process.start()
        tells.close()
        assert self.process.pid is not None  # noqa: S101 - it has been started
        self.pid = self.process.pid

    def hear(self) -> str | None:
        """Wait for the next that it tells, in a thread; None when it has ended."""
        try:
            told: str = self._hears.recv()
        except (EOFError, OSError):
            wait([self.process.sentinel])
            return None
        return told

    def end(self) -> str:
        """Return how it has ended."""
        self.process.join()
        code = self.process.exitcode or 0
        return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"


class _Workers:
    def __init__(self, service: Service, listening: socket.socket, metrics: str) -> None:
        self._service, self._listening, self._metrics = service, listening, metrics
        self._running: set[_Worker] = set()
        self._counts = _spawn.RawArray("i", [ABSENT] * service.settings.workers)
        # A thread waits for each to say something, or to end.
        self._threads = ThreadPoolExecutor(service.settings.workers, "workers")

    async def keep(self) -> None:
        """Keep all of them running until this is cancelled; then they are ended.

        Raises:
            WorkerFailed: one could not begin.
        """
        # It lets go of signals when it is started, which must not be between the two.
        resource_tracker.ensure_running()
        try:
            async with asyncio.TaskGroup() as group:
                for place in range(self._service.settings.workers):
                    group.create_task(self._keep_one(Share(self._counts, place)))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            await _undisturbed(self._end())

    async def _keep_one(self, share: Share) -> None:
        has_served = False
        while True:
            began = time.monotonic()
            worker = _Worker(self._service, self._listening, share)
            self._running.add(worker)
            told = await self._heard(worker)
            has_served |= told == _READY
            if told is not None:
                await self._heard(worker)
            share.tell(ABSENT)
            how = worker.end()
            self._running.remove(worker)
            mark_process_dead(worker.pid, self._metrics)  # type: ignore[no-untyped-call]
            why = f": {told}" if told else ""
            if not has_served:
                raise WorkerFailed(told or f"worker {worker.pid} could not begin; it ended {how}")
            _log.warning("worker %d ended %s%s; another takes its place", worker.pid, how, why)
            await asyncio.sleep(max(0.0, began + PAUSE_SECONDS - time.monotonic()))

    async def _heard(self, worker: _Worker) -> str | None:
        return await asyncio.get_running_loop().run_in_executor(self._threads, worker.hear)

    async def _end(self) -> None:
        for worker in self._running:
            worker.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS + CLOSE_SECONDS
        while any(worker.process.is_alive() for worker in self._running):
            if time.monotonic() > deadline:
                for worker in self._running:
                    worker.process.kill()
            await asyncio.sleep(_LOOK_SECONDS)
        self._threads.shutdown()


async def _undisturbed(work: Coroutine[Any, Any, None]) -> None:
    """Do work to its end; further signals change nothing."""
    doing = asyncio.ensure_future(work)
    while not doing.done():
        try:
            await asyncio.shield(doing)
        except asyncio.CancelledError:
            continue
    doing.result()


@contextmanager
def _interrupts_kept() -> Iterator[None]:
    """Keep Ctrl-C from this thread, and from a process that it starts, until they can take it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _work(service: Service, listening: socket.socket, share: Share, tells: Connection) -> None:
    """Serve; this is all that a worker's process does."""
    log_to_stderr(with_process=True)
    stop_accounting()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()

    async def main(signals: Signals) -> None:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        store = await signals.cancelling(service.open())
        try:
            tells.send(_READY)
            await service.serve(store, listening, signals, share)
        finally:
            await store.close()

    try:
        run_until_signal(main)
    except (ServerError, StoreError) as error:
        tells.send(str(error))
        sys.exit(1)


def _end_with_parent() -> None:
    """End this process when its parent has gone, which may have had no time to say so."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this is a worker
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS + CLOSE_SECONDS)
    os._exit(1)
