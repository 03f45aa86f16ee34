"""Filters: what each condition means, held against Python, and how much of them is taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from newsgraph.store.errors import BadSelection, SelectionTooLarge
from newsgraph.store.query.argument_slots import shape
from newsgraph.store.query.compiler import compiled
from newsgraph.store.query.filter import (
    DEEPEST_FILTER,
    MOST_CONDITIONS,
    MOST_TOGETHER,
    AllOf,
    AnyOf,
    Is,
    Not,
)
from newsgraph.store.query.selection import (
    Arguments,
    Cursor,
    Edge,
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
from tests.hypothesis_profiles import examples
from tests.recorded import Recorded
from tests.store.archive import SITE

NUMBERS = (None, -(2**31), -1, 0, 1, 70, 2**31 - 1)
MOMENTS = (
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
        "date": MOMENTS[number % 6],
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
    """Write the articles; what is missing is not said."""
    for name, article in ARTICLES.items():
        said = {key: value for key, value in article.items() if value is not None}
        body = said.pop("body")
        if "provider" in said:
            said["provider"] = {"domain": said["provider"]}
        archive.write(f"{name}.md", body=body, **said)


def listed(filter_, **arguments):
    """Return a selection of the slugs of all articles that fit."""
    to = Page((Edges("edges", (Node("node", Selection((Field("slug", "slug"),))),)),))
    asked = Arguments(first=1000, filter=filter_, **arguments)
    return Selection((Edge("found", "articles", to, asked),))


def slugs(answer):
    """Return the slugs of an answer."""
    return {edge["node"]["slug"] for edge in json.loads(answer)["found"]["edges"]}


def fits(article, one):
    """Return whether an article is as a filter says, as Python says it."""
    match one:
        case AllOf(filters):
            return all(fits(article, each) for each in filters)
        case AnyOf(filters):
            return any(fits(article, each) for each in filters)
        case Not(inner):
            return not fits(article, inner)
        case Is("topics", operator, value):
            own = {SLUGS[TOPICS.index(topic)] for topic in article["topics"]}
            return {"any": any, "all": all}[operator](slug in own for slug in value)
        case Is("providers", _, value):
            return article["provider"] in value
        case Is("hasImages", _, value):
            return bool(article["images"]) == value
        case Is("text", _, value):
            return value in article["body"].split()
        case Is("publishedAt", operator, value):
            known = article["date"] and datetime.fromisoformat(article["date"])
            wanted = moment(value) if isinstance(value, str) else value
            return holds(operator, known, wanted)
        case Is(field, operator, value):
            return holds(operator, article[field], value)
    raise AssertionError(one)


def moment(text):
    """Return the moment of a text; without a zone it is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def holds(operator, known, wanted):
    """Return whether a comparison holds; what is missing fits none."""
    if operator == "missing":
        return (known is None) == wanted
    if known is None:
        return False
    return {
        "eq": lambda: known == wanted,
        "in": lambda: known in wanted,
        "gt": lambda: known > wanted,
        "gte": lambda: known >= wanted,
        "lt": lambda: known < wanted,
        "lte": lambda: known <= wanted,
    }[operator]()


def numbers(field):
    """Draw a condition on a number."""
    value = st.sampled_from([one for one in NUMBERS if one is not None]) | st.integers(
        -(2**31), 2**31 - 1
    )
    many = st.lists(value, max_size=3).map(tuple)
    return (
        st.builds(Is, st.just(field), st.sampled_from(("eq", "gt", "gte", "lt", "lte")), value)
        | st.builds(Is, st.just(field), st.just("in"), many)
        | missing(field)
    )


def texts(field):
    """Draw a condition on a text."""
    value = st.sampled_from([one for one in TYPES if one is not None] + ["", "x", "%", "ARTICLE"])
    return (
        st.builds(Is, st.just(field), st.just("eq"), value)
        | st.builds(Is, st.just(field), st.just("in"), st.lists(value, max_size=3).map(tuple))
        | missing(field)
    )


def missing(field):
    """Draw whether there is a value."""
    return st.builds(Is, st.just(field), st.just("missing"), st.booleans())


def listed_of(field, operator, values):
    """Draw a condition that takes a list."""
    many = st.lists(st.sampled_from(values), max_size=3).map(tuple)
    return st.builds(Is, st.just(field), st.sampled_from(operator), many)


# Around the moments that there are: fractions of a second, and zones.
TIMES = st.sampled_from(
    [one for one in MOMENTS if one]
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
    numbers("quality"),
    numbers("heat"),
    texts("type"),
    texts("category"),
    missing("publishedAt"),
    st.builds(Is, st.just("publishedAt"), st.sampled_from(("eq", "gt", "gte", "lt", "lte")), TIMES),
    st.builds(Is, st.just("published"), st.just("eq"), st.booleans()),
    st.builds(Is, st.just("hasImages"), st.just("eq"), st.booleans()),
    st.builds(Is, st.just("text"), st.just("matches"), st.sampled_from((*WORDS, "no", "…"))),
    listed_of("topics", ("any", "all"), (*SLUGS, "none")),
    listed_of("providers", ("in",), (*DOMAINS, "three.org")),
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
    """The articles in a store."""
    return filled_with(fill, serve_unpublished=True)


@pytest.fixture
async def filled(opened):
    """The articles in a store that tells its statements."""
    recorded = Recorded(opened.database)
    return Store(recorded, SITE), recorded


@settings(max_examples=examples(150))
@given(filter_=FILTERS)
async def test_any_filter(filled, filter_):
    """Whatever the filter, those that fit are found, and those that do not by its ``Not``."""
    expected = {name for name, article in ARTICLES.items() if fits(article, filter_)}
    store, _ = filled
    found, others = (await store.read(listed(filter_), listed(Not(filter_)))).answers
    assert slugs(found) == expected
    assert slugs(others) == ARTICLES.keys() - expected


FIXED = {
    "all of nothing is everything": (AllOf(()), len(ARTICLES)),
    "one of nothing is nothing": (AnyOf(()), 0),
    "among none": (Is("quality", "in", ()), 0),
    "by none of none": (Is("providers", "in", ()), 0),
    "about any of none": (Is("topics", "any", ()), 0),
    "about all of none": (Is("topics", "all", ()), len(ARTICLES)),
    "all of a topic twice": (
        Is("topics", "all", ("ai", "ai")),
        sum("AI" in one["topics"] for one in ARTICLES.values()),
    ),
    "half a surrogate pair": (Is("type", "eq", "\ud800"), 0),
    "half a pair among": (Is("type", "in", ("\ud800", "\udfff")), 0),
    "a topic of half a pair": (Is("topics", "any", ("\ud800",)), 0),
    "a provider of half a pair": (Is("providers", "in", ("\ud800", "a\0b", "")), 0),
    "NUL": (Is("category", "eq", "article\0"), 0),
    "NUL among": (Is("category", "in", ("article\0",)), 0),
    "no word": (Is("text", "matches", "- ?"), 0),
    "half a pair of words": (Is("text", "matches", "\ud800"), 0),
    "after all time": (Is("publishedAt", "gt", "9999-12-31T23:59:59.5Z"), 0),
    "before or at the last moment": (
        Is("publishedAt", "lt", "9999-12-31T23:59:59.5Z"),
        sum(one["date"] is not None for one in ARTICLES.values()),
    ),
    "between two moments, and others not at all": (
        AllOf(
            (
                Is("publishedAt", "gte", "0001-01-01"),
                Is("publishedAt", "lte", "9999-12-31T23:59:59Z"),
            )
        ),
        sum(one["date"] is not None for one in ARTICLES.values()),
    ),
    "beyond 64 bits": (
        Is("quality", "lt", 2**63 - 1),
        sum(one["quality"] is not None for one in ARTICLES.values()),
    ),
}


@pytest.mark.parametrize("name", FIXED)
async def test_edges_of_meaning(filled, name):
    """Empty lists, texts that no database has, and the ends of time and numbers."""
    filter_, number = FIXED[name]
    store, _ = filled
    found, others = (await store.read(listed(filter_), listed(Not(filter_)))).answers
    assert len(slugs(found)) == number
    assert len(slugs(others)) == len(ARTICLES) - number


async def test_what_is_no_condition(filled):
    """A field, an operator or a time that is none is refused, and rows of others take no filter."""
    store, _ = filled
    for one in (
        Is("colour", "eq", "red"),
        Is("quality", "like", 1),
        Is("text", "eq", "a"),
        Is("publishedAt", "gt", "yesterday"),
        Is("publishedAt", "eq", "0000-01-01"),
    ):
        with pytest.raises(BadSelection):
            await store.read(listed(one))
    page = Page((TotalCount("number"),))
    topics = Edge("topics", "topics", page, Arguments(filter=Is("quality", "eq", 1)))
    with pytest.raises(BadSelection):
        await store.read(Selection((topics,)))


def nested(leaf, kinds, depth=DEEPEST_FILTER):
    """Return a filter so deep: of ``n``ot, ``a``nd, ``o``r; ``A`` and ``O`` have the rest first."""
    one = leaf
    for kind in islice(cycle(kinds), depth):
        pair = (one, leaf) if kind.isupper() else (leaf, one)
        one = {"n": Not(one), "a": AllOf(pair), "o": AnyOf(pair)}[kind.lower()]
    return one


LEAVES = (
    Is("topics", "all", ("ai",)),
    Is("topics", "any", ("ai",)),
    Is("text", "matches", "robots"),
    Is("hasImages", "eq", True),
    Is("publishedAt", "gte", "2021-01-01"),
    Is("heat", "in", (1, 2)),
)
NESTINGS = [nested(leaf, kinds) for leaf, kinds in zip(cycle(LEAVES[:2]), ("n", "ao", "OA", "nao"))]
WIDE = [
    AnyOf(tuple(islice(cycle(LEAVES), MOST_CONDITIONS))),
    AllOf(tuple(islice(cycle(LEAVES), MOST_CONDITIONS))),
    Not(AnyOf((AllOf(LEAVES * 8), *LEAVES * 8))),
]
DEEPEST_PAGES = (34, 32, 32, 32)
"""How many edges deep a page may have each of `NESTINGS`."""


def steps(number, filter_, *, whole):
    """Return a selection so many edges deep, each page with the filter.

    Args:
        number: of edges.
        filter_: of each page.
        whole: whether all that a page can tell is asked of it, with cursors at both ends.
    """
    edges = (("topics", False), ("articles", True), ("relatedBy", True), ("provider", False))
    names = list(islice(cycle((*edges, ("articles", True))), number))
    to = Selection((Field("id", "id"),))
    place = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")
    cursor = b"newest|2021-01-01T00:00:00Z|1".hex()
    for name, is_page in reversed(names):
        if not is_page:
            to = Selection((Edge(name, name, to, Arguments(first=None)),))
            continue
        parts = (Edges("edges", (Node("node", to), Cursor("cursor"))),)
        if whole:
            topic = Edge("topic", "topic", Selection((Field("id", "id"),)))
            parts += (
                TotalCount("number"),
                PageInfo("place", tuple(Field(one, one) for one in place)),
                Facets(
                    "facets",
                    (
                        Facet("topics", "topics", (Field("count", "count"), topic), 10),
                        Facet("types", "types", (Field("count", "count"),), 10),
                    ),
                ),
            )
        asked = Arguments(
            first=None if whole else 1,
            last=1 if whole else None,
            after=cursor if whole else None,
            before=cursor if whole else None,
            filter=filter_,
        )
        to = Selection((Edge(name, name, Page(parts), asked),))
    return Selection((Edge("article", "article", to, Arguments(by=("slug", "n7"))),))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "filters", "whole"),
    [
        (1, NESTINGS + WIDE, False),
        (1, NESTINGS + WIDE, True),
        (3, NESTINGS, True),
        (7, NESTINGS, False),
        (7, NESTINGS + WIDE, True),
        (DEEPEST_PAGES[0], NESTINGS[:1], False),
        (DEEPEST_PAGES[0], NESTINGS[:1], True),
        (DEEPEST_PAGES[2], NESTINGS[2:3], True),
    ],
    ids=lambda one: len(one) if isinstance(one, list) else one,
)
async def test_nested_filters_on_nested_pages(filled, number, filters, whole):
    """SQLite's parser and its levels allow whatever is not refused, as one statement."""
    store, recorded = filled
    for filter_ in filters:
        await store.read(steps(number, filter_, whole=whole))
    assert len(recorded.statements) == len(filters)


@pytest.mark.parametrize(("filter_", "deepest"), [*zip(NESTINGS, DEEPEST_PAGES, strict=True)])
async def test_filters_that_lie_too_deep(filled, filter_, deepest):
    """A filter one edge too deep is refused before there is a statement."""
    store, recorded = filled
    shape(steps(deepest, filter_, whole=True))
    for number in (deepest + 1, 40):
        for whole in (False, True):
            with pytest.raises(SelectionTooLarge):
                await store.read(steps(number, filter_, whole=whole))
    assert recorded.statements == []


async def test_how_much_is_taken(filled):
    """A hundred conditions, twelve deep, are one statement; one more is refused before there is."""
    store, recorded = filled
    least = Is("quality", "gte", 0)
    taken = [
        AnyOf((least,) * MOST_CONDITIONS),
        AnyOf((AllOf(()),) * MOST_CONDITIONS),
        AllOf((AllOf((least,) * 50), Not(AnyOf((least,) * 50)))),
        nested(least, "n", DEEPEST_FILTER),
        nested(least, "aOn", DEEPEST_FILTER),
    ]
    deep: AllOf = AllOf(())
    for _ in range(20_000):
        deep = AllOf((deep,))
    refused = [
        AnyOf((least,) * (MOST_CONDITIONS + 1)),
        AnyOf((AllOf(()),) * (MOST_CONDITIONS + 1)),
        AllOf((AllOf((least,) * 50), Not(AnyOf((least,) * 51)))),
        AnyOf((AnyOf((AnyOf((AllOf(()),) * 50),) * 50),) * 50),
        nested(least, "n", DEEPEST_FILTER + 1),
        nested(least, "aOn", DEEPEST_FILTER + 1),
        deep,
    ]
    for filter_ in taken:
        await store.read(listed(filter_))
    assert len(recorded.statements) == len(taken)
    for filter_ in refused:
        with pytest.raises(SelectionTooLarge):
            await store.read(listed(filter_))
    assert len(recorded.statements) == len(taken)


async def test_how_much_is_taken_together(filled):
    """The filters of one read have a limit together, in one selection and over several."""
    store, recorded = filled
    full = AnyOf((Is("quality", "gte", 0),) * MOST_CONDITIONS)
    number = MOST_TOGETHER // MOST_CONDITIONS

    def aliased(times):
        page = Page((TotalCount("number"),))
        edges = (Edge(f"e{n}", "articles", page, Arguments(filter=full)) for n in range(times))
        return Selection(tuple(edges))

    await store.read(aliased(number))
    await store.read(*[listed(full)] * number)
    done = len(recorded.statements)
    for selections in ([aliased(number + 1)], [listed(full)] * (number + 1)):
        with pytest.raises(SelectionTooLarge):
            await store.read(*selections)
    assert len(recorded.statements) == done


def test_a_year_is_a_range_of_an_index():
    """Its lower end leaves missing dates out; a second look at each row would cost a sixth more."""

    def asks_each_row(*operators):
        filter_ = AllOf(tuple(Is("publishedAt", one, "2021-01-01") for one in operators))
        selection, _ = shape(listed(filter_))
        return "published_at !=" in compiled(selection, sqlite.dialect()).sql

    assert not asks_each_row("gte", "lt")
    assert not asks_each_row("lte", "eq")
    assert asks_each_row("lt")
    assert asks_each_row("lte", "lt")


def test_values_are_not_part_of_a_statement():
    """Filters that differ in their values only are one statement, made once."""
    dialect = sqlite.dialect()
    compiled.cache.clear()

    def made(value, words, slugs, date):
        filter_ = AllOf(
            (
                Is("quality", "gte", value),
                Not(Is("topics", "any", slugs)),
                AnyOf((Is("text", "matches", words), Is("publishedAt", "lt", date))),
                Is("heat", "in", (value, value)),
            )
        )
        selection, arguments = shape(listed(filter_))
        statement = compiled(selection, dialect)
        return statement.sql, statement.placed(statement.values(arguments, SITE))

    sql, values = made(1, "robots", ("ai",), "2021-01-01")
    again, others = made(70, "-x *", ("a", "b", "c"), "2022-01-01T00:00:00.5Z")
    assert sql == again
    assert values != others
    assert len(compiled.cache) == 1
