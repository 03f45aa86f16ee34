"""RSS 2.0 as readers, validators and the specification want it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html import unescape

import feedparser
import pytest
from lxml import etree

from newsgraph.feeds import Category, Paging, Picture, render_rss

ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
MEDIA = "{http://search.yahoo.com/mrss/}content"


def items(xml):
    """Find the items of a rendered feed."""
    return etree.fromstring(xml).findall("channel/item")


def test_golden(golden, channel, full_story, bare_story):
    """A feed with a story that has everything and one that has nothing."""
    golden("full.rss.xml", render_rss(channel, [full_story, bare_story]))


def test_golden_empty(golden, channel):
    """A feed without stories has no date: lastBuildDate is optional."""
    golden("empty.rss.xml", render_rss(replace(channel, updated=None, language=None), []))


def test_feedparser_reads_it_back(channel, full_story):
    """A reader finds what was put in."""
    parsed = feedparser.parse(render_rss(channel, [full_story]))
    assert not parsed.bozo
    assert parsed.version == "rss20"
    assert parsed.feed.title == "AI & Machines"
    assert parsed.feed.subtitle == "What is new in AI & nearby"
    assert parsed.feed.link == "https://news.example/"
    assert parsed.feed.language == "en"
    assert parsed.feed.updated == "Tue, 16 Mar 2021 09:30:00 GMT"
    [entry] = parsed.entries
    assert entry.id == full_story.guid
    assert not entry.guidislink
    assert entry.link == "https://www.cnet.example/news/a%20story/%C3%BCmlaut?q=1&r=2%7C3#top"
    assert unescape(entry.summary) == full_story.summary
    assert entry.published == "Fri, 12 Mar 2021 21:41:00 GMT"
    assert entry.published_parsed[:6] == (2021, 3, 12, 21, 41, 0)
    assert [author.name for author in entry.authors] == ["Abrar Al-Heeti", "Jane & Joe", "CNET"]
    assert entry.author == "CNET"
    assert [tag.term for tag in entry.tags] == ["AI", "C & D"]
    assert entry.media_content == [
        {
            "url": "https://img.example/photo.JPG?w=1200&strip=all",
            "type": "image/jpeg",
            "medium": "image",
            "width": "1200",
            "height": "630",
        }
    ]


def test_a_title_is_plain_text(channel, full_story):
    """Markup characters are escaped once, as hexadecimal references."""
    xml = render_rss(channel, [full_story])
    assert items(xml)[0].findtext("title") == full_story.title
    assert b"<title>AT&#x26;T ends &#x3C;b&#x3E;bold&#x3C;/b&#x3E; plan ]]&#x3E;" in xml
    assert b"&amp;" not in xml


def test_a_description_is_html_that_shows_the_text(channel, full_story):
    """Parsed as HTML, the description shows the summary's characters and no tags."""
    description = items(render_rss(channel, [full_story]))[0].findtext("description")
    shown = etree.HTML(f"<p>{description}</p>").find("body/p")
    assert len(shown) == 0
    assert shown.text == full_story.summary


def test_the_guid_is_no_permalink(channel, bare_story):
    """The GUID is an URN: a reader must not open it."""
    guid = items(render_rss(channel, [bare_story]))[0].find("guid")
    assert guid.text == bare_story.guid
    assert guid.get("isPermaLink") == "false"


def test_the_channel_links_home_and_to_itself(channel):
    """The channel's own link is the page for people; the feed's is atom:link."""
    alone = replace(channel, hub=None, paging=Paging())
    found = etree.fromstring(render_rss(alone, [])).find("channel")
    assert [link.text for link in found.findall("link")] == [channel.home_url]
    assert [dict(link.attrib) for link in found.findall(ATOM_LINK)] == [
        {"href": channel.self_url, "rel": "self", "type": "application/rss+xml"}
    ]


def test_order_is_kept(channel, bare_story):
    """Items stand in the order in which the stories were given."""
    stories = [replace(bare_story, guid=f"urn:uuid:{n:032}", title=f"{n}") for n in (3, 1, 2)]
    assert [i.findtext("title") for i in items(render_rss(channel, stories))] == ["3", "1", "2"]


def test_a_bare_story_has_no_empty_elements(channel, bare_story):
    """What a story lacks is left out, a date never made up."""
    [item] = items(render_rss(channel, [bare_story]))
    assert [child.tag for child in item] == ["title", "link", "guid"]


def test_blank_values_are_absent_ones(channel, bare_story):
    """What is blank once it is clean is left out; a blank title is the address."""
    story = replace(
        bare_story,
        title=" \x0b",
        summary="\ud800",
        provider=" ",
        authors=("", "\x00"),
        categories=(Category(" ", "\n"),),
        picture=Picture(" "),
    )
    [item] = items(render_rss(channel, [story]))
    assert [child.tag for child in item] == ["title", "link", "guid"]
    assert item.findtext("title") == story.link


def test_a_blank_channel_is_named_after_its_page(channel):
    """RSS requires a title and a description of the channel."""
    found = etree.fromstring(render_rss(replace(channel, title=" ", description="\x00"), []))
    assert found.findtext("channel/title") == channel.home_url
    assert found.findtext("channel/description") == channel.home_url


def test_a_category_with_one_name_uses_it_twice(channel, bare_story):
    """A topic without a label goes by its term, and the other way round; each once."""
    story = replace(bare_story, categories=2 * (Category("ai", ""), Category("", "Robots")))
    [item] = items(render_rss(channel, [story]))
    assert [category.text for category in item.findall("category")] == ["ai", "Robots"]


def test_each_creator_once_and_the_provider_last(channel, bare_story):
    """A provider that is also named as an author is one creator."""
    story = replace(bare_story, provider="CNET", authors=("CNET", "A", "A", "B"))
    [item] = items(render_rss(channel, [story]))
    assert [creator.text for creator in item.findall(CREATOR)] == ["A", "B", "CNET"]


@pytest.mark.parametrize(
    ("url", "media_type"),
    [
        ("https://img.example/a.png", "image/png"),
        ("https://img.example/a.b.webp?c.gif#d.jpg", "image/webp"),
        ("https://img.example/a", None),
        ("https://img.png/", None),
        ("https://img.example/a.php", None),
    ],
)
def test_a_picture_says_its_type_if_its_address_does(channel, bare_story, url, media_type):
    """The type comes from the file's ending alone, and sizes only if they are known."""
    story = replace(bare_story, picture=Picture(url, 0, None))
    [content] = items(render_rss(channel, [story]))[0].findall(MEDIA)
    expected = {"url": url, "type": media_type, "medium": "image"}
    assert dict(content.attrib) == {key: value for key, value in expected.items() if value}


def test_times_are_written_in_gmt(channel, bare_story):
    """Any zone comes out as GMT, with four digits for the year and no fraction."""
    cest = timezone(timedelta(hours=2))
    story = replace(bare_story, published=datetime(987, 6, 5, 1, 0, 0, 250, tzinfo=cest))
    [item] = items(render_rss(channel, [story]))
    assert item.findtext("pubDate") == "Mon, 04 Jun 0987 23:00:00 GMT"


@pytest.mark.parametrize("field", ["published", "updated"])
def test_a_naive_time_is_refused(channel, bare_story, field):
    """A time without a zone would depend on the machine: it says what to do."""
    naive = datetime(2021, 3, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="pass it in UTC"):
        render_rss(channel, [replace(bare_story, **{field: naive})])
