"""How far apart two times are, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_UNITS = (
    ("year", 31_557_600),
    ("month", 2_629_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)
_LEAST = {"year": 2, "month": 2, "day": 2, "hour": 1, "minute": 1}


def apart(time: datetime, of: datetime) -> str:
    """Say how much earlier or later a time is, such as ``4 days earlier``.

    Args:
        time: the one that is told of; aware.
        of: what it is compared with; aware.
    """
    seconds = (time - of).total_seconds()
    for unit, length in _UNITS:
        number = round(abs(seconds) / length)
        if number >= _LEAST[unit]:
            plural = "" if number == 1 else "s"
            return f"{number} {unit}{plural} {'later' if seconds > 0 else 'earlier'}"
    return "at the same time"
