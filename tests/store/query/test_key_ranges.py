"""Ranges of keys, which cut all rows of a kind into parts that stay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.identity import key
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.filter import Is
from newsgraph.store.query.selection import (
    Arguments,
    Cursor,
    Edge,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
    TotalCount,
)
from newsgraph.store.store import Store
from tests.recorded import Recorded
from tests.store.archive import SITE

ARTICLES = {key("Article", f"n{number}"): f"n{number}" for number in range(30)}
TOPICS = {key("Topic", f"t{number}"): f"t{number}" for number in range(10)}
PROVIDERS = {key("Provider", f"p{number}.org"): f"p{number}.org" for number in range(5)}
KINDS = {
    "articles": ("slug", ARTICLES),
    "topics": ("slug", TOPICS),
    "providers": ("domain", PROVIDERS),
}
LAST = 2**63 - 1


def ranged(edge, lowest, highest, **more):
    """Return a selection of a kind's rows in a range of keys, in the keys' order."""
    name = KINDS[edge][0]
    info = PageInfo("info", (Field("more", "hasNextPage"), Field("end", "endCursor")))
    node = Node("node", Selection((Field("name", name),)))
    to = Page((Edges("edges", (Cursor("cursor"), node)), TotalCount("count"), info))
    asked = Arguments(**({"first": 100, "by": ("keys", (lowest, highest)), "order": "key"} | more))
    return Selection((Edge("found", edge, to, asked),))


async def ask(store, selection):
    """Return the page that was asked for."""
    return json.loads((await store.read(selection)).answers[0])["found"]


def names(page):
    """Return the names of a page's rows."""
    return [edge["node"]["name"] for edge in page["edges"]]


def fill(archive):
    """Write articles of all topics and providers."""
    for number, name in enumerate(ARTICLES.values()):
        provider = {"domain": f"p{number % 5}.org"}
        archive.write(f"{name}.md", topics=[f"t{number % 10}"], provider=provider, heat=number)


@pytest.fixture(scope="module")
def store_file(filled_with):
    """Articles, topics and providers in a store."""
    return filled_with(fill)


@pytest.fixture
async def filled(opened):
    """The store that tells its statements."""
    recorded = Recorded(opened.database)
    return Store(recorded, SITE), recorded, opened


@given(
    edge=st.sampled_from(sorted(KINDS)),
    ends=st.tuples(*[st.sampled_from(sorted(ARTICLES)) | st.integers(0, LAST)] * 2),
)
async def test_any_range(filled, edge, ends):
    """Both ends belong to it; the rows come in the order of their keys, and are counted."""
    expected = [name for number, name in sorted(KINDS[edge][1].items()) if within(number, ends)]
    page = await ask(filled[0], ranged(edge, *ends))
    assert names(page) == expected
    assert page["count"] == len(expected)
    assert page["info"]["more"] is False


def within(number, ends):
    """Tell whether a key lies between others, or at one."""
    return ends[0] <= number <= ends[1]


async def test_ranges_are_one_statement(filled):
    """Ends are values: another range is the same text."""
    store, recorded, _ = filled
    for ends in ((0, LAST), (5, 6), (LAST, LAST)):
        await ask(store, ranged("articles", *ends))
    assert len(set(recorded.statements)) == 1


@pytest.mark.parametrize("edge", sorted(KINDS))
async def test_a_range_is_a_scan_of_the_key(filled, edge):
    """Nothing is sorted, and no other row is looked at."""
    store, recorded, opened = filled
    node = Node("node", Selection((Field("name", KINDS[edge][0]),)))
    asked = Arguments(first=100, by=("keys", (0, LAST)), order="key")
    page = Page((Edges("edges", (node,)),))
    await store.read(Selection((Edge("found", edge, page, asked),)))
    sql, values = recorded.last
    rows = await opened.database.transact(
        lambda connection: connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {sql}", tuple(values)
        ).all()
    )
    plan = [row.detail for row in rows]
    assert any("USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in line for line in plan), plan
    assert not any("TEMP B-TREE" in line for line in plan), plan


async def test_pages_of_a_range(filled):
    """Cursors and filters hold within it as elsewhere."""
    store, _, _ = filled
    middle = sorted(ARTICLES)[20]
    expected = [name for number, name in sorted(ARTICLES.items()) if number <= middle]
    first = await ask(store, ranged("articles", 0, middle, first=8))
    assert first["info"]["more"] is True
    after = first["info"]["end"]
    rest = await ask(store, ranged("articles", 0, middle, after=after))
    assert names(first) + names(rest) == expected
    assert first["count"] == len(expected)
    back = await ask(
        store, ranged("articles", 0, middle, first=None, last=3, before=rest["edges"][0]["cursor"])
    )
    assert names(back) == names(first)[-3:]
    warm = await ask(store, ranged("articles", 0, middle, filter=Is("heat", "gte", 15)))
    assert names(warm) == [name for name in expected if int(name[1:]) >= 15]


async def test_what_pages_are_not_found_by(filled):
    """A page is found by a range or not at all: another way would give all rows."""
    store = filled[0]
    with pytest.raises(BadSelection):
        await ask(store, ranged("articles", 0, 1, by=("slug", "n1")))
