"""Concurrent jobs, with limits on their total number and on their number per host."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING

from newsgraph.server.background.periodic_task import ERROR_RETRY_SECONDS
from newsgraph.server.websub.limits import MAX_JOBS, MAX_JOBS_PER_HOST
from newsgraph.store.websub.models import InProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

_log = logging.getLogger(__name__)


class JobPool:
    """Runs jobs that outlive the step that started them.

    Args:
        on_capacity: called when a job has ended and at least half of the slots are free.
        max_jobs: maximum number of concurrent jobs.
        max_jobs_per_host: maximum number of concurrent jobs for one host.
        failed_job_seconds: how long a failed job occupies its slot, which delays its retry.
    """

    def __init__(
        self,
        on_capacity: Callable[[], object],
        max_jobs: int = MAX_JOBS,
        max_jobs_per_host: int = MAX_JOBS_PER_HOST,
        failed_job_seconds: float = ERROR_RETRY_SECONDS,
    ) -> None:
        self._failed_job_seconds = failed_job_seconds
        self._on_capacity = on_capacity
        self._max_jobs, self._max_jobs_per_host = max_jobs, max_jobs_per_host
        self._jobs: dict[int, tuple[str, asyncio.Task[None]]] = {}
        self._job_counts: Counter[str] = Counter()

    @property
    def free_slots(self) -> int:
        """Number of further jobs that can start."""
        return self._max_jobs - len(self._jobs)

    @property
    def in_progress(self) -> InProgress:
        """The running jobs, and the hosts that have reached their maximum number of jobs."""
        busy_hosts = {
            host for host, count in self._job_counts.items() if count >= self._max_jobs_per_host
        }
        return InProgress(ids=frozenset(self._jobs), busy_hosts=busy_hosts)

    def can_start(self, host: str) -> bool:
        """Return whether a job for a host can start."""
        return self.free_slots > 0 and self._job_counts[host] < self._max_jobs_per_host

    def start(self, job_id: int, host: str, coroutine: Coroutine[Any, Any, None]) -> None:
        """Start a job.

        Args:
            job_id: identifies the job while it runs.
            host: host that the job sends requests to.
            coroutine: does the work; its exceptions are logged.
        """
        self._job_counts[host] += 1
        task = asyncio.create_task(self._run_job(job_id, host, coroutine))
        self._jobs[job_id] = host, task

    async def wait_until_idle(self) -> None:
        """Wait until no job is running."""
        while self._jobs:
            await asyncio.wait([task for _, task in self._jobs.values()])

    async def close(self) -> None:
        """Cancel all jobs."""
        tasks = [task for _, task in self._jobs.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _run_job(self, job_id: int, host: str, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except Exception:  # noqa: BLE001 - the failure of one job must not stop the others
            _log.exception("a job of the hub for %s failed", host)
            # The job will be started again, but not immediately.
            await asyncio.sleep(self._failed_job_seconds)
        finally:
            del self._jobs[job_id]
            self._job_counts[host] -= 1
            if not self._job_counts[host]:
                del self._job_counts[host]
            if self.free_slots * 2 >= self._max_jobs:
                self._on_capacity()
