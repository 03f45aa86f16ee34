"""Articles read from the store become feed entries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsgraph.server.feeds import entries
from newsgraph.server.feeds.entries import feed_id
from newsgraph.server.urls import SiteUrls, feed_path
from newsgraph.store.documents.collection_settings import Collection
from tests.server.fake_store import ARTICLE

URLS = SiteUrls("https://news.example")


def build_entry(article, collection=Collection()):  # noqa: B008 - it is immutable
    """Build the entry of an article."""
    return entries.build_entry(article, collection, URLS)


def image_row(url, width=None, height=None):
    """Return an image as read from the store."""
    return {"url": url, "width": width, "height": height}


def test_base_url_of_a_body():
    """It is the URL of the article."""
    article = ARTICLE | {"bodyHtml": "<p>x</p>"}
    entry = build_entry(article)
    assert (entry.body_html, entry.base_url) == ("<p>x</p>", ARTICLE["webUrl"])
    assert build_entry(ARTICLE).body_html is None


def test_source_categories_and_related_links():
    """An entry refers to its provider's feed, its topics' pages and its related links."""
    cnet = {"name": "CNET", "domain": "cnet.com"}
    entry = build_entry(
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
    assert entry.source.feed_url == "https://news.example/feeds/providers/cnet.com.rss"
    assert entry.source.home_url == "https://news.example/providers/cnet.com"
    feed_key = feed_path("providers", "cnet.com")
    assert entry.source.id == feed_id(Collection(), URLS.base_url, feed_key)
    assert [category.scheme for category in entry.categories] == ["https://news.example/topics/"]
    assert [(related.link, related.provider) for related in entry.related] == [
        ("https://a.example/", "CNET"),
        ("", None),
    ]


def test_times_are_those_of_the_document():
    """Times are aware; a missing one stays missing."""
    assert build_entry(ARTICLE).updated == datetime(2024, 2, 1, 8, tzinfo=UTC)
    assert build_entry(ARTICLE | {"publishedAt": None}).published is None


@pytest.mark.parametrize(
    "url", ["/relative.png", "//news.example/x.png", "data:image/png;base64,", "http://[", "http:x"]
)
def test_entry_has_the_first_image_with_an_absolute_url(url):
    """A feed reader has no page that a relative URL could resolve against."""
    fetchable = image_row("https://news.example/a.png", 2, 1)
    assert build_entry(ARTICLE | {"images": [image_row(url)]}).image is None
    image = build_entry(ARTICLE | {"images": [image_row(url), fetchable]}).image
    assert (image.url, image.width, image.height) == (fetchable["url"], 2, 1)
