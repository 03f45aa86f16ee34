"""How a feed document leads to the others, and to its hub."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from newsgraph.feeds import Paging, relations, render_atom, render_rss

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "fh": "http://purl.org/syndication/history/1.0",
}
AROUND = {"rss": "channel/", "atom": ""}
RENDER = {"rss": render_rss, "atom": render_atom}


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_links_to_other_documents(channel, kind):
    """All are Atom's links, and each relation is there once."""
    found = etree.fromstring(RENDER[kind](channel, []))
    links = found.findall(f"{AROUND[kind]}a:link", NS)
    told = [(one.get("rel"), one.get("href")) for one in links]
    there_are = [(rel, href) for rel, href in relations(channel) if href]
    assert told[-len(there_are) :] == there_are
    assert {rel for rel, _ in there_are} == {"hub", "first", "next", "last", "prev-archive"}
    assert found.find(f"{AROUND[kind]}fh:archive", NS) is None


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_an_archive_says_that_it_is_one(channel, kind):
    """And leads to the feed that people subscribe to (RFC 5005 section 4)."""
    paging = Paging(current="https://a.example/f", next_archive="https://a.example/f?archive=2")
    found = etree.fromstring(RENDER[kind](replace(channel, hub=None, paging=paging), []))
    assert found.find(f"{AROUND[kind]}fh:archive", NS) is not None
    links = {one.get("rel"): one.get("href") for one in found.iterfind(".//a:link", NS)}
    assert links["current"] == paging.current
    assert links["next-archive"] == paging.next_archive
    assert "hub" not in links
