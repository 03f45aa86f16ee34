"""Parses dates and times in the formats of YAML, ISO 8601, Jekyll, Hugo and e-mail."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

_UTC_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\dZ", re.ASCII)
_DATE_AND_TIME: Final = re.compile(
    r"""
    (\d{4})-(\d{1,2})-(\d{1,2})
    (?: (?:[Tt]|[ \t]+) (\d{1,2}):(\d\d) (?: :(\d\d) (?:[.,](\d*))? )?
        [ \t]* (Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d\d)?)?
    )?
    """,
    re.ASCII | re.VERBOSE,
)
_JEKYLL_FILE_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\d)-[^/]*", re.ASCII)
_MAX_LENGTH: Final = 100


def to_utc_timestamp(text: str) -> str | None:
    """Parse a date or time and return it as ``YYYY-MM-DDTHH:MM:SSZ`` in UTC, or None.

    Accepts YAML's timestamps, ISO 8601 as ``datetime.fromisoformat`` parses it, Jekyll's
    ``2021-03-12 21:41:00 +0000`` and RFC 2822 dates. A time without a zone is in UTC, a
    date without a time is midnight in UTC; fractions of seconds are truncated. A time
    outside the years 1 to 9999 in UTC gives None.
    """
    parsed = _parse(text)
    if parsed is None:
        return None
    if _UTC_TIMESTAMP.fullmatch(text):
        return text
    if not isinstance(parsed, datetime):
        return f"{parsed.isoformat()}T00:00:00Z"
    if parsed.tzinfo is not None:
        try:
            parsed = parsed.astimezone(UTC)
        except OverflowError:
            return None
    return parsed.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def to_iso8601(text: str) -> str | None:
    """Parse a date or time and return it as ISO 8601 in its own zone, with fractions, or None."""
    parsed = _parse(text)
    return None if parsed is None else parsed.isoformat().replace("+00:00", "Z")


def timestamp_from_file_name(path: str) -> str | None:
    """Return midnight in UTC of the date in a name such as ``2021-03-12-title.md``, or None."""
    match = _JEKYLL_FILE_NAME.fullmatch(path.rpartition("/")[2])
    return to_utc_timestamp(match[1]) if match else None


def _parse(text: str) -> date | datetime | None:
    text = text.strip()
    if not text or len(text) > _MAX_LENGTH:
        return None
    try:
        if _UTC_TIMESTAMP.fullmatch(text):
            return datetime.fromisoformat(text)
        if match := _DATE_AND_TIME.fullmatch(text):
            return _from_match(match)
        # More digits would be parsed as a date, a separator and a time: 16120103112.
        if text.isdigit():
            return date.fromisoformat(text) if len(text) == len("20210312") else None
        return datetime.fromisoformat(text)
    except ValueError:
        return _parse_rfc2822(text)


def _from_match(match: re.Match[str]) -> date | datetime:
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
        tzinfo=_parse_zone(match[8]),
    )


def _parse_zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if text[0] == "-" else offset)


def _parse_rfc2822(text: str) -> datetime | None:
    """Parse an RFC 2822 date (section 3.3), obsolete forms included."""
    try:
        return parsedate_to_datetime(text)
    # The standard library's parser raises other errors than ValueError for malformed texts.
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
