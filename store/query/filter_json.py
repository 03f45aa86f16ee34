"""Filters as JSON texts, in which SQL functions of the search index receive them."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from newsgraph.store.query.filter import AllOf, AnyOf, Condition, Filter, Not
from newsgraph.store.query.filter_values import column_value


def encode_filter(filter_: Filter) -> str:
    """Return a filter with values as the store's columns have them.

    Raises:
        BadSelection: a time cannot be parsed.
    """
    return json.dumps(_to_json(filter_))


@lru_cache(100)
def decode_filter(text: str) -> Filter:
    """Return a filter that `encode_filter` has encoded; a filter without conditions for ""."""
    return _from_json(json.loads(text)) if text else AllOf(())


def _to_json(filter_: Filter) -> list[Any]:
    match filter_:
        case Condition(field, operator):
            return [field, operator, column_value(filter_)]
        case Not(operand):
            return ["not", _to_json(operand)]
        case AllOf(operands):
            return ["all", *map(_to_json, operands)]
        case AnyOf(operands):
            return ["any", *map(_to_json, operands)]


def _from_json(item: list[Any]) -> Filter:
    kind, *operands = item
    if kind == "not":
        return Not(_from_json(operands[0]))
    if kind in ("all", "any"):
        filters = tuple(map(_from_json, operands))
        return AllOf(filters) if kind == "all" else AnyOf(filters)
    operator, value = operands
    return Condition(kind, operator, tuple(value) if isinstance(value, list) else value)
