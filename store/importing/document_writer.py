"""Writes documents and the rows that each has by itself, a batch at a time."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, cast, delete, insert, literal, select, update

from newsgraph.store.documents.document import Article, OrganizationEntry
from newsgraph.store.documents.identity import key
from newsgraph.store.documents.urls import absolute
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.rows import CHILDREN, OF_LINKS, article_rows, document_row
from newsgraph.store.importing.unchanged_rows import unchanged
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from newsgraph.store.documents.collection import Root
    from newsgraph.store.documents.taxonomy import Vocabulary
    from newsgraph.store.importing.rows import ArticleRows, Row
    from newsgraph.store.importing.scan import Contents, Known, Read
    from newsgraph.store.importing.unchanged_rows import Before


class DocumentsWriter:
    """Writes documents in an import's transaction.

    Args:
        connection: in the transaction.
        revision: the new one.
        now: the time of the import.
    """

    def __init__(self, connection: Connection, revision: int, now: str) -> None:
        self._connection, self._revision, self._now = connection, revision, now

    def make_room(self, read: Sequence[Read], removed: Iterable[Known]) -> None:
        """Take away what is gone or hidden, and let documents that swap their files pass."""
        for some in batches(one.key for one in removed):
            self._connection.execute(delete(t.document).where(t.document.c.id.in_(some)))
        for some in batches(one.key for one in read if one.hidden):
            self._connection.execute(delete(t.article).where(t.article.c.id.in_(some)))
        # A path is nobody's for a moment.
        for some in batches(one.key for one in read):
            self._connection.execute(
                update(t.document)
                .where(t.document.c.id.in_(some))
                .values(path=literal("?") + cast(t.document.c.id, Text))
            )

    def write_entries(self, read: Iterable[Read]) -> None:
        """Write what a taxonomy says, and its documents."""
        for some in batches(read):
            said = [(one, one.contents.get()) for one in some]
            self._write_documents(said, {})
            entries = [
                {"id": one.key, "value": json.dumps(_entry(one, contents), ensure_ascii=False)}
                for one, contents in said
            ]
            upsert(self._connection, t.entry, entries)

    def write_articles(
        self, read: Iterable[Read], before: Mapping[int, Before], vocabulary: Vocabulary
    ) -> tuple[set[int], list[int]]:
        """Write news documents, and the articles of those that are shown.

        An article that is in the store already just so is left alone, and with it when it came in.

        Args:
            read: those that are new or changed.
            before: those that had an article, by key.
            vocabulary: tells topics and publishers.

        Returns:
            The keys of the articles that were written, and those of their links.
        """
        articles: set[int] = set()
        links: list[int] = []
        for some in batches(read):
            said = [(one, one.contents.get()) for one in some]
            shown, again = [], []
            for one, contents in said:
                if isinstance(contents.content, Article) and not one.hidden:
                    known = before.get(one.key)
                    updated_at = self._updated_at(one, contents.content, known)
                    rows = article_rows(one, contents, vocabulary, updated_at)
                    shown.append(rows)
                    if known is not None and known.sha256 == one.sha256:
                        again.append(rows)
            same = unchanged(self._connection, again)
            self._write_documents(said, {one: before[one] for one in same})
            written = [rows for rows in shown if rows.article["id"] not in same]
            self._write_rows(written, before)
            articles.update(rows.article["id"] for rows in written)
            links += [row["id"] for rows in written for row in rows.children[t.link]]
        return articles, links

    def _write_documents(
        self, said: Iterable[tuple[Read, Contents]], same: Mapping[int, Before]
    ) -> None:
        rows = []
        for one, contents in said:
            row = document_row(one, contents, root_id(one.root), self._now, self._revision)
            if one.key in same:
                known = same[one.key]
                row |= {"imported_at": known.imported_at, "revision": known.revision}
            rows.append(row)
        upsert(self._connection, t.document, rows)

    def _write_rows(self, written: list[ArticleRows], before: Mapping[int, Before]) -> None:
        known = [rows.article["id"] for rows in written if rows.article["id"] in before]
        for table in CHILDREN:
            self._connection.execute(delete(table).where(table.c.article_id.in_(known)))
        upsert(self._connection, t.article, [rows.article for rows in written])
        # Links before their addresses and images, which refer to them.
        for table in (*CHILDREN, *OF_LINKS):
            new = [row for rows in written for row in rows.children[table]]
            if new:
                self._connection.execute(insert(table), new)

    def _updated_at(self, read: Read, article: Article, before: Before | None) -> str:
        if before is None:
            return article.published_at or self._now
        return before.updated_at if before.sha256 == read.sha256 else self._now


def root_id(root: Root) -> int:
    """Return the key of a root's row."""
    return key("Root", root.name)


def upsert(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert rows, or change those whose key is there; rows that refer to them stay."""
    present: set[int] = set()
    for some in batches(row["id"] for row in rows):
        present.update(connection.scalars(select(table.c.id).where(table.c.id.in_(some))))
    new = [row for row in rows if row["id"] not in present]
    if new:
        connection.execute(insert(table), new)
    same = [row | {"same_id": row["id"]} for row in rows if row["id"] in present]
    if same:
        connection.execute(update(table).where(table.c.id == bindparam("same_id")), same)


def _entry(read: Read, contents: Contents) -> Row:
    content = contents.content
    if isinstance(content, OrganizationEntry):
        base = read.root.collection.url
        content = replace(
            content,
            images=tuple(
                replace(image, url=absolute(image.url, base) or image.url)
                for image in content.images
            ),
        )
    return asdict(content)
