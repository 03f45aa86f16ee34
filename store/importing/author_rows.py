"""Updates authors: the entries of author files, the authors of articles, and who they are.

What an article calls its authors is in the column ``author_mentions``. All else is derived from
that and from the author files, so that many small imports have the same result as one large import.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, select

from newsgraph.store.documents.author_directory import AuthorDirectory
from newsgraph.store.documents.collection_settings import Collection, collection_namespace
from newsgraph.store.documents.document import AuthorEntry
from newsgraph.store.documents.identity import author_slug, encode_node_id, fold_name, quote_path
from newsgraph.store.importing.author_mentions import mentions_from_json
from newsgraph.store.importing.derived_rows import batches, commonest_text, sync_table
from newsgraph.store.schema import author_tables as a
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection, Select

    from newsgraph.store.importing.rows import Row

_ENTRY_COLUMNS: Final = tuple(item.name for item in fields(AuthorEntry))
_DIGITS: Final = (0, 8, 16)
"""How many digits of its key an author's slug ends with, if fewer do not make it unique."""


def read_author_entries(connection: Connection) -> dict[int, list[AuthorEntry]]:
    """Return the authors in author files by the key of their root, sorted by their keys."""
    entries: dict[int, list[AuthorEntry]] = defaultdict(list)
    columns = [a.author_entry.c[name] for name in _ENTRY_COLUMNS]
    for root, *values in connection.execute(select(a.author_entry.c.root_id, *columns)):
        entries[root].append(AuthorEntry(*values))
    return {root: sorted(items, key=lambda entry: entry.key) for root, items in entries.items()}


def write_author_entries(
    connection: Connection, entries_by_root: Mapping[int, list[AuthorEntry]]
) -> set[int]:
    """Replace the authors in author files of some roots; return the keys of changed roots."""
    stored = read_author_entries(connection)
    changed = {root for root, entries in entries_by_root.items() if entries != stored.get(root, [])}
    for root in sorted(changed):
        connection.execute(delete(a.author_entry).where(a.author_entry.c.root_id == root))
        rows = [{"root_id": root} | asdict(entry) for entry in entries_by_root[root]]
        if rows:
            connection.execute(insert(a.author_entry), rows)
    return changed


def assign_authors(
    connection: Connection, documents: Iterable[int], roots: Iterable[int]
) -> set[int]:
    """Update the authors of articles.

    Args:
        connection: the import's transaction, after the documents and entries are written.
        documents: keys of documents that may be new or changed articles.
        roots: keys of roots all of whose articles are updated, as their entries changed.

    Returns:
        The keys of the articles whose authors changed.
    """
    directories = _read_directories(connection)
    changed: set[int] = set()
    columns = (t.article.c.id, t.article.c.date_order, t.article.c.author_mentions)
    articles = select(*columns, t.document.c.root_id).join(t.document)
    for query in _select_articles(articles, documents, roots):
        new: dict[int, list[Row]] = {}
        for article, date_order, mentions, root in connection.execute(query):
            new[article] = _article_rows(article, date_order, mentions, directories[root])
        changed |= _write_article_rows(connection, new)
    return changed


def _select_articles(
    articles: Select[Any],
    documents: Iterable[int],
    roots: Iterable[int],
) -> Iterator[Select[Any]]:
    for batch in batches(documents):
        yield articles.where(t.article.c.id.in_(batch))
    for root in sorted(roots):
        yield articles.where(t.document.c.root_id == root)


def _read_directories(connection: Connection) -> dict[int, AuthorDirectory]:
    """Return the authors of each root, in the order of the roots' names."""
    entries = read_author_entries(connection)
    columns = (t.root.c.id, t.root.c.folder, t.root.c.collection)
    directories = {}
    for root, folder, text in connection.execute(select(*columns).order_by(t.root.c.name)):
        namespace = collection_namespace(Collection.from_json(json.loads(text)), folder)
        directories[root] = AuthorDirectory(namespace, entries.get(root, ()))
    return directories


def _article_rows(
    article: int, date_order: str, mentions: str | None, directory: AuthorDirectory
) -> list[Row]:
    """Return the rows of an article's authors; of several mentions of one, the first counts."""
    rows: dict[int, Row] = {}
    for author in mentions_from_json(mentions):
        entry, author_id = directory.find(author), directory.identify(author)
        name, url, image = author.name, author.url, author.image
        if entry is not None:
            # A document may give another name to an author that it refers to by a key.
            name = (author.name if author.key else entry.name) or author.name
            url, image = url or entry.url, image or entry.image
        first = rows.setdefault(
            author_id,
            {
                "article_id": article,
                "position": len(rows),
                "author_id": author_id,
                "name": name,
                "url": url,
                "image": image,
                "date_order": date_order,
            },
        )
        first["url"], first["image"] = first["url"] or url, first["image"] or image
    return list(rows.values())


def _write_article_rows(connection: Connection, new: Mapping[int, list[Row]]) -> set[int]:
    changed: set[int] = set()
    for batch in batches(new):
        of_batch = a.article_author.c.article_id.in_(batch)
        old: dict[int, list[Row]] = defaultdict(list)
        query = select(a.article_author).where(of_batch).order_by(a.article_author.c.position)
        for row in connection.execute(query).mappings():
            old[row["article_id"]].append(dict(row))
        different = [article for article in batch if new[article] != old[article]]
        replaced = [article for article in different if old[article]]
        if replaced:
            is_replaced = a.article_author.c.article_id.in_(replaced)
            connection.execute(delete(a.article_author).where(is_replaced))
        rows = [row for article in different for row in new[article]]
        if rows:
            connection.execute(insert(a.article_author), rows)
        changed.update(different)
    return changed


def update_authors(connection: Connection) -> set[int]:
    """Update the authors that articles have.

    Name, URL and picture are those of the author files, else those that most articles have.

    Returns:
        The keys of articles whose authors have another slug than before.
    """
    author = a.article_author.c
    columns = (author.author_id, author.name, author.url, author.image)
    grouped = select(*columns, func.count()).group_by(*columns)
    counts: Counter[int] = Counter()
    totals: dict[str, Counter[tuple[int, str]]] = {
        column: Counter() for column in ("name", "url", "image")
    }
    for author_id, *texts, count in connection.execute(grouped):
        counts[author_id] += count
        for total, text in zip(totals.values(), texts, strict=True):
            if text:
                total[author_id, text] += count
    common = {
        column: commonest_text((key, text, count) for (key, text), count in total.items())
        for column, total in totals.items()
    }
    entries: dict[int, AuthorEntry] = {}
    for directory in _read_directories(connection).values():
        entries = directory.entries | entries
    names = {key: entry.name for key, entry in entries.items() if entry.name}
    names = common["name"] | names
    slugs = unique_slugs(
        {
            author_id: author_slug(
                entries[author_id].key if author_id in entries else fold_name(names[author_id])
            )
            for author_id in counts
        }
    )
    rows: dict[int, Row] = {}
    for author_id, count in counts.items():
        entry = entries.get(author_id)
        rows[author_id] = {
            "id": author_id,
            "node_id": encode_node_id("Author", author_id),
            "slug": slugs[author_id],
            "name": names[author_id],
            "url": (entry.url if entry else None) or common["url"].get(author_id),
            "image": (entry.image if entry else None) or common["image"].get(author_id),
            "description": entry.description if entry else None,
            "href": quote_path(slugs[author_id]),
            "article_count": count,
        }
    articles = _delete_changed_slugs(connection, slugs)
    sync_table(connection, a.author, rows)
    return articles


def unique_slugs(slugs: Mapping[int, str]) -> dict[int, str]:
    """Return the slugs of authors, each of them unique.

    Where several authors have the same slug, digits of the author's key are appended to each: no
    author may take over the URL of another one.

    Args:
        slugs: the slugs to make unique, by the key of the author.
    """
    levels = dict.fromkeys(slugs, 0)
    while True:
        unique = {
            key: _append_digits(slug, key, _DIGITS[levels[key]]) for key, slug in slugs.items()
        }
        by_slug: dict[str, list[int]] = defaultdict(list)
        for key, slug in unique.items():
            by_slug[slug].append(key)
        shared = [key for keys in by_slug.values() if len(keys) > 1 for key in keys]
        if not shared:
            return unique
        for key in shared:
            levels[key] = min(levels[key] + 1, len(_DIGITS) - 1)


def _append_digits(slug: str, key: int, count: int) -> str:
    return f"{slug}-{f'{key:016x}'[:count]}" if count else slug


def _delete_changed_slugs(connection: Connection, slugs: Mapping[int, str]) -> set[int]:
    """Delete authors with another slug than before, which may be that of another author now.

    Returns:
        The keys of their articles.
    """
    stored = connection.execute(select(a.author.c.id, a.author.c.slug)).all()
    changed = [key for key, slug in stored if slugs.get(key) != slug]
    articles: set[int] = set()
    author_id = a.article_author.c.author_id
    for batch in batches(changed):
        connection.execute(delete(a.author).where(a.author.c.id.in_(batch)))
        of_authors = select(a.article_author.c.article_id).where(author_id.in_(batch))
        articles.update(connection.scalars(of_authors))
    return articles
