"""What a hub elsewhere has been told of, and which feeds changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import Text, insert, literal, select, type_coerce, union_all, update

from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.websub_tables import hub_ping
from newsgraph.store.websub.rows import rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database

FeedKind: TypeAlias = Literal["all", "topics", "providers"]
"""What a feed is of, as its address says it."""


@dataclass(frozen=True, slots=True)
class News:
    """What a hub elsewhere has not been told of.

    Attributes:
        revision: the store's.
        feeds: kind, and slug or domain, of each feed that changed since; ``("all", "")``.
    """

    revision: int
    feeds: list[tuple[FeedKind, str]]


class Pings:
    """What hubs elsewhere know. Every method raises `StoreError`s only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def news(self, hub: str) -> News:
        """Return what a hub has not been told of; of one never heard of before, nothing.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        told = select(hub_ping.c.revision).where(hub_ping.c.hub == hub).scalar_subquery()
        changed = f.feed.c.revision > told
        text = Text()
        owners = union_all(
            select(literal(1).label("id"), literal("all").label("kind"), literal("").label("name")),
            select(t.topic.c.id, literal("topics"), type_coerce(t.topic.c.slug, text)),
            select(t.provider.c.id, literal("providers"), type_coerce(t.provider.c.domain, text)),
        ).subquery()
        feeds = select(owners.c.kind, owners.c.name, t.state.c.revision).select_from(
            f.feed.join(owners, owners.c.id == f.feed.c.id).join(t.state, t.state.c.id == 1)
        )
        found = await rows(self._database, feeds.where(changed).order_by("kind", "name"))
        if found:
            return News(found[0]["revision"], [(row["kind"], row["name"]) for row in found])
        ((revision,),) = (row.values() for row in await rows(self._database, _REVISION))
        return News(revision, [])

    async def told(self, hub: str) -> int | None:
        """Return the revision that a hub was last told of; None where it never was.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        found = await rows(self._database, select(hub_ping.c.revision).where(hub_ping.c.hub == hub))
        return found[0]["revision"] if found else None

    async def tell(self, hub: str, revision: int) -> None:
        """Note that a hub has been told of all feeds up to a revision.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """

        def work(connection: Connection) -> None:
            here = hub_ping.c.hub == hub
            if not connection.execute(
                update(hub_ping).where(here).values(revision=revision)
            ).rowcount:
                connection.execute(insert(hub_ping).values(hub=hub, revision=revision))

        await self._database.transact(work)


_REVISION = select(t.state.c.revision)
