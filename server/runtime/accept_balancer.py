"""Taking connections from a socket that other processes take from too, each its share.

Left to themselves the first process that wakes up takes all connections that wait, and a
proxy's few long ones may all end up in one process. SO_REUSEPORT deals them out by chance, and
those dealt to a process that dies are lost. So each process tells the others how many it has,
and who has more than another gives that one a moment to come first.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Final

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableSequence

MOMENT_SECONDS: Final = 0.001
"""How long others may come first. Whoever sleeps wakes up in a tenth of it."""

MOST_AT_ONCE: Final = 64
"""How many connections are taken in one go when others do not come."""

FULL_SECONDS: Final = 1.0
"""How long to wait when no more can be opened."""

ABSENT: Final = 2**31 - 1
"""What is told of a process that takes none."""

_log = logging.getLogger(__name__)


class Share:
    """How many connections each process has, and which of them this one is.

    Args:
        counts: a place for each process, seen by all of them.
        place: this one's.
    """

    def __init__(self, counts: MutableSequence[int], place: int) -> None:
        self._counts, self._place = counts, place

    def tell(self, connections: int) -> None:
        """Let the others know how many this one has."""
        self._counts[self._place] = connections

    @property
    def is_least(self) -> bool:
        """Whether no other has fewer."""
        return self._counts[self._place] <= min(self._counts)


class SharingServer(uvicorn.Server):
    """uvicorn's server, but for how it comes by connections."""

    def __init__(self, config: uvicorn.Config, share: Share) -> None:
        super().__init__(config)
        self._share = share
        self._taking: list[_Taking] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections from sockets that listen already."""
        await super().startup([])
        for one in sockets or ():
            self._taking.append(_Taking(one, self._protocol, self._tell))

    async def on_tick(self, counter: int) -> bool:
        """Keep others informed, ten times a second."""
        self._tell()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and end those that there are."""
        self._share.tell(ABSENT)
        for one in self._taking:
            await one.close()
        await super().shutdown(sockets)

    def _tell(self) -> Share:
        have = self.server_state.connections
        coming = sum(one not in have for taking in self._taking for one in taking.coming)
        self._share.tell(len(have) + coming)
        return self._share

    def _protocol(self) -> asyncio.Protocol:
        # As uvicorn makes them.
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


class _Taking:
    """Takes connections from one socket while it is open."""

    def __init__(
        self,
        listening: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        share: Callable[[], Share],
    ) -> None:
        """Args: share: tells how many connections there are, and gives the share."""
        self._listening, self._protocol, self._share = listening, protocol, share
        self._loop = asyncio.get_running_loop()
        self._making: dict[asyncio.Task[None], asyncio.Protocol] = {}
        self._again: asyncio.TimerHandle | None = None
        self._at_once = 1
        listening.setblocking(False)
        self._listen()

    @property
    def coming(self) -> Iterable[asyncio.Protocol]:
        """The protocols of connections that uvicorn may not know of yet."""
        return self._making.values()

    async def close(self) -> None:
        """Take no more."""
        self._loop.remove_reader(self._listening.fileno())
        if self._again is not None:
            self._again.cancel()
        if self._making:
            await asyncio.wait(self._making)

    def _listen(self) -> None:
        self._again = None
        self._loop.add_reader(self._listening.fileno(), self._look)

    def _pause(self, seconds: float, then: Callable[[], None]) -> None:
        self._loop.remove_reader(self._listening.fileno())
        self._again = self._loop.call_later(seconds, then)

    def _look(self) -> None:
        """Take a connection if it is this process's turn; the loop looks again at once."""
        if self._share().is_least:
            self._at_once = 1
            self._take(1)
        else:
            self._pause(MOMENT_SECONDS, self._look_again)

    def _look_again(self) -> None:
        """Take what others have left; they may be busy, so it is more each time."""
        self._listen()
        if self._take(self._at_once):
            self._at_once = min(2 * self._at_once, MOST_AT_ONCE)
        else:
            self._at_once = 1

    def _take(self, most: int) -> bool:
        """Take connections; return whether there were so many."""
        for _ in range(most):
            try:
                connection, _address = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return False
            except OSError as error:
                _log.error("no more connections can be taken just now: %s", error)
                self._pause(FULL_SECONDS, self._listen)
                return False
            protocol = self._protocol()
            task = self._loop.create_task(self._make(connection, protocol))
            self._making[task] = protocol
            task.add_done_callback(self._making.pop)
            self._share()
        return True

    async def _make(self, connection: socket.socket, protocol: asyncio.Protocol) -> None:
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(lambda: protocol, connection)
        except OSError:
            # Its client has gone already.
            connection.close()
