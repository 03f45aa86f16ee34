"""A statement's parameters for the arguments of an edge; `argument_binding` has their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import BigInteger, Text, bindparam

from newsgraph.store.query.entity import Lookup
from newsgraph.store.query.order import Position

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from newsgraph.store.query.order import Order
    from newsgraph.store.query.selection import ArgumentSlot


def row_limit(slot: ArgumentSlot) -> ColumnElement[int]:
    """Return the parameter with an edge's maximum number of rows."""
    return bindparam(f"size_{slot.number}", type_=BigInteger())


def cursor_position(slot: ArgumentSlot, order: Order, side: Literal["after", "before"]) -> Position:
    """Return the parameters with the position of an edge's cursor."""
    return Position(
        bindparam(f"{side}_value_{slot.number}", type_=order.column_type),
        bindparam(f"{side}_key_{slot.number}", type_=BigInteger()),
    )


def filter_json(slot: ArgumentSlot) -> ColumnElement[str]:
    """Return the parameter with an edge's filter for the search index."""
    return bindparam(f"filter_{slot.number}", type_=Text())


def lookup_of(slot: ArgumentSlot) -> Lookup | None:
    """Return what an edge's rows are looked up by, with its parameters."""
    if slot.lookup is None:
        return None
    value_type = BigInteger() if slot.lookup == "id" else Text()
    name = f"by_{slot.number}"
    value = bindparam(name, type_=value_type)
    page, alias = (bindparam(f"{name}_{part}", type_=Text()) for part in ("page", "alias"))
    root = bindparam(f"{name}_root", type_=BigInteger())
    return Lookup(slot.lookup, value, page, alias, root)
