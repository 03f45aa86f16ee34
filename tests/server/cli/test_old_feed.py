"""Ids, links and titles of feeds of all formats, as they are in the wild."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.cli.old_feed import NotAFeed, OldEntry, OldFeed, parse_feed

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
ENTRY = OldEntry("x", "https://a.example/1", "A & B")
FEEDS = {
    "rss": """<?xml version="1.0"?>
        <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
            xmlns:media="http://search.yahoo.com/mrss/"><channel>
        <atom:link href="https://a.example/feed" rel="self"/><link> https://a.example/ </link>
        <item><media:title>No</media:title><title><![CDATA[A &amp; B]]></title>
        <link>https://a.example/1</link><guid isPermaLink="false"> x </guid></item>
        </channel></rss>""",
    "rss 1.0": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/"><channel><link>https://a.example/</link></channel>
        <item><title>A &amp;amp; B</title><link>https://a.example/1</link><guid>x</guid></item>
        </rdf:RDF>""",
    "atom": f"""<feed {ATOM}><link rel="self" href="/feed"/><link href="https://a.example/"/>
        <entry><title type="html">A &amp;amp; &lt;b&gt;B&lt;/b&gt;</title><id>x</id>
        <link rel="edit" href="/edit"/><link rel="alternate" href="https://a.example/1"/></entry>
        </feed>""",
    "atom with XHTML": f"""<feed {ATOM}><link href="https://a.example/"/><entry>
        <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A &amp; <b>B</b></div></title>
        <id>x</id><link href="https://a.example/1"/></entry></feed>""",
    "json": json.dumps(
        {
            "home_page_url": "https://a.example/",
            "items": [{"id": "x", "url": "https://a.example/1", "title": "A & B"}],
        }
    ),
}


@pytest.mark.parametrize(("name", "text"), FEEDS.items())
def test_feeds(name, text):
    """Namespaces of other elements and other links do not matter."""
    expected = OldFeed(name.split()[0], "https://a.example/", (ENTRY,))
    for prefix in (b"", b"\xef\xbb\xbf", b"\n "):
        assert parse_feed(prefix + text.encode()) == expected


def test_entries_without_an_id():
    """Readers take the link for the id then. A guid can be the link, and an id a number."""
    rss = b"""<rss><channel><item><link>https://a.example/1</link></item>
        <item><guid>https://a.example/2</guid></item><item><guid>3</guid></item>
        <item><title>Nothing</title></item></channel></rss>"""
    assert [(entry.id, entry.link) for entry in parse_feed(rss).entries] == [
        ("https://a.example/1", "https://a.example/1"),
        ("https://a.example/2", "https://a.example/2"),
        ("3", ""),
    ]
    feed = parse_feed(b'{"items": [{"id": 7}, {"url": "https://a.example/8"}, {"id": true}, 9]}')
    assert [entry.id for entry in feed.entries] == ["7", "https://a.example/8"]


def test_broken_feeds_are_read_as_far_as_possible():
    """Feed readers do so, too."""
    [entry] = parse_feed(b"<rss><channel><item><guid>x</guid><title>A & B</title></item>").entries
    assert entry.id == "x"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no feed",
        "<html><body>Not found</body></html>",
        "<entry/>",
        "{",
        "[]",
        '{"items": 5}',
        "{" + '"a":{' * 100_000,
    ],
)
def test_other_files(text):
    """The error says why it is no feed."""
    with pytest.raises(NotAFeed):
        parse_feed(text.encode())


def test_entities_and_other_files_are_not_loaded(tmp_path):
    """A feed comes from elsewhere: it can neither read files nor fill the memory."""
    secret = tmp_path / "secret"
    secret.write_text("secret", "utf-8")
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 20}">' for n in range(10))
    feed = parse_feed(
        f"""<!DOCTYPE rss [<!ENTITY file SYSTEM "{secret.as_uri()}"><!ENTITY e0 "x">{bomb}]>
        <rss><channel><item><guid>1</guid><title>&file;</title></item>
        <item><guid>2</guid><title>&e9;</title></item></channel></rss>""".encode()
    )
    assert "secret" not in repr(feed)
    assert len(repr(feed)) < 1000


@given(st.binary())
def test_any_bytes(data):
    """They are a feed or not, and nothing else happens."""
    for prefix in (b"", b"<rss><channel><item>", b'{"items": '):
        try:
            parse_feed(prefix + data)
        except NotAFeed:
            continue
