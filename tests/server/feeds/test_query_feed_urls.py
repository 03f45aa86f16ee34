"""GET /feeds/query tells the URLs of the feeds of a query."""

from __future__ import annotations

import json

import httpx
import pytest

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.server.feeds.query_in_url import encode_document
from tests.server.conftest import SITE, create_client

BY_TOPIC = """query ByTopic($slug: String!) {
  topic(slug: $slug) { articles(first: 3) { totalCount } }
}"""
TWO_OPERATIONS = (
    "query A { articles(first: 1) { totalCount } } query B { articles(first: 2) { totalCount } }"
)


async def fetch_feed_urls(client, query, variables=None, **params):
    """Request the URLs of the feeds of a query."""
    params = {"query": query, **params}
    if variables is not None:
        params["variables"] = variables if isinstance(variables, str) else json.dumps(variables)
    return await client.get("/feeds/query", params=params)


async def test_response_has_the_urls_of_the_feeds(client):
    """There is one canonical URL per format, and each serves the query's articles."""
    response = await fetch_feed_urls(
        client, BY_TOPIC, variables={"slug": "ai"}, operationName="ByTopic"
    )
    assert response.status_code == httpx.codes.OK
    assert response.headers["cache-control"] == "no-store"
    feed_url = f"{SITE}/feeds/query/{encode_document(BY_TOPIC)}"
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
    url = (await fetch_feed_urls(client, TWO_OPERATIONS, operationName="B")).json()["json"]
    assert url.endswith(".json?operationName=B")
    feed = await client.get(url.removeprefix(SITE))
    assert len(feed.json()["items"]) == 2
    response = await fetch_feed_urls(client, TWO_OPERATIONS)
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert "select it with `operationName`" in response.text


@pytest.mark.parametrize(
    ("params", "status", "message"),
    [
        ({"query": "{ topics { totalCount } }"}, 400, "selects no connection of articles"),
        ({"query": "{ nope }"}, 400, "Cannot query field 'nope'"),
        ({"query": "{"}, 400, "Syntax Error"),
        ({"query": "subscription { articleChanged { token } }"}, 400, "exactly one query"),
        ({"query": BY_TOPIC}, 400, "is given wrong variables"),
        ({"query": BY_TOPIC, "variables": '{"slug": "\\ud800"}'}, 400, "not JSON that a URL"),
        ({"query": BY_TOPIC, "variables": '{"slug": 1e400}'}, 400, "wrong variables"),
        ({"query": BY_TOPIC, "variables": "[1]"}, 400, "`variables` has to be an object"),
        ({"query": BY_TOPIC, "variables": "{"}, 400, "`variables` is not JSON"),
        ({}, 400, "has no `query`"),
    ],
)
async def test_invalid_request_gets_an_error_in_plain_text(client, params, status, message):
    """GraphiQL shows the message as it is."""
    response = await client.get("/feeds/query", params=params)
    assert (response.status_code, response.headers["content-type"]) == (
        *(status, "text/plain; charset=utf-8"),
    )
    assert message in response.text


async def test_a_query_too_long_for_a_url_can_be_a_trusted_document(store):
    """The message says so; a trusted document of any length has a short URL."""
    fields = " ".join(f"a{sha256(str(number))}: totalCount" for number in range(100))
    document = f"{{ articles(first: 1) {{ {fields} }} }}"
    async with create_client(create_app(store, SITE)) as client:
        response = await fetch_feed_urls(client, document)
        assert response.status_code == httpx.codes.REQUEST_URI_TOO_LONG
        assert "trusted document" in response.text
    options = Options(trusted_documents={sha256(document): document})
    async with create_client(create_app(store, SITE, options=options)) as client:
        urls = (await fetch_feed_urls(client, document)).json()
        assert urls["rss"] == f"{SITE}/feeds/query/{sha256(document)}.rss"
        response = await client.get(urls["rss"].removeprefix(SITE))
        assert response.status_code == httpx.codes.OK


async def test_with_trusted_only_other_documents_have_no_feeds(store):
    """Documents of clients are refused, as they are at /graphql."""
    documents = {sha256(BY_TOPIC): BY_TOPIC}
    options = Options(trusted_documents=documents, trusted_only=True)
    async with create_client(create_app(store, SITE, options=options)) as client:
        trusted = await fetch_feed_urls(client, BY_TOPIC, variables={"slug": "ai"})
        feed = await client.get(trusted.json()["rss"].removeprefix(SITE))
        assert feed.status_code == httpx.codes.OK
        untrusted = await fetch_feed_urls(client, "{ articles { totalCount } }")
        assert untrusted.status_code == httpx.codes.FORBIDDEN
        assert "trusted documents only" in untrusted.text


async def test_post_is_not_allowed(client):
    """Nothing is created."""
    response = await client.post("/feeds/query", json={"query": BY_TOPIC})
    assert response.status_code == httpx.codes.METHOD_NOT_ALLOWED
