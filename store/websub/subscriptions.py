"""Subscriptions to feeds, and what is owed to whom."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, insert, literal, select, update

from newsgraph.store.schema import websub_tables as t
from newsgraph.store.websub.pending_requests import same
from newsgraph.store.websub.rows import is_full, not_one_of, number_of, rows
from newsgraph.store.websub.values import Owed, Request, Room, Subscription, Taken, moment, stored

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database

_ONE = literal(1).label("one")


class Subscriptions:
    """Who gets what. Every method raises `StoreError`s only.

    Those that write raise `DatabaseBusy` where another process writes for too long, and nothing
    is written then; all raise `DatabaseUnusable` where the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def any(self) -> bool:
        """Tell whether there is a subscription, or a request for one."""
        subscribed, asked = exists(select(t.hub_subscription)), exists(select(t.hub_request))
        return bool(await rows(self._database, select(_ONE).where(subscribed | asked)))

    async def has_room(self, request: Request, room: Room) -> bool:
        """Tell whether a request that is granted finds room; a renewal always does."""
        table = t.hub_subscription
        altogether = number_of(table.c.id.is_not(None)).scalar_subquery()
        theirs = number_of(table.c.host == request.host).scalar_subquery()
        known = exists(select(table.c.id).where(table.c.id == request.id))
        has = known | ((altogether < room.most) & (theirs < room.most_per_host))
        return bool(await rows(self._database, select(_ONE).where(has)))

    async def accept(self, request: Request, tag: str, expires_at: datetime, room: Room) -> bool:
        """Grant a request that has been verified: there is a subscription, and no request.

        A subscription that there was before gets the new secret and lease, and is still owed
        what it was owed.

        Args:
            request: what was asked for.
            tag: of what the topic said when it was looked at; what came before is not owed.
            expires_at: when the subscription ends.
            room: how many there may be.

        Returns:
            False where there is no room for a new one; then all stays as it was.
        """
        table = t.hub_subscription

        def work(connection: Connection) -> bool:
            lease = {"secret": request.secret, "expires_at": stored(expires_at), "retry_at": None}
            renewal = update(table).where(table.c.id == request.id).values(lease)
            if not connection.execute(renewal).rowcount:
                if is_full(connection, table, request.host, room):
                    return False
                row = {
                    "id": request.id,
                    "topic": request.topic,
                    "callback": request.callback,
                    "host": request.host,
                    "tag": tag,
                    "failures": 0,
                }
                connection.execute(insert(table).values(row | lease))
            known = select(t.hub_topic.c.topic).where(t.hub_topic.c.topic == request.topic)
            if connection.scalar(known) is None:
                connection.execute(insert(t.hub_topic).values(topic=request.topic, tag=tag))
            connection.execute(delete(t.hub_request).where(same(request)))
            return True

        return await self._database.transact(work)

    async def end(self, request: Request) -> None:
        """Do what a verified request to unsubscribe asks for."""

        def work(connection: Connection) -> None:
            table = t.hub_subscription
            connection.execute(delete(table).where(table.c.id == request.id))
            connection.execute(delete(t.hub_request).where(same(request)))

        await self._database.transact(work)

    async def remove(self, subscription: Subscription) -> None:
        """End a subscription whose callback is gone."""
        table = t.hub_subscription
        gone = delete(table).where(table.c.id == subscription.id)
        await self._database.transact(lambda c: c.execute(gone))

    async def owed(self, now: datetime, most: int, taken: Taken) -> Owed:
        """Return subscriptions whose topic says something else than what they were given.

        Args:
            now: the time; what has expired by then is owed nothing.
            most: how many.
            taken: what is under way.
        """
        table, topic = t.hub_subscription, t.hub_topic
        time = stored(now)
        is_owed = (table.c.expires_at > time) & (table.c.tag != topic.c.tag)
        both = table.join(topic, table.c.topic == topic.c.topic)
        names = ("topic", "callback", "host", "secret", "tag", "failures", "failing_tag")
        found = await rows(
            self._database,
            select(*(table.c[name] for name in (*names, "failing_since")))
            .select_from(both)
            .where(
                is_owed,
                func.coalesce(table.c.retry_at, "") <= time,
                not_one_of(table.c.id, taken.ids),
                not_one_of(table.c.host, taken.hosts),
            )
            .order_by(table.c.failures, table.c.topic, table.c.id)
            .limit(most),
        )
        next_at = None
        if len(found) < most:
            later = select(func.min(table.c.retry_at).label("at")).select_from(both)
            waits = later.where(is_owed, func.coalesce(table.c.retry_at, "") > time)
            (row,) = await rows(self._database, waits)
            next_at = row["at"]
        subscriptions = [
            Subscription(**row | {"failing_since": since and moment(since)})
            for row in found
            for since in (row["failing_since"],)
        ]
        return Owed(now=subscriptions, next_at=next_at and moment(next_at))

    async def given(self, subscription: Subscription, tag: str) -> None:
        """Note that a subscriber has been given what its topic says under a tag."""
        good = {"tag": tag, "failures": 0, "retry_at": None}
        await self._note(subscription, good | {"failing_tag": None, "failing_since": None})

    async def failed(
        self, subscription: Subscription, tag: str, since: datetime, retry_at: datetime
    ) -> None:
        """Note that a subscriber could not be given what its topic says.

        Args:
            subscription: as it was.
            tag: of what could not be given.
            since: when that first failed.
            retry_at: when to try again.
        """
        failing = {"failing_tag": tag, "failing_since": stored(since)}
        await self._note(
            subscription,
            failing | {"failures": subscription.failures + 1, "retry_at": stored(retry_at)},
        )

    async def give_up(self, subscription: Subscription, tag: str, retry_at: datetime) -> None:
        """Owe a subscriber no more what it could not be given; what comes next it is owed.

        Args:
            subscription: as it was.
            tag: of what is given up.
            retry_at: before then nothing new is tried either.
        """
        over = {"tag": tag, "failing_tag": None, "failing_since": None}
        await self._note(
            subscription,
            over | {"failures": subscription.failures + 1, "retry_at": stored(retry_at)},
        )

    async def _note(self, subscription: Subscription, values: dict[str, object]) -> None:
        table = t.hub_subscription
        change = update(table).where(table.c.id == subscription.id).values(values)
        await self._database.transact(lambda c: c.execute(change))

    async def topics(self) -> dict[str, str | None]:
        """Return the topics that have subscribers, each with its newest known tag."""
        found = await rows(self._database, select(t.hub_topic).order_by(t.hub_topic.c.topic))
        return {row["topic"]: row["tag"] for row in found}

    async def says(self, topic: str, tag: str | None) -> None:
        """Note what a topic says now; None where there is no such feed just now."""
        change = update(t.hub_topic).where(t.hub_topic.c.topic == topic).values(tag=tag)
        await self._database.transact(lambda c: c.execute(change))

    async def deny(self, topic: str, topic_url: str, reason: str, now: datetime) -> int:
        """End all subscriptions of a topic; each callback is to be told why.

        Args:
            topic: the feed's path and query.
            topic_url: its whole address.
            reason: for people.
            now: the time.

        Returns:
            How many there were.
        """
        table = t.hub_subscription

        def work(connection: Connection) -> int:
            theirs = table.c.topic == topic
            ended = connection.execute(select(table).where(theirs)).mappings().all()
            denials = [
                {
                    "id": row["id"],
                    "serial": secrets.token_hex(8),
                    "mode": "denied",
                    "topic": topic,
                    "topic_url": topic_url,
                    "callback": row["callback"],
                    "host": row["host"],
                    "secret": None,
                    "lease_seconds": 0,
                    "reason": reason,
                    "failures": 0,
                    "due_at": stored(now),
                }
                for row in ended
            ]
            if denials:
                ids = select(table.c.id).where(theirs)
                connection.execute(delete(t.hub_request).where(t.hub_request.c.id.in_(ids)))
                connection.execute(insert(t.hub_request), denials)
            connection.execute(delete(table).where(theirs))
            connection.execute(delete(t.hub_topic).where(t.hub_topic.c.topic == topic))
            return len(denials)

        return await self._database.transact(work)

    async def expire(self, now: datetime) -> int:
        """Forget subscriptions whose lease is over, and topics without any; return how many."""
        table = t.hub_subscription
        over = table.c.expires_at <= stored(now)
        left = exists(select(table.c.id).where(table.c.topic == t.hub_topic.c.topic))
        to_do = exists(select(table.c.id).where(over)) | exists(select(t.hub_topic).where(~left))
        if not await rows(self._database, select(_ONE).where(to_do)):
            # Nothing is written where nothing changes.
            return 0

        def work(connection: Connection) -> int:
            ended: int = connection.execute(delete(table).where(over)).rowcount
            connection.execute(delete(t.hub_topic).where(~left))
            return ended

        return await self._database.transact(work)
