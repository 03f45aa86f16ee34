"""Generated operations have the same results in the engine and in the reference engine.

A normal run executes 150; ``make test-long TESTS=tests/gql/test_generated.py`` executes 4,500.
"""

from __future__ import annotations

import json
from random import Random

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_operation_ast,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.gql.executable_schema import sdl
from tests.gql.conftest import SITE
from tests.gql.generated.arguments import SEARCH_QUERIES, ValuePool
from tests.gql.generated.choices import ChoiceSource
from tests.gql.generated.operations import MAX_DEPTH, generate_operation, operations
from tests.gql.generated.transports import create_store, running_server
from tests.gql.reference.engine import ReferenceEngine
from tests.gql.reference.rows import StoreContents
from tests.hypothesis_profiles import scale_examples

SAMPLE_SIZE = 5000
"""Number of generated operations that together must use every part of the schema."""

SUBSCRIPTION_TYPES = {"Subscription", "ArticleChange"}
"""Types that no query can reach."""

OUTPUT_ENUMS = {"Severity"}
"""Enums that occur only in results."""

SEARCH = """query ($query: String!) {
  search(query: $query, first: 100) { edges { cursor score snippet node { id } } }
}"""


class EngineRanking:
    """The engine's ranking of search results, which the reference engine does not compute."""

    def __init__(self, engine):
        self._engine, self._results = engine, {}

    def __call__(self, query):
        """Return the results of a search, best match first."""
        if query not in self._results:
            response = self._engine.post({"query": SEARCH, "variables": {"query": query}})
            edges = response["data"]["search"]["edges"]
            self._results[query] = [edge | {"id": edge["node"]["id"]} for edge in edges]
        return self._results[query]


@pytest.fixture(scope="module")
def store_file(tmp_path_factory):
    """The file of a store with the seeds and the generated archive."""
    return create_store(tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def engine(store_file):
    """A client of the engine."""
    with running_server(store_file) as client:
        yield client


@pytest.fixture(scope="module")
def reference(store_file, engine):
    """The reference engine."""
    return ReferenceEngine(sdl(), StoreContents(store_file, SITE), EngineRanking(engine))


@pytest.fixture(scope="module")
def pool(reference, engine):
    """Values of arguments, including cursors of search results."""
    ranking = EngineRanking(engine)
    cursors = {query: [hit["cursor"] for hit in ranking(query)] for query in SEARCH_QUERIES}
    return ValuePool(reference.contents, cursors)


@pytest.mark.slow
@settings(max_examples=scale_examples(150))
@given(data=st.data())
def test_results_equal_the_reference(data, reference, engine, pool):
    """The result equals the reference engine's, over every transport.

    So do the result of the fast path for the second request, and the result that graphql-core
    completes.
    """
    operation = data.draw(operations(reference.schema, pool))
    request = operation.request()
    expected = reference.execute(operation.query, operation.variables, operation.name)
    response = engine.post(request)
    _check_response(response, expected)
    for send in (engine.get, engine.batch, engine.socket):
        assert _to_text(send(request)) == _to_text(response), send.__name__
    _check_fast_path(engine, request, response)
    introspecting_request = request | {"query": _add_introspection(operation)}
    _check_graphql_core(engine, introspecting_request, response)


def _check_fast_path(engine, request, response):
    """Check that the fast path answers a repeated request without errors."""
    count = engine.fast_path_count
    assert _to_text(engine.post(request)) == _to_text(response)
    if "errors" not in response:
        assert engine.fast_path_count == count + 1


def _check_graphql_core(engine, introspecting_request, response):
    """Check that graphql-core, which introspection needs, completes the same result."""
    count = engine.fast_path_count
    completed = engine.post(introspecting_request)
    if response.get("data") is None:
        assert [error["extensions"] for error in completed["errors"]] == [
            error["extensions"] for error in response["errors"]
        ]
        return
    assert engine.fast_path_count == count
    assert completed["data"].pop(_INTROSPECTION_KEY) == {"kind": "OBJECT"}
    assert json.dumps(completed["data"]) == json.dumps(response["data"])


_INTROSPECTION_KEY = "introspected"


def _add_introspection(operation):
    """Return the document with introspection added to the operation."""
    node = get_operation_ast(parse(operation.query), operation.name)
    start = node.selection_set.loc.start + 1
    field = f' {_INTROSPECTION_KEY}: __type(name: "Query") {{ kind }} '
    return operation.query[:start] + field + operation.query[start:]


def _to_text(response):
    """Return a response as text; a WebSocket's `error` message has no extensions."""
    return json.dumps(response if "data" in response else response["errors"])


def _check_response(response, expected):
    errors, expected_errors = response.get("errors", []), expected["errors"]
    assert json.dumps(response.get("data", "not executed")) == json.dumps(
        expected.get("data", "not executed")
    ), errors
    if "data" not in expected:
        assert errors
        return
    actual_codes = {(error["path"][0], error["extensions"]["code"]) for error in errors}
    possible_codes = {(key, code) for key, codes in expected_errors.items() for code in codes}
    assert actual_codes <= possible_codes
    assert bool(actual_codes) == bool(possible_codes)
    if expected["data"] is not None:
        assert {key for key, _ in actual_codes} == set(expected_errors)


def test_search_results_are_ranked_and_marked(reference, engine):
    """Results are in the order of the reference, and have safe snippets."""
    ranking = EngineRanking(engine)
    for query in SEARCH_QUERIES:
        hits = ranking(query)
        keys = [reference.contents.find(hit["id"])["_key"] for hit in hits]
        assert keys == reference.contents.find_keys(query)[:100]
        scores = [hit["score"] for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert all("<script" not in hit["snippet"] for hit in hits)
        assert all(hit["snippet"] for hit in hits)
    assert sum(bool(ranking(query)) for query in SEARCH_QUERIES) > len(SEARCH_QUERIES) // 2


@pytest.mark.slow
def test_generated_operations_cover_the_schema(reference, pool):
    """The generated operations together use every type, field, argument and enum value."""
    unused = _schema_coordinates(reference.schema)
    random = Random(1)  # noqa: S311 - the same each time
    for _ in range(SAMPLE_SIZE):
        source = ChoiceSource(lambda maximum: random.randint(0, maximum))
        unused -= generate_operation(source, reference.schema, pool).used
        if not unused:
            break
    assert unused == set()


def _schema_coordinates(schema):
    coordinates = {"alias", "@include", "@skip", "reused fragment", f"nested {MAX_DEPTH} deep"}
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or name in SUBSCRIPTION_TYPES:
            continue
        match type_:
            case GraphQLObjectType() | GraphQLInterfaceType():
                coordinates |= {f"{name}.{field}" for field in type_.fields}
                coordinates |= {f"{name}.__typename"}
                coordinates |= {
                    f"{name}.{field}({argument}:)"
                    for field, definition in type_.fields.items()
                    for argument in definition.args
                }
            case GraphQLInputObjectType():
                coordinates |= {f"{name}.{field}" for field in type_.fields}
            case GraphQLEnumType() if name not in OUTPUT_ENUMS:
                coordinates |= {f"{name}.{value}" for value in type_.values}
    return coordinates
