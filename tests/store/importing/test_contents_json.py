"""The contents of scheduled articles, as JSON and back."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.document import Article, SiteAddress
from newsgraph.store.documents.frontmatter import parse_document
from newsgraph.store.importing.contents_json import decode_contents, encode_contents
from newsgraph.store.importing.scan import ParsedContents
from tests.store.edits import texts


def parse_contents(text):
    """Return the contents of a document; None if it is no article."""
    parsed = parse_document(text, "a.md")
    if not isinstance(parsed.content, Article):
        return None
    return ParsedContents(parsed.content, parsed.front_matter, "<p>Body")


@given(texts("a.md"))
def test_any_article(text):
    """The contents of any article are the same after a round trip."""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    contents = parse_contents(text)
    if contents is not None:
        assert decode_contents(encode_contents(contents)) == contents


@given(st.text(), st.text())
def test_any_text(title, body):
    """Any text survives, and the JSON is ASCII, which each database stores."""
    contents = ParsedContents(Article(title, body=body), {"title": title}, body)
    encoded = encode_contents(contents)
    assert encoded.isascii()
    assert decode_contents(encoded) == contents


def test_all_fields_of_an_article():
    """An article with a value in each field survives: a new field of it is tested here, too."""
    text = """---
id: a
title: T
excerpt: E
date: 2024-01-01
updated: 2024-01-02
webUrl: https://a.example/1
originalUrl: https://a.example/2
ampUrl: https://a.example/3
cdnAmpUrl: https://a.example/4
type: article
category: news
quality: 1
heat: 2
published: true
provider: {name: P, domain: p.example, images: [c.jpg]}
topics: [a]
images: [{url: a.jpg, width: 1, height: 2, isCached: true, title: t, attribution: b, alt: c}]
authors: [{name: A, url: https://a.example/a}]
related: [{title: R, webUrl: https://r.example/, images: [d.jpg], provider: R}, other]
lang: de
aliases: [/old/]
publishDate: 2024-01-03
guid: https://a.example/?p=7
wordpress_id: 7
expiryDate: 2024-01-04
enclosure: {url: e.mp3, length: 1}
---
Body
"""
    parsed = parse_contents(text)
    # A plain archive gives no addresses.
    article = dataclasses.replace(parsed.content, address=SiteAddress("/a/", "/b"))
    contents = dataclasses.replace(parsed, content=article)
    empty = Article("")
    # A published, listed article with a title, which is no redirect, has the defaults of these.
    not_set = ("published", "is_listed", "in_sitemap", "is_redirect", "is_named_by_file")
    for field in dataclasses.fields(Article):
        is_set = getattr(article, field.name) != getattr(empty, field.name)
        assert is_set or field.name in not_set, field.name
    assert decode_contents(encode_contents(contents)) == contents


def test_an_article_of_another_version():
    """Unknown fields are ignored, and missing ones have their defaults."""
    fields = json.loads(encode_contents(ParsedContents(Article("T"), {}, "")))
    del fields["content"]["topics"]
    fields["content"]["mood"] = "good"
    assert decode_contents(json.dumps(fields)) == ParsedContents(Article("T"), {}, "")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"content": null}', '{"content": {"title": 1}}', '{"content": 1}'],
)
def test_other_texts_are_refused(text):
    """The caller leaves such a document to the next import."""
    with pytest.raises(ValueError, match=r"."):
        decode_contents(text)
