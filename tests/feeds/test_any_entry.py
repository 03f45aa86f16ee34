"""Whatever is in a story, both kinds of feed can be read, and give it back."""

from datetime import UTC, datetime

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsgraph.feeds import (
    Category,
    Channel,
    Paging,
    Picture,
    Related,
    Source,
    Story,
    render_atom,
    render_rss,
)
from newsgraph.feeds.content import content
from newsgraph.feeds.sanitize import creators, sanitised_channel, sanitised_story

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
STORIES = st.builds(
    Story,
    guid=st.uuids().map("urn:uuid:{}".format),
    title=ANY_TEXT,
    link=URLS,
    updated=TIMES,
    published=st.none() | TIMES,
    summary=st.none() | ANY_TEXT,
    provider=st.none() | ANY_TEXT,
    authors=st.lists(ANY_TEXT, max_size=2).map(tuple),
    categories=st.lists(st.builds(Category, ANY_TEXT, ANY_TEXT, st.none() | URLS), max_size=2).map(
        tuple
    ),
    picture=st.none() | st.builds(Picture, URLS, st.none() | st.integers(), st.integers()),
    body=st.none() | ANY_TEXT | st.lists(MARKUP, max_size=4).map("".join),
    base=st.none() | URLS,
    source=st.none() | st.builds(Source, URLS, ANY_TEXT, URLS, URLS),
    related=st.lists(
        st.builds(Related, ANY_TEXT, ANY_TEXT | URLS, st.none() | ANY_TEXT), max_size=2
    ).map(tuple),
)
CHANNELS = st.builds(
    Channel,
    id=st.uuids().map("urn:uuid:{}".format),
    title=ANY_TEXT,
    description=ANY_TEXT,
    self_url=URLS,
    home_url=URLS,
    author=ANY_TEXT,
    language=st.none() | st.sampled_from(["en", "de-AT", "pt_BR", "no tag", "\x00", ""]),
    updated=st.none() | TIMES,
    hub=st.none() | URLS,
    ttl_minutes=st.none() | st.integers(1, 1000),
    paging=st.builds(Paging, *[st.none() | URLS] * 7),
    with_related=st.booleans(),
)


@given(CHANNELS, st.lists(STORIES, max_size=3))
def test_rss_gives_back_what_was_put_in(channel, stories):
    """Well-formed for lxml and feedparser, and equal once sanitised."""
    xml = render_rss(channel, stories)
    assert render_rss(channel, stories) == xml
    assert not feedparser.parse(xml).bozo
    found = etree.fromstring(xml).find("channel")
    clean = sanitised_channel(channel)
    assert found.findtext("title") == clean.title
    assert found.findtext("description") == clean.description
    assert found.findtext("link") == clean.home_url
    for item, story in zip(found.findall("item"), map(sanitised_story, stories), strict=True):
        assert item.findtext("title") == story.title
        assert item.findtext("link") == story.link
        assert item.findtext("guid") == story.guid
        assert [c.text for c in item.findall("category")] == [c.label for c in story.categories]
        names = [creator.text for creator in item.findall("dc:creator", DUBLIN_CORE)]
        assert names == list(creators(story))
        whole = content(story, with_related=channel.with_related)
        if whole is not None and story.summary is not None:
            assert item.findtext("c:encoded", None, CONTENT) == whole
        assert (item.find("source") is None) == (story.source is None)


@given(CHANNELS, st.lists(STORIES, max_size=3))
def test_atom_gives_back_what_was_put_in(channel, stories):
    """Well-formed for lxml and feedparser, and equal once sanitised."""
    xml = render_atom(channel, stories)
    assert render_atom(channel, stories) == xml
    parsed = feedparser.parse(xml)
    assert not parsed.bozo
    assert [entry.id for entry in parsed.entries] == [story.guid for story in stories]
    found = etree.fromstring(xml)
    clean = sanitised_channel(channel)
    assert found.findtext("a:title", None, ATOM) == clean.title
    assert found.findtext("a:subtitle", None, ATOM) == clean.description
    assert found.findtext("a:author/a:name", None, ATOM) == clean.author
    entries = found.findall("a:entry", ATOM)
    for entry, story in zip(entries, map(sanitised_story, stories), strict=True):
        assert entry.findtext("a:title", None, ATOM) == story.title
        assert entry.findtext("a:summary", None, ATOM) == story.summary
        whole = content(story, with_related=channel.with_related)
        assert entry.findtext("a:content", None, ATOM) == whole
        related = entry.findall("a:link[@rel='related']", ATOM)
        assert [(one.get("title"), one.get("href")) for one in related] == [
            (one.title, one.link) for one in story.related
        ]
        assert entry.find("a:link", ATOM).get("href") == story.link
        names = [name.text for name in entry.findall("a:author/a:name", ATOM)]
        assert names == list(creators(story))
        assert [
            Category(c.get("term"), c.get("label"), c.get("scheme"))
            for c in entry.findall("a:category", ATOM)
        ] == list(story.categories)


def as_feedparser_reads(text):
    """Take Latin-1 text that could be UTF-8 for a mistake and mend it, as feedparser does."""
    try:
        return text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text


@given(STORIES)
def test_feedparser_gives_back_an_entry(story):
    """A reader's library sees the same letters (it maps C1 controls, which are gone)."""
    channel = Channel("urn:uuid:0", "t", "d", "https://a.example/f", "https://a.example/", "a")
    xml = render_atom(channel, [story])
    [entry] = feedparser.parse(xml, sanitize_html=False, resolve_relative_uris=False).entries
    clean = sanitised_story(story)
    assert entry.title == as_feedparser_reads(clean.title)
    whole = content(clean, with_related=True)
    # Where there is no summary, it takes the content for one.
    assert entry.get("summary", "") == as_feedparser_reads(clean.summary or whole or "")
    told = [one.value for one in entry.get("content", ())]
    assert told == ([] if whole is None else [as_feedparser_reads(whole)])
    assert entry.link == clean.link
    assert entry.updated == clean.updated.isoformat()
    assert [tag.term for tag in entry.get("tags", [])] == [c.term for c in clean.categories]
