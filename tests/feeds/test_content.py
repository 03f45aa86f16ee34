"""What a reader shows of a story is safe, and leads where it did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import fragment_fromstring

from newsgraph.feeds import Related, Story
from newsgraph.feeds.content import MORE, content, safe_html
from newsgraph.feeds.sanitize import sanitised_story
from tests.feeds.test_any_entry import ANY_TEXT, MARKUP, URLS

BASE = "https://news.example/2021/story"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            '<a href="/about">',
            '<a href="https://news.example/about" rel="noopener noreferrer"></a>',
        ),
        ('<img src="a.png">', '<img src="https://news.example/2021/a.png">'),
        ('<img src="//cdn.example/a.png">', '<img src="https://cdn.example/a.png">'),
        ('<a href="#top">x</a>', f'<a href="{BASE}#top" rel="noopener noreferrer">x</a>'),
        ('<a href="mailto:a@b.example">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<img src="data:image/png;base64,AA==">', "<img>"),
        ("<script>x</script><p onclick=x>y</p>", "<p>y</p>"),
        (
            '<blockquote cite="javascript:x">y</blockquote><q cite="/z">y</q>',
            "<blockquote>y</blockquote><q>y</q>",
        ),
        ("a\x0bb\ufffe", "ab"),
    ],
)
def test_addresses_are_whole_and_of_the_web(said, shown):
    """Relative ones are the site's; what is not http or https leads nowhere."""
    assert safe_html(said, BASE) == shown


@pytest.mark.parametrize(
    "base",
    [
        *(None, "", "nowhere", "/path", "https://", "https://[bad/", "https://1.2.3.999/"),
        *("https://a.example:99999/", "https://%zz/", "https://xn--/", "https://a b.example/"),
    ],
)
def test_without_a_base_relative_addresses_go(base):
    """A reader would take them for its own. One that is no address is none."""
    assert safe_html('<img src="a.png"><a href="https://b.example/">b</a>', base) == (
        '<img><a href="https://b.example/" rel="noopener noreferrer">b</a>'
    )


@given(st.lists(MARKUP | URLS, max_size=6).map("".join), st.none() | URLS)
def test_whatever_is_said(said, base):
    """It is safe, fits XML, and is the same when it is sanitised again."""
    shown = safe_html(said, base)
    assert nh3.clean(shown, url_schemes={"http", "https"}, url_relative="deny").strip() == shown
    addresses = fragment_fromstring(shown, create_parent="div").xpath("//@href | //@src")
    assert all(one.startswith(("http://", "https://")) for one in addresses)
    element = etree.Element("content")
    element.text = shown
    assert etree.fromstring(etree.tostring(element)).text == (shown or None)


def test_a_summary_alone_is_no_content(bare_story):
    """It is told as a summary already."""
    assert content(bare_story, with_related=True) is None


def test_what_it_leads_to_is_listed_below(bare_story):
    """Also where there is no body: then below the summary."""
    story = replace(
        bare_story, summary="A < B", related=(Related("C & D", "https://a.example/?b=1&c", "E"),)
    )
    shown = content(story, with_related=True)
    assert shown == (
        f"<p>A &lt; B</p><h4>{MORE}</h4>"
        '<ul><li><a href="https://a.example/?b=1&amp;c">C &amp; D</a> (E)</li></ul>'
    )
    assert content(story, with_related=False) is None
    assert content(replace(story, body="<p>x</p>"), with_related=False) == "<p>x</p>"


@given(ANY_TEXT, ANY_TEXT | URLS)
def test_links_lead_to_the_web(title, link):
    """Others are left out; one without a title is called by its address."""
    [*found] = sanitised_related(title, link)
    assert bool(found) == link.strip().startswith(("http://", "https://"))
    assert all(one.title and one.link.startswith("http") for one in found)


def sanitised_related(title, link):
    """Sanitise a story with one link."""
    story = Story("urn:uuid:0", "t", "https://a.example/", datetime(2021, 1, 1, tzinfo=UTC))
    return sanitised_story(replace(story, related=(Related(title, link),))).related
