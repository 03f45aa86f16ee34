"""Entries without a title, in each format."""

from __future__ import annotations

import json
from dataclasses import replace

import feedparser
from lxml import etree

from newsgraph.feeds import Image, render_atom, render_json_feed, render_rss

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_rss_has_no_title(metadata, note):
    """An item with a description needs none (RSS 2.0); one without any text has its link."""
    bare = replace(note, summary=None)
    body = replace(bare, body_html="<p>x</p>")
    items = etree.fromstring(render_rss(metadata, [note, body, bare])).findall("channel/item")
    assert [item.findtext("title") for item in items] == [None, None, note.link]
    assert [item.findtext("description") for item in items] == [
        "Coffee &amp; cake.",
        "<p>x</p>",
        None,
    ]


def test_atom_has_an_empty_title(metadata, note):
    """RFC 4287 section 4.1.2 requires the element, which may be empty."""
    [entry] = etree.fromstring(render_atom(metadata, [note])).findall("a:entry", ATOM)
    [title] = entry.findall("a:title", ATOM)
    assert not title.text


def test_json_feed_has_no_title(metadata, note):
    """The member is optional."""
    [item] = json.loads(render_json_feed(metadata, [note]))["items"]
    assert "title" not in item
    assert item["content_text"] == note.summary


def test_programs_take_no_text_of_the_image_for_one_of_the_entry(metadata, note):
    """Feedparser reads media:title as a title, and media:description as a content or summary."""
    image = Image("https://a.example/a.png", title="Caption", alt="Alt", credit="Ann")
    for render in (render_rss, render_atom):
        for entry in (
            replace(note, image=image),
            replace(note, image=image, body_html="<p>x</p>"),
            replace(note, image=image, body_html="<p>x</p>", summary=None),
        ):
            parsed = feedparser.parse(render(metadata, [entry])).entries[0]
            assert parsed.get("title", "") == ""
            contents = [content.value for content in parsed.get("content", ())]
            assert contents in ([], ["<p>x</p>"])
            # feedparser has a content that is alone as the summary, too.
            assert parsed.summary.replace("&amp;", "&") in (entry.summary, "<p>x</p>")
            assert parsed.media_credit[0]["content"] == "Ann"
