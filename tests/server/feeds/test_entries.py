"""From what the store answers to channels and stories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsgraph.server.feeds.entries import feed_id
from newsgraph.server.feeds.entries import story as story_of
from newsgraph.server.urls import Addresses, feed_path
from newsgraph.store.documents.collection import Collection
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


def test_entities_that_were_escaped_twice_are_read():
    """As crawlers leave them that escape what had entities already."""
    article = ARTICLE | {"excerpt": "a &amp;quot;clock&amp;quot;, AT&amp;T &amp; co"}
    assert story(article).summary == 'a "clock", AT&T & co'


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
    path = feed_path("providers", "cnet.com")
    assert found.source.id == feed_id(Collection(), HERE.site, path)
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
