"""Atom 1.0 feeds are as RFC 4287, validators and feed readers require."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import feedparser
import pytest
from lxml import etree

from newsgraph.feeds import PagingLinks, render_atom, render_json_feed, render_rss

NS = {"a": "http://www.w3.org/2005/Atom", "m": "http://search.yahoo.com/mrss/"}


def test_golden(golden, metadata, full_entry, note, minimal_entry):
    """A feed with a full entry, a note and a minimal entry equals the golden file."""
    golden("full.atom.xml", render_atom(metadata, [full_entry, note, minimal_entry]))


def test_golden_empty(golden, metadata):
    """A feed without entries has the fixed date, because RFC 4287 requires one."""
    golden("empty.atom.xml", render_atom(replace(metadata, updated=None, language=None), []))


def test_feedparser_returns_the_same_values(metadata, full_entry):
    """Feedparser returns the values that the feed was rendered from."""
    parsed = feedparser.parse(render_atom(metadata, [full_entry]))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.id == metadata.id
    assert parsed.feed.title == metadata.title
    assert parsed.feed.subtitle == metadata.description
    assert parsed.feed.link == metadata.home_url
    assert parsed.feed.author_detail == {
        "name": metadata.author,
        "email": metadata.email,
        "href": "https://news.example/%C3%BCber%20uns",
    }
    assert parsed.feed.language == "en"
    assert parsed.feed.updated == "2021-03-16T09:30:00+00:00"
    [entry] = parsed.entries
    assert entry.id == full_entry.guid
    assert entry.title == full_entry.title
    assert entry.link == "https://www.cnet.example/news/a%20story/%C3%BCmlaut?q=1&r=2%7C3#top"
    assert entry.summary == full_entry.summary
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


def test_feed_links_to_itself_and_its_home_page(metadata):
    """Without hub and paging a feed has one self and one alternate link, with media types."""
    unpaged = replace(metadata, hub_url=None, paging=PagingLinks())
    links = etree.fromstring(render_atom(unpaged, [])).findall("a:link", NS)
    assert [dict(link.attrib) for link in links] == [
        {"href": metadata.self_url, "rel": "self", "type": "application/atom+xml"},
        {"href": metadata.home_url, "rel": "alternate", "type": "text/html"},
    ]


def test_entry_links_to_its_story(metadata, minimal_entry):
    """An entry has exactly one link, of relation alternate, the default of RFC 4287."""
    [link] = etree.fromstring(render_atom(metadata, [minimal_entry])).findall("a:entry/a:link", NS)
    assert link.get("href") == minimal_entry.link
    assert link.get("rel", "alternate") == "alternate"


def test_feed_with_blank_author_uses_its_title(metadata):
    """A blank author becomes the title: entries without authors need one (section 4.1.1)."""
    xml = render_atom(replace(metadata, author="\x00 ", title="T"), [])
    assert etree.fromstring(xml).findtext("a:author/a:name", None, NS) == "T"


def test_entry_order_is_preserved(metadata, minimal_entry):
    """Entries are written in the order in which they are passed."""
    entries = [replace(minimal_entry, guid=f"urn:uuid:{n:032}", title=f"{n}") for n in (3, 1, 2)]
    titles = etree.fromstring(render_atom(metadata, entries)).findall("a:entry/a:title", NS)
    assert [title.text for title in titles] == ["3", "1", "2"]


def test_minimal_entry_has_no_empty_elements(metadata, minimal_entry):
    """Missing values are omitted; updated is always present."""
    [element] = etree.fromstring(render_atom(metadata, [minimal_entry])).findall("a:entry", NS)
    tags = [etree.QName(child).localname for child in element]
    assert tags == ["id", "title", "updated", "link"]


def test_image_is_a_child_of_its_entry(metadata, full_entry):
    """media:content is not wrapped in a media:group."""
    root = etree.fromstring(render_atom(metadata, [full_entry]))
    assert len(root.findall("a:entry/m:content", NS)) == 1


def test_times_are_written_in_utc(metadata, minimal_entry):
    """A time in any zone is written in UTC, also where RFC 3339 cannot express its offset."""
    local_mean_time = timezone(timedelta(minutes=53, seconds=28))
    entry = replace(minimal_entry, published=datetime(1890, 1, 1, 1, 0, 0, tzinfo=local_mean_time))
    root = etree.fromstring(render_atom(metadata, [entry]))
    assert root.findtext("a:entry/a:published", None, NS) == "1890-01-01T00:06:32+00:00"


@pytest.mark.parametrize("field", ["published", "updated"])
def test_naive_time_raises(metadata, minimal_entry, field):
    """A naive time raises an error that tells the caller to pass UTC."""
    naive = datetime(2021, 3, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="pass it in UTC"):
        render_atom(metadata, [replace(minimal_entry, **{field: naive})])


def test_a_guid_that_is_no_iri(metadata, minimal_entry):
    """Atom has another id; RSS and JSON Feed have the text as it is."""
    entry = replace(minimal_entry, guid="post <12> & more", atom_id="urn:uuid:1")
    assert feedparser.parse(render_atom(metadata, [entry])).entries[0].id == "urn:uuid:1"
    assert feedparser.parse(render_rss(metadata, [entry])).entries[0].id == entry.guid
    [item] = json.loads(render_json_feed(metadata, [entry]))["items"]
    assert item["id"] == entry.guid


@pytest.mark.parametrize("guid", ["https://a.example/f\u00e4hre?a=1&b=2", "tag:a.example,2024:/x"])
def test_a_guid_is_written_as_it_is(metadata, minimal_entry, guid):
    """Readers compare it character by character, so it is not percent-encoded."""
    entry = replace(minimal_entry, guid=guid)
    assert feedparser.parse(render_atom(metadata, [entry])).entries[0].id == guid
    assert feedparser.parse(render_rss(metadata, [entry])).entries[0].id == guid
