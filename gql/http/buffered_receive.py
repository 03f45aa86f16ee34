"""A request's body, read before anybody knows who answers, who then hears it once more."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Receive


class Heard:
    """What a client has sent so far, and what it sends after that.

    Attributes:
        has_gone: whether it went before it had said all.
    """

    def __init__(self, receive: Receive) -> None:
        """Args: receive: gives what the client sends."""
        self._receive = receive
        self._kept: deque[Message] = deque()
        self.has_gone = False

    async def body(self, most: int) -> bytes | None:
        """Return the request's body; whoever asks `receive` gets it from its start.

        Args:
            most: how many bytes are read, and the rest of the message that passes it.

        Returns:
            The body, or None where it is longer, or where the client has gone.
        """
        parts, length = [], 0
        while length <= most:
            message = await self._receive()
            self._kept.append(message)
            if message["type"] != "http.request":
                self.has_gone = True
                return None
            part: bytes = message.get("body", b"")
            parts.append(part)
            length += len(part)
            if not message.get("more_body", False):
                break
        return b"".join(parts) if length <= most else None

    async def receive(self) -> Message:
        """Give the next message, those first that have been heard."""
        return self._kept.popleft() if self._kept else await self._receive()
