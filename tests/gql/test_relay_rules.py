"""The schema follows Relay's rules, as in @graphql-eslint's `schema-relay`, and rules for nodes.

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

EXCEPTIONS = json.loads((ROOT / "tests" / "clients" / "relay_exceptions.json").read_text("utf-8"))
"""Lists that are not connections, and edges whose node has no id, each with the reason."""

PAGE_INFO = {
    "hasNextPage": {"Boolean!"},
    "hasPreviousPage": {"Boolean!"},
    "startCursor": {"String", "String!"},
    "endCursor": {"String", "String!"},
}
DIRECTIONS = (("first", "after"), ("last", "before"))


def object_types(schema):
    """Return a schema's object and interface types, without introspection types."""
    return [
        type_
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        and not is_introspection_type(type_)
    ]


def connections(schema):
    """Return the types that have the name of a connection."""
    return [type_ for type_ in object_types(schema) if type_.name.endswith("Connection")]


def type_text(field):
    """Return the type of a field or argument as in the SDL, or None if there is no such field."""
    return str(field.type) if field else None


def check_connection_types(schema):
    """relay-connection-types: a connection is an object with a list of edges and a page info."""
    for type_ in schema.type_map.values():
        if not type_.name.endswith("Connection") or is_introspection_type(type_):
            continue
        if not isinstance(type_, GraphQLObjectType):
            yield f"{type_.name} has the name of a connection, but is not an object type"
            continue
        edges = type_.fields.get("edges")
        if not edges or not is_list_type(get_nullable_type(edges.type)):
            yield f"{type_.name}.edges is not a list"
        if type_text(type_.fields.get("pageInfo")) != "PageInfo!":
            yield f"{type_.name}.pageInfo is not PageInfo!"
    for type_ in object_types(schema):
        if {"edges", "pageInfo"} <= set(type_.fields) and type_ not in connections(schema):
            yield f"{type_.name} has edges and pageInfo, but its name is not …Connection"


def check_edge_types(schema, exceptions=EXCEPTIONS["edges"]):
    """relay-edge-types: an edge is an object with a node, not a list, and a String cursor."""
    edges = set()
    for connection in connections(schema):
        if "edges" not in connection.fields:
            continue
        edge = get_named_type(connection.fields["edges"].type)
        edges.add(edge)
        if not isinstance(edge, GraphQLObjectType) or not edge.name.endswith("Edge"):
            yield f"{edge.name} is not an object type with a name like …Edge"
            continue
        node = edge.fields.get("node")
        if not node or is_list_type(get_nullable_type(node.type)):
            yield f"{edge.name} has no node, or a list of nodes"
        elif _is_node(node.type) and edge.name in exceptions:
            yield f"{edge.name} is an exception, but its node is a Node"
        elif not _is_node(node.type) and edge.name not in exceptions:
            yield f"{edge.name}.node is not a Node"
        if type_text(edge.fields.get("cursor")) not in {"String", "String!"}:
            yield f"{edge.name}.cursor is not a String"
    for type_ in object_types(schema):
        if type_.name.endswith("Edge") and type_ not in edges:
            yield f"{type_.name} is not the edge of a connection"


def _is_node(type_):
    named_type = get_named_type(type_)
    interfaces = getattr(named_type, "interfaces", ())
    return named_type.name == "Node" or "Node" in {interface.name for interface in interfaces}


def check_connection_arguments(schema):
    """relay-arguments: a connection has paging arguments, here for both directions."""
    for type_ in object_types(schema):
        for name, field in type_.fields.items():
            if get_named_type(field.type) not in connections(schema):
                continue
            for size, cursor in DIRECTIONS:
                if type_text(field.args.get(size)) != "Int":
                    yield f"{type_.name}.{name}({size}:) is not an optional Int"
                argument = field.args.get(cursor)
                argument_type = argument and argument.type
                if is_non_null_type(argument_type) or not isinstance(
                    argument_type, GraphQLScalarType
                ):
                    yield f"{type_.name}.{name}({cursor}:) is not an optional scalar"


def check_page_info(schema):
    """relay-page-info: the type PageInfo exists and has the specified fields."""
    type_ = schema.type_map.get("PageInfo")
    if not isinstance(type_, GraphQLObjectType):
        yield "there is no object type PageInfo"
        return
    for name, field_types in PAGE_INFO.items():
        if type_text(type_.fields.get(name)) not in field_types:
            yield f"PageInfo.{name} is not {' or '.join(sorted(field_types))}"


def check_plain_lists(schema, exceptions=EXCEPTIONS["lists"]):
    """relay-edge-types: every list that is not a connection is an exception with a reason."""
    lists = {
        f"{type_.name}.{name}"
        for type_ in object_types(schema)
        for name, field in type_.fields.items()
        if _contains_list(field.type) and not (type_ in connections(schema) and name == "edges")
    }
    yield from (f"{name} is a list, not a connection" for name in sorted(lists - set(exceptions)))
    yield from (
        f"{name} is an exception, but not a plain list" for name in sorted(set(exceptions) - lists)
    )


def _contains_list(type_):
    while is_wrapping_type(type_):
        if is_list_type(type_):
            return True
        type_ = type_.of_type
    return False


def check_node_types(schema):
    """A type with an id is a Node, `node` fetches it, and some field leads to it."""
    node = schema.type_map.get("Node")
    if not isinstance(node, GraphQLInterfaceType) or type_text(node.fields.get("id")) != "ID!":
        yield "there is no interface Node with id: ID!"
        return
    root_fields = schema.query_type.fields
    if "node" not in root_fields or type_text(root_fields["node"]) != "Node":
        yield "Query.node is not a nullable Node"
    elif {name: str(argument.type) for name, argument in root_fields["node"].args.items()} != {
        "id": "ID!"
    }:
        yield "Query.node has other arguments than id: ID!"
    reachable = reachable_types(schema)
    for type_ in object_types(schema):
        if type_ is node:
            continue
        is_node = node in type_.interfaces
        if "id" in type_.fields and not is_node:
            yield f"{type_.name} has an id, but is not a Node"
        if is_node and isinstance(type_, GraphQLObjectType) and type_ not in reachable:
            yield f"{type_.name} is a Node, but no field leads to it"


def reachable_types(schema):
    """Return the types that fields have as their declared type, starting at the root types."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    pending, reachable = [root for root in roots if root], set()
    while pending:
        type_ = pending.pop()
        if type_ not in reachable and isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            reachable.add(type_)
            pending += [get_named_type(field.type) for field in type_.fields.values()]
    return reachable


RULES = (
    check_connection_types,
    check_edge_types,
    check_connection_arguments,
    check_page_info,
    check_plain_lists,
    check_node_types,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_schema_follows_the_rule(rule):
    """The schema follows a rule that Relay and other paging clients rely on."""
    assert list(rule(Schema().graphql_schema)) == []


def test_every_exception_has_a_reason():
    """Each exception is documented, as a list without a limit has to be a connection."""
    assert all(
        len(reason.split()) > 2 for group in EXCEPTIONS.values() for reason in group.values()
    )


def test_unneeded_exceptions_are_reported():
    """An exception that is not needed is an error, as it could hide a later mistake."""
    assert list(check_edge_types(build_schema(VALID_SDL), {"ThingEdge": "a reason"})) == [
        "ThingEdge is an exception, but its node is a Node"
    ]


def test_edges_always_have_a_node():
    """Edges and nodes are not null, as a page contains no deleted rows."""
    for type_ in connections(Schema().graphql_schema):
        edges = type_.fields["edges"].type
        edge = get_named_type(edges)
        assert str(edges) == f"[{edge.name}!]!"
        assert is_non_null_type(edge.fields["node"].type)


VALID_SDL = """
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

INVALID_CHANGES = {
    "no list of edges": ("edges: [ThingEdge!]!", "edges: ThingEdge!", "edges is not a list"),
    "no edges": ("edges: [ThingEdge!]! ", "", "edges is not a list"),
    "a page info that can be null": (
        "pageInfo: PageInfo!",
        "pageInfo: PageInfo",
        "is not PageInfo!",
    ),
    "a connection that is an interface": (
        "type ThingConnection",
        "interface ThingConnection",
        "is not an object type",
    ),
    "a connection by another name": ("ThingConnection", "ThingPage", "its name is not …Connection"),
    "an edge by another name": (
        "ThingEdge",
        "ThingRow",
        "is not an object type with a name like …Edge",
    ),
    "an edge without a connection": (
        "interface Node",
        "type LooseEdge { cursor: String! } interface Node",
        "is not the edge of a connection",
    ),
    "a list of nodes": ("node: Thing!", "node: [Thing!]!", "or a list of nodes"),
    "no node": (" node: Thing!", "", "has no node"),
    "a node that is not a Node": (
        "node: Thing!",
        "node: PageInfo!",
        "ThingEdge.node is not a Node",
    ),
    "a numeric cursor": ("cursor: String!", "cursor: Int!", "cursor is not a String"),
    "one direction": (", last: Int, before: String", "", "(last:) is not an optional Int"),
    "a required size": ("first: Int,", "first: Int!,", "(first:) is not an optional Int"),
    "a required cursor": (
        "after: String,",
        "after: String!,",
        "(after:) is not an optional scalar",
    ),
    "a list of cursors": (
        "before: String)",
        "before: [String])",
        "(before:) is not an optional scalar",
    ),
    "no page info": ("PageInfo", "Position", "there is no object type PageInfo"),
    "a page info without an end": ("endCursor: String", "", "PageInfo.endCursor is not String"),
    "a page info with numbers": ("startCursor: String", "startCursor: Int", "PageInfo.startCursor"),
    "a list without a limit": (
        "tags: [String!]!",
        "tags: [String!]! more: [Thing]",
        "Query.more is a list",
    ),
    "a list in a list": (
        "tags: [String!]!",
        "tags: [String!]! more: [[Int]!]!",
        "Query.more is a list",
    ),
    "a removed list": ("tags: [String!]!", "", "Query.tags is an exception"),
    "no node(id)": ("node(id: ID!): Node\n", "", "Query.node is not a nullable Node"),
    "a node by number": ("node(id: ID!)", "node(id: Int!)", "other arguments than id: ID!"),
    "a node that is not nullable": (
        "node(id: ID!): Node",
        "node(id: ID!): Node!",
        "not a nullable Node",
    ),
    "an id without Node": ("Thing implements Node", "Thing", "Thing has an id, but is not a Node"),
    "an unreachable node": (
        "interface Node",
        "type Island implements Node { id: ID! } interface Node",
        "no field leads to it",
    ),
}


def find_problems(sdl):
    """Return the problems that all rules find in a small schema with one exception."""
    schema = build_schema(sdl)
    other_rules = (
        check_connection_types,
        check_connection_arguments,
        check_page_info,
        check_node_types,
    )
    results = [check_edge_types(schema, {}), *(rule(schema) for rule in other_rules)]
    results.append(check_plain_lists(schema, {"Query.tags": "the file limits their number"}))
    return [problem for problems in results for problem in problems]


def test_rules_accept_a_valid_schema():
    """The rules find no problem in a valid schema."""
    assert find_problems(VALID_SDL) == []


@pytest.mark.parametrize(
    ("valid", "invalid", "problem"), INVALID_CHANGES.values(), ids=INVALID_CHANGES
)
def test_rules_find_invalid_changes(valid, invalid, problem):
    """The rules find the problem in each invalid change of the valid schema."""
    assert valid in VALID_SDL
    assert any(problem in line for line in find_problems(VALID_SDL.replace(valid, invalid)))
