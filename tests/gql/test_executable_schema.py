"""The schema is reviewed, completely described, and implemented by the store."""

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

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.executable_schema import Schema, sdl
from newsgraph.gql.options import Options
from newsgraph.store.query.facets import FACETS
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import DEFAULT_PAGE_SIZE

SCHEMA = Schema().graphql_schema
TYPES = [
    type_
    for type_ in SCHEMA.type_map.values()
    if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
]
OBJECTS = [type_ for type_ in TYPES if isinstance(type_, GraphQLObjectType)]
CONNECTIONS = [type_ for type_ in OBJECTS if type_.name.endswith("Connection")]
NOT_ENTITIES = {"PageInfo", "Subscription", "Changes", "Change", "ArticleChange"} | {
    type_.name
    for type_ in OBJECTS
    if type_.name.endswith(("Connection", "Edge", "Facet", "Facets"))
}
POLYMORPHIC_FIELDS = [("Query", "node"), ("Query", "nodes"), ("Query", "changes")]
ENTITIES_OF_TYPE = {
    "Image": ("ArticleImage", "LinkImage", "ProviderImage"),
    "Feeds": ("TopicFeeds", "ProviderFeeds"),
}


def test_schema_equals_the_reviewed_file(golden):
    """A change of the schema needs a reviewed change of schema.graphql."""
    golden("schema.graphql", sdl())


def test_schemas_share_only_their_types():
    """Schemas of one process have separate options and persisted documents."""
    public, closed = Schema(), Schema(Options(introspection=False))
    assert public.graphql_schema is closed.graphql_schema
    assert (public.options.introspection, closed.options.introspection) == (True, False)
    text = "{ store { revision } }"
    version = {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}
    public.persisted_documents.register(public.persisted_documents.resolve(text, version))
    assert public.persisted_documents.get_by_hash(sha256(text)) == text
    assert closed.persisted_documents.get_by_hash(sha256(text)) is None


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_everything_is_described(type_):
    """Every type, field and argument has a description, as GraphiQL is the manual."""
    undescribed = [] if type_.description else [type_.name]
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            coordinate = f"{type_.name}.{name}"
            undescribed += [] if field.description else [coordinate]
            for argument_name, argument in field.args.items():
                undescribed += [] if argument.description else [f"{coordinate}({argument_name}:)"]
    assert undescribed == []


@pytest.mark.parametrize(
    "type_", [type_ for type_ in OBJECTS if type_.name not in NOT_ENTITIES], ids=str
)
def test_every_field_is_in_the_graph_map(type_):
    """Each leaf is a field of the store's entity, each object an edge of the same kind."""
    for name in ENTITIES_OF_TYPE.get(type_.name, (type_.name,)):
        entity = ENTITIES[name]
        for field_name, field in type_.fields.items():
            target = get_named_type(field.type)
            if is_leaf_type(target):
                assert field_name in entity.fields
                continue
            if (type_.name, field_name) in POLYMORPHIC_FIELDS:
                continue
            nullable = field.type.of_type if is_non_null_type(field.type) else field.type
            kind = "list" if is_list_type(nullable) else "one"
            kind = "page" if target.name.endswith("Connection") else kind
            assert entity.edges[field_name].kind == kind


@pytest.mark.parametrize("type_", CONNECTIONS, ids=str)
def test_connections_follow_relay(type_):
    """Connections, edges and PageInfo have the fields of Relay's specification."""
    assert str(type_.fields["pageInfo"].type) == "PageInfo!"
    edge = get_named_type(type_.fields["edges"].type)
    assert edge.name == type_.name.removesuffix("Connection") + "Edge"
    assert set(edge.fields) - {"score", "snippet"} == {"cursor", "node"}
    assert str(edge.fields["cursor"].type) == "String!"
    page_info = SCHEMA.type_map["PageInfo"]
    assert {name: str(field.type) for name, field in page_info.fields.items()} == {
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


def test_connections_have_relay_arguments():
    """Connections can be paged in both directions; those of articles be filtered and ordered."""
    connection_fields = [
        (name, field)
        for type_ in OBJECTS
        for name, field in type_.fields.items()
        if get_named_type(field.type) in CONNECTIONS
    ]
    assert len(connection_fields) == 9
    relay_arguments = {"first", "after", "last", "before"}
    other_arguments = {"articles": {"filter", "orderBy"}, "search": {"query", "filter", "orderBy"}}
    for name, field in connection_fields:
        assert set(field.args) == relay_arguments | other_arguments.get(
            "articles" if name == "relatedBy" else name, set()
        )
        assert f"it is {DEFAULT_PAGE_SIZE}" in field.args["first"].description


def test_facets_are_those_of_the_store():
    """The schema has the store's facets, each with its count and its value."""
    facets = SCHEMA.type_map["ArticleFacets"].fields
    assert {name.partition(":")[0] for name in FACETS} == set(facets)
    for name, facet in FACETS.items():
        fields = get_named_type(facets[name.partition(":")[0]].type).fields
        assert set(fields) == {"count", facet.value_name}
        assert get_named_type(fields[facet.value_name].type).name in (
            facet.entity,
            "String",
            "DateTime",
        )
