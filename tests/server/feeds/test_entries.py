"""Articles read from the store become feed entries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsgraph.feeds import Attachment, Author
from newsgraph.server.feeds import entries
from newsgraph.server.feeds.entries import feed_id
from newsgraph.server.urls import SiteUrls, feed_path
from newsgraph.store.documents.collection_settings import Collection
from tests.server.fake_store import ARTICLE

URLS = SiteUrls("https://news.example")


def build_entry(article, collection=Collection()):  # noqa: B008 - it is immutable
    """Build the entry of an article."""
    return entries.build_entry(article, collection, URLS)


def image_row(url, width=None, height=None, **texts):
    """Return an image as read from the store."""
    unset = dict.fromkeys(("title", "alt", "attribution"))
    return {"url": url, "width": width, "height": height} | unset | texts


def file_row(url, media_type="audio/mpeg", size=None):
    """Return a file as read from the store."""
    return {"url": url, "mediaType": media_type, "size": size}


CNET = {"name": "CNET", "domain": "cnet.com"}


@pytest.mark.parametrize(
    ("collection", "domain", "is_own"),
    [
        (Collection(url="https://www.cnet.com/news/"), "cnet.com", True),
        (Collection(url="https://else.example/"), "cnet.com", False),
        (Collection(), "cnet.com", False),
        (Collection(), "news.example", True),
    ],
)
def test_a_story_of_the_site_itself_names_no_publisher(collection, domain, is_own):
    """Its publisher is neither a creator nor a source; that of a foreign story is both."""
    entry = build_entry(ARTICLE | {"provider": CNET | {"domain": domain}}, collection)
    assert (entry.provider, entry.source is None) == (None if is_own else "CNET", is_own)


def test_article_without_a_title():
    """The entry has none, although the article has the name of its file for one."""
    assert build_entry(ARTICLE | {"hasTitle": False}).title == ""


def test_authors_with_page_and_picture():
    """They are as in the store."""
    author = {"name": "Ann", "url": "https://ann.example/", "imageUrl": "https://ann.example/a.png"}
    entry = build_entry(ARTICLE | {"authors": [author]})
    assert entry.authors == (Author(*author.values()),)


def test_files_of_front_matter_precede_those_of_the_body():
    """A file is attached once, and needs an absolute URL."""
    first, second = file_row("https://a.example/1.mp3"), file_row("https://a.example/2.mp3", size=7)
    entry = build_entry(
        ARTICLE
        | {"enclosures": [first, file_row("/3.mp3")], "attachments": [second, first | {"size": 9}]}
    )
    assert entry.attachments == (
        Attachment("https://a.example/1.mp3", "audio/mpeg"),
        Attachment("https://a.example/2.mp3", "audio/mpeg", 7),
    )


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


def test_texts_of_an_image():
    """An image has its title, its alternative text and whom to credit."""
    row = image_row("https://news.example/a.png", title="T", alt="A", attribution="C")
    image = build_entry(ARTICLE | {"images": [row]}).image
    assert (image.title, image.alt, image.credit) == ("T", "A", "C")
