"""Tests of the application outside of feeds and pages: GraphQL, schema, health and errors."""

from __future__ import annotations

import html
import logging

import httpx
import pytest

from newsgraph.gql.executable_schema import sdl
from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.store.errors import DatabaseBusy
from tests.server.conftest import SITE, create_client
from tests.server.fake_store import FakeStore


async def test_graphql_responds_without_a_redirect(client):
    """The GraphQL endpoint responds to a POST itself: a redirect would turn it into a GET."""
    response = await client.post("/graphql", json={"query": "{ store { articleCount } }"})
    assert response.json()["data"] == {"store": {"articleCount": 4}}


async def test_a_browser_gets_graphiql(client):
    """The GraphQL endpoint responds with GraphiQL if the client accepts HTML."""
    page = await client.get("/graphql", headers={"Accept": "text/html"})
    assert page.status_code == httpx.codes.OK
    assert "graphiql" in page.text.lower()


async def test_no_path_redirects_to_the_host_header(client):
    """A path with a slash added gets a 404, and the Host header is in no response."""
    for path in ("/graphql/", "/healthz/", "/schema.graphql/", "/search/"):
        response = await client.get(path)
        assert response.status_code == httpx.codes.NOT_FOUND, path
        assert "inside.test" not in response.text


async def test_schema(client):
    """The schema file is the SDL that the command prints."""
    response = await client.get("/schema.graphql")
    assert response.text == sdl()
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


async def test_health(client):
    """The health check responds with 200 and ok."""
    response = await client.get("/healthz")
    assert (response.status_code, response.text) == (httpx.codes.OK, "ok")


@pytest.mark.parametrize("path", ["/healthz", "/feeds/all.rss", "/"])
async def test_a_store_error_is_only_logged(path, caplog):
    """A store error gets a 503 with Retry-After; its message, which names files, is logged."""
    store = FakeStore(failure=DatabaseBusy("/secret/place.db is locked"))
    with caplog.at_level(logging.ERROR):
        async with create_client(create_app(store, SITE)) as client:
            response = await client.get(path)
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert response.headers["retry-after"] == "60"
    assert "secret" not in response.text
    assert "/secret/place.db is locked" in caplog.text


async def test_an_internal_error_is_not_disclosed():
    """An internal error gets a 500 without its message, as plain text or as a page."""
    async with create_client(create_app(FakeStore(failure=KeyError("secret")), SITE)) as client:
        for path, media_type in (("/feeds/all.rss", "text/plain"), ("/topics/ai", "text/html")):
            response = await client.get(path)
            assert response.status_code == httpx.codes.INTERNAL_SERVER_ERROR
            assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
            assert response.headers["cache-control"] == "no-store"
            assert "secret" not in response.text
            assert "The server's log has the details." in html.unescape(response.text)


@pytest.mark.parametrize("path", ["/", "/feeds/all.rss", "/feeds.opml", "/healthz", "/topics/ai"])
async def test_other_methods_are_refused(client, path):
    """A POST gets a 405 that lists the allowed methods (RFC 9110 section 15.5.6)."""
    response = await client.post(path)
    assert response.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}


ORIGIN = "https://app.example"
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/graphql", "/schema.graphql"])
async def test_cors_is_limited_to_configured_origins(path, store):
    """A page of a configured origin may use the preflight, POST and GET; by default none may."""
    for origins, allowed in (
        ((), None),
        ((ORIGIN,), ORIGIN),
        (("*",), "*"),
        (("https://b",), None),
    ):
        app = create_app(store, SITE, options=Options(cors_origins=origins))
        async with create_client(app) as client:
            preflight = await client.options(path, headers=PREFLIGHT)
            response = await client.get(f"{path}?query={{__typename}}", headers={"Origin": ORIGIN})
        assert response.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in response.headers
        assert preflight.is_success is (allowed is not None)
        if allowed:
            assert set(preflight.headers["access-control-allow-methods"].split(", ")) == {
                "GET",
                "POST",
            }
            assert "Content-Type" in preflight.headers["access-control-allow-headers"]


async def test_other_paths_have_no_cors_headers(store):
    """The setting applies only to the GraphQL endpoint and the schema."""
    async with create_client(
        create_app(store, SITE, options=Options(cors_origins=("*",)))
    ) as client:
        for path in ("/", "/articles", "/healthz"):
            response = await client.get(path, headers={"Origin": ORIGIN})
            assert "access-control-allow-origin" not in response.headers


async def test_disabled_introspection_hides_the_schema_file(store):
    """Without introspection the schema file does not exist."""
    async with create_client(
        create_app(store, SITE, options=Options(introspection=False))
    ) as client:
        response = await client.get("/schema.graphql")
    assert response.status_code == httpx.codes.NOT_FOUND
    assert "type Query" not in response.text
