"""The queries that GraphiQL begins with: each of them runs, over any archive."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from graphql import build_schema, parse, validate
from websockets.sync.client import connect

from newsgraph.gql import sdl
from newsgraph.server.app import create_app
from newsgraph.server.graphiql.default_tabs import tabs
from newsgraph.server.selections import everything_with_feeds
from newsgraph.store.documents.collection import Collection
from tests.server.conftest import SITE, client_of
from tests.server.live import SECONDS, serving
from tests.store.archive import Archive
from tests.store_files import open_store

NAMES = (
    *("NewestStories", "StoriesOfATopic", "Search", "WhoLinksToWhom", "WhatChanged", "Live"),
    "StateOfTheStore",
)
LIVE = NAMES.index("Live")
EMPTY = ({}, [], None, 0)


async def beginning(store):
    """The tabs that a page over a store has."""
    return tabs((await store.read(everything_with_feeds("topics"))).answers[0])


def empty(value):
    """Whether an answer tells nothing, however deep."""
    if isinstance(value, dict):
        return all(map(empty, value.values()))
    return value in EMPTY


async def test_each_tab_has_a_name_and_explains_itself(store):
    """GraphiQL shows the operation's name on the tab, as it finds it; comments teach."""
    schema = build_schema(sdl())
    for tab, name in zip(await beginning(store), NAMES, strict=True):
        assert tab.query.startswith("# ")
        document = parse(tab.query)
        assert [one.name.value for one in document.definitions] == [name]
        assert validate(schema, document) == []
        assert set(tab.variables) <= {
            one.variable.name.value for one in document.definitions[0].variable_definitions or ()
        }
    # GraphiQL shows the first tab without its variables.
    assert (await beginning(store))[0].variables == {}


@pytest.mark.parametrize("number", [number for number in range(len(NAMES)) if number != LIVE])
async def test_each_query_finds_something_in_the_seeds(number, store, client):
    """With just the variables that the page gives."""
    tab = (await beginning(store))[number]
    asked = {"query": tab.query, "variables": tab.variables}
    answer = (await client.post("/graphql", json=asked)).json()
    assert "errors" not in answer
    for name, found in answer["data"].items():
        assert not empty(found), name


async def test_the_seeds_show_what_the_queries_are_for(store, client):
    """The largest topic, a match with its words marked, and a link backward."""
    found = []
    for tab in await beginning(store):
        asked = {"query": tab.query, "variables": tab.variables}
        found.append((await client.post("/graphql", json=asked)).json().get("data"))
    assert found[1]["topic"]["name"] == "AI"
    assert found[1]["topic"]["articleCount"] == 4
    assert "<mark>" in found[2]["search"]["edges"][0]["snippet"]
    assert found[2]["search"]["facets"]["topics"][0]["topic"]["slug"] == "ai"
    counts = [edge["node"]["relatedBy"]["totalCount"] for edge in found[3]["articles"]["edges"]]
    assert max(counts) > 0


async def test_no_query_fails_over_an_empty_store(tmp_path):
    """A new archive's first page is no list of errors."""
    store = await open_store(tmp_path / "empty.db", SITE)
    try:
        async with client_of(create_app(store, SITE)) as client:
            for number, tab in enumerate(await beginning(store)):
                if number != LIVE:
                    asked = {"query": tab.query, "variables": tab.variables}
                    answer = await client.post("/graphql", json=asked)
                    assert answer.status_code == httpx.codes.OK
                    assert "errors" not in answer.json()
    finally:
        await store.close()


async def test_of_equal_topics_the_first_by_name_is_taken(store, tmp_path):
    """The same archive has the same page."""
    archive = Archive(tmp_path / "more", Collection(id="more"))
    for number in range(6):
        archive.write(f"{number}.md", topics=["Zeppelins", "Balloons"])
    await store.import_roots([archive.root])
    assert (await beginning(store))[1].variables == {"slug": "balloons"}


@pytest.mark.slow
def test_the_live_query_hears_an_import(tmp_path):
    """As it stands, over a WebSocket."""

    async def told():
        store = await open_store(tmp_path / "live.db", SITE)
        try:
            found = (await beginning(store))[LIVE]
            archive = Archive(tmp_path / "more", Collection(id="more"))
            archive.write("new.md", title="Just in")
            yield found
            await store.import_roots([archive.root])
        finally:
            await store.close()

    with serving(tmp_path) as (site, _):
        address = site.replace("http://", "ws://") + "/graphql"
        with (
            asyncio.Runner() as runner,
            connect(address, subprotocols=["graphql-transport-ws"], close_timeout=2) as socket,
        ):
            steps = told()
            tab = runner.run(anext(steps))
            socket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(socket.recv(SECONDS))["type"] == "connection_ack"
            payload = {"query": tab.query, "variables": tab.variables}
            for number, asked in (("1", payload), ("2", {"query": "{ store { revision } }"})):
                socket.send(json.dumps({"id": number, "type": "subscribe", "payload": asked}))
            while json.loads(socket.recv(SECONDS)) != {"id": "2", "type": "complete"}:
                pass
            runner.run(anext(steps, None))
            event = json.loads(socket.recv(SECONDS))
    assert event["payload"]["data"]["articleChanged"]["article"]["title"] == "Just in"
