"""Updates rows that derive from all documents: link targets, topics, providers, counts.

Each function recomputes its tables from the documents' rows, writes only rows that differ, and
returns the keys of what it changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import groupby, islice
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import bindparam, delete, func, insert, select, union_all, update

from newsgraph.store.documents.document import Image
from newsgraph.store.documents.identity import encode_node_id, quote_path, stable_key
from newsgraph.store.importing.rows import image_rows, topic_rows
from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Table

    from newsgraph.store.documents.taxonomy_resolver import Taxonomy
    from newsgraph.store.importing.rows import Row

T = TypeVar("T")
K = TypeVar("K")

BATCH_SIZE = 500
"""How many values one IN takes; SQLite before 3.32 allows 999 parameters."""


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the values in lists of at most `BATCH_SIZE`."""
    remaining = iter(values)
    while batch := list(islice(remaining, BATCH_SIZE)):
        yield batch


def resolve_links(connection: Connection, urls: Iterable[str], links: Iterable[int]) -> set[int]:
    """Set the targets of links: the newest article with the same URL, then the smallest key.

    An article that states the URL precedes those to which their generators give it.

    Args:
        connection: the import's transaction.
        urls: canonical URLs that articles gained or lost.
        links: keys of new links.

    Returns:
        The keys of the articles whose links changed.
    """
    affected = set(links)
    for batch in batches(urls):
        affected.update(
            connection.scalars(select(t.link_url.c.link_id).where(t.link_url.c.url.in_(batch)))
        )
    changed: set[int] = set()
    set_target = update(t.link).where(t.link.c.id == bindparam("link"))
    with_candidates = t.link.outerjoin(t.link_url, t.link_url.c.link_id == t.link.c.id).outerjoin(
        t.article_url, t.article_url.c.url == t.link_url.c.url
    )
    for keys in batches(sorted(affected)):
        query = (
            select(
                t.link.c.id,
                t.link.c.article_id,
                t.link.c.target_id,
                t.article_url.c.article_id.label("target"),
            )
            .select_from(with_candidates)
            .where(t.link.c.id.in_(keys))
            .order_by(
                *(t.link.c.id, t.article_url.c.is_derived),
                *(t.article_url.c.published_at.desc(), t.article_url.c.article_id),
            )
        )
        updates: list[Row] = []
        for _, candidates in groupby(connection.execute(query), lambda row: row.id):
            # URLs without an article give NULLs, which may come first.
            rows = list(candidates)
            target = next((row.target for row in rows if row.target is not None), None)
            if target != rows[0].target_id:
                updates.append({"link": rows[0].id, "target": target})
                changed.add(rows[0].article_id)
        if updates:
            connection.execute(set_target.values(target_id=bindparam("target")), updates)
    return changed


def reassign_topics(connection: Connection, taxonomy: Taxonomy) -> set[int]:
    """Recompute the topics and guessed providers of all articles after a taxonomy change.

    Returns:
        The keys of the articles that changed.
    """
    current, tags = defaultdict(set), defaultdict(list)
    topics = t.article_topic.c
    for row in connection.execute(select(topics.article_id, topics.topic_id, topics.position)):
        current[row.article_id].add((row.topic_id, row.position))
    tag_query = select(t.article_tag, t.article.c.date_order).join(t.article)
    for row in connection.execute(tag_query.order_by(t.article_tag.c.position)):
        tags[row.article_id, row.date_order].append((row.position, row.name))
    changed = set()
    for (article_id, order), names in tags.items():
        rows = topic_rows(article_id, order, names, taxonomy)
        if {(row["topic_id"], row["position"]) for row in rows} != current[article_id]:
            connection.execute(delete(t.article_topic).where(topics.article_id == article_id))
            connection.execute(insert(t.article_topic), rows)
            changed.add(article_id)
    return changed | _reguess_providers(connection, taxonomy)


def _reguess_providers(connection: Connection, taxonomy: Taxonomy) -> set[int]:
    """Recompute providers that documents do not state; return the keys of changed articles."""
    changed = set()
    for table, owner in ((t.article, "id"), (t.link, "article_id")):
        guessed = select(table).where(table.c.provider_guessed, table.c.provider_name.is_not(None))
        updates: list[Row] = []
        for row in connection.execute(guessed).mappings():
            domain = taxonomy.guess_domain(
                row["provider_name"], row["web_url"], row["original_url"]
            )
            if domain != row["provider_domain"]:
                provider = stable_key("Provider", domain) if domain else None
                updates.append({"row": row["id"], "domain": domain, "provider": provider})
                changed.add(row[owner])
        if updates:
            statement = update(table).where(table.c.id == bindparam("row"))
            values: Row = {
                "provider_id": bindparam("provider"),
                "provider_domain": bindparam("domain"),
            }
            connection.execute(statement.values(values), updates)
    return changed


def update_topics(
    connection: Connection, taxonomy: Taxonomy, now: str
) -> tuple[set[int], set[int]]:
    """Update topics, their aliases and their retirement.

    Args:
        connection: the import's transaction.
        taxonomy: resolves the names of topics.
        now: time of the import.

    Returns:
        The keys of changed topics, and of removed topics.
    """
    count_query = select(t.article_topic.c.topic_id, func.count()).group_by(
        t.article_topic.c.topic_id
    )
    counts: dict[int, int] = dict(connection.execute(count_query).all())
    on_tag = (t.article_tag.c.article_id == t.article_topic.c.article_id) & (
        t.article_tag.c.position == t.article_topic.c.position
    )
    spellings = (
        select(t.article_topic.c.topic_id, t.article_tag.c.name, func.count())
        .select_from(t.article_topic.join(t.article_tag, on_tag))
        .group_by(t.article_topic.c.topic_id, t.article_tag.c.name)
    )
    names = commonest_text(connection.execute(spellings))
    slugs = {stable_key("Topic", slug): slug for slug in taxonomy.topics}
    slugs |= {topic_id: taxonomy.resolve_topic(name) for topic_id, name in names.items()}
    for slug in list(taxonomy.topics):
        parent = taxonomy.parent_slug(slug)
        if parent is not None and stable_key("Topic", parent) not in slugs:
            slugs[stable_key("Topic", parent)] = parent
            names[stable_key("Topic", parent)] = taxonomy.topics[slug].parent or parent
    rows: dict[int, Row] = {}
    for topic_id, slug in slugs.items():
        entry, parent = taxonomy.topics.get(slug), taxonomy.parent_slug(slug)
        rows[topic_id] = {
            "id": topic_id,
            "node_id": encode_node_id("Topic", topic_id),
            "slug": slug,
            "name": entry.name if entry else names[topic_id],
            "shortname": entry.shortname if entry else None,
            "description": entry.description if entry else None,
            "keywords": json.dumps(entry.keywords if entry else (), ensure_ascii=False),
            "parent_id": stable_key("Topic", parent) if parent else None,
            "href": quote_path(slug),
            "article_count": counts.get(topic_id, 0),
        }
    changed, removed = sync_table(connection, t.topic, rows)
    sync_table(connection, f.topic_retirement, _retirement_rows(connection, taxonomy, now))
    return changed | (_update_topic_aliases(connection, taxonomy) - removed), removed


def _retirement_rows(connection: Connection, taxonomy: Taxonomy, now: str) -> dict[int, Row]:
    before = {
        row["topic_id"]: dict(row)
        for row in connection.execute(select(f.topic_retirement)).mappings()
    }
    rows: dict[int, Row] = {}
    for slug, entry in taxonomy.topics.items():
        if entry.retiring or entry.gone:
            topic_id = stable_key("Topic", slug)
            row: Row = {"topic_id": topic_id, "notice": entry.retiring, "gone": entry.gone}
            stored = before.get(topic_id, {})
            since = stored["since"] if row.items() <= stored.items() else now
            rows[topic_id] = row | {"since": since}
    return rows


def _update_topic_aliases(connection: Connection, taxonomy: Taxonomy) -> set[int]:
    """Update the former slugs of topics; return the keys of topics whose aliases changed."""
    columns = (f.topic_alias.c.slug, f.topic_alias.c.topic_id)
    before: dict[str, int] = dict(connection.execute(select(*columns)).all())
    after = {alias: stable_key("Topic", slug) for alias, slug in taxonomy.aliases.items()}
    rows = {alias: {"slug": alias, "topic_id": topic} for alias, topic in after.items()}
    changed, removed = sync_table(connection, f.topic_alias, rows)
    return {
        topics[alias]
        for topics in (before, after)
        for alias in changed | removed
        if alias in topics
    }


def update_providers(connection: Connection, taxonomy: Taxonomy) -> tuple[set[int], set[int]]:
    """Update the providers; return the keys of changed and of removed ones."""
    mentions = union_all(
        *(
            select(table.c.provider_id, table.c.provider_domain, table.c.provider_name)
            for table in (t.article, t.link)
        )
    ).subquery()
    columns = (mentions.c.provider_id, mentions.c.provider_domain, mentions.c.provider_name)
    usage = connection.execute(
        select(*columns, func.count()).where(columns[0].is_not(None)).group_by(*columns)
    )
    domains = {stable_key("Provider", domain): domain for domain in taxonomy.organizations}
    spellings = []
    for provider_id, domain, name, count in usage:
        domains[provider_id] = domain
        if name is not None:
            spellings.append((provider_id, name, count))
    names = commonest_text(spellings)
    count_query = select(t.article.c.provider_id, func.count()).group_by(t.article.c.provider_id)
    counts: dict[int, int] = dict(connection.execute(count_query).all())
    rows: dict[int, Row] = {}
    for provider_id, domain in domains.items():
        entry = taxonomy.organizations.get(domain)
        rows[provider_id] = {
            "id": provider_id,
            "node_id": encode_node_id("Provider", provider_id),
            "domain": domain,
            "name": entry.name if entry else names.get(provider_id, domain),
            "description": entry.description if entry else None,
            "href": quote_path(domain),
            "article_count": counts.get(provider_id, 0),
        }
    changed, removed = sync_table(connection, t.provider, rows)
    return changed | (_update_provider_images(connection, taxonomy, domains) - removed), removed


def _update_provider_images(
    connection: Connection, taxonomy: Taxonomy, domains: dict[int, str]
) -> set[int]:
    """Update providers' images: the taxonomy's, else those that most of their articles have."""
    columns = (t.article.c.provider_id, t.article.c.provider_images)
    usage = select(*columns, func.count()).where(columns[1] != "[]", columns[0].is_not(None))
    common = commonest_text(connection.execute(usage.group_by(*columns)))
    new_rows: dict[int, list[Row]] = {}
    for provider_id, domain in domains.items():
        entry, owner = taxonomy.organizations.get(domain), {"provider_id": provider_id}
        if entry is not None and entry.images:
            new_rows[provider_id] = image_rows(entry.images, owner, None)
        elif provider_id in common:
            images = (Image(**_without_position(row)) for row in json.loads(common[provider_id]))
            new_rows[provider_id] = image_rows(images, owner, None)
    old_rows: dict[int, list[Row]] = defaultdict(list)
    by_position = select(t.provider_image).order_by(t.provider_image.c.position)
    for row in connection.execute(by_position).mappings():
        old_rows[row["provider_id"]].append(dict(row))
    keys = new_rows.keys() | old_rows.keys()
    changed = {key for key in keys if new_rows.get(key, []) != old_rows[key]}
    for batch in batches(changed):
        connection.execute(
            delete(t.provider_image).where(t.provider_image.c.provider_id.in_(batch))
        )
    inserts = [row for provider_id in sorted(changed) for row in new_rows.get(provider_id, ())]
    if inserts:
        connection.execute(insert(t.provider_image), inserts)
    return changed


def _without_position(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "position"}


def commonest_text(counted: Iterable[tuple[int, str, int]]) -> dict[int, str]:
    """Return each key's most common text; of equally common ones the smallest.

    Args:
        counted: key, text and number of uses.
    """
    best: dict[int, tuple[int, str]] = {}
    for key_, text, count in counted:
        best[key_] = min(best.get(key_, (0, "")), (-count, text))
    return {key_: text for key_, (_, text) in best.items()}


def sync_table(connection: Connection, table: Table, rows: dict[K, Row]) -> tuple[set[K], set[K]]:
    """Make a table hold exactly these rows; return the keys of written and of deleted rows."""
    (primary_key,) = table.primary_key.columns
    stored = {row[primary_key]: dict(row) for row in connection.execute(select(table)).mappings()}
    inserts = [row for key_, row in rows.items() if key_ not in stored]
    updates = [row for key_, row in rows.items() if key_ in stored and row != stored[key_]]
    deleted = stored.keys() - rows.keys()
    for batch in batches(deleted):
        connection.execute(delete(table).where(primary_key.in_(batch)))
    if inserts:
        connection.execute(insert(table), inserts)
    if updates:
        statement = update(table).where(primary_key == bindparam("stored_key"))
        values = [row | {"stored_key": row[primary_key.name]} for row in updates]
        connection.execute(statement, values)
    return {row[primary_key.name] for row in (*inserts, *updates)}, set(deleted)
