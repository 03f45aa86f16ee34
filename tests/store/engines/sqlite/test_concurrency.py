"""The concurrency limit of statements, whose slots expire."""

from __future__ import annotations

import asyncio
import os

import pytest

from newsgraph.store.engines.sqlite.concurrency import ConcurrencyLimiter, available_cores

NEVER_SECONDS = 60
"""A slot duration that does not expire during a test, however busy the machine is."""


async def test_the_number_of_slots_limits_running_tasks():
    """A waiting task starts when a running one ends."""
    limiter, running, max_running = ConcurrencyLimiter(2, NEVER_SECONDS), 0, 0

    async def work():
        nonlocal running, max_running
        async with limiter.slot():
            running += 1
            max_running = max(max_running, running)
            for _ in range(3):
                await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(work() for _ in range(20)))
    assert (running, max_running) == (0, 2)


async def has_free_slot(limiter):
    """Return whether a slot can be acquired without waiting; it is released again."""
    acquiring = asyncio.create_task(limiter.slot().__aenter__())
    for _ in range(3):
        await asyncio.sleep(0)
    is_acquired = acquiring.done()
    acquiring.cancel()
    await asyncio.wait({acquiring})
    return is_acquired


async def test_an_expired_slot_is_free_for_the_next_task():
    """A long task keeps running next to the next one, and does not release its slot twice."""
    limiter, is_ending = ConcurrencyLimiter(1), asyncio.Event()
    running = asyncio.Semaphore(0)

    async def hold_slot():
        async with limiter.slot():
            running.release()
            await is_ending.wait()

    async with asyncio.timeout(NEVER_SECONDS):
        tasks = [asyncio.create_task(hold_slot()) for _ in range(3)]
        for _ in tasks:
            await running.acquire()
        # The slots of the three expire; the next one must not, however slow the machine is.
        limiter.slot_seconds = NEVER_SECONDS
        async with limiter.slot():
            is_ending.set()
            await asyncio.gather(*tasks)
            assert not await has_free_slot(limiter)


async def test_a_cancelled_wait_takes_no_slot():
    """A task that is cancelled while it waits releases nothing, and the next task gets a slot."""
    limiter = ConcurrencyLimiter(1, NEVER_SECONDS)
    async with limiter.slot():
        waiting = asyncio.create_task(limiter.slot().__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        assert not await has_free_slot(limiter)
    async with limiter.slot():
        assert not await has_free_slot(limiter)
    assert await has_free_slot(limiter)


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="only Linux restricts a process to some cores"
)
def test_cores_outside_the_cpu_affinity_do_not_count():
    """`available_cores` counts the cores that the process may run on."""
    before = os.sched_getaffinity(0)
    assert available_cores() == len(before)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert available_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
