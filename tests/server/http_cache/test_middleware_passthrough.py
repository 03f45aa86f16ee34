"""Tests of what passes through the middleware: long bodies, streams, WebSockets, disconnects."""

from __future__ import annotations

import asyncio
import json

import pytest

from newsgraph.gql.http.protocol import REVISION_KEY
from newsgraph.server.http_cache.cache_key import MAX_CACHEABLE_REQUEST_BYTES
from tests.server.fake_app import AsgiClient, Site


@pytest.fixture
async def site():
    """The middleware with a cache; the store is at revision 1."""
    site = Site()
    async with site.client:
        yield site


async def test_a_body_in_parts_is_the_same_body(site):
    """The cache key does not depend on how the body is split into messages."""
    for parts in ((b'{"a": 1}',), (b'{"a"', b"", b": 1}"), (b'{"a": 1}', b"")):
        client = AsgiClient(*parts)
        await site.middleware(client.scope(), client.receive, client.send)
        assert json.loads(client.sent[1]["body"])["body"] == '{"a": 1}'
    assert site.fake_app.request_count == 1


async def test_a_long_body_passes_through(site):
    """A long body is not buffered if its length is known, and else only up to the limit."""
    part = b"x" * 5_000
    for headers, buffered_parts in (
        ({"content-length": "500000"}, 0),
        ({}, MAX_CACHEABLE_REQUEST_BYTES // 5_000 + 1),
    ):
        client, receive_counts = AsgiClient(*[part] * 100), []

        async def counting_app(scope, receive, send, client=client, counts=receive_counts):
            counts.append(client.receive_count)
            await site.fake_app(scope, receive, send)

        site.app = counting_app
        await site.middleware(client.scope(**headers), client.receive, client.send)
        assert receive_counts == [buffered_parts]
        assert json.loads(client.sent[1]["body"])["body"] == "x" * 500_000
    assert len(site.cache) == 0


async def test_a_long_query_string_passes_through(site):
    """The response to a request with a long query string is not cached."""
    for _ in range(2):
        client = AsgiClient()
        scope = client.scope() | {
            "method": "GET",
            "query_string": b"x" * (MAX_CACHEABLE_REQUEST_BYTES + 1),
        }
        await site.middleware(scope, AsgiClient(b"").receive, client.send)
        assert b"etag" not in dict(client.sent[0]["headers"])
    assert site.fake_app.request_count == 2


async def test_a_disconnect(site):
    """After a disconnect within the body the application is not called; later it is notified."""
    client = AsgiClient()
    await site.middleware(client.scope(), client.receive, client.send)
    assert (client.sent, site.fake_app.request_count) == ([], 0)
    client = AsgiClient(b"{}")
    received = []

    async def receiving_app(_scope, receive, _send):
        received.extend([await receive(), await receive()])

    site.app = receiving_app
    await site.middleware(client.scope(), client.receive, client.send)
    assert [message["type"] for message in received] == ["http.request", "http.disconnect"]


async def test_a_stream_is_not_buffered(site):
    """Headers and parts of a stream are sent as they come, and nothing is cached."""
    started, may_continue = asyncio.Event(), asyncio.Event()

    async def streaming_app(scope, _receive, send):
        headers = [(b"content-type", b"text/event-stream")]
        scope["extensions"][REVISION_KEY] = 1
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        started.set()
        await may_continue.wait()
        for part in (b"one" * 1_000, b"two"):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    site.app = streaming_app
    client = AsgiClient(b"{}")
    scope = client.scope(**{"accept-encoding": "gzip", "accept": "text/event-stream"})
    task = asyncio.create_task(site.middleware(scope, client.receive, client.send))
    await asyncio.wait_for(started.wait(), 10)
    assert client.sent[0]["headers"] == [(b"content-type", b"text/event-stream")]
    may_continue.set()
    await task
    assert [message.get("body") for message in client.sent[1:]] == [b"one" * 1_000, b"two", b""]
    assert len(site.cache) == 0


async def test_a_response_in_parts_is_not_buffered(site):
    """A body in parts passes through even with a length, as later parts may take long."""

    async def app_with_parts(_scope, _receive, send):
        headers = [(b"content-length", b"2000"), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * 1_000, "more_body": True})
        await send({"type": "http.response.body", "body": b"y" * 1_000})

    site.app = app_with_parts
    response = await site.client.get("/feeds/all.rss")
    assert response.content == b"x" * 1_000 + b"y" * 1_000
    assert "content-encoding" not in response.headers


async def test_websockets_and_lifespan_pass_through(site):
    """The application is called with the same arguments."""
    calls = []

    async def recording_app(*arguments):
        calls.append(arguments)

    site.app = recording_app
    for scope_type in ("websocket", "lifespan"):
        arguments = ({"type": scope_type}, object(), object())
        await site.middleware(*arguments)
        assert calls.pop() == arguments


async def test_exceptions_pass_through(site):
    """An exception of the application is raised to the server."""

    async def failing_app(_scope, _receive, _send):
        raise KeyError("x")

    site.app = failing_app
    client = AsgiClient()
    with pytest.raises(KeyError):
        await site.middleware(client.scope(**{"content-type": "x"}), client.receive, client.send)
