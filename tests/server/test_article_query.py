"""What a feed is of has one address, and an address says one thing."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.article_query import NoSubject, Subject, is_address, of_path, of_search

SLUGS = st.text("ab-ü人", min_size=1, max_size=3).filter(
    lambda text: text.strip("-") == text and text
)
NAMES = (
    st.lists(SLUGS.filter(lambda s: "--" not in s), max_size=3, unique=True).map(sorted).map(tuple)
)
DOMAINS = st.lists(
    st.sampled_from(["a.example", "b.example", "cnet.com.rss"]), max_size=2, unique=True
).map(lambda names: tuple(sorted(names)))
WORDS = st.lists(
    st.text(min_size=1, max_size=4).filter(lambda s: s.split() == [s] and s.isprintable()),
    max_size=3,
).map(" ".join)


@st.composite
def subjects(draw):
    """Any subject."""
    topics = draw(NAMES)
    return Subject(
        topics,
        len(topics) > 1 and draw(st.booleans()),
        draw(DOMAINS),
        draw(WORDS),
        draw(st.none() | st.integers(-999, 999)),
        draw(NAMES),
        draw(st.booleans()),
    )


def read(address):
    """Return the subject of an address, as the routes find it."""
    parts = urlsplit(address)
    path = unquote(parts.path).removesuffix(".rss").removeprefix("/feeds/")
    if path == "search":
        return of_search(parts.query)
    topics, _, providers = path.partition("/providers/")
    if path.startswith("providers/"):
        return of_path(None, path.removeprefix("providers/"), parts.query)
    if path == "all":
        return of_path(None, None, parts.query)
    return of_path(topics.removeprefix("topics/"), providers or None, parts.query)


@given(subjects())
def test_an_address_says_what_it_was_made_of(subject):
    """And so two subjects have two addresses, and two ids."""
    address = subject.address("rss")
    assert read(address) == subject
    assert address.isascii()
    path, _, query = address.partition("?")
    assert is_address(address, unquote(path), query)
    assert not is_address(address, unquote(path) + "x", query)


@given(subjects(), st.permutations(["q", "topic", "provider", "quality", "without", "collapse"]))
def test_the_order_of_parameters_says_nothing(subject, order):
    """Nor do those that nobody knows, nor names in another order."""
    subject = replace(subject, words=subject.words.replace("+", "-"))
    told = {
        "q": [subject.words],
        "topic": [("+" if subject.every else ",").join(reversed(subject.topics))],
        "provider": list(reversed(subject.providers)),
        "quality": [] if subject.quality is None else [str(subject.quality)],
        "without": list(reversed(subject.without)),
        "collapse": ["1"] if subject.collapse else [],
    }
    query = urlencode([(name, value) for name in order for value in told[name]], safe="+,")
    assert of_search(f"{query}&x=y") == subject


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ((None, None, ""), ("all", "")),
        (("AI", None, ""), ("topics", "ai")),
        ((None, "WWW.a.example", ""), ("providers", "a.example")),
        (("ai,law", None, ""), None),
        (("ai", "a.example", ""), None),
        (("ai", None, "without=law"), None),
        (("ai", None, "collapse=1"), ("topics", "ai")),
    ],
)
def test_what_has_an_owner(path, owner):
    """One thing, or everything."""
    assert of_path(*path).owner == owner


def test_too_much_is_refused():
    """Before anything is asked of the store."""
    with pytest.raises(NoSubject, match="at most 20 providers"):
        of_search("&".join(f"provider={n}.example" for n in range(21)))
