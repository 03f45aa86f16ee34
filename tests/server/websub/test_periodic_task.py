"""The hub's periodic tasks, job pool and leader lease."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

import pytest

from newsgraph.server.websub.errors import TopicUnavailable
from newsgraph.server.websub.job_pool import JobPool
from newsgraph.server.websub.leader_lease import LeaderLease
from newsgraph.server.websub.limits import LEADER_LEASE_DURATION
from newsgraph.server.websub.periodic_task import PeriodicTask
from newsgraph.store.errors import DatabaseBusy
from tests.server.websub.fake_leader_leases import FakeLeaderLeases
from tests.store.archive import Clock

TIMEOUT_SECONDS = 60


async def test_a_task_continues_after_failures(caplog):
    """A step that fails does not end the task; `wake` starts the next step immediately."""
    periodic_task, step_count = PeriodicTask(), 0
    failures = [DatabaseBusy("locked"), TopicUnavailable("away"), KeyError("a bug"), None]
    is_done = asyncio.Event()

    async def step():
        nonlocal step_count
        step_count += 1
        failure = failures.pop(0)
        periodic_task.wake()
        if failure is not None:
            raise failure
        is_done.set()
        await asyncio.sleep(TIMEOUT_SECONDS)

    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(periodic_task.run(step))
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await is_done.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert step_count == 4
    assert "the hub retries after an error: locked" in caplog.text
    assert "the hub continues after an unexpected error" in caplog.text


async def test_a_task_waits_as_long_as_its_step_returns():
    """Without `wake` the next step starts after the returned number of seconds."""
    step_count = 0
    is_done = asyncio.Event()

    async def step():
        nonlocal step_count
        step_count += 1
        if step_count == 3:
            is_done.set()
        return 0.01 if step_count < 3 else TIMEOUT_SECONDS

    task = asyncio.create_task(PeriodicTask().run(step))
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await is_done.wait()
    await asyncio.sleep(0.05)
    assert step_count == 3
    task.cancel()


async def test_a_job_pool_limits_its_jobs():
    """The pool limits jobs in total and per host, and reports when slots are free again."""
    reported_slots = []
    pool = JobPool(lambda: reported_slots.append(pool.free_slots), max_jobs=3, max_jobs_per_host=2)
    end_events = [asyncio.Event() for _ in range(3)]
    for number, host in enumerate("aab"):
        assert pool.can_start(host)
        pool.start(number, host, end_events[number].wait())
        assert pool.can_start("a") is (number == 0)
    in_progress = pool.in_progress
    assert (pool.free_slots, set(in_progress.ids)) == (0, {0, 1, 2})
    assert set(in_progress.busy_hosts) == {"a"}
    assert not pool.can_start("c")
    end_events[0].set()
    await asyncio.sleep(0.01)
    assert pool.can_start("a")
    assert reported_slots == []
    end_events[1].set()
    await asyncio.sleep(0.01)
    assert reported_slots == [2]
    await pool.close()
    assert pool.free_slots == 3
    await pool.wait_until_idle()


async def test_a_failed_job_is_logged(caplog):
    """A failed job occupies its slot for a while, so that it is not started again at once."""
    pool = JobPool(lambda: None, failed_job_seconds=0.01)

    async def fail():
        raise KeyError("a bug")

    pool.start(1, "reader.example", fail())
    with caplog.at_level(logging.ERROR):
        await pool.wait_until_idle()
    assert "a job of the hub for reader.example failed" in caplog.text


async def test_leader_lease():
    """The lease is acquired while there is work, and held until it expires."""
    leases, clock, has_work = FakeLeaderLeases(), Clock(), False

    async def return_has_work():
        return has_work

    lease = LeaderLease(leases, return_has_work, clock)
    await lease.update()
    assert not lease.is_held
    has_work, leases.is_taken = True, True
    await lease.update()
    assert not lease.is_held
    leases.is_taken = False
    assert timedelta(seconds=await lease.update()) < LEADER_LEASE_DURATION / 2
    assert lease.is_held
    leases.failure = DatabaseBusy("locked")
    clock.forward(seconds=LEADER_LEASE_DURATION.total_seconds() - 1)
    with pytest.raises(DatabaseBusy):
        await lease.update()
    assert lease.is_held
    clock.forward(seconds=1)
    assert not lease.is_held
    await lease.release()
    leases.failure = None
    await lease.update()
    assert lease.is_held
    has_work = False
    await lease.update()
    assert not lease.is_held
    assert leases.holders == []
