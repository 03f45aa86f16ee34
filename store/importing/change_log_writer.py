"""Writes the change log: the last change of every node, and the topics that articles left.

`store.query.change_log_query` reads it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, tuple_, update

from newsgraph.store.documents.identity import encode_node_id
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.change_tables import change, departure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

MAX_DELETIONS: Final = 100_000
"""How many deletions the log holds; a client that is further behind reads everything again."""


def write_changes(
    connection: Connection,
    revision: int,
    changes: Mapping[str, tuple[Collection[int], Collection[int]]],
    max_deletions: int = MAX_DELETIONS,
) -> None:
    """Append an import's changes to the log.

    Args:
        connection: the import's transaction.
        revision: the new revision.
        changes: for each entity, the keys of created or changed nodes, and of deleted nodes.
        max_deletions: how many deletions the log holds; the oldest are pruned.
    """
    position = 0
    for entity, (upserted, removed) in changes.items():
        for deleted, keys in ((False, upserted), (True, removed)):
            for batch in batches(sorted(keys)):
                is_same = (change.c.entity == entity) & change.c.entity_id.in_(batch)
                connection.execute(delete(change).where(is_same))
                rows = [
                    {
                        "revision": revision,
                        "position": number,
                        "entity": entity,
                        "entity_id": key,
                        "node_id": encode_node_id(entity, key),
                        "deleted": deleted,
                    }
                    for number, key in enumerate(batch, start=position)
                ]
                connection.execute(insert(change), rows)
                position += len(batch)
    _prune_deletions(connection, max_deletions)


def _prune_deletions(connection: Connection, max_deletions: int) -> None:
    """Prune the oldest deletions, always all of a revision together."""
    deleted = select(change.c.revision).where(change.c.deleted)
    excess = deleted.order_by(change.c.revision.desc()).offset(max_deletions).limit(1)
    last_pruned = connection.scalar(excess)
    if last_pruned is None:
        return
    is_pruned = change.c.deleted & (change.c.revision <= last_pruned)
    articles = select(change.c.entity_id).where(is_pruned, change.c.entity == "Article")
    connection.execute(delete(departure).where(departure.c.article_id.in_(articles)))
    connection.execute(delete(change).where(is_pruned))
    connection.execute(update(t.state).values(log_since=last_pruned))


def read_owners(connection: Connection, articles: Iterable[int] | None) -> dict[int, set[int]]:
    """Return the keys of each article's topics and provider.

    Args:
        connection: the import's transaction.
        articles: keys of articles; None means all.
    """
    owners: dict[int, set[int]] = defaultdict(set)
    topics = select(t.article_topic.c.article_id, t.article_topic.c.topic_id)
    providers = select(t.article.c.id, t.article.c.provider_id).where(
        t.article.c.provider_id.is_not(None)
    )
    if articles is None:
        queries = [topics, providers]
    else:
        queries = [
            query
            for batch in batches(articles)
            for query in (
                topics.where(t.article_topic.c.article_id.in_(batch)),
                providers.where(t.article.c.id.in_(batch)),
            )
        ]
    for query in queries:
        for article, owner in connection.execute(query):
            owners[article].add(owner)
    return owners


def write_departures(
    connection: Connection,
    before: Mapping[int, set[int]],
    after: Mapping[int, set[int]],
    written: Iterable[int],
) -> None:
    """Record topics and providers that articles left, and delete records of those they rejoined.

    Args:
        connection: the import's transaction.
        before: the articles' owners before the import, as `read_owners` returns them.
        after: their owners after it.
        written: keys of articles that may have rejoined an owner.
    """
    recorded: dict[int, set[int]] = defaultdict(set)
    for batch in batches({*before, *written}):
        departed = select(departure).where(departure.c.article_id.in_(batch))
        for article, owner in connection.execute(departed):
            recorded[article].add(owner)
    departures, rejoined = [], []
    for article in {*before, *recorded}:
        current = after.get(article, set())
        left = before.get(article, set()) - current - recorded[article]
        departures += [{"article_id": article, "owner_id": owner} for owner in sorted(left)]
        rejoined += [(article, owner) for owner in recorded[article] & current]
    if departures:
        connection.execute(insert(departure), departures)
    for pairs in batches(rejoined):
        pair = tuple_(departure.c.article_id, departure.c.owner_id)
        connection.execute(delete(departure).where(pair.in_(pairs)))
