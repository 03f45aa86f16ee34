"""Pages of any origin may read feeds: 200, 226, 304, redirects and errors, cached or not."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.errors import DatabaseUnusable
from tests.server.conftest import SITE, create_client
from tests.server.fake_store import FakeStore
from tests.store.archive import Archive
from tests.store_files import open_store

ORIGIN = {"Origin": "https://reader.example"}
PREFLIGHT = ORIGIN | {
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "a-im,if-modified-since,if-none-match",
}

STATUSES = {
    "/feeds/all.rss": 200,
    "/feeds/topics/ai.atom": 200,
    "/feeds/search.json?q=ai": 200,
    "/feeds.opml": 200,
    "/feeds/query?query={articles(first:1){totalCount}}": 200,
    "/feeds/topics/AI.rss": 301,
    "/feeds/All.RSS": 301,
    "/feed": 301,
    "/topics/ai/feed.json": 301,
    "/feeds/all.rss?page=x": 400,
    "/feeds/topics/none.rss": 404,
    "/comments/feed": 404,
}


def is_public(response):
    """Return whether any page may read a response and its ETag, once for each header."""
    headers = response.headers
    exposed = headers.get_list("access-control-expose-headers")
    return headers.get_list("access-control-allow-origin") == ["*"] and len(exposed) == 1


@pytest.mark.parametrize(("path", "status"), STATUSES.items())
async def test_every_response_is_public(client, path, status):
    """The headers are the same without an Origin header: a proxy sends the response to others."""
    for headers in ({}, ORIGIN, ORIGIN):
        for method in ("GET", "HEAD"):
            response = await client.request(method, path, headers=headers)
            assert (response.status_code, is_public(response)) == (status, True)
            assert "origin" not in response.headers.get("vary", "").lower()
            assert "access-control-allow-credentials" not in response.headers
    exposed = response.headers["access-control-expose-headers"]
    assert {"ETag", "Link"} <= set(exposed.split(", "))


async def test_not_modified_is_public(client):
    """A 304 is public, too, by ETag and by date, from the cache and from a handler."""
    first = await client.get("/feeds/all.rss")
    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        response = await client.get("/feeds/all.rss", headers=headers | ORIGIN)
        assert response.status_code == httpx.codes.NOT_MODIFIED
        assert is_public(response)


async def test_delta_is_public(tmp_path):
    """A browser reader gets deltas."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_article("a.md")
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    async with create_client(create_app(store, SITE)) as client:
        etag = (await client.get("/feeds/all.rss")).headers["etag"]
        archive.write_article("b.md")
        await store.import_roots([archive.root])
        for _ in range(2):
            response = await client.get(
                "/feeds/all.rss", headers=ORIGIN | {"A-IM": "feed", "If-None-Match": etag}
            )
            assert response.status_code == httpx.codes.IM_USED
            assert is_public(response)
    await store.close()


async def test_failures_are_public():
    """A page can tell a server that is busy from a network that is down."""
    for failure, status in ((DatabaseUnusable("x"), 503), (KeyError("x"), 500)):
        async with create_client(create_app(FakeStore(failure=failure), SITE)) as client:
            response = await client.get("/feeds/all.rss", headers=ORIGIN)
            assert (response.status_code, is_public(response)) == (status, True)


@pytest.mark.parametrize("path", ["/feeds/all.rss", "/feeds.opml", "/feed", "/feeds/none.rss"])
async def test_preflight_allows_conditional_requests(client, path):
    """Browsers ask before they send If-None-Match, If-Modified-Since or A-IM."""
    response = await client.options(path, headers=PREFLIGHT)
    assert (response.status_code, response.content) == (httpx.codes.NO_CONTENT, b"")
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-allow-methods"] == "GET, HEAD"
    allowed = response.headers["access-control-allow-headers"].lower().split(", ")
    assert set(PREFLIGHT["Access-Control-Request-Headers"].split(",")) <= set(allowed)


async def test_options_without_a_preflight_is_not_allowed(client):
    """OPTIONS is no method of feeds, and no method but GET and HEAD is announced."""
    response = await client.options("/feeds/all.rss", headers=ORIGIN)
    assert response.status_code == httpx.codes.METHOD_NOT_ALLOWED


async def test_setting_of_graphql_makes_no_difference(store):
    """`cors_origins` limits GraphQL alone; other paths are not public."""
    options = Options(cors_origins=("https://app.example",))
    async with create_client(create_app(store, SITE, options=options)) as client:
        assert is_public(await client.get("/feeds/all.rss", headers=ORIGIN))
        for path in ("/", "/graphql?query={__typename}", "/topics/ai", "/schema.graphql"):
            response = await client.get(path, headers=ORIGIN)
            assert "access-control-allow-origin" not in response.headers
        preflight = await client.options("/graphql", headers=PREFLIGHT)
        assert "access-control-allow-origin" not in preflight.headers
