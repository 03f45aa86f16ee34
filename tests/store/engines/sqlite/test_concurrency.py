"""Turns of statements: as many as there are cores, and long ones beside them."""

from __future__ import annotations

import asyncio
import os

import pytest

from newsgraph.store.engines.sqlite.concurrency import Turns, cores

SECONDS = 60
"""How long a turn lasts that must not end by itself, however busy the machine is."""


async def test_so_many_at_a_time():
    """The next begins when one ends."""
    turns, running, most = Turns(2, SECONDS), 0, 0

    async def work():
        nonlocal running, most
        async with turns.one():
            running += 1
            most = max(most, running)
            for _ in range(3):
                await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(work() for _ in range(20)))
    assert (running, most) == (0, 2)


async def is_free(turns):
    """Return whether a turn can be had now, without waiting; it is given back."""
    waiting = asyncio.create_task(turns.one().__aenter__())
    for _ in range(3):
        await asyncio.sleep(0)
    begun = waiting.done()
    waiting.cancel()
    await asyncio.wait({waiting})
    return begun


async def hold(turns, done):
    """Have a turn until an event."""
    async with turns.one():
        await done.wait()


async def test_a_long_one_lets_others_begin():
    """It goes on beside them, and does not give its turn back twice."""
    turns, done = Turns(1), asyncio.Event()
    waiting = [asyncio.create_task(hold(turns, done)) for _ in range(3)]
    await asyncio.sleep(0)
    async with asyncio.timeout(60), turns.one():
        done.set()
        await asyncio.gather(*waiting)
        assert not await is_free(turns)


async def test_who_gives_up_waiting():
    """A turn that was never had is not given back, and the next one has its own."""
    turns = Turns(1, SECONDS)
    async with turns.one():
        waiting = asyncio.create_task(turns.one().__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        assert not await is_free(turns)
    async with turns.one():
        assert not await is_free(turns)
    assert await is_free(turns)


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="only Linux gives a process some of the cores"
)
def test_the_cores_of_a_process():
    """Those that it may not use do not count."""
    before = os.sched_getaffinity(0)
    assert cores() == len(before)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, before)
