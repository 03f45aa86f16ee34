"""From what the store answers to channels and stories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.addresses import Addresses
from server.stories import channel, story
from store.documents.collection import Collection
from tests.server.fake_store import ARTICLE

HERE = Addresses("https://news.example")


def image(url, width=None, height=None):
    """An image as the store answers it."""
    return {"url": url, "width": width, "height": height}


def test_entities_in_an_excerpt_are_read():
    """Crawlers leave them in; a summary is plain text."""
    assert story(ARTICLE).summary == "It’s a start"
    assert story(ARTICLE | {"excerpt": None}).summary is None


def test_times_are_the_documents():
    """No time is made up, and all are aware."""
    assert story(ARTICLE).updated == datetime(2024, 2, 1, 8, tzinfo=UTC)
    assert story(ARTICLE | {"publishedAt": None}).published is None


@pytest.mark.parametrize(
    "url", ["/relative.png", "//news.example/x.png", "data:image/png;base64,", "http://[", "http:x"]
)
def test_only_images_that_others_can_fetch_are_pictures(url):
    """A reader has no page that an address could be relative to."""
    good = image("https://news.example/a.png", 2, 1)
    assert story(ARTICLE | {"images": [image(url)]}).picture is None
    picture = story(ARTICLE | {"images": [image(url), good]}).picture
    assert (picture.url, picture.width, picture.height) == (good["url"], 2, 1)


def test_a_collection_without_words_still_has_a_channel():
    """Formats require a title and a description."""
    found = channel(Collection(), None, (HERE, "all", "", "rss"), [])
    assert (found.title, found.author) == ("newsgraph", "newsgraph")
    assert found.description
    assert found.updated is None
    assert found.home_url == "https://news.example/"


@pytest.mark.parametrize(
    ("kind", "description", "said"),
    [
        ("topics", None, "Articles on AI, from Seeds"),
        ("providers", None, "Articles from AI, from Seeds"),
        ("topics", "Machines that learn", "Machines that learn"),
    ],
)
def test_a_channel_says_what_it_is_of(kind, description, said):
    """The taxonomy's own words come first."""
    owner = {"name": "AI", "description": description}
    found = channel(Collection(title="Seeds"), owner, (HERE, kind, "ai", "atom"), [])
    assert found.title == "AI — Seeds"
    assert found.description == said


def test_channel_ids():
    """One per feed, the same in both formats and on every host; two collections share none."""

    def id_of(collection, name="ai", suffix="rss", site="https://one.example"):
        place = (Addresses(site), "topics", name, suffix)
        return channel(collection, {"name": "x", "description": None}, place, []).id

    known = Collection(id="seeds")
    assert id_of(known) == id_of(known, suffix="atom") == id_of(known, site="https://two.example")
    others = [
        id_of(known, name="law"),
        id_of(Collection(id="else")),
        id_of(Collection(url="https://a.example")),
        id_of(Collection()),
        id_of(Collection(), site="https://two.example"),
    ]
    assert len({id_of(known), *others}) == 6
