"""The difference of two times in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_UNIT_SECONDS = (
    ("year", 31_557_600),
    ("month", 2_629_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)
_MIN_COUNT = {"year": 2, "month": 2, "day": 2, "hour": 1, "minute": 1}
"""The smallest count that a unit is used for: 30 hours, not 1 day."""


def format_relative_time(time: datetime, reference: datetime) -> str:
    """Return how much earlier or later a time is than another, such as ``4 days earlier``.

    Args:
        time: the time to describe; timezone-aware.
        reference: the time that it is compared with; timezone-aware.
    """
    seconds = (time - reference).total_seconds()
    for unit, unit_seconds in _UNIT_SECONDS:
        count = round(abs(seconds) / unit_seconds)
        if count >= _MIN_COUNT[unit]:
            plural = "" if count == 1 else "s"
            return f"{count} {unit}{plural} {'later' if seconds > 0 else 'earlier'}"
    return "at the same time"
