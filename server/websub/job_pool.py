"""Jobs side by side: so many at a time, and so many for each host."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING

from newsgraph.server.websub.limits import AGAIN_SECONDS, AT_ONCE, AT_ONCE_PER_HOST
from newsgraph.store.websub.values import Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

_log = logging.getLogger(__name__)


class Crew:
    """Runs jobs that outlive the step that started them.

    Args:
        has_room: called when a job has ended and at least half of the crew is free.
        most: how many jobs run at a time.
        most_per_host: how many for one host.
        again_seconds: how long a job that failed keeps its place.
    """

    def __init__(
        self,
        has_room: Callable[[], object],
        most: int = AT_ONCE,
        most_per_host: int = AT_ONCE_PER_HOST,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._again_seconds = again_seconds
        self._has_room, self._most, self._most_per_host = has_room, most, most_per_host
        self._jobs: dict[int, tuple[str, asyncio.Task[None]]] = {}
        self._of_host: Counter[str] = Counter()

    @property
    def free(self) -> int:
        """How many more jobs can begin."""
        return self._most - len(self._jobs)

    @property
    def taken(self) -> Taken:
        """What is under way, and the hosts that are busy with as much as they may."""
        busy = {host for host, number in self._of_host.items() if number >= self._most_per_host}
        return Taken(ids=frozenset(self._jobs), hosts=busy)

    def can_take(self, host: str) -> bool:
        """Tell whether a job for a host can begin."""
        return self.free > 0 and self._of_host[host] < self._most_per_host

    def start(self, job_id: int, host: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin a job.

        Args:
            job_id: what it is known by while it runs.
            host: whom it asks.
            work: what it does; what it raises is logged.
        """
        self._of_host[host] += 1
        task = asyncio.create_task(self._done(job_id, host, work))
        self._jobs[job_id] = host, task

    async def idle(self) -> None:
        """Wait until no job is left."""
        while self._jobs:
            await asyncio.wait([task for _, task in self._jobs.values()])

    async def close(self) -> None:
        """End all jobs, wherever they are."""
        tasks = [task for _, task in self._jobs.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _done(self, job_id: int, host: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - one that fails must not end the others
            _log.exception("the hub could not finish what it was doing for %s", host)
            # It is begun again, but not at once.
            await asyncio.sleep(self._again_seconds)
        finally:
            del self._jobs[job_id]
            self._of_host[host] -= 1
            if not self._of_host[host]:
                del self._of_host[host]
            if self.free * 2 >= self._most:
                self._has_room()
