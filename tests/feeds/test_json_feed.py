"""JSON Feed 1.1 as its specification and readers want it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from newsgraph.feeds import render_json
from newsgraph.feeds.content import content
from newsgraph.feeds.sanitize import creators, sanitised_channel, sanitised_story
from tests.feeds.test_any_entry import CHANNELS, STORIES

SCHEMA = json.loads(Path(__file__).with_name("json_feed.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def read(rendered):
    """Parse a feed, and hold it against the schema."""
    feed = json.loads(rendered)
    VALIDATOR.validate(feed)
    return feed


def test_golden(golden, channel, full_story, bare_story):
    """A feed with a story that has everything and one that has nothing."""
    rendered = render_json(channel, [full_story, bare_story])
    golden("full.json", rendered)
    read(rendered)


def test_golden_empty(golden, channel):
    """A feed without stories."""
    rendered = render_json(replace(channel, updated=None, language=None), [])
    golden("empty.json", rendered)
    read(rendered)


def test_a_naive_time_is_refused(channel, bare_story):
    """It would be read in the zone of the machine."""
    with pytest.raises(ValueError, match="has no time zone"):
        render_json(channel, [replace(bare_story, updated=datetime(2021, 3, 11))])  # noqa: DTZ001


@given(CHANNELS, st.lists(STORIES, max_size=3))
def test_it_gives_back_what_was_put_in(channel, stories):
    """Valid whatever is in a story, and equal once sanitised."""
    rendered = render_json(channel, stories)
    assert render_json(channel, stories) == rendered
    feed, clean = read(rendered), sanitised_channel(channel)
    assert feed["title"] == clean.title
    assert feed["description"] == clean.description
    assert feed["feed_url"] == clean.self_url
    assert feed["home_page_url"] == clean.home_url
    assert feed["authors"] == [{"name": clean.author}]
    assert feed.get("language") == clean.language
    for item, story in zip(feed["items"], map(sanitised_story, stories), strict=True):
        assert item["id"] == story.guid
        assert item["url"] == story.link
        assert item["title"] == story.title
        whole = content(story, with_related=channel.with_related)
        assert item.get("content_html") == whole
        if whole is None:
            assert item["content_text"] == (story.summary or "")
        else:
            assert item.get("summary") == story.summary
        assert item.get("image") == (story.picture.url if story.picture else None)
        assert [one["name"] for one in item.get("authors", ())] == list(creators(story))
        assert item.get("tags", []) == [one.label for one in story.categories]
        assert datetime.fromisoformat(item["date_modified"]) == story.updated
        published = item.get("date_published")
        assert (published and datetime.fromisoformat(published)) == story.published


@pytest.mark.parametrize(
    "wrong",
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
def test_the_schema_bites(channel, wrong):
    """What the specification does not allow is seen."""
    feed = json.loads(render_json(channel, []))
    VALIDATOR.validate(feed)
    assert not VALIDATOR.is_valid(feed | wrong)
