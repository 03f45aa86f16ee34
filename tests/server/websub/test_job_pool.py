"""The hub's job pool."""

from __future__ import annotations

import asyncio
import logging

from newsgraph.server.websub.job_pool import JobPool


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
