"""The lease that decides which of several processes works; it expires unless it is renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update

from newsgraph.store.documents.times import format_time
from newsgraph.store.schema.schedule_tables import leader_lease

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database


class LeaderLeases:
    """A leader lease in the store. Every method raises only `StoreError`s.

    Args:
        database: the store's database.
        name: the work that the holder of the lease does; each work has its own lease.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name = database, name

    async def acquire(self, holder: str, now: datetime, expires_at: datetime) -> bool:
        """Acquire the lease or renew it; return whether the holder has it.

        Args:
            holder: identifier of the process.
            now: current time; a lease that expired by then can be acquired by any process.
            expires_at: time at which the lease expires.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """
        is_same_work = leader_lease.c.name == self._name
        is_available = or_(
            leader_lease.c.holder == holder,
            leader_lease.c.expires_at <= format_time(now),
        )

        def write_lease(connection: Connection) -> bool:
            values = {"holder": holder, "expires_at": format_time(expires_at)}
            if connection.scalar(select(leader_lease.c.name).where(is_same_work)) is None:
                connection.execute(insert(leader_lease).values(name=self._name, **values))
                return True
            update_lease = update(leader_lease).where(is_same_work & is_available).values(values)
            return connection.execute(update_lease).rowcount == 1

        return await self._database.run_in_transaction(write_lease)

    async def release(self, holder: str) -> None:
        """Release the lease if the holder has it.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """
        is_held = (leader_lease.c.name == self._name) & (leader_lease.c.holder == holder)
        delete_lease = delete(leader_lease).where(is_held)
        await self._database.run_in_transaction(lambda connection: connection.execute(delete_lease))
