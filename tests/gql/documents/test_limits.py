"""What is too large is refused before it costs anything, and the error says which limit."""

from __future__ import annotations

import sys
import tracemalloc

import httpx
import pytest
from graphql import parse

from newsgraph.gql import Documents, Options, Schema, Unreadable, graphql_app
from newsgraph.gql.documents.document_cache import weight
from newsgraph.gql.documents.limits import limit_passed
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, at_noon


def aliases(number):
    """A query with so many aliases."""
    return "{ " + " ".join(f"a{one}: __typename" for one in range(number)) + " }"


def bomb(rounds):
    """A query whose few fragments stand for two to the power of `rounds` fields."""
    parts = [
        f"fragment F{one} on Topic {{ parent {{ ...F{one + 1} }} children {{ ...F{one + 1} }} }}"
        for one in range(rounds)
    ]
    last = f"fragment F{rounds} on Topic {{ slug }}"
    return " ".join(('{ topic(slug: "x") { ...F0 } }', *parts, last))


def deep(levels):
    """A query with so many fields below each other."""
    return "{ " + 'topic(slug: "x") { ' + "parent { " * (levels - 2) + "slug" + " }" * levels


MANY = " ".join(f"query Q{one} {{ __typename }}" for one in range(201))
WIDE = " ".join(f"...F{one}" for one in range(190))
CHAIN = " ".join(f"fragment F{one} on Store {{ ...F{one + 1} }}" for one in range(150))
SPREAD = " ".join(f"s{one}: store {{ ...F0 }}" for one in range(60))

LARGE = [
    ("{ __typename }" + " " * 100_000, "max_document_characters", 100_000),
    ("{ " + "x " * 10_000 + "}", "max_tokens", 10_000),
    ("{ __typename }" + "#\n" * 20_000, "max_tokens", 10_000),
    (aliases(1001), "max_aliases", 1000),
    (aliases(3300), "max_aliases", 1000),
    ("{ " + "__typename " * 3000 + "}", "max_pairs", 20_000),
    ("{ " + " ".join(f"f{one}" for one in range(5001)) + " }", "max_fields", 5000),
    (f"{{ {SPREAD} }} {CHAIN} fragment F150 on Store {{ articleCount }}", "max_pairs", 20_000),
    (f"{{ {WIDE * 2} }} fragment F0 on Query {{ store {{ articleCount }} }}", "max_pairs", 20_000),
    (bomb(60), "max_fields", 5000),
    (deep(126), "max_depth", 125),
    ("fragment A on Topic { parent { slug " + "parent { slug " * 130 + "}" * 132, "max_depth", 125),
    (MANY, "max_definitions", 200),
    ("{ a " * 300 + "}" * 300, "nesting", 200),
    ("{ topic(slug: " + "[" * 5000 + "]" * 5000 + ") { slug } }", "nesting", 200),
]


@pytest.mark.parametrize(("query", "limit", "allowed"), LARGE)
async def test_a_document_that_is_too_large(query, limit, allowed, ask, database):
    """One error, no statement, whatever the document would be otherwise."""
    (error,) = (await ask(query))["errors"]
    expected = {"code": "QUERY_TOO_LARGE", "limit": limit, "allowed": allowed}
    assert error["extensions"] == expected
    assert str(allowed) in error["message"]
    assert database.statements == []


@pytest.mark.parametrize(
    "query",
    [
        aliases(1000),
        deep(125),
        "{ __typename }" + "#\n" * 9_000,
        "{ " + "__typename " * 199 + "}",
        "{ x: x x: y ...No ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    ],
)
def test_what_is_within_the_limits(query):
    """Nor does a cycle, or a fragment that is missing, lead astray; the rules tell of those."""
    assert limit_passed(parse(query), Options()) is None


async def test_mistakes_come_to_an_end(ask):
    """Ten thousand bad fields are told of ten times."""
    errors = (await ask("{ " + " ".join(f"x{one}" for one in range(900)) + " }"))["errors"]
    assert len(errors) == 11
    assert {one["extensions"]["code"] for one in errors} == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.slow
async def test_directives_are_counted_too(ask):
    """A flood of them ends at the first mistakes, or at the tokens."""
    for number, code in ((1_000, "GRAPHQL_VALIDATION_FAILED"), (10_000, "QUERY_TOO_LARGE")):
        answer = await ask("{ store " + "@include(if: true) " * number + "{ articleCount } }")
        assert {one["extensions"]["code"] for one in answer["errors"]} == {code}


async def test_variables_that_are_nested_too_deep(ask):
    """Whoever looks at them by recursion would fall."""
    inner = {}
    for _ in range(300):
        inner = {"and": [inner]}
    (error,) = (await ask("{ __typename }", {"filter": inner}))["errors"]
    assert error["extensions"]["limit"] == "max_depth"


def test_a_document_is_read_once():
    """Known texts cost a look-up; bad ones are not kept, nor do they push out good ones."""
    documents = Documents(Schema().graphql, Options())
    good = documents.read("{ store { articleCount } }")
    for _ in range(3):
        with pytest.raises(Unreadable):
            documents.read("{ bogus }")
    assert documents.read("{ store { articleCount } }") is good


FILLINGS = {
    "tokens": lambda one, size: " ".join(f"a{one}x{two}: __typename" for two in range(size // 100)),
    "blanks": lambda one, size: f"a{one}: __typename" + " " * size,
    "comments": lambda one, size: f"a{one}: __typename" + "#\n" * (size // 10),
    "a comment of wide signs": lambda one, size: f"a{one}: __typename #{chr(0x1F4F0) * size}\n",
    "a string": lambda one, size: f'topic(slug: "{one}{"x" * size}") {{ slug }}',
}


@pytest.mark.slow
@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS)
def test_what_is_kept_has_an_end(filling):
    """Many different texts push out old ones, whatever it is that makes them long."""

    def text(number):
        return f"{{ {filling(number, 9_000)} }}"

    room = 12
    kept = room * weight(parse(text(100)))
    documents = Documents(Schema().graphql, Options(), kept)
    first = documents.read(text(100))
    for number in range(101, 100 + room):
        documents.read(text(number))
    assert documents.read(text(100)) is first
    for number in range(100 + room, 100 + 2 * room):
        documents.read(text(number))
    assert documents.read(text(100)) is not first


def test_what_is_larger_than_all_that_is_kept():
    """It is read all the same, and pushes nothing out."""
    small, large = "{ __typename }", f"{{ {FILLINGS['tokens'](0, 9_000)} }}"
    documents = Documents(Schema().graphql, Options(), weight(parse(large)) - 1)
    first = documents.read(small)
    assert documents.read(large) is not documents.read(large)
    assert documents.read(small) is first


@pytest.mark.slow
@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS)
def test_a_document_takes_no_more_than_its_weight(filling):
    """A weight that is too small would keep more in memory than is said."""
    text = f"{{ {filling(0, 90_000)} }}"
    tracemalloc.start()
    try:
        document = parse(text)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken + sys.getsizeof(text) < weight(document) * 1.05


@pytest.fixture
async def closed(database):
    """A client of a graph that does not tell its schema."""
    app = graphql_app(Store(database, SITE, at_noon), Options(introspection=False))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://x"
    ) as client:
        yield client


@pytest.mark.parametrize(
    "query", ["{ __schema { types { name } } }", '{ a: __type(name: "Topic") { name } }']
)
async def test_introspection_can_be_switched_off(query, closed):
    """The error says so, rather than that the field does not exist."""
    answer = await closed.post("/", json={"query": query})
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "INTROSPECTION_DISABLED"
    assert "switched off" in error["message"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ articlez { totalCount } }", None),
        ("{ articles(frist: 1) { totalCount } }", None),
        ("{ articles { totalCuont } }", None),
        ("{ ... on Topik { slug } }", None),
    ],
)
async def test_no_suggestions_where_the_schema_is_a_secret(query, variables, closed, ask):
    """A guess must not be put right; elsewhere that is a help."""
    body = {"query": query, "variables": variables}
    assert "Did you mean" in str(await ask(query, variables))
    assert "Did you mean" not in (await closed.post("/", json=body)).text


async def test_type_names_stay(closed):
    """Clients' caches need them."""
    answer = await closed.post("/", json={"query": "{ __typename store { __typename } }"})
    assert answer.json()["data"] == {"__typename": "Query", "store": {"__typename": "Store"}}
