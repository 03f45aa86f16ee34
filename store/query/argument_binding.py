"""Values of a statement's parameters for the arguments of an edge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from newsgraph.store.documents.aliases import normalize_path
from newsgraph.store.documents.identity import quote_path
from newsgraph.store.documents.urls import canonicalize_url
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.change_log_query import decode_token
from newsgraph.store.query.filter_json import encode_filter
from newsgraph.store.query.filter_sql import bind_filter
from newsgraph.store.query.selection import DEFAULT_PAGE_SIZE, EdgeArguments
from newsgraph.store.search.query_parser import clean_search

if TYPE_CHECKING:
    from newsgraph.store.query.order import Order

_ALL_ROWS: Final = 2**62
"""A limit that no number of rows reaches, and that the database can add 1 to."""

_KEYS: Final = range(2**63)


def bind_arguments(
    number: int, order: Order | None, arguments: EdgeArguments, site_url: str
) -> dict[str, Any]:
    """Return the values of an edge's arguments, by the names of the statement's parameters.

    Args:
        number: number of the edge's slot, with which the names end.
        order: order of the page; None if the edge does not lead to a page.
        arguments: the edge's arguments.
        site_url: public URL that internal URLs start with.

    Raises:
        BadCursor: a cursor was not issued for the page it is used with.
        BadSelection: a number of rows is negative, or a time cannot be parsed.
    """
    size = arguments.first if arguments.last is None else arguments.last
    if size is None:
        size = _ALL_ROWS if order is None else DEFAULT_PAGE_SIZE
    if size < 0:
        raise BadSelection(f"there are no {size} rows; ask for 0 or more")
    values: dict[str, Any] = {f"size_{number}": min(size, _ALL_ROWS)}
    for side, cursor in (("after", arguments.after), ("before", arguments.before)):
        if cursor is None:
            continue
        if order is None:
            values |= {f"{name}_{number}": value for name, value in decode_token(cursor).items()}
            continue
        cursor_values = order.decode_cursor(cursor)
        values[f"{side}_value_{number}"] = cursor_values.value
        values[f"{side}_key_{number}"] = cursor_values.key
    if arguments.lookup is not None:
        values |= _bind_lookup(number, *arguments.lookup, site_url)
    if arguments.filter is not None:
        values |= bind_filter(number, arguments.filter)
        values[f"filter_{number}"] = encode_filter(arguments.filter)
    return values


def _bind_lookup(number: int, name: str, value: object, site_url: str) -> dict[str, Any]:
    if name == "path" and isinstance(value, tuple):
        ((path, root),) = value
        by_path = _bind_lookup(number, name, path, site_url)
        return by_path | {f"by_{number}_root": root if root in _KEYS else None}
    if isinstance(value, tuple):
        return {f"by_{number}": json.dumps(value)}
    if not isinstance(value, str):
        return {f"by_{number}": value if value in _KEYS else None}
    # A lone surrogate, which JSON can contain, cannot be stored: it would fail to encode.
    text = value.encode("utf-8", "replace").decode()
    match name:
        case "url":
            return {
                f"by_{number}": canonicalize_url(text),
                f"by_{number}_page": _internal_article_href(text, site_url),
                f"by_{number}_alias": _path_on_site(text, site_url),
            }
        case "path":
            return {f"by_{number}": text, f"by_{number}_root": None}
        case "query":
            return {f"by_{number}": clean_search(text)}
    return {f"by_{number}": text}


def _path_on_site(url: str, site_url: str) -> str | None:
    """Return the path of an internal URL in the normal form of old addresses; else None."""
    base, canonical = canonicalize_url(site_url), canonicalize_url(url)
    if base is None or canonical is None or not canonical.startswith(f"{base}/"):
        return None
    return normalize_path(canonical.removeprefix(base))


def _internal_article_href(url: str, site_url: str) -> str | None:
    """Return the stored `href` of the article at an internal URL; None for other URLs."""
    prefix, path = f"{canonicalize_url(site_url + '/articles/')}", canonicalize_url(url) or ""
    return (
        quote_path(unquote(path.removeprefix(prefix + "/")))
        if path.startswith(prefix + "/")
        else None
    )
