"""Relay's connections and nodes: every connection, order and filter, while articles change.

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

from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.http.view import graphql_app
from newsgraph.store.documents.identity import encode_node_id
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.store.archive import SITE, Archive, Clock

SCHEMA = Schema()
"""Shared by all endpoints, so that each operation is validated and planned once."""

HUB_URL = "https://example.com/hub"
NUMBERS = (None, -5, 0, 0, 70, 70, 100)
DATES = (None, "2021-01-01", "2021-01-02", "2021-01-02T00:00:01Z", "2022-02-02")
TITLES = ("Robots see", "robots see", "Éclairs", "a|b|c robots", "Z", "ROBOTS")

FILTER_AND_ORDER = "filter: $filter, orderBy: $order"
CONNECTIONS = {
    "articles": ("", FILTER_AND_ORDER, ""),
    "topic": ('topic(slug: "all") {', FILTER_AND_ORDER, "}"),
    "provider": ('provider(domain: "example.com") {', FILTER_AND_ORDER, "}"),
    "relatedBy": ('article(slug: "hub") {', FILTER_AND_ORDER, "}"),
    "search": ("", 'query: "robots", filter: $filter', ""),
    "topics": ("", "", ""),
    "providers": ("", "", ""),
    "relatedLinks": ('provider(domain: "example.com") {', "", "}"),
}
FIELD_NAMES = {"topic": "articles", "provider": "articles"}
WITH_FILTER = [name for name, (_, arguments, _) in CONNECTIONS.items() if "$filter" in arguments]
WITH_ORDER = [name for name, (_, arguments, _) in CONNECTIONS.items() if "$order" in arguments]


def page_operation(name):
    """Return an operation that reads a page of a connection."""
    opening, arguments, closing = CONNECTIONS[name]
    variables = "$first: Int, $last: Int, $after: String, $before: String"
    if name in WITH_FILTER:
        variables += ", $filter: ArticleFilter"
    if name in WITH_ORDER:
        variables += ", $order: ArticleOrder"
    return f"""query ({variables}) {{ {opening}
      page: {FIELD_NAMES.get(name, name)}(
        first: $first, last: $last, after: $after, before: $before {arguments}
      ) {{
        totalCount
        edges {{ cursor node {{ __typename id }} }}
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
      }}
    {closing} }}"""


@dataclass
class Endpoint:
    """A GraphQL endpoint over an archive that may change.

    Attributes:
        archive: the imported archive.
        store: the store that the archive is imported into.
        client: an HTTP client of the endpoint.
    """

    archive: Archive
    store: Store
    client: httpx.AsyncClient

    async def import_archive(self):
        """Import the archive."""
        await self.store.import_roots([self.archive.root])

    async def execute(self, query, **variables):
        """Return the JSON of the response to an operation."""
        body = {"query": query, "variables": variables}
        response = await self.client.post("/graphql", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    async def page(self, name, **arguments):
        """Return a page of a connection."""
        variables = {key: value for key, value in arguments.items() if value is not None}
        result = await self.execute(page_operation(name), **variables)
        assert "errors" not in result, result
        (value,) = result["data"].values()
        return value if "edges" in value else value["page"]


@asynccontextmanager
async def running_endpoint(empty_store):
    """Yield an endpoint over an empty archive."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty_store, f"{folder}/store.db"))
        database = await SqliteDatabase.open(path)
        store = Store(database, SITE, Clock())
        try:
            transport = httpx.ASGITransport(graphql_app(store, schema=SCHEMA))
            async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
                yield Endpoint(Archive(Path(folder) / "archive"), store, client)
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


def write_article(archive, number, fields):
    """Write an article of the topic and publisher, with links to the hub and to the publisher."""
    values = {key: value for key, value in fields.items() if value is not None}
    topics = ["All", *values.pop("topics", ())]
    link = {"title": "Link", "webUrl": f"https://example.com/{number % 3}"}
    archive.write_article(
        f"n{number}.md",
        topics=topics,
        provider={"domain": "example.com"},
        related=[HUB_URL, link | ({"date": values["date"]} if "date" in values else {})],
        **values,
    )


def write_archive(archive, articles):
    """Write the hub article and the articles that link to it."""
    archive.write_article(
        "hub.md", title="Robots", webUrl=HUB_URL, topics=["All"], provider="example.com"
    )
    for number, fields in enumerate(articles):
        write_article(archive, number, fields)


def connection_variables(name, filter_, order):
    """Return the variables for a filter and an order, if the connection accepts them."""
    variables = {"filter": filter_} if name in WITH_FILTER else {}
    return variables | ({"order": order} if name in WITH_ORDER else {})


def expected_page(edges, *, first=None, last=None, after=None, before=None):
    """Return the page that the specification requires, given all edges."""
    cursors = [edge["cursor"] for edge in edges]
    start = cursors.index(after) + 1 if after in cursors else 0
    end = cursors.index(before) if before in cursors else len(edges)
    window = edges[start:end] if start < end else []
    page_edges = window
    if first is not None:
        page_edges = window[:first]
    if last is not None:
        page_edges = window[max(len(window) - last, 0) :]
    is_cut = len(window) > len(page_edges)
    return {
        "totalCount": len(edges),
        "edges": page_edges,
        "pageInfo": {
            # The row of the `before` cursor follows the page, so there is a next page.
            "hasNextPage": (is_cut and first is not None) or end < len(edges),
            "hasPreviousPage": (is_cut and last is not None) or start > 0,
            "startCursor": page_edges[0]["cursor"] if page_edges else None,
            "endCursor": page_edges[-1]["cursor"] if page_edges else None,
        },
    }


@pytest.mark.slow
@settings(max_examples=scale_examples(6))
@given(articles=ARTICLES, filter_=FILTERS, order=ORDERS, size=st.integers(1, 14), drawn=st.data())
def test_pages(empty_store, articles, filter_, order, size, drawn):
    """Paging forward or backward through any connection returns all of its edges in order.

    Windows between two cursors, empty pages and page infos follow Relay's specification. `nodes`
    and `node` return each node.
    """

    async def run():
        async with running_endpoint(empty_store) as endpoint:
            write_archive(endpoint.archive, articles)
            await endpoint.import_archive()
            nodes = {}
            for name in CONNECTIONS:
                nodes |= await check_pages(endpoint, name)
            await check_nodes(endpoint, nodes)

    async def check_pages(endpoint, name):
        variables = connection_variables(name, filter_, order)
        complete_page = await endpoint.page(name, first=100, **variables)
        edges = complete_page["edges"]
        assert complete_page == expected_page(edges, first=100)
        assert len({edge["cursor"] for edge in edges}) == len(edges)
        assert len({edge["node"]["id"] for edge in edges}) == len(edges)
        for forward in (True, False):
            argument, end = ("after", "endCursor") if forward else ("before", "startCursor")
            collected, cursor, has_more = [], None, True
            while has_more:
                arguments = {"first" if forward else "last": size, argument: cursor}
                page = await endpoint.page(name, **arguments, **variables)
                assert page == expected_page(edges, **arguments)
                collected = collected + page["edges"] if forward else page["edges"] + collected
                cursor = page["pageInfo"][end]
                has_more = page["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]
            assert collected == edges
        cursors = st.none() | st.sampled_from([edge["cursor"] for edge in edges] or [None])
        for _ in range(2):
            window = {
                drawn.draw(st.sampled_from(("first", "last"))): drawn.draw(st.integers(0, 14)),
                "after": drawn.draw(cursors),
                "before": drawn.draw(cursors),
            }
            assert await endpoint.page(name, **window, **variables) == expected_page(
                edges, **window
            )
        return {edge["node"]["id"]: edge["node"] for edge in edges}

    async def check_nodes(endpoint, nodes):
        query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
        ids = list(nodes)[:99]
        result = await endpoint.execute(query, ids=[*ids, encode_node_id("Article", 1)])
        assert "errors" not in result, result
        assert result["data"]["nodes"] == [*(nodes[id_] for id_ in ids), None]
        query = "query ($id: ID!) { node(id: $id) { __typename id } }"
        # Fetch the first node of each type.
        for node in {node["__typename"]: node for node in reversed(nodes.values())}.values():
            assert (await endpoint.execute(query, id=node["id"]))["data"]["node"] == node

    asyncio.run(run())


@pytest.mark.slow
@settings(max_examples=scale_examples(12))
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
def test_paging_while_articles_change(
    empty_store, articles, filter_, order, sizes, changes, name, forward
):
    """Rows that exist all the time occur once and in order, even if a cursor's row is removed."""

    async def run():
        async with running_endpoint(empty_store) as endpoint:
            write_archive(endpoint.archive, articles)
            await endpoint.import_archive()
            variables = connection_variables(name, filter_, order)
            permanent_ids = await all_ids(endpoint, variables)
            collected, cursor, has_more, turn = [], None, True, 0
            argument, end = ("after", "endCursor") if forward else ("before", "startCursor")
            while has_more:
                size = sizes[turn % len(sizes)]
                arguments = {"first" if forward else "last": size, argument: cursor}
                page = await endpoint.page(name, **arguments, **variables)
                page_ids = [edge["node"]["id"] for edge in page["edges"]]
                collected = collected + page_ids if forward else page_ids + collected
                cursor = page["pageInfo"][end] or cursor
                has_more = page["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]
                if turn < len(changes):
                    change_archive(endpoint.archive, turn, *changes[turn])
                    await endpoint.import_archive()
                    current_ids = set(await all_ids(endpoint, variables))
                    permanent_ids = [id_ for id_ in permanent_ids if id_ in current_ids]
                    # The change may have added rows after the last page.
                    has_more = has_more or bool(current_ids - set(collected))
                turn += 1
                assert turn < 100
                if turn > len(changes) and not page_ids:
                    break
            assert len(collected) == len(set(collected))
            assert [id_ for id_ in collected if id_ in permanent_ids] == permanent_ids

    async def all_ids(endpoint, variables):
        page = await endpoint.page(name, first=100, **variables)
        return [edge["node"]["id"] for edge in page["edges"]]

    def change_archive(archive, turn, number, action, new_articles):
        if action == "remove":
            (archive.folder / f"n{number}.md").unlink(missing_ok=True)
        for index, fields in enumerate(new_articles[:3]):
            write_article(archive, 100 * (turn + 1) + index, fields)

    asyncio.run(run())


@pytest.mark.slow
async def test_cursors_of_removed_rows(empty_store):
    """The cursor of a removed row keeps its position, in every connection except search."""
    async with running_endpoint(empty_store) as endpoint:
        write_archive(endpoint.archive, [{"title": title, "topics": [title]} for title in TITLES])
        await endpoint.import_archive()
        pages = {name: await endpoint.page(name, first=100) for name in CONNECTIONS}
        for number in (1, 2, 3):
            endpoint.archive.remove(f"n{number}.md")
        await endpoint.import_archive()
        for name, page in pages.items():
            current_page = await endpoint.page(name, first=100)
            current = [edge["cursor"] for edge in current_page["edges"]]
            for index, edge in enumerate(page["edges"]):
                rest = await endpoint.page(name, first=100, after=edge["cursor"])
                later = [other["cursor"] for other in page["edges"][index + 1 :]]
                cursors = [other["cursor"] for other in rest["edges"]]
                assert cursors == [cursor for cursor in later if cursor in current]
                assert rest["pageInfo"]["hasPreviousPage"] == (len(cursors) < len(current))


async def test_cursor_of_another_connection(empty_store):
    """A cursor of a connection with another order is a client error."""
    async with running_endpoint(empty_store) as endpoint:
        write_archive(endpoint.archive, [{"title": title} for title in TITLES])
        await endpoint.import_archive()
        cursors = {
            name: (await endpoint.page(name, first=1))["pageInfo"]["endCursor"]
            for name in ("articles", "search", "topics")
        }
        for cursor_name, cursor in cursors.items():
            for name in cursors:
                result = await endpoint.execute(page_operation(name), first=1, after=cursor)
                codes = [error["extensions"]["code"] for error in result.get("errors", ())]
                assert codes == ([] if cursor_name == name else ["BAD_USER_INPUT"])
