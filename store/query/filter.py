"""What the rows of a page have to be: a filter, as a tree of values.

    AllOf((Is("quality", "gte", 70), Not(Is("topics", "any", ("ai",)))))

What each field and operator means in SQL is in `store.query.filter_sql`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from newsgraph.store.errors import SelectionTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

Value: TypeAlias = "str | int | bool | tuple[str, ...] | tuple[int, ...] | None"

MOST_CONDITIONS = 100
"""How many conditions one filter may have."""

MOST_TOGETHER = 500
"""How many conditions the filters of one read may have together."""

DEEPEST_FILTER = 12
"""How many ``AllOf``, ``AnyOf`` and ``Not`` may stand within each other."""


_LEVELS = 15
"""How many levels the deepest condition has, which is `topics` with `all`."""


@dataclass(frozen=True, slots=True)
class Is:
    """A field compared with a value; a row without a value is equal, less and more to nothing."""

    field: str
    operator: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these; of none, it is true."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these; of none, it is false."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Every row that this one leaves out."""

    filter: Filter


Filter: TypeAlias = Is | AllOf | AnyOf | Not


def conditions(one: Filter) -> Iterator[Is]:
    """Yield a filter's conditions from left to right."""
    if isinstance(one, Is):
        yield one
    elif isinstance(one, Not):
        yield from conditions(one.filter)
    else:
        for each in one.filters:
            yield from conditions(each)


def depth(one: Filter) -> int:
    """Return how many `AllOf`, `AnyOf` and `Not` stand within each other."""
    if isinstance(one, Is):
        return 0
    inner = (one.filter,) if isinstance(one, Not) else one.filters
    return 1 + max(map(depth, inner), default=0)


def levels(one: Filter) -> int:
    """Return how many levels it has in SQL, where each of several has another on its left."""
    if isinstance(one, Is):
        return _LEVELS
    inner = (one.filter,) if isinstance(one, Not) else one.filters
    return len(inner) + max(map(levels, inner), default=0) + 1


def without_values(one: Filter) -> Filter:
    """Return the filter with its values left open, so that a statement serves all of them.

    Raises:
        SelectionTooLarge: it has too many conditions, or goes too deep.
    """
    return _open(one, 0, count(1))


def _open(one: Filter, depth: int, numbers: Iterator[int]) -> Filter:
    if depth > DEEPEST_FILTER:
        raise SelectionTooLarge(
            f"This filter goes too deep; put at most {DEEPEST_FILTER} into each other."
        )
    if isinstance(one, Not):
        return Not(_open(one.filter, depth + 1, numbers))
    # What has no parts is a condition too: there can be as many of them.
    if (isinstance(one, Is) or not one.filters) and next(numbers) > MOST_CONDITIONS:
        raise SelectionTooLarge(f"A filter can have at most {MOST_CONDITIONS} conditions.")
    if isinstance(one, Is):
        return Is(one.field, one.operator, None)
    return type(one)(tuple(_open(each, depth + 1, numbers) for each in one.filters))
