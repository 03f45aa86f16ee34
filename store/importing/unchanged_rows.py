"""Which articles whose documents were read again the store has already, row for row.

A document is read again without a change of its bytes where its file was moved, or where a setting
or a version of the program might read it otherwise. Mostly it then says what it said before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.rows import CHILDREN, OF_LINKS
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, FromClause, Table
    from sqlalchemy.sql.elements import ColumnElement

    from newsgraph.store.importing.rows import ArticleRows, Row


@dataclass(frozen=True, slots=True)
class Before:
    """An article before an import.

    Attributes:
        updated_at: when it was last updated.
        sha256: its file's digest.
        imported_at: when this version of the file came in.
        revision: that it came in with.
    """

    updated_at: str
    sha256: str
    imported_at: str
    revision: int


def unchanged(connection: Connection, articles: Iterable[ArticleRows]) -> set[int]:
    """Return the keys of those articles whose rows are all in the store, and no others of theirs.

    Where links lead does not count: that follows from other articles.

    Args:
        connection: in the import's transaction, before the articles are written.
        articles: as they are to be written.
    """
    wanted = {each.article["id"]: each for each in articles}
    for table in (t.article, *CHILDREN, *OF_LINKS):
        for some in batches(list(wanted)):
            present = _present(connection, table, some)
            for one in some:
                if present[one] != _values(table, _rows(table, wanted[one])):
                    del wanted[one]
    return set(wanted)


def _rows(table: Table, article: ArticleRows) -> list[Row]:
    return [article.article] if table is t.article else article.children[table]


def _names(table: Table) -> list[str]:
    return [column.name for column in table.c if column is not t.link.c.target_id]


def _values(table: Table, rows: Iterable[Row]) -> set[tuple[Any, ...]]:
    # No two rows are equal: each has its key.
    return {tuple(row[name] for name in _names(table)) for row in rows}


def _present(
    connection: Connection, table: Table, articles: list[int]
) -> dict[int, set[tuple[Any, ...]]]:
    source: FromClause = table
    owner: ColumnElement[int]
    if table is t.article:
        owner = table.c.id
    elif table in OF_LINKS:
        source, owner = table.join(t.link), t.link.c.article_id
    else:
        owner = table.c.article_id
    columns = (table.c[name] for name in _names(table))
    found: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    query = select(owner.label("owner"), *columns).select_from(source).where(owner.in_(articles))
    for one, *values in connection.execute(query):
        found[one].add(tuple(values))
    return found
