"""JSON, hex and booleans in SQL: the constructs in which databases differ.

Each engine compiles them: `store.engines.sqlite.json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, Text, literal_column, select
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import Join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.types import TypeEngine


class json_object(FunctionElement[Any]):  # noqa: N801 - named as the SQL function it is
    """A JSON object of (key, value) pairs, in their order; keys are names as in GraphQL.

    Args:
        pairs: keys and values.
        long: whether several values can be long texts.
            Engines may build such an object so that they notice early when it gets too large.
    """

    type = JSON()
    inherit_cache = False  # the SQL text depends on keys, which are not clauses

    def __init__(
        self, pairs: Iterable[tuple[str, ColumnElement[Any]]], *, long: bool = False
    ) -> None:
        pairs = list(pairs)
        self.keys, self.long = [key for key, _ in pairs], long
        self.values = [value for _, value in pairs]
        super().__init__(*self.values)


class json_array(FunctionElement[Any]):  # noqa: N801 - as above
    """The JSON values of all rows as an array, in the order of the rows.

    Args:
        value: value of a row.
        condition: which rows to include; all if it is None.
        long: whether values can be long texts.
            Engines may build such an array so that they notice early when it gets too large.
    """

    type = JSON()
    inherit_cache = False  # the SQL text depends on `long`, which is no clause

    def __init__(
        self,
        value: ColumnElement[Any],
        condition: ColumnElement[bool] | None = None,
        *,
        long: bool = False,
    ) -> None:
        self.long = long
        super().__init__(value, *(() if condition is None else (condition,)))


class as_json(FunctionElement[Any]):  # noqa: N801 - as above
    """A text that contains JSON, as a JSON value: otherwise it would become a JSON string."""

    type = JSON()
    inherit_cache = True


class json_boolean(FunctionElement[Any]):  # noqa: N801 - as above
    """A condition as JSON ``true``, ``false`` or ``null``."""

    type = JSON()
    inherit_cache = True


class hex_text(FunctionElement[str]):  # noqa: N801 - as above
    """The UTF-8 bytes of a text in lower-case hex."""

    type = Text()
    inherit_cache = True


class json_elements(FunctionElement[Any]):  # noqa: N801 - as above
    """The elements of a JSON array, for ``IN``."""

    inherit_cache = True


class json_length(FunctionElement[int]):  # noqa: N801 - as above
    """The number of elements of a JSON array."""

    type = BigInteger()
    inherit_cache = True


class json_item(FunctionElement[Any]):  # noqa: N801 - as above
    """The element of a JSON array at an index, as a value of an SQL type."""

    inherit_cache = False  # the SQL text depends on the index, which is no clause

    def __init__(self, array: ColumnElement[Any], index: int, type_: TypeEngine[Any]) -> None:
        self.index, self.type = index, type_
        super().__init__(array)


class json_rows(FunctionElement[Any]):  # noqa: N801 - as above
    """The elements of a JSON array as a table: ``key``, the index from 0, and ``value``."""

    inherit_cache = True


class ordered_join(Join):  # noqa: N801 - as above
    """A join that keeps the order of the rows of its left side."""

    inherit_cache = True


def unpack_ids(pairs: ColumnElement[str]) -> Select[Any]:
    """Return rows ``position``, ``entity``, ``entity_id`` of a JSON array of [entity, key]."""
    pair = json_rows(pairs).table_valued("key", "value", name="pair")
    return select(
        pair.c.key.label("position"),
        json_item(pair.c.value, 0, Text()).label("entity"),
        json_item(pair.c.value, 1, BigInteger()).label("entity_id"),
    )


def unpack_range(pair: ColumnElement[str]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return the two numbers of a JSON array."""
    return json_item(pair, 0, BigInteger()), json_item(pair, 1, BigInteger())


def text_literal(text: str) -> ColumnElement[str]:
    """Return a clause with a text as an SQL literal, which is no parameter of the statement."""
    return literal_column(quote(text), Text())


def number_literal(number: int) -> ColumnElement[int]:
    """Return a clause with a number that is no parameter of the statement."""
    return literal_column(str(number), BigInteger())


def quote(text: str) -> str:
    """Return a text as an SQL literal."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
