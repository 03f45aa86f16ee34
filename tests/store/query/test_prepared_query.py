"""Questions that are asked again with other values."""

from __future__ import annotations

import json

import pytest

from newsgraph.store.errors import BadCursor, SelectionTooLarge
from newsgraph.store.query.argument_slots import MOST_EDGES
from newsgraph.store.query.prepared_query import shaped
from newsgraph.store.query.selection import (
    Arguments,
    Constant,
    Cursor,
    Edge,
    Edges,
    Field,
    Node,
    Page,
    Selection,
)

TITLES = Page((Edges("e", (Cursor("c"), Node("n", Selection((Field("t", "title"),))))),))
ONE = Selection((Field("t", "title"),))


def page(**arguments):
    """Select a page of titles."""
    return Selection((Edge("p", "articles", TITLES, Arguments(**arguments)),))


def by_slug(slug):
    """Select an article."""
    return Selection((Edge("a", "article", ONE, Arguments(by=("slug", slug))),))


@pytest.fixture
async def store(opened, archive):
    """A store of three articles."""
    for number, name in enumerate(("a", "b", "c")):
        archive.write(f"{name}.md", title=name.upper(), publishedDateTime=f"2026-01-0{number + 1}")
    await opened.store.import_roots([archive.root])
    return opened.store


async def test_open_values_are_bound_anew(store):
    """Of two selections, one has another slug each time; the other stays as it was."""
    prepared = await store.prepare([page(first=1), by_slug("a")], [(1, 0)])
    fixed = (await store.read(page(first=1))).answers[0]
    for slug in ("a", "b", "nobody", "a"):
        values = prepared.values([Arguments(by=("slug", slug))])
        reading = await store.ask(prepared.question, values)
        assert reading == await store.read(page(first=1), by_slug(slug))
        assert reading.answers[0] == fixed


async def test_nothing_open(store):
    """A question without open values is asked as it was prepared."""
    prepared = await store.prepare([page(first=2)])
    assert await store.ask(prepared.question, prepared.values([])) == await store.read(
        page(first=2)
    )


async def test_cursors_are_read_anew(store):
    """Each cursor leads on from where it stands, and what is none is told."""
    edges = json.loads((await store.read(page(first=3))).answers[0])["p"]["e"]
    prepared = await store.prepare([page(first=1, after=edges[0]["c"])], [(0, 0)])
    for before, expected in zip(edges, [*edges[1:], None], strict=True):
        values = prepared.values([Arguments(first=1, after=before["c"])])
        found = json.loads((await store.ask(prepared.question, values)).answers[0])["p"]["e"]
        assert found == ([expected] if expected else [])
    with pytest.raises(BadCursor):
        prepared.values([Arguments(first=1, after="none")])


def test_selections_together_have_a_limit():
    """What is too much for one selection is too much for several."""
    half = MOST_EDGES // 2
    many = Selection(tuple(Edge(f"a{n}", "article", ONE) for n in range(half)))
    assert len(shaped([many, many])) == 2
    with pytest.raises(SelectionTooLarge, match=str(MOST_EDGES)):
        shaped([many, many, Selection((Edge("a", "article", ONE),))])
    assert shaped([Selection((Constant("k", "v"),))])[0][1] == []
