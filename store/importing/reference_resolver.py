"""Reads references from the store, and finds the documents that they mean."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.languages import fold_code
from newsgraph.store.documents.reference_index import (
    ADDRESS_KEYS,
    NamedDocument,
    Reference,
    ReferenceIndex,
    address_names,
    document_names,
)
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.reference_tables import article_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from newsgraph.store.documents.collection_settings import Collection

CHUNK_SIZE: Final = 10_000
"""About how many references are resolved at a time, so that memory does not grow with them. All
documents are read for each chunk."""

_ADDRESS_KEY: Final = re.compile(rf'"(?:{"|".join(ADDRESS_KEYS)})":', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredReference:
    """A reference in the store.

    Attributes:
        article_id: key of the article that contains it.
        position: its position among the article's related items.
        target: the document that it names, as written.
        link: what the item itself says of the story, as JSON.
        line: its line in the file.
        column: its column in the file.
        root_id: key of the article's root.
        path: path of the article's file.
        language: BCP 47 tag of the article's language.
    """

    article_id: int
    position: int
    target: str
    link: str
    line: int
    column: int
    root_id: int
    path: str
    language: str | None

    @property
    def reference(self) -> Reference:
        """The reference without what does not matter for what it means."""
        return Reference(self.target, self.path, self.language)


def read_references(connection: Connection) -> Iterator[list[StoredReference]]:
    """Yield all references in the order of their articles, always those of an article together."""
    row, document = article_reference.c, t.document.c
    columns = (row.article_id, row.position, row.target, row.link, row.line, row.column)
    query = (
        select(*columns, document.root_id, document.path, t.article.c.language)
        .join(t.document, document.id == row.article_id)
        .join(t.article, t.article.c.id == row.article_id)
        .order_by(row.article_id, row.position)
    )
    last = -1
    while True:
        rows = connection.execute(query.where(row.article_id > last).limit(CHUNK_SIZE)).all()
        chunk = [StoredReference(*values) for values in rows]
        if len(chunk) == CHUNK_SIZE:
            last = chunk[-1].article_id
            chunk = [item for item in chunk if item.article_id != last]
            of_last = connection.execute(query.where(row.article_id == last))
            chunk += [StoredReference(*values) for values in of_last]
        if chunk:
            yield chunk
        if len(rows) < CHUNK_SIZE:
            return


def resolve_references(
    connection: Connection,
    references: Sequence[StoredReference],
    collections: Mapping[int, Collection],
) -> dict[int, ReferenceIndex]:
    """Return indexes that find the documents which references mean, by the key of their root.

    Args:
        connection: the import's transaction, after the documents are written.
        references: the references.
        collections: all collections by the key of their root.
    """
    indexes: dict[int, ReferenceIndex] = {}
    for item in references:
        if item.root_id not in indexes:
            collection = collections[item.root_id]
            folders = _root_folders(collection)
            indexes[item.root_id] = ReferenceIndex(folders, collection.default_language)
        indexes[item.root_id].add_reference(item.reference)
    document = t.document.c
    for row in connection.execute(_select_documents(indexes, document.identity)):
        target = _document_of(row, collections[row.root_id])
        indexes[row.root_id].add_document(target, document_names(target, row.identity))
    # Slugs and addresses in front matter are only read if ids and paths do not suffice.
    inexact = {
        item.root_id for item in references if not indexes[item.root_id].is_exact(item.reference)
    }
    if inexact:
        for row in connection.execute(_select_documents(inexact, document.front_matter)):
            if _ADDRESS_KEY.search(row.front_matter):
                target = _document_of(row, collections[row.root_id])
                names = address_names(json.loads(row.front_matter))
                indexes[row.root_id].add_document(target, names)
    return indexes


def _root_folders(collection: Collection) -> tuple[str, ...]:
    """Return the folders that a collection's generator takes for the root of its documents."""
    if collection.content_folder:
        return (collection.content_folder,)
    kind = KINDS.get(collection.kind)
    return kind.content_folders if kind else ()


def _select_documents(roots: Iterable[int], column: ColumnElement[str]) -> Select[Any]:
    """Select the articles of roots, hidden ones included, with one more column."""
    document = t.document.c
    is_hidden = t.article.c.id.is_(None).label("is_hidden")
    return (
        select(
            *(document.id, document.root_id, document.path, is_hidden),
            *(t.article.c.language, column),
        )
        .join(t.article, t.article.c.id == document.id, isouter=True)
        .where(document.kind == "Article", document.root_id.in_(sorted(roots)))
    )


def _document_of(row: Row[Any], collection: Collection) -> NamedDocument:
    """Return a document. Its path is also that without its language, or in a folder of this."""
    location = collection.site_languages.locate(row.path, collection.archive_kind)
    # Hidden documents have no row with their language.
    language = row.language or location.language or collection.default_language
    other_paths = {location.path, location.common_path}
    if location.language or len(collection.languages or ()) > 1:
        folders = {location.url_folder, fold_code(language or "")} - {""}
        other_paths |= {f"{folder}/{location.common_path}" for folder in folders}
    # The suffix of a path does not matter.
    other_paths -= {row.path, row.path.rpartition(".")[0]}
    return NamedDocument(row.id, row.path, bool(row.is_hidden), language, tuple(other_paths))
