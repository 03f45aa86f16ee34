"""Feeds of queries that are made on request."""

from __future__ import annotations

import json

import httpx
import pytest

from newsgraph.gql import Options, sha256
from newsgraph.server.app import create_app
from newsgraph.store import feed_documents
from newsgraph.store.store import Store
from tests.server.conftest import SITE, client_of

BY_TOPIC = """query ByTopic($slug: String!) {
  topic(slug: $slug) { articles(first: 3) { totalCount } }
}"""
TWO = "query A { articles(first: 1) { totalCount } } query B { articles(first: 2) { totalCount } }"


async def make(client, query, **more):
    """Ask for feeds of a query."""
    return await client.post("/feeds/query", json={"query": query, **more})


async def test_a_query_is_told_where_its_feeds_are(client):
    """Three addresses of the site, canonical ones, that lead to its articles."""
    answer = await make(client, BY_TOPIC, variables={"slug": "ai"}, operationName="ByTopic")
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["cache-control"] == "no-store"
    here = f"{SITE}/feeds/query/{sha256(BY_TOPIC)}"
    variables = "?variables=%7B%22slug%22%3A%22ai%22%7D"
    assert answer.json() == {
        suffix: f"{here}.{suffix}{variables}" for suffix in ("rss", "atom", "json")
    }
    for address in answer.json().values():
        feed = await client.get(address.removeprefix(SITE))
        assert feed.status_code == httpx.codes.OK
    assert len(json.loads(feed.text)["items"]) == 3


async def test_of_several_operations_one_is_named(client):
    """And only then, so that one feed has one address."""
    named = (await make(client, TWO, operationName="B")).json()["json"]
    assert named.endswith(".json?operationName=B")
    feed = await client.get(named.removeprefix(SITE))
    assert len(feed.json()["items"]) == 2
    answer = await make(client, TWO)
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert "name it by `operationName`" in answer.text


async def test_a_feed_is_known_in_every_process(tmp_path, client):
    """What one process was asked to make, another serves at once, and after a restart."""
    made = (await make(client, "{ articles(first: 2) { totalCount } }")).json()["json"]
    other = await Store.open(f"sqlite:///{tmp_path}/seeds.db", SITE)
    try:
        async with client_of(create_app(other, SITE)) as elsewhere:
            feed = await elsewhere.get(made.removeprefix(SITE))
            assert len(feed.json()["items"]) == 2
    finally:
        await other.close()


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"query": "{ topics { totalCount } }"}, 400, "selects no connection of articles"),
        ({"query": "{ nope }"}, 400, "Cannot query field 'nope'"),
        ({"query": "{"}, 400, "Syntax Error"),
        ({"query": "subscription { articleChanged { token } }"}, 400, "made of one query"),
        ({"query": BY_TOPIC}, 400, "is given wrong variables"),
        ({"query": "{ articles { totalCount } }", "variables": {"a": "\ud800"}}, 400, "not JSON"),
        ({"query": 1}, 400, "`query` has to be a string"),
        ({}, 400, "has no `query`"),
        ([], 400, "has to be a JSON object"),
    ],
)
async def test_what_is_no_feed_is_told_why(client, body, status, told):
    """In words that GraphiQL shows as they are."""
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/feeds/query", content=json.dumps(body), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (
        *(status, "text/plain; charset=utf-8"),
    )
    assert told in answer.text


async def test_only_json_and_not_too_much(store):
    """A page of another site can send no JSON; a body has the graph's limit."""
    options = Options(max_body_bytes=1_000)
    async with client_of(create_app(store, SITE, options=options)) as client:
        form = await client.post("/feeds/query", data={"query": "{ articles { totalCount } }"})
        assert form.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE
        long = await make(client, "{ articles { totalCount } }" + " " * 2_000)
        assert long.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
        assert "max_body_bytes" in long.text
        assert (await client.get("/feeds/query")).status_code == httpx.codes.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("trusted_only", [True, False])
async def test_where_clients_may_have_nothing_kept(store, trusted_only):
    """Only what the server was given at its start can be a feed."""
    documents = {sha256(BY_TOPIC): BY_TOPIC}
    options = Options(persisted_bytes=0, trusted_documents=documents, trusted_only=trusted_only)
    async with client_of(create_app(store, SITE, options=options)) as client:
        made = await make(client, BY_TOPIC, variables={"slug": "ai"})
        feed = await client.get(made.json()["rss"].removeprefix(SITE))
        assert feed.status_code == httpx.codes.OK
        other = await make(client, "{ articles { totalCount } }")
        assert other.status_code == httpx.codes.FORBIDDEN
        assert "given at its start" in other.text
    assert await store.feed_documents.text(sha256("{ articles { totalCount } }")) is None


async def test_where_there_is_no_room(client, monkeypatch):
    """Others' feeds stay, and who comes last is told."""
    monkeypatch.setattr(feed_documents, "MOST", 0)
    answer = await make(client, "{ articles { totalCount } }")
    assert answer.status_code == httpx.codes.INSUFFICIENT_STORAGE
    assert "no room" in answer.text


async def test_numbers_that_json_has_not(client):
    """Python reads 1e400 as infinity, which no address can say again."""
    body = '{"query": "{ articles(first: 1) { totalCount } }", "variables": {"a": 1e400}}'
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/feeds/query", content=body, headers=headers)
    assert answer.status_code == httpx.codes.BAD_REQUEST
    digest = sha256("{ articles { totalCount } }")
    for number in ("1e400", "NaN", "-Infinity"):
        variables = f"%7B%22a%22%3A{number}%7D"
        answer = await client.get(f"/feeds/query/{digest}.rss?variables={variables}")
        assert answer.status_code == httpx.codes.BAD_REQUEST
