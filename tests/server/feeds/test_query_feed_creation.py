"""POST /feeds/query creates feeds of queries."""

from __future__ import annotations

import json

import httpx
import pytest

from newsgraph.gql import Options, sha256
from newsgraph.server.app import create_app
from newsgraph.store import query_feed_documents
from newsgraph.store.store import Store
from tests.server.conftest import SITE, create_client

BY_TOPIC = """query ByTopic($slug: String!) {
  topic(slug: $slug) { articles(first: 3) { totalCount } }
}"""
TWO_OPERATIONS = (
    "query A { articles(first: 1) { totalCount } } query B { articles(first: 2) { totalCount } }"
)


async def create_feeds(client, query, **params):
    """Request feeds of a query."""
    return await client.post("/feeds/query", json={"query": query, **params})


async def test_response_has_the_urls_of_the_feeds(client):
    """There is one canonical URL per format, and each serves the query's articles."""
    response = await create_feeds(
        client, BY_TOPIC, variables={"slug": "ai"}, operationName="ByTopic"
    )
    assert response.status_code == httpx.codes.OK
    assert response.headers["cache-control"] == "no-store"
    feed_url = f"{SITE}/feeds/query/{sha256(BY_TOPIC)}"
    query_string = "?variables=%7B%22slug%22%3A%22ai%22%7D"
    assert response.json() == {
        suffix: f"{feed_url}.{suffix}{query_string}" for suffix in ("rss", "atom", "json")
    }
    for url in response.json().values():
        feed = await client.get(url.removeprefix(SITE))
        assert feed.status_code == httpx.codes.OK
    assert len(json.loads(feed.text)["items"]) == 3


async def test_operation_name_is_in_the_url_if_there_are_several(client):
    """A document with one operation has one URL, with or without the operation's name."""
    url = (await create_feeds(client, TWO_OPERATIONS, operationName="B")).json()["json"]
    assert url.endswith(".json?operationName=B")
    feed = await client.get(url.removeprefix(SITE))
    assert len(feed.json()["items"]) == 2
    response = await create_feeds(client, TWO_OPERATIONS)
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert "select it with `operationName`" in response.text


async def test_created_feed_is_available_in_every_process(tmp_path, client):
    """Another process serves it immediately, and so does this one after a restart."""
    response = await create_feeds(client, "{ articles(first: 2) { totalCount } }")
    url = response.json()["json"]
    other_store = await Store.open(f"sqlite:///{tmp_path}/seeds.db", SITE)
    try:
        async with create_client(create_app(other_store, SITE)) as other_client:
            feed = await other_client.get(url.removeprefix(SITE))
            assert len(feed.json()["items"]) == 2
    finally:
        await other_store.close()


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"query": "{ topics { totalCount } }"}, 400, "selects no connection of articles"),
        ({"query": "{ nope }"}, 400, "Cannot query field 'nope'"),
        ({"query": "{"}, 400, "Syntax Error"),
        ({"query": "subscription { articleChanged { token } }"}, 400, "exactly one query"),
        ({"query": BY_TOPIC}, 400, "is given wrong variables"),
        ({"query": "{ articles { totalCount } }", "variables": {"a": "\ud800"}}, 400, "not JSON"),
        ({"query": 1}, 400, "`query` has to be a string"),
        ({}, 400, "has no `query`"),
        ([], 400, "has to be a JSON object"),
    ],
)
async def test_invalid_request_gets_an_error_in_plain_text(client, body, status, message):
    """GraphiQL shows the message as it is."""
    headers = {"Content-Type": "application/json"}
    response = await client.post("/feeds/query", content=json.dumps(body), headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (
        *(status, "text/plain; charset=utf-8"),
    )
    assert message in response.text


async def test_body_has_to_be_json_of_limited_size(store):
    """Pages of other sites cannot send JSON; the size limit is that of GraphQL requests."""
    options = Options(max_body_bytes=1_000)
    async with create_client(create_app(store, SITE, options=options)) as client:
        response = await client.post("/feeds/query", data={"query": "{ articles { totalCount } }"})
        assert response.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE
        response = await create_feeds(client, "{ articles { totalCount } }" + " " * 2_000)
        assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
        assert "max_body_bytes" in response.text
        response = await client.get("/feeds/query")
        assert response.status_code == httpx.codes.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("trusted_only", [True, False])
async def test_without_persisted_queries_only_trusted_documents_become_feeds(store, trusted_only):
    """Documents of clients are not stored."""
    documents = {sha256(BY_TOPIC): BY_TOPIC}
    options = Options(persisted_bytes=0, trusted_documents=documents, trusted_only=trusted_only)
    async with create_client(create_app(store, SITE, options=options)) as client:
        trusted = await create_feeds(client, BY_TOPIC, variables={"slug": "ai"})
        feed = await client.get(trusted.json()["rss"].removeprefix(SITE))
        assert feed.status_code == httpx.codes.OK
        untrusted = await create_feeds(client, "{ articles { totalCount } }")
        assert untrusted.status_code == httpx.codes.FORBIDDEN
        assert "given at its start" in untrusted.text
    assert await store.query_feed_documents.get(sha256("{ articles { totalCount } }")) is None


async def test_full_document_store_gets_a_507(client, monkeypatch):
    """Stored documents of other feeds are not evicted."""
    monkeypatch.setattr(query_feed_documents, "MAX_DOCUMENTS", 0)
    response = await create_feeds(client, "{ articles { totalCount } }")
    assert response.status_code == httpx.codes.INSUFFICIENT_STORAGE
    assert "no room" in response.text


async def test_numbers_outside_of_json_are_an_error(client):
    """Python parses 1e400 as infinity, which has no form in JSON and so none in a URL."""
    body = '{"query": "{ articles(first: 1) { totalCount } }", "variables": {"a": 1e400}}'
    headers = {"Content-Type": "application/json"}
    response = await client.post("/feeds/query", content=body, headers=headers)
    assert response.status_code == httpx.codes.BAD_REQUEST
    digest = sha256("{ articles { totalCount } }")
    for number in ("1e400", "NaN", "-Infinity"):
        variables = f"%7B%22a%22%3A{number}%7D"
        response = await client.get(f"/feeds/query/{digest}.rss?variables={variables}")
        assert response.status_code == httpx.codes.BAD_REQUEST
