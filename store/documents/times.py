"""Dates and times as people, YAML, Jekyll, Hugo and mail programs write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

_STORED: Final = re.compile(r"\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\dZ", re.ASCII)
_WRITTEN: Final = re.compile(
    r"""
    (\d{4})-(\d{1,2})-(\d{1,2})
    (?: (?:[Tt]|[ \t]+) (\d{1,2}):(\d\d) (?: :(\d\d) (?:[.,](\d*))? )?
        [ \t]* (Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d\d)?)?
    )?
    """,
    re.ASCII | re.VERBOSE,
)
_FILE_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\d)-[^/]*", re.ASCII)
_LONGEST: Final = 100


def utc(text: str) -> str | None:
    """The moment a text names, as ``YYYY-MM-DDTHH:MM:SSZ`` in UTC; None where it names none.

    Read are YAML's timestamps, ISO 8601 as ``datetime.fromisoformat`` knows it, Jekyll's
    ``2021-03-12 21:41:00 +0000`` and RFC 2822 dates. A time without zone is UTC, a date
    alone its midnight in UTC; fractions of seconds are cut off. What lies outside the
    years 1 to 9999 in UTC is no date.
    """
    moment = _read(text)
    if moment is None:
        return None
    if _STORED.fullmatch(text):
        return text
    if not isinstance(moment, datetime):
        return f"{moment.isoformat()}T00:00:00Z"
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            return None
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def iso(text: str) -> str | None:
    """The date or time a text names, as ISO 8601 with its own zone and fraction, or None."""
    moment = _read(text)
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def date_of_file(path: str) -> str | None:
    """The midnight that Jekyll's ``2021-03-12-title.md`` names, or None for other names."""
    match = _FILE_NAME.fullmatch(path.rpartition("/")[2])
    return utc(match[1]) if match else None


def _read(text: str) -> date | datetime | None:
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        if _STORED.fullmatch(text):
            return datetime.fromisoformat(text)
        if match := _WRITTEN.fullmatch(text):
            return _from_parts(match)
        # More digits would be read as a day, a separator and a time: 16120103112.
        if text.isdigit():
            return date.fromisoformat(text) if len(text) == len("20210312") else None
        return datetime.fromisoformat(text)
    except ValueError:
        return _from_mail(text)


def _from_parts(match: re.Match[str]) -> date | datetime:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if match[4] is None:
        return date(year, month, day)
    return datetime(
        year,
        month,
        day,
        int(match[4]),
        int(match[5]),
        int(match[6] or 0),
        int((match[7] or "")[:6].ljust(6, "0")),
        tzinfo=_zone(match[8]),
    )


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if text[0] == "-" else offset)


def _from_mail(text: str) -> datetime | None:
    """An RFC 2822 date (section 3.3), obsolete forms included."""
    try:
        return parsedate_to_datetime(text)
    # The library's parser trips over some malformed texts instead of refusing them.
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
