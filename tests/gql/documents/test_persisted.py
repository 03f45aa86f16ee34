"""Documents asked for by their hash: automatic persisted queries and trusted documents."""

from __future__ import annotations

import json
from contextlib import suppress

import httpx
import pytest
from graphql import GraphQLError

from newsgraph.gql import Options, graphql_app, sha256
from newsgraph.gql.documents.persisted import Persisted
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, at_noon

COUNT = "query Count { store { articleCount } }"
TOPIC = "query Topic($slug: String!) { topic(slug: $slug) { name } }"
ANSWER = {"store": {"articleCount": 4}}


def by_hash(text, **more):
    """What Apollo's clients send first."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}} | more


@pytest.fixture
def client_with(database):
    """A client of the graph with other options."""

    def client(**options):
        app = graphql_app(Store(database, SITE, at_noon), Options(**options))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE)

    return client


def code(answer):
    """The code of an answer's one error."""
    (error,) = answer.json()["errors"]
    return error["extensions"]["code"]


async def test_apollos_three_steps(client):
    """Not known, then sent once with its text, then known: by POST and by GET."""
    unknown = await client.post("/graphql", json=by_hash(COUNT))
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert (unknown.status_code, code(unknown)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    given = await client.post("/graphql", json=by_hash(COUNT, query=COUNT))
    assert given.json()["data"] == ANSWER
    assert (await client.post("/graphql", json=by_hash(COUNT))).json()["data"] == ANSWER
    params = {"extensions": json.dumps(by_hash(COUNT)["extensions"])}
    assert (await client.get("/graphql", params=params)).json()["data"] == ANSWER
    batch = await client.post("/graphql", json=[by_hash(COUNT), by_hash(TOPIC)])
    assert batch.json()[0]["data"] == ANSWER
    assert batch.json()[1]["errors"][0]["message"] == "PersistedQueryNotFound"


@pytest.mark.parametrize(
    "extensions",
    [
        {"version": 1, "sha256Hash": sha256(TOPIC)},
        {"version": 2, "sha256Hash": sha256(COUNT)},
        {"version": 1, "sha256Hash": "abc"},
        {"version": 1},
        "x",
    ],
)
async def test_a_hash_that_is_wrong(extensions, client):
    """Nobody may put a text under the hash of another."""
    body = {"query": COUNT, "extensions": {"persistedQuery": extensions}}
    assert code(await client.post("/graphql", json=body)) == "BAD_REQUEST"
    assert code(await client.post("/graphql", json=by_hash(TOPIC))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_bad_document_is_not_kept(client):
    """It would take room, and never work."""
    body = by_hash("{ bogus }", query="{ bogus }")
    assert code(await client.post("/graphql", json=body)) == "GRAPHQL_VALIDATION_FAILED"
    answer = await client.post("/graphql", json=by_hash("{ bogus }"))
    assert code(answer) == "PERSISTED_QUERY_NOT_FOUND"


async def test_what_is_kept_has_an_end(client_with):
    """The oldest go first, and what is larger than all is not kept."""
    texts = [f"query Q{one} {{ store {{ articleCount }} }}" for one in range(5)]
    async with client_with(persisted_bytes=1000) as client:
        for text in (*texts, COUNT + " " * 1000):
            answer = await client.post("/graphql", json=by_hash(text, query=text))
            assert answer.json()["data"] == ANSWER
        assert code(await client.post("/graphql", json=by_hash(texts[0])))
        assert (await client.post("/graphql", json=by_hash(texts[4]))).json()["data"] == ANSWER


def test_many_short_ones_have_an_end_too():
    """A hash and its place take more than a short text does."""
    persisted = Persisted(Options(persisted_bytes=100_000))
    texts = [f"{{a{one}}}" for one in range(1_000)]
    for text in texts:
        persisted.keep(persisted.find(text, by_hash(text)["extensions"]))
    kept = 0
    for text in texts:
        with suppress(GraphQLError):
            kept += persisted.find(None, by_hash(text)["extensions"]).text == text
    assert 0 < kept < 100_000 // 300


async def test_extensions_are_the_clients_own(client):
    """A tool may note its own id there; that is no request for a document."""
    body = {"query": COUNT, "extensions": {"documentId": "17"}}
    assert (await client.post("/graphql", json=body)).json()["data"] == ANSWER


async def test_automatic_ones_can_be_off(client_with):
    """Apollo's clients then send the text each time."""
    async with client_with(persisted_bytes=0) as client:
        answer = await client.post("/graphql", json=by_hash(COUNT))
        assert answer.json()["errors"][0]["message"] == "PersistedQueryNotSupported"
        answer = await client.post("/graphql", json=by_hash(COUNT, query=COUNT))
        assert answer.json()["data"] == ANSWER


@pytest.mark.parametrize("only", [True, False])
async def test_trusted_documents(only, client_with):
    """By either protocol, or by their text, whether or not others are run."""
    trusted = {sha256(one): one for one in (COUNT, TOPIC)}
    async with client_with(trusted_documents=trusted, trusted_only=only) as client:
        variables = {"slug": "ai"}
        for body in (
            {"query": TOPIC},
            by_hash(TOPIC),
            {"documentId": f"sha256:{sha256(TOPIC)}"},
            {"documentId": sha256(TOPIC).upper()},
        ):
            answer = await client.post("/graphql", json=body | {"variables": variables})
            assert answer.json()["data"] == {"topic": {"name": "AI"}}
        got = await client.get("/graphql", params={"documentId": f"sha256:{sha256(COUNT)}"})
        assert got.json()["data"] == ANSWER


OTHER = "{ store { topicCount } }"


@pytest.mark.parametrize(
    "body",
    [
        {"query": OTHER},
        {"query": COUNT + " "},
        {"query": "{ __schema { types { name } } }"},
        by_hash(OTHER),
        by_hash(OTHER, query=OTHER),
        {"documentId": f"sha256:{sha256(OTHER)}"},
    ],
)
async def test_only_trusted_documents(body, client_with, database):
    """Nothing else is run, however it is asked for."""
    options = {"trusted_documents": {sha256(COUNT): COUNT}, "trusted_only": True}
    async with client_with(**options) as client:
        for accept, status in (
            ("application/json", 200),
            ("application/graphql-response+json", 400),
        ):
            answer = await client.post("/graphql", json=body, headers={"accept": accept})
            assert (answer.status_code, code(answer)) == (status, "UNTRUSTED_DOCUMENT")
    assert database.statements == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"documentId": f"sha256:{sha256(OTHER)}"}, "DOCUMENT_NOT_FOUND"),
        ({"documentId": "md5:abc"}, "BAD_REQUEST"),
        ({"documentId": f"sha256:{sha256(COUNT)}", "query": COUNT}, "BAD_REQUEST"),
    ],
)
async def test_document_ids_that_lead_nowhere(body, expected, client):
    """The error says what to do."""
    assert code(await client.post("/graphql", json=body)) == expected
