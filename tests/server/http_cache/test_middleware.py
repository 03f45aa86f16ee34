"""Tests of the response cache middleware in front of a fake application."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.requests import Request

from newsgraph.gql.http.protocol import REVISION_KEY
from tests.server.conftest import create_client
from tests.server.fake_app import CACHE_BYTES, IDENTITY_ONLY, Site, read_metrics


@pytest.fixture
async def site():
    """The middleware with a cache; the store is at revision 1."""
    site = Site()
    async with site.client:
        yield site


async def test_a_second_request_gets_the_cached_response(site):
    """The application is called once for equal requests, by GET or POST, GraphQL or not."""
    for send in (site.get, site.post, lambda: site.client.get("/feeds/all.rss?a=b")):
        before = site.fake_app.request_count
        first, second = await send(), await send()
        assert site.fake_app.request_count == before + 1
        assert (second.status_code, second.content) == (200, first.content)
        assert second.headers == first.headers


async def test_a_new_revision_gets_a_new_response(site):
    """Each request looks up the revision, so it does not matter which process imported."""
    first = await site.get()
    site.store.revision = 2
    second = await site.get()
    assert [response.json()["revision"] for response in (first, second)] == [1, 2]
    assert first.headers["etag"] != second.headers["etag"]


async def test_different_requests_have_different_keys(site):
    """Requests whose responses could differ never share a cached response."""
    requests = [
        lambda: site.get("a"),
        lambda: site.get("b"),
        lambda: site.get("a&operationName=x"),
        lambda: site.get("a", Accept="application/graphql-response+json"),
        lambda: site.client.get("/feeds/all.rss"),
        lambda: site.client.get("/feeds/all.atom"),
        lambda: site.client.get("/feeds/all.rss?q"),
        lambda: site.post('{"query": "a"}'),
        lambda: site.post('{"query": "a", "variables": {}}'),
        lambda: site.post('{"query": "a"}', Accept="application/graphql-response+json"),
        lambda: site.post('{"query": "a"}', Content_Type="application/json;charset=latin-1"),
        lambda: site.post('{"query": "a"}', Content_Encoding="identity"),
        lambda: site.client.post("/graphql?x", content='{"query": "a"}'),
    ]
    for turn in (1, 2):
        for number, send in enumerate(requests):
            content = (await send()).json()
            if turn == 1:
                assert site.fake_app.request_count == number + 1, content
    assert site.fake_app.request_count == len(requests) + 1, "only the non-JSON body is not cached"


@pytest.mark.parametrize(
    "change",
    [
        {"revision": None},
        {"status": 400},
        {"status": 404},
        {"status": 503},
        {"headers": {"Vary": "Accept, User-Agent"}},
        {"headers": {"Vary": "*"}},
    ],
)
async def test_responses_that_are_not_cached(site, change):
    """Unmarked responses, errors, and those that vary by other headers are not cached."""
    for name, value in change.items():
        setattr(site.fake_app, name, value)
    for send in (site.get, site.post, lambda: site.client.get("/")):
        before = site.fake_app.request_count
        await send()
        await send()
        assert site.fake_app.request_count == before + 2


@pytest.mark.parametrize("change", [{"revision": None}, {"status": 400}])
async def test_failed_graphql_responses_have_no_etag(site, change):
    """A GraphQL response that is unmarked or an error has no ETag and is not stored by proxies."""
    for name, value in change.items():
        setattr(site.fake_app, name, value)
    response = await site.get()
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


async def test_a_response_is_cached_for_the_revision_it_was_read_at(site):
    """An import may happen between the look-up of the revision and the read, or after it."""
    site.fake_app.revision = 2
    await site.get()
    await site.get()
    assert site.fake_app.request_count == 2, "it is not the response for revision 1"
    site.store.revision = 2
    await site.get()
    assert site.fake_app.request_count == 2, "it is the response for revision 2"
    site.fake_app.revision = 1
    site.store.revision = 3
    await site.get()
    site.store.revision = 2
    await site.get()
    assert site.fake_app.request_count == 3, "an older response does not replace it"


async def test_graphql_304_without_calling_the_application(site):
    """The ETag of any accepted content encoding gets a 304, with or without a cache."""
    etag = (await site.get(**IDENTITY_ONLY)).headers["etag"]
    for cache_bytes in (CACHE_BYTES, 0):
        other = Site(cache_bytes)

        async def failing_app(*_arguments):
            raise AssertionError

        other.app = failing_app
        for accepted, client_etag, response_etag in (
            ("identity", etag, etag),
            ("gzip", etag, etag),
            ("gzip", f"W/{etag}", etag),
            ("gzip, br", f'{etag[:-1]}-gzip"', f'{etag[:-1]}-gzip"'),
        ):
            response = await other.get(If_None_Match=client_etag, Accept_Encoding=accepted)
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["etag"] == response_etag
            assert response.headers["vary"] == "Accept, Accept-Encoding"
            assert response.headers["cache-control"] == "no-cache"


async def test_etags_of_other_responses_get_a_200(site):
    """The URL, media type, revision, store, settings and encoding are part of the ETag."""
    etag = (await site.get(**IDENTITY_ONLY)).headers["etag"]
    gzip_etag = f'{etag[:-1]}-gzip"'
    requests = [
        site.get("b", If_None_Match=etag),
        site.get(If_None_Match=etag, Accept="application/graphql-response+json"),
        site.get(If_None_Match=etag, Accept="text/event-stream"),
        site.get(If_None_Match=gzip_etag, **IDENTITY_ONLY),
        site.get(If_None_Match=etag, Accept_Encoding="gzip, identity;q=0"),
        site.post(If_None_Match=etag),
    ]
    assert [(await request).status_code for request in requests] == [200] * len(requests)
    for change in ({"revision": 2}, {"store_id": "two"}, {"settings": ("two",)}):
        assert (await Site(**change).get(If_None_Match=etag)).status_code == 200


async def test_a_post_response_has_no_etag(site):
    """The response to a POST is no representation of the resource (RFC 9110 section 9.3.3)."""
    site.fake_app.headers = {"ETag": '"abc"'}
    assert "etag" not in (await site.post()).headers
    assert "etag" not in (await site.post()).headers


@pytest.mark.parametrize("cache_bytes", [CACHE_BYTES, 0])
@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_content_encodings(cache_bytes, encoding):
    """Each content encoding has its own ETag and decodes to the same content."""
    site = Site(cache_bytes)
    for send in (site.get, site.post):
        plain = await send(**IDENTITY_ONLY)
        for _ in range(2):
            response = await send(Accept_Encoding=encoding)
            assert response.headers["content-encoding"] == encoding
            assert response.content == plain.content
            assert int(response.headers["content-length"]) < len(plain.content)
            if send is site.get:
                assert response.headers["etag"] == f'{plain.headers["etag"][:-1]}-{encoding}"'
        assert "content-encoding" not in plain.headers
    assert site.fake_app.request_count == (2 if cache_bytes else 6)


@pytest.mark.parametrize(
    ("change", "headers"),
    [
        ({"padding": 0}, {}),
        ({"headers": {"Content-Type": "image/png"}}, {}),
        ({"headers": {"Content-Encoding": "br"}}, {}),
        ({"headers": {"Cache-Control": "no-transform"}}, {}),
        ({}, IDENTITY_ONLY),
    ],
)
async def test_responses_that_are_not_compressed(change, headers):
    """Short, binary, encoded and no-transform responses stay as they are, as does identity."""
    site = Site()
    for name, value in change.items():
        setattr(site.fake_app, name, value)
    async with site.client.stream("GET", "/", headers=headers) as response:
        raw = b"".join([part async for part in response.aiter_raw()])
    assert json.loads(raw)["path"]
    assert response.headers.get("content-encoding") == change.get("headers", {}).get(
        "Content-Encoding"
    )


async def test_error_responses_are_compressed(site):
    """A long error response is compressed like others."""
    site.fake_app.status = 400
    response = await site.post(Accept_Encoding="gzip")
    assert (response.status_code, response.headers["content-encoding"]) == (400, "gzip")
    assert response.json()["padding"]


async def test_a_stale_response_with_an_etag_is_revalidated(site):
    """A handler's 304 makes a cached response valid for the new revision."""
    site.fake_app.headers = {"ETag": '"handler"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}

    async def revalidating_app(scope, receive, send):
        request = Request(scope)
        if '"handler"' not in request.headers.get("if-none-match", ""):
            await site.fake_app(scope, receive, send)
            return
        scope["extensions"][REVISION_KEY] = site.store.revision
        headers = [(b"etag", b'"handler"')]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    site.app = revalidating_app
    first = await site.client.get("/feeds/all.rss")
    for revision in (2, 3):
        site.store.revision = revision
        for _ in range(2):
            again = await site.client.get("/feeds/all.rss")
            assert (again.status_code, again.content) == (200, first.content)
            assert again.headers == first.headers
    assert site.fake_app.request_count == 1
    etag = first.headers["etag"]
    response = await site.client.get("/feeds/all.rss", headers={"If-None-Match": etag})
    assert (response.status_code, response.headers["etag"]) == (304, etag)
    site.store.revision = 4
    response = await site.client.get("/feeds/all.rss", headers={"If-None-Match": etag})
    assert (response.status_code, response.headers["etag"]) == (304, etag)
    # Nothing is cached for these URLs: the handler's 304 is passed on, with the client's ETag.
    for accepted, client_etag, status in (
        ("br", '"handler-br"', 304),
        ("br", '"handler"', 304),
        ("gzip", '"handler-br"', 200),
    ):
        headers = {"If-None-Match": client_etag, "Accept-Encoding": accepted}
        response = await site.client.get(f"/feeds/x{accepted}{status}.rss", headers=headers)
        assert response.status_code == status
        if status == 304:
            assert response.headers["etag"] == client_etag
            assert response.headers["vary"] == "Accept-Encoding"


async def test_dates_and_wildcards_are_evaluated_by_the_middleware(site):
    """The application never gets If-Modified-Since or a wildcard in If-None-Match."""
    site.fake_app.headers = {"ETag": '"handler"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    for number, (name, value, status) in enumerate(
        [
            ("If-Modified-Since", "Mon, 01 Jan 2024 00:00:00 GMT", 304),
            ("If-Modified-Since", "Sun, 31 Dec 2023 00:00:00 GMT", 200),
            ("If-None-Match", "*", 304),
            ("If-None-Match", '"other"', 200),
        ]
    ):
        for _ in range(2):
            url = f"/feeds/{number}.rss"
            response = await site.client.get(url, headers={name: value, "Accept-Encoding": "br"})
            assert (response.status_code, response.headers["etag"]) == (status, '"handler-br"')
    assert not any("if-modified-since" in request.headers for request in site.fake_app.requests)
    assert site.fake_app.request_count == 4


async def test_head_has_the_headers_of_get(site):
    """HEAD calls the application with GET (RFC 9110 section 9.3.2), except for GraphQL."""
    get = await site.client.get("/feeds/all.rss")
    head = await site.client.head("/feeds/all.rss")
    assert (head.content, head.headers, site.fake_app.request_count) == (b"", get.headers, 1)
    assert (await site.client.head("/")).headers["content-length"]
    await site.client.head("/graphql")
    assert [request.method for request in site.fake_app.requests] == ["GET", "GET", "HEAD"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"])
async def test_other_methods_do_not_use_the_cache(site, method):
    """Requests with other methods are neither answered from the cache nor cached."""
    await site.get()
    await site.client.request(method, "/graphql?query=a")
    await site.client.request(method, "/graphql?query=b")
    await site.get("b")
    assert site.fake_app.request_count == 4


async def test_an_outer_middleware_cannot_change_cached_headers(site):
    """A header that an outer middleware adds to one response is in no other response."""

    async def outer_middleware(scope, receive, send):
        async def adding_send(message):
            message.setdefault("headers", []).append((b"x-added", b"1"))
            await send(message)

        await site.middleware(scope, receive, adding_send)

    first = await site.get()
    etag = first.headers["etag"]
    async with create_client(outer_middleware) as client:
        for headers in ({}, {"If-None-Match": etag}):
            for _ in range(2):
                response = await client.get("/graphql?query=a", headers=headers)
                assert response.headers.get_list("x-added") == ["1"]
    assert "x-added" not in (await site.get()).headers


async def test_cache_memory_is_limited():
    """The size includes keys and encodings; the least recently used entry is evicted first."""
    site = Site(60_000)
    for number in range(40):
        await site.get(str(number))
        await site.get(str(number), **IDENTITY_ONLY)
        assert site.cache.size <= 60_000
    values = read_metrics(site.metrics)
    evicted = values["newsgraph_response_cache_evictions_total"]
    assert values["newsgraph_response_cache_answers"] + evicted == 40
    assert 0 < values["newsgraph_response_cache_bytes"] <= 60_000
    before = site.fake_app.request_count
    await site.get("39")
    assert site.fake_app.request_count == before
    await site.get("0")
    assert site.fake_app.request_count == before + 1
    site.fake_app.padding = 60_000 // 8
    await site.get("long")
    await site.get("long")
    assert site.fake_app.request_count == before + 3, "one response must not evict many"


async def test_disabled_cache():
    """With a size of 0 nothing is cached."""
    site = Site(0)
    for send in (site.get, site.post):
        assert (await send()).content == (await send()).content
    assert site.fake_app.request_count == 4
    assert len(site.cache) == 0


async def test_metrics(site):
    """Hits, misses, 304s and uncacheable responses are counted, without names in URLs."""
    etag = (await site.get()).headers["etag"]
    await site.get()
    await site.get(If_None_Match=etag)
    await site.client.get("/graphql?query=b", headers={"If-None-Match": '"x"'})
    site.fake_app.revision = None
    await site.client.get("/feeds/topics/secret.rss")
    site.fake_app.status = 404
    await site.client.get("/wp-admin")
    await site.client.get("/sitemap-articles-1-of-2.xml")
    values = read_metrics(site.metrics)
    name = 'newsgraph_request_seconds_count{{cache="{}",kind="{}",status="{}"}}'
    for labels, count in (
        (("hit", "graph", 200), 1),
        (("hit", "graph", 304), 1),
        (("miss", "graph", 200), 2),
        (("none", "feed", 200), 1),
        (("none", "other", 404), 1),
        (("none", "sitemap", 404), 1),
    ):
        assert values[name.format(*labels)] == count, labels
    assert "secret" not in site.metrics.render_text().decode()
    assert values["newsgraph_response_cache_answers"] == 2


async def test_a_long_if_none_match(site):
    """An ETag is recognized in a list of many, such as a cache sends."""
    etag = (await site.get(**IDENTITY_ONLY)).headers["etag"]
    if_none_match = ", ".join([f'"{number}"' for number in range(500)] + [etag])
    assert (await site.get(If_None_Match=if_none_match)).status_code == httpx.codes.NOT_MODIFIED
