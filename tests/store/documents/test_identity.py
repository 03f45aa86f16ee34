"""Identifiers have the expected form and differ between different objects."""

from __future__ import annotations

import re
import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents import identity as identifiers

KINDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,20}", fullmatch=True)
KEYS = st.integers(0, 2**63 - 1)
SIMILAR = st.text("ab-./~ _é", max_size=8)


@pytest.mark.parametrize(
    ("explicit_id", "path", "expected"),
    [
        (None, "news/2021-03-12-a.md", "news/2021-03-12-a"),
        (None, "notes.v2.markdown", "notes.v2"),
        (None, "no-suffix", "no-suffix"),
        (None, ".md", ".md"),
        (None, "e\u0301.md", "é"),
        (None, "bad\udcff.md", "bad\\udcff"),
        ("own", "news/a.md", "own"),
        ("  ", "news/a.md", "news/a"),
        (" e\u0301 ", "a.md", "é"),
    ],
)
def test_document_identity(explicit_id, path, expected):
    """A document's identity is its id, or else its path without the suffix."""
    assert identifiers.document_identity(explicit_id, path) == expected


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("news/2021-03-12-a", "news/2021-03-12-a"),
        ("ünï/कि_~.x", "ünï/कि_~.x"),
        ("a b", "a-b-c8687a08"),
        ("a  b", "a-b-"),
        ("/a/", "a-"),
        ("a//b", "a/b-"),
        ("../a", "a-"),
        (".", ""),
        ("?", ""),
        ("", "e3b0c442"),
    ],
)
def test_document_slug(identity, expected):
    """Most identities are their own slug; other slugs end with eight digits of a hash."""
    slug = identifiers.document_slug(identity)
    assert slug.startswith(expected)
    assert slug == identity or re.search(r"(^|-)[0-9a-f]{8}$", slug)


@given(st.one_of(st.text(), SIMILAR))
def test_document_slug_is_safe_in_urls(identity):
    """A slug has no empty or dot segments and no reserved characters, and is its own slug."""
    slug = identifiers.document_slug(identity)
    assert not {"", ".", ".."} & set(slug.split("/"))
    assert not re.search(r"[\s?#%&\"<>\\\x00-\x1f]", slug)
    assert identifiers.document_slug(slug) == slug


@given(SIMILAR, SIMILAR)
def test_document_slugs_are_unique(first, second):
    """Different identities have different slugs."""
    slugs = identifiers.document_slug(first), identifiers.document_slug(second)
    assert (first == second) == (slugs[0] == slugs[1])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Computer Vision", "computer-vision"),
        ("AI", "ai"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("R&D", "r-and-d"),
        ("  a -- b  ", "a-b"),
        ("People’s AI", "peoples-ai"),
        ("Straße", "strasse"),
        ("ＡＩ", "ai"),
        ("Ünï", "ünï"),
        ("कि", "कि"),
        ("!!!", "t-e84c538e"),
        ("\u0301", "t-"),
    ],
)
def test_topic_slug(name, expected):
    """A topic's slug is its name in lower case, with words joined by hyphens."""
    assert identifiers.topic_slug(name).startswith(expected)


@given(st.text())
def test_topic_slug_is_idempotent(name):
    """A topic's slug is its own slug, in normal form and without slashes."""
    slug = identifiers.topic_slug(name)
    assert slug
    assert "/" not in slug
    assert identifiers.topic_slug(slug) == slug
    assert unicodedata.is_normalized("NFKC", slug)


def test_stable_key_does_not_change():
    """Keys are stored in databases, so these numbers must never change."""
    assert identifiers.stable_key("article", "news/a") == 7396358584871842409
    assert identifiers.stable_key("link", "a", "b") != identifiers.stable_key("link", "ab")
    assert 0 < identifiers.stable_key("", "\ud800") < 2**63


@given(KINDS, KEYS)
def test_node_id_round_trip(kind, key):
    """A node id decodes to the same kind and key, and needs no escaping in URLs."""
    node_id = identifiers.encode_node_id(kind, key)
    assert identifiers.decode_node_id(node_id) == (kind, key)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", node_id)


@pytest.mark.parametrize(
    "text",
    [
        *("", "?", "é", "a", "QXJ0aWNsZTox", "Zm9v/w"),
        *(identifiers.encode_node_id("Article", 1) + "=", identifiers.encode_node_id("", 1)),
        *(identifiers.encode_node_id("A", 2**63), identifiers.encode_node_id("A:B", 1)),
    ],
)
def test_invalid_node_id(text):
    """Texts that encode_node_id does not produce decode to None."""
    assert identifiers.decode_node_id(text) is None


@given(st.text())
def test_any_text_is_a_node_id_or_none(text):
    """Any text decodes to None or to what it was encoded from."""
    decoded = identifiers.decode_node_id(text)
    assert decoded is None or identifiers.encode_node_id(*decoded) == text


def test_entry_guid_does_not_change():
    """GUIDs must never change: feed readers would show all entries again."""
    guid = identifiers.entry_guid("seeds", "news/a")
    assert guid == "urn:uuid:c9b78e34-a962-5a65-82cc-f9a239843a1e"
    assert uuid.UUID(guid.removeprefix("urn:uuid:")).version == 5
    assert identifiers.entry_guid("other", "news/a") != guid
    assert identifiers.entry_guid("seeds", "news/b") != guid
