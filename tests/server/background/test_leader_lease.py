"""A leader lease from the point of view of one process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsgraph.server.background.leader_lease import LEADER_LEASE_DURATION, LeaderLease
from newsgraph.store.errors import DatabaseBusy
from tests.server.background.fake_leader_leases import FakeLeaderLeases
from tests.store.archive import Clock


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
