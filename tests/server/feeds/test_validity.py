"""Feeds of malformed and hostile documents are valid, for every kind of feed and every format.

These tests check, without running them, what the W3C's feed validator and the schema of RFC 4287
found or could find; docs/validity.md explains how to run them.
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
from newsgraph.store.documents.entry_ids import is_iri
from tests.feeds.test_json_feed import VALIDATOR
from tests.server.conftest import SITE, create_client
from tests.server.feeds import hostile_documents
from tests.store.archive import Archive
from tests.store_files import open_store

SUFFIXES = ("rss", "atom", "json")
PAGE_SIZE = 20
UNLISTED_PATHS = (
    "topics/bodies,texts.rss",
    "topics/c-plus-plus+texts.rss",
    "topics/texts/providers/markup.example.rss",
    "search.rss?q=%3Cb%3E%20%26%20%22%5D%5D%3E",
    "search.rss?q=%01%EF%BF%BEword%E2%80%AE",
    "search.rss?quality=1",
    "search.rss?q=date",
    "topics/texts.rss?without=bodies",
)
"""Feeds which are not in /feeds.opml, below ``/feeds/``."""

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "c": "http://purl.org/rss/1.0/modules/content/",
    "m": "http://search.yahoo.com/mrss/",
}
# Forbidden by XML 1.0, and of the discouraged characters the C1 controls and noncharacters.
INVALID_CHARS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
LANGUAGE_TAG = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
ACTIVE_ELEMENTS = {
    *("script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "base"),
    *("link", "meta", "audio", "video", "source"),
}


async def crawl(store, archive):
    """Return the OPML response, and the responses of all documents of all feeds by their URLs.

    A delta has the URL of its feed, followed by `` delta``.
    """
    await store.import_roots([archive.root])
    responses = {}
    async with create_client(create_app(store, SITE, feed_entries=PAGE_SIZE)) as client:

        async def get(url, headers=None):
            response = await client.get(url.removeprefix(SITE), headers=headers)
            assert response.is_success, (url, response.text)
            return response

        opml = await get("/feeds.opml")
        listed_urls = etree.fromstring(opml.content).xpath("//@xmlUrl")
        rss_urls = [f"{SITE}/feeds/{path}" for path in ("all.rss", *UNLISTED_PATHS)] + listed_urls
        queue = [url.replace(".rss", f".{suffix}") for url in rss_urls for suffix in SUFFIXES]
        while queue:
            url = queue.pop()
            if url in responses:
                continue
            responses[url] = response = await get(url)
            queue += [
                link["url"]
                for link in response.links.values()
                if link["rel"] in ("next", "last", "prev-archive")
            ]
        archive.write_article(
            "texts/new.md", title="New", date="9999-12-31T23:59:59Z", topics=["Bodies"]
        )
        await store.import_roots([archive.root])
        for url in (f"{SITE}/feeds/all.{suffix}" for suffix in ("rss", "atom")):
            headers = {"If-None-Match": responses[url].headers["etag"], "A-IM": "feed"}
            delta = await get(url, headers)
            assert delta.status_code == httpx.codes.IM_USED
            responses[f"{url} delta"] = delta
    return opml, responses


def run_with_store(folder, function, archive):
    """Call an asynchronous function with a new store and an archive, and return its result."""

    async def main():
        store = await open_store(folder / "store.db", SITE)
        try:
            return await function(store, archive)
        finally:
            await store.close()

    return asyncio.run(main())


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """Return the OPML response, and the responses of all documents of all feeds by their URLs."""
    folder = tmp_path_factory.mktemp("nasty")
    return run_with_store(folder, crawl, hostile_documents.write(folder / "documents"))


def responses_in(responses, suffix):
    """Return the responses in one format, by their URLs."""
    matching = {url: response for url, response in responses.items() if f".{suffix}" in url}
    assert len(matching) > len(UNLISTED_PATHS)
    return matching


def parsed_feeds(crawled, suffix):
    """Yield the URL and the parsed XML of each document in one format."""
    for url, response in responses_in(crawled[1], suffix).items():
        yield url, etree.fromstring(response.content)


def entries_of(feed):
    """Return the entries of an Atom feed, or the items of an RSS feed."""
    return feed.findall("a:entry", NS) or feed.findall("channel/item")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_xml_is_well_formed(crawled, suffix):
    """Feedparser accepts it with its content type, and it has no characters that readers drop."""
    for url, response in responses_in(crawled[1], suffix).items():
        assert not INVALID_CHARS.search(response.content.decode()), url
        feed = feedparser.parse(response.content, response_headers=dict(response.headers))
        assert not feed.bozo, (url, feed.get("bozo_exception"))
        assert len(feed.entries) == len(entries_of(etree.fromstring(response.content)))


def test_crawled_documents_are_of_all_kinds(crawled):
    """All kinds of feed documents were crawled, and they have entries of all kinds of articles."""
    _, responses = crawled
    params = Counter(url.partition("?")[2].partition("=")[0] for url in responses)
    assert {"", "page", "archive", "q", "quality", "without"} <= params.keys()
    titles = {
        item.get("title")
        for response in responses_in(responses, "json").values()
        for item in response.json()["items"]
    }
    assert {"bodies/links.md", "dates/updated-0.md", "pictures/1.md", "2021", None} <= titles
    assert "dates/none.md" not in titles
    assert any(len(title or "") == len(hostile_documents.TEXTS["long"]) for title in titles)


def test_every_format_has_the_same_entries(crawled):
    """The ids are unique, and the same in all formats; Atom has another one for what is no IRI."""
    _, responses = crawled
    for url, response in responses_in(responses, "json").items():
        ids = [item["id"] for item in response.json()["items"]]
        assert len(set(ids)) == len(ids)
        atom = etree.fromstring(responses[url.replace(".json", ".atom")].content)
        rss = etree.fromstring(responses[url.replace(".json", ".rss")].content)
        atom_ids = [element.text for element in atom.findall("a:entry/a:id", NS)]
        assert all(map(is_iri, atom_ids))
        assert len(set(atom_ids)) == len(atom_ids) == len(ids)
        for atom_id, entry_id in zip(atom_ids, ids, strict=True):
            assert atom_id == entry_id if is_iri(entry_id) else atom_id.startswith("urn:uuid:")
        assert [element.text for element in rss.findall("channel/item/guid")] == ids


def test_urls_are_absolute_and_valid(crawled):
    """They conform to RFC 3986, and the link `self` is the URL of the document."""
    for url, feed in parsed_feeds(crawled, "atom"):
        self_links = feed.findall("a:link[@rel='self']", NS)
        assert [link.get("href") for link in self_links] == [url.partition(" ")[0]]
        check_urls(feed.xpath("//a:link/@href | //a:category/@scheme | //m:*/@url", namespaces=NS))
    for url, feed in parsed_feeds(crawled, "rss"):
        self_links = feed.findall("channel/a:link[@rel='self']", NS)
        assert [link.get("href") for link in self_links] == [url.partition(" ")[0]]
        texts = feed.xpath("//link/text()")
        check_urls(texts + feed.xpath("//@href | //source/@url | //m:*/@url", namespaces=NS))
        assert {guid.get("isPermaLink") for guid in feed.iter("guid")} <= {"false"}


def check_urls(urls):
    """Check that URLs are absolute, of HTTP, and conform to RFC 3986."""
    assert urls
    for url in map(str, urls):
        assert url.startswith(("http://", "https://")), url
        assert validate_rfc3986(url), url


def test_content_is_sanitized(crawled):
    """It has no active elements, event handlers or styles, and only absolute HTTP URLs."""
    _, responses = crawled
    element_count = 0
    for response in responses_in(responses, "json").values():
        for item in response.json()["items"]:
            for fragment in fragments_fromstring(item.get("content_html", "")):
                if isinstance(fragment, str):
                    continue
                element_count += 1
                tags = {element.tag for element in fragment.iter(etree.Element)}
                assert not ACTIVE_ELEMENTS & tags, item["title"]
                assert not fragment.xpath("//@*[starts-with(name(), 'on')] | //@style | //@srcset")
                urls = fragment.xpath("//@href | //@src | //@cite | //@poster | //@action")
                assert {urlsplit(url).scheme for url in urls} <= {"http", "https", "mailto", "tel"}
    assert element_count > len(hostile_documents.BODIES)


def test_atom_has_required_elements(crawled):
    """Those of RFC 4287 sections 4.1.1 and 4.1.2 are there once; only an entry's title is empty."""
    for url, feed in parsed_feeds(crawled, "atom"):
        for parent in (feed, *entries_of(feed)):
            for name in ("id", "title", "updated"):
                [element] = parent.findall(f"a:{name}", NS)
                is_optional = name == "title" and parent is not feed
                assert (element.text or "").strip() or is_optional, (url, name)
        assert feed.findtext("a:author/a:name", None, NS).strip()
        for entry in entries_of(feed):
            assert len(entry.findall("a:link[@rel='alternate']", NS)) <= 1
            assert len(entry.xpath("a:link[not(@rel) or @rel='alternate']", namespaces=NS)) == 1
            terms = [category.get("term") for category in entry.findall("a:category", NS)]
            assert all(terms)
            assert all(name.text for name in entry.findall("a:author/a:name", NS))
            # Section 4.2.11 recommends these elements in a source.
            for source in entry.findall("a:source", NS):
                assert all(
                    source.findtext(f"a:{name}", "", NS) for name in ("id", "title", "updated")
                )


def test_rss_has_required_elements(crawled):
    """A channel has title, link and description, an item a title or a description."""
    for url, feed in parsed_feeds(crawled, "rss"):
        for name in ("title", "link", "description"):
            [element] = feed.findall(f"channel/{name}")
            assert element.text.strip(), (url, name)
        for item in entries_of(feed):
            assert item.findtext("title", item.findtext("description")).strip()
            assert len(item.findall("link")) == len(item.findall("guid")) == 1
            assert len(item.findall("source")) <= 1


@pytest.mark.slow
def test_json_feed_matches_the_schema(crawled):
    """The schema is that of version 1.1."""
    for response in responses_in(crawled[1], "json").values():
        VALIDATOR.validate(response.json())


def test_times_are_valid_and_ordered(crawled):
    """Times have their format's form, and an entry is not updated before it was published.

    Unless the document itself has an earlier time of update, which is left as it is.
    """
    for _, feed in parsed_feeds(crawled, "rss"):
        for element in feed.xpath("//pubDate | //lastBuildDate"):
            assert parsedate_to_datetime(element.text).utcoffset() is not None
            assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", element.text)
    for _, feed in parsed_feeds(crawled, "atom"):
        for entry in entries_of(feed):
            updated = datetime.fromisoformat(entry.findtext("a:updated", None, NS))
            published = entry.findtext("a:published", None, NS)
            if published and not entry.findtext("a:title", None, NS).startswith("dates/updated-"):
                assert datetime.fromisoformat(published) <= updated


def test_picture_sizes_are_positive(crawled):
    """Other sizes are left out, and each picture has a medium."""
    sizes = set()
    for _, feed in parsed_feeds(crawled, "rss"):
        sizes |= set(feed.xpath("//m:*/@width | //m:*/@height", namespaces=NS))
        assert not feed.xpath("//m:content[not(@medium='image')]", namespaces=NS)
    assert sizes
    assert all(int(size) > 0 for size in sizes)


def test_opml_can_be_imported(crawled):
    """Listparser finds all feeds, and groups have no attributes which would need a type."""
    opml, _ = crawled
    body = etree.fromstring(opml.content).find("body")
    parsed = listparser.parse(opml.content)
    assert not parsed.bozo
    assert {feed.url for feed in parsed.feeds} == set(body.xpath(".//@xmlUrl"))
    assert len(parsed.feeds) > len(hostile_documents.TEXTS)
    for outline in body.iter("outline"):
        assert outline.get("text").strip()
        if outline.get("xmlUrl") is None:
            assert list(outline.attrib) == ["text"]
        else:
            assert outline.get("type") == "rss"
            check_urls([outline.get("xmlUrl"), outline.get("htmlUrl")])


@pytest.mark.parametrize(
    "collection", hostile_documents.COLLECTIONS[1:], ids=lambda collection: collection.id
)
def test_collection_with_missing_or_invalid_metadata(tmp_path, collection):
    """An invalid language is left out; title, description and author have defaults."""
    archive = Archive(tmp_path / "documents", collection)
    archive.write_article("one.md")
    for number, url in enumerate(hostile_documents.ARTICLE_URLS):
        # Without a URL of the collection, bodies are relative to that of the article.
        archive.write_article(f"{number}.md", body="[a link](beside)", webUrl=url)

    async def get_feeds(store, archive):
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            responses = [await client.get(f"/feeds/all.{suffix}") for suffix in SUFFIXES]
            assert {response.status_code for response in responses} == {httpx.codes.OK}
            return [response.content for response in responses]

    rss, atom, json_feed = run_with_store(tmp_path, get_feeds, archive)
    feed, channel = etree.fromstring(atom), etree.fromstring(rss).find("channel")
    language = feed.get("{http://www.w3.org/XML/1998/namespace}lang")
    assert language is None or LANGUAGE_TAG.fullmatch(language)
    assert channel.findtext("language") == language == json.loads(json_feed).get("language")
    for text in (channel.findtext("title"), channel.findtext("description")):
        assert text.strip()
    assert feed.findtext("a:author/a:name", None, NS).strip()
