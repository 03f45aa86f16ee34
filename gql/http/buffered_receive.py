"""Reads a request's body before it is known which ASGI application handles the request."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Receive


class BufferedReceive:
    """An ASGI `receive` that can read the body ahead and then replays its messages.

    Attributes:
        is_disconnected: whether the client disconnected before its body was complete.
        unbuffered_receive: the server's ASGI `receive`.
    """

    def __init__(self, receive: Receive) -> None:
        """Args: receive: the server's ASGI `receive`."""
        self.unbuffered_receive = receive
        self._buffer: deque[Message] = deque()
        self.is_disconnected = False

    async def read_body(self, max_bytes: int) -> bytes | None:
        """Read the request's body; `receive` returns its messages again from the first one.

        Args:
            max_bytes: number of bytes after which reading stops, at the end of a message.

        Returns:
            The body, or None if it is longer or if the client disconnected.
        """
        chunks, length = [], 0
        while length <= max_bytes:
            message = await self.unbuffered_receive()
            self._buffer.append(message)
            if message["type"] != "http.request":
                self.is_disconnected = True
                return None
            chunk: bytes = message.get("body", b"")
            chunks.append(chunk)
            length += len(chunk)
            if not message.get("more_body", False):
                break
        return b"".join(chunks) if length <= max_bytes else None

    async def receive(self) -> Message:
        """Return the next message, buffered ones first."""
        return self._buffer.popleft() if self._buffer else await self.unbuffered_receive()
