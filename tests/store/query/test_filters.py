"""Tests of filters: the meaning of each condition, against Python, and the limits."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from newsgraph.store.engines.sqlite.sql_limits import LIMITS
from newsgraph.store.errors import BadSelection, SelectionTooLarge
from newsgraph.store.query.argument_slots import extract_arguments
from newsgraph.store.query.compiler import compile_selection
from newsgraph.store.query.filter import (
    MAX_CONDITIONS,
    MAX_CONDITIONS_PER_READ,
    MAX_FILTER_DEPTH,
    AllOf,
    AnyOf,
    Condition,
    Not,
)
from newsgraph.store.query.selection import (
    Cursor,
    Edge,
    EdgeArguments,
    Edges,
    Facet,
    Facets,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
    TotalCount,
)
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import SITE

NUMBERS = (None, -(2**31), -1, 0, 1, 70, 2**31 - 1)
DATES = (
    None,
    "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "2021-03-12T21:41:00Z",
    "2021-03-12T21:41:01Z",
    "9999-12-31T23:59:59Z",
)
TYPES = (None, "article", "Article", "vidéo", "?", "a\"'|\\b")
SLUGS = ("ai", "c-plus-plus", "éthique")
TOPICS = ("AI", "C++", "Éthique")
DOMAINS = ("one.org", "two.org")
WORDS = ("robots", "learn")

ARTICLES = {
    f"n{number}": {
        "quality": NUMBERS[number % 7],
        "heat": NUMBERS[(number // 2) % 7],
        "date": DATES[number % 6],
        "type": TYPES[(number // 3) % 6],
        "category": TYPES[(number // 5) % 6],
        "topics": [topic for bit, topic in enumerate(TOPICS) if number >> bit & 1],
        "provider": (None, *DOMAINS)[number % 3],
        "images": ["https://one.org/1.png"] * (number % 2),
        "body": " ".join(word for bit, word in enumerate(WORDS) if number >> (bit + 2) & 1),
        "published": number % 4 != 1,
    }
    for number in range(42)
}


def fill(archive):
    """Write the articles, without the fields that are None."""
    for name, article in ARTICLES.items():
        fields = {key: value for key, value in article.items() if value is not None}
        body = fields.pop("body")
        if "provider" in fields:
            fields["provider"] = {"domain": fields["provider"]}
        archive.write_article(f"{name}.md", body=body, **fields)


def select_matching(filter_, edge="articles", **arguments):
    """Return a selection of the slugs of all articles that match a filter."""
    to = Page((Edges("edges", (Node("node", Selection((Field("slug", "slug"),))),)),))
    edge_arguments = EdgeArguments(first=1000, filter=filter_, **arguments)
    return Selection((Edge("page", edge, to, edge_arguments),))


def parse_slugs(text):
    """Return the slugs in a result."""
    return {edge["node"]["slug"] for edge in json.loads(text)["page"]["edges"]}


def matches(article, filter_):
    """Return whether an article matches a filter, according to Python."""
    match filter_:
        case AllOf(filters):
            return all(matches(article, operand) for operand in filters)
        case AnyOf(filters):
            return any(matches(article, operand) for operand in filters)
        case Not(inner):
            return not matches(article, inner)
        case Condition("topics", operator, value):
            topics = {SLUGS[TOPICS.index(topic)] for topic in article["topics"]}
            return {"any": any, "all": all}[operator](slug in topics for slug in value)
        case Condition("providers", _, value):
            return article["provider"] in value
        case Condition("hasImages", _, value):
            return bool(article["images"]) == value
        case Condition("text", _, value):
            return value == "…" or value in article["body"].split()
        case Condition("publishedAt", operator, value):
            date = article["date"] and datetime.fromisoformat(article["date"])
            bound = parse_date(value) if isinstance(value, str) else value
            return compare(operator, date, bound)
        case Condition(field, operator, value):
            return compare(operator, article[field], value)
    raise AssertionError(filter_)


def parse_date(text):
    """Return a date; without a time zone it is UTC."""
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def compare(operator, actual, value):
    """Return whether a comparison is true; comparisons with a missing value are not."""
    if operator == "missing":
        return (actual is None) == value
    if actual is None:
        return False
    return {
        "eq": lambda: actual == value,
        "in": lambda: actual in value,
        "gt": lambda: actual > value,
        "gte": lambda: actual >= value,
        "lt": lambda: actual < value,
        "lte": lambda: actual <= value,
    }[operator]()


def number_conditions(field):
    """Return a strategy for conditions on a number."""
    value = st.sampled_from([number for number in NUMBERS if number is not None]) | st.integers(
        -(2**31), 2**31 - 1
    )
    many = st.lists(value, max_size=3).map(tuple)
    return (
        st.builds(
            Condition, st.just(field), st.sampled_from(("eq", "gt", "gte", "lt", "lte")), value
        )
        | st.builds(Condition, st.just(field), st.just("in"), many)
        | missing_conditions(field)
    )


def text_conditions(field):
    """Return a strategy for conditions on a text."""
    value = st.sampled_from(
        [type_ for type_ in TYPES if type_ is not None] + ["", "x", "%", "ARTICLE"]
    )
    return (
        st.builds(Condition, st.just(field), st.just("eq"), value)
        | st.builds(
            Condition, st.just(field), st.just("in"), st.lists(value, max_size=3).map(tuple)
        )
        | missing_conditions(field)
    )


def missing_conditions(field):
    """Return a strategy for conditions on whether there is a value."""
    return st.builds(Condition, st.just(field), st.just("missing"), st.booleans())


def list_conditions(field, operators, values):
    """Return a strategy for conditions with a list of values."""
    many = st.lists(st.sampled_from(values), max_size=3).map(tuple)
    return st.builds(Condition, st.just(field), st.sampled_from(operators), many)


# The dates of the articles, and others close to them: fractions of a second, and time zones.
TIMES = st.sampled_from(
    [date for date in DATES if date]
    + [
        "2021-03-12T21:41:00.000Z",
        "2021-03-12T21:41:00.000001Z",
        "2021-03-12T21:41:00.5+00:00",
        "2021-03-12T21:40:59.999999Z",
        "2021-03-12T23:11:00+01:30",
        "2021-03-12T16:41:01-05:00",
        "2021-03-12",
        "9999-12-31T23:59:59.5Z",
        "0001-01-01T00:00:00.5Z",
        "1969-12-31T23:59:58.25Z",
    ]
)
CONDITIONS = st.one_of(
    number_conditions("quality"),
    number_conditions("heat"),
    text_conditions("type"),
    text_conditions("category"),
    missing_conditions("publishedAt"),
    st.builds(
        Condition, st.just("publishedAt"), st.sampled_from(("eq", "gt", "gte", "lt", "lte")), TIMES
    ),
    st.builds(Condition, st.just("published"), st.just("eq"), st.booleans()),
    st.builds(Condition, st.just("hasImages"), st.just("eq"), st.booleans()),
    st.builds(Condition, st.just("text"), st.just("matches"), st.sampled_from((*WORDS, "no", "…"))),
    list_conditions("topics", ("any", "all"), (*SLUGS, "none")),
    list_conditions("providers", ("in",), (*DOMAINS, "three.org")),
)
FILTERS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, max_size=4).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=4).map(tuple)),
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def store_file(filled_with):
    """A store file with the articles."""
    return filled_with(fill, serve_unpublished=True, future="show")


@pytest.fixture
async def filled(opened):
    """The store with the articles, and the database that records its statements."""
    recorded = RecordingDatabase(opened.database)
    return Store(recorded, SITE), recorded


@settings(max_examples=scale_examples(150))
@given(filter_=FILTERS)
async def test_any_filter(filled, filter_):
    """A filter gives the articles that match it, and its ``Not`` all others."""
    expected = {name for name, article in ARTICLES.items() if matches(article, filter_)}
    store, _ = filled
    matching, others, in_index = (
        await store.read(
            select_matching(filter_),
            select_matching(Not(filter_)),
            select_matching(filter_, "search", lookup=("query", "")),
        )
    ).results
    assert parse_slugs(matching) == expected
    assert parse_slugs(others) == ARTICLES.keys() - expected
    assert parse_slugs(in_index) == expected


EDGE_CASES = {
    "all of no filters": (AllOf(()), len(ARTICLES)),
    "any of no filters": (AnyOf(()), 0),
    "in no values": (Condition("quality", "in", ()), 0),
    "in no providers": (Condition("providers", "in", ()), 0),
    "any of no topics": (Condition("topics", "any", ()), 0),
    "all of no topics": (Condition("topics", "all", ()), len(ARTICLES)),
    "all of the same topic twice": (
        Condition("topics", "all", ("ai", "ai")),
        sum("AI" in article["topics"] for article in ARTICLES.values()),
    ),
    "lone surrogate": (Condition("type", "eq", "\ud800"), 0),
    "lone surrogates in a list": (Condition("type", "in", ("\ud800", "\udfff")), 0),
    "topic with a lone surrogate": (Condition("topics", "any", ("\ud800",)), 0),
    "provider with a lone surrogate": (Condition("providers", "in", ("\ud800", "a\0b", "")), 0),
    "NUL": (Condition("category", "eq", "article\0"), 0),
    "NUL in a list": (Condition("category", "in", ("article\0",)), 0),
    "no word": (Condition("text", "matches", "- ?"), len(ARTICLES)),
    "search for a lone surrogate": (Condition("text", "matches", "\ud800"), len(ARTICLES)),
    "after every time": (Condition("publishedAt", "gt", "9999-12-31T23:59:59.5Z"), 0),
    "before the end of the last second": (
        Condition("publishedAt", "lt", "9999-12-31T23:59:59.5Z"),
        sum(article["date"] is not None for article in ARTICLES.values()),
    ),
    "between the first and the last second": (
        AllOf(
            (
                Condition("publishedAt", "gte", "0001-01-01"),
                Condition("publishedAt", "lte", "9999-12-31T23:59:59Z"),
            )
        ),
        sum(article["date"] is not None for article in ARTICLES.values()),
    ),
    "largest integer": (
        Condition("quality", "lt", 2**63 - 1),
        sum(article["quality"] is not None for article in ARTICLES.values()),
    ),
}


@pytest.mark.parametrize("name", EDGE_CASES)
async def test_edge_cases(filled, name):
    """Empty lists, values that cannot be stored, and extreme times and numbers."""
    filter_, expected_count = EDGE_CASES[name]
    store, _ = filled
    matching, others = (
        await store.read(select_matching(filter_), select_matching(Not(filter_)))
    ).results
    assert len(parse_slugs(matching)) == expected_count
    assert len(parse_slugs(others)) == len(ARTICLES) - expected_count


async def test_bad_conditions(filled):
    """An unknown field or operator, an invalid time, and a filter of topics raise BadSelection."""
    store, _ = filled
    for condition in (
        Condition("colour", "eq", "red"),
        Condition("quality", "like", 1),
        Condition("text", "eq", "a"),
        Condition("publishedAt", "gt", "yesterday"),
        Condition("publishedAt", "eq", "0000-01-01"),
    ):
        with pytest.raises(BadSelection):
            await store.read(select_matching(condition))
    page = Page((TotalCount("number"),))
    topics = Edge("topics", "topics", page, EdgeArguments(filter=Condition("quality", "eq", 1)))
    with pytest.raises(BadSelection):
        await store.read(Selection((topics,)))


def nest_filter(leaf, kinds, depth=MAX_FILTER_DEPTH):
    """Return a nested filter.

    Args:
        leaf: condition inside.
        kinds: kinds of filters, from the inside, repeated: ``n`` is `Not`, ``a`` `AllOf` and ``o``
            `AnyOf`; ``A`` and ``O`` have the nested filter as their first operand.
        depth: nesting depth.
    """
    filter_ = leaf
    for kind in islice(cycle(kinds), depth):
        pair = (filter_, leaf) if kind.isupper() else (leaf, filter_)
        filter_ = {"n": Not(filter_), "a": AllOf(pair), "o": AnyOf(pair)}[kind.lower()]
    return filter_


LEAVES = (
    Condition("topics", "all", ("ai",)),
    Condition("topics", "any", ("ai",)),
    Condition("text", "matches", "robots"),
    Condition("hasImages", "eq", True),
    Condition("publishedAt", "gte", "2021-01-01"),
    Condition("heat", "in", (1, 2)),
)
NESTED = [
    nest_filter(leaf, kinds) for leaf, kinds in zip(cycle(LEAVES[:2]), ("n", "ao", "OA", "nao"))
]
WIDE = [
    AnyOf(tuple(islice(cycle(LEAVES), MAX_CONDITIONS))),
    AllOf(tuple(islice(cycle(LEAVES), MAX_CONDITIONS))),
    Not(AnyOf((AllOf(LEAVES * 8), *LEAVES * 8))),
]
MAX_PAGE_DEPTHS = (34, 32, 32, 32)
"""Maximum depth of a page, in edges, with each filter of `NESTED`."""


def nest_pages(depth, filter_, *, complete):
    """Return a selection of nested pages.

    Args:
        depth: number of edges.
        filter_: filter of each page.
        complete: whether every page has all items, and cursors at both ends.
    """
    edges = (("topics", False), ("articles", True), ("relatedBy", True), ("provider", False))
    path = list(islice(cycle((*edges, ("articles", True))), depth))
    to = Selection((Field("id", "id"),))
    page_info = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")
    cursor = b"newest|2021-01-01T00:00:00Z|1".hex()
    for name, is_page in reversed(path):
        if not is_page:
            to = Selection((Edge(name, name, to, EdgeArguments(first=None)),))
            continue
        parts = (Edges("edges", (Node("node", to), Cursor("cursor"))),)
        if complete:
            topic = Edge("topic", "topic", Selection((Field("id", "id"),)))
            parts += (
                TotalCount("number"),
                PageInfo("pageInfo", tuple(Field(name, name) for name in page_info)),
                Facets(
                    "facets",
                    (
                        Facet("topics", "topics", (Field("count", "count"), topic), 10),
                        Facet("types", "types", (Field("count", "count"),), 10),
                    ),
                ),
            )
        arguments = EdgeArguments(
            first=None if complete else 1,
            last=1 if complete else None,
            after=cursor if complete else None,
            before=cursor if complete else None,
            filter=filter_,
        )
        to = Selection((Edge(name, name, Page(parts), arguments),))
    return Selection((Edge("article", "article", to, EdgeArguments(lookup=("slug", "n7"))),))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("depth", "filters", "complete"),
    [
        (1, NESTED + WIDE, False),
        (1, NESTED + WIDE, True),
        (3, NESTED, True),
        (7, NESTED, False),
        (7, NESTED + WIDE, True),
        (MAX_PAGE_DEPTHS[0], NESTED[:1], False),
        (MAX_PAGE_DEPTHS[0], NESTED[:1], True),
        (MAX_PAGE_DEPTHS[2], NESTED[2:3], True),
    ],
    ids=lambda value: len(value) if isinstance(value, list) else value,
)
async def test_nested_filters_on_nested_pages(filled, depth, filters, complete):
    """SQLite's limits on depth allow everything that is not refused, in one statement."""
    store, recorded = filled
    for filter_ in filters:
        await store.read(nest_pages(depth, filter_, complete=complete))
    assert len(recorded.statements) == len(filters)


@pytest.mark.parametrize(("filter_", "max_depth"), [*zip(NESTED, MAX_PAGE_DEPTHS, strict=True)])
async def test_too_deep_filters(filled, filter_, max_depth):
    """A filter that is one edge too deep is refused before anything is read."""
    store, recorded = filled
    extract_arguments(nest_pages(max_depth, filter_, complete=True))
    for depth in (max_depth + 1, 40):
        for complete in (False, True):
            with pytest.raises(SelectionTooLarge):
                await store.read(nest_pages(depth, filter_, complete=complete))
    assert recorded.statements == []


async def test_limits(filled):
    """Filters within the limits are one statement; larger ones are refused before it is run."""
    store, recorded = filled
    condition = Condition("quality", "gte", 0)
    allowed = [
        AnyOf((condition,) * MAX_CONDITIONS),
        AnyOf((AllOf(()),) * MAX_CONDITIONS),
        AllOf((AllOf((condition,) * 50), Not(AnyOf((condition,) * 50)))),
        nest_filter(condition, "n", MAX_FILTER_DEPTH),
        nest_filter(condition, "aOn", MAX_FILTER_DEPTH),
    ]
    very_deep: AllOf = AllOf(())
    for _ in range(20_000):
        very_deep = AllOf((very_deep,))
    refused = [
        AnyOf((condition,) * (MAX_CONDITIONS + 1)),
        AnyOf((AllOf(()),) * (MAX_CONDITIONS + 1)),
        AllOf((AllOf((condition,) * 50), Not(AnyOf((condition,) * 51)))),
        AnyOf((AnyOf((AnyOf((AllOf(()),) * 50),) * 50),) * 50),
        nest_filter(condition, "n", MAX_FILTER_DEPTH + 1),
        nest_filter(condition, "aOn", MAX_FILTER_DEPTH + 1),
        very_deep,
    ]
    for filter_ in allowed:
        await store.read(select_matching(filter_))
    assert len(recorded.statements) == len(allowed)
    for filter_ in refused:
        with pytest.raises(SelectionTooLarge):
            await store.read(select_matching(filter_))
    assert len(recorded.statements) == len(allowed)


async def test_limit_for_all_filters(filled):
    """The limit on conditions applies to all filters of a read, in one selection or several."""
    store, recorded = filled
    largest = AnyOf((Condition("quality", "gte", 0),) * MAX_CONDITIONS)
    number = MAX_CONDITIONS_PER_READ // MAX_CONDITIONS

    def select_pages(count):
        page = Page((TotalCount("number"),))
        edges = (
            Edge(f"e{n}", "articles", page, EdgeArguments(filter=largest)) for n in range(count)
        )
        return Selection(tuple(edges))

    await store.read(select_pages(number))
    await store.read(*[select_matching(largest)] * number)
    statement_count = len(recorded.statements)
    for selections in ([select_pages(number + 1)], [select_matching(largest)] * (number + 1)):
        with pytest.raises(SelectionTooLarge):
            await store.read(*selections)
    assert len(recorded.statements) == statement_count


def test_date_ranges():
    """A date range with a lower bound needs no check for missing dates, which takes time."""

    def checks_missing(*operators):
        filter_ = AllOf(tuple(Condition("publishedAt", name, "2021-01-01") for name in operators))
        selection, _ = extract_arguments(select_matching(filter_))
        return "date_order >= '0001'" in compile_selection(selection, sqlite.dialect(), LIMITS).sql

    assert not checks_missing("gte", "lt")
    assert not checks_missing("lte", "eq")
    assert checks_missing("lt")
    assert checks_missing("lte", "lt")


def test_values_are_parameters():
    """Filters that differ only in their values share one compiled statement."""
    dialect = sqlite.dialect()
    compile_selection.cache.clear()

    def compile_filter(value, words, slugs, date):
        filter_ = AllOf(
            (
                Condition("quality", "gte", value),
                Not(Condition("topics", "any", slugs)),
                AnyOf((Condition("text", "matches", words), Condition("publishedAt", "lt", date))),
                Condition("heat", "in", (value, value)),
            )
        )
        selection, arguments = extract_arguments(select_matching(filter_))
        statement = compile_selection(selection, dialect, LIMITS)
        return statement.sql, statement.positional(statement.bind(arguments, SITE))

    sql, values = compile_filter(1, "robots", ("ai",), "2021-01-01")
    other_sql, other_values = compile_filter(70, "-x *", ("a", "b", "c"), "2022-01-01T00:00:00.5Z")
    assert sql == other_sql
    assert values != other_values
    assert len(compile_selection.cache) == 1
