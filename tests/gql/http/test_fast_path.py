"""The fast path: it handles only cached operations, with the same responses as the view."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlencode

import httpx
import pytest
from starlette.responses import HTMLResponse

from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.http.fast_path import FastPath
from newsgraph.gql.http.protocol import REVISION_KEY
from newsgraph.gql.http.slow_consumer import SlowConsumerMiddleware
from newsgraph.gql.http.view import GraphQLView, graphql_app
from newsgraph.gql.options import Options
from newsgraph.store.errors import QueryTimeout
from newsgraph.store.store import Store
from tests.gql.conftest import GOLDEN, SITE, noon_clock

OPERATIONS = sorted(path.stem for path in (GOLDEN / "operations").glob("*.graphql"))
PAGE_QUERY = (
    "query Page($first: Int, $after: String, $long: Boolean = false) {"
    " articles(first: $first, after: $after) {"
    " edges { cursor node { title excerpt @include(if: $long) } } } }"
)
PAGE_QUERY_HASH = hashlib.sha256(PAGE_QUERY.encode()).hexdigest()
PERSISTED = {"persistedQuery": {"version": 1, "sha256Hash": PAGE_QUERY_HASH}}


class CountingApp:
    """ASGI middleware that counts its requests.

    Attributes:
        request_count: number of requests.
    """

    def __init__(self, app):
        self._app, self.request_count = app, 0

    async def __call__(self, scope, receive, send):
        """Count a request, and pass it on."""
        self.request_count += 1
        await self._app(scope, receive, send)


async def html_page(_request):
    """Return the page for browsers."""
    return HTMLResponse("a page")


class Endpoint:
    """A GraphQL endpoint that counts the requests to its view.

    Attributes:
        view: the view, which handles all requests that the fast path does not.
        fast_path: the fast path in front of it, the endpoint's application.
        client: an HTTP client of the endpoint.
    """

    def __init__(self, store, options=None):
        options = options or Options()
        schema = Schema(options)
        view = GraphQLView(store, schema, page=html_page)
        self.view = CountingApp(SlowConsumerMiddleware(view, 10))
        self.fast_path = FastPath(
            self.view, store, schema.operation_cache, schema.persisted_documents, options
        )
        transport = httpx.ASGITransport(self.fast_path)
        self.client = httpx.AsyncClient(transport=transport, base_url=SITE)

    async def post(self, query, variables=None, headers=None, **parameters):
        """Send an operation by POST."""
        body = {"query": query, **parameters} | ({"variables": variables} if variables else {})
        return await self.client.post("/", json=body, headers=headers)

    async def uses_fast_path(self, *args, **kwargs):
        """Send an operation, which must succeed, and return whether the fast path handled it."""
        count = self.view.request_count
        response = await self.post(*args, **kwargs)
        assert "errors" not in response.json(), response.text
        return self.view.request_count == count


@pytest.fixture
async def endpoint(database):
    """The endpoint of the seeds."""
    endpoint = Endpoint(Store(database, SITE, noon_clock))
    async with endpoint.client:
        yield endpoint


@pytest.mark.parametrize("name", OPERATIONS)
async def test_responses_are_identical_to_those_of_the_view(name, endpoint):
    """The fast path has the same body, status and headers as the view, for POST and GET."""
    query = (GOLDEN / "operations" / f"{name}.graphql").read_text("utf-8")
    first = await endpoint.post(query)
    invalid = await endpoint.client.get("/", params={"query": query, "variables": '{"x": '})
    assert invalid.status_code == 400
    assert endpoint.view.request_count == 2
    by_post = await endpoint.post(query)
    by_get = await endpoint.client.get("/", params={"query": query})
    assert endpoint.view.request_count == 2
    for response in (by_post, by_get):
        assert response.content == first.content
        assert response.status_code == first.status_code == 200
        assert dict(response.headers) == dict(first.headers)


async def test_cached_operation_binds_other_variables(endpoint):
    """A cached operation returns every page, with the same results as the view."""
    response = await endpoint.post(PAGE_QUERY, {"first": 4})
    edges = response.json()["data"]["articles"]["edges"]
    assert len(edges) == 4
    response = await endpoint.post(PAGE_QUERY, {"first": 1})
    assert response.json()["data"]["articles"]["edges"] == edges[:1]
    # The first request with a cursor has another shape of variables, so the view handles it.
    for index, edge in enumerate(edges):
        count = endpoint.view.request_count
        response = await endpoint.post(PAGE_QUERY, {"first": 1, "after": edge["cursor"]})
        assert response.json()["data"]["articles"]["edges"] == edges[index + 1 : index + 2]
        assert endpoint.view.request_count - count == (index == 0)


async def test_new_shape_of_variables_is_handled_by_the_view_once(endpoint):
    """Another `first` changes the cost, and another `@include` the selection."""
    assert not await endpoint.uses_fast_path(PAGE_QUERY, {"first": 2})
    assert await endpoint.uses_fast_path(PAGE_QUERY, {"first": 2})
    assert not await endpoint.uses_fast_path(PAGE_QUERY, {"first": 3})
    assert not await endpoint.uses_fast_path(PAGE_QUERY, {"first": 2, "long": True})
    assert await endpoint.uses_fast_path(PAGE_QUERY, {"first": 2, "long": True})
    assert await endpoint.uses_fast_path(PAGE_QUERY, {"first": 2, "long": False})
    responses = [
        await endpoint.post(PAGE_QUERY, {"first": 2, "long": long}) for long in (True, False)
    ]
    nodes = [response.json()["data"]["articles"]["edges"][0]["node"] for response in responses]
    assert [sorted(node) for node in nodes] == [["excerpt", "title"], ["title"]]
    responses = [await endpoint.post(PAGE_QUERY, {"first": first}) for first in (2, 3)]
    costs = [response.json()["extensions"]["cost"]["requested"] for response in responses]
    assert costs == [2, 3]


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"first": "many"}, "BAD_USER_INPUT"),
        ({"first": -1}, "BAD_USER_INPUT"),
        ({"first": 100_000}, "BAD_USER_INPUT"),
        ({"first": 1, "after": "no cursor"}, "BAD_USER_INPUT"),
        ({"first": 1, "long": None}, "BAD_USER_INPUT"),
    ],
)
async def test_invalid_variables_are_handled_by_the_view(variables, code, endpoint):
    """Invalid variables have the same errors whether or not the operation is cached."""
    uncached = (await endpoint.post(PAGE_QUERY + " # new", variables)).json()
    for valid in ({"first": 1}, {"first": 1, "after": None}):
        await endpoint.post(PAGE_QUERY, valid)
    count = endpoint.view.request_count
    response = (await endpoint.post(PAGE_QUERY, variables)).json()
    assert response == uncached
    assert [error["extensions"]["code"] for error in response["errors"]] == [code]
    assert endpoint.view.request_count == count + 1


@pytest.mark.parametrize(
    "body",
    [
        {"query": PAGE_QUERY, "variables": []},
        {"query": PAGE_QUERY, "variables": "{}"},
        {"query": PAGE_QUERY, "extensions": []},
        {"query": PAGE_QUERY, "operationName": 1},
        {"query": PAGE_QUERY, "operationName": "Other"},
        {"query": PAGE_QUERY, "documentId": f"sha256:{PAGE_QUERY_HASH}"},
        {
            "query": PAGE_QUERY,
            "extensions": {"persistedQuery": {"version": 2, "sha256Hash": PAGE_QUERY_HASH}},
        },
        {"query": [PAGE_QUERY]},
        [{"query": PAGE_QUERY}],
        PAGE_QUERY,
        {"query": PAGE_QUERY, "variables": {"first": 1, "after": [[[[]]]]}},
    ],
)
async def test_unusual_bodies_are_handled_by_the_view(body, database):
    """Invalid parameters, batches and document ids are passed on to the view."""
    endpoint = Endpoint(Store(database, SITE, noon_clock), Options(max_depth=4))
    async with endpoint.client:
        await endpoint.post(PAGE_QUERY)
        assert await endpoint.uses_fast_path(PAGE_QUERY)
        count = endpoint.view.request_count
        response = await endpoint.client.post("/", json=body)
        assert endpoint.view.request_count == count + 1
        assert response.json()


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/event-stream"},
        {"Accept": "image/png"},
        {"Content-Type": "text/plain"},
        {"Content-Encoding": "gzip"},
    ],
)
async def test_unusual_headers_are_handled_by_the_view(headers, endpoint):
    """Streams, unacceptable media types and bodies that are not plain JSON are passed on."""
    await endpoint.post(PAGE_QUERY)
    assert await endpoint.uses_fast_path(PAGE_QUERY)
    count = endpoint.view.request_count
    await endpoint.client.post("/", content=json.dumps({"query": PAGE_QUERY}), headers=headers)
    assert endpoint.view.request_count == count + 1


async def test_media_type_is_negotiated(endpoint):
    """The fast path responds in the media type that the client prefers."""
    await endpoint.post(PAGE_QUERY)
    newer = "application/graphql-response+json"
    for accept, expected in (
        ("*/*", "application/json"),
        (f"{newer}, application/json;q=0.9", newer),
    ):
        count = endpoint.view.request_count
        response = await endpoint.post(PAGE_QUERY, headers={"Accept": accept})
        assert response.headers["content-type"] == expected
        assert endpoint.view.request_count == count


async def test_browser_gets_the_page(endpoint):
    """A browser's GET without an operation gets the HTML page."""
    await endpoint.post(PAGE_QUERY)
    response = await endpoint.client.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.headers["content-type"].startswith("text/html")


async def test_body_length_is_limited(database):
    """A body over the limit is rejected, and one in chunks is passed on to the view complete."""
    endpoint = Endpoint(Store(database, SITE, noon_clock), Options(max_body_bytes=1_000))
    async with endpoint.client:
        await endpoint.post("{ store { revision } }")
        response = await endpoint.post("{ store { revision } } #" + "x" * 2_000)
        assert response.status_code == 413
        body = json.dumps({"query": "{ store { revision } }" + " " * 900})

        async def chunks():
            for start in range(0, len(body), 100):
                yield body[start : start + 100].encode()

        headers = {"Content-Type": "application/json"}
        response = await endpoint.client.post("/", content=chunks(), headers=headers)
        assert response.json()["data"] == {"store": {"revision": 1}}


async def test_automatic_persisted_queries(endpoint):
    """The view handles a text with its hash, to register it; the fast path the hash alone."""
    assert (await endpoint.post(None, extensions=PERSISTED)).json()["errors"]
    assert not await endpoint.uses_fast_path(PAGE_QUERY, extensions=PERSISTED)
    assert await endpoint.uses_fast_path(None, extensions=PERSISTED)
    assert not await endpoint.uses_fast_path(PAGE_QUERY, extensions=PERSISTED)


async def test_trusted_documents_only(database):
    """The fast path handles trusted documents; untrusted ones are rejected each time."""
    options = Options(trusted_documents={PAGE_QUERY_HASH: PAGE_QUERY}, trusted_only=True)
    endpoint = Endpoint(Store(database, SITE, noon_clock), options)
    async with endpoint.client:
        assert not await endpoint.uses_fast_path(PAGE_QUERY)
        assert await endpoint.uses_fast_path(PAGE_QUERY)
        untrusted = "{ articles { totalCount } }"
        for _ in range(2):
            response = (await endpoint.post(untrusted)).json()
            assert response["errors"][0]["extensions"]["code"] == "UNTRUSTED_DOCUMENT"


async def test_introspection_and_errors_are_not_cached(endpoint):
    """Operations with introspection or errors are handled by the view each time."""
    for query in ('{ __type(name: "Query") { name } }', "{ articles(first: -1) { totalCount } }"):
        count = endpoint.view.request_count
        for _ in range(3):
            await endpoint.post(query)
        assert endpoint.view.request_count == count + 3


async def test_last_of_repeated_parameters_counts(endpoint):
    """Like in the view, the last of repeated parameters counts, and an empty one is ignored."""
    cached = urlencode({"query": PAGE_QUERY})
    empty_last = (await endpoint.client.get(f"/?{cached}&query=")).json()
    await endpoint.client.get(f"/?{cached}")
    count = endpoint.view.request_count
    assert (await endpoint.client.get(f"/?{cached}&query=")).json() == empty_last
    assert empty_last["errors"]
    assert endpoint.view.request_count == count + 1
    await endpoint.client.get(f"/?query=&{cached}")
    assert endpoint.view.request_count == count + 1


async def test_expired_token_is_handled_by_the_view(endpoint):
    """If the store's result means an expired token, the view adds the error."""
    query = "query ($since: String) { changes(since: $since, first: 5) { token hasMore } }"
    token = (await endpoint.post(query)).json()["data"]["changes"]["token"]
    assert not await endpoint.uses_fast_path(query, {"since": token})
    assert await endpoint.uses_fast_path(query, {"since": token})
    foreign_token = bytes.fromhex(token).replace(
        bytes.fromhex(token).split(b"|")[1], b"00000000000000000000000000000000"
    )
    response = (await endpoint.post(query, {"since": foreign_token.hex()})).json()
    assert [error["extensions"]["code"] for error in response["errors"]] == ["RESYNC"]


async def test_node_is_cached_per_type(endpoint):
    """The plan of `node` depends on the type in its id, so each type is cached separately."""
    response = await endpoint.post(
        "{ articles(first: 1) { edges { node { id provider { id } } } } }"
    )
    node = response.json()["data"]["articles"]["edges"][0]["node"]
    query = "query ($id: ID!) { node(id: $id) { __typename id ... on Provider { domain } } }"
    for id_, type_name in ((node["id"], "Article"), (node["provider"]["id"], "Provider")):
        assert not await endpoint.uses_fast_path(query, {"id": id_})
        assert await endpoint.uses_fast_path(query, {"id": id_})
        result = (await endpoint.post(query, {"id": id_})).json()["data"]["node"]
        assert (result["__typename"], result["id"]) == (type_name, id_)
        assert ("domain" in result) == (type_name == "Provider")


async def test_revision_is_set_on_complete_responses(endpoint):
    """The scope extension has the revision of complete, error-free responses only."""
    for query, parameters, revision in (
        (PAGE_QUERY, {}, 1),
        (PAGE_QUERY, {}, 1),
        ("{ articles(first: -1) { totalCount } }", {}, None),
        ('{ __type(name: "Query") { name } }', {}, None),
        # A text sent with its hash must reach the server, so its response is not cacheable.
        (PAGE_QUERY, {"extensions": PERSISTED}, None),
        (None, {"extensions": PERSISTED}, 1),
    ):
        scopes = []

        async def app(scope, receive, send, scopes=scopes):
            scope["extensions"] = {}
            scopes.append(scope)
            await endpoint.fast_path(scope, receive, send)

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
            await client.post("/", json={"query": query, **parameters})
        assert scopes[0]["extensions"].get(REVISION_KEY) == revision


class TimingOutStore:
    """A store whose first query succeeds and whose others time out.

    Attributes:
        query_count: number of queries.
    """

    def __init__(self, store):
        self._store, self.query_count = store, 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    def try_run_inline(self, *_):
        """Return None, as for a query that may take long."""

    async def run(self, query, parameters, limits):
        """Run the first query, and raise for all others."""
        self.query_count += 1
        if self.query_count > 1:
            raise QueryTimeout("Reading took too long.")
        return await self._store.run(query, parameters, limits)


async def test_failed_read_is_not_repeated(database):
    """After a timeout in the fast path, the view reports the error without another read."""
    store = TimingOutStore(Store(database, SITE, noon_clock))
    endpoint = Endpoint(store)
    async with endpoint.client:
        await endpoint.post(PAGE_QUERY)
        response = (await endpoint.post(PAGE_QUERY)).json()
    assert [error["extensions"]["code"] for error in response["errors"]] == ["TIMEOUT"]
    assert response["errors"][0]["path"] == ["articles"]
    assert store.query_count == 2


async def test_graphql_app_has_the_fast_path(database):
    """The application of `graphql_app` handles repeated requests in the fast path."""
    app = graphql_app(Store(database, SITE, noon_clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
        for _ in range(3):
            await client.get("/?" + urlencode({"query": PAGE_QUERY}))
    assert app.hit_count == 2
