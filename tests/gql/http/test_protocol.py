"""GraphQL over HTTP: validation of requests, and the form of responses."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.responses import HTMLResponse

from newsgraph.gql.http.protocol import negotiate_media_type, prefers_event_stream
from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, noon_clock

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
COUNT = "{ store { articleCount } }"
COUNT_DATA = {"store": {"articleCount": 4}}


@pytest.fixture
def create_client(database):
    """Return a function that creates an HTTP client of the graph with other options."""

    def create(**options):
        app = graphql_app(Store(database, SITE, noon_clock), Options(**options), SITE)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE)

    return create


@pytest.mark.parametrize(
    ("accept", "media_type"),
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
def test_media_type_negotiation(accept, media_type):
    """The media type of the response depends on the Accept header (RFC 9110 section 12.5.1)."""
    assert negotiate_media_type(accept) == media_type


@pytest.mark.parametrize(
    ("accept", "expected"),
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
def test_event_stream_preference(accept, expected):
    """Clients that list the event stream after JSON with every request get JSON."""
    assert prefers_event_stream(accept) is expected


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
async def test_request_errors_have_no_data(query, variables, code, client):
    """The status of an operation that is not run is 400 with the newer media type, else 200."""
    body = json.dumps({"query": query, "variables": variables})
    for accept, status in ((GRAPHQL, 400), (JSON, 200)):
        headers = {"accept": accept, "content-type": JSON}
        response = await client.post("/graphql", content=body, headers=headers)
        assert response.status_code == status
        assert response.headers["content-type"] == accept
        assert response.headers["vary"] == "Accept"
        assert "data" not in response.json()
        assert {error["extensions"]["code"] for error in response.json()["errors"]} == {code}


async def test_field_errors_have_status_200(client):
    """The status of an operation that was run is 200, even if a field has an error."""
    body = {"query": '{ topic(slug: "ai") { name } node(id: "x") { id } }'}
    response = await client.post("/graphql", json=body, headers={"accept": GRAPHQL})
    assert response.status_code == 200
    assert response.json()["data"] == {"topic": {"name": "AI"}, "node": None}


async def test_unacceptable_media_type(client):
    """A 406 response names the available media types."""
    response = await client.post("/graphql", json={"query": COUNT}, headers={"accept": "image/png"})
    assert response.status_code == 406
    assert GRAPHQL in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_rejected(method, client):
    """A 405 response has an Allow header (RFC 9110 section 15.5.6)."""
    response = await client.request(method, "/graphql", json={"query": COUNT})
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert response.json()["errors"][0]["extensions"] == {"code": "METHOD_NOT_ALLOWED"}


@pytest.mark.parametrize("query", ["mutation { x }", "subscription { x }"])
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_get_runs_only_queries(query, accept, client):
    """A GET, which any link or image can cause, runs neither mutations nor subscriptions."""
    params = {"query": query}
    response = await client.get("/graphql", params=params, headers={"accept": accept})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


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
async def test_other_content_types_are_rejected(content_type, client):
    """Browsers send these types for any site without a CORS preflight (CSRF)."""
    headers = {"content-type": content_type} if content_type else {}
    body = json.dumps({"query": COUNT})
    response = await client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 415
    assert "application/json" in response.json()["errors"][0]["message"]


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
async def test_spellings_of_the_json_content_type(content_type, client):
    """A content type may have parameters, of which only the charset matters."""
    body = json.dumps({"query": COUNT})
    headers = {"content-type": content_type}
    response = await client.post("/graphql", content=body, headers=headers)
    assert response.json()["data"] == COUNT_DATA


async def test_compressed_requests_are_rejected(client):
    """A compressed body is rejected, because few bytes could expand to very many."""
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    response = await client.post("/graphql", content=b"x", headers=headers)
    assert response.status_code == 415


INVALID_BODIES = [
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


@pytest.mark.parametrize(("body", "words"), INVALID_BODIES)
async def test_invalid_bodies_are_rejected(body, words, client):
    """The status is 400, and the message uses JSON's terms instead of Python's."""
    response = await client.post("/graphql", content=body, headers={"content-type": JSON})
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert words in error["message"]
    assert "None" not in error["message"]


async def test_empty_parameters_are_ignored(client):
    """Empty parameters, which HTML forms send, are treated as absent."""
    params = {"query": COUNT, "operationName": "", "variables": "", "extensions": ""}
    assert (await client.get("/graphql", params=params)).json()["data"] == COUNT_DATA
    body = {"query": COUNT, "operationName": "", "variables": None, "extensions": None}
    assert (await client.post("/graphql", json=body)).json()["data"] == COUNT_DATA


async def test_invalid_json_in_a_query_string(client):
    """The message names the parameter."""
    response = await client.get("/graphql", params={"query": COUNT, "variables": "{"})
    assert response.status_code == 400
    assert "`variables`" in response.json()["errors"][0]["message"]


async def test_unknown_operation_name(client):
    """The message names the operation."""
    body = {"query": "query A { __typename }", "operationName": "B"}
    response = await client.post("/graphql", json=body)
    assert "'B'" in response.json()["errors"][0]["message"]


async def test_batch_has_the_responses_of_single_operations(client):
    """A batch of valid and invalid operations has the response of each, in their order."""
    operations = [
        {"query": COUNT},
        {"query": "{"},
        {"query": '{ node(id: "x") { id } }'},
        {"query": "query($s: String!) { topic(slug: $s) { name } }", "variables": {"s": "ai"}},
    ]
    single = [(await client.post("/graphql", json=operation)).json() for operation in operations]
    response = await client.post("/graphql", json=operations, headers={"accept": GRAPHQL})
    assert response.json() == single
    assert response.headers["content-type"] == JSON


async def test_batch_size_is_limited(client, create_client):
    """A batch has at most ten operations by default; a limit of one disables batches."""
    assert len((await client.post("/graphql", json=[{"query": COUNT}] * 10)).json()) == 10
    response = await client.post("/graphql", json=[{"query": COUNT}] * 11)
    assert response.status_code == 400
    assert "11 operations; 10" in response.json()["errors"][0]["message"]
    async with create_client(max_batch=1) as client_without_batches:
        response = await client_without_batches.post("/graphql", json=[{"query": COUNT}])
    assert response.status_code == 400


async def test_page_is_for_browsers_only(client, database):
    """A browser gets the page; a program that sends no query gets an error."""
    app = graphql_app(Store(database, SITE, noon_clock), page=html_page)
    browser_headers = {"accept": "text/html,*/*;q=0.8"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as with_page:
        assert (await with_page.get("/graphql", headers=browser_headers)).text == "a page"
        assert (await with_page.get("/graphql")).status_code == 400
        query = {"params": {"query": COUNT}, "headers": {"accept": "text/html"}}
        assert (await with_page.get("/graphql", **query)).json()["data"] == COUNT_DATA
    response = await client.get("/graphql", headers=browser_headers)
    assert response.status_code == 400
    assert "has no `query`" in response.text


async def html_page(_request):
    """Return the page for browsers."""
    return HTMLResponse("a page")


async def test_event_stream(client):
    """An event stream has the response and `complete` (GraphQL over SSE, distinct connections)."""
    headers = {"accept": "text/event-stream"}
    response = await client.post("/graphql", json={"query": COUNT}, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = response.text.split("\n")
    assert lines[0] == "event: next"
    assert json.loads(lines[1].removeprefix("data: "))["data"] == COUNT_DATA
    assert "event: complete" in lines
    response = await client.post("/graphql", json={"query": "{"}, headers=headers)
    assert "GRAPHQL_PARSE_FAILED" in response.text
    response = await client.post("/graphql", json=[{"query": COUNT}], headers=headers)
    assert response.status_code == 400


@pytest.mark.parametrize("has_length", [True, False])
async def test_body_length_is_limited(has_length, create_client):
    """A body over the limit gets a 413, at once if its Content-Length is far over the limit."""
    chunk_count = 0

    async def chunks():
        nonlocal chunk_count
        for _ in range(1000):
            chunk_count += 1
            yield b" " * 1000

    headers = {"content-type": JSON} | ({"content-length": "1000000"} if has_length else {})
    # Some more is read and discarded, so that a client that still sends reads the response.
    async with create_client(max_body_bytes=5000) as client:
        response = await client.post("/graphql", content=chunks(), headers=headers)
        assert response.status_code == 413
        assert response.json()["errors"][0]["extensions"] == {"code": "PAYLOAD_TOO_LARGE"}
        assert "5000 bytes" in response.json()["errors"][0]["message"]
        assert response.headers["connection"] == "close"
        assert chunk_count == (0 if has_length else 101)
        response = await client.get("/graphql", params={"query": COUNT + " " * 6000})
    assert response.status_code == 414
