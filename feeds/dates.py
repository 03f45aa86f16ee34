"""Times as feeds write them. Nothing here reads a clock, a locale or a time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

EPOCH = datetime(1990, 1, 1, tzinfo=UTC)
"""When an Atom feed without stories was updated.

RFC 4287 section 4.1.1 requires a date, and "now" would make two renderings of
the same nothing differ, so that a reader asking again never gets a 304. Any
fixed date does; the W3C validator calls those before this one implausible.
"""


def in_utc(when: datetime) -> datetime:
    """Take an aware time to UTC.

    Raises:
        ValueError: the time is naive, and would be read in the machine's own zone.
    """
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no time zone; a feed needs one: pass it in UTC")
    return when.astimezone(UTC)


def rfc3339(when: datetime) -> str:
    """Write a time as JSON Feed wants it (RFC 3339).

    Raises:
        ValueError: the time is naive.
    """
    return in_utc(when).isoformat().replace("+00:00", "Z")


def rfc822(when: datetime) -> str:
    """Write a time as RSS 2.0 wants it (RFC 822 section 5, four digits for the year).

    The zone is ``GMT``: RFC 822 does not know ``UTC``, nor do strict readers.

    Raises:
        ValueError: the time is naive.
    """
    return format_datetime(in_utc(when), usegmt=True)
