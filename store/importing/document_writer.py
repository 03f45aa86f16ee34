"""Writes documents and their own rows in batches."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, cast, delete, insert, literal, select, update

from newsgraph.store.documents.document import Article, OrganizationEntry
from newsgraph.store.documents.identity import stable_key
from newsgraph.store.documents.urls import resolve_url
from newsgraph.store.importing.commit_dates import first_updated_at
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.local_file_rows import write_references
from newsgraph.store.importing.rows import (
    CHILD_TABLES,
    LINK_CHILD_TABLES,
    build_article_rows,
    document_row,
)
from newsgraph.store.importing.schedule_writer import write_schedules
from newsgraph.store.importing.unchanged_rows import find_unchanged
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.taxonomy_resolver import Taxonomy
    from newsgraph.store.importing.rows import ArticleRows, Row
    from newsgraph.store.importing.scan import ParsedContents, ScannedDocument, StoredDocument
    from newsgraph.store.importing.unchanged_rows import StoredArticle


class DocumentWriter:
    """Writes documents in an import's transaction.

    Args:
        connection: the import's transaction.
        revision: the new revision.
        now: time of the import.
        commit_dates: when new documents were changed last, by key (`find_commit_dates`).
    """

    def __init__(
        self, connection: Connection, revision: int, now: str, commit_dates: Mapping[int, str]
    ) -> None:
        self._connection, self._revision, self._now = connection, revision, now
        self._commit_dates = commit_dates

    def prepare(
        self, changed: Sequence[ScannedDocument], removed: Iterable[StoredDocument]
    ) -> None:
        """Delete removed and hidden documents, and free the paths of changed ones.

        Two documents can swap their files, and paths are unique.
        """
        for batch in batches(document.key for document in removed):
            self._connection.execute(delete(t.document).where(t.document.c.id.in_(batch)))
        for batch in batches(document.key for document in changed if document.hidden):
            self._connection.execute(delete(t.article).where(t.article.c.id.in_(batch)))
        for batch in batches(document.key for document in changed):
            self._connection.execute(
                update(t.document)
                .where(t.document.c.id.in_(batch))
                .values(path=literal("?") + cast(t.document.c.id, Text))
            )

    def write_taxonomy(self, changed: Iterable[ScannedDocument]) -> None:
        """Write taxonomy entries and their documents; only the latter if they are hidden."""
        for batch in batches(changed):
            loaded = [(document, document.contents.load()) for document in batch]
            self._write_documents(loaded, {})
            entries = [
                {
                    "id": document.key,
                    "value": json.dumps(_entry(document, contents), ensure_ascii=False),
                }
                for document, contents in loaded
                if not document.hidden
            ]
            hidden = [document.key for document, _ in loaded if document.hidden]
            is_hidden = t.taxonomy_entry.c.id.in_(hidden)
            self._connection.execute(delete(t.taxonomy_entry).where(is_hidden))
            upsert(self._connection, t.taxonomy_entry, entries)

    def write_articles(
        self,
        changed: Iterable[ScannedDocument],
        before: Mapping[int, StoredArticle],
        taxonomy: Taxonomy,
    ) -> tuple[set[int], list[int]]:
        """Write documents of articles, and the articles themselves unless they are hidden.

        An article whose stored rows are the same is not written, and its document keeps its
        revision and import time.

        Args:
            changed: new and changed documents.
            before: the stored articles of these documents, by key.
            taxonomy: resolves topics and providers.

        Returns:
            The keys of the written articles, and of their links.
        """
        articles: set[int] = set()
        links: list[int] = []
        for batch in batches(changed):
            loaded = [(document, document.contents.load()) for document in batch]
            visible, reparsed = [], []
            for document, contents in loaded:
                if isinstance(contents.content, Article) and not document.hidden:
                    stored = before.get(document.key)
                    updated_at = self._updated_at(document, contents.content, stored)
                    rows = build_article_rows(document, contents, taxonomy, updated_at)
                    visible.append(rows)
                    if stored is not None and stored.sha256 == document.sha256:
                        reparsed.append(rows)
            unchanged = find_unchanged(self._connection, reparsed)
            self._write_documents(loaded, {key: before[key] for key in unchanged})
            written = [rows for rows in visible if rows.article["id"] not in unchanged]
            self._write_rows(written, before)
            articles.update(rows.article["id"] for rows in written)
            links += [row["id"] for rows in written for row in rows.children[t.link]]
        return articles, links

    def _write_documents(
        self,
        loaded: Sequence[tuple[ScannedDocument, ParsedContents]],
        unchanged: Mapping[int, StoredArticle],
    ) -> None:
        rows = []
        for document, contents in loaded:
            root = root_id(document.root)
            row = document_row(document, contents, root, self._now, self._revision)
            if document.key in unchanged:
                stored = unchanged[document.key]
                row |= {"imported_at": stored.imported_at, "revision": stored.revision}
            rows.append(row)
        upsert(self._connection, t.document, rows)
        write_schedules(self._connection, loaded)
        write_references(self._connection, [document for document, _ in loaded])

    def _write_rows(self, written: list[ArticleRows], before: Mapping[int, StoredArticle]) -> None:
        existing = [rows.article["id"] for rows in written if rows.article["id"] in before]
        for table in CHILD_TABLES:
            self._connection.execute(delete(table).where(table.c.article_id.in_(existing)))
        upsert(self._connection, t.article, [rows.article for rows in written])
        # Links come before their URLs and images, which refer to them.
        for table in (*CHILD_TABLES, *LINK_CHILD_TABLES):
            new = [row for rows in written for row in rows.children[table]]
            if new:
                self._connection.execute(insert(table), new)

    def _updated_at(
        self, document: ScannedDocument, article: Article, before: StoredArticle | None
    ) -> str:
        if before is None:
            committed_at = self._commit_dates.get(document.key)
            return first_updated_at(article.published_at, self._now, committed_at)
        return before.updated_at if before.sha256 == document.sha256 else self._now


def root_id(root: ImportRoot) -> int:
    """Return the primary key of a root's row."""
    return stored_root_id(root.name)


def stored_root_id(name: str) -> int:
    """Return the primary key of the row of a root with a name."""
    return stable_key("Root", name)


def upsert(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert rows, or update those whose key exists, so that rows referring to them stay."""
    existing: set[int] = set()
    for batch in batches(row["id"] for row in rows):
        existing.update(connection.scalars(select(table.c.id).where(table.c.id.in_(batch))))
    new = [row for row in rows if row["id"] not in existing]
    if new:
        connection.execute(insert(table), new)
    changed = [row | {"existing_id": row["id"]} for row in rows if row["id"] in existing]
    if changed:
        connection.execute(update(table).where(table.c.id == bindparam("existing_id")), changed)


def _entry(document: ScannedDocument, contents: ParsedContents) -> Row:
    content = contents.content
    if isinstance(content, OrganizationEntry):
        base_url = document.root.collection.url
        content = replace(
            content,
            images=tuple(
                replace(image, url=resolve_url(image.url, base_url) or image.url)
                for image in content.images
            ),
        )
    return asdict(content)
