"""What is no feed and no page: the graph, the schema, health, and refusals."""

from __future__ import annotations

import html
import logging

import httpx
import pytest

from newsgraph.gql import Options, sdl
from newsgraph.server.app import create_app
from newsgraph.store.errors import DatabaseBusy
from tests.server.conftest import SITE, client_of
from tests.server.fake_store import FakeStore


async def test_graphql_answers_at_its_address(client):
    """Without a redirect, which would turn a POST into a GET."""
    answer = await client.post("/graphql", json={"query": "{ store { articleCount } }"})
    assert answer.json()["data"] == {"store": {"articleCount": 4}}


async def test_graphql_shows_itself_to_a_browser(client):
    """GraphiQL is the manual."""
    page = await client.get("/graphql", headers={"Accept": "text/html"})
    assert page.status_code == httpx.codes.OK
    assert "graphiql" in page.text.lower()


async def test_no_address_redirects_to_the_host_that_was_asked(client):
    """The Host header is the client's to write."""
    for path in ("/graphql/", "/healthz/", "/feeds/", "/search/"):
        response = await client.get(path)
        assert response.status_code == httpx.codes.NOT_FOUND, path
        assert "inside.test" not in response.text


async def test_schema(client):
    """The SDL, as the command prints it."""
    response = await client.get("/schema.graphql")
    assert response.text == sdl()
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


async def test_health(client):
    """What a supervisor asks."""
    response = await client.get("/healthz")
    assert (response.status_code, response.text) == (httpx.codes.OK, "ok")


@pytest.mark.parametrize("path", ["/healthz", "/feeds/all.rss", "/"])
async def test_a_store_that_does_not_answer_is_told_without_its_words(path, caplog):
    """Its message names files: that is for the log; a client may come back."""
    store = FakeStore(failure=DatabaseBusy("/secret/place.db is locked"))
    with caplog.at_level(logging.ERROR):
        async with client_of(create_app(store, SITE)) as client:
            response = await client.get(path)
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert response.headers["retry-after"] == "60"
    assert "secret" not in response.text
    assert "/secret/place.db is locked" in caplog.text


async def test_a_mistake_of_ours_is_told_without_its_words():
    """A traceback is for the log; programs are told in a line, and people on a page."""
    async with client_of(create_app(FakeStore(failure=KeyError("secret")), SITE)) as client:
        for path, kind in (("/feeds/all.rss", "text/plain"), ("/topics/ai", "text/html")):
            response = await client.get(path)
            assert response.status_code == httpx.codes.INTERNAL_SERVER_ERROR
            assert response.headers["content-type"] == f"{kind}; charset=utf-8"
            assert response.headers["cache-control"] == "no-store"
            assert "secret" not in response.text
            assert "The server's log tells what." in html.unescape(response.text)


@pytest.mark.parametrize("path", ["/", "/feeds/all.rss", "/feeds.opml", "/healthz", "/topics/ai"])
async def test_other_methods_are_refused(client, path):
    """RFC 9110 section 15.5.6 wants the allowed ones named."""
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
async def test_pages_elsewhere_are_let_in_only_where_that_is_set(path, store):
    """A GraphiQL of another site needs the preflight, POST and GET; by default it has none."""
    for origins, allowed in (
        ((), None),
        ((ORIGIN,), ORIGIN),
        (("*",), "*"),
        (("https://b",), None),
    ):
        app = create_app(store, SITE, options=Options(cors_origins=origins))
        async with client_of(app) as client:
            preflight = await client.options(path, headers=PREFLIGHT)
            got = await client.get(f"{path}?query={{__typename}}", headers={"Origin": ORIGIN})
        assert got.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in got.headers
        assert preflight.is_success is (allowed is not None)
        if allowed:
            assert set(preflight.headers["access-control-allow-methods"].split(", ")) == {
                "GET",
                "POST",
            }
            assert "Content-Type" in preflight.headers["access-control-allow-headers"]


async def test_other_addresses_stay_out_of_it(store):
    """Only the graph and its schema are for pages elsewhere."""
    async with client_of(create_app(store, SITE, options=Options(cors_origins=("*",)))) as client:
        for path in ("/", "/feeds/all.rss", "/healthz"):
            answer = await client.get(path, headers={"Origin": ORIGIN})
            assert "access-control-allow-origin" not in answer.headers


async def test_the_schema_goes_with_introspection(store):
    """Who hides it in one place means it."""
    async with client_of(create_app(store, SITE, options=Options(introspection=False))) as client:
        answer = await client.get("/schema.graphql")
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "type Query" not in answer.text
