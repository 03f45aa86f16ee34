"""Makes sure that no two articles have the same id of feed entries.

The rows of articles have the ids that their documents request. Of several documents that request
one id, the article that has it already keeps it; else the first document gets it, hidden ones last.
All others have the ids that newsgraph makes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import bindparam, func, select, update

from newsgraph.store.documents.collection_settings import Collection, collection_namespace
from newsgraph.store.documents.diagnostics import create_diagnostic, join_names
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.rows import entry_id_columns
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from sqlalchemy import Connection, RowMapping, Select

    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.unchanged_rows import StoredArticle

_RootDiagnostic: TypeAlias = "tuple[int, Diagnostic]"

_OWN_PREFIX = "urn:uuid:"
"""What the ids that newsgraph makes begin with."""


@dataclass(slots=True)
class EntryIdChanges:
    """The result of an update.

    Attributes:
        articles: the keys of articles that got another id than they requested, or had one before.
        diagnostics: warnings, each with the key of its root.
    """

    articles: set[int] = field(default_factory=set)
    diagnostics: list[_RootDiagnostic] = field(default_factory=list)


def update_entry_ids(
    connection: Connection, before: Mapping[int, StoredArticle], written: Container[int]
) -> EntryIdChanges:
    """Give each article the id that it requests, unless another one has it.

    Args:
        connection: the import's transaction, after the articles are written, and it is known which
            of them are in feeds.
        before: what the store had of the articles of changed documents, by key.
        written: keys of the articles that this import has written.
    """
    changes = EntryIdChanges()
    roots = _Roots(connection)
    requested = t.document.c.entry_id
    if connection.scalar(select(requested).where(requested.is_not(None)).limit(1)) is not None:
        columns: dict[int, dict[str, Any]] = {}
        refused: set[int] = set()
        for row, owner in _find_refused(connection, before, written, roots):
            refused.add(row["id"])
            columns[row["id"]] = roots.entry_id_columns(None, row)
            message = f"{owner} has the guid {row['entry_id']!r}, too."
            diagnostic = create_diagnostic(row["path"], "shared-guid", message)
            changes.diagnostics.append((row["root_id"], diagnostic))
        for row in connection.execute(_documents().where(t.article.c.guid != requested)).mappings():
            if row["id"] not in refused:
                columns[row["id"]] = roots.entry_id_columns(row["entry_id"], row)
        changes.articles = _write(connection, columns)
    changes.diagnostics += _check_unknown_ids(connection, roots)
    return changes


class _Roots:
    """The roots of a store."""

    def __init__(self, connection: Connection) -> None:
        columns = (t.root.c.id, t.root.c.position, t.root.c.name, t.root.c.folder)
        self._rows = {row.id: row for row in connection.execute(select(*columns))}
        collections = connection.execute(select(t.root.c.id, t.root.c.collection))
        self.collections = {
            key: Collection.from_json(json.loads(text)) for key, text in collections
        }

    def entry_id_columns(self, requested: str | None, row: RowMapping) -> dict[str, Any]:
        """Return the columns of an article with its ids."""
        collection = self.collections[row["root_id"]]
        namespace = collection_namespace(collection, self._rows[row["root_id"]].folder)
        return entry_id_columns(requested, namespace, row["identity"])

    def order(self, row: RowMapping) -> tuple[int, str]:
        """Return the order of documents: roots, then paths."""
        return self._rows[row["root_id"]].position, row["path"]

    def describe(self, row: RowMapping, own_root: int) -> str:
        """Return the path of a document, with the name of its root if that is another one."""
        root, path = row["root_id"], row["path"]
        return str(path) if root == own_root else f"{path} in {self._rows[root].name}"


def _documents() -> Select[Any]:
    columns = (t.document.c.id, t.document.c.root_id, t.document.c.path, t.document.c.identity)
    with_article = t.document.outerjoin(t.article, t.article.c.id == t.document.c.id)
    query = select(*columns, t.document.c.entry_id, t.article.c.guid, t.article.c.atom_id)
    return query.select_from(with_article).where(t.document.c.entry_id.is_not(None))


def _find_refused(
    connection: Connection,
    before: Mapping[int, StoredArticle],
    written: Container[int],
    roots: _Roots,
) -> Iterator[tuple[RowMapping, str]]:
    """Yield the documents that do not get their id, with the path of the one that has it."""
    requested = t.document.c.entry_id
    shared = select(requested).where(requested.is_not(None)).group_by(requested)
    contested = set(connection.scalars(shared.having(func.count() > 1)))
    owners = _find_owners_of_own_ids(connection)
    rows: list[RowMapping] = []
    for batch in batches(sorted(contested | owners.keys())):
        rows += connection.execute(_documents().where(requested.in_(batch))).mappings()

    def order(row: RowMapping) -> tuple[bool, bool, tuple[int, str]]:
        key, previous = row["id"], row["guid"]
        if key in before:
            previous = before[key].guid
        elif key in written:
            previous = None
        return previous != row["entry_id"], row["guid"] is None, roots.order(row)

    for guid, group in groupby(_sorted_by_id(rows), key=lambda row: row["entry_id"]):
        documents = sorted(group, key=order)
        owner = owners.get(guid) or documents.pop(0)
        for row in documents:
            yield row, roots.describe(owner, row["root_id"])


def _sorted_by_id(rows: Iterable[RowMapping]) -> list[RowMapping]:
    return sorted(rows, key=lambda row: str(row["entry_id"]))


def _find_owners_of_own_ids(connection: Connection) -> dict[str, RowMapping]:
    """Return the documents with an id of newsgraph that another one requests, by this id."""
    requested = t.document.c.entry_id
    copied = select(requested).where(requested.like(f"{_OWN_PREFIX}%")).distinct()
    owners: dict[str, RowMapping] = {}
    for batch in batches(connection.scalars(copied)):
        columns = (t.document.c.root_id, t.document.c.path, t.article.c.guid)
        query = select(*columns).join(t.document, t.document.c.id == t.article.c.id)
        query = query.where(t.article.c.guid.in_(batch), requested.is_(None))
        owners |= {row["guid"]: row for row in connection.execute(query).mappings()}
    return owners


def _write(connection: Connection, columns: Mapping[int, dict[str, Any]]) -> set[int]:
    """Write the ids of visible articles that differ; return the keys of these articles."""
    stored: dict[int, dict[str, Any]] = {}
    for batch in batches(columns):
        query = select(t.article.c.id, t.article.c.guid, t.article.c.atom_id)
        for key, guid, atom_id in connection.execute(query.where(t.article.c.id.in_(batch))):
            stored[key] = {"guid": guid, "atom_id": atom_id}
    differing = [
        {"article": key, **columns[key]} for key, ids in stored.items() if ids != columns[key]
    ]
    if differing:
        statement = update(t.article).where(t.article.c.id == bindparam("article"))
        connection.execute(statement, differing)
    return {row["article"] for row in differing}


def _check_unknown_ids(connection: Connection, roots: _Roots) -> Iterator[_RootDiagnostic]:
    """Yield a warning for each root with articles whose ids in the old feed are not known."""
    for root, collection in roots.collections.items():
        if collection.entry_ids == "newsgraph":
            continue
        query = select(t.document.c.path).join(t.article, t.article.c.id == t.document.c.id)
        unknown = query.where(
            t.document.c.root_id == root, t.document.c.entry_id.is_(None), t.article.c.in_feeds
        )
        paths = list(connection.scalars(unknown.order_by(t.document.c.path)))
        if paths:
            message = (
                f"The ids that {collection.entry_ids} gave these documents are not known, so their "
                f"feed entries have those of newsgraph: {join_names(paths)}."
            )
            yield root, create_diagnostic("", "unknown-entry-id", message)
