"""Orders of pages, and the cursors that encode a row's position in an order (keyset paging).

A cursor is the hex encoding of ``order|value|key``. It contains the row's sort value and key,
so it stays valid when rows are added or removed, even its own row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, and_, cast, or_

from newsgraph.store.errors import BadCursor
from newsgraph.store.query.json_sql import hex_text, text_literal
from newsgraph.store.schema.tables import nulls_lowest

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

_KEY_LIMIT = 2**63


@dataclass(frozen=True, slots=True)
class Position:
    """A row's position in an order: its sort value and its key, as SQL."""

    value: ColumnElement[Any]
    key: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class CursorValues:
    """The decoded values of a cursor."""

    value: str | int
    key: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows by one column, and by key where its values are equal.

    Keys are sorted in opposite directions in an order and its reverse, so that one index serves
    both.

    Attributes:
        name: name of the order in its cursors.
        column: column to sort by.
        descending: whether the largest values come first.
        ties_descending: whether the largest keys come first among equal values.
        is_numeric: whether the values are numbers; numbers can be missing.
        value_pattern: regular expression for the values; cursors with others are not valid.
    """

    name: str
    column: str
    descending: bool = False
    ties_descending: bool = False
    is_numeric: bool = False
    value_pattern: str = "(?s).*"

    @property
    def column_type(self) -> Text | BigInteger:
        """SQL type of the values."""
        return BigInteger() if self.is_numeric else Text()

    def sort_value(self, row: FromClause) -> ColumnElement[Any]:
        """Return the value that a row is sorted by."""
        # A key is never missing, and its index is not of an expression.
        is_nullable = self.is_numeric and self.column != "id"
        return nulls_lowest(row.c[self.column]) if is_nullable else row.c[self.column]

    def order_by(self, position: Position, *, backward: bool = False) -> list[ColumnElement[Any]]:
        """Return the ORDER BY expressions for rows at a position."""
        return [
            position.value.desc() if self.descending != backward else position.value,
            position.key.desc() if self.ties_descending != backward else position.key,
        ]

    def encode_cursor(self, position: Position) -> ColumnElement[str]:
        """Return the cursor of a position, as SQL."""
        prefix = text_literal(f"{self.name}|")
        value = cast(position.value, Text) if self.is_numeric else position.value
        return hex_text(prefix + value + text_literal("|") + cast(position.key, Text))

    def is_beyond(
        self, row: Position, bound: Position, *, after: bool, inclusive: bool = False
    ) -> ColumnElement[bool]:
        """Return the condition that a row is after (or before) a bound.

        Args:
            row: position of the row.
            bound: position to compare with.
            after: whether the row has to be after the bound, or before it.
            inclusive: whether a row at the bound matches too.
        """
        if after != self.descending:
            value_beyond, value_at_or_beyond = row.value > bound.value, row.value >= bound.value
        else:
            value_beyond, value_at_or_beyond = row.value < bound.value, row.value <= bound.value
        if after != self.ties_descending:
            key_beyond = row.key >= bound.key if inclusive else row.key > bound.key
        else:
            key_beyond = row.key <= bound.key if inclusive else row.key < bound.key
        # The first condition is redundant, but an index can use it to find the start.
        return and_(value_at_or_beyond, or_(value_beyond, key_beyond))

    def decode_cursor(self, cursor: str) -> CursorValues:
        """Return the values of a cursor.

        Raises:
            BadCursor: the cursor does not belong to this order.
        """
        try:
            name, _, rest = bytes.fromhex(cursor).decode().partition("|")
            value_text, _, key_text = rest.rpartition("|")
            key = int(key_text)
            value = int(value_text) if self.is_numeric else value_text
            is_valid = re.fullmatch(self.value_pattern, value_text)
        except ValueError as error:
            raise BadCursor(cursor) from error
        numbers = (key, abs(value) if isinstance(value, int) else 0)
        if (
            not is_valid
            or name != self.name
            or not all(0 <= number < _KEY_LIMIT for number in numbers)
        ):
            raise BadCursor(cursor)
        return CursorValues(value, key)


NEWEST = Order("newest", "date_order", descending=True)
ALPHABETICAL = Order("name", "name")
BY_KEY = Order("key", "id", is_numeric=True)
"""The order of the primary key, an internal hash: used to read ranges of keys."""

BY_FILE = Order("file", "id", is_numeric=True)
BEST_MATCH = Order("match", "rank", descending=True, value_pattern="[123][ -\x7f]*")

ARTICLE_ORDERS = {
    order.name: order
    for order in (
        NEWEST,
        Order("oldest", "date_order", ties_descending=True),
        Order("quality-desc", "quality", descending=True, is_numeric=True),
        Order("quality-asc", "quality", ties_descending=True, is_numeric=True),
        Order("heat-desc", "heat", descending=True, is_numeric=True),
        Order("heat-asc", "heat", ties_descending=True, is_numeric=True),
        Order("title-desc", "title", descending=True),
        Order("title-asc", "title", ties_descending=True),
    )
}
"""The orders of pages of articles, by name."""
