"""Runs commands and the server, until they end or a signal stops them."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine
    from types import FrameType

    import uvicorn

T = TypeVar("T")

_log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_coroutine(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, on uvloop if it is installed."""
    # What the modules have created stays until the end: the collector need not visit it again.
    gc.freeze()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(main)


def run_until_signal(main: Callable[[ShutdownSignals], Coroutine[Any, Any, None]]) -> None:
    """Run a server until SIGTERM or Ctrl-C stops it; being stopped is not an error."""
    with ShutdownSignals() as signals:
        try:
            run_coroutine(main(signals))
        except asyncio.CancelledError:
            if not signals.is_received:
                raise


class ShutdownSignals:
    """Handles SIGTERM and Ctrl-C within a ``with`` block.

    They cancel what runs before the server. While the server runs, uvicorn handles them itself,
    and raises them again after its shutdown: then they are received here a second time. A hangup
    (SIGHUP) stops nothing.

    Attributes:
        is_received: whether one of the signals was received.
    """

    def __init__(self) -> None:
        self.is_received = False
        self._stop: Callable[[], object] | None = None
        self._previous_handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> ShutdownSignals:
        self._previous_handlers = {
            number: signal.signal(number, self._handle) for number in _SIGNALS
        }
        if hasattr(signal, "SIGHUP"):
            self._previous_handlers[signal.SIGHUP] = signal.signal(signal.SIGHUP, _ignore_hangup)
        return self

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._previous_handlers.items():
            signal.signal(number, handler)

    async def cancel_on_signal(self, work: Coroutine[Any, Any, T]) -> T:
        """Await a coroutine that a signal cancels."""
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        self._stop = lambda: task and loop.call_soon_threadsafe(task.cancel)
        try:
            if self.is_received:
                work.close()
                raise asyncio.CancelledError
            return await work
        finally:
            self._stop = None

    async def serve_until_signal(
        self, server: uvicorn.Server, listening_socket: socket.socket
    ) -> None:
        """Run a server that a signal stops, also a signal before the server has started."""

        def stop() -> None:
            server.should_exit = True

        self._stop = stop
        if not self.is_received:
            await server.serve([listening_socket])

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self.is_received = True
        if self._stop is not None:
            self._stop()


def _ignore_hangup(_number: int, _frame: FrameType | None) -> None:
    if parent_process() is None:
        _log.warning(
            "SIGHUP is ignored: only a running server with several workers (--workers 2) reads its "
            "settings again; restart this one"
        )


def log_to_stderr(*, with_process_id: bool = False) -> None:
    """Write the log to standard error, unless logging is configured already.

    Args:
        with_process_id: whether each line has the process id, to tell several processes apart.
    """
    process_id = " %(process)d" if with_process_id else ""
    logging.basicConfig(format=f"%(asctime)s{process_id} %(levelname)s %(name)s: %(message)s")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    # Not by way of uvicorn: an import of folders does not need it.
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop
