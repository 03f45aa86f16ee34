"""What follows from the documents together: link targets, topics, providers, counts.

Each function brings its tables to what the documents' rows say, changes no row that is
right already, and returns the keys of what it changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import groupby, islice
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import bindparam, delete, func, insert, select, union_all, update

from newsgraph.store.documents.document import Image
from newsgraph.store.documents.identity import href, key, node_id
from newsgraph.store.importing.rows import image_rows, topic_rows
from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Table

    from newsgraph.store.documents.taxonomy import Vocabulary
    from newsgraph.store.importing.rows import Row

T = TypeVar("T")
K = TypeVar("K")

BATCH = 500
"""How many values one IN takes; SQLite's limit on parameters was 999 for long."""


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the values in lists short enough for one statement."""
    rest = iter(values)
    while some := list(islice(rest, BATCH)):
        yield some


def resolve_links(connection: Connection, urls: Iterable[str], links: Iterable[int]) -> set[int]:
    """Point links at the articles with their addresses: the newest, then the smallest key.

    Args:
        connection: in the import's transaction.
        urls: canonical addresses that articles got or lost.
        links: keys of links that are new.

    Returns:
        The keys of the articles whose links changed.
    """
    todo = set(links)
    for some in batches(urls):
        todo.update(
            connection.scalars(select(t.link_url.c.link_id).where(t.link_url.c.url.in_(some)))
        )
    changed: set[int] = set()
    lead = update(t.link).where(t.link.c.id == bindparam("link"))
    place = t.link.outerjoin(t.link_url, t.link_url.c.link_id == t.link.c.id).outerjoin(
        t.article_url, t.article_url.c.url == t.link_url.c.url
    )
    for keys in batches(sorted(todo)):
        found = (
            select(
                t.link.c.id,
                t.link.c.article_id,
                t.link.c.target_id,
                t.article_url.c.article_id.label("target"),
            )
            .select_from(place)
            .where(t.link.c.id.in_(keys))
            .order_by(t.link.c.id, t.article_url.c.published_at.desc(), t.article_url.c.article_id)
        )
        updates: list[Row] = []
        for _, candidates in groupby(connection.execute(found), lambda row: row.id):
            # Where some addresses lead nowhere, their NULLs may come first.
            rows = list(candidates)
            target = next((row.target for row in rows if row.target is not None), None)
            if target != rows[0].target_id:
                updates.append({"link": rows[0].id, "target": target})
                changed.add(rows[0].article_id)
        if updates:
            connection.execute(lead.values(target_id=bindparam("target")), updates)
    return changed


def refile(connection: Connection, vocabulary: Vocabulary) -> set[int]:
    """Find every article's topics and guessed publishers anew, for a taxonomy that changed.

    Returns:
        The keys of the articles that changed.
    """
    filed, tags = defaultdict(set), defaultdict(list)
    topics = t.article_topic.c
    for row in connection.execute(select(topics.article_id, topics.topic_id, topics.position)):
        filed[row.article_id].add((row.topic_id, row.position))
    tagged = select(t.article_tag, t.article.c.published_at).join(t.article)
    for row in connection.execute(tagged.order_by(t.article_tag.c.position)):
        tags[row.article_id, row.published_at].append((row.position, row.name))
    changed = set()
    for (article_id, published_at), names in tags.items():
        rows = topic_rows(article_id, published_at, names, vocabulary)
        if {(row["topic_id"], row["position"]) for row in rows} != filed[article_id]:
            connection.execute(delete(t.article_topic).where(topics.article_id == article_id))
            connection.execute(insert(t.article_topic), rows)
            changed.add(article_id)
    return changed | _reguess(connection, vocabulary)


def _reguess(connection: Connection, vocabulary: Vocabulary) -> set[int]:
    changed = set()
    for table, owner in ((t.article, "id"), (t.link, "article_id")):
        guessed = select(table).where(table.c.provider_guessed, table.c.provider_name.is_not(None))
        updates: list[Row] = []
        for row in connection.execute(guessed).mappings():
            domain = vocabulary.guess(row["provider_name"], row["web_url"], row["original_url"])
            if domain != row["provider_domain"]:
                found = key("Provider", domain) if domain else None
                updates.append({"row": row["id"], "domain": domain, "provider": found})
                changed.add(row[owner])
        if updates:
            statement = update(table).where(table.c.id == bindparam("row"))
            values: Row = {
                "provider_id": bindparam("provider"),
                "provider_domain": bindparam("domain"),
            }
            connection.execute(statement.values(values), updates)
    return changed


def topics(connection: Connection, vocabulary: Vocabulary, now: str) -> tuple[set[int], set[int]]:
    """Bring the topics, what they were called before, and their ends up to date.

    Args:
        connection: in the import's transaction.
        vocabulary: tells what topics are called.
        now: the time of the import.

    Returns:
        The keys of those changed and those gone.
    """
    counted = select(t.article_topic.c.topic_id, func.count()).group_by(t.article_topic.c.topic_id)
    counts: dict[int, int] = dict(connection.execute(counted).all())
    on_tag = (t.article_tag.c.article_id == t.article_topic.c.article_id) & (
        t.article_tag.c.position == t.article_topic.c.position
    )
    spelled = (
        select(t.article_topic.c.topic_id, t.article_tag.c.name, func.count())
        .select_from(t.article_topic.join(t.article_tag, on_tag))
        .group_by(t.article_topic.c.topic_id, t.article_tag.c.name)
    )
    names = _most_common(connection.execute(spelled))
    slugs = {key("Topic", slug): slug for slug in vocabulary.topics}
    slugs |= {topic_id: vocabulary.topic(name) for topic_id, name in names.items()}
    for slug in list(vocabulary.topics):
        above = vocabulary.parent(slug)
        if above is not None and key("Topic", above) not in slugs:
            slugs[key("Topic", above)] = above
            names[key("Topic", above)] = vocabulary.topics[slug].parent or above
    rows: dict[int, Row] = {}
    for topic_id, slug in slugs.items():
        entry, parent = vocabulary.topics.get(slug), vocabulary.parent(slug)
        rows[topic_id] = {
            "id": topic_id,
            "node_id": node_id("Topic", topic_id),
            "slug": slug,
            "name": entry.name if entry else names[topic_id],
            "shortname": entry.shortname if entry else None,
            "description": entry.description if entry else None,
            "keywords": json.dumps(entry.keywords if entry else (), ensure_ascii=False),
            "parent_id": key("Topic", parent) if parent else None,
            "href": href(slug),
            "article_count": counts.get(topic_id, 0),
        }
    changed, gone = _bring(connection, t.topic, rows)
    _bring(connection, f.topic_end, _ends(connection, vocabulary, now))
    return changed | (_topic_aliases(connection, vocabulary) - gone), gone


def _ends(connection: Connection, vocabulary: Vocabulary, now: str) -> dict[int, Row]:
    before = {
        row["topic_id"]: dict(row) for row in connection.execute(select(f.topic_end)).mappings()
    }
    rows: dict[int, Row] = {}
    for slug, entry in vocabulary.topics.items():
        if entry.retiring or entry.gone:
            one = key("Topic", slug)
            row: Row = {"topic_id": one, "notice": entry.retiring, "gone": entry.gone}
            known = before.get(one, {})
            rows[one] = row | {"since": known["since"] if row.items() <= known.items() else now}
    return rows


def _topic_aliases(connection: Connection, vocabulary: Vocabulary) -> set[int]:
    """Lead the slugs that topics had before to them; return the keys of topics with others now."""
    columns = (f.topic_alias.c.slug, f.topic_alias.c.topic_id)
    before: dict[str, int] = dict(connection.execute(select(*columns)).all())
    after = {alias: key("Topic", slug) for alias, slug in vocabulary.aliases.items()}
    rows = {alias: {"slug": alias, "topic_id": topic} for alias, topic in after.items()}
    changed, gone = _bring(connection, f.topic_alias, rows)
    return {each[alias] for each in (before, after) for alias in changed | gone if alias in each}


def providers(connection: Connection, vocabulary: Vocabulary) -> tuple[set[int], set[int]]:
    """Bring the providers up to date; return the keys of those changed and those gone."""
    mentions = union_all(
        *(
            select(table.c.provider_id, table.c.provider_domain, table.c.provider_name)
            for table in (t.article, t.link)
        )
    ).subquery()
    columns = (mentions.c.provider_id, mentions.c.provider_domain, mentions.c.provider_name)
    used = connection.execute(
        select(*columns, func.count()).where(columns[0].is_not(None)).group_by(*columns)
    )
    domains = {key("Provider", domain): domain for domain in vocabulary.organizations}
    spelled = []
    for provider_id, domain, name, times in used:
        domains[provider_id] = domain
        if name is not None:
            spelled.append((provider_id, name, times))
    names = _most_common(spelled)
    counted = select(t.article.c.provider_id, func.count()).group_by(t.article.c.provider_id)
    counts: dict[int, int] = dict(connection.execute(counted).all())
    rows: dict[int, Row] = {}
    for provider_id, domain in domains.items():
        entry = vocabulary.organizations.get(domain)
        rows[provider_id] = {
            "id": provider_id,
            "node_id": node_id("Provider", provider_id),
            "domain": domain,
            "name": entry.name if entry else names.get(provider_id, domain),
            "description": entry.description if entry else None,
            "href": href(domain),
            "article_count": counts.get(provider_id, 0),
        }
    changed, gone = _bring(connection, t.provider, rows)
    return changed | (_provider_images(connection, vocabulary, domains) - gone), gone


def _provider_images(
    connection: Connection, vocabulary: Vocabulary, domains: dict[int, str]
) -> set[int]:
    """Give providers the taxonomy's images, else those that most of their articles have."""
    columns = (t.article.c.provider_id, t.article.c.provider_images)
    told = select(*columns, func.count()).where(columns[1] != "[]", columns[0].is_not(None))
    common = _most_common(connection.execute(told.group_by(*columns)))
    wanted: dict[int, list[Row]] = {}
    for provider_id, domain in domains.items():
        entry, owner = vocabulary.organizations.get(domain), {"provider_id": provider_id}
        if entry is not None and entry.images:
            wanted[provider_id] = image_rows(entry.images, owner, None)
        elif provider_id in common:
            images = (Image(**_image(one)) for one in json.loads(common[provider_id]))
            wanted[provider_id] = image_rows(images, owner, None)
    present: dict[int, list[Row]] = defaultdict(list)
    by_position = select(t.provider_image).order_by(t.provider_image.c.position)
    for row in connection.execute(by_position).mappings():
        present[row["provider_id"]].append(dict(row))
    changed = {one for one in wanted.keys() | present.keys() if wanted.get(one, []) != present[one]}
    for some in batches(changed):
        connection.execute(delete(t.provider_image).where(t.provider_image.c.provider_id.in_(some)))
    new = [row for provider_id in sorted(changed) for row in wanted.get(provider_id, ())]
    if new:
        connection.execute(insert(t.provider_image), new)
    return changed


def _image(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "position"}


def _most_common(counted: Iterable[tuple[int, str, int]]) -> dict[int, str]:
    """Return each key's most common text, of those the smallest."""
    best: dict[int, tuple[int, str]] = {}
    for one, text, times in counted:
        best[one] = min(best.get(one, (0, "")), (-times, text))
    return {one: text for one, (_, text) in best.items()}


def _bring(connection: Connection, table: Table, rows: dict[K, Row]) -> tuple[set[K], set[K]]:
    """Make a table hold just these rows; return the keys of those changed and those gone."""
    (own,) = table.primary_key.columns
    present = {row[own]: dict(row) for row in connection.execute(select(table)).mappings()}
    new = [row for one, row in rows.items() if one not in present]
    different = [row for one, row in rows.items() if one in present and row != present[one]]
    gone = present.keys() - rows.keys()
    for some in batches(gone):
        connection.execute(delete(table).where(own.in_(some)))
    if new:
        connection.execute(insert(table), new)
    if different:
        statement = update(table).where(own == bindparam("same_key"))
        connection.execute(statement, [row | {"same_key": row[own.name]} for row in different])
    return {row[own.name] for row in (*new, *different)}, set(gone)
