"""Dates as pages show them to readers. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

# strftime would use the language of the machine's locale.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def format_date(timestamp: str, zone: tzinfo) -> str:
    """Format the day of an ISO 8601 timestamp in English: ``12 March 2021``.

    A document that states a date without a time has midnight in UTC: that is the date itself, in
    any time zone.

    Args:
        timestamp: the time, in UTC.
        zone: time zone of the day.
    """
    moment = datetime.fromisoformat(timestamp).astimezone(UTC)
    if moment.time() != time.min:
        moment = _in_zone(moment, zone)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:
        # The first or the last day of all.
        return moment
