"""Tests of pages of ranges of keys, which split all rows of an entity into stable parts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.identity import stable_key
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.filter import Condition
from newsgraph.store.query.selection import (
    Cursor,
    Edge,
    EdgeArguments,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
    TotalCount,
)
from newsgraph.store.store import Store
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import SITE

ARTICLES = {stable_key("Article", f"n{number}"): f"n{number}" for number in range(30)}
TOPICS = {stable_key("Topic", f"t{number}"): f"t{number}" for number in range(10)}
PROVIDERS = {stable_key("Provider", f"p{number}.org"): f"p{number}.org" for number in range(5)}
# For each edge, the field with a row's name, and the names by their keys.
EDGES = {
    "articles": ("slug", ARTICLES),
    "topics": ("slug", TOPICS),
    "providers": ("domain", PROVIDERS),
}
MAX_KEY = 2**63 - 1


def select_range(edge, lowest, highest, **arguments):
    """Return a selection of an edge's rows in a range of keys, in the order of the keys."""
    field = EDGES[edge][0]
    info = PageInfo("info", (Field("more", "hasNextPage"), Field("end", "endCursor")))
    node = Node("node", Selection((Field("name", field),)))
    page = Page((Edges("edges", (Cursor("cursor"), node)), TotalCount("count"), info))
    defaults = {"first": 100, "lookup": ("keys", (lowest, highest)), "order": "key"}
    return Selection((Edge("page", edge, page, EdgeArguments(**(defaults | arguments))),))


async def read_page(store, selection):
    """Return the page of a selection."""
    return json.loads((await store.read(selection)).results[0])["page"]


def get_names(page):
    """Return the names of a page's rows."""
    return [edge["node"]["name"] for edge in page["edges"]]


def fill(archive):
    """Write articles of all topics and providers."""
    for number, name in enumerate(ARTICLES.values()):
        provider = {"domain": f"p{number % 5}.org"}
        archive.write_article(
            f"{name}.md", topics=[f"t{number % 10}"], provider=provider, heat=number
        )


@pytest.fixture(scope="module")
def store_file(filled_with):
    """A store file with the articles, topics and providers."""
    return filled_with(fill)


@pytest.fixture
async def filled(opened):
    """The store, and the database that records its statements."""
    recorded = RecordingDatabase(opened.database)
    return Store(recorded, SITE), recorded, opened


@given(
    edge=st.sampled_from(sorted(EDGES)),
    ends=st.tuples(*[st.sampled_from(sorted(ARTICLES)) | st.integers(0, MAX_KEY)] * 2),
)
async def test_any_range(filled, edge, ends):
    """A range includes both ends; its rows come in the order of their keys, and are counted."""
    lowest, highest = ends
    expected = [name for key, name in sorted(EDGES[edge][1].items()) if lowest <= key <= highest]
    page = await read_page(filled[0], select_range(edge, lowest, highest))
    assert get_names(page) == expected
    assert page["count"] == len(expected)
    assert page["info"]["more"] is False


async def test_ranges_share_a_statement(filled):
    """The ends of a range are parameters: all ranges have the same SQL text."""
    store, recorded, _ = filled
    for ends in ((0, MAX_KEY), (5, 6), (MAX_KEY, MAX_KEY)):
        await read_page(store, select_range("articles", *ends))
    assert len(set(recorded.statements)) == 1


@pytest.mark.parametrize("edge", sorted(EDGES))
async def test_range_scans_the_primary_key(filled, edge):
    """The query plan of a range is a scan of the primary key, without sorting."""
    store, recorded, opened = filled
    node = Node("node", Selection((Field("name", EDGES[edge][0]),)))
    arguments = EdgeArguments(first=100, lookup=("keys", (0, MAX_KEY)), order="key")
    page = Page((Edges("edges", (node,)),))
    await store.read(Selection((Edge("page", edge, page, arguments),)))
    sql, values = recorded.last
    rows = await opened.database.run_in_transaction(
        lambda connection: connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {sql}", tuple(values)
        ).all()
    )
    plan = [row.detail for row in rows]
    assert any("USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in line for line in plan), plan
    assert not any("TEMP B-TREE" in line for line in plan), plan


async def test_paging_and_filtering_in_a_range(filled):
    """Cursors and filters can be combined with a range."""
    store, _, _ = filled
    middle = sorted(ARTICLES)[20]
    expected = [name for key, name in sorted(ARTICLES.items()) if key <= middle]
    first = await read_page(store, select_range("articles", 0, middle, first=8))
    assert first["info"]["more"] is True
    after = first["info"]["end"]
    rest = await read_page(store, select_range("articles", 0, middle, after=after))
    assert get_names(first) + get_names(rest) == expected
    assert first["count"] == len(expected)
    before = rest["edges"][0]["cursor"]
    previous = select_range("articles", 0, middle, first=None, last=3, before=before)
    assert get_names(await read_page(store, previous)) == get_names(first)[-3:]
    filtered = select_range("articles", 0, middle, filter=Condition("heat", "gte", 15))
    names = get_names(await read_page(store, filtered))
    assert names == [name for name in expected if int(name[1:]) >= 15]


async def test_pages_cannot_be_looked_up_otherwise(filled):
    """A lookup of a page by anything but keys is refused, as it would return all rows."""
    store = filled[0]
    with pytest.raises(BadSelection):
        await read_page(store, select_range("articles", 0, 1, lookup=("slug", "n1")))
