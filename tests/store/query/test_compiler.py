"""Statements: their plans, that each is one, and that the JSON they build is right."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import cycle, islice

import pytest
from sqlalchemy.dialects import sqlite

from newsgraph.store.documents.identity import key
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.argument_slots import shape
from newsgraph.store.query.compiler import compiled
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import (
    Arguments,
    Constant,
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
from tests.store.plans import plan


def select(*items):
    """Return a selection of items; a text is the field of that name."""
    return Selection(tuple(Field(one, one) if isinstance(one, str) else one for one in items))


def page(*items, info=(), total=False, cursor=False):
    """Return a page of nodes."""
    parts = (Cursor("cursor"),) * cursor + (Node("node", select(*items)),)
    place = PageInfo("pageInfo", tuple(Field(one, one) for one in info))
    return Page(
        (TotalCount("totalCount"),) * total + (Edges("edges", parts),) + (place,) * bool(info)
    )


def along(name, to, **arguments):
    """Return an edge under its own name."""
    return Edge(name, name, to, Arguments(**arguments))


PLACE = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")
PICTURE = ("url", "width", "height")
PROVIDER = along("provider", select("name", "domain"))
NESTED = page(
    "slug",
    "title",
    "publishedAt",
    "quality",
    PROVIDER,
    along("topics", select("name", "slug")),
    along("images", select(*PICTURE)),
    along(
        "related",
        select("title", "webUrl", "quality", PROVIDER, along("article", select("slug"))),
    ),
    along("relatedBy", page("slug"), first=5),
    info=("hasNextPage", "endCursor"),
    total=True,
    cursor=True,
)


def hops(kind, number):
    """Return a selection that goes so many hops along a kind of cycle."""
    steps = {
        "related by": [("relatedBy", True)],
        "related": [("related", False), ("article", False)],
        "topics": [("topics", False), ("articles", True)],
        "mixed": [
            ("relatedBy", True),
            ("related", False),
            ("article", False),
            ("topics", False),
            ("articles", True),
            ("provider", False),
            ("articles", True),
        ],
    }[kind]
    names = list(islice(cycle(steps), number))
    to = select("id")
    for name, is_page in reversed(names):
        paged = Page((Edges("edges", (Node("node", to), Cursor("cursor"))),))
        first = 1 if name not in ("article", "provider") else None
        to = select("id", Edge(name, name, paged if is_page else to, Arguments(first=first)))
    return select(Edge("article", "article", to, Arguments(by=("slug", "a"))))


PAGE = select(along("articles", NESTED, first=10))
BY_DATE = "ix_article_published_at_id"
SLUG = "sqlite_autoindex_article_1"
LINKS = "sqlite_autoindex_link_1"
LINKED_BY = "ix_link_target_id"
# What is read, what is scanned, and by which indexes the rest is found.
PLANNED = {
    "a flat page": (
        select(along("articles", page("id", "title", "webUrl", "frontMatter"), first=10)),
        {f"article by {BY_DATE}"},
        set(),
    ),
    "a nested page": (PAGE, {f"article by {BY_DATE}"}, {LINKS, LINKED_BY}),
    "a page after a cursor": (
        select(along("articles", page("title", info=PLACE, cursor=True), first=2, after="6e")),
        set(),
        {BY_DATE},
    ),
    "by a slug": (
        select(along("article", select("title", "body"), by=("slug", "a"))),
        set(),
        {SLUG},
    ),
    "by an address": (
        select(along("article", select("title"), by=("url", "https://example.com"))),
        set(),
        set(),
    ),
    "named queries": (
        hops("mixed", 8),
        set(),
        {
            *(SLUG, LINKS, LINKED_BY),
            "ix_article_topic_topic_id_published_at_article_id",
            "ix_article_provider_id_published_at_id",
        },
    ),
    "a count": (select(along("topics", Page((TotalCount("totalCount"),)))), set(), set()),
}


def fill(archive):
    """Write three articles that link in a circle."""
    for name, after in zip("abc", "bca", strict=True):
        archive.write(
            f"{name}.md",
            title=f"Title {name}",
            date="2021-01-01",
            webUrl=f"https://example.com/{name}",
            topics=["One", "Two"],
            images=[f"https://example.com/{name}.png"],
            related=[f"https://example.com/{after}", {"title": "nowhere"}],
        )


@pytest.fixture(scope="module")
def store_file(filled_with):
    """The three articles in a store."""
    return filled_with(fill)


@pytest.mark.parametrize(("selection", "scans", "indexes"), [*PLANNED.values()], ids=PLANNED.keys())
def test_plans(store_file, selection, scans, indexes):
    """Pages are read in the order of an index, and rows found by one; nothing is made in stock."""
    planned = plan(store_file, compiled(shape(selection)[0], sqlite.dialect()).sql)
    assert planned.scans == scans
    assert planned.indexes >= indexes
    assert planned.materialized == set()


def test_deep_objects_are_named_queries():
    """An object deep in the text has a name, and is made of no more rows than are asked for."""
    sql = compiled(shape(hops("mixed", 8))[0], sqlite.dialect()).sql
    assert sql.count(" AS NOT MATERIALIZED (") == sql.count("MATERIALIZED") >= 1
    assert "MATERIALIZED" not in compiled(shape(hops("mixed", 2))[0], sqlite.dialect()).sql


@pytest.fixture
async def counting(opened):
    """The database of the three articles, which counts statements."""
    return Recorded(opened.database)


async def ask(database, *selections):
    """Return what a selection gives."""
    reading = await Store(database, SITE).read(*selections)
    return [json.loads(answer) for answer in reading.answers]


async def test_nested(counting):
    """The nested question is one statement, and its lists and objects are JSON, not text."""
    (answer,) = await ask(counting, PAGE)
    assert len(counting.statements) == 1
    found = answer["articles"]
    assert found["totalCount"] == 3
    nodes = {edge["node"]["slug"]: edge["node"] for edge in found["edges"]}
    assert set(nodes) == set("abc")
    assert nodes["a"] == {
        "slug": "a",
        "title": "Title a",
        "publishedAt": "2021-01-01T00:00:00Z",
        "quality": None,
        "provider": {"name": "example.com", "domain": "example.com"},
        "topics": [{"name": "One", "slug": "one"}, {"name": "Two", "slug": "two"}],
        "images": [{"url": "https://example.com/a.png", "width": None, "height": None}],
        "related": [
            {
                "title": "https://example.com/b",
                "webUrl": "https://example.com/b",
                "quality": None,
                "provider": {"name": "example.com", "domain": "example.com"},
                "article": {"slug": "b"},
            },
            {
                "title": "nowhere",
                "webUrl": None,
                "quality": None,
                "provider": None,
                "article": None,
            },
        ],
        "relatedBy": {"edges": [{"node": {"slug": "c"}}]},
    }
    assert found["pageInfo"] == {"hasNextPage": False, "endCursor": found["edges"][-1]["cursor"]}


async def test_every_object_by_name(opened, counting):
    """What a parser refuses is said with named objects; what has no key stays in place."""
    selection, arguments = shape(PAGE)
    flat = compiled(selection, sqlite.dialect(), 1)
    assert flat.sql.count("MATERIALIZED") == 7
    with closing(sqlite3.connect(opened.path)) as connection:
        found = connection.execute(flat.sql, flat.placed(flat.values(arguments, SITE)))
        ((_, answer),) = found.fetchall()
    assert [json.loads(answer)] == await ask(counting, PAGE)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["related by", "related", "topics", "mixed"])
async def test_cycles(counting, kind):
    """Cycles of any depth run, as one statement each, and lead where they should."""
    for number in (*range(1, 9), 14, 40):
        counting.statements.clear()
        (answer,) = await ask(counting, hops(kind, number))
        assert len(counting.statements) == 1
        assert depth_of(answer["article"]) == number


@pytest.mark.parametrize("number", [41, 60, 200])
async def test_too_deep(counting, number):
    """What would be more than a database can read is refused before it is asked."""
    with pytest.raises(BadSelection, match="too deep"):
        await ask(counting, hops("mixed", number))
    assert counting.statements == []


@pytest.mark.slow
async def test_deep_and_full(counting):
    """Pages with everything that pages have can be as deep as any."""
    to = select("id")
    for _ in range(40):
        paged = page(*to.items, info=PLACE, total=True, cursor=True)
        to = select("id", "title", along("relatedBy", paged, first=1))
    (answer,) = await ask(counting, select(along("article", to, by=("slug", "a"))))
    here = answer["article"]
    for _ in range(40):
        assert here["relatedBy"]["totalCount"] == 1
        assert not here["relatedBy"]["pageInfo"]["hasNextPage"]
        here = here["relatedBy"]["edges"][0]["node"]
    assert list(here) == ["id"]


def depth_of(here):
    """Return how many hops an answer goes on for."""
    depth = 0
    while True:
        assert here["id"]
        ((_, there),) = [item for item in here.items() if item[0] != "id"] or [(None, None)]
        if there is None:
            return depth
        depth += 1
        if isinstance(there, dict) and "edges" in there:
            assert there["edges"][0]["cursor"]
            there = there["edges"][0]["node"]
        here = there[0] if isinstance(there, list) else there


@pytest.mark.slow
async def test_wide_and_deep(counting):
    """Several deep branches in one selection are still one statement."""
    branches = [
        Edge(f"branch{number}", "articles", page("id", *hops("mixed", 9).items[0].to.items[1:]))
        for number in range(4)
    ]
    (answer,) = await ask(counting, select(*branches))
    assert len(counting.statements) == 1
    assert answer["branch0"] == answer["branch3"]
    assert len(answer["branch0"]["edges"]) == 3


@pytest.mark.slow
async def test_many_aliases(counting):
    """200 fields of one object: in their order, with their nulls, texts and objects."""
    items = []
    for number in range(50):
        items += [
            Field(f"title{number}", "title"),
            Field(f"quality{number}", "quality"),
            Edge(f"provider{number}", "provider", select("domain")),
            Edge(f"topics{number}", "topics", select("slug"), Arguments(first=1)),
            Field(f"front{number}", "frontMatter"),
            Constant(f"__type{number}", "Article"),
        ]
    (answer,) = await ask(
        counting, select(Edge("article", "article", select(*items), Arguments(by=("slug", "a"))))
    )
    found = answer["article"]
    assert list(found) == [item.key for item in items]
    assert found["title49"] == "Title a"
    assert found["quality10"] is None
    assert found["provider40"] == {"domain": "example.com"}
    assert found["topics41"] == [{"slug": "one"}]
    assert found["front12"]["title"] == "Title a"
    assert found["__type49"] == "Article"


async def test_first_of_lists(counting):
    """A list is whole without `first`, and as long as it says with it."""
    for first, length in ((None, 2), (0, 0), (1, 1), (5, 2), (2**70, 2)):
        to = select(along("related", select("position"), first=first))
        (answer,) = await ask(counting, select(along("article", to, by=("slug", "a"))))
        positions = [one["position"] for one in answer["article"]["related"]]
        assert positions == list(range(length))


@pytest.mark.slow
async def test_every_field_and_edge(counting):
    """Every field and edge of the graph can be asked for, and each edge leads on."""

    def everything(entity, depth):
        maps = ENTITIES[entity]
        edges = []
        for name, edge in maps.edges.items():
            if edge.shape in ("choice", "log") or name == "search":
                continue
            if depth or edge.target not in ("Article", "Topic", "Provider", "RelatedLink"):
                to = everything(edge.target, depth - 1)
                edges.append(Edge(name, name, page(*to.items) if edge.shape == "page" else to))
        return select(*maps.fields, *edges, Constant("__typename", entity))

    (answer,) = await ask(counting, everything("Query", 2))
    assert len(counting.statements) == 1
    assert answer["store"]["articleCount"] == 3
    assert answer["article"] is None
    story = answer["articles"]["edges"][0]["node"]
    assert set(story) == {*ENTITIES["Article"].fields, *ENTITIES["Article"].edges, "__typename"}
    assert story["topics"][0]["feeds"]["rss"] == f"{SITE}/feeds/topics/one.rss"
    assert story["source"]["path"] == f"{story['slug']}.md"


@pytest.mark.parametrize(
    "selection",
    [
        select("nonsense"),
        select(along("nonsense", select("id"))),
        select(along("articles", page("nonsense"))),
        select(along("articles", page(along("nonsense", select("id"))))),
        select(along("articles", select("id"))),
        select(along("articles", page("id", info=("nonsense",)))),
        select(along("article", page("id"))),
        select(along("article", select("nonsense"))),
        select(along("article", select("id"), by=("nonsense", "a"))),
        select(along("articles", page("id"), first=-1)),
        select(along("articles", page(along("related", page("id")), along("topics", select("x"))))),
    ],
)
async def test_bad_selections(counting, selection):
    """What the graph does not have is refused, wherever it stands, before anything is read."""
    with pytest.raises(BadSelection):
        await ask(counting, selection)
    assert counting.statements == []


async def test_values_that_no_database_holds(counting):
    """Texts and numbers that cannot be stored are looked for in vain, and break nothing."""
    tried = [
        ("slug", "\ud800"),
        ("slug", "a\0b"),
        ("slug", "' OR 1=1 --"),
        ("id", 2**80),
        ("id", -(2**80)),
        ("url", "https://\udfff.org"),
        ("url", "https://[::1"),
        ("url", ""),
    ]
    for by in tried:
        (answer,) = await ask(counting, select(along("article", select("id"), by=by)))
        assert answer == {"article": None}, by


async def test_found_by_an_address(counting):
    """An article is found by any form of its address."""
    for url in ("https://example.com/a", "http://www.example.com:80/a/?utm_medium=x#y"):
        (answer,) = await ask(counting, select(along("article", select("slug"), by=("url", url))))
        assert answer == {"article": {"slug": "a"}}


async def test_children_of_one_name(opened, archive):
    """Lists have one order also where what they are sorted by is equal."""
    names = [f"id-{number}" for number in range(6)]
    for name in names:
        archive.topic(f"{name}.yaml", "Same", _id=name, parent="Up")
    await opened.take(archive)
    selection = select(along("topic", select(along("children", select("slug"))), by=("slug", "up")))
    (answer,) = await ask(opened.database, selection)
    slugs = [child["slug"] for child in answer["topic"]["children"]]
    assert slugs == sorted(names, key=lambda name: key("Topic", name))


async def test_nothing_and_constants(counting):
    """Selections without a field give what they name, and an empty page is an empty list."""
    empty = select(Edge("articles", "articles", Page((Constant("__typename", "Many"),))))
    assert await ask(counting, Selection(()), empty) == [{}, {"articles": {"__typename": "Many"}}]
    many = Constant("__typename", "Many")
    full = Page((many, Edges("edges", (many,)), PageInfo("pageInfo", (many,))))
    (answer,) = await ask(counting, select(along("articles", full, first=2)))
    named = {"__typename": "Many"}
    assert answer == {"articles": named | {"edges": [named, named], "pageInfo": named}}
    nothing = select(along("articles", page(Constant("is", 'it\'s \\ "quoted" % :x ?')), first=1))
    (answer,) = await ask(counting, nothing)
    assert answer == {"articles": {"edges": [{"node": {"is": 'it\'s \\ "quoted" % :x ?'}}]}}
