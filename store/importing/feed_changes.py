"""Keeps when each feed last changed, in the import's transaction.

What a feed shows: the first root's collection; the name and description of the topic or
provider that it is of; of its articles their own columns, authors and images, the names of
their topics and the name of their provider. It does not show what articles link to: whoever
lets a feed show that carries changes of links here, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, literal, select, union

from store.database import tables as t
from store.importing.derive import batches

if TYPE_CHECKING:
    from sqlalchemy import Connection

EVERYTHING: Final = 1
"""The key of the feed of all articles: that of the one row of `state`."""


@dataclass(slots=True)
class FeedChanges:
    """What an import changes of what feeds show; keys are those of topics and providers.

    Attributes:
        articles: whether any article changed, came or went.
        places: those that such an article was under, or is now.
        owners: those that are new or say something else of themselves.
        renamed: those that are called otherwise; their articles show it.
        collection: whether the site is called otherwise, or is another.
    """

    articles: bool = False
    places: set[int] = field(default_factory=set)
    owners: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    collection: bool = False


def first_collection(connection: Connection) -> str | None:
    """Return what the first root says of itself, which all feeds show."""
    first = select(t.root.c.collection).order_by(t.root.c.position).limit(1)
    collection: str | None = connection.scalar(first)
    return collection


def write_feeds(connection: Connection, revision: int, now: str, changes: FeedChanges) -> None:
    """Note which feeds a revision changed, and forget those that there are no more.

    Args:
        connection: in the import's transaction, after topics and providers are derived.
        revision: the new one.
        now: the time of the import.
        changes: what it changes.
    """
    owners = union(
        select(t.topic.c.id), select(t.provider.c.id), select(literal(EVERYTHING).label("id"))
    ).subquery()
    if changes.collection:
        connection.execute(delete(t.feed))
        every = select(owners.c.id, literal(revision), literal(now))
        connection.execute(insert(t.feed).from_select(["id", "revision", "changed_at"], every))
        return
    changed = changes.places | changes.owners | changes.renamed
    shown = _shown_with(connection, changes.renamed)
    changed |= shown
    if changes.articles or shown:
        changed.add(EVERYTHING)
    for some in batches(changed):
        connection.execute(delete(t.feed).where(t.feed.c.id.in_(some)))
        here = select(owners.c.id, literal(revision), literal(now)).where(owners.c.id.in_(some))
        connection.execute(insert(t.feed).from_select(["id", "revision", "changed_at"], here))


def _shown_with(connection: Connection, renamed: set[int]) -> set[int]:
    """Return the topics and providers of all articles that are under one of those renamed."""
    found: set[int] = set()
    filed, beside = t.article_topic.alias("filed"), t.article_topic.alias("beside")
    for some in batches(renamed):
        for articles in (
            select(filed.c.article_id).where(filed.c.topic_id.in_(some)),
            select(t.article.c.id).where(t.article.c.provider_id.in_(some)),
        ):
            topics = select(beside.c.topic_id).where(beside.c.article_id.in_(articles))
            found.update(connection.scalars(topics.distinct()))
            theirs = t.article.alias("theirs")
            providers = select(theirs.c.provider_id).where(
                theirs.c.id.in_(articles), theirs.c.provider_id.is_not(None)
            )
            found.update(connection.scalars(providers.distinct()))
    return found
