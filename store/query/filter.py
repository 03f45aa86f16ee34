"""Filters of the rows of a page, as a tree of values.

    AllOf((Condition("quality", "gte", 70), Not(Condition("topics", "any", ("ai",)))))

`store.query.filter_sql` compiles fields and operators to SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from newsgraph.store.errors import SelectionTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

Value: TypeAlias = "str | int | bool | tuple[str, ...] | tuple[int, ...] | None"

MAX_CONDITIONS = 100
"""Maximum number of conditions in one filter."""

MAX_CONDITIONS_PER_READ = 500
"""Maximum number of conditions in all filters of one read."""

MAX_FILTER_DEPTH = 12
"""Maximum nesting depth of ``AllOf``, ``AnyOf`` and ``Not``."""


_CONDITION_SQL_DEPTH = 15
"""Depth of the deepest condition's SQL expression, which is `topics` with `all`."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Compares a field with a value; a comparison with a missing value is never true."""

    field: str
    operator: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """True if all filters are true; true without any."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if at least one filter is true; false without any."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True for every row for which the filter is not."""

    filter: Filter


Filter: TypeAlias = Condition | AllOf | AnyOf | Not


def iter_conditions(filter_: Filter) -> Iterator[Condition]:
    """Yield a filter's conditions from left to right."""
    if isinstance(filter_, Condition):
        yield filter_
    elif isinstance(filter_, Not):
        yield from iter_conditions(filter_.filter)
    else:
        for operand in filter_.filters:
            yield from iter_conditions(operand)


def nesting_depth(filter_: Filter) -> int:
    """Return the nesting depth of `AllOf`, `AnyOf` and `Not`; 0 for a condition."""
    if isinstance(filter_, Condition):
        return 0
    operands = (filter_.filter,) if isinstance(filter_, Not) else filter_.filters
    return 1 + max(map(nesting_depth, operands), default=0)


def sql_depth(filter_: Filter) -> int:
    """Return the depth of the SQL expression, in which each operand nests in the next one."""
    if isinstance(filter_, Condition):
        return _CONDITION_SQL_DEPTH
    operands = (filter_.filter,) if isinstance(filter_, Not) else filter_.filters
    return len(operands) + max(map(sql_depth, operands), default=0) + 1


def without_values(filter_: Filter) -> Filter:
    """Return the filter without its values, so that one statement serves all values.

    Raises:
        SelectionTooLarge: the filter has too many conditions, or is nested too deep.
    """
    return _without_values(filter_, 0, count(1))


def _without_values(filter_: Filter, depth: int, numbers: Iterator[int]) -> Filter:
    if depth > MAX_FILTER_DEPTH:
        raise SelectionTooLarge(
            f"This filter is nested too deep; the limit is {MAX_FILTER_DEPTH} levels."
        )
    if isinstance(filter_, Not):
        return Not(_without_values(filter_.filter, depth + 1, numbers))
    # An `AllOf` or `AnyOf` without operands counts as a condition: there can be as many of them.
    is_leaf = isinstance(filter_, Condition) or not filter_.filters
    if is_leaf and next(numbers) > MAX_CONDITIONS:
        raise SelectionTooLarge(f"A filter can have at most {MAX_CONDITIONS} conditions.")
    if isinstance(filter_, Condition):
        return Condition(filter_.field, filter_.operator, None)
    return type(filter_)(
        tuple(_without_values(operand, depth + 1, numbers) for operand in filter_.filters)
    )
