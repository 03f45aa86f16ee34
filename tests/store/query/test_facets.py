"""Facets: how the articles of all pages are spread, held against counting in Python."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.filter import Is
from newsgraph.store.query.selection import (
    Arguments,
    Constant,
    Edge,
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
from tests.hypothesis_profiles import examples
from tests.recorded import Recorded
from tests.store.archive import SITE
from tests.store.query.test_filters import ARTICLES, FILTERS, SLUGS, TOPICS, fill, fits

INTERVALS = {
    "DAY": (10, "T00:00:00Z"),
    "MONTH": (7, "-01T00:00:00Z"),
    "YEAR": (4, "-01-01T00:00:00Z"),
}


def counted(first):
    """Return all facets, at most so many values of each."""
    number = Field("count", "count")
    topic = Edge("topic", "topic", Selection((Field("slug", "slug"), Field("name", "name"))))
    domain = Selection((Field("domain", "domain"),))
    provider = Edge("provider", "provider", domain)
    return Facets(
        "facets",
        (
            Facet("topics", "topics", (topic, number), first),
            Facet("providers", "providers", (number, provider), first),
            Facet("types", "types", (Field("type", "type"), number), first),
            *(
                Facet(name, f"publishedAt:{name}", (Field("from", "from"), number), first)
                for name in INTERVALS
            ),
        ),
    )


def most_common(values, first):
    """Return values and their numbers: the most common first, equal ones in order."""
    ranked = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))
    return ranked[:first]


def expected(articles, first):
    """Return the facets of articles."""
    slugs = [SLUGS[TOPICS.index(topic)] for one in articles for topic in one["topics"]]
    named = dict(zip(SLUGS, TOPICS, strict=True))
    providers = [one["provider"] for one in articles if one["provider"]]
    types = [one["type"] for one in articles if one["type"] is not None]
    found = {
        "topics": [
            {"topic": {"slug": slug, "name": named[slug]}, "count": count}
            for slug, count in most_common(slugs, first)
        ],
        "providers": [
            {"count": count, "provider": {"domain": domain}}
            for domain, count in most_common(providers, first)
        ],
        "types": [{"type": each, "count": count} for each, count in most_common(types, first)],
    }
    for name, (digits, rest) in INTERVALS.items():
        starts = Counter(one["date"][:digits] + rest for one in articles if one["date"])
        newest = sorted(starts.items(), reverse=True)[:first]
        found[name] = [{"from": start, "count": count} for start, count in newest]
    return found


@pytest.fixture
async def filled(opened, archive):
    """The articles in a store that tells its statements."""
    fill(archive)
    archive.collection = type(archive.collection)(id="tests", serve_unpublished=True)
    await opened.take(archive)
    recorded = Recorded(opened.database)
    return Store(recorded, SITE), recorded


@settings(max_examples=examples(40))
@given(
    filter_=st.none() | FILTERS, first=st.sampled_from((0, 1, 2, 3, 100)), rows=st.integers(0, 3)
)
async def test_any_facets(filled, filter_, first, rows):
    """They count what fits the filter, on all pages, whatever this page has."""
    store, recorded = filled
    node = Node("node", Selection((Field("slug", "slug"),)))
    page = Page((Edges("edges", (node,)), TotalCount("number"), counted(first)))
    bare = Page((counted(first),))
    edges = tuple(
        Edge(key, "articles", to, Arguments(first=rows, filter=filter_))
        for key, to in (("page", page), ("bare", bare))
    )
    before = len(recorded.statements)
    (answer,) = (await store.read(Selection(edges))).answers
    assert len(recorded.statements) == before + 1
    found = json.loads(answer)
    fitting = [one for one in ARTICLES.values() if filter_ is None or fits(one, filter_)]
    assert found["page"]["number"] == len(fitting)
    assert len(found["page"]["edges"]) == min(rows, len(fitting))
    assert found["page"]["facets"] == found["bare"]["facets"] == expected(fitting, first)


async def test_everywhere(filled):
    """Every connection of articles has them, and they count its articles only."""
    store, _ = filled
    page = Page((counted(100),))
    by = {"topic": ("slug", "ai"), "provider": ("domain", "one.org")}
    edges = tuple(
        Edge(name, name, Selection((Edge("page", "articles", page),)), Arguments(by=one))
        for name, one in by.items()
    )
    search = Edge("search", "search", page, Arguments(by=("query", "robots")))
    missing = Edge("none", "articles", page, Arguments(filter=Is("quality", "in", ())))
    (answer,) = (await store.read(Selection((*edges, search, missing)))).answers
    found = json.loads(answer)
    every = ARTICLES.values()
    for name, articles in {
        "topic": [one for one in every if "AI" in one["topics"]],
        "provider": [one for one in every if one["provider"] == "one.org"],
    }.items():
        assert found[name]["page"]["facets"] == expected(articles, 100)
    words = [one for one in every if "robots" in one["body"].split()]
    assert found["search"]["facets"] == expected(words, 100)
    assert found["none"]["facets"] == expected([], 100)


async def test_what_is_no_facet(filled):
    """An unknown property, or a value that it does not have, is refused."""
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
