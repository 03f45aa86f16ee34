"""Writes the store's log: what changed last when, and where articles are no more.

See `store.query.change_log` for how it is read.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, tuple_, update

from newsgraph.store.documents.identity import node_id
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

MOST_DELETIONS: Final = 100_000
"""How many deletions are remembered; whoever is further behind reads the store afresh."""


def write_changes(
    connection: Connection,
    revision: int,
    changes: Mapping[str, tuple[Collection[int], Collection[int]]],
    most_deletions: int = MOST_DELETIONS,
) -> None:
    """Put what changed to the end of the log.

    Args:
        connection: in the import's transaction.
        revision: the new one.
        changes: by entity, the keys of what was made or changed, and of what is gone.
        most_deletions: of older ones the oldest are forgotten.
    """
    position = 0
    for entity, (changed, gone) in changes.items():
        for deleted, keys in ((False, changed), (True, gone)):
            for some in batches(sorted(keys)):
                here = (t.change.c.entity == entity) & t.change.c.entity_id.in_(some)
                connection.execute(delete(t.change).where(here))
                rows = [
                    {
                        "revision": revision,
                        "position": place,
                        "entity": entity,
                        "entity_id": one,
                        "node_id": node_id(entity, one),
                        "deleted": deleted,
                    }
                    for place, one in enumerate(some, start=position)
                ]
                connection.execute(insert(t.change), rows)
                position += len(some)
    _forget(connection, most_deletions)


def _forget(connection: Connection, most: int) -> None:
    """Forget the oldest deletions, all of a revision's together."""
    deleted = select(t.change.c.revision).where(t.change.c.deleted)
    newest_too_many = deleted.order_by(t.change.c.revision.desc()).offset(most).limit(1)
    last = connection.scalar(newest_too_many)
    if last is None:
        return
    old = t.change.c.deleted & (t.change.c.revision <= last)
    gone = select(t.change.c.entity_id).where(old, t.change.c.entity == "Article")
    connection.execute(delete(t.departure).where(t.departure.c.article_id.in_(gone)))
    connection.execute(delete(t.change).where(old))
    connection.execute(update(t.state).values(log_since=last))


def places(connection: Connection, articles: Iterable[int] | None) -> dict[int, set[int]]:
    """Return the keys of each article's topics and provider; None is all articles."""
    found: dict[int, set[int]] = defaultdict(set)
    filed = select(t.article_topic.c.article_id, t.article_topic.c.topic_id)
    published = select(t.article.c.id, t.article.c.provider_id).where(
        t.article.c.provider_id.is_not(None)
    )
    if articles is None:
        parts = [(filed, published)]
    else:
        parts = [
            (
                filed.where(t.article_topic.c.article_id.in_(some)),
                published.where(t.article.c.id.in_(some)),
            )
            for some in batches(articles)
        ]
    for each in parts:
        for query in each:
            for article, place in connection.execute(query):
                found[article].add(place)
    return found


def write_departures(
    connection: Connection,
    before: Mapping[int, set[int]],
    after: Mapping[int, set[int]],
    written: Iterable[int],
) -> None:
    """Remember which topics and providers articles left, and forget where they are again.

    Args:
        connection: in the import's transaction.
        before: the places of articles, as `places` gives them.
        after: those that they have now.
        written: articles that may have come back.
    """
    known: dict[int, set[int]] = defaultdict(set)
    for some in batches({*before, *written}):
        departed = select(t.departure).where(t.departure.c.article_id.in_(some))
        for article, place in connection.execute(departed):
            known[article].add(place)
    new, back = [], []
    for article in {*before, *known}:
        here = after.get(article, set())
        left = before.get(article, set()) - here - known[article]
        new += [{"article_id": article, "place_id": place} for place in sorted(left)]
        back += [(article, place) for place in known[article] & here]
    if new:
        connection.execute(insert(t.departure), new)
    for pairs in batches(back):
        pair = tuple_(t.departure.c.article_id, t.departure.c.place_id)
        connection.execute(delete(t.departure).where(pair.in_(pairs)))
