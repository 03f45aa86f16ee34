"""Tests of compiled statements: their query plans, and the JSON that they build."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import cycle, islice

import pytest
from sqlalchemy.dialects import sqlite

from newsgraph.store.documents.identity import stable_key
from newsgraph.store.engines.sqlite.sql_limits import LIMITS
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.argument_slots import extract_arguments
from newsgraph.store.query.compiler import compile_selection
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import (
    Constant,
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
from tests.store.plans import explain


def select(*items):
    """Return a selection of items; a string is the field of that name."""
    return Selection(tuple(Field(item, item) if isinstance(item, str) else item for item in items))


def page_of(*items, info=(), total=False, cursor=False):
    """Return a page of nodes."""
    parts = (Cursor("cursor"),) * cursor + (Node("node", select(*items)),)
    page_info = PageInfo("pageInfo", tuple(Field(name, name) for name in info))
    return Page(
        (TotalCount("totalCount"),) * total + (Edges("edges", parts),) + (page_info,) * bool(info)
    )


def edge(name, to, **arguments):
    """Return an edge whose key is its name."""
    return Edge(name, name, to, EdgeArguments(**arguments))


PAGE_INFO = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")
IMAGE = ("url", "width", "height")
PROVIDER = edge("provider", select("name", "domain"))
NESTED = page_of(
    "slug",
    "title",
    "publishedAt",
    "quality",
    PROVIDER,
    edge("topics", select("name", "slug")),
    edge("images", select(*IMAGE)),
    edge(
        "related",
        select("title", "webUrl", "quality", PROVIDER, edge("article", select("slug"))),
    ),
    edge("relatedBy", page_of("slug"), first=5),
    info=("hasNextPage", "endCursor"),
    total=True,
    cursor=True,
)


def select_cycle(kind, number):
    """Return a selection that follows `number` edges along a cycle of the graph."""
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
    path = list(islice(cycle(steps), number))
    to = select("id")
    for name, is_page in reversed(path):
        page = Page((Edges("edges", (Node("node", to), Cursor("cursor"))),))
        first = 1 if name not in ("article", "provider") else None
        to = select("id", Edge(name, name, page if is_page else to, EdgeArguments(first=first)))
    return select(Edge("article", "article", to, EdgeArguments(lookup=("slug", "a"))))


PAGE = select(edge("articles", NESTED, first=10))
BY_DATE = "ix_article_date_order_id"
SLUG = "sqlite_autoindex_article_1"
LINKS = "sqlite_autoindex_link_1"
LINKED_BY = "ix_link_target_id"
# Selections, the tables that are scanned, and the indexes that are used for the rest.
PLANS = {
    "a flat page": (
        select(edge("articles", page_of("id", "title", "webUrl", "frontMatter"), first=10)),
        {f"article by {BY_DATE}"},
        set(),
    ),
    "a nested page": (PAGE, {f"article by {BY_DATE}"}, {LINKS, LINKED_BY}),
    "a page after a cursor": (
        select(
            edge("articles", page_of("title", info=PAGE_INFO, cursor=True), first=2, after="6e")
        ),
        set(),
        {BY_DATE},
    ),
    "by a slug": (
        select(edge("article", select("title", "body"), lookup=("slug", "a"))),
        set(),
        {SLUG},
    ),
    "by the path of its document": (
        select(
            Edge(
                *("article", "articleAtPath"),
                select("title"),
                EdgeArguments(lookup=("path", "a.md")),
            )
        ),
        {"first_root"},
        {"sqlite_autoindex_document_1"},
    ),
    "by a URL": (
        select(edge("article", select("title"), lookup=("url", "https://example.com"))),
        set(),
        set(),
    ),
    "named queries": (
        select_cycle("mixed", 8),
        set(),
        {
            *(SLUG, LINKS, LINKED_BY),
            "ix_article_topic_topic_id_date_order_article_id",
            "ix_article_provider_id_date_order_id",
        },
    ),
    "a count": (select(edge("topics", Page((TotalCount("totalCount"),)))), set(), set()),
}


def fill(archive):
    """Write three articles that link to each other in a circle."""
    for name, next_name in zip("abc", "bca", strict=True):
        archive.write_article(
            f"{name}.md",
            title=f"Title {name}",
            date="2021-01-01",
            webUrl=f"https://example.com/{name}",
            topics=["One", "Two"],
            images=[f"https://example.com/{name}.png"],
            related=[f"https://example.com/{next_name}", {"title": "nowhere"}],
        )


@pytest.fixture(scope="module")
def store_file(filled_with):
    """A store file with the three articles."""
    return filled_with(fill)


@pytest.mark.parametrize(("selection", "scans", "indexes"), [*PLANS.values()], ids=PLANS.keys())
def test_plans(store_file, selection, scans, indexes):
    """Pages are scanned in the order of an index, rows looked up by one, nothing materialized."""
    plan = explain(
        store_file, compile_selection(extract_arguments(selection)[0], sqlite.dialect(), LIMITS).sql
    )
    assert plan.scans == scans
    assert plan.indexes >= indexes
    assert plan.materialized == set()


def test_deep_objects_are_named_queries():
    """An object deep in the text is moved into a CTE, which is not materialized."""
    sql = compile_selection(
        extract_arguments(select_cycle("mixed", 8))[0], sqlite.dialect(), LIMITS
    ).sql
    assert sql.count(" AS NOT MATERIALIZED (") == sql.count("MATERIALIZED") >= 1
    shallow = extract_arguments(select_cycle("mixed", 2))[0]
    assert "MATERIALIZED" not in compile_selection(shallow, sqlite.dialect(), LIMITS).sql


@pytest.fixture
async def recorded(opened):
    """The database with the three articles, which records statements."""
    return RecordingDatabase(opened.database)


async def read(database, *selections):
    """Return the results of selections."""
    result = await Store(database, SITE).read(*selections)
    return [json.loads(text) for text in result.results]


async def test_nested(recorded):
    """A nested selection is one statement, and its lists and objects are JSON, not text."""
    (result,) = await read(recorded, PAGE)
    assert len(recorded.statements) == 1
    page = result["articles"]
    assert page["totalCount"] == 3
    nodes = {edge["node"]["slug"]: edge["node"] for edge in page["edges"]}
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
    assert page["pageInfo"] == {"hasNextPage": False, "endCursor": page["edges"][-1]["cursor"]}


async def test_flat_statement(opened, recorded):
    """Without nesting, every object with a key is in a CTE; the result is the same."""
    selection, arguments = extract_arguments(PAGE)
    flat = compile_selection(selection, sqlite.dialect(), LIMITS.without_nesting)
    assert flat.sql.count("MATERIALIZED") == 7
    with closing(sqlite3.connect(opened.path)) as connection:
        rows = connection.execute(flat.sql, flat.positional(flat.bind(arguments, SITE)))
        ((_, result),) = rows.fetchall()
    assert [json.loads(result)] == await read(recorded, PAGE)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["related by", "related", "topics", "mixed"])
async def test_cycles(recorded, kind):
    """A cycle of any depth is one statement, whose result has that depth."""
    for number in (*range(1, 9), 14, 40):
        recorded.statements.clear()
        (result,) = await read(recorded, select_cycle(kind, number))
        assert len(recorded.statements) == 1
        assert depth_of(result["article"]) == number


@pytest.mark.parametrize("number", [41, 60, 200])
async def test_too_deep(recorded, number):
    """A selection that is too deep for the database is refused before anything is read."""
    with pytest.raises(BadSelection, match="too deep"):
        await read(recorded, select_cycle("mixed", number))
    assert recorded.statements == []


@pytest.mark.slow
async def test_complete_pages_at_maximum_depth(recorded):
    """Pages with all their items can be nested as deep as any edge."""
    to = select("id")
    for _ in range(40):
        page = page_of(*to.items, info=PAGE_INFO, total=True, cursor=True)
        to = select("id", "title", edge("relatedBy", page, first=1))
    (result,) = await read(recorded, select(edge("article", to, lookup=("slug", "a"))))
    article = result["article"]
    for _ in range(40):
        assert article["relatedBy"]["totalCount"] == 1
        assert not article["relatedBy"]["pageInfo"]["hasNextPage"]
        article = article["relatedBy"]["edges"][0]["node"]
    assert list(article) == ["id"]


def depth_of(value):
    """Return the number of edges in a result of `select_cycle`."""
    depth = 0
    while True:
        assert value["id"]
        ((_, inner),) = [item for item in value.items() if item[0] != "id"] or [(None, None)]
        if inner is None:
            return depth
        depth += 1
        if isinstance(inner, dict) and "edges" in inner:
            assert inner["edges"][0]["cursor"]
            inner = inner["edges"][0]["node"]
        value = inner[0] if isinstance(inner, list) else inner


@pytest.mark.slow
async def test_wide_and_deep(recorded):
    """A selection with several deep branches is one statement."""
    branches = [
        Edge(
            f"branch{number}",
            "articles",
            page_of("id", *select_cycle("mixed", 9).items[0].selection.items[1:]),
        )
        for number in range(4)
    ]
    (result,) = await read(recorded, select(*branches))
    assert len(recorded.statements) == 1
    assert result["branch0"] == result["branch3"]
    assert len(result["branch0"]["edges"]) == 3


@pytest.mark.slow
async def test_many_aliases(recorded):
    """An object with 300 items has them in their order, with nulls, texts and objects."""
    items = []
    for number in range(50):
        items += [
            Field(f"title{number}", "title"),
            Field(f"quality{number}", "quality"),
            Edge(f"provider{number}", "provider", select("domain")),
            Edge(f"topics{number}", "topics", select("slug"), EdgeArguments(first=1)),
            Field(f"front{number}", "frontMatter"),
            Constant(f"__type{number}", "Article"),
        ]
    (result,) = await read(
        recorded,
        select(Edge("article", "article", select(*items), EdgeArguments(lookup=("slug", "a")))),
    )
    article = result["article"]
    assert list(article) == [item.key for item in items]
    assert article["title49"] == "Title a"
    assert article["quality10"] is None
    assert article["provider40"] == {"domain": "example.com"}
    assert article["topics41"] == [{"slug": "one"}]
    assert article["front12"]["title"] == "Title a"
    assert article["__type49"] == "Article"


async def test_first_of_lists(recorded):
    """A list is complete without `first`, and limited with it."""
    for first, length in ((None, 2), (0, 0), (1, 1), (5, 2), (2**70, 2)):
        to = select(edge("related", select("position"), first=first))
        (result,) = await read(recorded, select(edge("article", to, lookup=("slug", "a"))))
        positions = [link["position"] for link in result["article"]["related"]]
        assert positions == list(range(length))


@pytest.mark.slow
async def test_every_field_and_edge(recorded):
    """Every field and edge of the graph can be selected."""

    def select_everything(entity, depth):
        entity_mapping = ENTITIES[entity]
        edges = []
        for name, mapping in entity_mapping.edges.items():
            if mapping.kind in ("choice", "log") or name == "search":
                continue
            if depth or mapping.target not in ("Article", "Topic", "Provider", "RelatedLink"):
                to = select_everything(mapping.target, depth - 1)
                edges.append(Edge(name, name, page_of(*to.items) if mapping.kind == "page" else to))
        return select(*entity_mapping.fields, *edges, Constant("__typename", entity))

    (result,) = await read(recorded, select_everything("Query", 2))
    assert len(recorded.statements) == 1
    assert result["store"]["articleCount"] == 3
    assert result["article"] is None
    article = result["articles"]["edges"][0]["node"]
    assert set(article) == {*ENTITIES["Article"].fields, *ENTITIES["Article"].edges, "__typename"}
    assert article["topics"][0]["feeds"]["rss"] == f"{SITE}/feeds/topics/one.rss"
    assert article["source"]["path"] == f"{article['slug']}.md"


@pytest.mark.parametrize(
    "selection",
    [
        select("nonsense"),
        select(edge("nonsense", select("id"))),
        select(edge("articles", page_of("nonsense"))),
        select(edge("articles", page_of(edge("nonsense", select("id"))))),
        select(edge("articles", select("id"))),
        select(edge("articles", page_of("id", info=("nonsense",)))),
        select(edge("article", page_of("id"))),
        select(edge("article", select("nonsense"))),
        select(edge("article", select("id"), lookup=("nonsense", "a"))),
        select(edge("articles", page_of("id"), first=-1)),
        select(
            edge("articles", page_of(edge("related", page_of("id")), edge("topics", select("x"))))
        ),
    ],
)
async def test_bad_selections(recorded, selection):
    """A field or edge that the graph does not have is refused before anything is read."""
    with pytest.raises(BadSelection):
        await read(recorded, selection)
    assert recorded.statements == []


async def test_lookup_by_unstorable_values(recorded):
    """A lookup by a value that cannot be stored finds nothing, without an error."""
    lookups = [
        ("slug", "\ud800"),
        ("slug", "a\0b"),
        ("slug", "' OR 1=1 --"),
        ("id", 2**80),
        ("id", -(2**80)),
        ("url", "https://\udfff.org"),
        ("url", "https://[::1"),
        ("url", ""),
    ]
    for lookup in lookups:
        (result,) = await read(recorded, select(edge("article", select("id"), lookup=lookup)))
        assert result == {"article": None}, lookup


async def test_lookup_by_url(recorded):
    """An article is found by any form of its URL that canonicalizes to the same."""
    for url in ("https://example.com/a", "http://www.example.com:80/a/?utm_medium=x#y"):
        (result,) = await read(
            recorded, select(edge("article", select("slug"), lookup=("url", url)))
        )
        assert result == {"article": {"slug": "a"}}


async def test_order_of_equal_values(opened, archive):
    """Rows of a list with equal sort values are sorted by key."""
    names = [f"id-{number}" for number in range(6)]
    for name in names:
        archive.write_topic(f"{name}.yaml", "Same", _id=name, parent="Up")
    await opened.import_archives(archive)
    selection = select(
        edge("topic", select(edge("children", select("slug"))), lookup=("slug", "up"))
    )
    (result,) = await read(opened.database, selection)
    slugs = [child["slug"] for child in result["topic"]["children"]]
    assert slugs == sorted(names, key=lambda name: stable_key("Topic", name))


async def test_constants(recorded):
    """Selections, pages and edges can be empty, or consist of constants only."""
    empty = select(Edge("articles", "articles", Page((Constant("__typename", "Many"),))))
    assert await read(recorded, Selection(()), empty) == [{}, {"articles": {"__typename": "Many"}}]
    typename = Constant("__typename", "Many")
    full = Page((typename, Edges("edges", (typename,)), PageInfo("pageInfo", (typename,))))
    (result,) = await read(recorded, select(edge("articles", full, first=2)))
    constants = {"__typename": "Many"}
    assert result == {
        "articles": constants | {"edges": [constants, constants], "pageInfo": constants}
    }
    quoted = select(edge("articles", page_of(Constant("is", 'it\'s \\ "quoted" % :x ?')), first=1))
    (result,) = await read(recorded, quoted)
    assert result == {"articles": {"edges": [{"node": {"is": 'it\'s \\ "quoted" % :x ?'}}]}}
