"""Which variables change what is asked for."""

from __future__ import annotations

import pytest
from graphql import parse

from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.planning.shape_variables import shape_of, shaping
from newsgraph.store.documents.identity import node_id

SCHEMA = Schema().graphql


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
def test_which_variables(query, names):
    """Those of directives, of facets and of `node` do; those of pages and filters do not."""
    assert shaping(SCHEMA, parse(query)) == names


def test_the_shape_of_variables():
    """Booleans and numbers count as they are, ids by the kind of thing that they name."""
    names = (("b", False), ("i", True))
    article, other = node_id("Article", 1), node_id("Article", 2)
    one = shape_of(names, {"b": True, "i": article, "n": 3})
    assert one == shape_of(names, {"b": True, "i": other, "n": 4})
    assert one != shape_of(names, {"b": False, "i": article})
    assert one != shape_of(names, {"b": True, "i": node_id("Topic", 1)})
    assert one != shape_of(names, {"b": True, "i": "nothing"})
    assert shape_of(names, {}) == shape_of(names, {"b": None, "i": None})
