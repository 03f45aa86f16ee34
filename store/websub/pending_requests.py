"""Requests to the hub that are not verified yet; they outlive a restart."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from newsgraph.store.schema import websub_tables as t
from newsgraph.store.websub.rows import is_full, not_one_of, rows
from newsgraph.store.websub.values import Request, Room, Taken, stored

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from newsgraph.store.engines.protocol import Database


class Requests:
    """What has been asked of the hub. Every method raises `StoreError`s only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, request: Request, now: datetime, room: Room) -> bool:
        """Keep a request; it takes the place of one for the same topic and callback.

        Args:
            request: what is asked.
            now: from when on the callback may be asked.
            room: how many may wait.

        Returns:
            False where too many wait already; then it is not kept.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """
        table = t.hub_request

        def work(connection: Connection) -> bool:
            before = connection.execute(delete(table).where(table.c.id == request.id)).rowcount
            if not before and is_full(connection, table, request.host, room):
                return False
            said = dataclasses.asdict(request)
            connection.execute(insert(table).values(id=request.id, due_at=stored(now), **said))
            return True

        return await self._database.transact(work)

    async def due(self, now: datetime, most: int, taken: Taken) -> list[Request]:
        """Return requests whose callbacks are to be asked, those that wait longest first.

        Args:
            now: the time.
            most: how many.
            taken: what is under way.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        table = t.hub_request
        names = [field.name for field in dataclasses.fields(Request)]
        found = await rows(
            self._database,
            select(*(table.c[name] for name in names))
            .where(
                table.c.due_at <= stored(now),
                not_one_of(table.c.id, taken.ids),
                not_one_of(table.c.host, taken.hosts),
            )
            .order_by(table.c.due_at, table.c.id)
            .limit(most),
        )
        return [Request(**row) for row in found]

    async def postpone(self, request: Request, until: datetime) -> None:
        """Note that the callback did not answer, and ask again later.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """
        failures = t.hub_request.c.failures + 1
        change = update(t.hub_request).values(failures=failures, due_at=stored(until))
        await self._database.transact(lambda c: c.execute(change.where(same(request))))

    async def deny(self, request: Request, reason: str) -> Request:
        """Turn a request into a denial, and return it.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """
        denial = dataclasses.replace(request, mode="denied", reason=reason, failures=0)
        change = update(t.hub_request).values(mode="denied", reason=reason, failures=0)
        await self._database.transact(lambda c: c.execute(change.where(same(request))))
        return denial

    async def drop(self, request: Request) -> None:
        """Forget a request; another one for the same topic and callback stays.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """
        await self._database.transact(
            lambda c: c.execute(delete(t.hub_request).where(same(request)))
        )


def same(request: Request) -> ColumnElement[bool]:
    """Return the condition that a row is this request, and no later one in its place."""
    row = t.hub_request.c
    return (row.id == request.id) & (row.serial == request.serial)
