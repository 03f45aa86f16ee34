"""Background work that repeats a step for as long as the application runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeAlias

from newsgraph.server.websub.errors import HubError
from newsgraph.server.websub.limits import ERROR_RETRY_SECONDS
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import NoReturn

Step: TypeAlias = "Callable[[], Awaitable[float]]"
"""Does the work that is due; returns the maximum number of seconds until the next step."""

_log = logging.getLogger(__name__)


class PeriodicTask:
    """Repeats a step with pauses, also after steps that failed."""

    def __init__(self) -> None:
        self._wake_event = asyncio.Event()

    def wake(self) -> None:
        """Start the next step without further delay."""
        self._wake_event.set()

    async def run(self, step: Step) -> NoReturn:
        """Repeat a step until this task is cancelled."""
        while True:
            self._wake_event.clear()
            try:
                seconds = await step()
            except (StoreError, HubError) as error:
                _log.warning("the hub retries after an error: %s", error)
                seconds = ERROR_RETRY_SECONDS
            except Exception:  # noqa: BLE001 - a bug in one step must not stop the hub
                _log.exception("the hub continues after an unexpected error")
                seconds = ERROR_RETRY_SECONDS
            try:
                async with asyncio.timeout(seconds):
                    await self._wake_event.wait()
            except TimeoutError:
                pass
