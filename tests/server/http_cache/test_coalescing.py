"""Simultaneous requests that miss the cache: one calls the application, the others wait for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from newsgraph.gql.http.protocol import REVISION_KEY
from newsgraph.server.http_cache import cached_response
from tests.server.fake_app import AsgiClient, Site, parse_metrics

FEED = "/feeds/all.rss"
CLIENT_COUNT = 100


class SlowSite(Site):
    """A site whose application waits before it responds.

    Attributes:
        go: the application responds once this event is set.
        started_count: number of requests that the application has received.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.go, self.started_count = asyncio.Event(), 0
        self.app = self._wait

    async def _wait(self, *arguments):
        self.started_count += 1
        await self.go.wait()
        await self.fake_app(*arguments)

    def send_all(self, *requests):
        """Start to send requests, given as functions, simultaneously."""
        return [asyncio.create_task(send()) for send in requests]


async def settle():
    """Let all tasks run until they wait for something."""
    for _ in range(20):
        await asyncio.sleep(0)


async def count_rendered(client):
    """Return how many feeds have been rendered, by the metrics of the process."""
    return parse_metrics((await client.get("/metrics")).text)["newsgraph_feeds_rendered_total"]


@pytest.fixture
async def site():
    """A slow site with an empty cache; the store is at revision 1."""
    site = SlowSite()
    async with site.client:
        yield site


@pytest.mark.parametrize("name", ["feed", "GET of GraphQL", "POST of GraphQL"])
async def test_equal_requests_call_the_application_once(site, name):
    """All get the same response, in whatever content encoding they accept."""
    send = {
        "feed": lambda **headers: site.client.get(FEED, headers=headers),
        "GET of GraphQL": lambda **headers: site.get("a", **headers),
        "POST of GraphQL": lambda **headers: site.post('{"query": "a"}', **headers),
    }[name]
    encodings = ["gzip", "br", "identity", "zstd"] * (CLIENT_COUNT // 4)
    tasks = site.send_all(
        *(lambda encoding=encoding: send(**{"Accept-Encoding": encoding}) for encoding in encodings)
    )
    await settle()
    site.go.set()
    responses = await asyncio.gather(*tasks)
    assert site.fake_app.request_count == 1
    assert {response.status_code for response in responses} == {200}
    assert len({response.content for response in responses}) == 1
    used = [response.headers.get("content-encoding", "identity") for response in responses]
    assert used == encodings


async def test_a_feed_is_rendered_once(client):
    """100 simultaneous requests for a feed of the store render it once."""
    before = await count_rendered(client)
    responses = await asyncio.gather(*(client.get("/feeds/all.atom") for _ in range(CLIENT_COUNT)))
    assert {(response.status_code, response.content) for response in responses} == {
        (200, responses[0].content)
    }
    assert await count_rendered(client) == before + 1


async def test_the_body_is_compressed_once(site, monkeypatch):
    """Simultaneous requests with one content encoding wait for one compression."""
    calls = []
    compress = cached_response.compress

    async def count_calls(body, encoding):
        calls.append(encoding)
        await asyncio.sleep(0)
        return await compress(body, encoding)

    monkeypatch.setattr(cached_response, "compress", count_calls)
    site.go.set()
    headers = {"Accept-Encoding": "gzip"}
    await asyncio.gather(*(site.client.get(FEED, headers=headers) for _ in range(CLIENT_COUNT)))
    assert calls == ["gzip"]


async def test_different_requests_do_not_wait(site):
    """Requests with different keys are handled at the same time."""
    tasks = site.send_all(*(lambda n=n: site.client.get(f"{FEED}?{n}") for n in range(3)))
    await settle()
    assert site.started_count == 3
    site.go.set()
    await asyncio.gather(*tasks)


async def test_a_request_after_a_revision_does_not_get_an_older_response(site):
    """What arrives after an import waits, and then one request calls the application again."""
    revisions = iter((1, 2))

    async def respond(*arguments):
        revision = next(revisions)
        await site.go.wait()
        site.fake_app.revision = revision
        await site.fake_app(*arguments)

    site.app = respond
    (first,) = site.send_all(lambda: site.client.get(FEED))
    await settle()
    site.store.revision = 2
    later = site.send_all(*[lambda: site.client.get(FEED)] * 3)
    await settle()
    site.go.set()
    assert (await first).status_code == 200
    assert {response.status_code for response in await asyncio.gather(*later)} == {200}
    assert site.fake_app.request_count == 2


async def test_a_revision_while_they_wait(site):
    """A response that was read at a newer revision is sent to all who waited."""
    tasks = site.send_all(*[lambda: site.client.get(FEED)] * 3)
    await settle()
    site.store.revision = 2
    site.go.set()
    responses = await asyncio.gather(*tasks)
    assert [response.json()["revision"] for response in responses] == [2, 2, 2]
    assert site.fake_app.request_count == 1


@pytest.mark.parametrize(
    "change", [{"status": 404}, {"revision": None}, {"headers": {"Vary": "User-Agent"}}]
)
async def test_what_cannot_be_cached_is_not_shared(site, change):
    """After the first response, the others call the application at the same time."""
    for name, value in change.items():
        setattr(site.fake_app, name, value)
    tasks = site.send_all(*[lambda: site.client.get(FEED)] * 3)
    await settle()
    assert site.started_count == 1
    site.go.set()
    await asyncio.gather(*tasks)
    assert site.fake_app.request_count == 3


async def test_a_stream_is_not_shared(site):
    """Requests stop to wait as soon as the response turns out to be a stream."""
    end = asyncio.Event()

    async def stream(_scope, _receive, send):
        site.started_count += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await end.wait()
        await send({"type": "http.response.body", "body": b"end"})

    site.app = stream
    tasks = site.send_all(*[lambda: site.client.get(FEED)] * 3)
    await settle()
    assert site.started_count == 3
    end.set()
    assert [response.text for response in await asyncio.gather(*tasks)] == ["end"] * 3


async def test_another_request_takes_the_place_of_one_that_is_cancelled(site):
    """When the request that the others wait for is cancelled, one of them is handled."""
    first, *others = site.send_all(*[lambda: site.client.get(FEED)] * 4)
    await settle()
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    await settle()
    assert site.started_count == 2
    site.go.set()
    assert [response.status_code for response in await asyncio.gather(*others)] == [200] * 3
    assert site.fake_app.request_count == 1


@pytest.mark.parametrize("body", [b"", b'{"query": "a"}'], ids=["GET", "POST"])
async def test_a_client_that_has_gone_does_not_wait(site, body):
    """A request whose client disconnects while it waits is never handled."""
    send = (lambda: site.post(body)) if body else lambda: site.client.get(FEED)
    first, other = site.send_all(send, send)
    await settle()
    for _ in range(3):
        gone = AsgiClient(body)
        scope = gone.scope(accept="*/*") if body else gone.scope() | {"method": "GET", "path": FEED}
        await site.middleware(scope, gone.receive, gone.send)
        assert gone.sent == []
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    site.go.set()
    response = await other
    assert (response.status_code, response.json()["body"]) == (200, body.decode())
    assert site.started_count == 2


async def test_a_304_does_not_leave_the_others_without_a_response(site):
    """The first client has the response already: a later request without its ETag is handled."""

    async def respond(scope, _receive, send):
        site.started_count += 1
        await site.go.wait()
        scope["extensions"][REVISION_KEY] = 1
        has_etag = any(name == b"if-none-match" for name, _ in scope["headers"])
        headers = [(b"etag", b'"x"'), (b"content-type", b"text/plain")]
        headers += [] if has_etag else [(b"content-length", b"4")]
        status, body = (304, b"") if has_etag else (200, b"body")
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    site.app = respond
    known, *new = site.send_all(
        lambda: site.client.get(FEED, headers={"If-None-Match": '"x"'}),
        *[lambda: site.client.get(FEED)] * 3,
    )
    await settle()
    assert site.started_count == 1
    site.go.set()
    assert (await known).status_code == 304
    assert [response.text for response in await asyncio.gather(*new)] == ["body"] * 3
    assert site.started_count == 2


async def test_without_a_cache_nothing_is_shared():
    """A response cache that is turned off calls the application for each request."""
    site = SlowSite(cache_bytes=0)
    async with site.client:
        tasks = site.send_all(*[lambda: site.client.get(FEED)] * 3)
        await settle()
        assert site.started_count == 3
        site.go.set()
        await asyncio.gather(*tasks)


async def test_conditional_requests_do_not_wait_for_each_other(site):
    """After a 304, the others with conditions are handled at the same time."""

    async def respond(scope, _receive, send):
        site.started_count += 1
        await site.go.wait()
        scope["extensions"][REVISION_KEY] = 1
        await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", b'"x"')]})
        await send({"type": "http.response.body", "body": b""})

    site.app = respond
    headers = {"If-None-Match": '"x"'}
    tasks = site.send_all(*[lambda: site.client.get(FEED, headers=headers)] * CLIENT_COUNT)
    await settle()
    assert site.started_count == 1
    site.go.set()
    await settle()
    assert site.started_count == CLIENT_COUNT
    assert {response.status_code for response in await asyncio.gather(*tasks)} == {304}
