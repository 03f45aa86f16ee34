"""Operations that are begun and given up: they take too long, or answer too much."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.gql import Options, graphql_app
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, at_noon

SLOW = (
    "{ " + " ".join(f'a{n}: search(query: "a* {n}*") {{ totalCount }}' for n in range(100)) + " }"
)
LONG = (
    "{ "
    + " ".join(f"a{n}: articles {{ edges {{ node {{ frontMatter }} }} }}" for n in range(9))
    + " }"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "query", "code", "words"),
    [
        (Options(operation_seconds=0.001), SLOW, "TIMEOUT", "longer than 0.001 seconds"),
        (Options(response_bytes=50_000), LONG, "ANSWER_TOO_LARGE", "more than 50,000 bytes"),
    ],
)
async def test_what_is_given_up(options, query, code, words, database):
    """Each field says why and what to do; afterwards the same server answers as before."""
    transport = httpx.ASGITransport(graphql_app(Store(database, SITE, at_noon), options))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        answer = (await client.post("/", json={"query": query})).json()
        assert answer["data"] is None
        error = answer["errors"][0]
        assert error["extensions"]["code"] == code
        assert words in error["message"]
        assert "ask for" in error["message"]
        assert error["path"] == ["a0"]
        small = (await client.post("/", json={"query": "{ store { revision } }"})).json()
    assert code == "TIMEOUT" or small["data"] == {"store": {"revision": 1}}
