"""GraphiQL's default tabs: every query runs, whatever the store contains."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from graphql import build_schema, parse, validate
from websockets.sync.client import connect

from newsgraph.gql.executable_schema import sdl
from newsgraph.server.app import create_app
from newsgraph.server.graphiql.default_tabs import build_tabs
from newsgraph.server.selections import select_directory
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.server.live import TIMEOUT_SECONDS, running_server
from tests.store.archive import Archive
from tests.store_files import open_store

OPERATION_NAMES = (
    *("NewestStories", "StoriesOfATopic", "Search", "WhoLinksToWhom", "WhatChanged", "Live"),
    "StateOfTheStore",
)
LIVE = OPERATION_NAMES.index("Live")
EMPTY_VALUES = ({}, [], None, 0)


async def read_tabs(store):
    """Return the default tabs for a store."""
    return build_tabs((await store.read(select_directory("topics"))).results[0])


def request_body(tab):
    """Return the GraphQL request that runs a tab's query."""
    return {"query": tab.query, "variables": tab.variables}


def is_empty(value):
    """Return whether a result contains only empty values, at any depth."""
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    return value in EMPTY_VALUES


async def test_tabs_are_named_and_explained(store):
    """Each query has an operation name, which GraphiQL shows on the tab, and a comment."""
    schema = build_schema(sdl())
    for tab, name in zip(await read_tabs(store), OPERATION_NAMES, strict=True):
        assert tab.query.startswith("# ")
        document = parse(tab.query)
        assert [definition.name.value for definition in document.definitions] == [name]
        assert validate(schema, document) == []
        assert set(tab.variables) <= {
            definition.variable.name.value
            for definition in document.definitions[0].variable_definitions or ()
        }
    # GraphiQL shows the first tab without its variables.
    assert (await read_tabs(store))[0].variables == {}


@pytest.mark.parametrize("index", [index for index in range(len(OPERATION_NAMES)) if index != LIVE])
async def test_queries_return_data_for_the_seeds(index, store, client):
    """With the default variables, each query returns data from the seed documents."""
    tab = (await read_tabs(store))[index]
    result = (await client.post("/graphql", json=request_body(tab))).json()
    assert "errors" not in result
    for name, value in result["data"].items():
        assert not is_empty(value), name


async def test_queries_demonstrate_features_with_the_seeds(store, client):
    """The results have the largest topic, a highlighted snippet, and a backward link."""
    data = []
    for tab in await read_tabs(store):
        response = await client.post("/graphql", json=request_body(tab))
        data.append(response.json().get("data"))
    assert data[1]["topic"]["name"] == "AI"
    assert data[1]["topic"]["articleCount"] == 4
    assert "<mark>" in data[2]["search"]["edges"][0]["snippet"]
    assert data[2]["search"]["facets"]["topics"][0]["topic"]["slug"] == "ai"
    counts = [edge["node"]["relatedBy"]["totalCount"] for edge in data[3]["articles"]["edges"]]
    assert max(counts) > 0


async def test_no_query_fails_with_an_empty_store(tmp_path):
    """Each query runs without errors on an empty store."""
    store = await open_store(tmp_path / "empty.db", SITE)
    try:
        async with create_client(create_app(store, SITE)) as client:
            for index, tab in enumerate(await read_tabs(store)):
                if index != LIVE:
                    response = await client.post("/graphql", json=request_body(tab))
                    assert response.status_code == httpx.codes.OK
                    assert "errors" not in response.json()
    finally:
        await store.close()


async def test_of_equally_large_topics_the_first_by_name_is_used(store, tmp_path):
    """The default variables depend only on the store's content."""
    archive = Archive(tmp_path / "more", Collection(id="more"))
    for number in range(6):
        archive.write_article(f"{number}.md", topics=["Zeppelins", "Balloons"])
    await store.import_roots([archive.root])
    assert (await read_tabs(store))[1].variables == {"slug": "balloons"}


@pytest.mark.slow
def test_the_live_query_receives_an_import(tmp_path):
    """The subscription receives an imported article over a WebSocket."""

    async def import_in_two_steps():
        store = await open_store(tmp_path / "live.db", SITE)
        try:
            live_tab = (await read_tabs(store))[LIVE]
            archive = Archive(tmp_path / "more", Collection(id="more"))
            archive.write_article("new.md", title="Just in")
            yield live_tab
            await store.import_roots([archive.root])
        finally:
            await store.close()

    with running_server(tmp_path) as (site_url, _):
        url = site_url.replace("http://", "ws://") + "/graphql"
        with (
            asyncio.Runner() as runner,
            connect(url, subprotocols=["graphql-transport-ws"], close_timeout=2) as websocket,
        ):
            steps = import_in_two_steps()
            tab = runner.run(anext(steps))
            websocket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(websocket.recv(TIMEOUT_SECONDS))["type"] == "connection_ack"
            # The subscription is active when the query after it completes.
            requests = {"1": request_body(tab), "2": {"query": "{ store { revision } }"}}
            for operation_id, payload in requests.items():
                message = {"id": operation_id, "type": "subscribe", "payload": payload}
                websocket.send(json.dumps(message))
            while json.loads(websocket.recv(TIMEOUT_SECONDS)) != {"id": "2", "type": "complete"}:
                pass
            runner.run(anext(steps, None))
            event = json.loads(websocket.recv(TIMEOUT_SECONDS))
    assert event["payload"]["data"]["articleChanged"]["article"]["title"] == "Just in"
