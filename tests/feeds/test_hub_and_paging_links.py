"""Feed documents link to the feed's other documents and to its hub."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from newsgraph.feeds import PagingLinks, link_relations, render_atom, render_rss

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "fh": "http://purl.org/syndication/history/1.0",
}
PARENT = {"rss": "channel/", "atom": ""}
RENDER = {"rss": render_rss, "atom": render_atom}


@pytest.mark.parametrize("feed_format", ["rss", "atom"])
def test_links_to_other_documents(metadata, feed_format):
    """Every link is an atom:link, and each relation occurs once."""
    root = etree.fromstring(RENDER[feed_format](metadata, []))
    links = root.findall(f"{PARENT[feed_format]}a:link", NS)
    written = [(link.get("rel"), link.get("href")) for link in links]
    expected = [(rel, href) for rel, href in link_relations(metadata) if href]
    assert written[-len(expected) :] == expected
    assert {rel for rel, _ in expected} == {"hub", "first", "next", "last", "prev-archive"}
    assert root.find(f"{PARENT[feed_format]}fh:archive", NS) is None


@pytest.mark.parametrize("feed_format", ["rss", "atom"])
def test_archive_is_marked(metadata, feed_format):
    """An archive has fh:archive and links to the current feed (RFC 5005 section 4)."""
    paging = PagingLinks(
        current="https://a.example/f", next_archive="https://a.example/f?archive=2"
    )
    root = etree.fromstring(RENDER[feed_format](replace(metadata, hub_url=None, paging=paging), []))
    assert root.find(f"{PARENT[feed_format]}fh:archive", NS) is not None
    links = {link.get("rel"): link.get("href") for link in root.iterfind(".//a:link", NS)}
    assert links["current"] == paging.current
    assert links["next-archive"] == paging.next_archive
    assert "hub" not in links
