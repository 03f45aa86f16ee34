"""Operations over a real WebSocket with graphql-transport-ws."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from newsgraph.gql.documents.persisted import sha256
from tests.gql.conftest import GOLDEN
from tests.server.live import running_server

SUBPROTOCOL = "graphql-transport-ws"
COUNT = "{ store { articleCount } }"
OPERATIONS = sorted(path.stem for path in (GOLDEN / "operations").glob("*.graphql"))


@pytest.fixture(scope="module")
def site_url(tmp_path_factory):
    """The URL of a real server of the seeds."""
    with running_server(tmp_path_factory.mktemp("socket")) as (site_url, _):
        yield site_url


@pytest.fixture
def open_socket(site_url):
    """Return a function that opens a WebSocket."""

    def open_(subprotocol=SUBPROTOCOL, **options):
        url = site_url.replace("http://", "ws://") + "/graphql"
        return connect(url, subprotocols=[subprotocol], close_timeout=2, **options)

    return open_


@pytest.fixture
def socket(open_socket):
    """A WebSocket that is ready for operations."""
    with open_socket() as socket:
        send(socket, type="connection_init")
        assert receive(socket)["type"] == "connection_ack"
        yield socket


def send(socket, **message):
    """Send a message."""
    socket.send(json.dumps(message))


def receive(socket):
    """Receive a message."""
    return json.loads(socket.recv(timeout=10))


def execute(socket, query, **payload):
    """Run an operation, and return its only message before `complete`."""
    send(socket, id="1", type="subscribe", payload={"query": query} | payload)
    message = receive(socket)
    if message["type"] == "next":
        assert receive(socket) == {"id": "1", "type": "complete"}
    return message


@pytest.mark.parametrize("name", OPERATIONS)
def test_query_has_the_same_response_as_over_http(name, socket):
    """The response has the same data as that of a POST."""
    query = (GOLDEN / "operations" / f"{name}.graphql").read_text("utf-8")
    response = execute(socket, query)["payload"]
    expected = json.loads((GOLDEN / "operations" / f"{name}.json").read_text("utf-8"))
    assert response["data"].keys() == expected["data"].keys()
    assert "errors" not in response
    assert without_varying_fields(response["data"]) == without_varying_fields(expected["data"])


def without_varying_fields(value):
    """Return a value without the fields that depend on the server's URL and the import's time."""
    if isinstance(value, dict):
        return {
            key: without_varying_fields(item)
            for key, item in value.items()
            if key not in ("importedAt", "revision", "updatedAt", "feeds")
        }
    return [without_varying_fields(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ bogus }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": 5}, "BAD_REQUEST"),
        ({"query": ""}, "BAD_REQUEST"),
        ({"query": COUNT, "variables": "x"}, "BAD_REQUEST"),
        ({"query": COUNT, "operationName": "B"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "{ " + "x " * 10_000 + "}"}, "QUERY_TOO_LARGE"),
        ({"documentId": f"sha256:{sha256(COUNT)}"}, "DOCUMENT_NOT_FOUND"),
    ],
)
def test_request_error_ends_only_its_operation(payload, code, socket):
    """An invalid operation gets an `error` message, and the WebSocket stays open."""
    send(socket, id="1", type="subscribe", payload=payload)
    message = receive(socket)
    assert (message["id"], message["type"]) == ("1", "error")
    assert {error["extensions"]["code"] for error in message["payload"]} == {code}
    assert execute(socket, COUNT)["payload"]["data"] == {"store": {"articleCount": 4}}


@pytest.mark.parametrize(
    "message",
    [
        *("x", "[]", "1", '{"type": 1}', '{"type": "subscribe"}', "[" * 5000, b"x"),
        *('{"type": "subscribe", "id": 1, "payload": {}}', '{"type": "subscribe", "id": "1"}'),
        *('{"type": "complete"}', '{"type": "nothing"}'),
    ],
)
def test_invalid_message_closes_the_socket(message, socket):
    """The close code is the protocol's 4400, with a reason."""
    socket.send(message)
    with pytest.raises(ConnectionClosedError) as closed:
        socket.recv(timeout=10)
    assert closed.value.rcvd.code == 4400
    assert closed.value.rcvd.reason


def test_operation_before_connection_init(open_socket):
    """An operation before `connection_init` closes the socket with the protocol's code 4401."""
    with open_socket() as socket:
        send(socket, id="1", type="subscribe", payload={"extensions": {}})
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=10)
    assert closed.value.rcvd.code == 4401


def test_legacy_subprotocol_is_rejected(open_socket):
    """The older subprotocol graphql-ws, which has the same message types, is not supported."""
    with pytest.raises(ConnectionClosedError) as closed, open_socket("graphql-ws") as socket:
        socket.recv(timeout=10)
    assert closed.value.rcvd.code == 4406


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_other_origins_are_rejected(origin, open_socket):
    """CORS does not apply to WebSockets, so the server checks the Origin header."""
    with pytest.raises(InvalidStatus) as rejected, open_socket(origin=origin):
        pass
    assert rejected.value.response.status_code == 403


def test_site_origin_is_accepted(open_socket, site_url):
    """Pages of the site, such as GraphiQL, may open a WebSocket."""
    with open_socket(origin=site_url) as socket:
        send(socket, type="connection_init")
        assert receive(socket)["type"] == "connection_ack"


def test_number_of_concurrent_operations_is_limited(socket):
    """The hundred and first operation gets an error with a code."""
    query = "subscription { articleChanged { revision } }"
    for number in range(101):
        send(socket, id=str(number), type="subscribe", payload={"query": query})
    rejected = receive(socket)
    assert (rejected["id"], rejected["type"]) == ("100", "error")
    assert rejected["payload"][0]["extensions"] == {"code": "QUERY_TOO_LARGE"}
