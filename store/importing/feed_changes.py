"""Records when each feed last changed, in the import's transaction.

A feed contains: the settings of the site; the description of its topic or provider, with the
pictures of the latter; the columns,
body, authors, images and links of its articles, the names of their topics, and the names of their
provider and of their links' providers. It contains nothing of the articles that links lead to. Code
that adds these has to record their changes here too, or to derive the ETag from query results, as
feeds of collapsed stories do. (What `reference_links` copies from articles to links is a change of
the articles with the links.)

A client that has a feed of an earlier revision can be sent only the new and changed articles (a
delta, RFC 3229) if nothing else of the feed changed since: that is ``full_revision``. An article
counts as changed if its document's revision is newer, whatever changed in it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import delete, insert, literal, select, union

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.site_title import site_collection
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from sqlalchemy import Connection

ALL_ARTICLES: Final = 1
"""The key of the feed of all articles, which is also the key of the only row of `state`."""


OwnerDescription: TypeAlias = tuple[Any, ...]
"""The name first, then everything else that feeds contain."""

OwnersByArticle: TypeAlias = "Mapping[int, set[int]]"
"""The keys of topics and providers by the key of their article."""


@dataclass(slots=True)
class FeedChanges:
    """The feeds that an import changes.

    A feed is identified by the key of its topic or provider, or by `ALL_ARTICLES`.

    Attributes:
        owners: feeds with new, changed or removed articles.
        full_changes: feeds with other changes than new or changed articles, which are sent in full.
        renamed: topics and providers with a new name, which the feeds of their articles contain.
        collection_changed: whether the settings of the site changed.
    """

    owners: set[int] = field(default_factory=set)
    full_changes: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    collection_changed: bool = False

    def add_articles(
        self,
        articles: Iterable[int],
        with_new_revision: Container[int],
        before: OwnersByArticle,
        after: OwnersByArticle,
    ) -> None:
        """Record new, changed and removed articles.

        Args:
            articles: their keys.
            with_new_revision: keys of articles whose documents get this import's revision.
            before: their owners before the import.
            after: their owners after it.
        """
        for article in articles:
            old, new = before.get(article, set()), after.get(article, set())
            self.owners |= old | new | {ALL_ARTICLES}
            is_full = article not in with_new_revision
            self.full_changes |= old | new | {ALL_ARTICLES} if is_full else old - new

    def add_descriptions(
        self, before: Mapping[int, OwnerDescription], after: Mapping[int, OwnerDescription]
    ) -> None:
        """Record topics and providers whose descriptions differ."""
        for owner in before.keys() | after.keys():
            old, new = before.get(owner), after.get(owner)
            if old != new:
                self.full_changes.add(owner)
            if old and new and old[0] != new[0]:
                self.renamed.add(owner)


def read_owner_descriptions(connection: Connection) -> dict[int, OwnerDescription]:
    """Return the descriptions of topics and providers by their keys, each with its name first."""
    topic, provider, end = t.topic.c, t.provider.c, f.topic_retirement.c
    with_end = t.topic.outerjoin(f.topic_retirement)
    topics = select(topic.id, topic.name, topic.description, end.notice, end.gone)
    providers = select(provider.id, provider.name, provider.description)
    image = t.provider_image.c
    pictures: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    of_providers = select(image.provider_id, image.url, image.width)
    for key, *values in connection.execute(
        of_providers.order_by(image.provider_id, image.position)
    ):
        pictures[key].append(tuple(values))
    descriptions = {
        key: tuple(values) for key, *values in connection.execute(topics.select_from(with_end))
    }
    return descriptions | {
        key: (*values, *pictures[key]) for key, *values in connection.execute(providers)
    }


def read_site_collection(connection: Connection) -> Collection:
    """Return the settings of the site, which all feeds contain."""
    query = select(t.root.c.folder, t.root.c.collection).order_by(t.root.c.position)
    return site_collection(
        [
            (folder, Collection.from_json(json.loads(collection)))
            for folder, collection in connection.execute(query)
        ]
    )


def write_feeds(connection: Connection, revision: int, now: str, changes: FeedChanges) -> None:
    """Write the rows of changed feeds, and delete those of feeds that no longer exist.

    Args:
        connection: the import's transaction, after topics and providers are updated.
        revision: the new revision.
        now: time of the import.
        changes: the feeds that the import changes.
    """
    owners = union(
        select(t.topic.c.id), select(t.provider.c.id), select(literal(ALL_ARTICLES).label("id"))
    ).subquery()
    changed = changes.owners | changes.full_changes
    full_changes = changes.full_changes | _feeds_with_articles_of(connection, changes.renamed)
    if changes.collection_changed:
        changed = full_changes = set(
            connection.scalars(union(select(owners.c.id), select(f.feed.c.id)))
        )
    changed |= full_changes
    before: dict[int, int] = {}
    for batch in batches(changed):
        previous = select(f.feed.c.id, f.feed.c.full_revision).where(f.feed.c.id.in_(batch))
        before.update(connection.execute(previous).all())
        connection.execute(delete(f.feed).where(f.feed.c.id.in_(batch)))
        rows = [
            {
                "id": key,
                "revision": revision,
                "changed_at": now,
                "full_revision": revision if key in full_changes else before.get(key, revision),
            }
            for key in connection.scalars(select(owners.c.id).where(owners.c.id.in_(batch)))
        ]
        if rows:
            connection.execute(insert(f.feed), rows)


def _feeds_with_articles_of(connection: Connection, renamed: set[int]) -> set[int]:
    """Return the feeds with an article that contains the name of a renamed topic or provider."""
    feeds: set[int] = set()
    renamed_topic = t.article_topic.alias("renamed_topic")
    other_topic = t.article_topic.alias("other_topic")
    for batch in batches(renamed):
        for articles in (
            select(renamed_topic.c.article_id).where(renamed_topic.c.topic_id.in_(batch)),
            select(t.article.c.id).where(t.article.c.provider_id.in_(batch)),
            select(t.link.c.article_id).where(t.link.c.provider_id.in_(batch)),
        ):
            topics = select(other_topic.c.topic_id).where(other_topic.c.article_id.in_(articles))
            feeds.update(connection.scalars(topics.distinct()))
            article = t.article.alias("affected")
            providers = select(article.c.provider_id).where(article.c.id.in_(articles))
            feeds.update(key for key in connection.scalars(providers.distinct()) if key is not None)
            if connection.scalar(select(article.c.id).where(article.c.id.in_(articles)).limit(1)):
                feeds.add(ALL_ARTICLES)
    return feeds
