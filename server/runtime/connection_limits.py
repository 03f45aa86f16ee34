"""uvicorn's configuration with limits on connections, as its protocols here read it."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING, Any, Final

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable

LOG_INTERVAL_SECONDS: Final = 60.0
"""Minimum time between two messages about refused connections."""

_log = logging.getLogger(__name__)


class LimitedConfig(uvicorn.Config):
    """A configuration with limits on connections.

    Attributes:
        request_seconds: how long a client may take to send a request, or the first one of a
            connection.
        max_connections: maximum number of connections.
        grace_seconds: how long requests may continue when the server stops.
        refused_count: number of refused connections that are still open.
        on_shutdown: is called when the server stops, once for each connection.
    """

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401 - uvicorn's own
        request_seconds: float,
        max_connections: int,
        grace_seconds: float,
        on_shutdown: Callable[[], None],
        **options: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*arguments, **options)
        self.request_seconds, self.max_connections = request_seconds, max_connections
        self.grace_seconds, self.on_shutdown = grace_seconds, on_shutdown
        self.refused_count = 0
        self._logged_at = -math.inf

    def log_refused_connection(self) -> None:
        """Log that a connection is refused, at most once a minute."""
        now = time.monotonic()
        if now - self._logged_at >= LOG_INTERVAL_SECONDS:
            self._logged_at = now
            _log.warning(
                "there are %d connections, and more are refused: raise max_connections, or the "
                "limit of open files",
                self.max_connections,
            )
