"""Atom 1.0 as readers, validators and RFC 4287 want it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import feedparser
import pytest
from lxml import etree

from newsgraph.feeds import Paging, render_atom

NS = {"a": "http://www.w3.org/2005/Atom", "m": "http://search.yahoo.com/mrss/"}


def test_golden(golden, channel, full_story, bare_story):
    """A feed with a story that has everything and one that has nothing."""
    golden("full.atom.xml", render_atom(channel, [full_story, bare_story]))


def test_golden_empty(golden, channel):
    """A feed without stories has the fixed date, as RFC 4287 requires one."""
    golden("empty.atom.xml", render_atom(replace(channel, updated=None, language=None), []))


def test_feedparser_reads_it_back(channel, full_story):
    """A reader finds what was put in, letter by letter."""
    parsed = feedparser.parse(render_atom(channel, [full_story]))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.id == channel.id
    assert parsed.feed.title == channel.title
    assert parsed.feed.subtitle == channel.description
    assert parsed.feed.link == channel.home_url
    assert parsed.feed.author == channel.author
    assert parsed.feed.language == "en"
    assert parsed.feed.updated == "2021-03-16T09:30:00+00:00"
    [entry] = parsed.entries
    assert entry.id == full_story.guid
    assert entry.title == full_story.title
    assert entry.link == "https://www.cnet.example/news/a%20story/%C3%BCmlaut?q=1&r=2%7C3#top"
    assert entry.summary == full_story.summary
    assert entry.summary_detail.type == "text/plain"
    assert entry.published == "2021-03-12T21:41:00+00:00"
    assert entry.updated == "2021-03-16T09:30:00+00:00"
    assert [author.name for author in entry.authors] == ["Abrar Al-Heeti", "Jane & Joe", "CNET"]
    assert entry.author == "CNET"
    assert [(tag.term, tag.label) for tag in entry.tags] == [("ai", "AI"), ("c-and-d", "C & D")]
    assert entry.media_content == [
        {
            "url": "https://img.example/photo.JPG?w=1200&strip=all",
            "type": "image/jpeg",
            "medium": "image",
            "width": "1200",
            "height": "630",
        }
    ]


def test_the_feed_links_home_and_to_itself(channel):
    """One link of each relation, with its media type."""
    alone = replace(channel, hub=None, paging=Paging())
    links = etree.fromstring(render_atom(alone, [])).findall("a:link", NS)
    assert [dict(link.attrib) for link in links] == [
        {"href": channel.self_url, "rel": "self", "type": "application/atom+xml"},
        {"href": channel.home_url, "rel": "alternate", "type": "text/html"},
    ]


def test_an_entry_links_to_its_story(channel, bare_story):
    """Exactly one link, whose relation is alternate: the default of RFC 4287."""
    [link] = etree.fromstring(render_atom(channel, [bare_story])).findall("a:entry/a:link", NS)
    assert link.get("href") == bare_story.link
    assert link.get("rel", "alternate") == "alternate"


def test_every_feed_has_an_author(channel):
    """RFC 4287 section 4.1.1: entries without an author need the feed's."""
    xml = render_atom(replace(channel, author="\x00 ", title="T"), [])
    assert etree.fromstring(xml).findtext("a:author/a:name", None, NS) == "T"


def test_order_is_kept(channel, bare_story):
    """Entries stand in the order in which the stories were given."""
    stories = [replace(bare_story, guid=f"urn:uuid:{n:032}", title=f"{n}") for n in (3, 1, 2)]
    titles = etree.fromstring(render_atom(channel, stories)).findall("a:entry/a:title", NS)
    assert [title.text for title in titles] == ["3", "1", "2"]


def test_a_bare_story_has_no_empty_elements(channel, bare_story):
    """What a story lacks is left out; updated is always there."""
    [entry] = etree.fromstring(render_atom(channel, [bare_story])).findall("a:entry", NS)
    tags = [etree.QName(child).localname for child in entry]
    assert tags == ["id", "title", "updated", "link"]


def test_a_picture_stands_in_its_entry(channel, full_story):
    """No media:group around it."""
    root = etree.fromstring(render_atom(channel, [full_story]))
    assert len(root.findall("a:entry/m:content", NS)) == 1


def test_times_are_written_in_utc(channel, bare_story):
    """Any zone comes out as UTC, which has an offset that RFC 3339 can write."""
    lmt = timezone(timedelta(minutes=53, seconds=28))
    story = replace(bare_story, published=datetime(1890, 1, 1, 1, 0, 0, tzinfo=lmt))
    root = etree.fromstring(render_atom(channel, [story]))
    assert root.findtext("a:entry/a:published", None, NS) == "1890-01-01T00:06:32+00:00"


@pytest.mark.parametrize("field", ["published", "updated"])
def test_a_naive_time_is_refused(channel, bare_story, field):
    """A time without a zone would depend on the machine: it says what to do."""
    naive = datetime(2021, 3, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="pass it in UTC"):
        render_atom(channel, [replace(bare_story, **{field: naive})])
