"""Requests to the hub that are not verified yet, stored so that they survive a restart."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from newsgraph.store.documents.times import format_time
from newsgraph.store.schema import websub_tables as t
from newsgraph.store.websub.models import Capacity, InProgress, SubscriptionRequest
from newsgraph.store.websub.row_queries import fetch_rows, is_full, not_in

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from newsgraph.store.engines.protocol import Database


class PendingRequests:
    """Unverified requests to the hub. Every method raises only `StoreError`s."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, request: SubscriptionRequest, now: datetime, capacity: Capacity) -> bool:
        """Store a request; it replaces a request for the same topic and callback.

        Args:
            request: the request.
            now: current time, from which on the callback may be contacted.
            capacity: limits on the number of pending requests.

        Returns:
            False if there is no capacity for a further request; then it is not stored.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """
        table = t.hub_request

        def insert_request(connection: Connection) -> bool:
            is_same_pair = table.c.id == request.id
            replaced = connection.execute(delete(table).where(is_same_pair)).rowcount
            if not replaced and is_full(connection, table, request.host, capacity):
                return False
            row = dataclasses.asdict(request)
            connection.execute(insert(table).values(id=request.id, due_at=format_time(now), **row))
            return True

        return await self._database.run_in_transaction(insert_request)

    async def due(
        self, now: datetime, limit: int, in_progress: InProgress
    ) -> list[SubscriptionRequest]:
        """Return requests whose callbacks are to be contacted, the longest overdue first.

        Args:
            now: current time.
            limit: maximum number of requests.
            in_progress: requests and hosts to leave out.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        table = t.hub_request
        names = [field.name for field in dataclasses.fields(SubscriptionRequest)]
        rows = await fetch_rows(
            self._database,
            select(*(table.c[name] for name in names))
            .where(
                table.c.due_at <= format_time(now),
                not_in(table.c.id, in_progress.ids),
                not_in(table.c.host, in_progress.busy_hosts),
            )
            .order_by(table.c.due_at, table.c.id)
            .limit(limit),
        )
        return [SubscriptionRequest(**row) for row in rows]

    async def postpone(self, request: SubscriptionRequest, until: datetime) -> None:
        """Record that a request to the callback failed, and retry it later.

        Args:
            request: the request.
            until: time of the next attempt.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """
        failures = t.hub_request.c.failures + 1
        postponed = update(t.hub_request).values(failures=failures, due_at=format_time(until))
        statement = postponed.where(is_same_request(request))
        await self._database.run_in_transaction(lambda connection: connection.execute(statement))

    async def convert_to_denial(
        self, request: SubscriptionRequest, reason: str
    ) -> SubscriptionRequest:
        """Replace a request by its denial, and return the denial.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """
        denial = dataclasses.replace(request, mode="denied", reason=reason, failures=0)
        denied = update(t.hub_request).values(mode="denied", reason=reason, failures=0)
        statement = denied.where(is_same_request(request))
        await self._database.run_in_transaction(lambda connection: connection.execute(statement))
        return denial

    async def delete(self, request: SubscriptionRequest) -> None:
        """Delete a request; a later one for the same topic and callback stays.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """
        statement = delete(t.hub_request).where(is_same_request(request))
        await self._database.run_in_transaction(lambda connection: connection.execute(statement))


def is_same_request(request: SubscriptionRequest) -> ColumnElement[bool]:
    """Return the condition that a row is this request, not a later one that replaced it."""
    row = t.hub_request.c
    return (row.id == request.id) & (row.serial == request.serial)
