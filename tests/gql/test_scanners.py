"""What scanners look for: graphql-cop's checks, and schemathesis."""

from __future__ import annotations

import re
import subprocess
from typing import NamedTuple

import httpx
import pytest

from newsgraph.gql import Options, graphql_app
from newsgraph.gql.documents.persisted import sha256
from newsgraph.server.app import create_app
from newsgraph.store.store import Store
from tests.clients.check import PYTHON
from tests.gql.conftest import SITE, at_noon
from tests.server.live import serving
from tests.tools import lack

TRUSTED = "{ store { articleCount } }"
DOORS = {
    "open": Options(),
    "closed": Options(introspection=False, max_batch=1, max_aliases=50),
    "trusted": Options(
        trusted_only=True, trusted_documents={sha256(TRUSTED): TRUSTED}, max_batch=1
    ),
}


@pytest.fixture
def send(database):
    """Send a request to a graph with some options."""
    apps = {}

    async def sending(door, method="POST", **request):
        if door not in apps:
            apps[door] = graphql_app(Store(database, SITE, at_noon), DOORS[door])
        transport = httpx.ASGITransport(apps[door])
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
            return await client.request(method, "/graphql", **request)

    return sending


class Check(NamedTuple):
    """A request of graphql-cop's, and what each door has to answer it."""

    name: str
    request: dict
    answers: dict


def cop(query):
    """A request as graphql-cop makes it."""
    return {"json": {"query": query, "operationName": "cop"}}


ALIASES = "query cop { " + " ".join(f"alias{one}:__typename" for one in range(101)) + " }"
FIELDS = "fields " + "{ type { fields " * 3 + "{ type { name } }" + " } }" * 3
CODE = "GRAPHQL_VALIDATION_FAILED"
BAD = "BAD_REQUEST"
UNTRUSTED = "UNTRUSTED_DOCUMENT"
DATA = "data"

CHECKS = [
    Check("alias overloading", cop(ALIASES), {"open": DATA, "closed": "QUERY_TOO_LARGE"}),
    Check(
        "array-based query batching",
        {"json": [{"query": "query cop { __typename }"}] * 10},
        {"open": DATA, "closed": BAD, "trusted": BAD},
    ),
    Check(
        "a batch that is longer",
        {"json": [{"query": "query cop { __typename }"}] * 11},
        {"open": BAD, "closed": BAD, "trusted": BAD},
    ),
    Check(
        "directive overloading",
        cop("query cop { __typename " + "@aa" * 10 + " }"),
        {"open": CODE, "closed": CODE},
    ),
    Check(
        "field duplication",
        cop("query cop { " + "__typename \n" * 500 + "}"),
        {"open": "QUERY_TOO_LARGE", "closed": "QUERY_TOO_LARGE"},
    ),
    Check(
        "field suggestions",
        cop("query cop { __schema { directive } }"),
        {"open": "Did you mean 'directives'?", "closed": "INTROSPECTION_DISABLED"},
    ),
    Check(
        "introspection",
        cop("query cop { __schema { types { name fields { name } } } }"),
        {"open": DATA, "closed": "INTROSPECTION_DISABLED"},
    ),
    Check(
        "introspection-based circular query",
        cop(f"query cop {{ __schema {{ types {{ {FIELDS} }} }} }}"),
        {"open": "Maximum introspection depth exceeded", "closed": "INTROSPECTION_DISABLED"},
    ),
    Check(
        "GET method query support",
        {"method": "GET", "params": {"query": "query cop {__typename}"}},
        {"open": DATA, "closed": DATA},
    ),
    Check(
        "mutation over GET",
        {"method": "GET", "params": {"query": "mutation cop {__typename}"}},
        {"open": "METHOD_NOT_ALLOWED", "closed": "METHOD_NOT_ALLOWED"},
    ),
    Check(
        "POST-based url-encoded query",
        {"data": {"query": "query cop { __typename }"}},
        dict.fromkeys(DOORS, "UNSUPPORTED_MEDIA_TYPE"),
    ),
    Check(
        "unhandled errors",
        cop("qwerty cop { abc }"),
        {"open": "GRAPHQL_PARSE_FAILED", "closed": "GRAPHQL_PARSE_FAILED"},
    ),
]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
async def test_what_graphql_cop_asks(check, door, send, database):
    """What is found stays a decision, and what is not found stays so: docs/security.md."""
    answer = await send(door, **check.request)
    expected = check.answers.get(door, UNTRUSTED)
    assert expected in answer.text
    assert ('"data"' in answer.text) == (expected == DATA)
    assert "errors" in answer.text or expected == DATA
    assert not re.search("tracing|exception|stacktrace|debug", answer.text)
    assert database.statements == []


@pytest.mark.parametrize("door", DOORS)
async def test_graphiql_is_there_for_people(door, database):
    """graphql-cop's GraphQL IDE: a page without a secret; it can do what its reader can."""
    app = create_app(Store(database, SITE, at_noon), SITE, options=DOORS[door])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
        page = await client.get("/graphql", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "GraphiQL" in page.text


@pytest.mark.slow
async def test_mistakes_of_a_flood_are_told_ten_times(send):
    """graphql-cop counts ten errors for ten directives; ten thousand get no more."""
    ten, many = [
        (await send("open", **cop("query cop { __typename " + "@aa" * number + " }"))).json()
        for number in (10, 4_000)
    ]
    assert len(ten["errors"]) == 10
    assert len(many["errors"]) == 11


SCHEMATHESIS = [
    "--checks=all",
    "--exclude-checks=positive_data_acceptance",
    "--mode=all",
    "--max-examples=10",
    "--phases=fuzzing",
    "--continue-on-failure",
    "--suppress-health-check=all",
    "--generation-deterministic",
    "--no-color",
]


@pytest.mark.process
def test_schemathesis(tmp_path):
    """No failure of the server, no answer against the schema, nothing wrong that is taken.

    Left out is the check that all of the right types is answered: we refuse a negative
    `first`, `first` beside `last`, and cursors that nobody gave.
    """
    program = PYTHON.parent / "schemathesis"
    if not program.exists():
        lack("schemathesis is not installed: make test fetches it")
    with serving(tmp_path) as (site, statuses):
        done = subprocess.run(
            [program, "run", f"{site}/graphql", *SCHEMATHESIS],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(statuses) > 100
    assert max(statuses) < 500
