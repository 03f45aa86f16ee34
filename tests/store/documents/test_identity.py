"""Names that stay: their forms, and that different things have different ones."""

from __future__ import annotations

import re
import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents import identity as names

KINDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,20}", fullmatch=True)
KEYS = st.integers(0, 2**63 - 1)
CLOSE = st.text("ab-./~ _é", max_size=8)


@pytest.mark.parametrize(
    ("explicit", "path", "expected"),
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
def test_identity(explicit, path, expected):
    """The document's own id, else its path."""
    assert names.identity(explicit, path) == expected


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
def test_slug(identity, expected):
    """Most identities are their own slug; the others end in eight digits of a hash."""
    slug = names.slug(identity)
    assert slug.startswith(expected)
    assert slug == identity or re.search(r"(^|-)[0-9a-f]{8}$", slug)


@given(st.one_of(st.text(), CLOSE))
def test_slug_is_safe_in_an_address(identity):
    """It has no empty or dot segments, and stays as it is."""
    slug = names.slug(identity)
    assert not {"", ".", ".."} & set(slug.split("/"))
    assert not re.search(r"[\s?#%&\"<>\\\x00-\x1f]", slug)
    assert names.slug(slug) == slug


@given(CLOSE, CLOSE)
def test_slugs_differ(one, other):
    """Two identities do not share a slug."""
    assert (one == other) == (names.slug(one) == names.slug(other))


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
    """What people would type."""
    assert names.topic_slug(name).startswith(expected)


@given(st.text())
def test_topic_slug_is_idempotent(name):
    """A slug is its own, and folded."""
    slug = names.topic_slug(name)
    assert slug
    assert "/" not in slug
    assert names.topic_slug(slug) == slug
    assert unicodedata.is_normalized("NFKC", slug)


def test_key_stays():
    """Keys are in databases: these numbers must never change."""
    assert names.key("article", "news/a") == 7396358584871842409
    assert names.key("link", "a", "b") != names.key("link", "ab")
    assert 0 < names.key("", "\ud800") < 2**63


@given(KINDS, KEYS)
def test_node_id_round_trip(kind, key):
    """What was made is read, and nothing needs escaping in an address."""
    made = names.node_id(kind, key)
    assert names.split_node_id(made) == (kind, key)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", made)


@pytest.mark.parametrize(
    "text",
    [
        *("", "?", "é", "a", "QXJ0aWNsZTox", "Zm9v/w"),
        *(names.node_id("Article", 1) + "=", names.node_id("", 1)),
        *(names.node_id("A", 2**63), names.node_id("A:B", 1)),
    ],
)
def test_not_a_node_id(text):
    """Nothing but what node_id makes is read."""
    assert names.split_node_id(text) is None


@given(st.text())
def test_any_text_is_a_node_id_or_none(text):
    """Clients send anything."""
    found = names.split_node_id(text)
    assert found is None or names.node_id(*found) == text


def test_guid_stays():
    """Readers would show everything again."""
    made = names.guid("seeds", "news/a")
    assert made == "urn:uuid:c9b78e34-a962-5a65-82cc-f9a239843a1e"
    assert uuid.UUID(made.removeprefix("urn:uuid:")).version == 5
    assert names.guid("other", "news/a") != made
    assert names.guid("seeds", "news/b") != made
