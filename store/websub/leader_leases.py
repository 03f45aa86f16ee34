"""Which of several processes delivers: a claim that runs out unless it is renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update

from newsgraph.store.schema.websub_tables import hub_claim
from newsgraph.store.websub.values import stored

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database


class Claims:
    """The one claim of a store. Every method raises `StoreError`s only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, holder: str, now: datetime, until: datetime) -> bool:
        """Take the claim, or renew it; tell whether it is the holder's.

        Args:
            holder: who takes it.
            now: the time; a claim that ran out by then is anybody's.
            until: when it runs out.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """
        mine = or_(hub_claim.c.holder == holder, hub_claim.c.until <= stored(now))

        def work(connection: Connection) -> bool:
            values = {"holder": holder, "until": stored(until)}
            if connection.scalar(select(hub_claim.c.id)) is None:
                connection.execute(insert(hub_claim).values(id=1, **values))
                return True
            return connection.execute(update(hub_claim).where(mine).values(values)).rowcount == 1

        return await self._database.transact(work)

    async def release(self, holder: str) -> None:
        """Give the claim back, if it is the holder's.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """
        mine = delete(hub_claim).where(hub_claim.c.holder == holder)
        await self._database.transact(lambda c: c.execute(mine))
