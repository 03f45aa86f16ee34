"""Operations over a real WebSocket: graphql-transport-ws."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from newsgraph.gql import sha256
from tests.gql.conftest import GOLDEN
from tests.server.live import serving

PROTOCOL = "graphql-transport-ws"
COUNT = "{ store { articleCount } }"
OPERATIONS = sorted(path.stem for path in (GOLDEN / "operations").glob("*.graphql"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A real server of the seeds."""
    with serving(tmp_path_factory.mktemp("socket")) as (site, _):
        yield site


@pytest.fixture
def dial(site):
    """Open a WebSocket."""

    def dialled(protocol=PROTOCOL, **more):
        address = site.replace("http://", "ws://") + "/graphql"
        return connect(address, subprotocols=[protocol], close_timeout=2, **more)

    return dialled


@pytest.fixture
def socket(dial):
    """A WebSocket that is ready for operations."""
    with dial() as socket:
        say(socket, type="connection_init")
        assert hear(socket)["type"] == "connection_ack"
        yield socket


def say(socket, **message):
    """Send a message."""
    socket.send(json.dumps(message))


def hear(socket):
    """Receive a message."""
    return json.loads(socket.recv(timeout=10))


def run(socket, query, **payload):
    """Run an operation, and give its one message."""
    say(socket, id="1", type="subscribe", payload={"query": query} | payload)
    message = hear(socket)
    if message["type"] == "next":
        assert hear(socket) == {"id": "1", "type": "complete"}
    return message


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_query_answers_as_by_post(name, socket):
    """The way that an operation came makes no difference."""
    query = (GOLDEN / "operations" / f"{name}.graphql").read_text("utf-8")
    message = run(socket, query)
    expected = json.loads((GOLDEN / "operations" / f"{name}.json").read_text("utf-8"))
    told = json.loads(json.dumps(message["payload"]))
    assert told["data"].keys() == expected["data"].keys()
    assert "errors" not in told
    assert shape(told["data"]) == shape(expected["data"])


def shape(value):
    """A value without what depends on the server's address and the import's time."""
    if isinstance(value, dict):
        return {
            key: shape(one)
            for key, one in value.items()
            if key not in ("importedAt", "revision", "updatedAt", "feeds")
        }
    return [shape(one) for one in value] if isinstance(value, list) else value


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
def test_what_is_not_run_is_an_error_of_that_operation(payload, code, socket):
    """The socket stays open: others run on it."""
    say(socket, id="1", type="subscribe", payload=payload)
    message = hear(socket)
    assert (message["id"], message["type"]) == ("1", "error")
    assert {one["extensions"]["code"] for one in message["payload"]} == {code}
    assert run(socket, COUNT)["payload"]["data"] == {"store": {"articleCount": 4}}


@pytest.mark.parametrize(
    "message",
    [
        *("x", "[]", "1", '{"type": 1}', '{"type": "subscribe"}', "[" * 5000, b"x"),
        *('{"type": "subscribe", "id": 1, "payload": {}}', '{"type": "subscribe", "id": "1"}'),
        *('{"type": "complete"}', '{"type": "nothing"}'),
    ],
)
def test_messages_that_are_none(message, socket):
    """The protocol's code 4400, and a reason."""
    socket.send(message)
    with pytest.raises(ConnectionClosedError) as closed:
        socket.recv(timeout=10)
    assert closed.value.rcvd.code == 4400
    assert closed.value.rcvd.reason


def test_nothing_runs_before_the_client_is_known(dial):
    """The protocol's code 4401."""
    with dial() as socket:
        say(socket, id="1", type="subscribe", payload={"extensions": {}})
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=10)
    assert closed.value.rcvd.code == 4401


def test_the_older_protocol_is_not_spoken(dial):
    """Two that share a name with others are told apart at once."""
    with pytest.raises(ConnectionClosedError) as closed, dial("graphql-ws") as socket:
        socket.recv(timeout=10)
    assert closed.value.rcvd.code == 4406


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_pages_of_other_sites_are_refused(origin, dial):
    """A browser asks no leave for a WebSocket, as it does for other requests."""
    with pytest.raises(InvalidStatus) as refused, dial(origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_pages_of_our_own_site_are_welcome(dial, site):
    """GraphiQL is one."""
    with dial(origin=site) as socket:
        say(socket, type="connection_init")
        assert hear(socket)["type"] == "connection_ack"


def test_too_many_operations_at_once(socket):
    """The hundred and first is refused with a code, as every error has one."""
    query = "subscription { articleChanged { revision } }"
    for number in range(101):
        say(socket, id=str(number), type="subscribe", payload={"query": query})
    refused = hear(socket)
    assert (refused["id"], refused["type"]) == ("100", "error")
    assert refused["payload"][0]["extensions"] == {"code": "QUERY_TOO_LARGE"}
