"""Work that goes on in steps for as long as the application runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeAlias

from newsgraph.server.websub.errors import HubError
from newsgraph.server.websub.limits import AGAIN_SECONDS
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import NoReturn

Step: TypeAlias = "Callable[[], Awaitable[float]]"
"""Does what there is to do; returns after how many seconds at most to do the next."""

_log = logging.getLogger(__name__)


class Loop:
    """Takes a step, waits, and takes the next, whatever becomes of it."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Take the next step at once."""
        self._woken.set()

    async def run(self, step: Step) -> NoReturn:
        """Take steps until this is cancelled."""
        while True:
            self._woken.clear()
            try:
                seconds = await step()
            except (StoreError, HubError) as error:
                _log.warning("the hub has to wait: %s", error)
                seconds = AGAIN_SECONDS
            except Exception:  # noqa: BLE001 - a mistake must not end what others rely on
                _log.exception("the hub goes on after a mistake of ours")
                seconds = AGAIN_SECONDS
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                pass
