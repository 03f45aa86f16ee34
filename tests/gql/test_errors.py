"""Errors have a message, a code and a path, and reveal no internals."""

from __future__ import annotations

import json

import httpx
import pytest

from newsgraph.gql.http.view import graphql_app
from newsgraph.store.errors import DatabaseBusy, DatabaseUnusable
from newsgraph.store.store import Store

BAD_INPUT = [
    ("{ articles(first: -1) { totalCount } }", "first", ["articles"], "cannot be negative"),
    ("{ articles(first: 101) { totalCount } }", "first", ["articles"], "at most 100"),
    ('{ a: articles(after: "zz") { edges { cursor } } }', "after", ["a"], "no such cursor"),
    ('{ articles(after: "6e") { edges { cursor } } }', "after", ["articles"], "no such cursor"),
    (
        '{ articles { edges { node { by: relatedBy(after: "é") { edges { cursor } } } } } }',
        "after",
        ["articles", "edges", "node", "by"],
        "no such cursor",
    ),
    (
        "{ articles { edges { node { related(first: -1) { title } } } } }",
        "first",
        ["articles", "edges", "node", "related"],
        "cannot be negative",
    ),
    ("{ article { slug } }", "slug", ["article"], "exactly one of slug and url"),
    ('{ article(slug: "a", url: "b") { slug } }', "slug", ["article"], "exactly one of"),
    ("{ article(slug: null) { slug } }", "slug", ["article"], "exactly one of"),
    ('{ node(id: "x") { id } }', "id", ["node"], "not a node's id"),
    ('{ node(id: "SW1hZ2U6MDAwMDAwMDAwMDAwMDAwMQ") { id } }', "id", ["node"], "not a node's id"),
]


@pytest.mark.parametrize(("query", "argument", "path", "message"), BAD_INPUT)
async def test_bad_user_input(query, argument, path, message, execute):
    """The error has the argument's name, the field's path and its location."""
    result = await execute(query)
    (error,) = result["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
    assert error["path"] == path
    assert error["locations"]
    assert message in error["message"]


async def test_cursor_of_another_connection_is_rejected(execute):
    """`topics` does not accept the cursor of an article."""
    edge = (await execute("{ articles { edges { cursor } } }"))["data"]["articles"]["edges"][0]
    result = await execute(
        "query($c: String) { topics(after: $c) { totalCount edges { cursor } } }",
        {"c": edge["cursor"]},
    )
    assert result["errors"][0]["extensions"]["argument"] == "after"


async def test_invalid_field_does_not_affect_others(execute):
    """Each nullable field with an invalid argument is null and has its own error."""
    result = await execute(
        '{ topic(slug: "ai") { name } a: node(id: "x") { id } store { articleCount } '
        'b: topic(slug: "ai") { articles(after: "x") { edges { cursor } } } '
        'c: topic(slug: "ai") { articles(after: "x") { edges { cursor } } } }'
    )
    assert result["data"] == {
        "topic": {"name": "AI"},
        "a": None,
        "store": {"articleCount": 4},
        "b": None,
        "c": None,
    }
    assert [error["path"] for error in result["errors"]] == [
        ["a"],
        ["b", "articles"],
        ["c", "articles"],
    ]


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        ("{ bogus }", None, "Cannot query field 'bogus'"),
        ("{", None, "Syntax Error"),
        ("query($n: Int!) { articles(first: $n) { totalCount } }", {}, "$n"),
        ("query($n: Int!) { articles(first: $n) { totalCount } }", {"n": "many"}, "$n"),
        ("{ articles { edges } }", None, "must have a selection of subfields"),
        ("mutation { articles { totalCount } }", None, "mutation"),
        ("subscription { articles { totalCount } }", None, "needs a stream"),
    ],
)
async def test_invalid_operation(query, variables, message, client):
    """An operation that GraphQL validation rejects gets its error."""
    response = await client.post("/graphql", json={"query": query, "variables": variables})
    assert response.status_code in (200, 400)
    assert message in response.text
    assert "Traceback" not in response.text


class FailingDatabase:
    """A database whose reads raise an error."""

    def __init__(self, database, error):
        self.dialect, self.limits, self._error = database.dialect, database.limits, error

    async def fetch_row(self, _sql, _parameters, _max_bytes=None):
        """Raise the error."""
        raise self._error

    def try_inline(self, _sql, _parameters, _max_bytes=None):
        """Return None, so that `fetch_row` is called."""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DatabaseBusy("/secret/news.db is locked"), "UNAVAILABLE"),
        (DatabaseUnusable("/secret/news.db cannot be used: disk I/O error"), "INTERNAL"),
        (RuntimeError("/secret"), "INTERNAL"),
    ],
)
async def test_server_errors_reveal_no_internals(error, code, database, caplog):
    """A client gets only a code; the log has the cause."""
    app = graphql_app(Store(FailingDatabase(database, error), "https://x"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://x") as client:
        response = await client.post("/", json={"query": '{ topic(slug: "ai") { name } }'})
    assert "secret" not in response.text
    (client_error,) = response.json()["errors"]
    assert client_error["extensions"] == {"code": code}
    assert client_error["path"] == ["topic"]
    if code == "INTERNAL":
        assert "secret" in caplog.text


async def test_lone_surrogate_matches_nothing(client):
    """JSON can contain a lone surrogate, which no database can store."""
    query = "query($s: String!) { topic(slug: $s) { name } }"
    body = json.dumps({"query": query, "variables": {"s": "\ud800"}})
    response = await client.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert response.json()["data"] == {"topic": None}


async def test_list_has_no_maximum_length(execute):
    """`first` of a list may exceed the maximum page size, as the imported file limits the list."""
    result = await execute("{ articles { edges { node { related(first: 1000) { title } } } } }")
    edges = result["data"]["articles"]["edges"]
    assert sum(len(edge["node"]["related"]) for edge in edges) == 18


async def test_cost_limit_applies_to_the_operation(execute, database):
    """Root fields below the limit can exceed it together."""
    links = " ".join(f"b{number}: related {{ title }}" for number in range(100))
    page = f"articles {{ edges {{ node {{ {links} }} }} }}"
    result = await execute("{ " + " ".join(f"a{number}: {page}" for number in range(3)) + " }")
    assert {error["extensions"]["code"] for error in result["errors"]} == {"QUERY_TOO_LARGE"}
    assert database.statements == []


@pytest.mark.parametrize("body", ["null", "1", '"x"', "[1]", "NaN", "{"])
async def test_body_that_is_not_an_object(body, client):
    """A body that is not a JSON object gets a 400 response."""
    response = await client.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == 400
    assert "JSON" in response.text


async def test_operation_name_selects_one_of_several_operations(client):
    """A document with several operations needs `operationName`."""
    query = "query A { store { articleCount } } query B { store { topicCount } }"
    unnamed = await client.post("/graphql", json={"query": query})
    assert "operationName" in unnamed.json()["errors"][0]["message"]
    named = await client.post("/graphql", json={"query": query, "operationName": "B"})
    assert named.json()["data"] == {"store": {"topicCount": 3}}


async def test_alias_may_be_typename(execute):
    """A field may have the alias `__typename`, without an effect on resolving the type."""
    id_ = (await execute('{ topic(slug: "ai") { id } }'))["data"]["topic"]["id"]
    result = await execute(
        "query($id: ID!) { node(id: $id) { ... on Topic { __typename: slug } } }", {"id": id_}
    )
    assert result["data"] == {"node": {"__typename": "ai"}}


WIDE = " ".join(f"a{number}: topics {{ slug }}" for number in range(300))
LONG = " ".join(f"a{number}: title" for number in range(501))


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("related(first: 1) { article { " * 25 + "slug" + " } }" * 25, "at most 40 edges"),
        (WIDE, "at most 256 objects"),
        (LONG, "at most 500 fields"),
    ],
)
async def test_statement_limits(inner, message, execute, database):
    """A selection too large for one statement is rejected before it runs, with the limit."""
    result = await execute(f"{{ articles {{ edges {{ node {{ {inner} }} }} }} }}")
    (error,) = result["errors"]
    assert error["extensions"] == {"code": "QUERY_TOO_LARGE"}
    assert message in error["message"]
    assert database.statements == []
