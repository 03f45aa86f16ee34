"""Orders, cursors and pages: sort, find the place, cut a slice, count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.gql.reference.rows import Thing

MISSING = -(2**31) - 1
"""What a number that is not there sorts as: below all that there are."""

USUAL = 20
"""How many rows a page has when nobody says."""


@dataclass(frozen=True)
class Order:
    """An order by a field; `ascending` is the exact reverse of the other way.

    Attributes:
        name: what cursors call it.
        field: the field.
        number: whether its values are numbers.
        ascending: whether the smallest come first.
        ties_follow: whether equal ones keep to the smallest key first all the same.
    """

    name: str
    field: str
    number: bool = False
    ascending: bool = False
    ties_follow: bool = False

    def place(self, row: Thing) -> tuple[Any, int]:
        """Return where a row stands."""
        value = row[self.field]
        if value is None:
            value = MISSING if self.number else ""
        return value, row["_key"]

    def sort(self, rows: list[Thing]) -> list[Thing]:
        """Return rows in this order."""
        by_key = sorted(rows, key=lambda row: row["_key"])
        if self.ties_follow:
            return sorted(by_key, key=lambda row: self.place(row)[0])
        largest_first = sorted(by_key, key=lambda row: self.place(row)[0], reverse=True)
        return largest_first[::-1] if self.ascending else largest_first

    def is_after(self, one: tuple[Any, int], other: tuple[Any, int]) -> bool:
        """Return whether a place stands after another."""
        if self.ties_follow:
            return one > other
        if self.ascending:
            one, other = other, one
        return one[0] < other[0] or (one[0] == other[0] and one[1] > other[1])

    def cursor(self, row: Thing) -> str:
        """Return a row's cursor."""
        return self.written(*self.place(row))

    def written(self, value: str | int, key: int) -> str:
        """Return the cursor of a place."""
        return f"{self.name}|{value}|{key}".encode().hex()

    def read(self, cursor: str) -> tuple[Any, int]:
        """Return the place that a cursor tells.

        Raises:
            ValueError: the cursor is none of this order's.
        """
        name, value, key = _parts(bytes.fromhex(cursor).decode())
        if name != self.name or not 0 <= int(key) < 2**63:
            raise ValueError(cursor)
        return int(value) if self.number else value, int(key)


def _parts(text: str) -> tuple[str, str, str]:
    name, _, rest = text.partition("|")
    value, _, key = rest.rpartition("|")
    return name, value, key


NEWEST = Order("newest", "publishedAt")
BY_NAME = Order("name", "name", ascending=True, ties_follow=True)
BY_FILE = Order("file", "_key", number=True, ascending=True, ties_follow=True)
ORDERS = {
    ("PUBLISHED_AT", "DESC"): NEWEST,
    ("PUBLISHED_AT", "ASC"): Order("oldest", "publishedAt", ascending=True),
    ("QUALITY", "DESC"): Order("quality-desc", "quality", number=True),
    ("QUALITY", "ASC"): Order("quality-asc", "quality", number=True, ascending=True),
    ("HEAT", "DESC"): Order("heat-desc", "heat", number=True),
    ("HEAT", "ASC"): Order("heat-asc", "heat", number=True, ascending=True),
    ("TITLE", "DESC"): Order("title-desc", "title"),
    ("TITLE", "ASC"): Order("title-asc", "title", ascending=True),
}


OF_FIELD = {"topics": BY_NAME, "providers": BY_NAME, "diagnostics": BY_FILE}
"""The orders of connections that are not newest first."""


def order_of(asked: dict[str, Any] | None) -> Order:
    """Return the order that ``orderBy`` names."""
    return NEWEST if asked is None else ORDERS[asked["field"], asked["direction"]]


def page(rows: list[Thing], order: Order, asked: dict[str, Any]) -> dict[str, Any]:
    """Return a connection's edges, page info and count."""
    sorted_ = order.sort(rows)
    after, before = asked.get("after"), asked.get("before")

    def stands(row: Thing, side: str) -> bool:
        """Whether a row is beyond a cursor, or at it, and so not between the two."""
        if side == "after":
            return after is not None and not order.is_after(order.place(row), order.read(after))
        return before is not None and not order.is_after(order.read(before), order.place(row))

    return cut(sorted_, stands, asked, order.cursor)


def cut(
    rows: list[Thing],
    stands: Callable[[Thing, str], bool],
    asked: dict[str, Any],
    cursor: Callable[[Thing], str],
) -> dict[str, Any]:
    """Return a connection of rows that are sorted already.

    Args:
        rows: of all pages.
        stands: whether a row is on the other side of a cursor, or at it.
        asked: the arguments.
        cursor: gives a row's cursor.
    """
    first, last = asked.get("first"), asked.get("last")
    between = [row for row in rows if not stands(row, "after") and not stands(row, "before")]
    if last is not None:
        shown = between[max(len(between) - last, 0) :]
    else:
        shown = between[: USUAL if first is None else first]
    left_out = len(between) > len(shown)
    return {
        "_rows": rows,
        "totalCount": len(rows),
        "edges": [{"cursor": cursor(row), "node": row, "_row": row} for row in shown],
        "pageInfo": {
            "hasNextPage": (left_out and last is None)
            or any(stands(row, "before") for row in rows),
            "hasPreviousPage": (left_out and last is not None)
            or any(stands(row, "after") for row in rows),
            "startCursor": cursor(shown[0]) if shown else None,
            "endCursor": cursor(shown[-1]) if shown else None,
        },
    }


def most_common(values: list[Any], name: Callable[[Any], str]) -> list[tuple[Any, int]]:
    """Return values that compare by name, the most common first, equal ones by name."""
    counts = Counter(map(name, values))
    of_name = {name(value): value for value in values}
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(of_name[named], count) for named, count in ranked]
