"""Custom scalars. The database returns their values as JSON, so serializing changes nothing."""

from __future__ import annotations

from typing import Any, NewType

import strawberry

from newsgraph.store.documents.times import to_utc_timestamp

DateTime = NewType("DateTime", str)
URL = NewType("URL", str)
JSON = NewType("JSON", object)


def _serialize_unchanged(value: Any) -> Any:  # noqa: ANN401 - a scalar's value can be anything
    return value


def _parse_datetime(value: object) -> str:
    """Check a date or time in a client's input.

    Raises:
        ValueError: it is not a date or time.
    """
    parsed = to_utc_timestamp(value) if isinstance(value, str) else None
    if parsed is None:
        raise ValueError("not a date or time; write it as 2021-03-12T21:41:00Z or 2021-03-12")
    return str(value)


def _parse_url(value: object) -> str:
    """Check that a URL in a client's input is a string; an invalid URL only matches nothing.

    Raises:
        ValueError: it is not a string.
    """
    if not isinstance(value, str):
        raise ValueError("a URL is a string, such as https://news.example/story")
    return value


SCALARS: dict[object, Any] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A time in UTC, as in RFC 3339: `2021-03-12T21:41:00Z`. In input it may have "
        "another time zone, and a date alone is its midnight in UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_serialize_unchanged,
        parse_value=_parse_datetime,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="A URL (RFC 3986). URLs of images can be relative if the site is unknown.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
        serialize=_serialize_unchanged,
        parse_value=_parse_url,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value (RFC 8259).",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=_serialize_unchanged,
    ),
}
