"""Orders of pages, and the cursors that say where in an order a row stands.

A cursor is the hex of ``order|value|key``. It holds the row's own value and key, so it
stays valid while other rows, and even its own, come and go (keyset paging).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, cast, or_

from store.errors import BadCursor
from store.reading.json_sql import constant, hex_text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_KEY_LIMIT = 2**63


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in an order: its value and its key, as SQL."""

    value: ColumnElement[str]
    key: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Order:
    """Rows by one column, ties by key, smallest first.

    Attributes:
        name: what cursors call it.
        column: which of the row's columns.
        descending: whether the largest come first.
    """

    name: str
    column: str
    descending: bool = False

    def by(self, value: ColumnElement[str], key: ColumnElement[int]) -> list[ColumnElement[Any]]:
        """Return what to sort by."""
        return [value.desc() if self.descending else value, key]

    def cursor(self, value: ColumnElement[str], key: ColumnElement[int]) -> ColumnElement[str]:
        """Return the cursor of a row, as SQL."""
        return hex_text(constant(f"{self.name}|") + value + constant("|") + cast(key, Text))

    def after(
        self, place: Place, value: ColumnElement[str], key: ColumnElement[int]
    ) -> ColumnElement[bool]:
        """Return the condition that a row comes after a place."""
        beyond = value < place.value if self.descending else value > place.value
        near = value <= place.value if self.descending else value >= place.value
        # The first condition alone lets an index find the place.
        return and_(near, or_(beyond, key > place.key))

    def upto(
        self, place: Place, value: ColumnElement[str], key: ColumnElement[int]
    ) -> ColumnElement[bool]:
        """Return the condition that a row comes before a place or stands at it."""
        before = value > place.value if self.descending else value < place.value
        near = value >= place.value if self.descending else value <= place.value
        return and_(near, or_(before, key <= place.key))

    def read(self, cursor: str) -> tuple[str, int]:
        """Return the value and the key that a cursor holds.

        Raises:
            BadCursor: the cursor is none of this order's.
        """
        try:
            name, _, rest = bytes.fromhex(cursor).decode().partition("|")
            value, _, key_text = rest.rpartition("|")
            key = int(key_text)
        except ValueError as error:
            raise BadCursor(cursor) from error
        if name != self.name or not 0 <= key < _KEY_LIMIT:
            raise BadCursor(cursor)
        return value, key


NEWEST = Order("newest", "published_at", descending=True)
ALPHABETICAL = Order("name", "name")
