"""Introspection is for tools that read the schema once; more of it is refused."""

from __future__ import annotations

import pytest
from graphql import build_client_schema, get_introspection_query, print_schema

from newsgraph.gql import Schema
from newsgraph.gql.documents.introspection import MOST_TOLD

ALL = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)
F = "fragment F on __Type { fields { args { type { name ofType { name } } } } }"


def times(number, field):
    """A field under many aliases."""
    return " ".join(f"a{one}: {field}" for one in range(number))


FLOODS = {
    "roots": "{ " + times(400, "__schema { types { ...F } }") + " } " + F,
    "types by name": "{ " + times(700, '__type(name: "Article") { ...F }') + " } " + F,
    "types by a variable": "query($n: String!) { "
    + times(40, "__type(name: $n) { ...F }")
    + " } "
    + F,
    "lists": "{ __schema { " + times(400, "types { ...F }") + " } } " + F,
    "lists in lists": "{ __schema { types { fields { type { "
    + times(400, "fields { args { name } }")
    + " } } } } }",
    "leaves": "{ __schema { types { " + times(900, "description") + " } } }",
    "type names": "{ __schema { types { " + times(900, "__typename") + " } } }",
    "in fragments": "{ "
    + times(400, "__schema { ...A }")
    + " } fragment A on __Schema { ...B } fragment B on __Schema { types { ... { ...F } } } "
    + F,
    "spreads that double": "{ ...D0 } "
    + " ".join(f"fragment D{n} on Query {{ ...D{n + 1} ... {{ ...D{n + 1} }} }}" for n in range(60))
    + " fragment D60 on Query { __schema { types { name } } }",
}


@pytest.mark.slow
@pytest.mark.parametrize("query", FLOODS.values(), ids=FLOODS)
async def test_a_flood_is_refused(query, ask):
    """Small to send, it would hold up everybody while it is answered."""
    (error,) = (await ask(query, {"n": "Article"}))["errors"]
    limits = {"introspection": MOST_TOLD, "max_fields": 5000}
    assert error["extensions"]["code"] == "QUERY_TOO_LARGE"
    assert error["extensions"]["allowed"] == limits[error["extensions"]["limit"]]


async def test_what_goes_round_and_round_is_refused(ask):
    """graphql-core's own rule."""
    query = "{ __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 4 + " } } }"
    (error,) = (await ask(query))["errors"]
    assert error["message"] == "Maximum introspection depth exceeded"


@pytest.mark.slow
async def test_tools_read_the_schema(ask):
    """GraphiQL and generators ask for all of it, and have room for a schema twice as large."""
    answer = await ask(ALL)
    assert print_schema(build_client_schema(answer["data"])) == print_schema(Schema().graphql)
    twice = ALL.replace("__schema {", "again: __schema { types { ...FullType } } __schema {", 1)
    assert "errors" not in await ask(twice)
    named = "query($name: String!) { __type(name: $name) { name fields { name args { name } } } }"
    answer = await ask(named, {"name": "Store"})
    assert answer["data"]["__type"]["name"] == "Store"


@pytest.mark.slow
async def test_what_is_allowed_is_no_longer_than_is_said(client):
    """The count is that of the answer, and somewhat more."""

    async def length(number):
        query = "{ __schema { types { " + times(number, "name") + " } } }"
        answer = await client.post("/", json={"query": query})
        return 0 if "errors" in answer.json() else len(answer.content)

    longest, allowed, refused = 0, 1, 400
    assert await length(refused) == 0
    while refused - allowed > 1:
        middle = (allowed + refused) // 2
        if answered := await length(middle):
            longest, allowed = answered, middle
        else:
            refused = middle
    assert MOST_TOLD // 2 < longest < MOST_TOLD
