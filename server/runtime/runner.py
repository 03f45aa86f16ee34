"""Runs the application until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Any, TypeVar

import uvicorn

from newsgraph.gql.options import DEFAULTS
from newsgraph.server.runtime.accept_balancer import SharingServer
from newsgraph.server.runtime.uvicorn_protocols import HttpConnection, WebSocketConnection

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine
    from types import FrameType

    from starlette.types import ASGIApp

    from newsgraph.server.runtime.accept_balancer import Share

T = TypeVar("T")

GRACE_SECONDS = 5
"""How long requests that are under way, subscriptions too, may go on after a signal."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end, on uvloop where there is one."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(main)


def run_until_signal(main: Callable[[Signals], Coroutine[Any, Any, None]]) -> None:
    """Run a server. SIGTERM and Ctrl-C end it, and that is no failure."""
    with Signals() as signals:
        try:
            run(main(signals))
        except asyncio.CancelledError:
            if not signals.came:
                raise


class Signals:
    """SIGTERM and Ctrl-C, as long as the block lasts.

    What runs before the server is cancelled by them. uvicorn catches them itself, and
    raises them again after it has shut down: then they are received here a second time.
    """

    def __init__(self) -> None:
        self.came = False
        self._stop: Callable[[], object] | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Signals:
        self._before = {one: signal.signal(one, self._received) for one in _SIGNALS}
        return self

    def __exit__(self, *_raised: object) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)

    async def cancelling(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for work that a signal cancels."""
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        self._stop = lambda: task and loop.call_soon_threadsafe(task.cancel)
        try:
            if self.came:
                work.close()
                raise asyncio.CancelledError
            return await work
        finally:
            self._stop = None

    async def stopping(self, server: uvicorn.Server, listening: socket.socket) -> None:
        """Wait for a server that a signal stops, also one that came before it was up."""

        def stop() -> None:
            server.should_exit = True

        self._stop = stop
        if not self.came:
            await server.serve([listening])

    def _received(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True
        if self._stop is not None:
            self._stop()


def log_to_stderr(*, with_process: bool = False) -> None:
    """Let the log be seen, if it is not yet.

    Args:
        with_process: whether each line tells the process, where there are several.
    """
    process = " %(process)d" if with_process else ""
    logging.basicConfig(format=f"%(asctime)s{process} %(levelname)s %(name)s: %(message)s")


async def serve(
    app: ASGIApp,
    listening: socket.socket,
    signals: Signals,
    *,
    access_log: bool,
    max_message: int = DEFAULTS.max_body_bytes,
    share: Share | None = None,
) -> None:
    """Serve on a bound socket until a signal comes; requests under way are finished.

    Args:
        app: the application.
        listening: bound.
        signals: what ends it.
        access_log: whether each request is logged.
        max_message: how many bytes a WebSocket's message may have.
        share: of the connections, where other processes take from the socket too.

    Raises:
        OSError: another program listens there since the socket was bound.
    """
    log_to_stderr()
    if access_log:
        logging.getLogger("uvicorn.access").setLevel(logging.INFO)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=access_log,
        lifespan="on",
        # Addresses of our own come from the settings, and who asks makes no difference.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        http=HttpConnection,
        ws=WebSocketConnection,
        ws_max_size=max_message,
    )
    server = uvicorn.Server(config) if share is None else SharingServer(config, share)
    await signals.stopping(server, listening)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    return uvicorn.Config(run, log_config=None).get_loop_factory()
