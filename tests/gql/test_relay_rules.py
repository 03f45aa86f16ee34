"""The schema keeps Relay's rules, as @graphql-eslint's `schema-relay` has them, and ours for nodes.

https://relay.dev/graphql/connections.htm
"""

from __future__ import annotations

import json

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_list_type,
    is_non_null_type,
    is_wrapping_type,
)

from newsgraph.gql.executable_schema import Schema
from tests.gql.conftest import ROOT

MEANT = json.loads((ROOT / "tests" / "clients" / "relay_exceptions.json").read_text("utf-8"))
"""Lists that are no connection, each with what bounds it; edges whose node has no id, and why."""

PAGE_INFO = {
    "hasNextPage": {"Boolean!"},
    "hasPreviousPage": {"Boolean!"},
    "startCursor": {"String", "String!"},
    "endCursor": {"String", "String!"},
}
WAYS = (("first", "after"), ("last", "before"))


def composites(schema):
    """The types of a schema that have fields, but for introspection's."""
    return [
        one
        for one in schema.type_map.values()
        if isinstance(one, GraphQLObjectType | GraphQLInterfaceType)
        and not is_introspection_type(one)
    ]


def connections(schema):
    """The types that are connections by their name."""
    return [one for one in composites(schema) if one.name.endswith("Connection")]


def text_of(field):
    """A field's type as the schema writes it; nothing where there is no field."""
    return str(field.type) if field else None


def connection_types(schema):
    """relay-connection-types: a connection is an object with a list of edges and a page info."""
    for one in schema.type_map.values():
        if not one.name.endswith("Connection") or is_introspection_type(one):
            continue
        if not isinstance(one, GraphQLObjectType):
            yield f"{one.name} is a connection by its name, but no object type"
            continue
        edges = one.fields.get("edges")
        if not edges or not is_list_type(get_nullable_type(edges.type)):
            yield f"{one.name}.edges is no list"
        if text_of(one.fields.get("pageInfo")) != "PageInfo!":
            yield f"{one.name}.pageInfo is no PageInfo!"
    for one in composites(schema):
        if "edges" in one.fields and "pageInfo" in one.fields and one not in connections(schema):
            yield f"{one.name} has edges and a page info, but is no …Connection by its name"


def edge_types(schema, meant=MEANT["edges"]):
    """relay-edge-types: an edge is an object with a node that is no list, and a text cursor."""
    edges = set()
    for one in connections(schema):
        if "edges" not in one.fields:
            continue
        edge = get_named_type(one.fields["edges"].type)
        edges.add(edge)
        if not isinstance(edge, GraphQLObjectType) or not edge.name.endswith("Edge"):
            yield f"{edge.name} is no object type with a name like …Edge"
            continue
        node = edge.fields.get("node")
        if not node or is_list_type(get_nullable_type(node.type)):
            yield f"{edge.name} has no node, or a list of them"
        elif _is_node(node.type) == (edge.name in meant):
            yield f"{edge.name}.node is {'listed, but a' if edge.name in meant else 'no'} Node"
        if text_of(edge.fields.get("cursor")) not in {"String", "String!"}:
            yield f"{edge.name}.cursor is no String"
    for one in composites(schema):
        if one.name.endswith("Edge") and one not in edges:
            yield f"{one.name} is an edge of no connection"


def _is_node(kind):
    one = get_named_type(kind)
    return one.name == "Node" or "Node" in {face.name for face in getattr(one, "interfaces", ())}


def argument_rules(schema):
    """relay-arguments: what gives a connection can be paged, here in both directions."""
    for one in composites(schema):
        for name, field in one.fields.items():
            if get_named_type(field.type) not in connections(schema):
                continue
            for size, cursor in WAYS:
                if text_of(field.args.get(size)) != "Int":
                    yield f"{one.name}.{name}({size}:) is no Int that can be left out"
                given = field.args.get(cursor)
                kind = given and given.type
                if is_non_null_type(kind) or not isinstance(kind, GraphQLScalarType):
                    yield f"{one.name}.{name}({cursor}:) is no scalar that can be left out"


def page_info(schema):
    """relay-page-info: there is one, with these fields."""
    found = schema.type_map.get("PageInfo")
    if not isinstance(found, GraphQLObjectType):
        yield "there is no object type PageInfo"
        return
    for name, kinds in PAGE_INFO.items():
        if text_of(found.fields.get(name)) not in kinds:
            yield f"PageInfo.{name} is no {' or '.join(sorted(kinds))}"


def plain_lists(schema, meant=MEANT["lists"]):
    """relay-edge-types: every other list is one that something bounds, and is listed with it."""
    found = {
        f"{one.name}.{name}"
        for one in composites(schema)
        for name, field in one.fields.items()
        if _has_a_list(field.type) and not (one in connections(schema) and name == "edges")
    }
    yield from (f"{name} is a list, but no connection" for name in sorted(found - set(meant)))
    yield from (f"{name} is listed, but is no plain list" for name in sorted(set(meant) - found))


def _has_a_list(kind):
    while is_wrapping_type(kind):
        if is_list_type(kind):
            return True
        kind = kind.of_type
    return False


def node_types(schema):
    """What has an id is a Node and is found by it; every Node can be met in the graph."""
    node = schema.type_map.get("Node")
    if not isinstance(node, GraphQLInterfaceType) or text_of(node.fields.get("id")) != "ID!":
        yield "there is no interface Node with id: ID!"
        return
    root = schema.query_type.fields
    if "node" not in root or text_of(root["node"]) != "Node":
        yield "Query.node is no Node that can be null"
    elif {name: str(argument.type) for name, argument in root["node"].args.items()} != {
        "id": "ID!"
    }:
        yield "Query.node takes something else than id: ID!"
    met = reachable(schema)
    for one in composites(schema):
        if one is node:
            continue
        if "id" in one.fields and node not in one.interfaces:
            yield f"{one.name} has an id, but is no Node"
        if node in one.interfaces and isinstance(one, GraphQLObjectType) and one not in met:
            yield f"{one.name} is a Node, but no field leads to it"


def reachable(schema):
    """The types that fields lead to by their own name, from the root types on."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    todo, met = [root for root in roots if root], set()
    while todo:
        one = todo.pop()
        if one not in met and isinstance(one, GraphQLObjectType | GraphQLInterfaceType):
            met.add(one)
            todo += [get_named_type(field.type) for field in one.fields.values()]
    return met


RULES = (connection_types, edge_types, argument_rules, page_info, plain_lists, node_types)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_schema_keeps_the_rule(rule):
    """Relay, and every client that pages, takes this for granted."""
    assert list(rule(Schema().graphql)) == []


def test_every_exception_has_a_reason():
    """A list that grows without end is what connections are for."""
    assert all(len(reason.split()) > 2 for kind in MEANT.values() for reason in kind.values())


def test_exceptions_that_are_none_are_told():
    """What is listed for nothing would one day hide something."""
    assert list(edge_types(build_schema(GOOD), {"ThingEdge": "a reason"})) == [
        "ThingEdge.node is listed, but a Node"
    ]


def test_edges_always_have_a_node():
    """A deleted row is in no page, so clients need not ask whether an edge has its node."""
    for one in connections(Schema().graphql):
        edges = one.fields["edges"].type
        edge = get_named_type(edges)
        assert str(edges) == f"[{edge.name}!]!"
        assert is_non_null_type(edge.fields["node"].type)


GOOD = """
type Query {
  node(id: ID!): Node
  things(first: Int, after: String, last: Int, before: String): ThingConnection!
  tags: [String!]!
}
interface Node { id: ID! }
type Thing implements Node { id: ID! }
type ThingConnection { edges: [ThingEdge!]! pageInfo: PageInfo! }
type ThingEdge { cursor: String! node: Thing! }
type PageInfo {
  hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String
}
"""

BAD = {
    "no list of edges": ("edges: [ThingEdge!]!", "edges: ThingEdge!", "edges is no list"),
    "no edges": ("edges: [ThingEdge!]! ", "", "edges is no list"),
    "a page info that can be null": ("pageInfo: PageInfo!", "pageInfo: PageInfo", "no PageInfo!"),
    "a connection that is an interface": (
        "type ThingConnection",
        "interface ThingConnection",
        "no object type",
    ),
    "a connection by another name": ("ThingConnection", "ThingPage", "no …Connection by its name"),
    "an edge by another name": ("ThingEdge", "ThingRow", "no object type with a name like …Edge"),
    "an edge of its own": (
        "interface Node",
        "type LooseEdge { cursor: String! } interface Node",
        "is an edge of no connection",
    ),
    "a list of nodes": ("node: Thing!", "node: [Thing!]!", "or a list of them"),
    "no node": (" node: Thing!", "", "has no node"),
    "a node that is none": ("node: Thing!", "node: PageInfo!", "ThingEdge.node is no Node"),
    "a cursor of numbers": ("cursor: String!", "cursor: Int!", "cursor is no String"),
    "one direction": (", last: Int, before: String", "", "(last:) is no Int"),
    "a size that is needed": ("first: Int,", "first: Int!,", "(first:) is no Int"),
    "a cursor that is needed": ("after: String,", "after: String!,", "(after:) is no scalar"),
    "a cursor in a list": ("before: String)", "before: [String])", "(before:) is no scalar"),
    "no page info": ("PageInfo", "Place", "there is no object type PageInfo"),
    "a page info without an end": ("endCursor: String", "", "PageInfo.endCursor is no String"),
    "a page info of numbers": ("startCursor: String", "startCursor: Int", "PageInfo.startCursor"),
    "a list nobody bounds": (
        "tags: [String!]!",
        "tags: [String!]! more: [Thing]",
        "Query.more is a list",
    ),
    "a list in a list": (
        "tags: [String!]!",
        "tags: [String!]! more: [[Int]!]!",
        "Query.more is a list",
    ),
    "a list that is gone": ("tags: [String!]!", "", "Query.tags is listed"),
    "no node(id)": ("node(id: ID!): Node\n", "", "Query.node is no Node"),
    "a node by number": ("node(id: ID!)", "node(id: Int!)", "something else than id: ID!"),
    "a node that is always there": ("node(id: ID!): Node", "node(id: ID!): Node!", "can be null"),
    "an id without Node": ("Thing implements Node", "Thing", "Thing has an id, but is no Node"),
    "a node that nothing leads to": (
        "interface Node",
        "type Island implements Node { id: ID! } interface Node",
        "no field leads to it",
    ),
}


def broken_rules(sdl):
    """All that the rules say of a small schema with one list that is meant."""
    schema = build_schema(sdl)
    others = (connection_types, argument_rules, page_info, node_types)
    said = [edge_types(schema, {}), *(rule(schema) for rule in others)]
    said.append(plain_lists(schema, {"Query.tags": "the file has them all"}))
    return [line for lines in said for line in lines]


def test_a_good_schema_breaks_no_rule():
    """What is said of the bad ones is said of what is bad in them."""
    assert broken_rules(GOOD) == []


@pytest.mark.parametrize(("good", "bad", "told"), BAD.values(), ids=BAD)
def test_the_rules_bite(good, bad, told):
    """A rule that never fails would hold nothing."""
    assert good in GOOD
    assert any(told in line for line in broken_rules(GOOD.replace(good, bad)))
