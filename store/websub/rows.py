"""Rows of a statement, of which a database gives one with JSON in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, func, select

from newsgraph.store.query.json_sql import each_of, json_list, json_object

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from newsgraph.store.engines.protocol import Database
    from newsgraph.store.websub.values import Room


async def rows(database: Database, query: Select[Any]) -> list[dict[str, Any]]:
    """Return a statement's rows in their order, by the names of its columns.

    Raises:
        DatabaseUnusable: the database could not be read.
    """
    # An array has no order of its own: it takes that of a derived table.
    found = query.subquery()
    as_json = json_list(json_object((column.name, column) for column in found.c))
    compiled = select(as_json).compile(dialect=database.dialect)
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    (text,) = await database.fetch(str(compiled), values)
    return json.loads(text)  # type: ignore[no-any-return] # the statement says what it is


def not_one_of(column: ColumnElement[Any], values: Collection[int] | Collection[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's own
    """Return the condition that a column has none of some values, whatever their number."""
    listed = bindparam(None, json.dumps(sorted(values)), type_=Text(), unique=True)
    return column.bool_op("NOT IN")(each_of(listed))


def number_of(condition: ColumnElement[bool]) -> Select[int]:
    """Return how many rows a condition holds for."""
    return select(func.count()).where(condition)


def is_full(connection: Connection, table: Table, host: str, room: Room) -> bool:
    """Tell whether there is no room for one more row of a host."""
    theirs = connection.execute(number_of(table.c.host == host)).scalar_one()
    altogether = connection.execute(number_of(table.c.id.is_not(None))).scalar_one()
    return altogether >= room.most or theirs >= room.most_per_host
