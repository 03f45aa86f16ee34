"""Scalars of the graph. The database gives them as JSON; here they are only named."""

from __future__ import annotations

from typing import Any, NewType

import strawberry

from newsgraph.store.documents.times import utc

DateTime = NewType("DateTime", str)
URL = NewType("URL", str)
JSON = NewType("JSON", object)


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - a scalar's value can be anything
    return value


def _moment(value: object) -> str:
    """Read a moment that a client gives.

    Raises:
        ValueError: it is none.
    """
    found = utc(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("it is no moment; write it as 2021-03-12T21:41:00Z or 2021-03-12")
    return str(value)


def _address(value: object) -> str:
    """Read an address that a client gives; one that is none leads nowhere.

    Raises:
        ValueError: it is no text.
    """
    if not isinstance(value, str):
        raise ValueError("an address is a text, such as https://news.example/story")
    return value


SCALARS: dict[object, Any] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, as RFC 3339 says it: `2021-03-12T21:41:00Z`. Given to us, "
        "it may have another zone, and a date alone is its midnight in UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_as_it_is,
        parse_value=_moment,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="A web address (RFC 3986). Pictures' may be relative where no site is known.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
        serialize=_as_it_is,
        parse_value=_address,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value (RFC 8259).",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=_as_it_is,
    ),
}
