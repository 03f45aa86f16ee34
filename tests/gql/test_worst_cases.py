"""Expensive operations are rejected before any statement runs, or executed within limits."""

from __future__ import annotations

import asyncio
import resource

import httpx
import pytest

from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, noon_clock

MEGABYTE = 1_000_000
MAX_GROWTH_MB = 100
"""How much the process may grow while it executes all of the operations."""


def nested(times, before, inner, after):
    """Return a text nested in `times` pairs of `before` and `after`."""
    return before * times + inner + after * times


def nested_links(times):
    """Return a cycle through links with the largest allowed pages."""
    return nested(
        times,
        "related(first: 100) { article { relatedBy(first: 100) { edges { node { ",
        "slug",
        " } } } } }",
    )


REJECTED = {
    "deep cycles": f"{{ articles(first: 100) {{ edges {{ node {{ {nested_links(9)} }} }} }} }}",
    "a very deep cycle": f"{{ articles {{ edges {{ node {{ {nested_links(2000)} }} }} }} }}",
    "10,000 aliases": "{ " + " ".join(f"a{n}: store {{ revision }}" for n in range(10_000)) + " }",
    "10,000 aliases of a field": "{ store { "
    + " ".join(f"a{n}: revision" for n in range(10_000))
    + " } }",
    "10,000 spreads": "query { ...F " + "...F " * 10_000 + "} fragment F on Query { __typename }",
    "a cycle of fragments": "query { ...A } fragment A on Query { ...B } "
    "fragment B on Query { ...A }",
    "10,000 directives": "{ store " + "@include(if: true) " * 10_000 + "{ revision } }",
    "huge first": "{ articles(first: 2147483647) { totalCount } }",
    "huge last": "{ topics(last: 2147483647) { totalCount } }",
    "a number beyond Int": "{ articles(first: 99999999999999999999) { totalCount } }",
    "huge lists": "{ articles { edges { node { related(first: 2147483647) { title } } } } }",
    "huge facets": "{ articles { facets { topics(first: 2147483647) { count } } } }",
    "a megabyte of spaces": "{ store { revision } }" + " " * MEGABYTE,
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
EXECUTED = {
    "exponential fragments": "query { ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    + " fragment F30 on Query { store { revision } }",
    "a regular expression": '{ search(query: "(a+)+$ .*[a-z]{1,9999}^ NEAR(x, 10) \\\\ {") '
    "{ totalCount } }",
    "prefix searches": '{ search(query: "' + "a* " * 10_000 + '") { totalCount } }',
    "a long phrase": '{ search(query: "\\"' + "a " * 20_000 + '") { totalCount } }',
    "quotes": '{ search(query: "' + '\\"' * 9999 + '") { totalCount } }',
    "excluded words": '{ search(query: "' + "-a " * 10_000 + '") { totalCount } }',
    "a long text filter": '{ articles(filter: { text: "' + "a* " * 10_000 + '" }) { totalCount } }',
    "a long cursor": '{ articles(after: "' + "6e" * 40_000 + '") { totalCount } }',
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


def peak_memory_mb():
    """Return the peak resident memory of this process in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("name", REJECTED)
async def test_rejected_before_any_statement(name, client, database):
    """A too large operation runs no statement and gets a short response with its errors."""
    response = await client.post("/graphql", json={"query": REJECTED[name]})
    assert database.statements == []
    assert response.status_code in (200, 400, 413)
    assert len(response.text) < 20_000
    errors = response.json()["errors"]
    assert 1 <= len(errors) <= 11
    assert not response.json().get("data")
    for error in errors:
        assert error["extensions"]["code"] in {
            *("QUERY_TOO_LARGE", "PAYLOAD_TOO_LARGE", "BAD_USER_INPUT", "BAD_REQUEST"),
            *("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"),
        }


@pytest.mark.parametrize("name", EXECUTED)
async def test_executed_or_client_error(name, client):
    """An operation that only looks expensive is executed, or gets a client error."""
    response = await client.post("/graphql", json={"query": EXECUTED[name]})
    assert response.status_code in (200, 400)
    codes = {error["extensions"]["code"] for error in response.json().get("errors", ())}
    assert codes <= {"BAD_USER_INPUT", "QUERY_TOO_LARGE"}


async def test_limits_apply_to_variables(client, database):
    """A filter in a variable has the same limits as a filter in the document."""
    query = "query ($f: ArticleFilter) { articles(filter: $f) { totalCount } }"
    deep = {"published": True}
    for _ in range(400):
        deep = {"not": deep}
    for filter_ in (deep, {"or": [{"published": True}] * 2_000}, {"or": [{}] * 2_000}):
        response = await client.post("/graphql", json={"query": query, "variables": {"f": filter_}})
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "QUERY_TOO_LARGE"
        assert database.statements == []


@pytest.mark.slow
async def test_memory_is_limited_and_other_clients_are_served(database):
    """While several clients send all operations, memory is limited and others get responses."""
    store = Store(database, SITE, noon_clock)
    app = graphql_app(store, Options(operation_seconds=5, response_bytes=2_000_000))
    transport = httpx.ASGITransport(app)
    queries = [*REJECTED.values(), *EXECUTED.values()]
    async with httpx.AsyncClient(transport=transport, base_url=SITE, timeout=60) as client:

        async def attack():
            for query in queries:
                await client.post("/graphql", json={"query": query})

        await attack()
        before, served_count = peak_memory_mb(), 0
        attackers = [asyncio.create_task(attack()) for _ in range(3)]
        while not all(attacker.done() for attacker in attackers):
            response = await client.post("/graphql", json={"query": "{ store { articleCount } }"})
            assert response.json()["data"] == {"store": {"articleCount": 4}}
            served_count += 1
        await asyncio.gather(*attackers)
    assert served_count > 3
    assert peak_memory_mb() - before < MAX_GROWTH_MB
