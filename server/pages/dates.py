"""Dates as pages show them to readers. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.store.documents.times import day_in_zone

if TYPE_CHECKING:
    from datetime import tzinfo

# strftime would use the language of the machine's locale.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def format_date(timestamp: str, zone: tzinfo) -> str:
    """Format the day of an ISO 8601 timestamp in English: ``12 March 2021``.

    Args:
        timestamp: the time, in UTC.
        zone: time zone of the day.
    """
    day = day_in_zone(timestamp, zone)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
