"""Periodic tasks repeat a step, also after failures."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from newsgraph.server.background.periodic_task import PeriodicTask
from newsgraph.server.websub.errors import TopicUnavailable
from newsgraph.store.errors import DatabaseBusy

TIMEOUT_SECONDS = 60


async def test_a_task_continues_after_failures(caplog):
    """A step that fails does not end the task; `wake` starts the next step immediately."""
    periodic_task, step_count = PeriodicTask("the hub", TopicUnavailable), 0
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

    task = asyncio.create_task(PeriodicTask("the hub").run(step))
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await is_done.wait()
    await asyncio.sleep(0.05)
    assert step_count == 3
    task.cancel()
