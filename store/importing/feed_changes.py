"""Keeps when each feed last changed, in the import's transaction.

What a feed shows: the first root's collection; what the topic or provider that it is of says of
itself; of its articles their own columns, body, authors, images and links, the names of their
topics, and the names of their provider and of those of their links. Of the articles that links
lead to it shows nothing: whoever lets a feed show that carries their changes here, too, or has its
tag follow from what the store answers, as that of collapsed feeds does.

A client that has a feed of an earlier revision can be told only the articles that came or changed
since (a delta, RFC 3229), as long as nothing else happened to the feed: that is ``whole_revision``.
That an article changed is told by its document's revision, of which it is not known what changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import delete, insert, literal, select, union

from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from sqlalchemy import Connection

EVERYTHING: Final = 1
"""The key of the feed of all articles: that of the one row of `state`."""


Said: TypeAlias = tuple[Any, ...]
"""A name first, then all else that shows."""

Places: TypeAlias = "Mapping[int, set[int]]"
"""Of articles, the topics and providers that they are under."""


@dataclass(slots=True)
class FeedChanges:
    """What an import changes of what feeds show.

    Keys are those of topics and providers, and `EVERYTHING` for the feed of all articles.

    Attributes:
        places: those that have an article that changed or came, or had one that went.
        whole: those where something else happened than that articles came or changed.
        renamed: those that are called otherwise; articles show it.
        collection: whether the site is called otherwise, or is another.
    """

    places: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    collection: bool = False

    def add_articles(
        self, shown: Iterable[int], written: Container[int], before: Places, after: Places
    ) -> None:
        """Note articles that changed, came or went.

        Args:
            shown: their keys.
            written: those whose documents this import wrote; others keep their revision.
            before: their places before the import.
            after: those that they have now.
        """
        for one in shown:
            was, is_ = before.get(one, set()), after.get(one, set())
            self.places |= was | is_ | {EVERYTHING}
            self.whole |= was - is_ if one in written else was | is_ | {EVERYTHING}

    def add_owners(self, before: Mapping[int, Said], after: Mapping[int, Said]) -> None:
        """Note topics and providers that say something else of themselves, as `said` tells."""
        for one in before.keys() | after.keys():
            was, is_ = before.get(one), after.get(one)
            if was != is_:
                self.whole.add(one)
            if was and is_ and was[0] != is_[0]:
                self.renamed.add(one)


def said(connection: Connection) -> dict[int, Said]:
    """Return what topics and providers say of themselves, their names first, by their keys."""
    topic, provider, end = t.topic.c, t.provider.c, f.topic_end.c
    ends = t.topic.outerjoin(f.topic_end)
    topics = select(topic.id, topic.name, topic.description, end.notice, end.gone)
    providers = select(provider.id, provider.name, provider.description)
    found = {one: tuple(told) for one, *told in connection.execute(topics.select_from(ends))}
    return found | {one: tuple(told) for one, *told in connection.execute(providers)}


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
    changed = changes.places | changes.whole
    whole = changes.whole | _shown_with(connection, changes.renamed)
    if changes.collection:
        changed = whole = set(connection.scalars(union(select(owners.c.id), select(f.feed.c.id))))
    changed |= whole
    before: dict[int, int] = {}
    for some in batches(changed):
        known = select(f.feed.c.id, f.feed.c.whole_revision).where(f.feed.c.id.in_(some))
        before.update(connection.execute(known).all())
        connection.execute(delete(f.feed).where(f.feed.c.id.in_(some)))
        rows = [
            {
                "id": one,
                "revision": revision,
                "changed_at": now,
                "whole_revision": revision if one in whole else before.get(one, revision),
            }
            for one in connection.scalars(select(owners.c.id).where(owners.c.id.in_(some)))
        ]
        if rows:
            connection.execute(insert(f.feed), rows)


def _shown_with(connection: Connection, renamed: set[int]) -> set[int]:
    """Return the feeds of all articles that show the name of one of those renamed."""
    found: set[int] = set()
    filed, beside = t.article_topic.alias("filed"), t.article_topic.alias("beside")
    for some in batches(renamed):
        for articles in (
            select(filed.c.article_id).where(filed.c.topic_id.in_(some)),
            select(t.article.c.id).where(t.article.c.provider_id.in_(some)),
            select(t.link.c.article_id).where(t.link.c.provider_id.in_(some)),
        ):
            topics = select(beside.c.topic_id).where(beside.c.article_id.in_(articles))
            found.update(connection.scalars(topics.distinct()))
            theirs = t.article.alias("theirs")
            providers = select(theirs.c.provider_id).where(theirs.c.id.in_(articles))
            found.update(one for one in connection.scalars(providers.distinct()) if one is not None)
            if connection.scalar(select(theirs.c.id).where(theirs.c.id.in_(articles)).limit(1)):
                found.add(EVERYTHING)
    return found
