"""Orders of pages, and the cursors that say where in an order a row stands.

A cursor is the hex of ``order|value|key``. It holds the row's own value and key, so it
stays valid while other rows, and even its own, come and go (keyset paging). What a search
finds is ranked anew by each import: its cursors, ``order@revision|value|key``, hold for
one revision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, and_, cast, or_

from newsgraph.store.errors import BadCursor
from newsgraph.store.query.json_sql import constant, hex_text
from newsgraph.store.schema.tables import rank

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

_KEY_LIMIT = 2**63


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in an order: its value and its key, as SQL."""

    value: ColumnElement[Any]
    key: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Held:
    """What a cursor holds."""

    value: str | int
    key: int
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Rows by one column, ties by key.

    An order and its reverse have opposite ties, so that one index serves both.

    Attributes:
        name: what cursors call it.
        column: which of the row's columns.
        descending: whether the largest values come first.
        ties_descending: whether of equal values the largest keys come first.
        number: whether the values are numbers; they may be missing.
        of_revision: whether its cursors hold for one revision only.
    """

    name: str
    column: str
    descending: bool = False
    ties_descending: bool = False
    number: bool = False
    of_revision: bool = False

    @property
    def type(self) -> Text | BigInteger:
        """The type of its values."""
        return BigInteger() if self.number else Text()

    def value(self, row: FromClause) -> ColumnElement[Any]:
        """Return what a row is sorted by."""
        # A key is never missing, and its index is of no expression.
        may_miss = self.number and self.column != "id"
        return rank(row.c[self.column]) if may_miss else row.c[self.column]

    def by(self, place: Place, *, backward: bool = False) -> list[ColumnElement[Any]]:
        """Return what to sort rows by, given where they stand."""
        return [
            place.value.desc() if self.descending != backward else place.value,
            place.key.desc() if self.ties_descending != backward else place.key,
        ]

    def cursor(self, place: Place, revision: ColumnElement[int] | None) -> ColumnElement[str]:
        """Return the cursor of a place, as SQL; `revision` is the store's."""
        name: ColumnElement[str] = constant(f"{self.name}|")
        if self.of_revision:
            name = constant(f"{self.name}@") + cast(revision, Text) + constant("|")
        value = cast(place.value, Text) if self.number else place.value
        return hex_text(name + value + constant("|") + cast(place.key, Text))

    def lies(
        self, row: Place, of: Place, *, after: bool, or_at: bool = False
    ) -> ColumnElement[bool]:
        """Return the condition that a row stands after (or before) a place, or at it too."""
        if after != self.descending:
            beyond, near = row.value > of.value, row.value >= of.value
        else:
            beyond, near = row.value < of.value, row.value <= of.value
        if after != self.ties_descending:
            tie = row.key >= of.key if or_at else row.key > of.key
        else:
            tie = row.key <= of.key if or_at else row.key < of.key
        # The first condition alone lets an index find the place.
        return and_(near, or_(beyond, tie))

    def read(self, cursor: str) -> Held:
        """Return what a cursor holds.

        Raises:
            BadCursor: the cursor is none of this order's.
        """
        try:
            name, _, rest = bytes.fromhex(cursor).decode().partition("|")
            text, _, key_text = rest.rpartition("|")
            key = int(key_text)
            value = int(text) if self.number else text
            name, _, at = name.partition("@") if self.of_revision else (name, "", "0")
            revision = int(at)
        except ValueError as error:
            raise BadCursor(cursor) from error
        numbers = (key, revision, abs(value) if isinstance(value, int) else 0)
        if name != self.name or not all(0 <= one < _KEY_LIMIT for one in numbers):
            raise BadCursor(cursor)
        return Held(value, key, revision if self.of_revision else None)


NEWEST = Order("newest", "published_at", descending=True)
ALPHABETICAL = Order("name", "name")
BY_KEY = Order("key", "id", number=True)
"""The order of the primary key, which says nothing to people: a range of keys is read in it."""

BY_FILE = Order("file", "id", number=True)
BEST_MATCH = Order("match", "score", descending=True, number=True, of_revision=True)

ARTICLE_ORDERS = {
    order.name: order
    for order in (
        NEWEST,
        Order("oldest", "published_at", ties_descending=True),
        Order("quality-desc", "quality", descending=True, number=True),
        Order("quality-asc", "quality", ties_descending=True, number=True),
        Order("heat-desc", "heat", descending=True, number=True),
        Order("heat-asc", "heat", ties_descending=True, number=True),
        Order("title-desc", "title", descending=True),
        Order("title-asc", "title", ties_descending=True),
    )
}
"""The orders that pages of articles can be asked for."""
