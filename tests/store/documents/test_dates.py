"""Dates of documents: their formats, their keys, and dates in paths."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import ELEVENTY, PLAIN, ZOLA
from newsgraph.store.documents.frontmatter import parse_document
from newsgraph.store.documents.times import format_time, to_utc_timestamp


def parse_article(front, path="a.md"):
    """Parse a document without diagnostics, and return its article."""
    parsed = parse_document(f"---\ntitle: T\n{front}\n---\n", path)
    assert parsed.diagnostics == ()
    return parsed.content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-03-12T21:41:00Z", "2021-03-12T21:41:00Z"),
        ("2021-03-12T21:41:00.999Z", "2021-03-12T21:41:00Z"),
        ("2021-03-12T21:41:00", "2021-03-12T21:41:00Z"),
        ("2021-03-12", "2021-03-12T00:00:00Z"),
        ("2021-3-2", "2021-03-02T00:00:00Z"),
        ("20210312", "2021-03-12T00:00:00Z"),
        ("2021-W10-5", "2021-03-12T00:00:00Z"),
        ("2021-03-12 21:41:00 2021 +0100", "2021-03-12T20:41:00Z"),
        ("2021-03-12 21:41:00 +0000", "2021-03-12T21:41:00Z"),
        ("2021-03-12 21:41 UTC", "2021-03-12T21:41:00Z"),
        ("2021-03-12 21:41:00 -5", "2021-03-13T02:41:00Z"),
        ("2021-03-12t21:41:00.1+05:30", "2021-03-12T16:11:00Z"),
        ("2021/03/12 21:41:00", "2021-03-12T21:41:00Z"),
        ("2021/3/2", "2021-03-02T00:00:00Z"),
        ("2021/03-12", None),
        ("Mar 12, 2021", "2021-03-12T00:00:00Z"),
        ("12 March 2021 9:41 pm", "2021-03-12T21:41:00Z"),
        ("March 12, 2021 21:41 +0100", "2021-03-12T20:41:00Z"),
        ("March 12, 2021 9:41 pm CET", "2021-03-12T20:41:00Z"),
        ("12 Mar 2021 21:41 CEST", "2021-03-12T19:41:00Z"),
        ("12 Mar 2021 21:41:00 PST", "2021-03-13T05:41:00Z"),
        ("12 Mar 2021 21:41 XYZ", None),
        ("Fri Mar 12 2021 09:00:00 GMT+0200 (CEST)", "2021-03-12T07:00:00Z"),
        ("2021-03-12 9:41 PM", "2021-03-12T21:41:00Z"),
        ("2021/03/12 9:41 pm", "2021-03-12T21:41:00Z"),
        ("03/12/2021 9:41 pm", None),
        ("March 2021", None),
        ("March 12", None),
        ("03/12/2021", None),
        ("01.05.2024", "2024-05-01T00:00:00Z"),
        ("1.5.2024", "2024-05-01T00:00:00Z"),
        ("01.05.2024 10:30", "2024-05-01T10:30:00Z"),
        ("1.5.2024, 10:30:15", "2024-05-01T10:30:15Z"),
        ("01.05.2024 10:30 +0200", "2024-05-01T08:30:00Z"),
        ("31.12.2024 24:00", "2025-01-01T00:00:00Z"),
        ("05.13.2024", None),
        ("01.05.24", None),
        ("01.05.20240", None),
        ("x 01.05.2024", None),
        ("Fri, 12 Mar 2021 21:41:00 +0100", "2021-03-12T20:41:00Z"),
        ("Fri, 12 Mar 2021 21:41:00 -0000", "2021-03-12T21:41:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("0001-01-01T00:00:00+05:00", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("2021-02-30", None),
        ("2021-03-12T25:00:00Z", None),
        ("2021-03-12 10:00:00 +99:00", None),
        ("16120103112", None),
        ("1615585260", "2021-03-12T21:41:00Z"),
        ("1615585260999", "2021-03-12T21:41:00Z"),
        ("0000000000", "1970-01-01T00:00:00Z"),
        ("161558526099", None),
        ("١٦١٥٥٨٥٢٦٠", None),
        ("2021-03-12 24:00", "2021-03-13T00:00:00Z"),
        ("2021-12-31T24:00:00.0Z", "2022-01-01T00:00:00Z"),
        ("2021-03-12 24:00 +0100", "2021-03-12T23:00:00Z"),
        ("2021-03-12 24:01", None),
        ("2021-03-12 24:00:01", None),
        ("9999-12-31 24:00", None),
        ("yesterday", None),
        ("", None),
        ("2" * 101, None),
    ],
)
def test_timestamp(text, expected):
    """Dates in the formats of YAML, ISO 8601, Jekyll and e-mail become timestamps in UTC."""
    assert to_utc_timestamp(text) == expected


def test_a_time_without_a_zone_is_in_the_given_one():
    """A date alone is midnight in UTC, so that it stays the same day."""
    zone = timezone(timedelta(hours=2))
    assert to_utc_timestamp("2021-03-12 21:41", zone) == "2021-03-12T19:41:00Z"
    assert to_utc_timestamp("2021-03-12 21:41 +0000", zone) == "2021-03-12T21:41:00Z"
    assert to_utc_timestamp("2021-03-12", zone) == "2021-03-12T00:00:00Z"


@given(
    st.one_of(
        st.text(max_size=40), st.datetimes().map(str), st.text("0123 aprilmy,:+/.", max_size=30)
    )
)
def test_any_timestamp(text):
    """Any text becomes a timestamp of the same form, or None."""
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", to_utc_timestamp(text) or "0001-01-01T00:00:00Z"
    )


def test_a_date_with_dots():
    """YAML reads it as a text; it is day, month and year."""
    assert parse_article("date: 1.5.2024 10:30").published_at == "2024-05-01T10:30:00Z"
    assert parse_article("date: 01.05.2024").published_at == "2024-05-01T00:00:00Z"


def test_date_in_the_file_name():
    """The date in a Jekyll file name is used if the front matter has none."""
    assert parse_article("", "x/2021-03-12-a.md").published_at == "2021-03-12T00:00:00Z"
    assert (
        parse_article("date: 2020-01-01", "2021-03-12-a.md").published_at == "2020-01-01T00:00:00Z"
    )
    assert parse_article("", "2021-02-99-a.md").published_at is None
    assert parse_article("", "2021-03-12.md").published_at is None


@pytest.mark.parametrize(
    "path",
    [
        *("2021-3-12-a.md", "x/2021-03-12/a.md", "2021/03/12/a.md", "2021/3/12-a.md"),
        *("blog/2021-03-12-a/index.md", "2021-03-12-a/index.mdx", "2021/03/12/a/index.md"),
    ],
)
def test_date_in_the_path(path):
    """The date may have short numbers, and be in the names of folders."""
    assert parse_article("", path).published_at == "2021-03-12T00:00:00Z"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2011-02-29-a.md", "2011-03-01T00:00:00Z"),
        ("2011/04/31/a.md", "2011-05-01T00:00:00Z"),
        ("2012-02-31-a/index.md", "2012-03-02T00:00:00Z"),
    ],
)
def test_day_that_the_month_lacks(path, expected):
    """In a path, days after the last one of a month are the first ones of the next month."""
    assert parse_article("", path).published_at == expected


@pytest.mark.parametrize(
    "path",
    [
        *("2021-03-12-a/b.md", "2021/03/a.md", "12021-03-12-a.md"),
        *("2021-13-01-a.md", "2021-00-01-a.md", "2021-03-00-a.md", "2021-03-32-a.md"),
        "0000-01-01-a.md",
    ],
)
def test_no_date_in_the_path(path):
    """Other numbers in a path, and the date of a folder with other files, are no date."""
    assert parse_article("", path).published_at is None


@pytest.mark.parametrize(
    ("front", "published_at", "updated_at"),
    [
        ("created_at: 2024-05-02", "2024-05-02T00:00:00Z", None),
        ("Published_At: 2024-05-02", "2024-05-02T00:00:00Z", None),
        (
            "pubDatetime: 2024-05-02T15:33:05.569Z\nmodDatetime: 2024-05-03T15:33:05Z",
            "2024-05-02T15:33:05Z",
            "2024-05-03T15:33:05Z",
        ),
        ("publishDate: 2024-05-02\ndate: 2024-05-01", "2024-05-01T00:00:00Z", None),
        ("lastmod: 2024-05-02", "2024-05-02T00:00:00Z", "2024-05-02T00:00:00Z"),
        (
            "date: {created: 2024-05-02, updated: 2024-05-03}",
            "2024-05-02T00:00:00Z",
            "2024-05-03T00:00:00Z",
        ),
        ("date: {updated: 2024-05-03}", "2024-05-03T00:00:00Z", "2024-05-03T00:00:00Z"),
        ("published: 2024-05-02", "2024-05-02T00:00:00Z", None),
        ("published: 2024-05-02\ndate: 2024-05-01", "2024-05-01T00:00:00Z", None),
    ],
)
def test_keys_of_dates(front, published_at, updated_at):
    """Dates have many keys; the date of an update is the date of an article without another."""
    article = parse_article(front)
    assert (article.published_at, article.updated_at) == (published_at, updated_at)
    assert article.published


@pytest.mark.parametrize("date", ["Created", "Last Modified", "git Created", "GIT LAST MODIFIED"])
def test_dates_that_eleventy_computes(date):
    """They are no dates in archives of Eleventy, and errors in others."""
    text = f"---\ntitle: T\ndate: {date}\nupdated: {date}\n---\n"
    parsed = parse_document(text, "2021-03-12-a.md", kind=ELEVENTY)
    assert parsed.diagnostics == ()
    assert parsed.content.published_at == "2021-03-12T00:00:00Z"
    assert parsed.content.updated_at is None
    codes = [item.code for item in parse_document(text, "a.md").diagnostics]
    assert codes == ["wrong-date", "wrong-date"]


@pytest.mark.parametrize(
    ("name", "front", "kind", "expected"),
    [
        ("a", 'path = "2024/05/02/a"', ZOLA, "2024-05-02T00:00:00Z"),
        ("a", 'path = "/news/2024/05/02/a/"', ZOLA, "2024-05-02T00:00:00Z"),
        ("2024-05-03-a", 'path = "2024/05/02/a"', ZOLA, "2024-05-03T00:00:00Z"),
        ("a", 'path = "2024/05/02/a"\ndate = 2024-05-04', ZOLA, "2024-05-04T00:00:00Z"),
        ("a", 'path = "about"', ZOLA, None),
        ("a", 'path = "2024/05/02/a"', PLAIN, None),
    ],
)
def test_date_in_the_address(name, front, kind, expected):
    """A document of Zola without another date has the one in its `path`."""
    parsed = parse_document(f"+++\n{front}\n+++\n", f"{name}.md", kind=kind)
    assert parsed.content.published_at == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (datetime(2021, 3, 12, 21, 41, 0, 999_999, tzinfo=UTC), "2021-03-12T21:41:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime(2021, 3, 12, tzinfo=timezone(timedelta(hours=1))), "2021-03-11T23:00:00Z"),
    ],
)
def test_times_in_the_store(time, expected):
    """They have four digits for the year, and whole seconds: their texts sort as the times do."""
    assert format_time(time) == expected
