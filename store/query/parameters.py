"""The values of an edge's arguments, by the names of the statement's parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from newsgraph.store.documents.identity import href
from newsgraph.store.documents.urls import canonical
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.change_log import read_token
from newsgraph.store.query.filter_sql import bound as filter_values
from newsgraph.store.query.fts_query import expression
from newsgraph.store.query.selection import PAGE_SIZE, Arguments

if TYPE_CHECKING:
    from newsgraph.store.query.order import Order

_ALL: Final = 2**62
"""More rows than there are, and one more is a number too."""

_KEYS: Final = range(2**63)


def bound(number: int, order: Order | None, arguments: Arguments, site: str) -> dict[str, Any]:
    """Return the values of an edge's arguments.

    Args:
        number: the edge's.
        order: the page's; None where the edge leads to something else.
        arguments: as asked.
        site: what addresses of our own begin with.

    Raises:
        BadCursor: a cursor was not made by the page that it is given to.
        BadSelection: a number of rows is negative, or a time is none.
    """
    size = arguments.first if arguments.last is None else arguments.last
    if size is None:
        size = _ALL if order is None else PAGE_SIZE
    if size < 0:
        raise BadSelection(f"there are no {size} rows; ask for 0 or more")
    values: dict[str, Any] = {f"size_{number}": min(size, _ALL)}
    for side, cursor in (("after", arguments.after), ("before", arguments.before)):
        if cursor is None:
            continue
        if order is None:
            values |= {f"{name}_{number}": value for name, value in read_token(cursor).items()}
            continue
        held = order.read(cursor)
        values[f"{side}_value_{number}"] = held.value
        values[f"{side}_key_{number}"] = held.key
        values[f"{side}_revision_{number}"] = held.revision
    if arguments.by is not None:
        values |= _by(number, *arguments.by, site)
    if arguments.filter is not None:
        values |= filter_values(number, arguments.filter)
    return values


def _by(number: int, name: str, sought: object, site: str) -> dict[str, Any]:
    if isinstance(sought, tuple):
        return {f"by_{number}": json.dumps(sought)}
    if not isinstance(sought, str):
        return {f"by_{number}": sought if sought in _KEYS else None}
    # Half a surrogate pair, which JSON can say, is in no database.
    text = sought.encode("utf-8", "replace").decode()
    match name:
        case "url":
            return {f"by_{number}": canonical(text), f"by_{number}_page": _own(text, site)}
        case "query":
            return {f"by_{number}": expression(text)}
    return {f"by_{number}": text}


def _own(url: str, site: str) -> str | None:
    """Return the part of an address of our own that names an article, as it is stored."""
    ours, path = f"{canonical(site + '/articles/')}", canonical(url) or ""
    return href(unquote(path.removeprefix(ours + "/"))) if path.startswith(ours + "/") else None
