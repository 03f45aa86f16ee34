"""The schema as a product: reviewed whole, described whole, and backed by the store."""

from __future__ import annotations

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_introspection_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_specified_scalar_type,
)

from newsgraph.gql import Options, sdl, sha256
from newsgraph.gql.executable_schema import Schema
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import PAGE_SIZE

GRAPHQL = Schema().graphql
TYPES = [
    one
    for one in GRAPHQL.type_map.values()
    if not is_introspection_type(one) and not is_specified_scalar_type(one)
]
OBJECTS = [one for one in TYPES if isinstance(one, GraphQLObjectType)]
CONNECTIONS = [one for one in OBJECTS if one.name.endswith("Connection")]
PLACES = {"PageInfo", "Subscription", "Changes", "Change", "ArticleChange"} | {
    one.name for one in OBJECTS if one.name.endswith(("Connection", "Edge", "Facet", "Facets"))
}
OF_SEVERAL_KINDS = [("Query", "node"), ("Query", "nodes"), ("Query", "changes")]
OF_SEVERAL_TABLES = {
    "Image": ("ArticleImage", "LinkImage", "ProviderImage"),
    "Feeds": ("TopicFeeds", "ProviderFeeds"),
}


def test_the_schema_is_the_reviewed_one(golden):
    """A change of the schema is a change of schema.graphql, to be looked at."""
    golden("schema.graphql", sdl())


def test_schemas_share_their_types_only():
    """What one of a process keeps for its clients, and what it lets them do, is its own."""
    open_one, closed = Schema(), Schema(Options(introspection=False))
    assert open_one.graphql is closed.graphql
    assert (open_one.options.introspection, closed.options.introspection) == (True, False)
    text = "{ store { revision } }"
    version = {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}
    open_one.persisted.keep(open_one.persisted.find(text, version))
    assert open_one.persisted.known(sha256(text)) == text
    assert closed.persisted.known(sha256(text)) is None


@pytest.mark.parametrize("one", TYPES, ids=str)
def test_everything_is_described(one):
    """GraphiQL is the manual: every type, field and argument says what it is."""
    silent = [] if one.description else [one.name]
    if isinstance(one, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in one.fields.items():
            silent += [] if field.description else [f"{one.name}.{name}"]
            for argument_name, argument in field.args.items():
                silent += [] if argument.description else [f"{one.name}.{name}({argument_name})"]
    assert silent == []


@pytest.mark.parametrize("one", [one for one in OBJECTS if one.name not in PLACES], ids=str)
def test_every_field_is_one_of_the_mapping(one):
    """Each leaf is a field of the store's entity, each object an edge of the same shape."""
    for name in OF_SEVERAL_TABLES.get(one.name, (one.name,)):
        entity = ENTITIES[name]
        for field_name, field in one.fields.items():
            target = get_named_type(field.type)
            if is_leaf_type(target):
                assert field_name in entity.fields
                continue
            if (one.name, field_name) in OF_SEVERAL_KINDS:
                continue
            bare = field.type.of_type if is_non_null_type(field.type) else field.type
            shape = "list" if is_list_type(bare) else "one"
            shape = "page" if target.name.endswith("Connection") else shape
            assert entity.edges[field_name].shape == shape


@pytest.mark.parametrize("one", CONNECTIONS, ids=str)
def test_connections_are_relays(one):
    """Connections, edges and PageInfo have the fields of Relay's specification."""
    assert str(one.fields["pageInfo"].type) == "PageInfo!"
    edge = get_named_type(one.fields["edges"].type)
    assert edge.name == one.name.removesuffix("Connection") + "Edge"
    assert set(edge.fields) - {"score", "snippet"} == {"cursor", "node"}
    assert str(edge.fields["cursor"].type) == "String!"
    page_info = GRAPHQL.type_map["PageInfo"]
    assert {name: str(field.type) for name, field in page_info.fields.items()} == {
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


def test_every_connection_takes_relays_arguments():
    """Forward and backward; pages of articles can be filtered and ordered too."""
    paged = [
        (one.name, name, field)
        for one in OBJECTS
        for name, field in one.fields.items()
        if get_named_type(field.type) in CONNECTIONS
    ]
    assert len(paged) == 9
    for _, name, field in paged:
        relays = {"first", "after", "last", "before"}
        more = {"articles": {"filter", "orderBy"}, "search": {"query", "filter"}}
        assert set(field.args) == relays | more.get(
            "articles" if name == "relatedBy" else name, set()
        )
        assert f"it is {PAGE_SIZE}" in field.args["first"].description


def test_facets_are_the_stores():
    """Each facet is one of the store's, and each of its values a field or an edge there."""
    facets = GRAPHQL.type_map["ArticleFacets"].fields
    assert {name.partition(":")[0] for name in FACETS} == set(facets)
    for name, counted in FACETS.items():
        value = get_named_type(facets[name.partition(":")[0]].type).fields
        assert set(value) == {"count", counted.value}
        assert get_named_type(value[counted.value].type).name in (
            counted.entity,
            "String",
            "DateTime",
        )
