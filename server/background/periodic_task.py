"""Background work that repeats a step for as long as the application runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, TypeAlias

from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import NoReturn

ERROR_RETRY_SECONDS: Final = 5.0
"""Time after which work continues after an error of the store or of this program."""

Step: TypeAlias = "Callable[[], Awaitable[float]]"
"""Does the work that is due; returns the maximum number of seconds until the next step."""

_log = logging.getLogger(__name__)


class PeriodicTask:
    """Repeats a step with pauses, also after steps that failed.

    Args:
        name: what works, in messages, such as ``the hub``.
        expected_errors: errors besides those of the store that are no bugs.
    """

    def __init__(self, name: str, *expected_errors: type[Exception]) -> None:
        self._name = name
        self._expected_errors: tuple[type[Exception], ...] = (StoreError, *expected_errors)
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
            except self._expected_errors as error:
                _log.warning("%s retries after an error: %s", self._name, error)
                seconds = ERROR_RETRY_SECONDS
            except Exception:  # noqa: BLE001 - a bug in one step must not end the work
                _log.exception("%s continues after an unexpected error", self._name)
                seconds = ERROR_RETRY_SECONDS
            try:
                async with asyncio.timeout(seconds):
                    await self._wake_event.wait()
            except TimeoutError:
                pass
