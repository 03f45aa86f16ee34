"""Feeds of documents that are as bad as can be are valid all the same, of every kind and format.

What the W3C's feed validator and the schema of RFC 4287 found or could find, held without them;
docs/validity.md says how to ask them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import feedparser
import httpx
import listparser
import pytest
from lxml import etree
from lxml.html import fragments_fromstring
from rfc3986_validator import validate_rfc3986

from newsgraph.server.app import create_app
from tests.feeds.test_json_feed import VALIDATOR
from tests.server.conftest import SITE, client_of
from tests.server.feeds import nasty
from tests.store.archive import Archive
from tests.store_files import open_store

SUFFIXES = ("rss", "atom", "json")
ENTRIES = 20
SUBJECTS = (
    "topics/bodies,texts.rss",
    "topics/c-plus-plus+texts.rss",
    "topics/texts/providers/markup.example.rss",
    "search.rss?q=%3Cb%3E%20%26%20%22%5D%5D%3E",
    "search.rss?q=%01%EF%BF%BEword%E2%80%AE",
    "search.rss?quality=1",
    "search.rss?q=date",
    "topics/texts.rss?without=bodies",
)
"""Feeds that no list has, below ``/feeds/``."""

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "c": "http://purl.org/rss/1.0/modules/content/",
    "m": "http://search.yahoo.com/mrss/",
}
# What XML 1.0 refuses, and of what it discourages the C1 controls and noncharacters.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
ACTIVE = {"script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "base"}
ACTIVE |= {"link", "meta", "audio", "video", "source"}


async def everything(store, archive):
    """The list of an archive's feeds, and all documents of all of them by their addresses."""
    await store.import_roots([archive.root])
    found = {}
    async with client_of(create_app(store, SITE, feed_entries=ENTRIES)) as client:

        async def get(address, headers=None):
            got = await client.get(address.removeprefix(SITE), headers=headers)
            assert got.is_success, (address, got.text)
            return got

        opml = await get("/feeds.opml")
        listed = etree.fromstring(opml.content).xpath("//@xmlUrl")
        asked = [f"{SITE}/feeds/{one}" for one in ("all.rss", *SUBJECTS)] + listed
        asked = [one.replace(".rss", f".{suffix}") for one in asked for suffix in SUFFIXES]
        while asked:
            address = asked.pop()
            if address in found:
                continue
            found[address] = got = await get(address)
            asked += [
                link["url"]
                for link in got.links.values()
                if link["rel"] in ("next", "last", "prev-archive")
            ]
        archive.write("texts/new.md", title="New", date="9999-12-31T23:59:59Z", topics=["Bodies"])
        await store.import_roots([archive.root])
        for address in (f"{SITE}/feeds/all.{suffix}" for suffix in ("rss", "atom")):
            had = {"If-None-Match": found[address].headers["etag"], "A-IM": "feed"}
            delta = await get(address, had)
            assert delta.status_code == httpx.codes.IM_USED
            found[f"{address} since then"] = delta
    return opml, found


def with_store(folder, ask, archive):
    """What is answered of a new store and an archive."""

    async def main():
        store = await open_store(folder / "store.db", SITE)
        try:
            return await ask(store, archive)
        finally:
            await store.close()

    return asyncio.run(main())


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The list of feeds, and all documents of all feeds by their addresses."""
    folder = tmp_path_factory.mktemp("nasty")
    return with_store(folder, everything, nasty.write(folder / "documents"))


def of(found, suffix):
    """The documents in one format, by their addresses."""
    chosen = {address: got for address, got in found.items() if f".{suffix}" in address}
    assert len(chosen) > len(SUBJECTS)
    return chosen


def parsed(served, suffix):
    """The documents in one XML format, with their addresses."""
    for address, got in of(served[1], suffix).items():
        yield address, etree.fromstring(got.content)


def entries(feed):
    """A feed's entries, of either format."""
    return feed.findall("a:entry", NS) or feed.findall("channel/item")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_xml_is_read_by_xml_parsers_and_readers(served, suffix):
    """Well-formed, of the type that it is called, with no character that readers drop."""
    for address, got in of(served[1], suffix).items():
        text = got.content.decode()
        assert not NO_TEXT.search(text), address
        feed = feedparser.parse(got.content, response_headers=dict(got.headers))
        assert not feed.bozo, (address, feed.get("bozo_exception"))
        assert len(feed.entries) == len(entries(etree.fromstring(got.content)))


def test_the_collection_is_as_nasty_as_it_says(served):
    """Or all else here would tell little: of all that can be imported there are entries."""
    _, found = served
    sizes = Counter(address.partition("?")[2].partition("=")[0] for address in found)
    assert {"", "page", "archive", "q", "quality", "without"} <= sizes.keys()
    titles = {item["title"] for got in of(found, "json").values() for item in got.json()["items"]}
    assert {"bodies/links.md", "dates/none.md", "pictures/1.md", "2021"} <= titles
    assert any(len(one) == len(nasty.TEXTS["long"]) for one in titles)


def test_every_format_tells_the_same_entries(served):
    """Each once, by ids that never change."""
    _, found = served
    for address, got in of(found, "json").items():
        ids = [item["id"] for item in got.json()["items"]]
        assert len(set(ids)) == len(ids)
        assert all(one.startswith("urn:uuid:") for one in ids)
        in_atom = etree.fromstring(found[address.replace(".json", ".atom")].content)
        in_rss = etree.fromstring(found[address.replace(".json", ".rss")].content)
        assert [one.text for one in in_atom.findall("a:entry/a:id", NS)] == ids
        assert [one.text for one in in_rss.findall("channel/item/guid")] == ids


def test_addresses_are_addresses(served):
    """Absolute, of the web, and with the letters of RFC 3986 alone; feeds' own are their own."""
    for address, feed in parsed(served, "atom"):
        own = feed.findall("a:link[@rel='self']", NS)
        assert [one.get("href") for one in own] == [address.partition(" ")[0]]
        check_addresses(
            feed.xpath("//a:link/@href | //a:category/@scheme | //m:*/@url", namespaces=NS)
        )
    for address, feed in parsed(served, "rss"):
        own = feed.findall("channel/a:link[@rel='self']", NS)
        assert [one.get("href") for one in own] == [address.partition(" ")[0]]
        texts = feed.xpath("//link/text()")
        check_addresses(texts + feed.xpath("//@href | //source/@url | //m:*/@url", namespaces=NS))
        assert {one.get("isPermaLink") for one in feed.iter("guid")} <= {"false"}


def check_addresses(addresses):
    """Hold addresses against the grammar."""
    assert addresses
    for one in map(str, addresses):
        assert one.startswith(("http://", "https://")), one
        assert validate_rfc3986(one), one


def test_contents_can_be_shown_anywhere(served):
    """Nothing in them runs, and all addresses in them are whole and of the web."""
    _, found = served
    shown = 0
    for got in of(found, "json").values():
        for item in got.json()["items"]:
            for part in fragments_fromstring(item.get("content_html", "")):
                if isinstance(part, str):
                    continue
                shown += 1
                assert not ACTIVE & {one.tag for one in part.iter(etree.Element)}, item["title"]
                assert not part.xpath("//@*[starts-with(name(), 'on')] | //@style | //@srcset")
                addresses = part.xpath("//@href | //@src | //@cite | //@poster | //@action")
                assert {urlsplit(one).scheme for one in addresses} <= {"http", "https"}
    assert shown > len(nasty.BODIES)


def test_atom_has_what_rfc_4287_requires(served):
    """Sections 4.1.1 and 4.1.2: once, and with something in it."""
    for address, feed in parsed(served, "atom"):
        for one in (feed, *entries(feed)):
            for name in ("id", "title", "updated"):
                [said] = one.findall(f"a:{name}", NS)
                assert said.text.strip(), (address, name)
        assert feed.findtext("a:author/a:name", None, NS).strip()
        for entry in entries(feed):
            assert len(entry.findall("a:link[@rel='alternate']", NS)) <= 1
            assert len(entry.xpath("a:link[not(@rel) or @rel='alternate']", namespaces=NS)) == 1
            terms = [one.get("term") for one in entry.findall("a:category", NS)]
            assert all(terms)
            assert all(one.text for one in entry.findall("a:author/a:name", NS))
            # Of a source, 4.2.11 recommends the three.
            for source in entry.findall("a:source", NS):
                assert all(
                    source.findtext(f"a:{name}", "", NS) for name in ("id", "title", "updated")
                )


def test_rss_has_what_its_specification_requires(served):
    """A channel's title, link and description; an item's title."""
    for address, feed in parsed(served, "rss"):
        for name in ("title", "link", "description"):
            [said] = feed.findall(f"channel/{name}")
            assert said.text.strip(), (address, name)
        for item in entries(feed):
            assert item.findtext("title").strip()
            assert len(item.findall("link")) == len(item.findall("guid")) == 1
            assert len(item.findall("source")) <= 1


@pytest.mark.slow
def test_json_is_json_feed(served):
    """What the schema says of version 1.1."""
    for got in of(served[1], "json").values():
        VALIDATOR.validate(got.json())


def test_times_can_be_read_and_follow_each_other(served):
    """In the form of each format; and nothing is updated before it was published, but by itself.

    What a document says was updated when is told as it says.
    """
    for _, feed in parsed(served, "rss"):
        for said in feed.xpath("//pubDate | //lastBuildDate"):
            assert parsedate_to_datetime(said.text).utcoffset() is not None
            assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", said.text)
    for _, feed in parsed(served, "atom"):
        for entry in entries(feed):
            updated = datetime.fromisoformat(entry.findtext("a:updated", None, NS))
            published = entry.findtext("a:published", None, NS)
            if published and not entry.findtext("a:title", None, NS).startswith("dates/updated-"):
                assert datetime.fromisoformat(published) <= updated


def test_pictures_have_sizes_or_none(served):
    """Zero and less is no size, and a picture is told with its type where it is known."""
    sizes = set()
    for _, feed in parsed(served, "rss"):
        sizes |= set(feed.xpath("//m:*/@width | //m:*/@height", namespaces=NS))
        assert not feed.xpath("//m:content[not(@medium='image')]", namespaces=NS)
    assert sizes
    assert all(int(one) > 0 for one in sizes)


def test_lists_of_feeds_are_imported(served):
    """By a reader's library, all of them; and a group has nothing that would need a type."""
    opml, _ = served
    body = etree.fromstring(opml.content).find("body")
    told = listparser.parse(opml.content)
    assert not told.bozo
    assert {one.url for one in told.feeds} == set(body.xpath(".//@xmlUrl"))
    assert len(told.feeds) > len(nasty.TEXTS)
    for one in body.iter("outline"):
        assert one.get("text").strip()
        if one.get("xmlUrl") is None:
            assert list(one.attrib) == ["text"]
        else:
            assert one.get("type") == "rss"
            check_addresses([one.get("xmlUrl"), one.get("htmlUrl")])


@pytest.mark.parametrize("collection", nasty.COLLECTIONS[1:], ids=lambda one: one.id)
def test_whatever_a_collection_says_of_itself(tmp_path, collection):
    """A wrong language is not told; a title and an author there always are."""
    archive = Archive(tmp_path / "documents", collection)
    archive.write("one.md")
    for number, place in enumerate(nasty.PLACES):
        # Where no site is known, bodies are relative to their stories.
        archive.write(f"{number}.md", body="[a link](beside)", webUrl=place)

    async def ask(store, archive):
        await store.import_roots([archive.root])
        async with client_of(create_app(store, SITE)) as client:
            found = [await client.get(f"/feeds/all.{one}") for one in SUFFIXES]
            assert {one.status_code for one in found} == {httpx.codes.OK}
            return [one.content for one in found]

    rss, atom, told = with_store(tmp_path, ask, archive)
    feed, channel = etree.fromstring(atom), etree.fromstring(rss).find("channel")
    language = feed.get("{http://www.w3.org/XML/1998/namespace}lang")
    assert language is None or LANGUAGE.fullmatch(language)
    assert channel.findtext("language") == language == json.loads(told).get("language")
    for one in (channel.findtext("title"), channel.findtext("description")):
        assert one.strip()
    assert feed.findtext("a:author/a:name", None, NS).strip()
