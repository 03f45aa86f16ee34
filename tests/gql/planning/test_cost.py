"""The estimated cost equals the number of objects that an operation could return."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.gql.planning.cost import (
    ASSUMED_LIST_LENGTH,
    Cost,
    cost_limit_message,
    estimate_cost,
    sum_costs,
)
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import (
    DEFAULT_PAGE_SIZE,
    SIMILAR_ARTICLES_COST,
    ChangeLogPage,
    ChangeRows,
    Constant,
    Cursor,
    Edge,
    EdgeArguments,
    Edges,
    Facet,
    Facets,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
    TotalCount,
    UnionSelection,
)

TITLE = Field("title", "title")
ARTICLE = Edge("article", "article", Selection((TITLE,)))
PROVIDER = Edge("provider", "provider", Selection((TITLE,)))


def related(*items, first=None):
    """Return an edge to an article's links."""
    return Edge("related", "related", Selection(items), EdgeArguments(first=first))


def articles(*items, key="articles", name="articles", page_items=(), **arguments):
    """Return an edge to a page of articles."""
    edges = Edges("edges", (Cursor("cursor"), Node("node", Selection((TITLE, *items)))))
    return Edge(key, name, Page((edges, *page_items)), EdgeArguments(**arguments))


NODE_PATH = "articles.edges.node"
TOPIC = Edge("topic", "topic", Selection((Field("name", "name"),)))
FACETS_ITEM = Facets(
    "facets",
    (
        Constant("t", "ArticleFacets"),
        Facet("topics", "topics", (Field("count", "count"), TOPIC), 10),
        Facet("months", "publishedAt:MONTH", (Field("from", "from"),), 100),
    ),
)
NODE_UNION = UnionSelection(
    (("Topic", Selection((TITLE,))), ("Article", Selection((related(first=3),)))),
)


@pytest.mark.parametrize(
    ("edge", "total", "path", "count"),
    [
        (articles(first=50), 50, "articles", 50),
        (articles(last=7), 7, "articles", 7),
        (articles(), DEFAULT_PAGE_SIZE, "articles", DEFAULT_PAGE_SIZE),
        (articles(first=0), 0, "articles", 0),
        (articles(key="all", first=3), 3, "all", 3),
        (articles(related(ARTICLE), first=50), 50 + 250 + 250, f"{NODE_PATH}.related", 250),
        (articles(related(first=2), first=50), 50 + 100, f"{NODE_PATH}.related", 100),
        (articles(related(first=1), first=50), 50 + 50, "articles", 50),
        (
            articles(articles(key="by", name="relatedBy", first=10), first=10),
            10 + 100,
            f"{NODE_PATH}.by",
            100,
        ),
        (
            articles(
                Edge("provider", "provider", Selection((articles(key="p", first=20),))), first=2
            ),
            2 + 2 + 40,
            f"{NODE_PATH}.provider.p",
            40,
        ),
        (
            articles(first=2, page_items=(PageInfo("i", (TITLE,)), TotalCount("n"))),
            2,
            "articles",
            2,
        ),
        (articles(first=2, page_items=(FACETS_ITEM,)), 2 + 20 + 100, "articles.facets.months", 100),
        (
            Edge("a", "articles", Page((TotalCount("n"),))),
            DEFAULT_PAGE_SIZE,
            "a",
            DEFAULT_PAGE_SIZE,
        ),
        (Edge("store", "store", Selection((Field("r", "revision"),))), 1, "store", 1),
        (Edge("article", "article", Selection((related(),))), 1 + 5, "article.related", 5),
        (
            articles(Edge("s", "similar", Selection((PROVIDER,)), EdgeArguments(first=3)), first=2),
            2 + 2 * (SIMILAR_ARTICLES_COST + 3 + 3),
            f"{NODE_PATH}.s",
            2 * (SIMILAR_ARTICLES_COST + 3),
        ),
        (
            Edge(
                "n",
                "nodes",
                NODE_UNION,
                EdgeArguments(lookup=("ids", (("Topic", 1), ("Article", 2)))),
            ),
            2 + 2 * 3,
            "n.related",
            6,
        ),
        (Edge("n", "nodes", UnionSelection(()), EdgeArguments(lookup=("ids", ()))), 0, "n", 0),
        (
            Edge(
                "changes",
                "changes",
                ChangeLogPage(
                    (
                        Field("t", "token"),
                        ChangeRows("rows", (TITLE, Edge("node", "node", NODE_UNION))),
                    )
                ),
                EdgeArguments(first=100),
            ),
            100 + 100 + 300,
            "changes.rows.node.related",
            300,
        ),
        (
            Edge(
                "c",
                "changes",
                ChangeLogPage((ChangeRows("rows", (ARTICLE,)),)),
                EdgeArguments(first=9),
            ),
            18,
            "c.rows",
            9,
        ),
        (
            Edge("c", "changes", ChangeLogPage((Field("t", "token"),)), EdgeArguments(first=9)),
            0,
            "c",
            0,
        ),
    ],
)
def test_estimate_cost(edge, total, path, count):
    """Each object costs one, wrappers cost nothing, and the costliest field is reported."""
    assert ASSUMED_LIST_LENGTH == 5
    cost = estimate_cost(Selection((edge,)))
    assert cost.total == total
    assert cost.costliest_path == (tuple(path.split(".")) if count else ())
    assert cost.costliest_count == count


def test_repeated_edges_and_nodes():
    """A page's rows are counted once for each time that they are selected."""
    node = Node("node", Selection((TITLE,)))
    page = Page((Edges("a", (node,)), Edges("b", (node, Node("other", Selection((PROVIDER,)))))))
    cost = estimate_cost(Selection((Edge("x", "articles", page, EdgeArguments(first=4)),)))
    assert cost == Cost(4 + 4 + 4 + 4, ("x",), 12)


def test_deep_selection_with_huge_cost():
    """The time depends on the size of the selection, not on its cost."""
    edge = articles(name="relatedBy", first=100)
    for _ in range(40):
        edge = articles(edge, *[TITLE] * 5, name="relatedBy", first=100)
    cost = estimate_cost(Selection((Edge("article", "article", Selection((edge,))),)))
    assert cost.costliest_count == 100**41
    assert cost.total == sum(100**power for power in range(42))
    assert len(cost.costliest_path) == 2 + 40 * 3
    assert "more than 1,000,000,000,000,000 objects" in cost_limit_message(cost, 50_000)


def test_sum_costs():
    """The totals are added, and the costliest field of all root fields is reported."""
    first, second = Cost(10, ("a",), 10), Cost(8, ("b", "c"), 7)
    assert sum_costs([first, second]) == Cost(18, ("a",), 10)
    assert sum_costs([second, first]) == Cost(18, ("a",), 10)
    assert sum_costs([]) == Cost(0, (), 0)


def test_cost_limit_message():
    """The message has the cost, the limit, the costliest field and advice."""
    cost = Cost(1_234_567, ("articles", "edges", "node", "related"), 1_000_000)
    assert cost_limit_message(cost, 50_000) == (
        "This operation can return 1,234,567 objects, and at most 50,000 are allowed. "
        "The most expensive field is articles.edges.node.related with 1,000,000; "
        "ask for fewer with `first`."
    )


ROW_COUNTS = st.one_of(st.none(), st.integers(0, 3))
MAX_DEPTH = 3


@st.composite
def selections(draw, entity, depth=0):
    """Draw a selection of an entity, with edges of every kind."""
    edges_of_entity = ENTITIES[entity].edges.items() if depth < MAX_DEPTH else ()
    # Lists that cost more than their objects are in `test_estimate_cost`.
    names = sorted(name for name, definition in edges_of_entity if not definition.cost)
    chosen = draw(st.lists(st.sampled_from(names), max_size=2)) if names else []
    edges = [draw(edges_of(entity, name, f"k{n}", depth)) for n, name in enumerate(chosen)]
    return Selection((Field("f", "f"), *edges))


@st.composite
def edges_of(draw, entity, name, key, depth):
    """Draw an edge of an entity."""
    definition = ENTITIES[entity].edges[name]
    inner = selections(definition.target, depth + 1)
    arguments = EdgeArguments(first=draw(ROW_COUNTS))
    if definition.kind == "page":
        if draw(st.booleans()):
            arguments = EdgeArguments(last=draw(ROW_COUNTS))
        page = Page(tuple(draw(page_items(definition.target, depth))))
        return Edge(key, name, page, arguments)
    if definition.kind in ("one", "list"):
        return Edge(key, name, draw(inner), arguments)
    union = UnionSelection(
        tuple((type_, draw(selections(type_, depth + 2))) for type_ in ("Article", "Topic"))
    )
    if definition.kind == "choice":
        ids = tuple(("Topic", number) for number in range(draw(st.integers(0, 3))))
        return Edge(key, name, union, EdgeArguments(lookup=("ids", ids)))
    change = (Field("id", "id"), Edge("node", "node", union), Edge("a", "article", draw(inner)))
    return Edge(key, name, ChangeLogPage((Field("t", "token"), ChangeRows("c", change))), arguments)


@st.composite
def page_items(draw, target, depth):
    """Draw the items of a page."""
    items = [TotalCount("count"), PageInfo("info", ())]
    for key in draw(st.lists(st.sampled_from("ab"), unique=True)):
        node_keys = draw(st.lists(st.sampled_from("mn"), unique=True))
        nodes = [Node(node_key, draw(selections(target, depth + 1))) for node_key in node_keys]
        items.append(Edges(key, (Cursor("cursor"), *nodes)))
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(FACETS)))
        entity, inner = FACETS[name].entity, ()
        if entity is not None:
            inner = (Edge("of", FACETS[name].value_name, draw(selections(entity, depth + 1))),)
        facet = Facet("facet", name, (Field("n", "count"), *inner), draw(st.integers(0, 3)))
        items.append(Facets("facets", (facet,)))
    return items


def paths_of_items(entity, items, path=()):
    """Return the path of every single object that a selection's items can return."""
    paths = []
    for item in items:
        if isinstance(item, Edge):
            paths += paths_of_edge(entity, item, (*path, item.key))
    return paths


def paths_of_edge(entity, edge, path):
    """Return the paths of the objects that an edge can return."""
    definition = ENTITIES[entity].edges[edge.name]
    sizes = [edge.arguments.first, edge.arguments.last]
    size = next((number for number in sizes if number is not None), None)
    paths = []
    if definition.kind == "one":
        return [path, *paths_of_items(definition.target, edge.selection.items, path)]
    if definition.kind == "list":
        for _ in range(5 if size is None else size):
            paths += [path, *paths_of_items(definition.target, edge.selection.items, path)]
        return paths
    if definition.kind == "choice":
        for _ in edge.arguments.lookup[1]:
            paths += paths_of_union(edge.selection, path)
        return paths
    if definition.kind == "log":
        rows = edge.selection.items[-1]
        _, node, article = rows.items
        row_path = (*path, rows.key)
        article_path = (*row_path, article.key)
        for _ in range(20 if size is None else size):
            paths += [row_path, *paths_of_union(node.selection, (*row_path, node.key))]
            paths += [
                article_path,
                *paths_of_items("Article", article.selection.items, article_path),
            ]
        return paths
    return paths_of_page(
        definition.target, edge.selection.items, path, 20 if size is None else size
    )


def paths_of_union(union, path):
    """Return the paths of the objects if the row is of the type with the most objects."""
    alternatives = [
        paths_of_items(entity, selection.items, path) for entity, selection in union.selections
    ]
    return [path, *max(alternatives, key=len)]


def paths_of_page(target, items, path, rows):
    """Return the paths of the objects that a page and its facets can return."""
    paths = []
    nodes = [
        (edges, node)
        for edges in items
        if isinstance(edges, Edges)
        for node in edges.items
        if isinstance(node, Node)
    ]
    for _ in range(rows):
        paths += [path] * (not nodes)
        for edges, node in nodes:
            node_path = (*path, edges.key, node.key)
            paths += [path, *paths_of_items(target, node.selection.items, node_path)]
    for facets in items:
        if isinstance(facets, Facets):
            (facet,) = facets.items
            facet_path = (*path, facets.key, facet.key)
            for _ in range(facet.first):
                paths.append(facet_path)
                for edge in facet.items[1:]:
                    value_path = (*facet_path, edge.key)
                    entity = FACETS[facet.name].entity
                    paths += [value_path, *paths_of_items(entity, edge.selection.items, value_path)]
    return paths


@given(selections("Query"))
def test_cost_equals_the_number_of_objects(selection):
    """The total and the costliest field are those of a list of every single object."""
    paths = paths_of_items("Query", selection.items)
    cost = estimate_cost(selection)
    assert cost.total == len(paths)
    if paths:
        counts = Counter(paths)
        assert cost.costliest_count == max(counts.values()) == counts[cost.costliest_path]
