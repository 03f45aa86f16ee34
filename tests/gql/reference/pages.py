"""Sorts rows, parses cursors and slices pages in Python."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.gql.reference.rows import GraphObject

MISSING_NUMBER = -(2**31) - 1
"""Sort value of a missing number: below all possible numbers."""

PAGE_SIZE = 20
"""Number of rows of a page without ``first`` and ``last``."""


@dataclass(frozen=True)
class Order:
    """An order of rows by a field. The `ascending` order is the exact reverse of the other.

    Attributes:
        name: name of the order in cursors.
        field: the field to sort by.
        is_number: whether the field's values are numbers.
        ascending: whether the smallest values come first.
        ties_by_key: whether rows with equal values are always sorted by ascending key.
    """

    name: str
    field: str
    is_number: bool = False
    ascending: bool = False
    ties_by_key: bool = False

    def position(self, row: GraphObject) -> tuple[Any, int]:
        """Return the position of a row: its sort value and its key."""
        value = row[self.field]
        if value is None:
            value = MISSING_NUMBER if self.is_number else ""
        return value, row["_key"]

    def sort(self, rows: list[GraphObject]) -> list[GraphObject]:
        """Return rows in this order."""
        by_key = sorted(rows, key=lambda row: row["_key"])
        if self.ties_by_key:
            return sorted(by_key, key=lambda row: self.position(row)[0])
        largest_first = sorted(by_key, key=lambda row: self.position(row)[0], reverse=True)
        return largest_first[::-1] if self.ascending else largest_first

    def is_after(self, position: tuple[Any, int], other: tuple[Any, int]) -> bool:
        """Return whether a position is after another."""
        if self.ties_by_key:
            return position > other
        if self.ascending:
            position, other = other, position
        return position[0] < other[0] or (position[0] == other[0] and position[1] > other[1])

    def cursor(self, row: GraphObject) -> str:
        """Return a row's cursor."""
        return self.format_cursor(*self.position(row))

    def format_cursor(self, value: str | int, key: int) -> str:
        """Return the cursor of a position."""
        return f"{self.name}|{value}|{key}".encode().hex()

    def parse_page_params(self, cursor: str) -> tuple[Any, int]:
        """Return the position of a cursor.

        Raises:
            ValueError: the cursor is not one of this order.
        """
        name, value, key = _split_cursor(bytes.fromhex(cursor).decode())
        if name != self.name or not 0 <= int(key) < 2**63:
            raise ValueError(cursor)
        return int(value) if self.is_number else value, int(key)


def _split_cursor(text: str) -> tuple[str, str, str]:
    name, _, rest = text.partition("|")
    value, _, key = rest.rpartition("|")
    return name, value, key


NEWEST = Order("newest", "_dateOrder")
BY_NAME = Order("name", "name", ascending=True, ties_by_key=True)
BY_FILE = Order("file", "_key", is_number=True, ascending=True, ties_by_key=True)
ORDERS = {
    ("PUBLISHED_AT", "DESC"): NEWEST,
    ("PUBLISHED_AT", "ASC"): Order("oldest", "_dateOrder", ascending=True),
    ("QUALITY", "DESC"): Order("quality-desc", "quality", is_number=True),
    ("QUALITY", "ASC"): Order("quality-asc", "quality", is_number=True, ascending=True),
    ("HEAT", "DESC"): Order("heat-desc", "heat", is_number=True),
    ("HEAT", "ASC"): Order("heat-asc", "heat", is_number=True, ascending=True),
    ("TITLE", "DESC"): Order("title-desc", "title"),
    ("TITLE", "ASC"): Order("title-asc", "title", ascending=True),
}


FIELD_ORDERS = {"topics": BY_NAME, "providers": BY_NAME, "diagnostics": BY_FILE}
"""By field, the orders of connections that are not newest first."""


def get_order(order_by: dict[str, Any] | None) -> Order:
    """Return the order of an ``orderBy`` argument."""
    return NEWEST if order_by is None else ORDERS[order_by["field"], order_by["direction"]]


def build_page(rows: list[GraphObject], order: Order, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a connection's edges, page info and total count."""
    after, before = arguments.get("after"), arguments.get("before")

    def is_excluded(row: GraphObject, argument: str) -> bool:
        """Return whether the cursor in `after` or `before` excludes a row."""
        if argument == "after":
            return after is not None and not order.is_after(
                order.position(row), order.parse_page_params(after)
            )
        return before is not None and not order.is_after(
            order.parse_page_params(before), order.position(row)
        )

    return slice_page(order.sort(rows), is_excluded, arguments, order.cursor)


def slice_page(
    rows: list[GraphObject],
    is_excluded: Callable[[GraphObject, str], bool],
    arguments: dict[str, Any],
    get_cursor: Callable[[GraphObject], str],
) -> dict[str, Any]:
    """Return a connection's edges, page info and total count.

    Args:
        rows: the sorted rows of all pages.
        is_excluded: returns whether the cursor in ``after`` or ``before`` excludes a row.
        arguments: the connection's arguments.
        get_cursor: returns a row's cursor.
    """
    first, last = arguments.get("first"), arguments.get("last")
    window = [
        row for row in rows if not is_excluded(row, "after") and not is_excluded(row, "before")
    ]
    if last is not None:
        page_rows = window[max(len(window) - last, 0) :]
    else:
        page_rows = window[: PAGE_SIZE if first is None else first]
    is_cut = len(window) > len(page_rows)
    return {
        "_rows": rows,
        "totalCount": len(rows),
        "edges": [{"cursor": get_cursor(row), "node": row, "_row": row} for row in page_rows],
        "pageInfo": {
            "hasNextPage": (is_cut and last is None)
            or any(is_excluded(row, "before") for row in rows),
            "hasPreviousPage": (is_cut and last is not None)
            or any(is_excluded(row, "after") for row in rows),
            "startCursor": get_cursor(page_rows[0]) if page_rows else None,
            "endCursor": get_cursor(page_rows[-1]) if page_rows else None,
        },
    }


def most_common(values: list[Any], get_name: Callable[[Any], str]) -> list[tuple[Any, int]]:
    """Return values with their counts, the most common first, equally common ones by name."""
    counts = Counter(map(get_name, values))
    values_by_name = {get_name(value): value for value in values}
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(values_by_name[name], count) for name, count in ranked]
