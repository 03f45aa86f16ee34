"""Active subscriptions to feeds, and the deliveries that are due to them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, insert, literal, select, update

from newsgraph.store.documents.times import format_time
from newsgraph.store.schema import websub_tables as t
from newsgraph.store.websub.models import (
    Capacity,
    DueDeliveries,
    InProgress,
    Subscription,
    SubscriptionRequest,
    parse_time,
)
from newsgraph.store.websub.pending_requests import is_same_request
from newsgraph.store.websub.row_queries import count_where, fetch_rows, is_full, not_in

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database

_ONE = literal(1).label("one")


class Subscriptions:
    """Active subscriptions. Every method raises only `StoreError`s.

    Methods that write raise `DatabaseBusy` if another process holds the write lock for too long,
    and then nothing is written; all raise `DatabaseUnusable` if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def has_work(self) -> bool:
        """Return whether there is a subscription or a pending request."""
        has_subscription = exists(select(t.hub_subscription))
        has_request = exists(select(t.hub_request))
        query = select(_ONE).where(has_subscription | has_request)
        return bool(await fetch_rows(self._database, query))

    async def has_capacity(self, request: SubscriptionRequest, capacity: Capacity) -> bool:
        """Return whether there is capacity for a subscription; always True for a renewal."""
        table = t.hub_subscription
        total_count = count_where(table.c.id.is_not(None)).scalar_subquery()
        host_count = count_where(table.c.host == request.host).scalar_subquery()
        is_renewal = exists(select(table.c.id).where(table.c.id == request.id))
        is_below_limits = (total_count < capacity.max_total) & (host_count < capacity.max_per_host)
        query = select(_ONE).where(is_renewal | is_below_limits)
        return bool(await fetch_rows(self._database, query))

    async def activate(
        self, request: SubscriptionRequest, etag: str, expires_at: datetime, capacity: Capacity
    ) -> bool:
        """Turn a verified request into an active subscription, or renew the existing one.

        A renewal sets the new secret and the new lease; deliveries that are due stay due.

        Args:
            request: the request, which is deleted.
            etag: ETag of the topic's current content; only later content is delivered.
            expires_at: end of the lease.
            capacity: limits on the number of subscriptions.

        Returns:
            False if there is no capacity for a new subscription; then nothing changes.
        """
        table = t.hub_subscription

        def write_subscription(connection: Connection) -> bool:
            lease = {
                "secret": request.secret,
                "expires_at": format_time(expires_at),
                "retry_at": None,
            }
            renewal = update(table).where(table.c.id == request.id).values(lease)
            if not connection.execute(renewal).rowcount:
                if is_full(connection, table, request.host, capacity):
                    return False
                row = {
                    "id": request.id,
                    "topic": request.topic,
                    "callback": request.callback,
                    "host": request.host,
                    "etag": etag,
                    "failures": 0,
                }
                connection.execute(insert(table).values(row | lease))
            topic = select(t.hub_topic.c.topic).where(t.hub_topic.c.topic == request.topic)
            if connection.scalar(topic) is None:
                connection.execute(insert(t.hub_topic).values(topic=request.topic, etag=etag))
            connection.execute(delete(t.hub_request).where(is_same_request(request)))
            return True

        return await self._database.run_in_transaction(write_subscription)

    async def unsubscribe(self, request: SubscriptionRequest) -> None:
        """Delete the subscription that a verified request is for, and the request."""

        def delete_both(connection: Connection) -> None:
            table = t.hub_subscription
            connection.execute(delete(table).where(table.c.id == request.id))
            connection.execute(delete(t.hub_request).where(is_same_request(request)))

        await self._database.run_in_transaction(delete_both)

    async def delete(self, subscription: Subscription) -> None:
        """Delete a subscription whose callback no longer exists."""
        table = t.hub_subscription
        statement = delete(table).where(table.c.id == subscription.id)
        await self._database.run_in_transaction(lambda connection: connection.execute(statement))

    async def due_deliveries(
        self, now: datetime, limit: int, in_progress: InProgress
    ) -> DueDeliveries:
        """Return subscriptions whose topic's content differs from what was delivered last.

        Args:
            now: current time; expired subscriptions are left out.
            limit: maximum number of subscriptions.
            in_progress: subscriptions and hosts to leave out.
        """
        table, topic = t.hub_subscription, t.hub_topic
        current_time = format_time(now)
        is_due = (table.c.expires_at > current_time) & (table.c.etag != topic.c.etag)
        source = table.join(topic, table.c.topic == topic.c.topic)
        names = ("topic", "callback", "host", "secret", "etag", "failures", "failing_etag")
        rows = await fetch_rows(
            self._database,
            select(*(table.c[name] for name in (*names, "failing_since")))
            .select_from(source)
            .where(
                is_due,
                func.coalesce(table.c.retry_at, "") <= current_time,
                not_in(table.c.id, in_progress.ids),
                not_in(table.c.host, in_progress.busy_hosts),
            )
            .order_by(table.c.failures, table.c.topic, table.c.id)
            .limit(limit),
        )
        next_retry_at = None
        if len(rows) < limit:
            earliest = select(func.min(table.c.retry_at).label("at")).select_from(source)
            later = earliest.where(is_due, func.coalesce(table.c.retry_at, "") > current_time)
            (row,) = await fetch_rows(self._database, later)
            next_retry_at = row["at"]
        subscriptions = [
            Subscription(**row | {"failing_since": since and parse_time(since)})
            for row in rows
            for since in (row["failing_since"],)
        ]
        return DueDeliveries(
            ready=subscriptions, next_retry_at=next_retry_at and parse_time(next_retry_at)
        )

    async def record_delivery(self, subscription: Subscription, etag: str) -> None:
        """Record that a topic's content with an ETag was delivered."""
        delivered = {"etag": etag, "failures": 0, "retry_at": None}
        await self._update(subscription, delivered | {"failing_etag": None, "failing_since": None})

    async def record_failure(
        self, subscription: Subscription, etag: str, failing_since: datetime, retry_at: datetime
    ) -> None:
        """Record that a delivery failed.

        Args:
            subscription: the subscription before the delivery.
            etag: ETag of the content that was not delivered.
            failing_since: time of the first failed delivery of this content.
            retry_at: time of the next attempt.
        """
        failing = {"failing_etag": etag, "failing_since": format_time(failing_since)}
        await self._update(
            subscription,
            failing | {"failures": subscription.failures + 1, "retry_at": format_time(retry_at)},
        )

    async def abandon_delivery(
        self, subscription: Subscription, etag: str, retry_at: datetime
    ) -> None:
        """Stop trying to deliver some content; the topic's next content will be delivered.

        Args:
            subscription: the subscription before the delivery.
            etag: ETag of the content that was not delivered.
            retry_at: time before which new content is not delivered either.
        """
        abandoned = {"etag": etag, "failing_etag": None, "failing_since": None}
        await self._update(
            subscription,
            abandoned | {"failures": subscription.failures + 1, "retry_at": format_time(retry_at)},
        )

    async def _update(self, subscription: Subscription, values: dict[str, object]) -> None:
        table = t.hub_subscription
        statement = update(table).where(table.c.id == subscription.id).values(values)
        await self._database.run_in_transaction(lambda connection: connection.execute(statement))

    async def topic_etags(self) -> dict[str, str | None]:
        """Return the newest known ETag of each topic that has subscriptions."""
        rows = await fetch_rows(self._database, select(t.hub_topic).order_by(t.hub_topic.c.topic))
        return {row["topic"]: row["etag"] for row in rows}

    async def set_topic_etag(self, topic: str, etag: str | None) -> None:
        """Store a topic's newest ETag; None if the feed does not exist at the moment."""
        statement = update(t.hub_topic).where(t.hub_topic.c.topic == topic).values(etag=etag)
        await self._database.run_in_transaction(lambda connection: connection.execute(statement))

    async def deny_topic(self, topic: str, topic_url: str, reason: str, now: datetime) -> int:
        """Delete all subscriptions of a topic, and queue a denial for each callback.

        Args:
            topic: path and query of the feed, below the site's URL.
            topic_url: absolute URL of the feed.
            reason: reason of the denials, for people.
            now: current time.

        Returns:
            The number of deleted subscriptions.
        """
        table = t.hub_subscription

        def replace_subscriptions(connection: Connection) -> int:
            is_of_topic = table.c.topic == topic
            ended = connection.execute(select(table).where(is_of_topic)).mappings().all()
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
                    "due_at": format_time(now),
                }
                for row in ended
            ]
            if denials:
                ids = select(table.c.id).where(is_of_topic)
                connection.execute(delete(t.hub_request).where(t.hub_request.c.id.in_(ids)))
                connection.execute(insert(t.hub_request), denials)
            connection.execute(delete(table).where(is_of_topic))
            connection.execute(delete(t.hub_topic).where(t.hub_topic.c.topic == topic))
            return len(denials)

        return await self._database.run_in_transaction(replace_subscriptions)

    async def delete_expired(self, now: datetime) -> int:
        """Delete expired subscriptions, and topics without any; return the former's number."""
        table = t.hub_subscription
        is_expired = table.c.expires_at <= format_time(now)
        has_subscription = exists(select(table.c.id).where(table.c.topic == t.hub_topic.c.topic))
        is_outdated = exists(select(table.c.id).where(is_expired)) | exists(
            select(t.hub_topic).where(~has_subscription)
        )
        if not await fetch_rows(self._database, select(_ONE).where(is_outdated)):
            # Avoid a write transaction if there is nothing to delete.
            return 0

        def delete_rows(connection: Connection) -> int:
            deleted_count: int = connection.execute(delete(table).where(is_expired)).rowcount
            connection.execute(delete(t.hub_topic).where(~has_subscription))
            return deleted_count

        return await self._database.run_in_transaction(delete_rows)
