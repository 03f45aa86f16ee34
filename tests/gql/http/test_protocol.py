"""GraphQL over HTTP: what a request may be, and how its answer is told."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.responses import HTMLResponse

from newsgraph.gql import Options, graphql_app
from newsgraph.gql.http.protocol import answer_type, wants_events
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, at_noon

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
COUNT = "{ store { articleCount } }"
ANSWER = {"store": {"articleCount": 4}}


@pytest.fixture
def client_with(database):
    """A client of the graph with other options."""

    def client(**options):
        app = graphql_app(Store(database, SITE, at_noon), Options(**options), SITE)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE)

    return client


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.5", JSON),
        (f"{JSON};q=0.1, {GRAPHQL};q=0", JSON),
        (f"{GRAPHQL.upper()}, */*;q=0.1", GRAPHQL),
        (f"{JSON};q=0, */*", GRAPHQL),
        ("text/html, */*;q=0.8", JSON),
        ("text/html", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=much", None),
        (",;,", None),
    ],
)
def test_what_accept_means(accept, kind):
    """RFC 9110 section 12.5.1; clients of GraphQL say it in many ways."""
    assert answer_type(accept) == kind


@pytest.mark.parametrize(
    ("accept", "wants"),
    [
        ("text/event-stream", True),
        ("text/event-stream, multipart/mixed", True),
        ("text/event-stream, */*", True),
        (f"text/event-stream, {JSON};q=0.5", True),
        (f"{GRAPHQL}, {JSON}, text/event-stream, multipart/mixed", False),
        ("text/event-stream;q=0", False),
        ("*/*", False),
        (None, False),
    ],
)
def test_who_wants_a_stream(accept, wants):
    """Some clients name it behind JSON with every query, and read a plain answer better."""
    assert wants_events(accept) is wants


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, "GRAPHQL_PARSE_FAILED"),
        ("{ \ud800 }", None, "GRAPHQL_PARSE_FAILED"),
        ("{ bogus }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: Int!) { articles(first: $n) { totalCount } }", {}, "BAD_USER_INPUT"),
        ("query A { __typename } query B { __typename }", None, "OPERATION_RESOLUTION_FAILURE"),
        ("subscription { x }", None, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_what_is_not_run_has_no_data(query, variables, code, client):
    """The newer media type says it in its status, the older one only in the body."""
    body = json.dumps({"query": query, "variables": variables})
    for accept, status in ((GRAPHQL, 400), (JSON, 200)):
        headers = {"accept": accept, "content-type": JSON}
        answer = await client.post("/graphql", content=body, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == accept
        assert answer.headers["vary"] == "Accept"
        assert "data" not in answer.json()
        assert {one["extensions"]["code"] for one in answer.json()["errors"]} == {code}


async def test_a_part_that_fails_leaves_the_answer_good(client):
    """200 of the newer type too: the operation was run."""
    body = {"query": '{ topic(slug: "ai") { name } node(id: "x") { id } }'}
    answer = await client.post("/graphql", json=body, headers={"accept": GRAPHQL})
    assert answer.status_code == 200
    assert answer.json()["data"] == {"topic": {"name": "AI"}, "node": None}


async def test_no_answer_in_a_form_that_nobody_takes(client):
    """406 names what there is."""
    answer = await client.post("/graphql", json={"query": COUNT}, headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert GRAPHQL in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods(method, client):
    """RFC 9110 section 15.5.6 wants the allowed ones named."""
    answer = await client.request(method, "/graphql", json={"query": COUNT})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.json()["errors"][0]["extensions"] == {"code": "METHOD_NOT_ALLOWED"}


@pytest.mark.parametrize("query", ["mutation { x }", "subscription { x }"])
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_get_only_reads(query, accept, client):
    """A link or a picture's address must not do anything."""
    params = {"query": query}
    answer = await client.get("/graphql", params=params, headers={"accept": accept})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "application/jsonx",
        "application/json; charset=utf-16",
        "application/json; profile=x; charset=latin-1",
        "",
    ],
)
async def test_forms_of_other_sites_are_refused(content_type, client):
    """A browser sends these types for any page, without asking us first (CSRF)."""
    headers = {"content-type": content_type} if content_type else {}
    body = json.dumps({"query": COUNT})
    answer = await client.post("/graphql", content=body, headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON;charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/json; profile=x",
        'application/json; profile="a;b"; charset=utf-8',
        "application/json;",
    ],
)
async def test_json_by_other_spellings(content_type, client):
    """A media type may have parameters, of which only the charset says how to read it."""
    body = json.dumps({"query": COUNT})
    headers = {"content-type": content_type}
    answer = await client.post("/graphql", content=body, headers=headers)
    assert answer.json()["data"] == ANSWER


async def test_compressed_requests_are_refused(client):
    """A few bytes could stand for very many."""
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    answer = await client.post("/graphql", content=b"x", headers=headers)
    assert answer.status_code == 415


BODIES = [
    (b"", "is not JSON"),
    (b'{"query": ', "line 1, column 11"),
    (b'{"query": "\xff"}', "is not JSON"),
    (b'{"query": "{x}", "variables": {"n": NaN}}', "is not JSON"),
    (b'{"query": "{x}", "variables": {"n": ' + b"9" * 5000 + b"}}", "is not JSON"),
    (b"[" * 100_000, "nested too deep"),
    (b"{}", "no `query`"),
    (b'{"query": null}', "no `query`"),
    (b'{"query": ""}', "no `query`"),
    (b'{"query": 1}', "a string, not a number"),
    (b'{"query": true}', "not a boolean"),
    (b'{"query": [1]}', "not an array"),
    (b'{"query": "{x}", "variables": "{}"}', "an object, not a string"),
    (b'{"query": "{x}", "operationName": {}}', "not an object"),
    (b'{"query": "{x}", "extensions": []}', "not an array"),
    (b'{"query": "{x}", "documentId": 1}', "not a number"),
    (b"[]", "empty"),
    (b'[{"query": "{x}"}, null]', "Operation 2 of the batch has to be a JSON object, not null"),
    (b'[{"query": "{x}"}, {}]', "Operation 2 of the batch has no `query`"),
]


@pytest.mark.parametrize(("body", "words"), BODIES)
async def test_requests_that_cannot_be_read(body, words, client):
    """400, and in words that people know."""
    answer = await client.post("/graphql", content=body, headers={"content-type": JSON})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert words in error["message"]
    assert "None" not in error["message"]


async def test_an_empty_parameter_is_none(client):
    """Forms send all their fields."""
    params = {"query": COUNT, "operationName": "", "variables": "", "extensions": ""}
    assert (await client.get("/graphql", params=params)).json()["data"] == ANSWER
    body = {"query": COUNT, "operationName": "", "variables": None, "extensions": None}
    assert (await client.post("/graphql", json=body)).json()["data"] == ANSWER


async def test_a_parameter_that_is_no_json(client):
    """The message names the parameter."""
    answer = await client.get("/graphql", params={"query": COUNT, "variables": "{"})
    assert answer.status_code == 400
    assert "`variables`" in answer.json()["errors"][0]["message"]


async def test_an_operation_that_is_not_there(client):
    """The name is told back."""
    body = {"query": "query A { __typename }", "operationName": "B"}
    answer = await client.post("/graphql", json=body)
    assert "'B'" in answer.json()["errors"][0]["message"]


async def test_a_batch_is_answered_as_each_alone(client):
    """Good, bad and partly bad operations beside each other, in their order."""
    operations = [
        {"query": COUNT},
        {"query": "{"},
        {"query": '{ node(id: "x") { id } }'},
        {"query": "query($s: String!) { topic(slug: $s) { name } }", "variables": {"s": "ai"}},
    ]
    alone = [(await client.post("/graphql", json=one)).json() for one in operations]
    answer = await client.post("/graphql", json=operations, headers={"accept": GRAPHQL})
    assert answer.json() == alone
    assert answer.headers["content-type"] == JSON


async def test_a_batch_has_a_limit(client, client_with):
    """Ten operations by default; one turns batches off."""
    assert len((await client.post("/graphql", json=[{"query": COUNT}] * 10)).json()) == 10
    answer = await client.post("/graphql", json=[{"query": COUNT}] * 11)
    assert answer.status_code == 400
    assert "11 operations; 10" in answer.json()["errors"][0]["message"]
    async with client_with(max_batch=1) as single:
        answer = await single.post("/graphql", json=[{"query": COUNT}])
    assert answer.status_code == 400


async def test_a_page_only_for_browsers(client, database):
    """A program that forgets its query is told so, rather than given a page."""
    app = graphql_app(Store(database, SITE, at_noon), page=shown)
    browser = {"accept": "text/html,*/*;q=0.8"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as with_page:
        assert (await with_page.get("/graphql", headers=browser)).text == "a page"
        assert (await with_page.get("/graphql")).status_code == 400
        asked = {"params": {"query": COUNT}, "headers": {"accept": "text/html"}}
        assert (await with_page.get("/graphql", **asked)).json()["data"] == ANSWER
    answer = await client.get("/graphql", headers=browser)
    assert answer.status_code == 400
    assert "has no `query`" in answer.text


async def shown(_request):
    """What the graph is given to show."""
    return HTMLResponse("a page")


async def test_an_event_stream_carries_an_answer(client):
    """GraphQL over SSE, distinct connections: the same answer, then its end."""
    headers = {"accept": "text/event-stream"}
    answer = await client.post("/graphql", json={"query": COUNT}, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.text.split("\n")
    assert lines[0] == "event: next"
    assert json.loads(lines[1].removeprefix("data: "))["data"] == ANSWER
    assert "event: complete" in lines
    answer = await client.post("/graphql", json={"query": "{"}, headers=headers)
    assert "GRAPHQL_PARSE_FAILED" in answer.text
    answer = await client.post("/graphql", json=[{"query": COUNT}], headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("length", [True, False])
async def test_a_body_that_is_too_long(length, client_with):
    """413 as soon as that is known, whether or not the length is told before."""
    read = 0

    async def parts():
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b" " * 1000

    headers = {"content-type": JSON} | ({"content-length": "1000000"} if length else {})
    # Somewhat more is read and dropped, so that who still sends hears the answer.
    async with client_with(max_body_bytes=5000) as client:
        answer = await client.post("/graphql", content=parts(), headers=headers)
        assert answer.status_code == 413
        assert answer.json()["errors"][0]["extensions"] == {"code": "PAYLOAD_TOO_LARGE"}
        assert "5000 bytes" in answer.json()["errors"][0]["message"]
        assert answer.headers["connection"] == "close"
        assert read == (0 if length else 101)
        long = await client.get("/graphql", params={"query": COUNT + " " * 6000})
    assert long.status_code == 414
