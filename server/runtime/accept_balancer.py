"""Balances new connections between processes that accept from the same listening socket.

Without it the first process that wakes up accepts all waiting connections, and the few long
connections of a proxy may all end up in one process. SO_REUSEPORT distributes connections at
random, and those queued for a process that dies are lost. So each process publishes how many
connections it has, and one that has more than another lets the others accept first for a moment.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Final

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableSequence

YIELD_SECONDS: Final = 0.001
"""How long other processes may accept first. A sleeping process wakes up in a tenth of it."""

MAX_BATCH: Final = 64
"""Maximum number of connections that are accepted in one go when other processes do not."""

RETRY_SECONDS: Final = 1.0
"""Wait before accepting again after an error, such as no free file descriptor."""

NOT_ACCEPTING: Final = 2**31 - 1
"""Connection count of a process that does not accept connections."""

_log = logging.getLogger(__name__)


class ConnectionCounts:
    """The number of connections of each process, in shared memory.

    Args:
        counts: one number for each process, visible to all of them.
        index: index of this process.
    """

    def __init__(self, counts: MutableSequence[int], index: int) -> None:
        self._counts, self._index = counts, index

    def publish(self, connections: int) -> None:
        """Set the number of connections of this process."""
        self._counts[self._index] = connections

    @property
    def is_least_loaded(self) -> bool:
        """Whether no other process has fewer connections."""
        return self._counts[self._index] <= min(self._counts)


class BalancedServer(uvicorn.Server):
    """A uvicorn server that accepts its connections in balance with other processes."""

    def __init__(self, config: uvicorn.Config, counts: ConnectionCounts) -> None:
        super().__init__(config)
        self._counts = counts
        self._acceptors: list[_Acceptor] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept connections from sockets that listen already."""
        await super().startup([])
        for listening_socket in sockets or ():
            self._acceptors.append(
                _Acceptor(listening_socket, self._create_protocol, self._publish_count)
            )

    async def on_tick(self, counter: int) -> bool:
        """Publish the number of connections; uvicorn calls this ten times a second."""
        self._publish_count()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting connections, and end the existing ones."""
        self._counts.publish(NOT_ACCEPTING)
        for acceptor in self._acceptors:
            await acceptor.close()
        await super().shutdown(sockets)

    def _publish_count(self) -> ConnectionCounts:
        established = self.server_state.connections
        pending = sum(
            protocol not in established
            for acceptor in self._acceptors
            for protocol in acceptor.pending
        )
        self._counts.publish(len(established) + pending)
        return self._counts

    def _create_protocol(self) -> asyncio.Protocol:
        # As uvicorn creates it.
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


class _Acceptor:
    """Accepts connections from one listening socket."""

    def __init__(
        self,
        listening_socket: socket.socket,
        create_protocol: Callable[[], asyncio.Protocol],
        publish_count: Callable[[], ConnectionCounts],
    ) -> None:
        """Start to accept.

        Args:
            listening_socket: a socket that listens.
            create_protocol: creates the protocol of a connection.
            publish_count: publishes this process's number of connections, and returns those of
                all processes.
        """
        self._socket, self._create_protocol = listening_socket, create_protocol
        self._publish_count = publish_count
        self._loop = asyncio.get_running_loop()
        self._connecting: dict[asyncio.Task[None], asyncio.Protocol] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._batch = 1
        listening_socket.setblocking(False)
        self._resume()

    @property
    def pending(self) -> Iterable[asyncio.Protocol]:
        """The protocols of accepted connections that uvicorn may not know of yet."""
        return self._connecting.values()

    async def close(self) -> None:
        """Stop accepting."""
        self._loop.remove_reader(self._socket.fileno())
        if self._timer is not None:
            self._timer.cancel()
        if self._connecting:
            await asyncio.wait(self._connecting)

    def _resume(self) -> None:
        self._timer = None
        self._loop.add_reader(self._socket.fileno(), self._on_readable)

    def _pause(self, seconds: float, callback: Callable[[], None]) -> None:
        self._loop.remove_reader(self._socket.fileno())
        self._timer = self._loop.call_later(seconds, callback)

    def _on_readable(self) -> None:
        """Accept one connection if this process is least loaded, else let others accept first.

        While connections are left, the event loop calls this again immediately.
        """
        if self._publish_count().is_least_loaded:
            self._batch = 1
            self._accept(1)
        else:
            self._pause(YIELD_SECONDS, self._accept_remaining)

    def _accept_remaining(self) -> None:
        """Accept connections that others have left: they may be busy, so each batch doubles."""
        self._resume()
        if self._accept(self._batch):
            self._batch = min(2 * self._batch, MAX_BATCH)
        else:
            self._batch = 1

    def _accept(self, max_connections: int) -> bool:
        """Accept connections; return whether as many as the maximum were waiting."""
        for _ in range(max_connections):
            try:
                connection, _address = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return False
            except OSError as error:
                _log.error("cannot accept connections: %s", error)
                self._pause(RETRY_SECONDS, self._resume)
                return False
            protocol = self._create_protocol()
            task = self._loop.create_task(self._connect(connection, protocol))
            self._connecting[task] = protocol
            task.add_done_callback(self._connecting.pop)
            self._publish_count()
        return True

    async def _connect(self, connection: socket.socket, protocol: asyncio.Protocol) -> None:
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(lambda: protocol, connection)
        except OSError:
            # The client has disconnected already.
            connection.close()
