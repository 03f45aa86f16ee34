"""The short way to an answer: the same answer, for what is known, and only for that."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlencode

import httpx
import pytest
from starlette.responses import HTMLResponse

from newsgraph.gql import Options
from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.http.fast_path import Shortcut
from newsgraph.gql.http.protocol import ANSWERED
from newsgraph.gql.http.slow_consumer import Patience
from newsgraph.gql.http.view import View, graphql_app
from newsgraph.store.errors import ReadTimedOut
from newsgraph.store.store import Store
from tests.gql.conftest import GOLDEN, SITE, at_noon

OPERATIONS = sorted(path.stem for path in (GOLDEN / "operations").glob("*.graphql"))
PAGE = (
    "query Page($first: Int, $after: String, $long: Boolean = false) {"
    " articles(first: $first, after: $after) {"
    " edges { cursor node { title excerpt @include(if: $long) } } } }"
)
HASH = hashlib.sha256(PAGE.encode()).hexdigest()
PERSISTED = {"persistedQuery": {"version": 1, "sha256Hash": HASH}}


class Counted:
    """An application that counts what comes to it, and keeps the last scope.

    Attributes:
        number: how many requests.
        scope: the last one's.
    """

    def __init__(self, app):
        self._app, self.number, self.scope = app, 0, {}

    async def __call__(self, scope, receive, send):
        """Count, and hand on."""
        self.number, self.scope = self.number + 1, scope
        await self._app(scope, receive, send)


async def shown(_request):
    """What the graph is given to show."""
    return HTMLResponse("a page")


class Door:
    """The graph's door with a count at its long way.

    Attributes:
        long: the long way.
        outer: what is before both.
    """

    def __init__(self, store, options=None):
        options = options or Options()
        schema = Schema(options)
        view = View(store, schema, page=shown)
        self.long = Counted(Patience(view, 10))
        self.short = Shortcut(self.long, store, schema.operations, schema.persisted, options)
        self.outer = Counted(self.short)
        transport = httpx.ASGITransport(self.outer)
        self.client = httpx.AsyncClient(transport=transport, base_url=SITE)

    async def post(self, query, variables=None, headers=None, **more):
        """Send an operation."""
        body = {"query": query, **more} | ({"variables": variables} if variables else {})
        return await self.client.post("/", json=body, headers=headers)

    async def is_short(self, *asked, **more):
        """Tell whether the operation is answered the short way; its answer is looked at."""
        before = self.long.number
        answer = await self.post(*asked, **more)
        assert "errors" not in answer.json(), answer.text
        return self.long.number == before


@pytest.fixture
async def door(database):
    """The door to the seeds."""
    door = Door(Store(database, SITE, at_noon))
    async with door.client:
        yield door


@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_second_answer_is_the_first(name, door):
    """All but the way is the same: the bytes, the status and the headers, over POST and GET."""
    query = (GOLDEN / "operations" / f"{name}.graphql").read_text("utf-8")
    first = await door.post(query)
    long_got = await door.client.get("/", params={"query": query, "variables": '{"x": '})
    assert long_got.status_code == 400
    assert door.long.number == 2
    again, got = await door.post(query), await door.client.get("/", params={"query": query})
    assert door.long.number == 2
    for one in (again, got):
        assert one.content == first.content
        assert one.status_code == first.status_code == 200
        assert dict(one.headers) == dict(first.headers)


async def test_other_values_are_bound(door):
    """A known operation serves every page; each answer is what the long way gives."""
    everything = (await door.post(PAGE, {"first": 4})).json()["data"]["articles"]["edges"]
    assert len(everything) == 4
    first = (await door.post(PAGE, {"first": 1})).json()["data"]["articles"]["edges"]
    assert first == everything[:1]
    # A cursor is another shape, and is new once.
    for number, (before, expected) in enumerate(
        zip(everything, [everything[at : at + 1] for at in (1, 2, 3, 4)], strict=True)
    ):
        count = door.long.number
        answer = await door.post(PAGE, {"first": 1, "after": before["cursor"]})
        assert answer.json()["data"]["articles"]["edges"] == expected
        assert door.long.number - count == (number == 0)


async def test_what_changes_the_shape_is_new_once(door):
    """Another `first` has another cost, and another `@include` another selection."""
    assert not await door.is_short(PAGE, {"first": 2})
    assert await door.is_short(PAGE, {"first": 2})
    assert not await door.is_short(PAGE, {"first": 3})
    assert not await door.is_short(PAGE, {"first": 2, "long": True})
    assert await door.is_short(PAGE, {"first": 2, "long": True})
    assert await door.is_short(PAGE, {"first": 2, "long": False})
    answers = [await door.post(PAGE, {"first": 2, "long": one}) for one in (True, False)]
    nodes = [one.json()["data"]["articles"]["edges"][0]["node"] for one in answers]
    assert [sorted(node) for node in nodes] == [["excerpt", "title"], ["title"]]
    costs = [(await door.post(PAGE, {"first": n})).json()["extensions"]["cost"] for n in (2, 3)]
    assert [one["requested"] for one in costs] == [2, 3]


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
async def test_mistakes_are_told_by_the_long_way(variables, code, door):
    """A known operation with bad values has the errors that an unknown one has."""
    unknown = (await door.post(PAGE + " # new", variables)).json()
    for known in ({"first": 1}, {"first": 1, "after": None}):
        await door.post(PAGE, known)
    before = door.long.number
    answer = (await door.post(PAGE, variables)).json()
    assert answer == unknown
    assert [one["extensions"]["code"] for one in answer["errors"]] == [code]
    assert door.long.number == before + 1


@pytest.mark.parametrize(
    "body",
    [
        {"query": PAGE, "variables": []},
        {"query": PAGE, "variables": "{}"},
        {"query": PAGE, "extensions": []},
        {"query": PAGE, "operationName": 1},
        {"query": PAGE, "operationName": "Other"},
        {"query": PAGE, "documentId": f"sha256:{HASH}"},
        {"query": PAGE, "extensions": {"persistedQuery": {"version": 2, "sha256Hash": HASH}}},
        {"query": [PAGE]},
        [{"query": PAGE}],
        PAGE,
        {"query": PAGE, "variables": {"first": 1, "after": [[[[]]]]}},
    ],
)
async def test_odd_requests_take_the_long_way(body, database):
    """What the view refuses or knows better, it is given."""
    door = Door(Store(database, SITE, at_noon), Options(max_depth=4))
    async with door.client:
        await door.post(PAGE)
        assert await door.is_short(PAGE)
        before = door.long.number
        answer = await door.client.post("/", json=body)
        assert door.long.number == before + 1
        assert answer.json()


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/event-stream"},
        {"Accept": "image/png"},
        {"Content-Type": "text/plain"},
        {"Content-Encoding": "gzip"},
    ],
)
async def test_other_forms_take_the_long_way(headers, door):
    """Streams, and bodies that are not plain JSON."""
    await door.post(PAGE)
    assert await door.is_short(PAGE)
    before = door.long.number
    await door.client.post("/", content=json.dumps({"query": PAGE}), headers=headers)
    assert door.long.number == before + 1


async def test_media_types(door):
    """The short way answers in the form that the client likes best."""
    await door.post(PAGE)
    newer = "application/graphql-response+json"
    for accept, expected in (
        ("*/*", "application/json"),
        (f"{newer}, application/json;q=0.9", newer),
    ):
        before = door.long.number
        answer = await door.post(PAGE, headers={"Accept": accept})
        assert answer.headers["content-type"] == expected
        assert door.long.number == before


async def test_a_page_for_browsers_is_not_lost(door):
    """A browser that asks for nothing gets the page, known operations or not."""
    await door.post(PAGE)
    answer = await door.client.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_body_that_is_too_long(database):
    """It is refused as ever, and nothing of it is lost on the way."""
    door = Door(Store(database, SITE, at_noon), Options(max_body_bytes=1_000))
    async with door.client:
        await door.post("{ store { revision } }")
        answer = await door.post("{ store { revision } } #" + "x" * 2_000)
        assert answer.status_code == 413
        parts = json.dumps({"query": "{ store { revision } }" + " " * 900})

        async def in_parts():
            for at in range(0, len(parts), 100):
                yield parts[at : at + 100].encode()

        headers = {"Content-Type": "application/json"}
        answer = await door.client.post("/", content=in_parts(), headers=headers)
        assert answer.json()["data"] == {"store": {"revision": 1}}


async def test_automatic_persisted_queries(door):
    """By its hash alone a known document is found; a first one is kept by the long way."""
    assert (await door.post(None, extensions=PERSISTED)).json()["errors"]
    assert not await door.is_short(PAGE, extensions=PERSISTED)
    assert await door.is_short(None, extensions=PERSISTED)
    assert not await door.is_short(PAGE, extensions=PERSISTED)


async def test_trusted_documents_only(database):
    """What is not trusted is not answered, known or not."""
    options = Options(trusted_documents={HASH: PAGE}, trusted_only=True)
    door = Door(Store(database, SITE, at_noon), options)
    async with door.client:
        assert not await door.is_short(PAGE)
        assert await door.is_short(PAGE)
        short = "{ articles { totalCount } }"
        for _ in range(2):
            answer = (await door.post(short)).json()
            assert answer["errors"][0]["extensions"]["code"] == "UNTRUSTED_DOCUMENT"


async def test_what_is_never_kept(door):
    """Introspection and errors are graphql-core's each time."""
    for query in ('{ __type(name: "Query") { name } }', "{ articles(first: -1) { totalCount } }"):
        before = door.long.number
        for _ in range(3):
            await door.post(query)
        assert door.long.number == before + 3


async def test_the_last_of_several_parameters_counts(door):
    """As the view reads an address: an empty last one is as good as none."""
    known = urlencode({"query": PAGE})
    unknown = (await door.client.get(f"/?{known}&query=")).json()
    await door.client.get(f"/?{known}")
    before = door.long.number
    assert (await door.client.get(f"/?{known}&query=")).json() == unknown
    assert unknown["errors"]
    assert door.long.number == before + 1
    await door.client.get(f"/?query=&{known}")
    assert door.long.number == before + 1


async def test_tokens_whose_time_has_passed(door):
    """The store answers a known operation with null, and the client learns why."""
    query = "query ($since: String) { changes(since: $since, first: 5) { token hasMore } }"
    token = (await door.post(query)).json()["data"]["changes"]["token"]
    assert not await door.is_short(query, {"since": token})
    assert await door.is_short(query, {"since": token})
    foreign = bytes.fromhex(token).replace(
        bytes.fromhex(token).split(b"|")[1], b"00000000000000000000000000000000"
    )
    answer = (await door.post(query, {"since": foreign.hex()})).json()
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["RESYNC"]


async def test_interfaces_are_spliced_too(door):
    """`node` finds what its id names; another kind of thing is another plan."""
    found = (
        await door.post("{ articles(first: 1) { edges { node { id provider { id } } } } }")
    ).json()
    node = found["data"]["articles"]["edges"][0]["node"]
    query = "query ($id: ID!) { node(id: $id) { __typename id ... on Provider { domain } } }"
    for id_, type_ in ((node["id"], "Article"), (node["provider"]["id"], "Provider")):
        assert not await door.is_short(query, {"id": id_})
        assert await door.is_short(query, {"id": id_})
        answer = (await door.post(query, {"id": id_})).json()["data"]["node"]
        assert (answer["__typename"], answer["id"]) == (type_, id_)
        assert ("domain" in answer) == (type_ == "Provider")


async def test_the_revision_is_told(door):
    """Whoever keeps answers learns what a whole one hangs on; nothing of one with errors."""
    for query, more, told in (
        (PAGE, {}, 1),
        (PAGE, {}, 1),
        ("{ articles(first: -1) { totalCount } }", {}, None),
        ('{ __type(name: "Query") { name } }', {}, None),
        # Whoever sends a text with its hash wants it to arrive.
        (PAGE, {"extensions": PERSISTED}, None),
        (None, {"extensions": PERSISTED}, 1),
    ):
        scopes = []

        async def app(scope, receive, send, scopes=scopes):
            scope["extensions"] = {}
            scopes.append(scope)
            await door.outer(scope, receive, send)

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
            await client.post("/", json={"query": query, **more})
        assert scopes[0]["extensions"].get(ANSWERED) == told


class Late:
    """A store that answers once, and then takes too long; it counts."""

    def __init__(self, store):
        self._store, self.asked = store, 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    def ask_now(self, *_):
        """Take long enough for everything."""

    async def ask(self, question, values, limits):
        """Answer, or give up."""
        self.asked += 1
        if self.asked > 1:
            raise ReadTimedOut("Reading took too long.")
        return await self._store.ask(question, values, limits)


async def test_a_read_that_failed_is_not_tried_again(database):
    """A client that waited as long as it may is told so at once."""
    store = Late(Store(database, SITE, at_noon))
    door = Door(store)
    async with door.client:
        await door.post(PAGE)
        answer = (await door.post(PAGE)).json()
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["TIMEOUT"]
    assert answer["errors"][0]["path"] == ["articles"]
    assert store.asked == 2


async def test_the_way_in_is_the_short_one(database):
    """The application that is mounted has the shortcut."""
    app = graphql_app(Store(database, SITE, at_noon))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
        for _ in range(3):
            await client.get("/?" + urlencode({"query": PAGE}))
    assert app.answered == 2
