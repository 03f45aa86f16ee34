"""Relay's connections and nodes: every connection, order and filter, while articles come and go.

See the GraphQL Cursor Connections and the Global Object Identification specifications.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.gql import Schema, graphql_app
from newsgraph.store.documents.identity import node_id
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.store import Store
from tests.hypothesis_profiles import examples
from tests.store.archive import SITE, Archive, Clock

SCHEMA = Schema()
"""Of all graphs: every operation is validated and planned once."""

HUB = "https://example.com/hub"
NUMBERS = (None, -5, 0, 0, 70, 70, 100)
DATES = (None, "2021-01-01", "2021-01-02", "2021-01-02T00:00:01Z", "2022-02-02")
TITLES = ("Robots see", "robots see", "Éclairs", "a|b|c robots", "Z", "ROBOTS")

ORDERED = "filter: $filter, orderBy: $order"
CONNECTIONS = {
    "articles": ("", ORDERED, ""),
    "topic": ('topic(slug: "all") {', ORDERED, "}"),
    "provider": ('provider(domain: "example.com") {', ORDERED, "}"),
    "relatedBy": ('article(slug: "hub") {', ORDERED, "}"),
    "search": ("", 'query: "robots", filter: $filter', ""),
    "topics": ("", "", ""),
    "providers": ("", "", ""),
    "relatedLinks": ('provider(domain: "example.com") {', "", "}"),
}
FIELDS = {"topic": "articles", "provider": "articles"}
WITH_FILTER = [name for name, (_, more, _) in CONNECTIONS.items() if "$filter" in more]
WITH_ORDER = [name for name, (_, more, _) in CONNECTIONS.items() if "$order" in more]


def operation(name):
    """Return an operation that asks for a page of a connection."""
    before, more, after = CONNECTIONS[name]
    variables = "$first: Int, $last: Int, $after: String, $before: String"
    if name in WITH_FILTER:
        variables += ", $filter: ArticleFilter"
    if name in WITH_ORDER:
        variables += ", $order: ArticleOrder"
    return f"""query ({variables}) {{ {before}
      page: {FIELDS.get(name, name)}(
        first: $first, last: $last, after: $after, before: $before {more}
      ) {{
        totalCount
        edges {{ cursor node {{ __typename id }} }}
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
      }}
    {after} }}"""


@dataclass
class Graph:
    """A graph over an archive that may change.

    Attributes:
        archive: what is imported.
    """

    archive: Archive
    store: Store
    client: httpx.AsyncClient

    async def take(self):
        """Import the archive."""
        await self.store.import_roots([self.archive.root])

    async def ask(self, query, **variables):
        """Return the answer to an operation."""
        body = {"query": query, "variables": variables}
        answer = await self.client.post("/graphql", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def page(self, name, **arguments):
        """Return a page of a connection."""
        asked = {key: value for key, value in arguments.items() if value is not None}
        answer = await self.ask(operation(name), **asked)
        assert "errors" not in answer, answer
        (found,) = answer["data"].values()
        return found if "edges" in found else found["page"]


@asynccontextmanager
async def graph(empty_store):
    """Serve an empty archive."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(shutil.copy(empty_store, f"{name}/store.db"))
        database = await SqliteDatabase.open(path)
        store = Store(database, SITE, Clock())
        try:
            transport = httpx.ASGITransport(graphql_app(store, schema=SCHEMA))
            async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
                yield Graph(Archive(Path(name) / "archive"), store, client)
        finally:
            await database.close()


ARTICLES = st.lists(
    st.fixed_dictionaries(
        {"title": st.sampled_from(TITLES), "body": st.sampled_from(("", "robots", "see see"))},
        optional={
            "quality": st.sampled_from(NUMBERS),
            "heat": st.sampled_from(NUMBERS),
            "date": st.sampled_from(DATES),
            "topics": st.lists(st.sampled_from(("B", "b", "ä", "Z", "C++")), max_size=2),
        },
    ),
    max_size=12,
)
ORDERS = st.none() | st.fixed_dictionaries(
    {
        "field": st.sampled_from(("PUBLISHED_AT", "QUALITY", "HEAT", "TITLE")),
        "direction": st.sampled_from(("ASC", "DESC")),
    }
)
FILTERS = st.none() | st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "quality": st.sampled_from(({"gte": 0}, {"isNull": True}, {"in": [70, -5]})),
            "publishedAt": st.sampled_from(({"lt": "2021-01-02T00:00:00.5Z"}, {"isNull": False})),
            "topics": st.sampled_from(({"any": ["b"]}, {"none": ["z"]}, {"all": ["all"]})),
            "text": st.sampled_from(("robots", "see -éclairs")),
        },
    ),
    lambda inner: (
        st.fixed_dictionaries({"not": inner})
        | st.fixed_dictionaries({"or": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"and": st.lists(inner, max_size=3)})
    ),
    max_leaves=5,
)


def write(archive, number, fields):
    """Write an article of the topic, by the publisher, linking to the hub and the publisher."""
    said = {key: value for key, value in fields.items() if value is not None}
    topics = ["All", *said.pop("topics", ())]
    link = {"title": "Link", "webUrl": f"https://example.com/{number % 3}"}
    archive.write(
        f"n{number}.md",
        topics=topics,
        provider={"domain": "example.com"},
        related=[HUB, link | ({"date": said["date"]} if "date" in said else {})],
        **said,
    )


def fill(archive, articles):
    """Write the hub, and articles around it."""
    archive.write("hub.md", title="Robots", webUrl=HUB, topics=["All"], provider="example.com")
    for number, fields in enumerate(articles):
        write(archive, number, fields)


def asked(name, filter_, order):
    """Return the variables that a connection takes."""
    found = {"filter": filter_} if name in WITH_FILTER else {}
    return found | ({"order": order} if name in WITH_ORDER else {})


def model(edges, *, first=None, last=None, after=None, before=None):
    """Return a page as the specification says, with `hasNextPage` and the like."""
    cursors = [edge["cursor"] for edge in edges]
    start = cursors.index(after) + 1 if after in cursors else 0
    end = cursors.index(before) if before in cursors else len(edges)
    between = edges[start:end] if start < end else []
    shown = between
    if first is not None:
        shown = between[:first]
    if last is not None:
        shown = between[max(len(between) - last, 0) :]
    more = len(between) > len(shown)
    return {
        "totalCount": len(edges),
        "edges": shown,
        "pageInfo": {
            # With `before`, whether there is something behind it is known, and told.
            "hasNextPage": (more and first is not None) or end < len(edges),
            "hasPreviousPage": (more and last is not None) or start > 0,
            "startCursor": shown[0]["cursor"] if shown else None,
            "endCursor": shown[-1]["cursor"] if shown else None,
        },
    }


@pytest.mark.slow
@settings(max_examples=examples(6))
@given(articles=ARTICLES, filter_=FILTERS, order=ORDERS, size=st.integers(1, 14), drawn=st.data())
def test_pages(empty_store, articles, filter_, order, size, drawn):
    """Of every connection: forward is backward reversed, and both are the whole list in pages.

    Windows between two cursors, pages of none, and where each page lies are as Relay says;
    `nodes` and `node` find each node again.
    """

    async def run():
        async with graph(empty_store) as here:
            fill(here.archive, articles)
            await here.take()
            ids = {}
            for name in CONNECTIONS:
                ids |= await pages_of(here, name)
            await found_again(here, ids)

    async def pages_of(here, name):
        variables = asked(name, filter_, order)
        whole = await here.page(name, first=100, **variables)
        edges = whole["edges"]
        assert whole == model(edges, first=100)
        assert len({edge["cursor"] for edge in edges}) == len(edges)
        assert len({edge["node"]["id"] for edge in edges}) == len(edges)
        for forward in (True, False):
            side, end = ("after", "endCursor") if forward else ("before", "startCursor")
            met, cursor, more = [], None, True
            while more:
                arguments = {"first" if forward else "last": size, side: cursor}
                page = await here.page(name, **arguments, **variables)
                assert page == model(edges, **arguments)
                met = met + page["edges"] if forward else page["edges"] + met
                cursor = page["pageInfo"][end]
                more = page["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]
            assert met == edges
        cursors = st.none() | st.sampled_from([edge["cursor"] for edge in edges] or [None])
        for _ in range(2):
            window = {
                drawn.draw(st.sampled_from(("first", "last"))): drawn.draw(st.integers(0, 14)),
                "after": drawn.draw(cursors),
                "before": drawn.draw(cursors),
            }
            assert await here.page(name, **window, **variables) == model(edges, **window)
        return {edge["node"]["id"]: edge["node"] for edge in edges}

    async def found_again(here, ids):
        query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
        several = list(ids)[:99]
        answer = await here.ask(query, ids=[*several, node_id("Article", 1)])
        assert "errors" not in answer, answer
        assert answer["data"]["nodes"] == [*(ids[one] for one in several), None]
        query = "query ($id: ID!) { node(id: $id) { __typename id } }"
        for kind in {node["__typename"] for node in ids.values()}:
            one = next(each for each, node in ids.items() if node["__typename"] == kind)
            assert (await here.ask(query, id=one))["data"]["node"] == ids[one]

    asyncio.run(run())


@pytest.mark.slow
@settings(max_examples=examples(12))
@given(
    articles=ARTICLES.filter(lambda articles: len(articles) > 3),
    filter_=FILTERS,
    order=ORDERS,
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=8),
    changes=st.lists(
        st.tuples(st.integers(0, 11), st.sampled_from(("remove", "insert")), ARTICLES), max_size=8
    ),
    name=st.sampled_from(WITH_ORDER),
    forward=st.booleans(),
)
def test_walking_while_articles_come_and_go(
    empty_store, articles, filter_, order, sizes, changes, name, forward
):
    """What was there all the time is met once, in order, also where the cursor's own row goes."""

    async def run():
        async with graph(empty_store) as here:
            fill(here.archive, articles)
            await here.take()
            variables = asked(name, filter_, order)
            stayed = await everything(here, variables)
            met, cursor, more, turn = [], None, True, 0
            side, end = ("after", "endCursor") if forward else ("before", "startCursor")
            while more:
                size = sizes[turn % len(sizes)]
                arguments = {"first" if forward else "last": size, side: cursor}
                page = await here.page(name, **arguments, **variables)
                found = [edge["node"]["id"] for edge in page["edges"]]
                met = met + found if forward else found + met
                cursor = page["pageInfo"][end] or cursor
                more = page["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]
                if turn < len(changes):
                    change(here.archive, turn, *changes[turn])
                    await here.take()
                    there = set(await everything(here, variables))
                    stayed = [one for one in stayed if one in there]
                    # What has just gone or come decides whether there is more.
                    more = more or bool(there - set(met))
                turn += 1
                assert turn < 100
                if turn > len(changes) and not found:
                    break
            assert len(met) == len(set(met))
            assert [one for one in met if one in stayed] == stayed

    async def everything(here, variables):
        page = await here.page(name, first=100, **variables)
        return [edge["node"]["id"] for edge in page["edges"]]

    def change(archive, turn, number, what, new):
        if what == "remove":
            (archive.folder / f"n{number}.md").unlink(missing_ok=True)
        for extra, fields in enumerate(new[:3]):
            write(archive, 100 * (turn + 1) + extra, fields)

    asyncio.run(run())


@pytest.mark.slow
async def test_cursors_of_rows_that_are_gone(empty_store):
    """Such a cursor still has its place, in every connection but search."""
    async with graph(empty_store) as here:
        fill(here.archive, [{"title": title, "topics": [title]} for title in TITLES])
        await here.take()
        before = {name: await here.page(name, first=100) for name in CONNECTIONS}
        for number in (1, 2, 3):
            here.archive.remove(f"n{number}.md")
        await here.take()
        for name, page in before.items():
            if name == "search":
                continue
            now = [edge["cursor"] for edge in (await here.page(name, first=100))["edges"]]
            for place, edge in enumerate(page["edges"]):
                rest = await here.page(name, first=100, after=edge["cursor"])
                later = [each["cursor"] for each in page["edges"][place + 1 :]]
                found = [each["cursor"] for each in rest["edges"]]
                assert found == [one for one in later if one in now]
                assert rest["pageInfo"]["hasPreviousPage"] == (len(found) < len(now))


@pytest.mark.slow
async def test_a_search_cursor_of_another_revision(empty_store):
    """It is refused as one whose time has passed, and by its argument."""
    async with graph(empty_store) as here:
        fill(here.archive, [{"title": title} for title in TITLES])
        await here.take()
        page = await here.page("search", first=2)
        cursor = page["pageInfo"]["endCursor"]
        assert (await here.page("search", first=2, after=cursor))["edges"]
        here.archive.write("new.md")
        await here.take()
        for side in ("after", "before"):
            answer = await here.ask(operation("search"), **{side: cursor})
            (error,) = answer["errors"]
            assert answer["data"] is None
            assert error["extensions"]["code"] == "CURSOR_EXPIRED"
            assert error["path"] == ["page"]


async def test_a_cursor_of_another_connection(empty_store):
    """A cursor of another order is refused as an error of the client's."""
    async with graph(empty_store) as here:
        fill(here.archive, [{"title": title} for title in TITLES])
        await here.take()
        cursors = {
            name: (await here.page(name, first=1))["pageInfo"]["endCursor"]
            for name in ("articles", "search", "topics")
        }
        for of, cursor in cursors.items():
            for name in cursors:
                answer = await here.ask(operation(name), first=1, after=cursor)
                codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
                assert codes == ([] if of == name else ["BAD_USER_INPUT"])
