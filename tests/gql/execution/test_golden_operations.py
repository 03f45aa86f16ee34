"""Responses, statements and query plans of the operations in tests/golden/operations.

An operation is x.graphql, its response x.json and, for a few, its SQL x.sql.
"""

from __future__ import annotations

import json

import pytest

from tests.gql.conftest import GOLDEN
from tests.store.plans import explain

OPERATIONS = sorted(path.stem for path in (GOLDEN / "operations").glob("*.graphql"))
REVIEWED_SQL = ("nested", "filters", "search", "facets")
"""Operations whose SQL is compared with a reviewed file."""

ARTICLE_BY_DATE = "article by ix_article_date_order_id"
ARTICLE_TOPIC_BY_DATE = "ix_article_topic_topic_id_date_order_article_id"
ARTICLE_BY_SLUG = "sqlite_autoindex_article_1"
LINK_BY_ARTICLE = "sqlite_autoindex_link_1"
LINK_BY_TARGET = "ix_link_target_id"
TOPIC_INDEXES = {"sqlite_autoindex_topic_1", "sqlite_autoindex_topic_alias_1"}
PLANS = {
    "backwards": ({"article by ix_article_quality_id", "topic"}, {ARTICLE_TOPIC_BY_DATE}, set()),
    "changes": ({"change"}, {LINK_BY_ARTICLE}, set()),
    "cycle": (set(), {ARTICLE_BY_SLUG, LINK_BY_ARTICLE, ARTICLE_TOPIC_BY_DATE}, set()),
    "everything": (set(), {LINK_BY_TARGET, LINK_BY_ARTICLE, "ix_topic_parent_id"}, set()),
    "facets": (set(), TOPIC_INDEXES, set()),
    "filters": (
        {"article by ix_article_title_id"},
        {ARTICLE_TOPIC_BY_DATE} | TOPIC_INDEXES,
        set(),
    ),
    "fragments": ({ARTICLE_BY_DATE}, {LINK_BY_ARTICLE}, set()),
    "nested": ({ARTICLE_BY_DATE}, {LINK_BY_ARTICLE, LINK_BY_TARGET}, set()),
    "nodes": (set(), set(), set()),
    "providers": (
        set(),
        {"sqlite_autoindex_provider_1", "ix_link_provider_id_published_at_id"},
        set(),
    ),
    "search": (set(), set(), set()),
    "topics": ({"topic"}, {ARTICLE_TOPIC_BY_DATE}, set()),
}
"""For each operation, the scanned tables, the used indexes and the materialized subqueries."""

NESTED_QUERY = (GOLDEN / "operations" / "nested.graphql").read_text("utf-8")


@pytest.mark.parametrize("name", OPERATIONS)
async def test_response_and_statements(name, execute, database, golden, seeds_file):
    """An operation has the reviewed response, and one statement for each root field.

    Only complete lists of topics and of changes are scanned; all other rows are read by an index.
    """
    query = (GOLDEN / "operations" / f"{name}.graphql").read_text("utf-8")
    response = await execute(query)
    golden(f"operations/{name}.json", json.dumps(response, indent=2, ensure_ascii=False) + "\n")
    assert len(database.statements) == len(response["data"])
    if name in REVIEWED_SQL:
        golden(f"operations/{name}.sql", ";\n\n".join(database.statements) + ";\n")
    scans, indexes, materialized = PLANS[name]
    query_plan = explain(seeds_file, *database.statements)
    assert query_plan.scans == scans
    assert query_plan.indexes >= indexes
    assert query_plan.materialized == materialized


@pytest.mark.parametrize("name", OPERATIONS)
async def test_get_responds_like_post(name, execute, client):
    """GET returns the same response as POST."""
    query = (GOLDEN / "operations" / f"{name}.graphql").read_text("utf-8")
    response = await client.get("/graphql", params={"query": query})
    assert response.json() == await execute(query)


async def test_nested_query(execute, database):
    """Four articles with 18 links, 6 of them to one of the four, take one statement."""
    response = await execute(NESTED_QUERY)
    page = response["data"]["articles"]
    links = [link for edge in page["edges"] for link in edge["node"]["related"]]
    slugs = {edge["node"]["slug"] for edge in page["edges"]}
    assert (page["totalCount"], len(slugs), len(links)) == (4, 4, 18)
    linked_slugs = [link["article"]["slug"] for link in links if link["article"]]
    assert len(linked_slugs) == 6
    assert set(linked_slugs) <= slugs
    assert len(database.statements) == 1


async def test_related_by_is_the_inverse_of_related(execute):
    """`related` and `relatedBy` contain the same links in opposite directions."""
    response = await execute(NESTED_QUERY)
    nodes = [edge["node"] for edge in response["data"]["articles"]["edges"]]
    outgoing = {
        (node["slug"], link["article"]["slug"])
        for node in nodes
        for link in node["related"]
        if link["article"]
    }
    incoming = {
        (edge["node"]["slug"], node["slug"])
        for node in nodes
        for edge in node["relatedBy"]["edges"]
    }
    assert outgoing == incoming


def cyclic_query(hops: int) -> str:
    """Return a query that follows edges in a cycle; a short one has two rows per edge."""
    edges = (
        "relatedBy(first: %d) { edges { node { slug %s } } }",
        "related(first: %d) { title article { slug %s } }",
        "topics { slug articles(first: %d) { edges { node { slug %s } } } }",
        "provider { domain articles(first: %d) { edges { node { slug %s } } } }",
    )
    inner = "title"
    for hop in range(hops):
        inner = edges[hop % len(edges)] % (2 if hops < 10 else 1, inner)
    return f"{{ articles(first: 2) {{ edges {{ node {{ slug {inner} }} }} }} }}"


@pytest.mark.slow
@pytest.mark.parametrize("hops", [1, 2, 3, 6, 12, 20])
async def test_cyclic_query_is_one_statement(hops, execute, database):
    """A deep query is one statement, which SQLite's parser accepts."""
    response = await execute(cyclic_query(hops))
    assert "errors" not in response
    assert len(response["data"]["articles"]["edges"]) == 2
    assert len(database.statements) == 1


async def test_cycle_returns_to_its_start(execute):
    """Following a link and then `relatedBy` leads back to the same article."""
    response = await execute(
        "{ articles(first: 1) { edges { node { slug related { article { slug relatedBy { "
        "edges { node { slug } } } } } } } } }"
    )
    node = response["data"]["articles"]["edges"][0]["node"]
    linked_articles = [link["article"] for link in node["related"] if link["article"]]
    assert linked_articles
    for article in linked_articles:
        assert node["slug"] in [edge["node"]["slug"] for edge in article["relatedBy"]["edges"]]


async def test_forward_pagination(execute):
    """The pages contain every article once, newest first."""
    query = (
        "query($after: String) { articles(first: 1, after: $after) { edges { cursor node { slug "
        "publishedAt } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    after, seen = None, []
    while True:
        page = (await execute(query, {"after": after}))["data"]["articles"]
        (edge,) = page["edges"]
        info = page["pageInfo"]
        assert info["startCursor"] == info["endCursor"] == edge["cursor"]
        assert info["hasPreviousPage"] is bool(seen)
        seen.append((edge["node"]["publishedAt"], edge["node"]["slug"]))
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == 4
    times = [published_at for published_at, _ in seen]
    assert times == sorted(times, reverse=True)


async def test_every_node_can_be_refetched(execute):
    """`node` returns the object of every id in a response."""
    response = await execute(
        "{ articles { edges { node { id related { id } } } } topics { edges { node { id } } } "
        "providers { edges { node { id } } } }"
    )
    data = response["data"]
    articles = [edge["node"] for edge in data["articles"]["edges"]]
    type_names = {article["id"]: "Article" for article in articles}
    type_names |= {link["id"]: "RelatedLink" for article in articles for link in article["related"]}
    type_names |= {edge["node"]["id"]: "Topic" for edge in data["topics"]["edges"]}
    type_names |= {edge["node"]["id"]: "Provider" for edge in data["providers"]["edges"]}
    assert len(type_names) == 4 + 18 + 3 + 10
    for id_, type_name in type_names.items():
        response = await execute("query($id: ID!) { node(id: $id) { __typename id } }", {"id": id_})
        assert response["data"]["node"] == {"__typename": type_name, "id": id_}


async def test_unknown_objects_are_null(execute):
    """A field whose object does not exist is null without an error."""
    unknown_id = "QXJ0aWNsZTowMDAwMDAwMDAwMDAwMDAx"
    response = await execute(
        '{ a: article(slug: "x") { slug } b: article(url: "https://x.example/") { slug } '
        'c: topic(slug: "x") { name } d: provider(domain: "x") { name } '
        f'e: node(id: "{unknown_id}") {{ id }} f: article(url: "no address") {{ slug }} }}'
    )
    assert response["data"] == dict.fromkeys("abcdef")


async def test_introspection_with_data(execute):
    """A query can combine introspection with other fields."""
    response = await execute('{ __typename __type(name: "Topic") { name } store { articleCount } }')
    assert response["data"] == {
        "__typename": "Query",
        "__type": {"name": "Topic"},
        "store": {"articleCount": 4},
    }


# SQLite rejects the first, nested form of some of these statements; a flatter form is run.
DEEPLY_NESTED_QUERIES = """
{ changes { changes { node { ... on Story { provider { articles { edges { node { related { id
{ changes { changes { node { ... on Story { provider { articles { facets { topics { count
{ changes { changes { node { ... on Article { WIDE
{ nodes(ids: ["QXJ0aWNsZTo1M2E1ODdmODFmZjIzMzcz"]) { ... on Article { related { article { WIDE
{ search(query: "facebook") { facets { topics { topic { children { articles { edges { node { body
{ search(query: "facebook") { edges { node { provider { articles { edges { node { frontMatter
{ topic(slug: "ai") { articles { facets { topics { topic { parent { articles { edges { node { body
{ article(slug: "x") { topics { parent { articles { edges { node { body frontMatter
{ articles { edges { node { body topics { articles(filter: {heat: {eq: 0}}) { facets { types { type
{ articles { edges { node { body provider { articles(filter: {and: [{}]}) { facets { types { type
{ articles { edges { node { WIDE topics { WIDER articles { edges { node { WIDE
{ articles { facets { topics { topic { articles { edges { node { WIDE
""".strip().splitlines()
WIDE = " ".join(f"a{number}: heat" for number in range(300))
WIDER = " ".join(f"a{number}: name" for number in range(300))


@pytest.mark.parametrize("query", DEEPLY_NESTED_QUERIES)
async def test_deeply_nested_statements(query, execute):
    """Facets, changes and long texts nest the SQL of an object deeper than a plain edge does."""
    query += " }" * (query.count("{") - query.count("}"))
    response = await execute(query.replace("WIDER", WIDER).replace("WIDE", WIDE))
    assert "errors" not in response


@pytest.mark.parametrize(
    ("query", "data"),
    [
        (
            '{ articles(filter: { text: "nothing" }) { pageInfo { __typename } } }',
            {"articles": {"pageInfo": {"__typename": "PageInfo"}}},
        ),
        (
            "{ articles(first: 0) { pageInfo { hasPreviousPage } } }",
            {"articles": {"pageInfo": {"hasPreviousPage": False}}},
        ),
        ("{ changes(first: 0) { __typename } }", {"changes": {"__typename": "Changes"}}),
    ],
)
async def test_pages_without_rows(query, data, execute):
    """Fields of a page that need no row have their values on an empty page too."""
    assert (await execute(query))["data"] == data
