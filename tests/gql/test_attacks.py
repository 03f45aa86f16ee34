"""Broken requests of every kind: the client's mistakes, told without a word of what is inside."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsgraph.gql.request_errors import BAD_REQUEST
from tests.hypothesis_profiles import examples

INSIDE = re.compile(
    r"Traceback|\.py\b|sqlite|SELECT|asyncpg|strawberry|\bNone\b|\bTrue\b|\bFalse\b|<class|"
    r"object at 0x|NoneType|Undefined|[a-z]Error\b|INTERNAL|UNAVAILABLE"
)


def refusals(answer):
    """The errors of an answer, which must say nothing of what is inside."""
    assert answer.status_code < 500
    errors = answer.json().get("errors", [])
    for error in errors:
        assert error["extensions"]["code"]
    assert not INSIDE.search(json.dumps(errors, ensure_ascii=False))
    return errors


GOOD = b'{"query":"{__typename}"}'
BODIES = {
    "empty": b"",
    "half": GOOD[:-3],
    "an array of nothing": b"[]",
    "a number": b"1",
    "no query": b"{}",
    "NaN": b'{"query":"{__typename}","variables":{"a":NaN}}',
    "a number too long": b'{"query":"{__typename}","variables":{"a":' + b"9" * 5000 + b"}}",
    "a byte": b'{"query":"\xff"}',
    "a character that has no place in a string": b'{"query":"{__typename}\x00"}',
    "half a surrogate, as bytes": b'{"query":"\xed\xa0\x80"}',
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-16 without a mark": GOOD.decode().encode("utf-16-le"),
    "UTF-32": GOOD.decode().encode("utf-32"),
    "compressed": b"\x1f\x8b\x08\x00",
    "nested": b"[" * 100_000,
    "more behind": GOOD + b"x",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_broken_bodies(body, client, caplog):
    """They are the client's fault, told in our words, and not worth a line in the log."""
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/", content=body, headers=headers)
    assert answer.status_code == 400
    (error,) = refusals(answer)
    assert error["extensions"]["code"] == BAD_REQUEST
    assert not caplog.records


async def test_a_byte_order_mark(client):
    """Some programs on Windows write one; RFC 8259 lets us read over it."""
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/", content=b"\xef\xbb\xbf" + GOOD, headers=headers)
    assert answer.json()["data"] == {"__typename": "Query"}


ODD = (None, True, 0, 1.5, "x", [], ["x"], {}, {"x": {"y": [None]}}, [[True]], 10**30)


@pytest.mark.parametrize(
    "part", ["query", "variables", "operationName", "extensions", "documentId"]
)
async def test_parts_of_wrong_types(part, client, caplog):
    """Each part of a request, as anything but what it ought to be."""
    for value in ODD:
        body = {"query": "{ __typename }", part: value}
        refusals(await client.post("/", json=body))
        refusals(await client.post("/", json={"extensions": {"persistedQuery": value}}))
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


@pytest.mark.parametrize(("kind", "field"), VARIABLES)
async def test_variables_of_wrong_types(kind, field, client, caplog):
    """A client's null is no `None`, and its objects are told of as it wrote them."""
    query = f"query($v: {kind}) {{ {field} }}"
    codes = set()
    for value in ODD:
        answer = await client.post("/", json={"query": query, "variables": {"v": value}})
        codes |= {one["extensions"]["code"] for one in refusals(answer)}
    assert codes == {"BAD_USER_INPUT"}
    assert not caplog.records


@pytest.mark.parametrize(
    ("query", "words"),
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
async def test_words_that_help(query, words, ask):
    """Scanners made these mistakes, and what they were told was not so."""
    (error,) = (await ask(query))["errors"]
    assert words in error["message"]


PLACES = {
    "cursor": "query($v: String) { articles(after: $v, first: 1) { edges { cursor } } }",
    "token": "query($v: String) { changes(since: $v, first: 1) { token } }",
    "id": "query($v: ID!) { node(id: $v) { id } }",
}
KNOWN = """{
  articles(first: 1) { edges { cursor node { id } } }
  changes(first: 1) { token }
}"""


@st.composite
def bent(draw):
    """How to spoil a text: a function."""
    at, many = draw(st.integers(0, 80)), draw(st.integers(0, 3))
    more = draw(st.text(max_size=4) | st.sampled_from(["7c", "00", "2d31", "39" * 30, "f" * 5000]))
    return lambda text: text[:at] + more + text[at + many :]


@given(bend=bent())
@example(bend=lambda _: "")
@example(bend=lambda _: "\0")
@example(bend=lambda _: "\ud800")
@example(bend=lambda text: text + "\n")
@example(bend=lambda text: text.upper())
@settings(max_examples=examples(60))
async def test_cursors_tokens_and_ids_that_were_spoilt(bend, client, caplog):
    """Whatever people make of ours, it is found, or it is their mistake."""
    known = (await client.post("/", json={"query": KNOWN})).json()["data"]
    edge = known["articles"]["edges"][0]
    good = {
        "cursor": edge["cursor"],
        "id": edge["node"]["id"],
        "token": known["changes"]["token"],
    }
    for place, query in PLACES.items():
        body = json.dumps({"query": query, "variables": {"v": bend(good[place])}})
        headers = {"Content-Type": "application/json"}
        errors = refusals(await client.post("/", content=body, headers=headers))
        assert {one["extensions"]["code"] for one in errors} <= {"BAD_USER_INPUT", "RESYNC"}
    assert not caplog.records
