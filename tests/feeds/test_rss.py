"""RSS 2.0 feeds are as the specification, validators and feed readers require."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html import unescape

import feedparser
import pytest
from lxml import etree

from newsgraph.feeds import Author, Category, Image, PagingLinks, render_rss

ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
MEDIA = "{http://search.yahoo.com/mrss/}content"


def items(xml):
    """Return the item elements of a rendered feed."""
    return etree.fromstring(xml).findall("channel/item")


def test_golden(golden, metadata, full_entry, note, minimal_entry):
    """A feed with a full entry, a note and a minimal entry equals the golden file."""
    golden("full.rss.xml", render_rss(metadata, [full_entry, note, minimal_entry]))


def test_golden_empty(golden, metadata):
    """A feed without entries has no date: lastBuildDate is optional."""
    golden("empty.rss.xml", render_rss(replace(metadata, updated=None, language=None), []))


def test_feedparser_returns_the_same_values(metadata, full_entry):
    """Feedparser returns the values that the feed was rendered from."""
    parsed = feedparser.parse(render_rss(metadata, [full_entry]))
    assert not parsed.bozo
    assert parsed.version == "rss20"
    assert parsed.feed.title == "AI & Machines"
    assert parsed.feed.subtitle == "What is new in AI & nearby"
    assert parsed.feed.link == "https://news.example/"
    assert parsed.feed.language == "en"
    assert parsed.feed.updated == "Tue, 16 Mar 2021 09:30:00 GMT"
    [entry] = parsed.entries
    assert entry.id == full_entry.guid
    assert not entry.guidislink
    assert entry.link == "https://www.cnet.example/news/a%20story/%C3%BCmlaut?q=1&r=2%7C3#top"
    assert unescape(entry.summary) == full_entry.summary
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


def test_title_is_plain_text(metadata, full_entry):
    """Markup characters in a title are escaped once, as hexadecimal references."""
    xml = render_rss(metadata, [full_entry])
    assert items(xml)[0].findtext("title") == full_entry.title
    assert b"<title>AT&#x26;T ends &#x3C;b&#x3E;bold&#x3C;/b&#x3E; plan ]]&#x3E;" in xml
    assert b"&amp;" not in xml


def test_description_is_escaped_html(metadata, full_entry):
    """Parsed as HTML, the description is the summary's text without elements."""
    description = items(render_rss(metadata, [full_entry]))[0].findtext("description")
    paragraph = etree.HTML(f"<p>{description}</p>").find("body/p")
    assert len(paragraph) == 0
    assert paragraph.text == full_entry.summary


def test_guid_is_not_a_permalink(metadata, minimal_entry):
    """The GUID is a URN, so isPermaLink is false."""
    guid = items(render_rss(metadata, [minimal_entry]))[0].find("guid")
    assert guid.text == minimal_entry.guid
    assert guid.get("isPermaLink") == "false"


def test_channel_links_to_its_home_page_and_itself(metadata):
    """The channel's link is the home page; atom:link is the feed itself."""
    unpaged = replace(metadata, hub_url=None, paging=PagingLinks())
    channel = etree.fromstring(render_rss(unpaged, [])).find("channel")
    assert [link.text for link in channel.findall("link")] == [metadata.home_url]
    assert [dict(link.attrib) for link in channel.findall(ATOM_LINK)] == [
        {"href": metadata.self_url, "rel": "self", "type": "application/rss+xml"}
    ]


def test_entry_order_is_preserved(metadata, minimal_entry):
    """Items are written in the order in which the entries are passed."""
    entries = [replace(minimal_entry, guid=f"urn:uuid:{n:032}", title=f"{n}") for n in (3, 1, 2)]
    assert [i.findtext("title") for i in items(render_rss(metadata, entries))] == ["3", "1", "2"]


def test_minimal_entry_has_no_empty_elements(metadata, minimal_entry):
    """Missing values are omitted, including a missing date."""
    [item] = items(render_rss(metadata, [minimal_entry]))
    assert [child.tag for child in item] == ["title", "link", "guid"]


def test_blank_values_are_omitted(metadata, minimal_entry):
    """Values that are blank after cleaning are omitted; without any text, the link is the title."""
    entry = replace(
        minimal_entry,
        title=" \x0b",
        summary="\ud800",
        provider=" ",
        authors=(Author(""), Author("\x00")),
        categories=(Category(" ", "\n"),),
        image=Image(" "),
    )
    [item] = items(render_rss(metadata, [entry]))
    assert [child.tag for child in item] == ["title", "link", "guid"]
    assert item.findtext("title") == entry.link


def test_blank_channel_title_becomes_the_home_url(metadata):
    """RSS requires a title and a description of the channel, so blank ones are filled in."""
    rss = etree.fromstring(render_rss(replace(metadata, title=" ", description="\x00"), []))
    assert rss.findtext("channel/title") == metadata.home_url
    assert rss.findtext("channel/description") == metadata.home_url


def test_category_term_and_label_replace_each_other(metadata, minimal_entry):
    """A category without label uses its term, and vice versa; duplicates are removed."""
    entry = replace(minimal_entry, categories=2 * (Category("ai", ""), Category("", "Robots")))
    [item] = items(render_rss(metadata, [entry]))
    assert [category.text for category in item.findall("category")] == ["ai", "Robots"]


def test_creators_are_unique_and_end_with_the_provider(metadata, minimal_entry):
    """A provider that is also an author is written once, last."""
    entry = replace(
        minimal_entry, provider="CNET", authors=tuple(map(Author, ("CNET", "A", "A", "B")))
    )
    [item] = items(render_rss(metadata, [entry]))
    assert [creator.text for creator in item.findall(CREATOR)] == ["A", "B", "CNET"]


@pytest.mark.parametrize(
    ("logo", "icon", "picture"),
    [
        ("https://a.example/logo.svg", "https://a.example/icon.png", "https://a.example/icon.png"),
        ("https://a.example/logo", "https://a.example/icon.png", "https://a.example/logo"),
        (None, "https://a.example/favicon.ico", None),
        ("javascript:x", "/icon.png", None),
        (None, None, None),
    ],
)
def test_picture_of_the_channel(metadata, logo, icon, picture):
    """It is a GIF, a JPEG or a PNG (RSS 2.0), and has the channel's title and link."""
    rss = render_rss(replace(metadata, logo_url=logo, icon_url=icon), [])
    image = etree.fromstring(rss).find("channel/image")
    assert (None if image is None else image.findtext("url")) == picture
    if image is not None:
        assert image.findtext("title") == metadata.title
        assert image.findtext("link") == metadata.home_url


@pytest.mark.parametrize(
    ("email", "contact"),
    [
        ("desk@news.example", "desk@news.example (News Example)"),
        ("mailto:desk@news.example", "desk@news.example (News Example)"),
        ("desk@news", None),
        ("Ann <desk@news.example>", None),
        (None, None),
    ],
)
def test_contact_is_an_address(metadata, email, contact):
    """RSS's editor and webmaster are e-mail addresses, so without one there are none."""
    channel = etree.fromstring(render_rss(replace(metadata, email=email), [])).find("channel")
    assert channel.findtext("managingEditor") == contact
    assert channel.findtext("webMaster") == contact


@pytest.mark.parametrize(
    ("feed_language", "language", "expected"),
    [
        ("en", "de_AT", "de-AT"),
        ("en", "EN", None),
        ("en", None, None),
        ("en", "no tag", None),
        (None, "en", "en"),
    ],
)
def test_language_of_an_item_is_another_one_than_the_feeds(
    metadata, minimal_entry, feed_language, language, expected
):
    """The language of the channel applies to all other items."""
    metadata = replace(metadata, language=feed_language)
    [item] = items(render_rss(metadata, [replace(minimal_entry, language=language)]))
    assert item.findtext("{http://purl.org/dc/elements/1.1/}language") == expected


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
def test_image_media_type_comes_from_the_file_extension(metadata, minimal_entry, url, media_type):
    """An unknown extension gives no type, and an unknown size gives no width or height."""
    entry = replace(minimal_entry, image=Image(url, 0, None))
    [content] = items(render_rss(metadata, [entry]))[0].findall(MEDIA)
    expected = {"url": url, "type": media_type, "medium": "image"}
    assert dict(content.attrib) == {key: value for key, value in expected.items() if value}


def test_times_are_written_in_gmt(metadata, minimal_entry):
    """A time in any zone is written in GMT, with a four-digit year and without fractions."""
    cest = timezone(timedelta(hours=2))
    entry = replace(minimal_entry, published=datetime(987, 6, 5, 1, 0, 0, 250, tzinfo=cest))
    [item] = items(render_rss(metadata, [entry]))
    assert item.findtext("pubDate") == "Mon, 04 Jun 0987 23:00:00 GMT"


@pytest.mark.parametrize("field", ["published", "updated"])
def test_naive_time_raises(metadata, minimal_entry, field):
    """A naive time raises an error that tells the caller to pass UTC."""
    naive = datetime(2021, 3, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="pass it in UTC"):
        render_rss(metadata, [replace(minimal_entry, **{field: naive})])
