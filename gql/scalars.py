"""Scalars of the graph. The database gives them as JSON; here they are only named."""

from __future__ import annotations

from typing import Any, NewType

import strawberry

DateTime = NewType("DateTime", str)
URL = NewType("URL", str)
JSON = NewType("JSON", object)


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - a scalar's value can be anything
    return value


SCALARS: dict[object, Any] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, as RFC 3339 says it: `2021-03-12T21:41:00Z`.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_as_it_is,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="A web address (RFC 3986). Pictures' may be relative where no site is known.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
        serialize=_as_it_is,
        parse_value=str,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value (RFC 8259).",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=_as_it_is,
    ),
}
