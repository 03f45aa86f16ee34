"""Formats times for feeds. Nothing here reads a clock, a locale or a time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

UNKNOWN_UPDATED = datetime(1990, 1, 1, tzinfo=UTC)
"""The ``updated`` date of an Atom feed without entries, and of an entry without a date.

RFC 4287 section 4.1.1 requires a date. The current time would change the feed with every
rendering, so that a reader polling it would never get a 304. Any fixed date works, but the
W3C validator reports dates before this one as implausible.
"""


def to_utc(when: datetime) -> datetime:
    """Convert an aware datetime to UTC.

    Raises:
        ValueError: the datetime is naive; it would be read in the machine's time zone.
    """
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no time zone; a feed needs one: pass it in UTC")
    return when.astimezone(UTC)


def format_rfc3339(when: datetime) -> str:
    """Format a datetime for JSON Feed (RFC 3339).

    Raises:
        ValueError: the datetime is naive.
    """
    return to_utc(when).isoformat().replace("+00:00", "Z")


def format_rfc822(when: datetime) -> str:
    """Format a datetime for RSS 2.0 (RFC 822 section 5, with a four-digit year).

    The zone is ``GMT``: neither RFC 822 nor strict readers accept ``UTC``.

    Raises:
        ValueError: the datetime is naive.
    """
    return format_datetime(to_utc(when), usegmt=True)
