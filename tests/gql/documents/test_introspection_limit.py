"""Limits of introspection: tools can read the complete schema once, and not much more."""

from __future__ import annotations

import pytest
from graphql import build_client_schema, get_introspection_query, print_schema

from newsgraph.gql.documents.introspection_limit import MAX_INTROSPECTION_CHARACTERS
from newsgraph.gql.executable_schema import Schema

INTROSPECTION_QUERY = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)
FRAGMENT = "fragment F on __Type { fields { args { type { name ofType { name } } } } }"


def repeat_field(count, field):
    """Return a field repeated under different aliases."""
    return " ".join(f"a{number}: {field}" for number in range(count))


LARGE_QUERIES = {
    "root fields": "{ " + repeat_field(400, "__schema { types { ...F } }") + " } " + FRAGMENT,
    "types by name": "{ "
    + repeat_field(700, '__type(name: "Article") { ...F }')
    + " } "
    + FRAGMENT,
    "types by a variable": "query($n: String!) { "
    + repeat_field(40, "__type(name: $n) { ...F }")
    + " } "
    + FRAGMENT,
    "lists": "{ __schema { " + repeat_field(400, "types { ...F }") + " } } " + FRAGMENT,
    "nested lists": "{ __schema { types { fields { type { "
    + repeat_field(400, "fields { args { name } }")
    + " } } } } }",
    "leaves": "{ __schema { types { " + repeat_field(900, "description") + " } } }",
    "type names": "{ __schema { types { " + repeat_field(900, "__typename") + " } } }",
    "fragments": "{ "
    + repeat_field(400, "__schema { ...A }")
    + " } fragment A on __Schema { ...B } fragment B on __Schema { types { ... { ...F } } } "
    + FRAGMENT,
    "spreads that double": "{ ...D0 } "
    + " ".join(f"fragment D{n} on Query {{ ...D{n + 1} ... {{ ...D{n + 1} }} }}" for n in range(60))
    + " fragment D60 on Query { __schema { types { name } } }",
}


@pytest.mark.slow
@pytest.mark.parametrize("query", LARGE_QUERIES.values(), ids=LARGE_QUERIES)
async def test_large_introspection_is_rejected(query, execute):
    """A short document with a large introspection result is rejected before it is executed."""
    (error,) = (await execute(query, {"n": "Article"}))["errors"]
    limits = {"introspection": MAX_INTROSPECTION_CHARACTERS, "max_fields": 5000}
    assert error["extensions"]["code"] == "QUERY_TOO_LARGE"
    assert error["extensions"]["allowed"] == limits[error["extensions"]["limit"]]


async def test_cyclic_introspection_is_rejected(execute):
    """graphql-core's own rule limits the depth of introspection."""
    query = "{ __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 4 + " } } }"
    (error,) = (await execute(query))["errors"]
    assert error["message"] == "Maximum introspection depth exceeded"


@pytest.mark.slow
async def test_tools_read_the_schema(execute):
    """The complete introspection query of GraphiQL and generators works, and so does twice that."""
    response = await execute(INTROSPECTION_QUERY)
    introspected = build_client_schema(response["data"])
    assert print_schema(introspected) == print_schema(Schema().graphql_schema)
    twice = INTROSPECTION_QUERY.replace(
        "__schema {", "again: __schema { types { ...FullType } } __schema {", 1
    )
    assert "errors" not in await execute(twice)
    by_name = "query($name: String!) { __type(name: $name) { name fields { name args { name } } } }"
    response = await execute(by_name, {"name": "Store"})
    assert response["data"]["__type"]["name"] == "Store"


@pytest.mark.slow
async def test_estimate_is_close_to_the_actual_size(client):
    """The estimate is not below the actual size of a response, and at most twice as large."""

    async def response_length(count):
        query = "{ __schema { types { " + repeat_field(count, "name") + " } } }"
        response = await client.post("/", json={"query": query})
        return 0 if "errors" in response.json() else len(response.content)

    longest, allowed, rejected = 0, 1, 400
    assert await response_length(rejected) == 0
    while rejected - allowed > 1:
        middle = (allowed + rejected) // 2
        if length := await response_length(middle):
            longest, allowed = length, middle
        else:
            rejected = middle
    assert MAX_INTROSPECTION_CHARACTERS // 2 < longest < MAX_INTROSPECTION_CHARACTERS
