"""uvicorn's configuration, with the limits of this server."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import uvicorn

from newsgraph.server.runtime.connection_limits import LimitedConfig
from newsgraph.server.runtime.uvicorn_protocols import HttpProtocol, WebSocketProtocol

if TYPE_CHECKING:
    import socket

    from starlette.types import ASGIApp

    from newsgraph.server.graceful_shutdown import Shutdown

_CLOSE_SECONDS: Final = 1
"""How long requests that are cancelled may take to end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerLimits:
    """Limits of a server.

    Attributes:
        grace_seconds: how long requests may continue after a signal.
        request_seconds: how long a client may take to send a request, or the first one of a
            connection.
        max_connections: maximum number of connections.
        max_message_bytes: maximum size of a WebSocket message.
    """

    grace_seconds: float
    request_seconds: float
    max_connections: int
    max_message_bytes: int


class ServerConfig(LimitedConfig):
    """uvicorn's configuration for one process."""

    def __init__(
        self,
        app: ASGIApp,
        limits: ServerLimits,
        shutdown: Shutdown,
        *,
        access_log: bool = False,
    ) -> None:
        """Configure a server.

        Args:
            app: the application.
            limits: limits of the server.
            shutdown: ends the application's requests.
            access_log: whether each request is logged.
        """
        super().__init__(
            app,
            log_config=None,
            access_log=access_log,
            lifespan="on",
            # The site's URL comes from the settings, and the client's address makes no difference.
            proxy_headers=False,
            server_header=False,
            # `Shutdown` ends requests before uvicorn would.
            timeout_graceful_shutdown=math.ceil(limits.grace_seconds) + _CLOSE_SECONDS,
            http=HttpProtocol,
            ws=WebSocketProtocol,
            ws_max_size=limits.max_message_bytes,
            request_seconds=limits.request_seconds,
            max_connections=limits.max_connections,
            grace_seconds=limits.grace_seconds,
            on_shutdown=lambda: shutdown.begin(limits.grace_seconds),
        )


class Server(uvicorn.Server):
    """uvicorn's server, which tells its configuration when it stops."""

    config: ServerConfig

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End event streams at once, and other requests after the grace period."""
        self.config.on_shutdown()
        await super().shutdown(sockets)
