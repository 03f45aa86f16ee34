"""From what the store answers to channels and stories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.addresses import Addresses
from server.stories import channel
from server.stories import story as story_of
from store.documents.collection import Collection
from tests.server.fake_store import ARTICLE

HERE = Addresses("https://news.example")


def story(article, collection=Collection()):  # noqa: B008 - it cannot change
    """The entry of an article."""
    return story_of(article, collection, HERE)


def image(url, width=None, height=None):
    """An image as the store answers it."""
    return {"url": url, "width": width, "height": height}


def test_entities_in_an_excerpt_are_read():
    """Crawlers leave them in; a summary is plain text."""
    assert story(ARTICLE).summary == "It’s a start"
    assert story(ARTICLE | {"excerpt": None}).summary is None


def test_a_body_is_relative_to_its_site():
    """The collection's, where that is known; else the story's own address."""
    article = ARTICLE | {"bodyHtml": "<p>x</p>"}
    assert (story(article).body, story(article).base) == ("<p>x</p>", ARTICLE["webUrl"])
    collection = Collection(url="https://site.example/blog/")
    assert story(article, collection).base == "https://site.example/blog/"
    assert story(ARTICLE).body is None


def test_what_it_is_beside():
    """Its publisher's feed here, its topics' pages, and what it leads to."""
    cnet = {"name": "CNET", "domain": "cnet.com"}
    found = story(
        ARTICLE
        | {
            "provider": cnet,
            "topics": [{"slug": "ai", "name": "AI"}],
            "related": [
                {"title": "One", "webUrl": "https://a.example/", "provider": cnet},
                {"title": "Two", "webUrl": None, "provider": None},
            ],
        }
    )
    assert found.source.feed_url == "https://news.example/feeds/providers/cnet.com.rss"
    assert found.source.home_url == "https://news.example/providers/cnet.com"
    place = (HERE, "providers", "cnet.com", "atom")
    owner = cnet | {"description": None}
    assert found.source.id == channel(Collection(), owner, place, []).id
    assert [one.scheme for one in found.categories] == ["https://news.example/topics/"]
    assert [(one.link, one.provider) for one in found.related] == [
        ("https://a.example/", "CNET"),
        ("", None),
    ]


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
