"""Tests of queries that are compiled once and run with different arguments."""

from __future__ import annotations

import json

import pytest

from newsgraph.store.errors import BadCursor, SelectionTooLarge
from newsgraph.store.query.argument_slots import MAX_EDGES
from newsgraph.store.query.prepared_query import split_selections
from newsgraph.store.query.selection import (
    Constant,
    Cursor,
    Edge,
    EdgeArguments,
    Edges,
    Field,
    Node,
    Page,
    Selection,
)

TITLES = Page((Edges("e", (Cursor("c"), Node("n", Selection((Field("t", "title"),))))),))
TITLE = Selection((Field("t", "title"),))


def select_page(**arguments):
    """Return a selection of a page of titles."""
    return Selection((Edge("p", "articles", TITLES, EdgeArguments(**arguments)),))


def select_article(slug):
    """Return a selection of an article's title."""
    return Selection((Edge("a", "article", TITLE, EdgeArguments(lookup=("slug", slug))),))


@pytest.fixture
async def store(opened, archive):
    """A store of three articles."""
    for number, name in enumerate(("a", "b", "c")):
        archive.write_article(
            f"{name}.md", title=name.upper(), publishedDateTime=f"2023-01-0{number + 1}"
        )
    await opened.store.import_roots([archive.root])
    return opened.store


async def test_variable_arguments(store):
    """Variable arguments are bound for each run; the other selection keeps its arguments."""
    prepared = await store.prepare([select_page(first=1), select_article("a")], [(1, 0)])
    page = (await store.read(select_page(first=1))).results[0]
    for slug in ("a", "b", "nobody", "a"):
        parameters = prepared.bind([EdgeArguments(lookup=("slug", slug))])
        result = await store.run(prepared.query, parameters)
        assert result == await store.read(select_page(first=1), select_article(slug))
        assert result.results[0] == page


async def test_without_variable_arguments(store):
    """A query without variable arguments is run as it was prepared."""
    prepared = await store.prepare([select_page(first=2)])
    result = await store.run(prepared.query, prepared.bind([]))
    assert result == await store.read(select_page(first=2))


async def test_variable_cursors(store):
    """A cursor is decoded for each run, and an invalid one raises BadCursor."""
    edges = json.loads((await store.read(select_page(first=3))).results[0])["p"]["e"]
    prepared = await store.prepare([select_page(first=1, after=edges[0]["c"])], [(0, 0)])
    for edge, next_edge in zip(edges, [*edges[1:], None], strict=True):
        parameters = prepared.bind([EdgeArguments(first=1, after=edge["c"])])
        result = await store.run(prepared.query, parameters)
        page = json.loads(result.results[0])["p"]["e"]
        assert page == ([next_edge] if next_edge else [])
    with pytest.raises(BadCursor):
        prepared.bind([EdgeArguments(first=1, after="none")])


def test_limit_for_all_selections():
    """The limit on edges applies to all selections of a read together."""
    half = MAX_EDGES // 2
    selection = Selection(tuple(Edge(f"a{n}", "article", TITLE) for n in range(half)))
    assert len(split_selections([selection, selection])) == 2
    with pytest.raises(SelectionTooLarge, match=str(MAX_EDGES)):
        split_selections([selection, selection, Selection((Edge("a", "article", TITLE),))])
    assert split_selections([Selection((Constant("k", "v"),))])[0][1] == []
