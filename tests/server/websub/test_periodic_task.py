"""What keeps the hub's work going: loops, crews and the claim."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

import pytest

from newsgraph.server.websub.errors import TopicUnavailable
from newsgraph.server.websub.job_pool import Crew
from newsgraph.server.websub.leader_lease import Claim
from newsgraph.server.websub.limits import CLAIM
from newsgraph.server.websub.periodic_task import Loop
from newsgraph.store.errors import DatabaseBusy
from tests.server.websub.fake_claims import FakeClaims
from tests.store.archive import Clock

SECONDS = 60


async def test_a_loop_goes_on_after_failures(caplog):
    """Whatever they are; woken, it takes the next step at once."""
    loop, steps = Loop(), []
    failures = [DatabaseBusy("locked"), TopicUnavailable("away"), KeyError("a mistake"), None]
    done = asyncio.Event()

    async def step():
        steps.append(loop)
        failure = failures.pop(0)
        loop.wake()
        if failure is not None:
            raise failure
        done.set()
        await asyncio.sleep(SECONDS)

    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(loop.run(step))
        async with asyncio.timeout(SECONDS):
            await done.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(steps) == 4
    assert "the hub has to wait: locked" in caplog.text
    assert "a mistake of ours" in caplog.text


async def test_a_loop_waits_as_long_as_a_step_says():
    """Unless it is woken."""
    times = 0
    done = asyncio.Event()

    async def step():
        nonlocal times
        times += 1
        if times == 3:
            done.set()
        return 0.01 if times < 3 else SECONDS

    task = asyncio.create_task(Loop().run(step))
    async with asyncio.timeout(SECONDS):
        await done.wait()
    await asyncio.sleep(0.05)
    assert times == 3
    task.cancel()


async def test_a_crew_has_its_limits():
    """So many jobs, so many for one host; who leaves makes room."""
    rooms = []
    crew = Crew(lambda: rooms.append(crew.free), most=3, most_per_host=2)
    ends = [asyncio.Event() for _ in range(3)]
    for number, host in enumerate("aab"):
        assert crew.can_take(host)
        crew.start(number, host, ends[number].wait())
        assert crew.can_take("a") is (number == 0)
    assert (crew.free, set(crew.taken.ids), set(crew.taken.hosts)) == (0, {0, 1, 2}, {"a"})
    assert not crew.can_take("c")
    ends[0].set()
    await asyncio.sleep(0.01)
    assert crew.can_take("a")
    assert rooms == []
    ends[1].set()
    await asyncio.sleep(0.01)
    assert rooms == [2]
    await crew.close()
    assert crew.free == 3
    await crew.idle()


async def test_a_job_that_fails(caplog):
    """It is told of, and keeps its place for a while, so that it is not begun again at once."""
    crew = Crew(lambda: None, again_seconds=0.01)

    async def fail():
        raise KeyError("a mistake")

    crew.start(1, "reader.example", fail())
    with caplog.at_level(logging.ERROR):
        await crew.idle()
    assert "could not finish what it was doing for reader.example" in caplog.text


async def test_the_claim():
    """It is taken while there is something to do, and held until it runs out."""
    claims, clock, wanted = FakeClaims(), Clock(), False

    async def is_wanted():
        return wanted

    claim = Claim(claims, is_wanted, clock)
    await claim.step()
    assert not claim.held
    wanted, claims.taken = True, True
    await claim.step()
    assert not claim.held
    claims.taken = False
    assert timedelta(seconds=await claim.step()) < CLAIM / 2
    assert claim.held
    claims.failure = DatabaseBusy("locked")
    clock.forward(seconds=CLAIM.total_seconds() - 1)
    with pytest.raises(DatabaseBusy):
        await claim.step()
    assert claim.held
    clock.forward(seconds=1)
    assert not claim.held
    await claim.release()
    claims.failure = None
    await claim.step()
    assert claim.held
    wanted = False
    await claim.step()
    assert not claim.held
    assert claims.holders == []
