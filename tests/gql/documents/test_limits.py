"""Size limits of documents: the error names the exceeded limit, and nothing is executed."""

from __future__ import annotations

import sys
import tracemalloc

import httpx
import pytest
from graphql import parse

from newsgraph.gql.documents.document_cache import (
    DocumentCache,
    InvalidDocumentError,
    estimate_document_bytes,
)
from newsgraph.gql.documents.limits import document_limit_error
from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, noon_clock


def query_with_aliases(count):
    """Return a query with that many aliases."""
    return "{ " + " ".join(f"a{number}: __typename" for number in range(count)) + " }"


def doubling_query(rounds):
    """Return a query whose few fragments expand to two to the power of `rounds` fields."""
    fragments = [
        f"fragment F{n} on Topic {{ parent {{ ...F{n + 1} }} children {{ ...F{n + 1} }} }}"
        for n in range(rounds)
    ]
    last = f"fragment F{rounds} on Topic {{ slug }}"
    return " ".join(('{ topic(slug: "x") { ...F0 } }', *fragments, last))


def nested_query(depth):
    """Return a query with that many levels of fields."""
    return "{ " + 'topic(slug: "x") { ' + "parent { " * (depth - 2) + "slug" + " }" * depth


OPERATIONS_201 = " ".join(f"query Q{number} {{ __typename }}" for number in range(201))
SPREADS_190 = " ".join(f"...F{number}" for number in range(190))
FRAGMENT_CHAIN = " ".join(f"fragment F{n} on Store {{ ...F{n + 1} }}" for n in range(150))
CHAIN_SPREADS = " ".join(f"s{number}: store {{ ...F0 }}" for number in range(60))

TOO_LARGE_QUERIES = [
    ("{ __typename }" + " " * 100_000, "max_document_characters", 100_000),
    ("{ " + "x " * 10_000 + "}", "max_tokens", 10_000),
    ("{ __typename }" + "#\n" * 20_000, "max_tokens", 10_000),
    (query_with_aliases(1001), "max_aliases", 1000),
    (query_with_aliases(3300), "max_aliases", 1000),
    ("{ " + "__typename " * 3000 + "}", "max_pairs", 20_000),
    ("{ " + " ".join(f"f{number}" for number in range(5001)) + " }", "max_fields", 5000),
    (
        f"{{ {CHAIN_SPREADS} }} {FRAGMENT_CHAIN} fragment F150 on Store {{ articleCount }}",
        "max_pairs",
        20_000,
    ),
    (
        f"{{ {SPREADS_190 * 2} }} fragment F0 on Query {{ store {{ articleCount }} }}",
        "max_pairs",
        20_000,
    ),
    (doubling_query(60), "max_fields", 5000),
    (nested_query(126), "max_depth", 125),
    ("fragment A on Topic { parent { slug " + "parent { slug " * 130 + "}" * 132, "max_depth", 125),
    (OPERATIONS_201, "max_definitions", 200),
    ("{ a " * 300 + "}" * 300, "nesting", 200),
    ("{ topic(slug: " + "[" * 5000 + "]" * 5000 + ") { slug } }", "nesting", 200),
]


@pytest.mark.parametrize(("query", "limit", "allowed"), TOO_LARGE_QUERIES)
async def test_too_large_document_is_rejected(query, limit, allowed, execute, database):
    """There is one error and no statement, even if the document has other errors."""
    (error,) = (await execute(query))["errors"]
    expected = {"code": "QUERY_TOO_LARGE", "limit": limit, "allowed": allowed}
    assert error["extensions"] == expected
    assert str(allowed) in error["message"]
    assert database.statements == []


@pytest.mark.parametrize(
    "query",
    [
        query_with_aliases(1000),
        nested_query(125),
        "{ __typename }" + "#\n" * 9_000,
        "{ " + "__typename " * 199 + "}",
        "{ x: x x: y ...No ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    ],
)
def test_document_within_the_limits(query):
    """Fragment cycles and undefined fragments are left to validation."""
    assert document_limit_error(parse(query), Options()) is None


async def test_number_of_validation_errors_is_limited(execute):
    """Validation stops after ten errors."""
    errors = (await execute("{ " + " ".join(f"x{n}" for n in range(900)) + " }"))["errors"]
    assert len(errors) == 11
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.slow
async def test_number_of_directives_is_limited(execute):
    """Many directives end at the first validation errors or at the limit of tokens."""
    for count, code in ((1_000, "GRAPHQL_VALIDATION_FAILED"), (10_000, "QUERY_TOO_LARGE")):
        response = await execute("{ store " + "@include(if: true) " * count + "{ articleCount } }")
        assert {error["extensions"]["code"] for error in response["errors"]} == {code}


async def test_deeply_nested_variables_are_rejected(execute):
    """Variables nested too deep for recursion exceed max_depth."""
    filter_ = {}
    for _ in range(300):
        filter_ = {"and": [filter_]}
    (error,) = (await execute("{ __typename }", {"filter": filter_}))["errors"]
    assert error["extensions"]["limit"] == "max_depth"


def test_valid_documents_are_cached():
    """A valid document is parsed once; invalid ones are not cached and evict none."""
    documents = DocumentCache(Schema().graphql_schema, Options())
    valid = documents.parse_and_validate("{ store { articleCount } }")
    for _ in range(3):
        with pytest.raises(InvalidDocumentError):
            documents.parse_and_validate("{ bogus }")
    assert documents.parse_and_validate("{ store { articleCount } }") is valid


FILLERS = {
    "tokens": lambda n, size: " ".join(f"a{n}x{i}: __typename" for i in range(size // 100)),
    "spaces": lambda n, size: f"a{n}: __typename" + " " * size,
    "comments": lambda n, size: f"a{n}: __typename" + "#\n" * (size // 10),
    "a comment of wide characters": lambda n, size: f"a{n}: __typename #{chr(0x1F4F0) * size}\n",
    "a string": lambda n, size: f'topic(slug: "{n}{"x" * size}") {{ slug }}',
}
"""Selections of about `size` bytes of memory, different for each number."""


@pytest.mark.slow
@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS)
def test_document_cache_is_bounded(filler):
    """New documents evict the least recently used ones, whatever makes them long."""

    def text(number):
        return f"{{ {filler(number, 9_000)} }}"

    capacity = 12
    max_bytes = capacity * estimate_document_bytes(parse(text(100)))
    documents = DocumentCache(Schema().graphql_schema, Options(), max_bytes)
    first = documents.parse_and_validate(text(100))
    for number in range(101, 100 + capacity):
        documents.parse_and_validate(text(number))
    assert documents.parse_and_validate(text(100)) is first
    for number in range(100 + capacity, 100 + 2 * capacity):
        documents.parse_and_validate(text(number))
    assert documents.parse_and_validate(text(100)) is not first


def test_document_larger_than_the_cache():
    """It is parsed and validated, but neither cached nor does it evict other documents."""
    small, large = "{ __typename }", f"{{ {FILLERS['tokens'](0, 9_000)} }}"
    max_bytes = estimate_document_bytes(parse(large)) - 1
    documents = DocumentCache(Schema().graphql_schema, Options(), max_bytes)
    cached = documents.parse_and_validate(small)
    assert documents.parse_and_validate(large) is not documents.parse_and_validate(large)
    assert documents.parse_and_validate(small) is cached


@pytest.mark.slow
@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS)
def test_estimated_bytes_cover_the_memory_of_a_document(filler):
    """A document takes no more memory than estimated, so the cache stays within its limit."""
    text = f"{{ {filler(0, 90_000)} }}"
    tracemalloc.start()
    try:
        document = parse(text)
        allocated, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert allocated + sys.getsizeof(text) < estimate_document_bytes(document) * 1.05


@pytest.fixture
async def client_without_introspection(database):
    """An HTTP client of a graph whose introspection is switched off."""
    app = graphql_app(Store(database, SITE, noon_clock), Options(introspection=False))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://x"
    ) as client:
        yield client


@pytest.mark.parametrize(
    "query", ["{ __schema { types { name } } }", '{ a: __type(name: "Topic") { name } }']
)
async def test_introspection_can_be_switched_off(query, client_without_introspection):
    """The error says that introspection is switched off, not that the field does not exist."""
    response = await client_without_introspection.post("/", json={"query": query})
    (error,) = response.json()["errors"]
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
async def test_no_suggestions_without_introspection(
    query, variables, client_without_introspection, execute
):
    """Error messages suggest names of the schema only if introspection is allowed."""
    body = {"query": query, "variables": variables}
    assert "Did you mean" in str(await execute(query, variables))
    response = await client_without_introspection.post("/", json=body)
    assert "Did you mean" not in response.text


async def test_typename_works_without_introspection(client_without_introspection):
    """Clients' caches need `__typename`, so it stays allowed."""
    body = {"query": "{ __typename store { __typename } }"}
    response = await client_without_introspection.post("/", json=body)
    assert response.json()["data"] == {"__typename": "Query", "store": {"__typename": "Store"}}
