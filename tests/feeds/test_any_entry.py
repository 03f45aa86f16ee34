"""RSS and Atom feeds of arbitrary entries can be parsed and contain the sanitized values."""

from datetime import UTC, datetime

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsgraph.feeds import (
    Attachment,
    Author,
    Category,
    Entry,
    FeedMetadata,
    Image,
    PagingLinks,
    RelatedStory,
    SourceFeed,
    render_atom,
    render_rss,
)
from newsgraph.feeds.content_html import content_html
from newsgraph.feeds.sanitize_entries import creators, sanitize_entry, sanitize_metadata

ATOM = {"a": "http://www.w3.org/2005/Atom"}
CONTENT = {"c": "http://purl.org/rss/1.0/modules/content/"}
DUBLIN_CORE = {"dc": "http://purl.org/dc/elements/1.1/"}

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    ["]]>", "<![CDATA[x]]>", "&amp;", "&#x0b;", "<b>b</b>", "</title>", "\x0b", "﷐", "\x85\r"]
)
URLS = ANY_TEXT.map("https://a.example/".__add__)
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
MARKUP = ANY_TEXT | st.sampled_from(
    ["<p>", "</p>", '<a href="', '<img src="/x', '">', "<script>", "</script>", "<!--", "<table>"]
)
LANGUAGES = st.none() | st.sampled_from(["en", "de-AT", "pt_BR", "no tag", "\x00", ""])
MEDIA_TYPES = st.sampled_from(["audio/mpeg", "application/pdf", "Audio/MPEG ", "mp3"])
ENTRIES = st.builds(
    Entry,
    guid=st.uuids().map("urn:uuid:{}".format),
    title=ANY_TEXT,
    link=URLS,
    updated=TIMES,
    published=st.none() | TIMES,
    summary=st.none() | ANY_TEXT,
    provider=st.none() | ANY_TEXT,
    authors=st.lists(
        st.builds(Author, ANY_TEXT, st.none() | ANY_TEXT | URLS, st.none() | URLS), max_size=2
    ).map(tuple),
    categories=st.lists(st.builds(Category, ANY_TEXT, ANY_TEXT, st.none() | URLS), max_size=2).map(
        tuple
    ),
    image=st.none()
    | st.builds(
        Image,
        *(URLS, st.none() | st.integers(), st.integers()),
        *[st.none() | ANY_TEXT] * 3,
    ),
    body_html=st.none() | ANY_TEXT | st.lists(MARKUP, max_size=4).map("".join),
    base_url=st.none() | URLS,
    source=st.none() | st.builds(SourceFeed, URLS, ANY_TEXT, URLS, URLS),
    related=st.lists(
        st.builds(RelatedStory, ANY_TEXT, ANY_TEXT | URLS, st.none() | ANY_TEXT), max_size=2
    ).map(tuple),
    attachments=st.lists(
        st.builds(Attachment, URLS, ANY_TEXT | MEDIA_TYPES, st.none() | st.integers()), max_size=2
    ).map(tuple),
    language=LANGUAGES,
)
FEED_METADATA = st.builds(
    FeedMetadata,
    id=st.uuids().map("urn:uuid:{}".format),
    title=ANY_TEXT,
    description=ANY_TEXT,
    self_url=URLS,
    home_url=URLS,
    author=ANY_TEXT,
    author_url=st.none() | ANY_TEXT | URLS,
    email=st.none() | ANY_TEXT | st.just("ann@a.example"),
    copyright=st.none() | ANY_TEXT,
    icon_url=st.none() | ANY_TEXT | URLS,
    logo_url=st.none() | ANY_TEXT | URLS,
    language=LANGUAGES,
    updated=st.none() | TIMES,
    hub_url=st.none() | URLS,
    ttl_minutes=st.none() | st.integers(1, 1000),
    paging=st.builds(PagingLinks, *[st.none() | URLS] * 7),
    include_related=st.booleans(),
)


@given(FEED_METADATA, st.lists(ENTRIES, max_size=3))
def test_rss_contains_the_sanitized_values(metadata, entries):
    """An RSS feed is well-formed for lxml and feedparser and contains the sanitized values."""
    xml = render_rss(metadata, entries)
    assert render_rss(metadata, entries) == xml
    assert not feedparser.parse(xml).bozo
    channel = etree.fromstring(xml).find("channel")
    clean = sanitize_metadata(metadata)
    assert channel.findtext("title") == clean.title
    assert channel.findtext("description") == clean.description
    assert channel.findtext("link") == clean.home_url
    for item, entry in zip(channel.findall("item"), map(sanitize_entry, entries), strict=True):
        has_text = entry.title or item.findtext("description")
        assert item.findtext("title", "") == (entry.title if has_text else entry.link)
        assert item.findtext("link") == entry.link
        assert item.findtext("guid") == entry.guid
        assert [c.text for c in item.findall("category")] == [c.label for c in entry.categories]
        names = [creator.text for creator in item.findall("dc:creator", DUBLIN_CORE)]
        assert names == [creator.name for creator in creators(entry)]
        html = content_html(entry, include_related=metadata.include_related)
        if html is not None and entry.summary is not None:
            assert item.findtext("c:encoded", None, CONTENT) == html
        assert (item.find("source") is None) == (entry.source is None)


@given(FEED_METADATA, st.lists(ENTRIES, max_size=3))
def test_atom_contains_the_sanitized_values(metadata, entries):
    """An Atom feed is well-formed for lxml and feedparser and contains the sanitized values."""
    xml = render_atom(metadata, entries)
    assert render_atom(metadata, entries) == xml
    parsed = feedparser.parse(xml)
    assert not parsed.bozo
    assert [parsed_entry.id for parsed_entry in parsed.entries] == [entry.guid for entry in entries]
    feed = etree.fromstring(xml)
    clean = sanitize_metadata(metadata)
    assert feed.findtext("a:title", None, ATOM) == clean.title
    assert feed.findtext("a:subtitle", None, ATOM) == clean.description
    assert feed.findtext("a:author/a:name", None, ATOM) == clean.author
    elements = feed.findall("a:entry", ATOM)
    for element, entry in zip(elements, map(sanitize_entry, entries), strict=True):
        assert element.findtext("a:title", None, ATOM) == entry.title
        assert element.findtext("a:summary", None, ATOM) == entry.summary
        html = content_html(entry, include_related=metadata.include_related)
        assert element.findtext("a:content", None, ATOM) == html
        links = element.findall("a:link[@rel='related']", ATOM)
        assert [(link.get("title"), link.get("href")) for link in links] == [
            (story.title, story.link) for story in entry.related
        ]
        assert element.find("a:link", ATOM).get("href") == entry.link
        names = [name.text for name in element.findall("a:author/a:name", ATOM)]
        assert names == [creator.name for creator in creators(entry)]
        assert [
            Category(c.get("term"), c.get("label"), c.get("scheme"))
            for c in element.findall("a:category", ATOM)
        ] == list(entry.categories)


def as_feedparser_decodes(text):
    """Decode Latin-1 text again as UTF-8 where possible, as feedparser does."""
    try:
        return text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text


@given(ENTRIES)
def test_feedparser_returns_the_sanitized_values(entry):
    """Feedparser returns the same characters (it maps C1 controls, which have been removed)."""
    metadata = FeedMetadata(
        *("urn:uuid:0", "t", "d", "https://a.example/f", "https://a.example/", "a"),
        include_related=True,
    )
    xml = render_atom(metadata, [entry])
    [parsed] = feedparser.parse(xml, sanitize_html=False, resolve_relative_uris=False).entries
    clean = sanitize_entry(entry)
    assert parsed.title == as_feedparser_decodes(clean.title)
    html = content_html(clean, include_related=True)
    # Without a summary, feedparser uses the content as the summary.
    assert parsed.get("summary", "") == as_feedparser_decodes(clean.summary or html or "")
    contents = [content.value for content in parsed.get("content", ())]
    assert contents == ([] if html is None else [as_feedparser_decodes(html)])
    assert parsed.link == clean.link
    assert parsed.updated == clean.updated.isoformat()
    assert [tag.term for tag in parsed.get("tags", [])] == [c.term for c in clean.categories]
