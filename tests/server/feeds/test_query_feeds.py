"""GET /feeds/query/… serves the articles of a GraphQL query."""

from __future__ import annotations

import json
from hashlib import sha256
from urllib.parse import quote

import feedparser
import httpx
import pytest

from newsgraph.gql import Options
from newsgraph.server.app import create_app
from newsgraph.store import query_feed_documents
from tests.server.conftest import SITE, create_client

BY_TOPIC = """query ByTopic($slug: String!, $least: Int = 0) {
  topic(slug: $slug) { name articles(first: 3, filter: {quality: {gte: $least}}) { totalCount } }
}"""
SEARCH = "query ($words: String!) { search(query: $words) { edges { score node { title } } } }"
TWO_OPERATIONS = (
    "query A { articles(first: 1) { totalCount } } query B { articles(first: 2) { totalCount } }"
)


def digest_of(document):
    """Return the SHA-256 of a document."""
    return sha256(document.encode()).hexdigest()


def feed_url(document, suffix="rss", **params):
    """Return the relative URL of a query's feed; parameters that are not strings become JSON."""
    values = {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        for name, value in params.items()
    }
    query_string = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
    path = f"/feeds/query/{digest_of(document)}.{suffix}"
    return f"{path}?{query_string}" if query_string else path


async def persist(client, document):
    """Send a document to /graphql as an automatic persisted query, as Apollo's clients do."""
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest_of(document)}}
    variables = {"slug": "ai", "words": "x"}
    body = {"query": document, "extensions": extensions, "variables": variables}
    assert (await client.post("/graphql", json=body)).status_code == httpx.codes.OK


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
async def test_feed_has_the_articles_of_the_query(client, suffix):
    """Every format has the same articles, and its ETag gets a 304."""
    await persist(client, BY_TOPIC)
    url = feed_url(BY_TOPIC, suffix, variables={"least": 80, "slug": "ai"})
    response = await client.get(url)
    assert response.status_code == httpx.codes.OK
    graphql_response = await client.post(
        "/graphql",
        json={
            "query": '{ topic(slug: "ai") { articles(first: 3, filter: {quality: {gte: 80}}) '
            "{ edges { node { title } } } } }"
        },
    )
    edges = graphql_response.json()["data"]["topic"]["articles"]["edges"]
    titles = [edge["node"]["title"] for edge in edges]
    if suffix == "json":
        feed = response.json()
        assert [item["title"] for item in feed["items"]] == titles
        assert feed["feed_url"] == SITE + url
        assert feed["title"] == "ByTopic — newsgraph seeds"
    else:
        feed = feedparser.parse(response.content)
        assert not feed.bozo
        assert [entry.title for entry in feed.entries] == titles
    assert len(titles) == 2
    headers = {"If-None-Match": response.headers["etag"]}
    assert (await client.get(url, headers=headers)).status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.slow
async def test_searches_and_documents_with_several_operations(client):
    """A search is a connection of articles too; `operationName` selects an operation."""
    await persist(client, SEARCH)
    response = await client.get(feed_url(SEARCH, variables={"words": "facebook videos"}))
    assert len(feedparser.parse(response.content).entries) > 1
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest_of(TWO_OPERATIONS)}}
    await client.post(
        "/graphql", json={"query": TWO_OPERATIONS, "operationName": "A", "extensions": extensions}
    )
    response = await client.get(feed_url(TWO_OPERATIONS, operationName="B"))
    assert len(feedparser.parse(response.content).entries) == 2
    response = await client.get(feed_url(TWO_OPERATIONS))
    assert response.status_code == httpx.codes.BAD_REQUEST


async def test_other_spellings_redirect_to_the_canonical_url(client):
    """The order and spacing of variables and the case of the hash do not matter."""
    await persist(client, BY_TOPIC)
    variables = quote(json.dumps({"slug": "ai", "least": 80}, indent=1))
    response = await client.get(
        f"/feeds/query/{digest_of(BY_TOPIC).upper()}.rss?variables={variables}&x=1"
    )
    assert response.status_code == httpx.codes.MOVED_PERMANENTLY
    canonical_url = SITE + feed_url(BY_TOPIC, variables={"least": 80, "slug": "ai"})
    assert response.headers["location"] == canonical_url


@pytest.mark.slow
async def test_feed_survives_a_restart(store):
    """The document of a requested feed is stored."""
    url = feed_url(BY_TOPIC, variables={"slug": "ai"})
    async with create_client(create_app(store, SITE)) as client:
        await persist(client, BY_TOPIC)
        before = await client.get(url)
    async with create_client(create_app(store, SITE)) as client:
        after = await client.get(url)
        assert after.content == before.content
        assert after.headers["etag"] == before.headers["etag"]
        # A persisted query whose feed was not requested is not stored.
        await persist(client, SEARCH)
    async with create_client(create_app(store, SITE)) as client:
        response = await client.get(feed_url(SEARCH, variables={"words": "facebook"}))
        assert response.status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_DOCUMENTS", 1), ("MAX_TOTAL_BYTES", len(BY_TOPIC) + 9)]
)
async def test_stored_documents_are_limited(store, monkeypatch, limit, value):
    """A feed beyond the limit works until the next restart; stored ones are not evicted."""
    monkeypatch.setattr(query_feed_documents, limit, value)
    documents = (BY_TOPIC, BY_TOPIC + " ")
    stored, not_stored = (feed_url(document, variables={"slug": "ai"}) for document in documents)
    async with create_client(create_app(store, SITE)) as client:
        for document, url in zip(documents, (stored, not_stored), strict=True):
            await persist(client, document)
            assert (await client.get(url)).status_code == httpx.codes.OK
    async with create_client(create_app(store, SITE)) as client:
        assert (await client.get(stored)).status_code == httpx.codes.OK
        assert (await client.get(not_stored)).status_code == httpx.codes.NOT_FOUND


async def test_trusted_documents(store):
    """They need not be sent first and are not stored; with `trusted_only` no others have feeds."""
    trusted = {digest_of(BY_TOPIC): BY_TOPIC}
    options = Options(trusted_documents=trusted, trusted_only=True)
    async with create_client(create_app(store, SITE, options=options)) as client:
        response = await client.get(feed_url(BY_TOPIC, variables={"slug": "ai"}))
        assert response.status_code == httpx.codes.OK
    assert await store.query_feed_documents.get(digest_of(BY_TOPIC)) is None
    # A stored document is not trusted.
    await store.query_feed_documents.save(digest_of(SEARCH), SEARCH, "2024-01-01T00:00:00Z")
    async with create_client(create_app(store, SITE, options=options)) as client:
        response = await client.get(feed_url(SEARCH, variables={"words": "facebook"}))
        assert response.status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    ("document", "params", "status", "message"),
    [
        (BY_TOPIC, {}, 400, "selects no connection of articles, or is given wrong"),
        (BY_TOPIC, {"variables": {"slug": "nope"}}, 404, "starts from does not exist"),
        (BY_TOPIC, {"variables": "[1"}, 400, "`variables` is not JSON that"),
        (BY_TOPIC, {"variables": {"x": "\ud800"}}, 400, "`variables` is not JSON that"),
        (BY_TOPIC, {"variables": '{"x":' + "[" * 20000}, 400, "`variables` is not JSON that"),
        (BY_TOPIC, {"variables": [1]}, 400, "`variables` has to be a JSON object"),
        (
            "query ($slug: String!) { topic(slug: $slug) { name } }",
            {"variables": {"slug": "ai"}},
            400,
            "selects no connection of articles",
        ),
        ("{ topics { edges { node { articles { totalCount } } } } }", {}, 400, "no connection"),
        ('{ articles(first: 3, after: "x") { totalCount } }', {}, 400, "no such cursor"),
    ],
)
async def test_invalid_query_gets_an_error_in_plain_text(client, document, params, status, message):
    """The error is the client's, not a failure of the server."""
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest_of(document)}}
    await client.post("/graphql", json={"query": document, "extensions": extensions})
    response = await client.get(feed_url(document, **params))
    assert (response.status_code, response.headers["content-type"]) == (
        status,
        "text/plain; charset=utf-8",
    )
    assert message in response.text


@pytest.mark.parametrize("path", ["abc.rss", f"{'0' * 64}.xml", f"{'0' * 64}.rss"])
async def test_unknown_hash_gets_a_404(client, path):
    """The message explains the form of the URL, or how to make the query known."""
    response = await client.get(f"/feeds/query/{path}")
    assert response.status_code == httpx.codes.NOT_FOUND
    assert "hash" in response.text or "SHA-256" in response.text
