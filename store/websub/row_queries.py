"""Helpers for reading the hub's tables; a SELECT's rows are fetched as one JSON array."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, func, select

from newsgraph.store.query.json_sql import json_array, json_elements, json_object

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from newsgraph.store.engines.protocol import Database
    from newsgraph.store.websub.models import Capacity


async def fetch_rows(database: Database, query: Select[Any]) -> list[dict[str, Any]]:
    """Return a query's rows in their order, by the names of its columns.

    Raises:
        DatabaseUnusable: the database could not be read.
    """
    # The elements of an array have the order of the derived table.
    rows = query.subquery()
    row_array = json_array(json_object((column.name, column) for column in rows.c))
    compiled = select(row_array).compile(dialect=database.dialect)
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    (text,) = await database.fetch_row(str(compiled), values)
    return json.loads(text)  # type: ignore[no-any-return] # the statement determines the type


def not_in(column: ColumnElement[Any], values: Collection[int] | Collection[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's type
    """Return a NOT IN condition with one parameter, for any number of values."""
    array = bindparam(None, json.dumps(sorted(values)), type_=Text(), unique=True)
    return column.bool_op("NOT IN")(json_elements(array))


def count_where(condition: ColumnElement[bool]) -> Select[int]:
    """Return a SELECT of the number of rows that match a condition."""
    return select(func.count()).where(condition)


def is_full(connection: Connection, table: Table, host: str, capacity: Capacity) -> bool:
    """Return whether a table has no capacity for a further row of a host."""
    host_count = connection.execute(count_where(table.c.host == host)).scalar_one()
    total_count = connection.execute(count_where(table.c.id.is_not(None))).scalar_one()
    return total_count >= capacity.max_total or host_count >= capacity.max_per_host
