"""The SELECT of an edge's rows: its tables with unique names, and the columns it needs."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, select, table

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import Edge, Field, Selection

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select, Table, TableClause

    from newsgraph.store.query.entity import EdgeJoin, Row


@cache
def _plain_table(full: Table) -> TableClause:
    """Return a table with name and columns only: SQLAlchemy aliases it four times as fast."""
    return table(full.name, *(column(item.name, item.type) for item in full.columns))


class NameGenerator:
    """Generates unique names for the parts of one statement."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def unique(self, prefix: str) -> str:
        """Return a name with this prefix that no other part has."""
        return f"{prefix}_{next(self._numbers)}"

    def alias(self, entity: str) -> FromClause:
        """Return an alias of an entity's table with a unique name."""
        full = ENTITIES[entity].table
        return _plain_table(full).alias(self.unique(full.name))


def select_joined(join: EdgeJoin, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return a SELECT of the rows of an edge, neither sorted nor limited yet."""
    rows = select(*columns).select_from(join.source)
    return rows if join.where is None else rows.where(join.where)


def required_columns(entity: str, row: Row, *selections: Selection) -> list[ColumnElement[Any]]:
    """Return the columns of a row that selections of it need, each once.

    Raises:
        BadSelection: a field or edge is not in the graph.
    """
    mapping = ENTITIES[entity]
    names = dict.fromkeys(["id"] if "id" in row.c else [])
    for selection in selections:
        for item in selection.items:
            if isinstance(item, Field | Edge):
                mapped = mapping.fields if isinstance(item, Field) else mapping.edges
                if item.name not in mapped:
                    raise BadSelection(f"{entity} has no {item.name!r}")
                names.update(dict.fromkeys(mapped[item.name].required_columns))
    # A derived table needs at least one column.
    return [row.c[name] for name in names or list(row.c.keys())[:1]]
