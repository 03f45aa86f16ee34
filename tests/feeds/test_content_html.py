"""Entry contents are safe HTML whose links and images have absolute URLs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import fragment_fromstring

from newsgraph.feeds import Entry, RelatedStory
from newsgraph.feeds.content_html import RELATED_HEADING, content_html, sanitize_html
from newsgraph.feeds.sanitize_entries import sanitize_entry
from newsgraph.store.documents.reading_html import ReadingSanitizer
from tests.feeds.test_any_entry import ANY_TEXT, MARKUP, URLS

BASE, STORY = "https://news.example/2021/story", "https://paper.example/story/"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<a href="/about">',
            '<a href="https://news.example/about" rel="noopener noreferrer"></a>',
        ),
        ('<img src="a.png">', '<img src="https://news.example/2021/a.png">'),
        ('<img src="//cdn.example/a.png">', '<img src="https://cdn.example/a.png">'),
        ('<a href="#top">x</a>', f'<a href="{STORY}#top" rel="noopener noreferrer">x</a>'),
        (
            '<a href="mailto:a@b.example">x</a><a href="javascript:x">y</a>',
            (
                '<a href="mailto:a@b.example" rel="noopener noreferrer">x</a>'
                '<a rel="noopener noreferrer">y</a>'
            ),
        ),
        ('<img src="data:image/png;base64,AA==">', "<img>"),
        ("<script>x</script><p onclick=x>y</p>", "<p>y</p>"),
        (
            '<blockquote cite="javascript:x">y</blockquote><q cite="/z">y</q>',
            "<blockquote>y</blockquote><q>y</q>",
        ),
        ("a\x0bb\ufffe", "ab"),
    ],
)
def test_urls_are_absolute(html, expected):
    """Relative URLs use the base, fragments the story; URLs of unusual schemes are removed."""
    assert sanitize_html(html, BASE, STORY) == expected


@pytest.mark.parametrize(
    "base_url",
    [
        *(None, "", "nowhere", "/path", "https://", "https://[bad/"),
        *("https://a.example:99999/", "https://%zz/", "https://a b.example/"),
    ],
)
def test_relative_urls_without_a_valid_base_are_removed(base_url):
    """A feed reader would resolve them against its own URL. An invalid base counts as none."""
    assert sanitize_html(
        '<img src="a.png"><a href="https://b.example/">b</a>', base_url, STORY
    ) == ('<img><a href="https://b.example/" rel="noopener noreferrer">b</a>')


@given(st.lists(MARKUP | URLS, max_size=6).map("".join), st.none() | URLS)
def test_any_html_becomes_safe(html, base_url):
    """The result is safe, can be written as XML, and does not change when sanitized again."""
    safe = sanitize_html(html, base_url, STORY)
    assert ReadingSanitizer().sanitize(safe, lambda _url: None).strip() == safe
    urls = fragment_fromstring(safe, create_parent="div").xpath("//@href | //@src")
    assert all(url.startswith(("http://", "https://", "mailto:", "tel:")) for url in urls)
    element = etree.Element("content")
    element.text = safe
    assert etree.fromstring(etree.tostring(element)).text == (safe or None)


def test_summary_alone_is_not_content(minimal_entry):
    """An entry without body and related stories has no content: its summary is separate."""
    assert content_html(minimal_entry, include_related=True) is None


def test_related_stories_follow_the_summary_without_body(minimal_entry):
    """Without a body, the content is the summary followed by the list of related stories."""
    entry = replace(
        minimal_entry,
        summary="A < B",
        related=(RelatedStory("C & D", "https://a.example/?b=1&c", "E"),),
    )
    assert content_html(entry, include_related=True) == (
        f"<p>A &lt; B</p><h4>{RELATED_HEADING}</h4>"
        '<ul><li><a href="https://a.example/?b=1&amp;c">C &amp; D</a> (E)</li></ul>'
    )
    assert content_html(entry, include_related=False) is None
    assert content_html(replace(entry, body_html="<p>x</p>"), include_related=False) == "<p>x</p>"


@given(ANY_TEXT, ANY_TEXT | URLS)
def test_related_links_are_http(title, link):
    """Related stories with other links are omitted; without a title the link is the title."""
    related = sanitize_related(title, link)
    assert bool(related) == link.strip().startswith(("http://", "https://"))
    assert all(story.title and story.link.startswith("http") for story in related)


def sanitize_related(title, link):
    """Sanitize an entry with one related story and return its related stories."""
    entry = Entry("urn:uuid:0", "t", "https://a.example/", datetime(2021, 1, 1, tzinfo=UTC))
    return sanitize_entry(replace(entry, related=(RelatedStory(title, link),))).related
