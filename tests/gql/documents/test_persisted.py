"""Documents requested by their hash: automatic persisted queries and trusted documents."""

from __future__ import annotations

import json
from contextlib import suppress

import httpx
import pytest
from graphql import GraphQLError

from newsgraph.gql.documents.persisted import PersistedDocuments, sha256
from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, noon_clock

COUNT = "query Count { store { articleCount } }"
TOPIC = "query Topic($slug: String!) { topic(slug: $slug) { name } }"
COUNT_DATA = {"store": {"articleCount": 4}}


def by_hash(text, **parameters):
    """Return the request that Apollo's clients send first, with other parameters added."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}} | (
        parameters
    )


@pytest.fixture
def create_client(database):
    """Return a function that creates an HTTP client of the graph with other options."""

    def create(**options):
        app = graphql_app(Store(database, SITE, noon_clock), Options(**options))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE)

    return create


def error_code(response):
    """Return the code of a response's only error."""
    (error,) = response.json()["errors"]
    return error["extensions"]["code"]


async def test_automatic_persisted_query(client):
    """An unknown hash is sent again with its text, and is known then: by POST, GET and batch."""
    unknown = await client.post("/graphql", json=by_hash(COUNT))
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert (unknown.status_code, error_code(unknown)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    registered = await client.post("/graphql", json=by_hash(COUNT, query=COUNT))
    assert registered.json()["data"] == COUNT_DATA
    assert (await client.post("/graphql", json=by_hash(COUNT))).json()["data"] == COUNT_DATA
    params = {"extensions": json.dumps(by_hash(COUNT)["extensions"])}
    assert (await client.get("/graphql", params=params)).json()["data"] == COUNT_DATA
    batch = await client.post("/graphql", json=[by_hash(COUNT), by_hash(TOPIC)])
    assert batch.json()[0]["data"] == COUNT_DATA
    assert batch.json()[1]["errors"][0]["message"] == "PersistedQueryNotFound"


@pytest.mark.parametrize(
    "persisted_query",
    [
        {"version": 1, "sha256Hash": sha256(TOPIC)},
        {"version": 2, "sha256Hash": sha256(COUNT)},
        {"version": 1, "sha256Hash": "abc"},
        {"version": 1},
        "x",
    ],
)
async def test_invalid_persisted_query_is_rejected(persisted_query, client):
    """A text cannot be registered under the hash of another text."""
    body = {"query": COUNT, "extensions": {"persistedQuery": persisted_query}}
    assert error_code(await client.post("/graphql", json=body)) == "BAD_REQUEST"
    response = await client.post("/graphql", json=by_hash(TOPIC))
    assert error_code(response) == "PERSISTED_QUERY_NOT_FOUND"


async def test_invalid_document_is_not_registered(client):
    """A document that fails validation is not stored under its hash."""
    body = by_hash("{ bogus }", query="{ bogus }")
    assert error_code(await client.post("/graphql", json=body)) == "GRAPHQL_VALIDATION_FAILED"
    response = await client.post("/graphql", json=by_hash("{ bogus }"))
    assert error_code(response) == "PERSISTED_QUERY_NOT_FOUND"


async def test_registered_documents_are_bounded(create_client):
    """The oldest documents are evicted, and one larger than the limit is run but not stored."""
    texts = [f"query Q{number} {{ store {{ articleCount }} }}" for number in range(5)]
    async with create_client(persisted_bytes=1000) as client:
        for text in (*texts, COUNT + " " * 1000):
            response = await client.post("/graphql", json=by_hash(text, query=text))
            assert response.json()["data"] == COUNT_DATA
        assert error_code(await client.post("/graphql", json=by_hash(texts[0])))
        response = await client.post("/graphql", json=by_hash(texts[4]))
        assert response.json()["data"] == COUNT_DATA


def test_short_registered_documents_are_bounded():
    """The limit includes the hash and cache entry, which are larger than a short text."""
    persisted = PersistedDocuments(Options(persisted_bytes=100_000))
    texts = [f"{{a{number}}}" for number in range(1_000)]
    for text in texts:
        persisted.register(persisted.resolve(text, by_hash(text)["extensions"]))
    registered_count = 0
    for text in texts:
        with suppress(GraphQLError):
            registered_count += persisted.resolve(None, by_hash(text)["extensions"]).text == text
    assert 0 < registered_count < 100_000 // 300


async def test_extension_named_document_id_is_ignored(client):
    """A client's extension named `documentId` does not request a document."""
    body = {"query": COUNT, "extensions": {"documentId": "17"}}
    assert (await client.post("/graphql", json=body)).json()["data"] == COUNT_DATA


async def test_automatic_persisted_queries_can_be_switched_off(create_client):
    """Apollo's clients then send the text each time."""
    async with create_client(persisted_bytes=0) as client:
        response = await client.post("/graphql", json=by_hash(COUNT))
        assert response.json()["errors"][0]["message"] == "PersistedQueryNotSupported"
        response = await client.post("/graphql", json=by_hash(COUNT, query=COUNT))
        assert response.json()["data"] == COUNT_DATA


@pytest.mark.parametrize("trusted_only", [True, False])
async def test_trusted_documents(trusted_only, create_client):
    """A trusted document runs by its text, by either protocol, and whether or not others run."""
    trusted = {sha256(text): text for text in (COUNT, TOPIC)}
    options = {"trusted_documents": trusted, "trusted_only": trusted_only}
    async with create_client(**options) as client:
        variables = {"slug": "ai"}
        for body in (
            {"query": TOPIC},
            by_hash(TOPIC),
            {"documentId": f"sha256:{sha256(TOPIC)}"},
            {"documentId": sha256(TOPIC).upper()},
        ):
            response = await client.post("/graphql", json=body | {"variables": variables})
            assert response.json()["data"] == {"topic": {"name": "AI"}}
        params = {"documentId": f"sha256:{sha256(COUNT)}"}
        response = await client.get("/graphql", params=params)
        assert response.json()["data"] == COUNT_DATA


UNTRUSTED = "{ store { topicCount } }"


@pytest.mark.parametrize(
    "body",
    [
        {"query": UNTRUSTED},
        {"query": COUNT + " "},
        {"query": "{ __schema { types { name } } }"},
        by_hash(UNTRUSTED),
        by_hash(UNTRUSTED, query=UNTRUSTED),
        {"documentId": f"sha256:{sha256(UNTRUSTED)}"},
    ],
)
async def test_untrusted_documents_are_rejected(body, create_client, database):
    """With trusted_only, no other document runs, however it is requested."""
    options = {"trusted_documents": {sha256(COUNT): COUNT}, "trusted_only": True}
    async with create_client(**options) as client:
        for accept, status in (
            ("application/json", 200),
            ("application/graphql-response+json", 400),
        ):
            response = await client.post("/graphql", json=body, headers={"accept": accept})
            assert (response.status_code, error_code(response)) == (status, "UNTRUSTED_DOCUMENT")
    assert database.statements == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"documentId": f"sha256:{sha256(UNTRUSTED)}"}, "DOCUMENT_NOT_FOUND"),
        ({"documentId": "md5:abc"}, "BAD_REQUEST"),
        ({"documentId": f"sha256:{sha256(COUNT)}", "query": COUNT}, "BAD_REQUEST"),
    ],
)
async def test_unresolvable_document_ids_are_rejected(body, expected, client):
    """Unknown, malformed and redundant document ids have different codes."""
    assert error_code(await client.post("/graphql", json=body)) == expected
