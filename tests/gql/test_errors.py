"""Errors as a client meets them: a message, a code, a place, and nothing of what is inside."""

from __future__ import annotations

import json

import httpx
import pytest

from newsgraph.gql import graphql_app
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
    ("{ article { slug } }", "slug", ["article"], "just one of slug and url"),
    ('{ article(slug: "a", url: "b") { slug } }', "slug", ["article"], "just one of"),
    ("{ article(slug: null) { slug } }", "slug", ["article"], "just one of"),
    ('{ node(id: "x") { id } }', "id", ["node"], "no node's id"),
    ('{ node(id: "SW1hZ2U6MDAwMDAwMDAwMDAwMDAwMQ") { id } }', "id", ["node"], "no node's id"),
]


@pytest.mark.parametrize(("query", "argument", "path", "words"), BAD_INPUT)
async def test_bad_input(query, argument, path, words, ask):
    """The error names the argument and where in the operation it stands."""
    answer = await ask(query)
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
    assert error["path"] == path
    assert error["locations"]
    assert words in error["message"]


async def test_a_cursor_of_another_connection(ask):
    """Topics do not take an article's cursor."""
    cursor = (await ask("{ articles { edges { cursor } } }"))["data"]["articles"]["edges"][0]
    answer = await ask(
        "query($c: String) { topics(after: $c) { totalCount edges { cursor } } }",
        {"c": cursor["cursor"]},
    )
    assert answer["errors"][0]["extensions"]["argument"] == "after"


async def test_one_bad_field_leaves_the_others(ask):
    """Fields that may be null answer beside one that cannot; one cursor may be bad twice."""
    answer = await ask(
        '{ topic(slug: "ai") { name } a: node(id: "x") { id } store { articleCount } '
        'b: topic(slug: "ai") { articles(after: "x") { edges { cursor } } } '
        'c: topic(slug: "ai") { articles(after: "x") { edges { cursor } } } }'
    )
    assert answer["data"] == {
        "topic": {"name": "AI"},
        "a": None,
        "store": {"articleCount": 4},
        "b": None,
        "c": None,
    }
    assert [error["path"] for error in answer["errors"]] == [
        ["a"],
        ["b", "articles"],
        ["c", "articles"],
    ]


@pytest.mark.parametrize(
    ("query", "variables", "words"),
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
async def test_invalid_operations(query, variables, words, client):
    """What GraphQL itself refuses never reaches the store."""
    answer = await client.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code in (200, 400)
    assert words in answer.text
    assert "Traceback" not in answer.text


class Broken:
    """A database that fails as it is told to."""

    def __init__(self, database, error):
        self.dialect, self._error = database.dialect, error

    async def fetch(self, _sql, _values, _most_bytes=None):
        """Fail."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DatabaseBusy("/secret/news.db is locked"), "UNAVAILABLE"),
        (DatabaseUnusable("/secret/news.db cannot be used: disk I/O error"), "INTERNAL"),
        (RuntimeError("/secret"), "INTERNAL"),
    ],
)
async def test_our_own_faults_say_nothing_of_what_is_inside(error, code, database, caplog):
    """A client learns that it is not to blame; the log has the cause."""
    transport = httpx.ASGITransport(graphql_app(Store(Broken(database, error), "https://x")))
    async with httpx.AsyncClient(transport=transport, base_url="https://x") as client:
        answer = await client.post("/", json={"query": '{ topic(slug: "ai") { name } }'})
    assert "secret" not in answer.text
    (told,) = answer.json()["errors"]
    assert told["extensions"] == {"code": code}
    assert told["path"] == ["topic"]
    if code == "INTERNAL":
        assert "secret" in caplog.text


async def test_a_lone_surrogate_finds_nothing(client):
    """Half a character, which JSON can say and no database can hold."""
    query = "query($s: String!) { topic(slug: $s) { name } }"
    body = json.dumps({"query": query, "variables": {"s": "\ud800"}})
    answer = await client.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.json()["data"] == {"topic": None}


async def test_a_list_is_given_whole_on_request(ask):
    """Only pages have a largest size: a file bounds its lists."""
    answer = await ask("{ articles { edges { node { related(first: 1000) { title } } } } }")
    edges = answer["data"]["articles"]["edges"]
    assert sum(len(edge["node"]["related"]) for edge in edges) == 18


async def test_many_roots_are_too_large_together(ask, database):
    """The limit is the operation's, not each field's."""
    links = " ".join(f"b{number}: related {{ title }}" for number in range(100))
    page = f"articles {{ edges {{ node {{ {links} }} }} }}"
    answer = await ask("{ " + " ".join(f"a{number}: {page}" for number in range(3)) + " }")
    assert {one["extensions"]["code"] for one in answer["errors"]} == {"QUERY_TOO_LARGE"}
    assert database.statements == []


@pytest.mark.parametrize("body", ["null", "1", '"x"', "[1]", "NaN", "{"])
async def test_a_body_that_is_no_object(body, client):
    """Whatever JSON can say besides is the client's error."""
    answer = await client.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert "JSON" in answer.text


async def test_which_of_several_operations(client):
    """GraphQL runs none of several operations unasked."""
    query = "query A { store { articleCount } } query B { store { topicCount } }"
    unasked = await client.post("/graphql", json={"query": query})
    assert "operationName" in unasked.json()["errors"][0]["message"]
    asked = await client.post("/graphql", json={"query": query, "operationName": "B"})
    assert asked.json()["data"] == {"store": {"topicCount": 3}}


async def test_an_alias_called_as_the_type_is_found(ask):
    """A client may call a field what GraphQL calls a type's name."""
    one = (await ask('{ topic(slug: "ai") { id } }'))["data"]["topic"]["id"]
    answer = await ask(
        "query($id: ID!) { node(id: $id) { ... on Topic { __typename: slug } } }", {"id": one}
    )
    assert answer["data"] == {"node": {"__typename": "ai"}}


WIDE = " ".join(f"a{number}: topics {{ slug }}" for number in range(300))
LONG = " ".join(f"a{number}: title" for number in range(501))


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("related(first: 1) { article { " * 25 + "slug" + " } }" * 25, "at most 40 edges"),
        (WIDE, "at most 256 objects"),
        (LONG, "at most 500 fields"),
    ],
)
async def test_too_large(inner, words, ask, database):
    """What no database should be asked is refused before any statement, with what is allowed."""
    answer = await ask(f"{{ articles {{ edges {{ node {{ {inner} }} }} }} }}")
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "QUERY_TOO_LARGE"}
    assert words in error["message"]
    assert database.statements == []
