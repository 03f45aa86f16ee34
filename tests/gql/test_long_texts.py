"""Long texts requested many times are rejected at the size limit, or read in small batches."""

from __future__ import annotations

import asyncio
import resource
from contextlib import aclosing

import httpx
import pytest

from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.execution.executor import Context
from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.query.change_log_query import encode_token
from newsgraph.store.store import Store
from tests.gql.conftest import SITE
from tests.store_files import open_store

ARTICLES = 60
BODY_LENGTH = 100_000
OPTIONS = Options(response_bytes=2_000_000)
MAX_GROWTH_MB = 100
"""How much the process may grow while it executes all of `REPEATED_TEXTS`."""

REPEATED_TEXTS = {
    "pages of an object": '{ topic(slug: "a") { '
    + " ".join(f"a{n}: articles(first: 15) {{ edges {{ node {{ body }} }} }}" for n in range(30))
    + " } }",
    "a field": "{ articles(first: 60) { edges { node { "
    + " ".join(f"a{n}: body" for n in range(38))
    + " } } } }",
    "facets": "{ articles { facets { topics { topic { "
    + " ".join(f"a{n}: articles {{ edges {{ node {{ bodyHtml }} }} }}" for n in range(9))
    + " } } } } }",
    "edges of a page": "{ articles(first: 15) { "
    + " ".join(f"a{n}: edges {{ node {{ body }} }}" for n in range(30))
    + " } }",
    "nodes of an edge": "{ articles(first: 15) { edges { "
    + " ".join(f"a{n}: node {{ body }}" for n in range(30))
    + " } } }",
    "changes": "{ changes { "
    + " ".join(f"a{n}: changes {{ node {{ ... on Article {{ body }} }} }}" for n in range(30))
    + " } }",
    "root fields": "{ "
    + " ".join(f"a{n}: articles(first: 15) {{ edges {{ node {{ body }} }} }}" for n in range(30))
    + " }",
}


@pytest.fixture(scope="module")
def store_file(tmp_path_factory):
    """The file of a store with long documents, all of them in one topic."""
    folder = tmp_path_factory.mktemp("long")
    for number in range(ARTICLES):
        text = f"---\ntitle: t{number}\ntopics: [a]\n---\n" + "word " * (BODY_LENGTH // 5)
        (folder / f"{number}.md").write_text(text, "utf-8")

    async def fill():
        store = await open_store(folder / "long.db", SITE)
        try:
            await store.import_roots([ImportRoot(folder, Collection(id="long"))])
        finally:
            await store.close()

    asyncio.run(fill())
    return folder / "long.db"


@pytest.fixture
async def store(store_file):
    """The store with long documents."""
    store = await Store.open(f"sqlite:///{store_file}", SITE)
    yield store
    await store.close()


def peak_memory_mb():
    """Return the peak resident memory of this process in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.slow
async def test_memory_is_limited(store):
    """A result with many repetitions of a long text is aborted at the size limit."""
    transport = httpx.ASGITransport(graphql_app(store, OPTIONS))
    async with httpx.AsyncClient(transport=transport, base_url=SITE, timeout=60) as client:
        query = "{ articles(first: 5) { edges { node { body bodyHtml frontMatter title } } } }"
        edges = (await client.post("/", json={"query": query})).json()["data"]["articles"]["edges"]
        assert {len(edge["node"]["body"].strip()) for edge in edges} == {BODY_LENGTH - 1}
        assert edges[0]["node"]["frontMatter"]["topics"] == ["a"]
        before = peak_memory_mb()
        for name, query in REPEATED_TEXTS.items():
            response = await client.post("/", json={"query": query})
            codes = {error["extensions"]["code"] for error in response.json()["errors"]}
            assert codes <= {"ANSWER_TOO_LARGE", "QUERY_TOO_LARGE"}, name
        assert peak_memory_mb() - before < MAX_GROWTH_MB


async def first_events(store, query, count):
    """Return the first `count` results of a subscription, from the first change on."""
    schema = Schema(OPTIONS)
    state = await store.state()
    stream = await schema.subscribe(
        query,
        variable_values={"since": encode_token(state.store_id, 0)},
        context_value=Context(
            store=store,
            schema=schema.graphql_schema,
            options=OPTIONS,
            operations=schema.operation_cache,
            accepts_raw_data=False,
        ),
    )
    results = []
    async with aclosing(stream):
        async for result in stream:
            results.append(result)
            if len(results) == count:
                break
    return results


@pytest.mark.slow
async def test_subscription_to_long_texts(store):
    """Events that exceed the size limit together are read in smaller batches."""
    query = "subscription ($since: String) { articleChanged(since: $since) { article { body } } }"
    results = await first_events(store, query, ARTICLES)
    assert [result.errors for result in results] == [None] * ARTICLES
    assert len(results[0].data["articleChanged"]["article"]["body"]) > BODY_LENGTH - 2


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (" ".join(f"a{n}: topics {{ slug }}" for n in range(300)), "QUERY_TOO_LARGE"),
        (" ".join(f"a{n}: body b{n}: bodyHtml" for n in range(20)), "ANSWER_TOO_LARGE"),
    ],
)
async def test_subscription_that_exceeds_a_limit(inner, code, store):
    """The subscription ends with the same error code as a query."""
    query = "subscription ($since: String) { articleChanged(since: $since) { article { %s } } }"
    (result,) = await first_events(store, query % inner, 1)
    assert result.errors[0].extensions["code"] == code
