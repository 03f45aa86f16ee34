"""Tests of facets, against counts in Python."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.filter import Condition
from newsgraph.store.query.selection import (
    Constant,
    Edge,
    EdgeArguments,
    Edges,
    Facet,
    Facets,
    Field,
    Node,
    Page,
    Selection,
    TotalCount,
)
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import SITE
from tests.store.query.test_filters import ARTICLES, FILTERS, SLUGS, TOPICS, fill, matches

# For each interval, the length of a time's prefix, and what completes it to the interval's start.
INTERVALS = {
    "DAY": (10, "T00:00:00Z"),
    "MONTH": (7, "-01T00:00:00Z"),
    "YEAR": (4, "-01-01T00:00:00Z"),
}


def select_facets(first):
    """Return all facets, with at most `first` groups each."""
    count = Field("count", "count")
    topic = Edge("topic", "topic", Selection((Field("slug", "slug"), Field("name", "name"))))
    domain = Selection((Field("domain", "domain"),))
    provider = Edge("provider", "provider", domain)
    return Facets(
        "facets",
        (
            Facet("topics", "topics", (topic, count), first),
            Facet("providers", "providers", (count, provider), first),
            Facet("types", "types", (Field("type", "type"), count), first),
            *(
                Facet(name, f"publishedAt:{name}", (Field("from", "from"), count), first)
                for name in INTERVALS
            ),
        ),
    )


def most_common(values, first):
    """Return the most common values with their counts; equal counts in the order of values."""
    ranked = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))
    return ranked[:first]


def count_facets(articles, first):
    """Return the expected facets of articles."""
    slugs = [SLUGS[TOPICS.index(topic)] for article in articles for topic in article["topics"]]
    topic_names = dict(zip(SLUGS, TOPICS, strict=True))
    providers = [article["provider"] for article in articles if article["provider"]]
    types = [article["type"] for article in articles if article["type"] is not None]
    facets = {
        "topics": [
            {"topic": {"slug": slug, "name": topic_names[slug]}, "count": count}
            for slug, count in most_common(slugs, first)
        ],
        "providers": [
            {"count": count, "provider": {"domain": domain}}
            for domain, count in most_common(providers, first)
        ],
        "types": [{"type": type_, "count": count} for type_, count in most_common(types, first)],
    }
    for name, (length, suffix) in INTERVALS.items():
        dates = [article["date"] for article in articles if article["date"]]
        starts = Counter(date[:length] + suffix for date in dates)
        newest = sorted(starts.items(), reverse=True)[:first]
        facets[name] = [{"from": start, "count": count} for start, count in newest]
    return facets


@pytest.fixture
async def filled(opened, archive):
    """A store with the articles, and the database that records its statements."""
    fill(archive)
    archive.collection = type(archive.collection)(id="tests", serve_unpublished=True, future="show")
    await opened.import_archives(archive)
    recorded = RecordingDatabase(opened.database)
    return Store(recorded, SITE), recorded


@settings(max_examples=scale_examples(40))
@given(
    filter_=st.none() | FILTERS, first=st.sampled_from((0, 1, 2, 3, 100)), rows=st.integers(0, 3)
)
async def test_any_facets(filled, filter_, first, rows):
    """Facets count the articles of all pages that match the filter, in one statement."""
    store, recorded = filled
    node = Node("node", Selection((Field("slug", "slug"),)))
    page = Page((Edges("edges", (node,)), TotalCount("number"), select_facets(first)))
    facets_only = Page((select_facets(first),))
    edges = tuple(
        Edge(key, "articles", to, EdgeArguments(first=rows, filter=filter_))
        for key, to in (("page", page), ("facetsOnly", facets_only))
    )
    before = len(recorded.statements)
    (result,) = (await store.read(Selection(edges))).results
    assert len(recorded.statements) == before + 1
    pages = json.loads(result)
    matching = [
        article for article in ARTICLES.values() if filter_ is None or matches(article, filter_)
    ]
    assert pages["page"]["number"] == len(matching)
    assert len(pages["page"]["edges"]) == min(rows, len(matching))
    assert pages["page"]["facets"] == count_facets(matching, first)
    assert pages["page"]["facets"] == pages["facetsOnly"]["facets"]


async def test_facets_of_every_connection(filled):
    """Every connection of articles has facets, which count its articles only."""
    store, _ = filled
    page = Page((select_facets(100),))
    lookups = {"topic": ("slug", "ai"), "provider": ("domain", "one.org")}
    edges = tuple(
        Edge(name, name, Selection((Edge("page", "articles", page),)), EdgeArguments(lookup=lookup))
        for name, lookup in lookups.items()
    )
    search = Edge("search", "search", page, EdgeArguments(lookup=("query", "robots")))
    empty = Edge("none", "articles", page, EdgeArguments(filter=Condition("quality", "in", ())))
    (result,) = (await store.read(Selection((*edges, search, empty)))).results
    pages = json.loads(result)
    articles = ARTICLES.values()
    for name, expected in {
        "topic": [article for article in articles if "AI" in article["topics"]],
        "provider": [article for article in articles if article["provider"] == "one.org"],
    }.items():
        assert pages[name]["page"]["facets"] == count_facets(expected, 100)
    hits = [article for article in articles if "robots" in article["body"].split()]
    assert pages["search"]["facets"] == count_facets(hits, 100)
    assert pages["none"]["facets"] == count_facets([], 100)


async def test_bad_facets(filled):
    """An unknown facet, or a field that its groups do not have, raises BadSelection."""
    store, _ = filled
    count = Field("count", "count")
    for facet in (
        Facet("f", "colours", (count,), 1),
        Facet("f", "publishedAt:HOUR", (count,), 1),
        Facet("f", "types", (Field("topic", "topic"),), 1),
        Facet("f", "types", (Edge("type", "type", Selection((count,))),), 1),
        Facet("f", "topics", (Edge("provider", "provider", Selection(())),), 1),
    ):
        page = Page((Facets("facets", (facet, Constant("__typename", "ArticleFacets"))),))
        with pytest.raises(BadSelection):
            await store.read(Selection((Edge("page", "articles", page),)))
