"""The periodic tasks of the hub."""

from __future__ import annotations

from newsgraph.server.background.periodic_task import PeriodicTask
from newsgraph.server.websub.errors import HubError


def hub_task() -> PeriodicTask:
    """Create a periodic task of the hub, which retries after a `HubError` or a `StoreError`."""
    return PeriodicTask("the hub", HubError)
