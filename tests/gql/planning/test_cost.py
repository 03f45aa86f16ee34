"""What an operation can cost is what it could return, counted one by one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.gql.planning.cost import ASSUMED_LIST, Cost, cost, together, too_dear
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import (
    PAGE_SIZE,
    Arguments,
    Choice,
    Constant,
    Cursor,
    Edge,
    Edges,
    Facet,
    Facets,
    Field,
    Log,
    LogRows,
    Node,
    Page,
    PageInfo,
    Selection,
    TotalCount,
)

TITLE = Field("title", "title")
ARTICLE = Edge("article", "article", Selection((TITLE,)))
PROVIDER = Edge("provider", "provider", Selection((TITLE,)))


def related(*items, first=None):
    """Select what an article links to."""
    return Edge("related", "related", Selection(items), Arguments(first=first))


def articles(*items, key="articles", name="articles", more=(), **arguments):
    """Select a page of articles."""
    edges = Edges("edges", (Cursor("cursor"), Node("node", Selection((TITLE, *items)))))
    return Edge(key, name, Page((edges, *more)), Arguments(**arguments))


EDGES = "articles.edges.node"
TOPIC = Edge("topic", "topic", Selection((Field("name", "name"),)))
FACETED = Facets(
    "facets",
    (
        Constant("t", "ArticleFacets"),
        Facet("topics", "topics", (Field("count", "count"), TOPIC), 10),
        Facet("months", "publishedAt:MONTH", (Field("from", "from"),), 100),
    ),
)
KINDS = Choice(
    (("Topic", Selection((TITLE,))), ("Article", Selection((related(first=3),)))),
)


@pytest.mark.parametrize(
    ("edge", "total", "path", "own"),
    [
        (articles(first=50), 50, "articles", 50),
        (articles(last=7), 7, "articles", 7),
        (articles(), PAGE_SIZE, "articles", PAGE_SIZE),
        (articles(first=0), 0, "articles", 0),
        (articles(key="all", first=3), 3, "all", 3),
        (articles(related(ARTICLE), first=50), 50 + 250 + 250, f"{EDGES}.related", 250),
        (articles(related(first=2), first=50), 50 + 100, f"{EDGES}.related", 100),
        (articles(related(first=1), first=50), 50 + 50, "articles", 50),
        (
            articles(articles(key="by", name="relatedBy", first=10), first=10),
            10 + 100,
            f"{EDGES}.by",
            100,
        ),
        (
            articles(
                Edge("provider", "provider", Selection((articles(key="p", first=20),))), first=2
            ),
            2 + 2 + 40,
            f"{EDGES}.provider.p",
            40,
        ),
        (articles(first=2, more=(PageInfo("i", (TITLE,)), TotalCount("n"))), 2, "articles", 2),
        (articles(first=2, more=(FACETED,)), 2 + 20 + 100, "articles.facets.months", 100),
        (Edge("a", "articles", Page((TotalCount("n"),))), PAGE_SIZE, "a", PAGE_SIZE),
        (Edge("store", "store", Selection((Field("r", "revision"),))), 1, "store", 1),
        (Edge("article", "article", Selection((related(),))), 1 + 5, "article.related", 5),
        (
            Edge("n", "nodes", KINDS, Arguments(by=("ids", (("Topic", 1), ("Article", 2))))),
            2 + 2 * 3,
            "n.related",
            6,
        ),
        (Edge("n", "nodes", Choice(()), Arguments(by=("ids", ()))), 0, "n", 0),
        (
            Edge(
                "changes",
                "changes",
                Log((Field("t", "token"), LogRows("rows", (TITLE, Edge("node", "node", KINDS))))),
                Arguments(first=100),
            ),
            100 + 100 + 300,
            "changes.rows.node.related",
            300,
        ),
        (
            Edge("c", "changes", Log((LogRows("rows", (ARTICLE,)),)), Arguments(first=9)),
            18,
            "c.rows",
            9,
        ),
        (Edge("c", "changes", Log((Field("t", "token"),)), Arguments(first=9)), 0, "c", 0),
    ],
)
def test_what_counts(edge, total, path, own):
    """Each object counts one, what is around them nothing, and the dearest field is named."""
    assert ASSUMED_LIST == 5
    found = cost(Selection((edge,)))
    assert (found.total, ".".join(found.path), found.own) == (total, path if own else "", own)


def test_several_mentions_of_the_rows():
    """Who takes the same rows under several names gets them several times."""
    node = Node("node", Selection((TITLE,)))
    twice = Page((Edges("a", (node,)), Edges("b", (node, Node("other", Selection((PROVIDER,)))))))
    found = cost(Selection((Edge("x", "articles", twice, Arguments(first=4)),)))
    assert found == Cost(4 + 4 + 4 + 4, ("x",), 12)


def test_deep_and_huge():
    """The count takes no longer than the tree is large, however much it comes to."""
    edge = articles(name="relatedBy", first=100)
    for _ in range(40):
        edge = articles(edge, *[TITLE] * 5, name="relatedBy", first=100)
    found = cost(Selection((Edge("article", "article", Selection((edge,))),)))
    assert found.own == 100**41
    assert found.total == sum(100**power for power in range(42))
    assert len(found.path) == 2 + 40 * 3
    assert "more than 1,000,000,000,000,000 objects" in too_dear(found, 50_000)


def test_root_fields_together():
    """Their costs add up, and the dearest field is the dearest of all."""
    first, second = Cost(10, ("a",), 10), Cost(8, ("b", "c"), 7)
    assert together([first, second]) == Cost(18, ("a",), 10)
    assert together([second, first]) == Cost(18, ("a",), 10)
    assert together([]) == Cost(0, (), 0)


def test_the_message():
    """It says how much is asked, how much is allowed, where most of it is, and what to do."""
    found = Cost(1_234_567, ("articles", "edges", "node", "related"), 1_000_000)
    assert too_dear(found, 50_000) == (
        "This operation can return 1,234,567 objects, and at most 50,000 are allowed. "
        "The dearest is articles.edges.node.related with 1,000,000; ask for fewer with `first`."
    )


NUMBERS = st.one_of(st.none(), st.integers(0, 3))
DEEPEST = 3


@st.composite
def selections(draw, entity, depth=0):
    """Make selections of an entity, with edges of every kind."""
    names = sorted(ENTITIES[entity].edges) if depth < DEEPEST else []
    chosen = draw(st.lists(st.sampled_from(names), max_size=2)) if names else []
    edges = [draw(edges_of(entity, name, f"k{n}", depth)) for n, name in enumerate(chosen)]
    return Selection((Field("f", "f"), *edges))


@st.composite
def edges_of(draw, entity, name, key, depth):
    """Make an edge."""
    reached = ENTITIES[entity].edges[name]
    inner = selections(reached.target, depth + 1)
    arguments = Arguments(first=draw(NUMBERS))
    if reached.shape == "page":
        if draw(st.booleans()):
            arguments = Arguments(last=draw(NUMBERS))
        return Edge(key, name, Page(tuple(draw(page_items(reached.target, depth)))), arguments)
    if reached.shape in ("one", "list"):
        return Edge(key, name, draw(inner), arguments)
    choice = Choice(tuple((one, draw(selections(one, depth + 2))) for one in ("Article", "Topic")))
    if reached.shape == "choice":
        ids = tuple(("Topic", number) for number in range(draw(st.integers(0, 3))))
        return Edge(key, name, choice, Arguments(by=("ids", ids)))
    changed = (Field("id", "id"), Edge("node", "node", choice), Edge("a", "article", draw(inner)))
    return Edge(key, name, Log((Field("t", "token"), LogRows("c", changed))), arguments)


@st.composite
def page_items(draw, target, depth):
    """Make the items of a page."""
    parts = [TotalCount("count"), PageInfo("info", ())]
    for key in draw(st.lists(st.sampled_from("ab"), unique=True)):
        nodes = draw(st.lists(st.sampled_from("mn"), unique=True))
        rows = [Node(one, draw(selections(target, depth + 1))) for one in nodes]
        parts.append(Edges(key, (Cursor("cursor"), *rows)))
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(FACETS)))
        entity, inner = FACETS[name].entity, ()
        if entity is not None:
            inner = (Edge("of", FACETS[name].value, draw(selections(entity, depth + 1))),)
        facet = Facet("facet", name, (Field("n", "count"), *inner), draw(st.integers(0, 3)))
        parts.append(Facets("facets", (facet,)))
    return parts


def returned(entity, items, path=()):
    """Return the path of every object that could be returned, one by one."""
    found = []
    for item in items:
        if isinstance(item, Edge):
            found += reached_by(entity, item, (*path, item.key))
    return found


def reached_by(entity, edge, path):
    """Return the paths of the objects along one edge."""
    reached = ENTITIES[entity].edges[edge.name]
    given = [edge.arguments.first, edge.arguments.last]
    said = next((number for number in given if number is not None), None)
    found = []
    if reached.shape == "one":
        return [path, *returned(reached.target, edge.to.items, path)]
    if reached.shape == "list":
        for _ in range(5 if said is None else said):
            found += [path, *returned(reached.target, edge.to.items, path)]
        return found
    if reached.shape == "choice":
        for _ in edge.arguments.by[1]:
            found += kinds(edge.to, path)
        return found
    if reached.shape == "log":
        rows = edge.to.items[-1]
        _, node, article = rows.items
        for _ in range(20 if said is None else said):
            place = (*path, rows.key)
            found += [place, *kinds(node.to, (*place, node.key))]
            place = (*place, article.key)
            found += [place, *returned("Article", article.to.items, place)]
        return found
    return page_of(reached.target, edge.to.items, path, 20 if said is None else said)


def kinds(choice, path):
    """Return the paths of an object of the kind that has most in it."""
    every = [returned(entity, selection.items, path) for entity, selection in choice.of]
    return [path, *max(every, key=len)]


def page_of(target, items, path, rows):
    """Return the paths of a page's objects, and of its facets'."""
    found = []
    nodes = [
        (edges, node)
        for edges in items
        if isinstance(edges, Edges)
        for node in edges.items
        if isinstance(node, Node)
    ]
    for _ in range(rows):
        found += [path] * (not nodes)
        for edges, node in nodes:
            place = (*path, edges.key, node.key)
            found += [path, *returned(target, node.selection.items, place)]
    for facets in items:
        if isinstance(facets, Facets):
            (facet,) = facets.items
            place = (*path, facets.key, facet.key)
            for _ in range(facet.first):
                found.append(place)
                for edge in facet.items[1:]:
                    inner = (*place, edge.key)
                    found += [inner, *returned(FACETS[facet.name].entity, edge.to.items, inner)]
    return found


@given(selections("Query"))
def test_counted_one_by_one(selection):
    """The count is that of a list with every single object, and so is the dearest field."""
    every = returned("Query", selection.items)
    found = cost(selection)
    assert found.total == len(every)
    if every:
        places = Counter(every)
        assert found.own == max(places.values()) == places[found.path]
