"""Any query as a feed."""

from __future__ import annotations

import json
from hashlib import sha256
from urllib.parse import quote

import feedparser
import httpx
import pytest

from newsgraph.gql import Options
from newsgraph.server.app import create_app
from newsgraph.store import feed_documents
from tests.server.conftest import SITE, client_of

BY_TOPIC = """query ByTopic($slug: String!, $least: Int = 0) {
  topic(slug: $slug) { name articles(first: 3, filter: {quality: {gte: $least}}) { totalCount } }
}"""
FOUND = "query ($words: String!) { search(query: $words) { edges { score node { title } } } }"
TWO = "query A { articles(first: 1) { totalCount } } query B { articles(first: 2) { totalCount } }"


def digest(text):
    """The hash of a document."""
    return sha256(text.encode()).hexdigest()


def address(text, suffix="rss", **told):
    """The address of a query's feed."""
    parts = {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        for name, value in told.items()
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parts.items())
    return f"/feeds/query/{digest(text)}.{suffix}{f'?{query}' if query else ''}"


async def persist(client, text):
    """Send a document to the graph, as Apollo's clients do."""
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}
    asked = {"query": text, "extensions": extensions, "variables": {"slug": "ai", "words": "x"}}
    assert (await client.post("/graphql", json=asked)).status_code == httpx.codes.OK


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
async def test_the_articles_that_a_query_selects(client, suffix):
    """With its own arguments, in every format, at one address and with one id."""
    await persist(client, BY_TOPIC)
    here = address(BY_TOPIC, suffix, variables={"least": 80, "slug": "ai"})
    response = await client.get(here)
    assert response.status_code == httpx.codes.OK
    answer = await client.post(
        "/graphql",
        json={
            "query": '{ topic(slug: "ai") { articles(first: 3, filter: {quality: {gte: 80}}) '
            "{ edges { node { title } } } } }"
        },
    )
    edges = answer.json()["data"]["topic"]["articles"]["edges"]
    titles = [edge["node"]["title"] for edge in edges]
    if suffix == "json":
        found = response.json()
        assert [item["title"] for item in found["items"]] == titles
        assert found["feed_url"] == SITE + here
        assert found["title"] == "ByTopic — newsgraph seeds"
    else:
        feed = feedparser.parse(response.content)
        assert not feed.bozo
        assert [entry.title for entry in feed.entries] == titles
    assert len(titles) == 2
    tag = {"If-None-Match": response.headers["etag"]}
    assert (await client.get(here, headers=tag)).status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.slow
async def test_searches_and_several_operations(client):
    """A search is a connection of articles too; an operation is told by its name."""
    await persist(client, FOUND)
    response = await client.get(address(FOUND, variables={"words": "facebook videos"}))
    assert len(feedparser.parse(response.content).entries) > 1
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest(TWO)}}
    await client.post(
        "/graphql", json={"query": TWO, "operationName": "A", "extensions": extensions}
    )
    response = await client.get(address(TWO, operationName="B"))
    assert len(feedparser.parse(response.content).entries) == 2
    assert (await client.get(address(TWO))).status_code == httpx.codes.BAD_REQUEST


async def test_one_address(client):
    """Variables in any order and with blanks are the same feed."""
    await persist(client, BY_TOPIC)
    said = quote(json.dumps({"slug": "ai", "least": 80}, indent=1))
    response = await client.get(f"/feeds/query/{digest(BY_TOPIC).upper()}.rss?variables={said}&x=1")
    assert response.status_code == httpx.codes.MOVED_PERMANENTLY
    there = SITE + address(BY_TOPIC, variables={"least": 80, "slug": "ai"})
    assert response.headers["location"] == there


@pytest.mark.slow
async def test_it_outlives_a_restart(store):
    """What a feed was made of once is kept in the store."""
    here = address(BY_TOPIC, variables={"slug": "ai"})
    async with client_of(create_app(store, SITE)) as client:
        await persist(client, BY_TOPIC)
        first = await client.get(here)
    async with client_of(create_app(store, SITE)) as client:
        again = await client.get(here)
        assert again.content == first.content
        assert again.headers["etag"] == first.headers["etag"]
        # Only what a feed was made of is kept.
        await persist(client, FOUND)
    async with client_of(create_app(store, SITE)) as client:
        asked = address(FOUND, variables={"words": "facebook"})
        assert (await client.get(asked)).status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(("bound", "most"), [("MOST", 1), ("MOST_BYTES", len(BY_TOPIC) + 9)])
async def test_there_is_room_for_so_many(store, monkeypatch, bound, most):
    """A feed beyond that works until the next restart; those that are kept stay."""
    monkeypatch.setattr(feed_documents, bound, most)
    one, two = (address(text, variables={"slug": "ai"}) for text in (BY_TOPIC, BY_TOPIC + " "))
    async with client_of(create_app(store, SITE)) as client:
        for text, here in ((BY_TOPIC, one), (BY_TOPIC + " ", two)):
            await persist(client, text)
            assert (await client.get(here)).status_code == httpx.codes.OK
    async with client_of(create_app(store, SITE)) as client:
        assert (await client.get(one)).status_code == httpx.codes.OK
        assert (await client.get(two)).status_code == httpx.codes.NOT_FOUND


async def test_trusted_documents(store):
    """They need not be sent first, and are not kept."""
    trusted = {digest(BY_TOPIC): BY_TOPIC}
    options = Options(trusted_documents=trusted, trusted_only=True)
    async with client_of(create_app(store, SITE, options=options)) as client:
        found = await client.get(address(BY_TOPIC, variables={"slug": "ai"}))
        assert found.status_code == httpx.codes.OK
    assert await store.feed_documents.text(digest(BY_TOPIC)) is None
    # What feeds were made of before is not trusted for that.
    await store.feed_documents.keep(digest(FOUND), FOUND, "2024-01-01T00:00:00Z")
    async with client_of(create_app(store, SITE, options=options)) as client:
        found = await client.get(address(FOUND, variables={"words": "facebook"}))
        assert found.status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "told", "status", "message"),
    [
        (BY_TOPIC, {}, 400, "selects no connection of articles, or is given wrong"),
        (BY_TOPIC, {"variables": {"slug": "nope"}}, 404, "begins with does not exist"),
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
async def test_what_is_no_feed_is_said(client, text, told, status, message):
    """In plain words, and never as a failure of ours."""
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}
    await client.post("/graphql", json={"query": text, "extensions": extensions})
    response = await client.get(address(text, **told))
    assert (response.status_code, response.headers["content-type"]) == (
        status,
        "text/plain; charset=utf-8",
    )
    assert message in response.text


@pytest.mark.parametrize("path", ["abc.rss", f"{'0' * 64}.xml", f"{'0' * 64}.rss"])
async def test_a_hash_that_is_not_known(client, path):
    """Whoever mistyped it reads what it should be."""
    response = await client.get(f"/feeds/query/{path}")
    assert response.status_code == httpx.codes.NOT_FOUND
    assert "hash" in response.text or "SHA-256" in response.text
