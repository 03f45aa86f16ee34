"""Article queries are parsed from URLs, and have one canonical URL."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.article_query import (
    ArticleQuery,
    ArticleQueryError,
    is_canonical_request,
    parse_feed_path,
    parse_search_query,
)

SLUGS = st.text("ab-ü人", min_size=1, max_size=3).filter(
    lambda text: text.strip("-") == text and text
)
SLUG_LISTS = (
    st.lists(SLUGS.filter(lambda slug: "--" not in slug), max_size=3, unique=True)
    .map(sorted)
    .map(tuple)
)
DOMAIN_LISTS = st.lists(
    st.sampled_from(["a.example", "b.example", "cnet.com.rss"]), max_size=2, unique=True
).map(lambda domains: tuple(sorted(domains)))
SEARCH_TEXTS = st.lists(
    st.text(min_size=1, max_size=4).filter(
        lambda text: text.split() == [text] and text.isprintable()
    ),
    max_size=3,
).map(" ".join)


@st.composite
def article_queries(draw):
    """Generate any article query."""
    topics = draw(SLUG_LISTS)
    return ArticleQuery(
        topics,
        len(topics) > 1 and draw(st.booleans()),
        draw(DOMAIN_LISTS),
        draw(SEARCH_TEXTS),
        draw(st.none() | st.integers(-999, 999)),
        draw(SLUG_LISTS),
        draw(st.booleans()),
        draw(st.booleans()),
    )


def parse(url):
    """Parse a feed's relative URL as the routes do."""
    parts = urlsplit(url)
    path = unquote(parts.path).removesuffix(".rss").removeprefix("/feeds/")
    if path == "search":
        return parse_search_query(parts.query)
    topics, _, providers = path.partition("/providers/")
    if path.startswith("providers/"):
        return parse_feed_path(None, path.removeprefix("providers/"), parts.query)
    if path == "all":
        return parse_feed_path(None, None, parts.query)
    return parse_feed_path(topics.removeprefix("topics/"), providers or None, parts.query)


@given(article_queries())
def test_canonical_url_parses_to_the_same_query(query):
    """So two different queries have different URLs and feed ids."""
    url = query.relative_url("rss")
    assert parse(url) == query
    assert url.isascii()
    path, _, query_string = url.partition("?")
    assert is_canonical_request(url, unquote(path), query_string)
    assert not is_canonical_request(url, unquote(path) + "x", query_string)


@given(
    article_queries(),
    st.permutations(["q", "topic", "provider", "quality", "without", "collapse", "summary"]),
)
def test_order_of_parameters_does_not_matter(query, order):
    """Neither does the order of names; unknown parameters are ignored."""
    query = replace(query, search_text=query.search_text.replace("+", "-"))
    params = {
        "q": [query.search_text],
        "topic": [("+" if query.match_all_topics else ",").join(reversed(query.topics))],
        "provider": list(reversed(query.providers)),
        "quality": [] if query.min_quality is None else [str(query.min_quality)],
        "without": list(reversed(query.excluded_topics)),
        "collapse": ["1"] if query.collapse_stories else [],
        "summary": ["1"] if query.summary_only else [],
    }
    query_string = urlencode([(name, value) for name in order for value in params[name]], safe="+,")
    assert parse_search_query(f"{query_string}&x=y") == query


@pytest.mark.parametrize(
    ("arguments", "owner"),
    [
        ((None, None, ""), ("all", "")),
        (("AI", None, ""), ("topics", "ai")),
        ((None, "WWW.a.example", ""), ("providers", "a.example")),
        (("ai,law", None, ""), None),
        (("ai", "a.example", ""), None),
        (("ai", None, "without=law"), None),
        (("ai", None, "collapse=1"), ("topics", "ai")),
        (("ai", None, "summary=1"), ("topics", "ai")),
    ],
)
def test_owner_is_the_site_or_a_single_topic_or_provider(arguments, owner):
    """A query that combines several of them has no owner."""
    assert parse_feed_path(*arguments).owner == owner


def test_too_many_names_are_an_error():
    """The number of names is checked before the store is read."""
    with pytest.raises(ArticleQueryError, match="at most 20 providers"):
        parse_search_query("&".join(f"provider={n}.example" for n in range(21)))
