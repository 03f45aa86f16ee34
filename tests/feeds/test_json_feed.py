"""JSON feeds are as the JSON Feed 1.1 specification and feed readers require."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from newsgraph.feeds import render_json_feed
from newsgraph.feeds.content_html import content_html
from newsgraph.feeds.sanitize_entries import creators, sanitize_entry, sanitize_metadata
from tests.feeds.test_any_entry import ENTRIES, FEED_METADATA

SCHEMA = json.loads(Path(__file__).with_name("json_feed.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def parse_valid(rendered):
    """Parse a feed and validate it against the JSON schema."""
    feed = json.loads(rendered)
    VALIDATOR.validate(feed)
    return feed


def test_golden(golden, metadata, full_entry, note, minimal_entry):
    """A feed with a full entry, a note and a minimal entry is valid and equals the golden file."""
    rendered = render_json_feed(metadata, [full_entry, note, minimal_entry])
    golden("full.json", rendered)
    parse_valid(rendered)


def test_golden_empty(golden, metadata):
    """A feed without entries is valid and equals the golden file."""
    rendered = render_json_feed(replace(metadata, updated=None, language=None), [])
    golden("empty.json", rendered)
    parse_valid(rendered)


def test_naive_time_raises(metadata, minimal_entry):
    """A naive time raises an error: it would be read in the machine's time zone."""
    with pytest.raises(ValueError, match="has no time zone"):
        render_json_feed(metadata, [replace(minimal_entry, updated=datetime(2021, 3, 11))])  # noqa: DTZ001


@pytest.mark.parametrize(
    ("icon", "logo", "expected"),
    [
        ("https://a.example/i.png", "https://a.example/l.png", "https://a.example/i.png"),
        ("https://a.example/i.ico", "https://a.example/l.png", "https://a.example/l.png"),
        ("https://a.example/i.ico", None, "https://a.example/i.ico"),
        (None, "https://a.example/l.png", "https://a.example/l.png"),
        (None, None, None),
    ],
)
def test_icon_is_large(metadata, icon, logo, expected):
    """The icon of a browser is too small for timelines, and only a favicon."""
    feed = parse_valid(render_json_feed(replace(metadata, icon_url=icon, logo_url=logo), []))
    assert (feed.get("icon"), feed.get("favicon")) == (expected, icon)


@given(FEED_METADATA, st.lists(ENTRIES, max_size=3))
def test_json_feed_contains_the_sanitized_values(metadata, entries):
    """Any feed is valid and contains the sanitized values."""
    rendered = render_json_feed(metadata, entries)
    assert render_json_feed(metadata, entries) == rendered
    feed, clean = parse_valid(rendered), sanitize_metadata(metadata)
    assert feed["title"] == clean.title
    assert feed["description"] == clean.description
    assert feed["feed_url"] == clean.self_url
    assert feed["home_page_url"] == clean.home_url
    assert [author["name"] for author in feed["authors"]] == [clean.author]
    assert feed.get("language") == clean.language
    for item, entry in zip(feed["items"], map(sanitize_entry, entries), strict=True):
        assert item["id"] == entry.guid
        assert item["url"] == entry.link
        assert item.get("title", "") == entry.title
        html = content_html(entry, include_related=metadata.include_related)
        assert item.get("content_html") == html
        if html is None:
            assert item["content_text"] == (entry.summary or "")
        else:
            assert item.get("summary") == entry.summary
        assert item.get("image") == (entry.image.url if entry.image else None)
        assert [author["name"] for author in item.get("authors", ())] == [
            creator.name for creator in creators(entry)
        ]
        assert item.get("tags", []) == [category.label for category in entry.categories]
        assert datetime.fromisoformat(item["date_modified"]) == entry.updated
        published = item.get("date_published")
        assert (published and datetime.fromisoformat(published)) == entry.published


@pytest.mark.parametrize(
    "members",
    [
        {"version": "https://jsonfeed.org/version/1"},
        {"title": ""},
        {"items": [{"id": "a"}]},
        {"items": [{"content_text": "a"}]},
        {"items": [{"id": "a", "content_text": "", "url": "no url"}]},
        {"items": [{"id": "a", "content_text": "", "date_published": "yesterday"}]},
        {"items": [{"id": "a", "content_text": "", "tags": [""]}]},
        {"next": "https://a.example/"},
    ],
)
def test_schema_rejects_invalid_feeds(metadata, members):
    """The JSON schema rejects what the specification does not allow."""
    feed = json.loads(render_json_feed(metadata, []))
    VALIDATOR.validate(feed)
    assert not VALIDATOR.is_valid(feed | members)
