"""Operations made to hurt: refused before any statement runs, or answered within the limits."""

from __future__ import annotations

import asyncio
import resource

import httpx
import pytest

from newsgraph.gql import Options, graphql_app
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, at_noon

MEGABYTE = 1_000_000
MOST_GROWTH = 100
"""How many megabytes more the worst of them may take, all together."""


def nested(times, before, inner, after):
    """Text put into itself."""
    return before * times + inner + after * times


def round_and_round(times):
    """A cycle through links, as wide as the graph lets it."""
    return nested(
        times,
        "related(first: 100) { article { relatedBy(first: 100) { edges { node { ",
        "slug",
        " } } } } }",
    )


REFUSED = {
    "deep cycles": f"{{ articles(first: 100) {{ edges {{ node {{ {round_and_round(9)} }} }} }} }}",
    "a very deep cycle": f"{{ articles {{ edges {{ node {{ {round_and_round(2000)} }} }} }} }}",
    "10,000 aliases": "{ " + " ".join(f"a{n}: store {{ revision }}" for n in range(10_000)) + " }",
    "10,000 aliases of a field": "{ store { "
    + " ".join(f"a{n}: revision" for n in range(10_000))
    + " } }",
    "10,000 spreads": "query { ...F " + "...F " * 10_000 + "} fragment F on Query { __typename }",
    "a circle of fragments": "query { ...A } fragment A on Query { ...B } "
    "fragment B on Query { ...A }",
    "10,000 directives": "{ store " + "@include(if: true) " * 10_000 + "{ revision } }",
    "huge first": "{ articles(first: 2147483647) { totalCount } }",
    "huge last": "{ topics(last: 2147483647) { totalCount } }",
    "a number beyond Int": "{ articles(first: 99999999999999999999) { totalCount } }",
    "huge lists": "{ articles { edges { node { related(first: 2147483647) { title } } } } }",
    "huge facets": "{ articles { facets { topics(first: 2147483647) { count } } } }",
    "a megabyte of blanks": "{ store { revision } }" + " " * MEGABYTE,
    "a megabyte of comments": "{ store { revision } }" + "#\n" * (MEGABYTE // 2),
    "a megabyte of text": '{ search(query: "' + "a" * MEGABYTE + '") { totalCount } }',
    "open braces": "{" * 100_000,
    "open lists": "{ articles(filter: { and: " + "[" * 50_000,
    "deep filters": "{ articles(filter: "
    + nested(50, "{ not: ", "{ published: true }", " }")
    + ") { totalCount } }",
    "wide filters": "{ articles(filter: { or: ["
    + "{ published: true } " * 150
    + "] }) { totalCount } }",
    "101 ids": "{ nodes(ids: [" + '"QXJ0aWNsZTowMDAwMDAwMDAwMDAwMDAx" ' * 101 + "]) { id } }",
    "many edges": "{ articles { edges { node { "
    + " ".join(f"a{n}: topics {{ slug }}" for n in range(300))
    + " } } } }",
    "many facets": "{ "
    + " ".join(
        f"a{n}: articles {{ facets {{ publishedAt(first: 1000) {{ count }} }} }}" for n in range(60)
    )
    + " }",
}
SERVED = {
    "a bomb of fragments": "query { ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    + " fragment F30 on Query { store { revision } }",
    "like a regular expression": '{ search(query: "(a+)+$ .*[a-z]{1,9999}^ NEAR(x, 10) \\\\ {") '
    "{ totalCount } }",
    "stars": '{ search(query: "' + "a* " * 10_000 + '") { totalCount } }',
    "a long phrase": '{ search(query: "\\"' + "a " * 20_000 + '") { totalCount } }',
    "quotes": '{ search(query: "' + '\\"' * 9999 + '") { totalCount } }',
    "minus": '{ search(query: "' + "-a " * 10_000 + '") { totalCount } }',
    "a filter of words": '{ articles(filter: { text: "' + "a* " * 10_000 + '" }) { totalCount } }',
    "an endless cursor": '{ articles(after: "' + "6e" * 40_000 + '") { totalCount } }',
    "100 searches": "{ "
    + " ".join(f'a{n}: search(query: "a* b* {n}*") {{ totalCount }}' for n in range(100))
    + " }",
    "20 hops, one wide": "{ articles(first: 1) { edges { node { "
    + nested(
        10,
        "related(first: 1) { article { relatedBy(first: 1) { edges { node { ",
        "slug",
        " } } } } }",
    )
    + " } } } }",
}


def rss():
    """The most memory that this process has taken so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("name", REFUSED)
async def test_refused_before_any_statement(name, client, database):
    """What asks for too much never reaches the database, and says what is wrong in few words."""
    answer = await client.post("/graphql", json={"query": REFUSED[name]})
    assert database.statements == []
    assert answer.status_code in (200, 400, 413)
    assert len(answer.text) < 20_000
    errors = answer.json()["errors"]
    assert 1 <= len(errors) <= 11
    assert not answer.json().get("data")
    for error in errors:
        assert error["extensions"]["code"] in {
            *("QUERY_TOO_LARGE", "PAYLOAD_TOO_LARGE", "BAD_USER_INPUT", "BAD_REQUEST"),
            *("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"),
        }


@pytest.mark.parametrize("name", SERVED)
async def test_answered_or_refused_as_a_client_s_mistake(name, client):
    """What only looks bad is answered; nothing of it is our error."""
    answer = await client.post("/graphql", json={"query": SERVED[name]})
    assert answer.status_code in (200, 400)
    codes = {error["extensions"]["code"] for error in answer.json().get("errors", ())}
    assert codes <= {"BAD_USER_INPUT", "QUERY_TOO_LARGE"}


async def test_variables_made_to_hurt(client, database):
    """Limits hold for what comes in variables too."""
    query = "query ($f: ArticleFilter) { articles(filter: $f) { totalCount } }"
    deep = {"published": True}
    for _ in range(400):
        deep = {"not": deep}
    for given in (deep, {"or": [{"published": True}] * 2_000}, {"or": [{}] * 2_000}):
        answer = await client.post("/graphql", json={"query": query, "variables": {"f": given}})
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "QUERY_TOO_LARGE"
        assert database.statements == []


@pytest.mark.slow
async def test_memory_stays_flat_and_others_are_served(database):
    """All of it at once, several times over: the process does not grow, and others get answers."""
    store = Store(database, SITE, at_noon)
    app = graphql_app(store, Options(operation_seconds=5, response_bytes=2_000_000))
    transport = httpx.ASGITransport(app)
    everything = [*REFUSED.values(), *SERVED.values()]
    async with httpx.AsyncClient(transport=transport, base_url=SITE, timeout=60) as client:

        async def attack():
            for query in everything:
                await client.post("/graphql", json={"query": query})

        await attack()
        before, served = rss(), 0
        attackers = [asyncio.create_task(attack()) for _ in range(3)]
        while not all(attacker.done() for attacker in attackers):
            answer = await client.post("/graphql", json={"query": "{ store { articleCount } }"})
            assert answer.json()["data"] == {"store": {"articleCount": 4}}
            served += 1
        await asyncio.gather(*attackers)
    assert served > 3
    assert rss() - before < MOST_GROWTH
