"""Long texts asked for many times: refused while they are put together, or given bit by bit."""

from __future__ import annotations

import asyncio
import resource
from contextlib import aclosing

import httpx
import pytest

from newsgraph.gql import Options, Schema, graphql_app
from newsgraph.gql.execution.executor import Context
from newsgraph.store.documents.collection import Collection, Root
from newsgraph.store.query.change_log import token
from newsgraph.store.store import Store
from tests.gql.conftest import SITE
from tests.store_files import open_store

ARTICLES = 60
LETTERS = 100_000
OPTIONS = Options(response_bytes=2_000_000)
MOST_GROWTH = 100
"""How many megabytes more all of them may take."""

MANY_TIMES = {
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
def file(tmp_path_factory):
    """A store of long documents, all of them in one topic."""
    folder = tmp_path_factory.mktemp("long")
    for number in range(ARTICLES):
        text = f"---\ntitle: t{number}\ntopics: [a]\n---\n" + "word " * (LETTERS // 5)
        (folder / f"{number}.md").write_text(text, "utf-8")

    async def fill():
        store = await open_store(folder / "long.db", SITE)
        try:
            await store.import_roots([Root(folder, Collection(id="long"))])
        finally:
            await store.close()

    asyncio.run(fill())
    return folder / "long.db"


@pytest.fixture
async def store(file):
    """The store of long documents."""
    store = await Store.open(f"sqlite:///{file}", SITE)
    yield store
    await store.close()


def rss():
    """The most memory that this process has taken so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.slow
async def test_memory_stays_flat(store):
    """However often a long text is asked for, the answer is given up at its limit."""
    transport = httpx.ASGITransport(graphql_app(store, OPTIONS))
    async with httpx.AsyncClient(transport=transport, base_url=SITE, timeout=60) as client:
        whole = "{ articles(first: 5) { edges { node { body bodyHtml frontMatter title } } } }"
        edges = (await client.post("/", json={"query": whole})).json()["data"]["articles"]["edges"]
        assert {len(edge["node"]["body"].strip()) for edge in edges} == {LETTERS - 1}
        assert edges[0]["node"]["frontMatter"]["topics"] == ["a"]
        before = rss()
        for name, query in MANY_TIMES.items():
            answer = await client.post("/", json={"query": query})
            codes = {error["extensions"]["code"] for error in answer.json()["errors"]}
            assert codes <= {"ANSWER_TOO_LARGE", "QUERY_TOO_LARGE"}, name
        assert rss() - before < MOST_GROWTH


async def told(store, query, number):
    """So many of a subscription's answers, from the very first change on."""
    schema = Schema(OPTIONS)
    state = await store.state()
    stream = await schema.subscribe(
        query,
        variable_values={"since": token(state.store_id, 0)},
        context_value=Context(
            store=store,
            schema=schema.graphql,
            options=OPTIONS,
            operations=schema.operations,
            splices=False,
        ),
    )
    answers = []
    async with aclosing(stream):
        async for answer in stream:
            answers.append(answer)
            if len(answers) == number:
                break
    return answers


@pytest.mark.slow
async def test_a_follower_of_long_texts_gets_on(store):
    """Where a hundred events are too long together, they are read few by few."""
    query = "subscription ($since: String) { articleChanged(since: $since) { article { body } } }"
    answers = await told(store, query, ARTICLES)
    assert [answer.errors for answer in answers] == [None] * ARTICLES
    assert len(answers[0].data["articleChanged"]["article"]["body"]) > LETTERS - 2


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (" ".join(f"a{n}: topics {{ slug }}" for n in range(300)), "QUERY_TOO_LARGE"),
        (" ".join(f"a{n}: body b{n}: bodyHtml" for n in range(20)), "ANSWER_TOO_LARGE"),
    ],
)
async def test_a_subscription_that_asks_for_too_much(inner, code, store):
    """It ends with the same code as the query would, and is not our error."""
    query = "subscription ($since: String) { articleChanged(since: $since) { article { %s } } }"
    (answer,) = await told(store, query % inner, 1)
    assert answer.errors[0].extensions["code"] == code
