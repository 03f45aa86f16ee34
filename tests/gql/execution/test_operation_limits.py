"""Operations that are aborted because they take too long or return too much."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, noon_clock

SLOW_QUERY = (
    "{ " + " ".join(f'a{n}: search(query: "a* {n}*") {{ totalCount }}' for n in range(100)) + " }"
)
LARGE_QUERY = (
    "{ "
    + " ".join(f"a{n}: articles {{ edges {{ node {{ frontMatter }} }} }}" for n in range(9))
    + " }"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "query", "code", "words"),
    [
        (Options(operation_seconds=0.001), SLOW_QUERY, "TIMEOUT", "longer than 0.001 seconds"),
        (Options(response_bytes=50_000), LARGE_QUERY, "ANSWER_TOO_LARGE", "more than 50,000 bytes"),
    ],
)
async def test_aborted_operation(options, query, code, words, database):
    """Each field has an error with the reason and a remedy; the server works on as before."""
    transport = httpx.ASGITransport(graphql_app(Store(database, SITE, noon_clock), options))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        response = (await client.post("/", json={"query": query})).json()
        assert response["data"] is None
        error = response["errors"][0]
        assert error["extensions"]["code"] == code
        assert words in error["message"]
        assert "ask for" in error["message"]
        assert error["path"] == ["a0"]
        small = (await client.post("/", json={"query": "{ store { revision } }"})).json()
    assert code == "TIMEOUT" or small["data"] == {"store": {"revision": 1}}
