"""Security scanners: the checks of graphql-cop, and schemathesis."""

from __future__ import annotations

import re
import subprocess
from typing import NamedTuple

import httpx
import pytest

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.store.store import Store
from tests.clients.check import PYTHON
from tests.external_programs import skip_or_fail
from tests.gql.conftest import SITE, noon_clock
from tests.server.live import running_server

TRUSTED = "{ store { articleCount } }"
CONFIGURATIONS = {
    "open": Options(),
    "closed": Options(introspection=False, max_batch=1, max_aliases=50),
    "trusted": Options(
        trusted_only=True, trusted_documents={sha256(TRUSTED): TRUSTED}, max_batch=1
    ),
}


@pytest.fixture
def send(database):
    """Return a function that sends a request to an endpoint with one of `CONFIGURATIONS`."""
    apps = {}

    async def send_request(configuration, method="POST", **request):
        if configuration not in apps:
            apps[configuration] = graphql_app(
                Store(database, SITE, noon_clock), CONFIGURATIONS[configuration]
            )
        transport = httpx.ASGITransport(apps[configuration])
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
            return await client.request(method, "/graphql", **request)

    return send_request


class Check(NamedTuple):
    """A request of graphql-cop, and a part of the expected response by configuration."""

    name: str
    request: dict
    responses: dict


def cop(query):
    """Return a request with a query as graphql-cop sends it."""
    return {"json": {"query": query, "operationName": "cop"}}


ALIASES = "query cop { " + " ".join(f"alias{number}:__typename" for number in range(101)) + " }"
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
        "a longer batch",
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
        dict.fromkeys(CONFIGURATIONS, "UNSUPPORTED_MEDIA_TYPE"),
    ),
    Check(
        "unhandled errors",
        cop("qwerty cop { abc }"),
        {"open": "GRAPHQL_PARSE_FAILED", "closed": "GRAPHQL_PARSE_FAILED"},
    ),
]


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
async def test_graphql_cop_check(check, configuration, send, database):
    """Each check has the response that docs/security.md documents."""
    response = await send(configuration, **check.request)
    expected = check.responses.get(configuration, UNTRUSTED)
    assert expected in response.text
    assert ('"data"' in response.text) == (expected == DATA)
    assert "errors" in response.text or expected == DATA
    assert not re.search("tracing|exception|stacktrace|debug", response.text)
    assert database.statements == []


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
async def test_graphiql_is_served(configuration, database):
    """GraphiQL, which graphql-cop reports, is public; it can do no more than any client."""
    app = create_app(Store(database, SITE, noon_clock), SITE, options=CONFIGURATIONS[configuration])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
        response = await client.get("/graphql", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert "GraphiQL" in response.text


@pytest.mark.slow
async def test_number_of_errors_is_limited(send):
    """Ten invalid directives get ten errors; thousands get hardly more."""
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
    """Schemathesis finds no server error, no invalid response and no accepted invalid request.

    The check that all values of the right types are accepted is excluded: the server rejects a
    negative `first`, `first` together with `last`, and invalid cursors.
    """
    program = PYTHON.parent / "schemathesis"
    if not program.exists():
        skip_or_fail("schemathesis is not installed: make test fetches it")
    with running_server(tmp_path) as (site, statuses):
        process = subprocess.run(
            [program, "run", f"{site}/graphql", *SCHEMATHESIS],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert process.returncode == 0, process.stdout + process.stderr
    assert len(statuses) > 100
    assert max(statuses) < 500
