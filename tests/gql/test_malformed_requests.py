"""Malformed requests get client errors that reveal no internals."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsgraph.gql.request_errors import BAD_REQUEST
from tests.hypothesis_profiles import scale_examples

INTERNALS = re.compile(
    r"Traceback|\.py\b|sqlite|SELECT|asyncpg|strawberry|\bNone\b|\bTrue\b|\bFalse\b|<class|"
    r"object at 0x|NoneType|Undefined|[a-z]Error\b|INTERNAL|UNAVAILABLE"
)


def checked_errors(response):
    """Return a response's errors, after checking that they have codes and reveal no internals."""
    assert response.status_code < 500
    errors = response.json().get("errors", [])
    for error in errors:
        assert error["extensions"]["code"]
    assert not INTERNALS.search(json.dumps(errors, ensure_ascii=False))
    return errors


VALID_BODY = b'{"query":"{__typename}"}'
BODIES = {
    "empty": b"",
    "truncated": VALID_BODY[:-3],
    "an empty array": b"[]",
    "a number": b"1",
    "no query": b"{}",
    "NaN": b'{"query":"{__typename}","variables":{"a":NaN}}',
    "a number too long": b'{"query":"{__typename}","variables":{"a":' + b"9" * 5000 + b"}}",
    "an invalid byte": b'{"query":"\xff"}',
    "a control character in a string": b'{"query":"{__typename}\x00"}',
    "a lone surrogate in UTF-8": b'{"query":"\xed\xa0\x80"}',
    "UTF-16": VALID_BODY.decode().encode("utf-16"),
    "UTF-16 without a byte order mark": VALID_BODY.decode().encode("utf-16-le"),
    "UTF-32": VALID_BODY.decode().encode("utf-32"),
    "compressed": b"\x1f\x8b\x08\x00",
    "nested": b"[" * 100_000,
    "trailing data": VALID_BODY + b"x",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_malformed_body(body, client, caplog):
    """A malformed body gets a 400 response and is not logged."""
    headers = {"Content-Type": "application/json"}
    response = await client.post("/", content=body, headers=headers)
    assert response.status_code == 400
    (error,) = checked_errors(response)
    assert error["extensions"]["code"] == BAD_REQUEST
    assert not caplog.records


async def test_byte_order_mark_is_ignored(client):
    """Some programs on Windows write one, and RFC 8259 allows a parser to ignore it."""
    headers = {"Content-Type": "application/json"}
    response = await client.post("/", content=b"\xef\xbb\xbf" + VALID_BODY, headers=headers)
    assert response.json()["data"] == {"__typename": "Query"}


JSON_VALUES = (None, True, 0, 1.5, "x", [], ["x"], {}, {"x": {"y": [None]}}, [[True]], 10**30)


@pytest.mark.parametrize(
    "part", ["query", "variables", "operationName", "extensions", "documentId"]
)
async def test_request_parameters_of_wrong_types(part, client, caplog):
    """A request parameter of a wrong type is a client error."""
    for value in JSON_VALUES:
        body = {"query": "{ __typename }", part: value}
        checked_errors(await client.post("/", json=body))
        checked_errors(await client.post("/", json={"extensions": {"persistedQuery": value}}))
    assert not caplog.records


VARIABLES = [
    ("ID!", "node(id: $v) { id }"),
    ("[ID!]!", "nodes(ids: $v) { id }"),
    ("Int", "articles(first: $v) { totalCount }"),
    ("String", "articles(after: $v) { totalCount }"),
    ("ArticleFilter", "articles(filter: $v) { totalCount }"),
    ("ArticleOrder", "articles(orderBy: $v) { totalCount }"),
    ("String!", "search(query: $v) { totalCount }"),
    ("String!", "topic(slug: $v) { slug }"),
    ("String!", "provider(domain: $v) { name }"),
    ("String", "changes(since: $v) { token }"),
    ("Boolean!", "store @include(if: $v) { articleCount }"),
]


@pytest.mark.parametrize(("type_", "field"), VARIABLES)
async def test_variables_of_wrong_types(type_, field, client, caplog):
    """A variable of a wrong type is a client error, which quotes the value as JSON."""
    query = f"query($v: {type_}) {{ {field} }}"
    codes = set()
    for value in JSON_VALUES:
        response = await client.post("/", json={"query": query, "variables": {"v": value}})
        codes |= {error["extensions"]["code"] for error in checked_errors(response)}
    assert codes == {"BAD_USER_INPUT"}
    assert not caplog.records


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ node(id: null) { id } }", "not to be null."),
        ("{}", "Expected Name, found '}'"),
        ("{ store { } }", "Expected Name, found '}'"),
        ("fragment A on Query { __typename }", "There is no operation in the document"),
        ("query A { __typename } query B { __typename }", "There are several operations"),
        ("{ changes(first: 101) { token } }", "rows are given at a time."),
        ("{ articles(first: 101) { totalCount } }", "at a time; go on with `after`."),
    ],
)
async def test_error_messages(query, message, execute):
    """Mistakes that scanners make get a correct and helpful message."""
    (error,) = (await execute(query))["errors"]
    assert message in error["message"]


QUERIES = {
    "cursor": "query($v: String) { articles(after: $v, first: 1) { edges { cursor } } }",
    "token": "query($v: String) { changes(since: $v, first: 1) { token } }",
    "id": "query($v: ID!) { node(id: $v) { id } }",
}
VALID_VALUES_QUERY = """{
  articles(first: 1) { edges { cursor node { id } } }
  changes(first: 1) { token }
}"""


@st.composite
def corruptions(draw):
    """Draw a function that replaces some characters of a text."""
    start, length = draw(st.integers(0, 80)), draw(st.integers(0, 3))
    replacement = draw(
        st.text(max_size=4) | st.sampled_from(["7c", "00", "2d31", "39" * 30, "f" * 5000])
    )
    return lambda text: text[:start] + replacement + text[start + length :]


@given(corrupt=corruptions())
@example(corrupt=lambda _: "")
@example(corrupt=lambda _: "\0")
@example(corrupt=lambda _: "\ud800")
@example(corrupt=lambda text: text + "\n")
@example(corrupt=lambda text: text.upper())
@settings(max_examples=scale_examples(60))
async def test_corrupted_cursors_tokens_and_ids(corrupt, client, caplog):
    """A corrupted cursor, token or id is still valid, or a client error."""
    data = (await client.post("/", json={"query": VALID_VALUES_QUERY})).json()["data"]
    edge = data["articles"]["edges"][0]
    valid_values = {
        "cursor": edge["cursor"],
        "id": edge["node"]["id"],
        "token": data["changes"]["token"],
    }
    for name, query in QUERIES.items():
        body = json.dumps({"query": query, "variables": {"v": corrupt(valid_values[name])}})
        headers = {"Content-Type": "application/json"}
        errors = checked_errors(await client.post("/", content=body, headers=headers))
        assert {error["extensions"]["code"] for error in errors} <= {"BAD_USER_INPUT", "RESYNC"}
    assert not caplog.records
