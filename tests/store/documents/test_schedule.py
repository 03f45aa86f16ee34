"""When a document is shown: the keys of its dates, and the rules of its collection."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.document import Schedule
from newsgraph.store.documents.frontmatter import parse_document
from newsgraph.store.documents.schedule import (
    EXPIRES_AT_KEYS,
    PUBLISH_DATE_KEYS,
    VisiblePeriod,
    visible_period,
)

PAST, NOW, FUTURE = "2024-05-02T00:00:00Z", "2026-01-01T00:00:00Z", "2099-05-02T00:00:00Z"
HIDING = [name for name, kind in KINDS.items() if kind.hides_future]
SHOWING = [name for name, kind in KINDS.items() if not kind.hides_future]
TIMES = st.none() | st.sampled_from([PAST, NOW, FUTURE, "2026-01-01T00:00:01Z"])


def parse_schedule(front, path="a.md", codes=(), **arguments):
    """Parse a document with these diagnostics, and return the schedule of its article."""
    parsed = parse_document(f"---\ntitle: T\n{front}\n---\n", path, **arguments)
    assert tuple(item.code for item in parsed.diagnostics) == codes
    return parsed.content.schedule


def is_shown(kind, front, path="a.md", now=NOW, **settings):
    """Return whether a document of an archive is shown."""
    schedule = parse_schedule(front, path, kind=KINDS[kind])
    period = visible_period(schedule, Collection(kind=kind, **settings), path)
    return period.contains(now)


@pytest.mark.parametrize("key", EXPIRES_AT_KEYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_date_of_expiry_hides_in_every_kind(kind, key):
    """Under any key, in any letter case; until that date the document is shown."""
    for spelling in (key, key.lower(), key.upper()):
        assert not is_shown(kind, f"{spelling}: 2024-05-02")
        assert is_shown(kind, f"{spelling}: 2024-05-02", now="2024-05-01T23:59:59Z")
        assert is_shown(kind, f"{spelling}: 2099-05-02")
    assert not is_shown(kind, f"{key}: 2024-05-02", future="show")


@pytest.mark.parametrize("key", PUBLISH_DATE_KEYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_publish_date_beside_a_date_hides_in_every_kind(kind, key):
    """The setting `future` shows the document."""
    for spelling in (key, key.lower(), key.upper()):
        front = f"publishedDateTime: 2024-05-02\n{spelling}: 2099-05-02"
        assert not is_shown(kind, front)
        assert is_shown(kind, front, now=FUTURE)
        assert is_shown(kind, front, future="show")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("front", "path"),
    [
        ("", "_posts/2099-05-02-embargo.md"),
        ("date: 2099-05-02", "_posts/a.md"),
        ("publishDate: 2099-05-02", "_posts/a.md"),
        ("published: 2099-05-02", "_posts/a.md"),
        ("date: {created: 2099-05-02}", "_posts/a.md"),
        ("publishedDateTime: 2099-05-02T00:00:00Z", "_posts/a.md"),
    ],
)
def test_the_date_of_publication_hides_by_the_rule_of_the_kind(kind, front, path):
    """The setting `future` overrides the rule."""
    assert is_shown(kind, front, path) == (kind in SHOWING)
    assert is_shown(kind, front, path, now=FUTURE)
    assert is_shown(kind, front, path, future="show")
    assert not is_shown(kind, front, path, future="hide")


def test_the_kinds_that_hide():
    """Hexo, Pelican and Material for MkDocs hide with a setting only."""
    assert HIDING == ["plain", "jekyll", "hugo"]


def test_jekyll_shows_pages():
    """A page has no date; all documents of an imported `_posts` are posts."""
    front = "date: 2099-05-02"
    assert is_shown("jekyll", front, "about/a.md")
    assert is_shown("jekyll", front, "_about.md")
    assert not is_shown("jekyll", front, "about/a.md", future="hide")
    assert not is_shown("jekyll", front, "town/_posts/a.md")
    assert not is_shown("jekyll", front, "_recipes/cakes/a.md")
    assert not is_shown("jekyll", front, "a.md", is_complete=False)


def test_hugo_reads_the_publish_date_first():
    """A date in the future is then the date of an event; other generators hide the document."""
    front = "date: 2099-05-02\npublishDate: 2024-05-02"
    assert is_shown("hugo", front)
    assert not is_shown("plain", front)
    assert not is_shown("hugo", "date: 2024-05-02\npublishDate: 2099-05-02")
    assert not is_shown("hugo", "pubDate: 2024-05-02\npublishDate: 2099-05-02")


def test_a_date_of_an_update_hides_nothing():
    """It is the date of an article that has no other, but no date of publication."""
    assert is_shown("plain", "lastmod: 2099-05-02")
    assert is_shown("plain", "date: {updated: 2099-05-02}")


def test_expired_documents_of_a_generator_that_builds_them():
    """Hugo's buildExpired shows them."""
    assert is_shown("hugo", "expiryDate: 2024-05-02", serve_expired=True)


@pytest.mark.parametrize("value", ["false", "true", "3600", "1.5", "''", "null", "[]"])
def test_values_of_expires_that_are_no_dates(value):
    """Numbers are seconds of an HTTP header; nothing is reported."""
    assert parse_schedule(f"expires: {value}") == Schedule()


def test_a_compact_date_of_expiry():
    """A number of eight digits is a date."""
    assert parse_schedule("expires: 20240502").expires_at == PAST


@pytest.mark.parametrize("key", ["expiryDate", "publishDate"])
def test_an_invalid_date_is_reported_once(key):
    """An author who misspells a date must know that it has no effect."""
    assert parse_schedule(f"{key}: someday", codes=("wrong-date",)) == Schedule()
    front = f"date: 2024-05-02\n{key}: someday"
    assert parse_schedule(front, codes=("wrong-date",), zone=ZoneInfo("Asia/Tokyo")).dated_at


@pytest.mark.parametrize("value", ["true", "false", "draft"])
def test_published_without_a_date_is_no_publish_date(value):
    """`published` is true or false in most archives."""
    codes = ("wrong-type",) if value == "draft" else ()
    schedule = parse_schedule(f"date: 2024-05-02\npublished: {value}", codes=codes)
    assert schedule == Schedule(PAST)


def test_a_date_alone_is_midnight_in_the_zone_of_the_archive():
    """Otherwise a story would appear hours before its day begins. publishedAt keeps its day."""
    new_york = ZoneInfo("America/New_York")
    front = "date: 2026-12-01\npublishDate: 2026-12-02\nexpiryDate: 2027-07-01"
    assert parse_schedule(front, zone=new_york) == Schedule(
        "2026-12-01T05:00:00Z", "2026-12-02T05:00:00Z", "2027-07-01T04:00:00Z"
    )
    schedule = parse_schedule("", "2026-12-01-a.md", zone=new_york)
    assert schedule.dated_at == "2026-12-01T05:00:00Z"
    parsed = parse_document(f"---\n{front}\n---\n", "a.md", zone=new_york)
    assert parsed.content.published_at == "2026-12-01T00:00:00Z"
    tokyo = parse_schedule("date: 2026-12-01T10:00:00", zone=ZoneInfo("Asia/Tokyo"))
    assert tokyo.dated_at == "2026-12-01T01:00:00Z"


@pytest.mark.parametrize(
    ("date", "zone", "expected"),
    [
        ("9999-12-31", "America/New_York", "9999-12-31T05:00:00Z"),
        ("0001-01-01", "Asia/Tokyo", "0001-01-01T00:00:00Z"),
    ],
)
def test_the_first_and_the_last_day(date, zone, expected):
    """The first day of all begins in UTC, as its midnight in Tokyo is in the year 0."""
    assert parse_schedule(f"expiryDate: {date}", zone=ZoneInfo(zone)).expires_at == expected


@given(TIMES, TIMES, st.sampled_from([PAST, NOW, FUTURE]))
def test_a_period_changes_when_it_says(start, end, now):
    """At each change the document appears or goes, and between changes it does neither."""
    period = VisiblePeriod(start, end)
    change = period.next_change(now)
    if change is None:
        later = [time for time in (start, end, FUTURE, "9999-12-31T23:59:59Z") if time]
        assert {period.contains(max(time, now)) for time in later} == {period.contains(now)}
    else:
        assert change > now
        assert period.contains(change) != period.contains(now)


@given(st.builds(Schedule, TIMES, TIMES, TIMES), st.sampled_from(sorted(KINDS)), st.booleans())
def test_show_shows_what_hide_hides(schedule, kind, is_complete):
    """With `show`, a period is never shorter than by the kind's rule, and with `hide` never longer.

    The rule of Hugo is the same with `hide`.
    """
    collection = Collection(kind=kind, is_complete=is_complete)
    starts = [
        visible_period(schedule, replace(collection, future=future), "a.md").start or ""
        for future in ("show", None, "hide")
    ]
    assert starts == sorted(starts)
