"""Values of filters, as the columns of the store have them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from newsgraph.store.documents.identity import stable_key, topic_slug
from newsgraph.store.documents.times import to_iso8601, to_utc_timestamp
from newsgraph.store.documents.urls import normalize_domain
from newsgraph.store.errors import BadSelection
from newsgraph.store.search.query_parser import clean_search

if TYPE_CHECKING:
    from newsgraph.store.query.filter import Condition

ARCHIVE_INTERVAL: Final = 50
"""An article whose key is divisible by this number ends an archive document of a feed.

Keys are hashes, so this is about one article in 50. It does not depend on other articles, so
that the archives of a feed never change.
"""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates, which JSON can contain: no stored text has them."""


def column_value(condition: Condition) -> Any:  # noqa: ANN401 - a JSON value
    """Return the value of a condition as the store's columns have it; lists of them as lists.

    Raises:
        BadSelection: a time cannot be parsed.
    """
    value = condition.value
    if condition.field == "publishedAt" and isinstance(value, str):
        return _time_bound(condition.operator, value)
    if condition.field == "text" and isinstance(value, str):
        return clean_search(value)
    if isinstance(value, tuple):
        return _column_values(condition.field, value)
    if isinstance(value, str) and _UNSTORABLE.search(value):
        return "\0"
    return value


def _column_values(field: str, values: tuple[Any, ...]) -> list[Any]:
    """Return values as they are stored in the field's column."""
    if field == "topics":
        return sorted({stable_key("Topic", topic_slug(slug)) for slug in values})
    if field == "providers":
        return [stable_key("Provider", normalize_domain(name) or name) for name in values]
    # SQLite's JSON functions would truncate a text at a NUL.
    return [value for value in values if not (isinstance(value, str) and _UNSTORABLE.search(value))]


def _time_bound(operator_: str, text: str) -> str:
    """Return the time to compare stored times with, which have no fractions of seconds."""
    second = to_utc_timestamp(text)
    if second is None:
        raise BadSelection(f"{text!r} is no time; write it as 2021-03-12T21:41:00Z")
    if second == text or "." not in (to_iso8601(text) or ""):
        return second
    if operator_ == "eq":
        return "between two seconds"
    if operator_ in ("gte", "lt"):
        try:
            next_second = datetime.fromisoformat(second.removesuffix("Z")) + timedelta(seconds=1)
        except OverflowError:
            return "~"  # sorts after every time
        return next_second.isoformat() + "Z"
    return second
