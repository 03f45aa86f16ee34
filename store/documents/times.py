"""Parses dates and times in the formats of YAML, ISO 8601, Jekyll, Hugo and e-mail."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final, cast

from dateutil.parser import parse as parse_date

_UTC_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\dZ", re.ASCII)
_DATE_AND_TIME: Final = re.compile(
    r"""
    (\d{4})(?:-(\d{1,2})-|/(\d{1,2})/)(\d{1,2})
    (?: (?:[Tt]|[ \t]+) (\d{1,2}):(\d\d) (?: :(\d\d) (?:[.,](\d*))? )?
        # Jekyll ignores a second year, as in a date that was made from one of `git log`.
        (?: [ \t]+ \1 (?=[ \t]+[+-]) )?
        [ \t]* (Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d\d)?)?
    )?
    """,
    re.ASCII | re.VERBOSE,
)
_DOTTED_DATE: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?(?=\s)|$)", re.ASCII)
"""Day, month and year, as DIN 5008 and most of Europe write them."""

_DATED_PATH: Final = re.compile(
    r"(?:^|.*/)(\d{4})[-/](\d{1,2})[-/](\d{1,2})[-/][^/]+(?:/index\.[a-z]+)?", re.ASCII
)
_MAX_DAYS_OF_MONTH: Final = 31
_MONTH_NAME: Final = re.compile(r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
_AM_OR_PM: Final = re.compile(r"(?i)\d\s*[ap]\.?m\b")
_GMT_OFFSET: Final = re.compile(r"\b(?:GMT|UTC)(?=[+-]\d)")
_ZONE_NAME: Final = re.compile(r"\b[A-Z]{2,5}$")
_ZONE_HOURS: Final = {
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    # RFC 2822 section 4.3.
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    # Not in the RFC.
    "CET": 1,
    "CEST": 2,
}
_MAX_LENGTH: Final = 100
_HOURS_OF_DAY: Final = 24
_UNIX_TIME_UNITS: Final = {10: 1, 13: 1000}
"""How many units a second has, by the number of digits of a Unix time."""


def to_utc_timestamp(text: str, zone: tzinfo = UTC, date_zone: tzinfo = UTC) -> str | None:
    """Parse a date or time and return it as ``YYYY-MM-DDTHH:MM:SSZ`` in UTC, or None.

    Accepts YAML's timestamps, ISO 8601 as ``datetime.fromisoformat`` parses it, Jekyll's
    ``2021-03-12 21:41:00 +0000``, Hexo's ``2021/03/12 21:41:00``, ``12.03.2021 21:41``, RFC 2822
    dates, dates with the English name of the month, and Unix times in seconds or milliseconds. A
    date without a time is midnight; fractions of seconds are truncated. A time outside the years 1
    to 9999 in UTC gives None.

    Args:
        text: the date or time.
        zone: zone of a time that has none.
        date_zone: zone whose midnight a date without a time is.
    """
    parsed = _parse(text)
    if parsed is None:
        return None
    if _UTC_TIMESTAMP.fullmatch(text):
        return text
    if not isinstance(parsed, datetime):
        return _midnight(parsed, date_zone)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=zone)
    try:
        return format_time(parsed)
    except OverflowError:
        return None


def format_time(time: datetime) -> str:
    """Return a time as ``YYYY-MM-DDTHH:MM:SSZ`` in UTC, as the store has it.

    Args:
        time: the time, with its zone; fractions of seconds are truncated.

    Raises:
        OverflowError: the time is outside the years 1 to 9999 in UTC.
    """
    utc = time.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="seconds") + "Z"


def day_in_zone(timestamp: str, zone: tzinfo) -> date:
    """Return the day of a time in a time zone.

    A document that states a date without a time has midnight in UTC: that is the date itself, in
    any time zone.

    Args:
        timestamp: the time, ISO 8601 in UTC.
        zone: time zone of the day.
    """
    moment = datetime.fromisoformat(timestamp).astimezone(UTC)
    if moment.time() != time.min:
        # The first and the last day of all have no neighbors.
        with suppress(OverflowError):
            moment = moment.astimezone(zone)
    return moment.date()


def to_iso8601(text: str) -> str | None:
    """Parse a date or time and return it as ISO 8601 in its own zone, with fractions, or None."""
    parsed = _parse(text)
    return None if parsed is None else parsed.isoformat().replace("+00:00", "Z")


def _midnight(day: date, zone: tzinfo) -> str:
    """Return the start of a day, in UTC; the first day of all begins in UTC."""
    if zone is not UTC:
        with suppress(OverflowError):
            return format_time(datetime(day.year, day.month, day.day, tzinfo=zone))
    return f"{day.isoformat()}T00:00:00Z"


def timestamp_from_path(path: str, date_zone: tzinfo = UTC) -> str | None:
    """Return midnight of the date in a path, in UTC, or None.

    The date is at the end of the path, as in ``2021-03-12-title.md`` (Jekyll),
    ``2021-3-12-title/index.md``, ``2021-03-12/title.md`` and ``2021/03/12/title.md``. The 30th of
    February is the 1st or 2nd of March, as in Jekyll and Docusaurus (Ruby's ``Time.parse`` and
    JavaScript's ``Date``).
    """
    match = _DATED_PATH.fullmatch(path)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    if not 1 <= day <= _MAX_DAYS_OF_MONTH:
        return None
    try:
        return _midnight(date(year, month, 1) + timedelta(days=day - 1), date_zone)
    except ValueError:
        return None


def _parse(text: str) -> date | datetime | None:
    text = text.strip()
    if not text or len(text) > _MAX_LENGTH:
        return None
    if match := _DOTTED_DATE.match(text):
        text = f"{match[3]}-{match[2]}-{match[1]}{text[match.end() :]}"
    try:
        if _UTC_TIMESTAMP.fullmatch(text):
            return datetime.fromisoformat(text)
        if match := _DATE_AND_TIME.fullmatch(text):
            return _from_match(match)
        if _AM_OR_PM.search(text) and re.match(r"\d{4}[-/]", text):
            return _parse_with_dateutil(text)
        # Other numbers would be parsed as a date, a separator and a time: 16120103112.
        if text.isdigit():
            return _from_digits(text)
        return datetime.fromisoformat(text)
    except ValueError:
        return _parse_rfc2822(text)


def _from_digits(text: str) -> date | datetime | None:
    """Return the date of ``20210312``, or of a Unix time in seconds or, with 13 digits, in ms."""
    if len(text) == len("20210312"):
        return date.fromisoformat(text)
    if not text.isascii() or len(text) not in _UNIX_TIME_UNITS:
        return None
    return datetime.fromtimestamp(int(text) // _UNIX_TIME_UNITS[len(text)], UTC)


def _from_match(match: re.Match[str]) -> date | datetime:
    year, month, day = int(match[1]), int(match[2] or match[3]), int(match[4])
    if match[5] is None:
        return date(year, month, day)
    hour, minute, second = int(match[5]), int(match[6]), int(match[7] or 0)
    microsecond = int((match[8] or "")[:6].ljust(6, "0"))
    # ISO 8601 calls the end of a day 24:00.
    is_end = hour == _HOURS_OF_DAY and minute == second == microsecond == 0
    zone = _parse_zone(match[9])
    moment = datetime(year, month, day, 0 if is_end else hour, minute, second, microsecond, zone)
    try:
        return moment + timedelta(days=1) if is_end else moment
    except OverflowError as error:
        raise ValueError("there is no day after the last one") from error


def _parse_zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if text[0] == "-" else offset)


def _parse_rfc2822(text: str) -> date | datetime | None:
    """Parse an RFC 2822 date (section 3.3), obsolete forms included."""
    if _MONTH_NAME.search(text) is None:
        return None
    # The standard library's parser ignores these, and most names of zones.
    text = _GMT_OFFSET.sub("", re.sub(r"\s*\(.*\)$", "", text))
    if _AM_OR_PM.search(text) or _ZONE_NAME.search(text):
        return _parse_with_dateutil(text)
    try:
        return parsedate_to_datetime(text)
    # The standard library's parser raises other errors than ValueError for malformed texts.
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return _parse_with_dateutil(text)


def _parse_with_dateutil(text: str) -> date | datetime | None:
    """Parse a complete date such as ``May 2, 2024 8:46 pm`` or ``2024-05-02 8:46 pm``."""
    try:
        # What the text lacks comes from the default: a complete date has the same result for both.
        parsed, other = (
            cast("datetime", parse_date(text, default=default, tzinfos=_fixed_zone))
            for default in (datetime(2000, 1, 1), datetime(2001, 2, 2, 1, 1))  # noqa: DTZ001 - the zone is that of the text, or none
        )
    except (ValueError, OverflowError):
        return None
    if parsed == other:
        return parsed
    return parsed.date() if parsed.date() == other.date() else None


def _fixed_zone(name: str | None, seconds: int | None) -> timezone | None:
    """Return a zone by its offset or name, or None if a text has neither.

    Raises:
        ValueError: the name means different offsets, or none.
    """
    if seconds is not None:
        return timezone(timedelta(seconds=seconds))
    if name is None:
        return None
    if name not in _ZONE_HOURS:
        raise ValueError(f"{name!r} is no zone")
    return timezone(timedelta(hours=_ZONE_HOURS[name]))
