"""Columns of attributes: what is encoded is decoded, and values are counted and found."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from newsgraph.store.search.index.attributes import ArticleAttributes, SegmentAttributes

KEYS = st.integers(0, 3) | st.integers(0, 2**63 - 1)
TEXTS = st.sampled_from(["", "video", "a b", "é", "-1"]) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=9
)
NUMBERS = st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1)
ATTRIBUTES = st.builds(
    ArticleAttributes,
    provider=st.none() | KEYS,
    topics=st.lists(KEYS, max_size=4, unique=True).map(sorted).map(tuple),
    type=st.none() | TEXTS,
    category=st.none() | TEXTS,
    quality=st.none() | NUMBERS,
    heat=st.none() | NUMBERS,
    published=st.booleans(),
    has_images=st.booleans(),
    in_feeds=st.booleans(),
)


@given(st.lists(ATTRIBUTES, max_size=8))
def test_any_articles(articles):
    """Attributes are the same after they were stored; equal ones have equal bytes."""
    data = SegmentAttributes.of_articles(articles).to_bytes()
    assert data == SegmentAttributes.of_articles(articles).to_bytes()
    columns = SegmentAttributes.from_bytes(data)
    assert [columns.of_article(number) for number in range(len(articles))] == articles


@pytest.mark.parametrize("max_intersections", [0, 500])
@given(marked_articles=st.lists(st.tuples(ATTRIBUTES, st.booleans()), max_size=12))
def test_counts(max_intersections, marked_articles):
    """Values of some articles are counted, those of several values in each of them."""
    articles = [article for article, _ in marked_articles]
    columns = SegmentAttributes.of_articles(articles)
    numbers = [number for number, (_, is_counted) in enumerate(marked_articles) if is_counted]
    counted = [articles[number] for number in numbers]

    def count(name):
        column = columns.coded[name]
        return column.count(BitMap(numbers), len(articles), max_intersections)

    for name in ("provider", "type", "quality"):
        values = Counter(getattr(article, name) for article in counted)
        del values[None]
        assert count(name) == values
    assert count("topic") == Counter(topic for article in counted for topic in article.topics)


@given(st.lists(ATTRIBUTES, max_size=8), KEYS)
def test_articles_with_a_value(articles, key):
    """Articles without a value are not found."""
    columns = SegmentAttributes.of_articles(articles)
    for name, values_of in (
        ("provider", lambda article: [article.provider]),
        ("topic", lambda article: article.topics),
    ):
        column = columns.coded[name]
        expected = {n for n, article in enumerate(articles) if key in values_of(article)}
        assert set(column.find_any([key])) == expected
        assert set(column.find(key.__eq__)) == expected
