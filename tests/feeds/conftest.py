"""Fixtures: a feed's metadata, its entries, and a comparison with golden files."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsgraph.feeds import (
    Attachment,
    Author,
    Category,
    Entry,
    FeedMetadata,
    Image,
    PagingLinks,
    RelatedStory,
    SourceFeed,
)

GOLDENS = Path(__file__).parents[1] / "golden" / "feeds"


@pytest.fixture
def golden():
    """A function that compares bytes with ``tests/golden/feeds/NAME``.

    ``UPDATE_GOLDENS=1 pytest tests/feeds`` rewrites the files: review the diff.
    """

    def compare(name: str, rendered: bytes) -> None:
        path = GOLDENS / name
        if os.environ.get("UPDATE_GOLDENS") == "1":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(rendered)
        assert rendered.decode() == path.read_bytes().decode()

    return compare


@pytest.fixture
def metadata() -> FeedMetadata:
    """Metadata with every field set."""
    return FeedMetadata(
        id="urn:uuid:5f0b3f1e-6d5c-5b6e-9a55-0d1c8b1f7a01",
        title="AI & Machines",
        description="What is new in AI & nearby",
        self_url="https://news.example/feeds/all",
        home_url="https://news.example/",
        author="News (Example)",
        author_url="https://news.example/über uns",
        email="desk@news.example",
        copyright="© 2021 News Example & friends",
        icon_url="https://news.example/files/icon.png",
        logo_url="https://news.example/files/a logo.jpg",
        language="en",
        updated=datetime(2021, 3, 16, 9, 30, tzinfo=UTC),
        hub_url="https://news.example/hub",
        ttl_minutes=15,
        include_related=True,
        paging=PagingLinks(
            first="https://news.example/feeds/all",
            next="https://news.example/feeds/all?page=b&x=1",
            last="https://news.example/feeds/all?page=last",
            prev_archive="https://news.example/feeds/all?archive=1f",
        ),
    )


@pytest.fixture
def full_entry() -> Entry:
    """An entry with every field set, to values that need sanitizing or escaping."""
    return Entry(
        guid="urn:uuid:0d9e8ac1-9d0e-5c77-8f3a-51e15de2d001",
        title="AT&T ends <b>bold</b> plan ]]> “for now”",
        link="https://www.cnet.example/news/a story/ümlaut?q=1&r=2|3#top",
        updated=datetime(2021, 3, 16, 9, 30, tzinfo=UTC),
        published=datetime(2021, 3, 12, 21, 41, tzinfo=UTC),
        summary='AT&T <b> says "wait" ]]> &amp; so on',
        provider="CNET",
        authors=(
            Author(
                "Abrar Al-Heeti",
                "https://www.cnet.example/profiles/abrar é",
                "https://img.example/abrar.png",
            ),
            Author("Jane & Joe", "mailto:jane@cnet.example"),
        ),
        categories=(
            Category("ai", "AI", "https://news.example/topics/"),
            Category("c-and-d", "C & D", "https://news.example/topics/"),
        ),
        image=Image(
            "https://img.example/photo.JPG?w=1200&strip=all",
            1200,
            630,
            title="The <b> plan",
            alt="A phone\n& a cable",
            credit="Ann Lee/CNET",
        ),
        body_html='<p>“Wait”, AT&amp;T said: <a href="/why?a=1&amp;b">why</a>.</p>'
        '<script>no()</script><p><img src="photo.jpg" onload="no()"> '
        '<a href="javascript:no()">no</a> \x0b</p>',
        base_url="https://www.cnet.example/news/",
        source=SourceFeed(
            "urn:uuid:0d9e8ac1-9d0e-5c77-8f3a-51e15de2d010",
            "CNET & friends",
            "https://news.example/feeds/providers/cnet.example.rss",
            "https://news.example/providers/cnet.example",
        ),
        related=(
            RelatedStory("Why <b> & how", "https://other.example/a b?c=1&d=2", "Other"),
            RelatedStory("", "https://other.example/untitled"),
            RelatedStory("Not a web link", "javascript:no()"),
        ),
        attachments=(
            Attachment("https://cdn.example/an episode.mp3", "audio/mpeg"),
            Attachment("https://cdn.example/notes.pdf", "application/pdf", 9),
        ),
        language="de_AT",
    )


@pytest.fixture
def note() -> Entry:
    """An entry without a title, in the feed's language and of the site itself."""
    return Entry(
        guid="urn:uuid:0d9e8ac1-9d0e-5c77-8f3a-51e15de2d003",
        title=" ",
        link="https://news.example/notes/1",
        updated=datetime(2021, 3, 10, tzinfo=UTC),
        summary="Coffee & cake.",
        authors=(Author("Ann Lee", "https://ann.example/"),),
        language="EN",
    )


@pytest.fixture
def minimal_entry() -> Entry:
    """An entry with only the required fields."""
    return Entry(
        guid="urn:uuid:0d9e8ac1-9d0e-5c77-8f3a-51e15de2d002",
        title="Bare",
        link="https://venturebeat.example/2021/03/11/bare/",
        updated=datetime(2021, 3, 11, tzinfo=UTC),
    )
