"""Operations and their answers, kept as data: x.graphql, x.json and, for a few, x.sql."""

from __future__ import annotations

import json

import pytest

from tests.gql.conftest import GOLDEN
from tests.store.plans import plan

OPERATIONS = sorted(path.stem for path in (GOLDEN / "operations").glob("*.graphql"))
REVIEWED = ("nested", "filters", "search", "facets")
"""Operations whose SQL is reviewed, for its shape."""

BY_DATE = "article by ix_article_published_at_id"
BY_TOPIC = "ix_article_topic_topic_id_published_at_article_id"
SLUG = "sqlite_autoindex_article_1"
LINKS = "sqlite_autoindex_link_1"
LINKED_BY = "ix_link_target_id"
TOPIC = {"sqlite_autoindex_topic_1", "sqlite_autoindex_topic_alias_1"}
PLANS = {
    "backwards": ({"article by ix_article_quality_id", "topic"}, {BY_TOPIC}, set()),
    "changes": ({"change"}, {LINKS}, set()),
    "cycle": (set(), {SLUG, LINKS, BY_TOPIC}, set()),
    "everything": (set(), {LINKED_BY, LINKS, "ix_topic_parent_id"}, set()),
    "facets": (
        {"article", f"spread by {BY_TOPIC}"},
        {BY_TOPIC} | TOPIC,
        {"found", "spread_topic_counts", "spread_provider_counts"},
    ),
    "filters": (
        {"article by ix_article_title_id", "article by ix_article_heat_id"},
        {BY_TOPIC} | TOPIC,
        set(),
    ),
    "fragments": ({BY_DATE}, {LINKS}, set()),
    "nested": ({BY_DATE}, {LINKS, LINKED_BY}, set()),
    "nodes": (set(), set(), set()),
    "providers": (
        set(),
        {"sqlite_autoindex_provider_1", "ix_link_provider_id_published_at_id"},
        set(),
    ),
    "search": (set(), set(), {"hits", "spread_topic_counts"}),
    "topics": ({"topic"}, {BY_TOPIC}, set()),
}
"""What is scanned for an operation, the indexes by which rows are found, and what is made first."""

NESTED = (GOLDEN / "operations" / "nested.graphql").read_text("utf-8")


@pytest.mark.parametrize("name", OPERATIONS)
async def test_answer_and_statements(name, ask, database, golden, seeds_file):
    """An operation has the reviewed answer, and one statement for a root field.

    What is not a whole list of topics, of changes or of what facets count is found by an index.
    """
    query = (GOLDEN / "operations" / f"{name}.graphql").read_text("utf-8")
    answer = await ask(query)
    golden(f"operations/{name}.json", json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    assert len(database.statements) == len(answer["data"])
    if name in REVIEWED:
        golden(f"operations/{name}.sql", ";\n\n".join(database.statements) + ";\n")
    scans, indexes, materialized = PLANS[name]
    planned = plan(seeds_file, *database.statements)
    assert planned.scans == scans
    assert planned.indexes >= indexes
    assert planned.materialized == materialized


@pytest.mark.parametrize("name", OPERATIONS)
async def test_get_and_batch_answer_as_post_does(name, ask, client):
    """The way that an operation came makes no difference."""
    query = (GOLDEN / "operations" / f"{name}.graphql").read_text("utf-8")
    got = await client.get("/graphql", params={"query": query})
    assert got.json() == await ask(query)


async def test_the_nested_query_of_the_seeds(ask, database):
    """Four articles, 18 links, 6 of them to one of the four, in one statement."""
    answer = await ask(NESTED)
    page = answer["data"]["articles"]
    links = [link for edge in page["edges"] for link in edge["node"]["related"]]
    slugs = {edge["node"]["slug"] for edge in page["edges"]}
    assert (page["totalCount"], len(slugs), len(links)) == (4, 4, 18)
    found = [link["article"]["slug"] for link in links if link["article"]]
    assert len(found) == 6
    assert set(found) <= slugs
    assert len(database.statements) == 1


async def test_links_and_related_by_agree(ask):
    """Whoever an article links to says so the other way round."""
    answer = await ask(NESTED)
    nodes = [edge["node"] for edge in answer["data"]["articles"]["edges"]]
    forth = {
        (node["slug"], link["article"]["slug"])
        for node in nodes
        for link in node["related"]
        if link["article"]
    }
    back = {
        (edge["node"]["slug"], node["slug"])
        for node in nodes
        for edge in node["relatedBy"]["edges"]
    }
    assert forth == back


def cycle(hops: int) -> str:
    """A query that goes round through articles, links and topics; wide where it is short."""
    ways = (
        "relatedBy(first: %d) { edges { node { slug %s } } }",
        "related(first: %d) { title article { slug %s } }",
        "topics { slug articles(first: %d) { edges { node { slug %s } } } }",
        "provider { domain articles(first: %d) { edges { node { slug %s } } } }",
    )
    inner = "title"
    for hop in range(hops):
        inner = ways[hop % len(ways)] % (2 if hops < 10 else 1, inner)
    return f"{{ articles(first: 2) {{ edges {{ node {{ slug {inner} }} }} }} }}"


@pytest.mark.slow
@pytest.mark.parametrize("hops", [1, 2, 3, 6, 12, 20])
async def test_a_cycle_is_one_statement(hops, ask, database):
    """Depth costs no statements, and SQLite's parser takes it."""
    answer = await ask(cycle(hops))
    assert "errors" not in answer
    assert len(answer["data"]["articles"]["edges"]) == 2
    assert len(database.statements) == 1


async def test_a_cycle_comes_back_to_where_it_began(ask):
    """Three hops along links and back lead to the same article."""
    answer = await ask(
        "{ articles(first: 1) { edges { node { slug related { article { slug relatedBy { "
        "edges { node { slug } } } } } } } } }"
    )
    node = answer["data"]["articles"]["edges"][0]["node"]
    linked = [link["article"] for link in node["related"] if link["article"]]
    assert linked
    for article in linked:
        assert node["slug"] in [edge["node"]["slug"] for edge in article["relatedBy"]["edges"]]


async def test_pages_follow_each_other(ask):
    """Page by page, every article comes once, newest first."""
    query = (
        "query($after: String) { articles(first: 1, after: $after) { edges { cursor node { slug "
        "publishedAt } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    after, seen = None, []
    while True:
        page = (await ask(query, {"after": after}))["data"]["articles"]
        (edge,) = page["edges"]
        info = page["pageInfo"]
        assert info["startCursor"] == info["endCursor"] == edge["cursor"]
        assert info["hasPreviousPage"] is bool(seen)
        seen.append((edge["node"]["publishedAt"], edge["node"]["slug"]))
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == 4
    assert [time for time, _ in seen] == sorted((time for time, _ in seen), reverse=True)


async def test_every_node_is_found_again(ask):
    """Each id that the graph gives leads back to the object that gave it."""
    answer = await ask(
        "{ articles { edges { node { id related { id } } } } topics { edges { node { id } } } "
        "providers { edges { node { id } } } }"
    )
    data = answer["data"]
    articles = [edge["node"] for edge in data["articles"]["edges"]]
    wanted = {article["id"]: "Article" for article in articles}
    wanted |= {link["id"]: "RelatedLink" for article in articles for link in article["related"]}
    wanted |= {edge["node"]["id"]: "Topic" for edge in data["topics"]["edges"]}
    wanted |= {edge["node"]["id"]: "Provider" for edge in data["providers"]["edges"]}
    assert len(wanted) == 4 + 18 + 3 + 10
    for one, type_name in wanted.items():
        found = await ask("query($id: ID!) { node(id: $id) { __typename id } }", {"id": one})
        assert found["data"]["node"] == {"__typename": type_name, "id": one}


async def test_what_is_not_there_is_null(ask):
    """Nothing found is no error."""
    nobody = "QXJ0aWNsZTowMDAwMDAwMDAwMDAwMDAx"
    answer = await ask(
        '{ a: article(slug: "x") { slug } b: article(url: "https://x.example/") { slug } '
        'c: topic(slug: "x") { name } d: provider(domain: "x") { name } '
        f'e: node(id: "{nobody}") {{ id }} f: article(url: "no address") {{ slug }} }}'
    )
    assert answer["data"] == dict.fromkeys("abcdef")


async def test_introspection_beside_data(ask):
    """A client may ask for types and data at once."""
    answer = await ask('{ __typename __type(name: "Topic") { name } store { articleCount } }')
    assert answer["data"] == {
        "__typename": "Query",
        "__type": {"name": "Topic"},
        "store": {"articleCount": 4},
    }


# SQLite refuses the first form of some of these; a flatter one is answered.
DEEP_IN_THE_TEXT = """
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


@pytest.mark.parametrize("query", DEEP_IN_THE_TEXT)
async def test_sqlite_s_parser_takes_what_stands_deep(query, ask):
    """Facets, changes and long texts put more around an object than a plain edge does."""
    query += " }" * (query.count("{") - query.count("}"))
    answer = await ask(query.replace("WIDER", WIDER).replace("WIDE", WIDE))
    assert "errors" not in answer


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
async def test_what_no_row_is_needed_for(query, data, ask):
    """An empty page is an object too, and one of many rows is only one."""
    assert (await ask(query))["data"] == data
