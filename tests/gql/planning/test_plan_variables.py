"""The variables that decide the plan of an operation are found."""

from __future__ import annotations

import pytest
from graphql import parse

from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.planning.plan_variables import find_plan_variables, plan_variables_key
from newsgraph.store.documents.identity import encode_node_id

SCHEMA = Schema().graphql_schema


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("query ($n: Int) { articles(first: $n) { totalCount } }", ()),
        ("query ($s: String!) { article(slug: $s) { title } }", ()),
        ("query ($i: [ID!]!) { nodes(ids: $i) { id } }", ()),
        ("query ($f: ArticleFilter) { articles(filter: $f) { totalCount } }", ()),
        (
            "query ($b: Boolean!) { articles @include(if: $b) { totalCount } }",
            (("b", False),),
        ),
        (
            """query ($b: Boolean!, $c: Boolean!) { ...F @skip(if: $c) }
            fragment F on Query { articles { totalCount @include(if: $b) } }""",
            (("b", False), ("c", False)),
        ),
        (
            "query ($n: Int) { articles { facets { topics(first: $n) { count } } } }",
            (("n", False),),
        ),
        (
            "query ($n: Int) { topics { edges { node { articles(first: $n) { totalCount } } } } }",
            (),
        ),
        ("query ($i: ID!) { node(id: $i) { id } }", (("i", True),)),
    ],
)
def test_find_plan_variables(query, names):
    """Variables of directives, facets and `node` are found; those of pages and filters not."""
    assert find_plan_variables(SCHEMA, parse(query)) == names


def test_plan_variables_key():
    """The key depends on the values of booleans and numbers, and on the types of ids."""
    names = (("b", False), ("i", True))
    article, other = encode_node_id("Article", 1), encode_node_id("Article", 2)
    key = plan_variables_key(names, {"b": True, "i": article, "n": 3})
    assert key == plan_variables_key(names, {"b": True, "i": other, "n": 4})
    assert key != plan_variables_key(names, {"b": False, "i": article})
    assert key != plan_variables_key(names, {"b": True, "i": encode_node_id("Topic", 1)})
    assert key != plan_variables_key(names, {"b": True, "i": "nothing"})
    assert plan_variables_key(names, {}) == plan_variables_key(names, {"b": None, "i": None})
