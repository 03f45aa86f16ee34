"""Finds reparsed articles whose rows are in the store already, so that they are not written again.

A document is parsed again although its bytes are the same if its file was moved, or if a setting or
the parser changed. Most often the result is the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.rows import CHILD_TABLES, LINK_CHILD_TABLES
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, FromClause, Table
    from sqlalchemy.sql.elements import ColumnElement

    from newsgraph.store.importing.rows import ArticleRows, Row

_DERIVED_COLUMNS: Final = frozenset(
    {
        *(t.link.c.target_id, t.article_topic.c.date_order),
        *(t.article.c.date_order, t.article.c.in_feeds),
    }
)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as it was stored before an import.

    Attributes:
        updated_at: time of its last update.
        is_in_feeds: whether it was in feeds (`store.documents.date_order`).
        sha256: digest of its file.
        imported_at: time of the import of this version of the file.
        revision: the revision of that import.
        guid: the id of its feed entries.
    """

    updated_at: str
    is_in_feeds: bool
    sha256: str
    imported_at: str
    revision: int
    guid: str


def find_unchanged(connection: Connection, articles: Iterable[ArticleRows]) -> set[int]:
    """Return the keys of the articles whose rows equal the stored ones.

    It does not compare the targets of links, the links of references, the order by date, and
    whether articles are in feeds: they depend on other articles, or on settings and paths
    (`reference_links`, `date_orders`).

    Args:
        connection: the import's transaction, before the articles are written.
        articles: the rows to be written.
    """
    candidates = {article.article["id"]: article for article in articles}
    for table in (t.article, *CHILD_TABLES, *LINK_CHILD_TABLES):
        for batch in batches(list(candidates)):
            stored = _stored_values(connection, table, batch)
            for key in batch:
                if stored[key] != _row_values(table, _rows(table, candidates[key])):
                    del candidates[key]
    return set(candidates)


def _rows(table: Table, article: ArticleRows) -> list[Row]:
    return [article.article] if table is t.article else article.children[table]


def _column_names(table: Table) -> list[str]:
    return [column.name for column in table.c if column not in _DERIVED_COLUMNS]


def _row_values(table: Table, rows: Iterable[Row]) -> set[tuple[Any, ...]]:
    # A set loses nothing: no two rows are equal.
    return {tuple(row[name] for name in _column_names(table)) for row in rows}


def _stored_values(
    connection: Connection, table: Table, articles: list[int]
) -> dict[int, set[tuple[Any, ...]]]:
    source: FromClause = table
    owner: ColumnElement[int]
    if table is t.article:
        owner = table.c.id
    elif table in LINK_CHILD_TABLES:
        source, owner = table.join(t.link), t.link.c.article_id
    else:
        owner = table.c.article_id
    columns = (table.c[name] for name in _column_names(table))
    values_by_article: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    query = select(owner.label("owner"), *columns).select_from(source).where(owner.in_(articles))
    if table is t.link or table in LINK_CHILD_TABLES:
        query = query.where(~t.link.c.from_reference)
    for article, *values in connection.execute(query):
        values_by_article[article].add(tuple(values))
    return values_by_article
