"""What external hubs have been notified of, and which feeds have changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import Text, insert, literal, select, type_coerce, union_all, update

from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.websub_tables import external_hub
from newsgraph.store.websub.row_queries import fetch_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database

FeedKind: TypeAlias = Literal["all", "topics", "providers"]
"""First part of a feed's path: the feed of all articles, of a topic or of a provider."""


@dataclass(frozen=True, slots=True)
class UnpublishedChanges:
    """Changes that an external hub has not been notified of.

    Attributes:
        revision: current revision of the store.
        feeds: kind of each changed feed, with the topic's slug or the provider's domain;
            ``("all", "")`` for the feed of all articles.
    """

    revision: int
    feeds: list[tuple[FeedKind, str]]


class ExternalHubState:
    """Revisions that external hubs have been notified of. Methods raise only `StoreError`s."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unpublished_changes(self, hub: str) -> UnpublishedChanges:
        """Return the changes since a hub was last notified; no feeds for an unknown hub.

        Args:
            hub: URL of the hub.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        published = (
            select(external_hub.c.notified_revision)
            .where(external_hub.c.url == hub)
            .scalar_subquery()
        )
        is_changed = f.feed.c.revision > published
        text = Text()
        owners = union_all(
            select(literal(1).label("id"), literal("all").label("kind"), literal("").label("name")),
            select(t.topic.c.id, literal("topics"), type_coerce(t.topic.c.slug, text)),
            select(t.provider.c.id, literal("providers"), type_coerce(t.provider.c.domain, text)),
        ).subquery()
        feeds = select(owners.c.kind, owners.c.name, t.state.c.revision).select_from(
            f.feed.join(owners, owners.c.id == f.feed.c.id).join(t.state, t.state.c.id == 1)
        )
        rows = await fetch_rows(self._database, feeds.where(is_changed).order_by("kind", "name"))
        if rows:
            changed_feeds = [(row["kind"], row["name"]) for row in rows]
            return UnpublishedChanges(rows[0]["revision"], changed_feeds)
        ((revision,),) = (row.values() for row in await fetch_rows(self._database, _REVISION))
        return UnpublishedChanges(revision, [])

    async def published_revision(self, hub: str) -> int | None:
        """Return the revision that a hub was last notified of; None if it never was.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        query = select(external_hub.c.notified_revision).where(external_hub.c.url == hub)
        rows = await fetch_rows(self._database, query)
        return rows[0]["notified_revision"] if rows else None

    async def record_published(self, hub: str, revision: int) -> None:
        """Record that a hub has been notified of all changes up to a revision.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """

        def write_revision(connection: Connection) -> None:
            update_hub = (
                update(external_hub)
                .where(external_hub.c.url == hub)
                .values(notified_revision=revision)
            )
            if not connection.execute(update_hub).rowcount:
                connection.execute(insert(external_hub).values(url=hub, notified_revision=revision))

        await self._database.run_in_transaction(write_revision)


_REVISION = select(t.state.c.revision)
