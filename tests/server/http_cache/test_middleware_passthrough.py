"""What the front only hands on: long bodies, streams, sockets, clients that leave."""

from __future__ import annotations

import asyncio
import json

import pytest

from newsgraph.gql.http.protocol import ANSWERED
from newsgraph.server.http_cache.cache_key import MOST_BYTES
from tests.server.fake_site import Client, Site


@pytest.fixture
async def site():
    """A front with room, whose store stands at 1."""
    site = Site()
    async with site.client:
        yield site


async def test_a_body_in_parts_is_the_same_body(site):
    """How it was cut makes no difference."""
    for parts in ((b'{"a": 1}',), (b'{"a"', b"", b": 1}"), (b'{"a": 1}', b"")):
        client = Client(*parts)
        await site.front(client.scope(), client.receive, client.send)
        assert json.loads(client.sent[1]["body"])["body"] == '{"a": 1}'
    assert site.inner.asked == 1


async def test_a_long_body_goes_through(site):
    """Without being read here, if its length is told; else no further than it could be kept."""
    long = b"x" * 5_000
    for told, most in (({"content-length": "500000"}, 0), ({}, MOST_BYTES // 5_000 + 1)):
        client, seen = Client(*[long] * 100), []

        async def first_look(scope, receive, send, client=client, seen=seen):
            seen.append(client.received)
            await site.inner(scope, receive, send)

        site.app = first_look
        await site.front(client.scope(**told), client.receive, client.send)
        assert seen == [most]
        assert json.loads(client.sent[1]["body"])["body"] == "x" * 500_000
    assert len(site.cache) == 0


async def test_a_long_address_goes_through(site):
    """As a long body does."""
    for _ in range(2):
        client = Client()
        scope = client.scope() | {"method": "GET", "query_string": b"x" * (MOST_BYTES + 1)}
        await site.front(scope, Client(b"").receive, client.send)
        assert b"etag" not in dict(client.sent[0]["headers"])
    assert site.inner.asked == 2


async def test_a_client_that_leaves(site):
    """Before it has said all, nobody is asked; afterwards the application is told."""
    client = Client()
    await site.front(client.scope(), client.receive, client.send)
    assert (client.sent, site.inner.asked) == ([], 0)
    gone = Client(b"{}")
    heard = []

    async def waiting(_scope, receive, _send):
        heard.extend([await receive(), await receive()])

    site.app = waiting
    await site.front(gone.scope(), gone.receive, gone.send)
    assert [one["type"] for one in heard] == ["http.request", "http.disconnect"]


async def test_a_stream_flows(site):
    """Each part is sent when it comes, the head before the first, and none of it is kept."""
    begun, going_on = asyncio.Event(), asyncio.Event()

    async def streaming(scope, _receive, send):
        lines = [(b"content-type", b"text/event-stream")]
        scope["extensions"][ANSWERED] = 1
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        begun.set()
        await going_on.wait()
        for part in (b"one" * 1_000, b"two"):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    site.app = streaming
    client = Client(b"{}")
    scope = client.scope(**{"accept-encoding": "gzip", "accept": "text/event-stream"})
    running = asyncio.create_task(site.front(scope, client.receive, client.send))
    await asyncio.wait_for(begun.wait(), 10)
    assert client.sent[0]["headers"] == [(b"content-type", b"text/event-stream")]
    going_on.set()
    await running
    assert [one.get("body") for one in client.sent[1:]] == [b"one" * 1_000, b"two", b""]
    assert len(site.cache) == 0


async def test_an_answer_in_parts_is_not_put_together(site):
    """Even with a length: nobody knows how long its parts are in coming."""

    async def in_parts(_scope, _receive, send):
        lines = [(b"content-length", b"2000"), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        await send({"type": "http.response.body", "body": b"x" * 1_000, "more_body": True})
        await send({"type": "http.response.body", "body": b"y" * 1_000})

    site.app = in_parts
    answer = await site.client.get("/feeds/all.rss")
    assert answer.content == b"x" * 1_000 + b"y" * 1_000
    assert "content-encoding" not in answer.headers


async def test_sockets_and_the_life_of_the_server_go_through(site):
    """Untouched."""
    seen = []

    async def noting(*call):
        seen.append(call)

    site.app = noting
    for kind in ("websocket", "lifespan"):
        call = ({"type": kind}, object(), object())
        await site.front(*call)
        assert seen.pop() == call


async def test_a_mistake_stays_a_mistake(site):
    """It is raised to whoever runs the application, and nothing is kept."""

    async def failing(_scope, _receive, _send):
        raise KeyError("x")

    site.app = failing
    with pytest.raises(KeyError):
        await site.front(Client().scope(**{"content-type": "x"}), Client().receive, Client().send)
