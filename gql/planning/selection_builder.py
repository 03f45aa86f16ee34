"""Builds the store's `Selection`s from the fields of a GraphQL document. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import get_argument_values
from graphql.type import is_leaf_type

from newsgraph.gql.planning.argument_coercion import compile_argument_reader, uses_variables
from newsgraph.gql.planning.argument_conversion import FieldArguments, ResponsePath
from newsgraph.gql.schema.fields import MAX_ROWS, MAX_TIME_INTERVALS
from newsgraph.store.query.selection import (
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
    PageItem,
    Selection,
    Suggestion,
    TotalCount,
    UnionSelection,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLSchema, OperationDefinitionNode

FieldGroup: TypeAlias = list[FieldDetails]
"""All field nodes with the same response key in one object."""

SelectionItem: TypeAlias = Constant | Field | Edge

TYPE_KEY = "@type"
"""Key of the type name in an interface's value; no alias of a client can have this name."""

CHANGE_LOG_TYPES = ("Article", "Provider", "Topic")
"""The types whose changes are in the change log."""


@dataclass(frozen=True, slots=True)
class RebindableArguments:
    """The arguments of an edge, and how to recompute them.

    Attributes:
        arguments: the arguments with the variables of this request.
        rebind: returns the arguments with other coerced variables, or raises a `GraphQLError`
            if they are invalid; None if the arguments use no variables.
    """

    arguments: EdgeArguments
    rebind: Callable[[Any], EdgeArguments] | None


class SelectionBuilder:
    """Builds selections from the fields of one operation.

    Args:
        schema: the GraphQL schema.
        operation: the operation.
        fragments: the document's fragments by name.
        variables: the coerced variables.
        include_type_names: add the type name to the values of interfaces, under `TYPE_KEY`.

    Attributes:
        edge_arguments: the arguments of the edges built so far, in depth-first order.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        variables: Any,  # noqa: ANN401 - graphql-core's own container
        *,
        include_type_names: bool,
    ) -> None:
        self.schema, self.operation = schema, operation
        self.fragments, self.variables = fragments, variables
        self.include_type_names = include_type_names
        self.edge_arguments: list[RebindableArguments] = []

    def collect_root_fields(self, root_type: GraphQLObjectType) -> dict[str, FieldGroup]:
        """Return the operation's root fields by response key."""
        collected = collect_fields(
            self.schema, self.fragments, self.variables, root_type, self.operation
        )
        return collected.grouped_field_set

    def build_union(
        self, type_names: tuple[str, ...], group: FieldGroup, path: ResponsePath
    ) -> UnionSelection:
        """Build the selection of each type that an interface's value can have."""
        selections = []
        for type_name in type_names:
            selection = self.build_selection(self.schema.type_map[type_name], group, path)
            constants = (Constant(TYPE_KEY, type_name),) if self.include_type_names else ()
            selections.append((type_name, Selection((*constants, *selection.items))))
        return UnionSelection(tuple(selections))

    def build_selection(self, type_: Any, group: FieldGroup, path: ResponsePath) -> Selection:  # noqa: ANN401 - a named type
        """Build the selection of an object's fields."""
        return Selection(tuple(self.build_items(type_, group, path)))

    def build_items(
        self, type_: GraphQLObjectType, group: FieldGroup, path: ResponsePath
    ) -> list[SelectionItem]:
        """Build the items of an object's selection."""
        items: list[SelectionItem] = []
        for key, subgroup in self.collect_subfields(type_, group).items():
            name = field_name(subgroup)
            if name == "__typename":
                items.append(Constant(key, type_.name))
            elif is_leaf_type(get_named_type(type_.fields[name].type)):
                items.append(Field(key, name))
            else:
                items.append(self.build_edge(type_, key, subgroup, (*path, key)))
        return items

    def build_edge(
        self, parent: GraphQLObjectType, key: str, group: FieldGroup, path: ResponsePath
    ) -> Edge:
        """Build the edge of a field that has subfields.

        Args:
            parent: the type that has the field.
            key: the field's response key.
            group: the field's nodes.
            path: the field's path in the response.

        Raises:
            UserInputError: an argument is invalid.
            QueryTooLargeError: a filter is too large.
        """
        name = field_name(group)
        target = get_named_type(parent.fields[name].type)
        if isinstance(target, GraphQLInterfaceType):
            arguments = self.build_arguments(parent, group, path, lambda _: EdgeArguments())
            return Edge(key, name, self.build_union(CHANGE_LOG_TYPES, group, path), arguments)
        assert isinstance(target, GraphQLObjectType)  # noqa: S101 - there are no unions
        if not target.name.endswith("Connection"):
            arguments = self.build_arguments(
                parent,
                group,
                path,
                lambda field: field.read_list_arguments(parent.name, name),
            )
            return Edge(key, name, self.build_selection(target, group, path), arguments)
        arguments = self.build_arguments(
            parent, group, path, lambda field: field.read_connection_arguments(parent.name, name)
        )
        return Edge(key, name, self._build_page(target, group, path), arguments)

    def _build_page(
        self, connection: GraphQLObjectType, group: FieldGroup, path: ResponsePath
    ) -> Page:
        items: list[PageItem] = []
        for key, subgroup in self.collect_subfields(connection, group).items():
            name, subpath = field_name(subgroup), (*path, key)
            match name:
                case "__typename":
                    items.append(Constant(key, connection.name))
                case "totalCount":
                    items.append(TotalCount(key))
                case "suggestion":
                    items.append(Suggestion(key))
                case "pageInfo":
                    items.append(PageInfo(key, self._build_leaves(connection, name, subgroup)))
                case "facets":
                    items.append(Facets(key, self._build_facets(connection, subgroup, subpath)))
                case _:
                    items.append(Edges(key, self._build_edges(connection, subgroup, subpath)))
        return Page(tuple(items))

    def _build_leaves(
        self, parent: GraphQLObjectType, name: str, group: FieldGroup
    ) -> tuple[Constant | Field, ...]:
        """Build the selection of an object that has only leaf fields."""
        type_ = object_type(parent, name)
        return tuple(
            Constant(key, type_.name)
            if field_name(subgroup) == "__typename"
            else Field(key, field_name(subgroup))
            for key, subgroup in self.collect_subfields(type_, group).items()
        )

    def _build_edges(
        self, connection: GraphQLObjectType, group: FieldGroup, path: ResponsePath
    ) -> tuple[Constant | Field | Cursor | Node, ...]:
        """Build the selection of a connection's ``edges``."""
        edge_type = object_type(connection, "edges")
        items: list[Constant | Field | Cursor | Node] = []
        for key, subgroup in self.collect_subfields(edge_type, group).items():
            match field_name(subgroup):
                case "__typename":
                    items.append(Constant(key, edge_type.name))
                case "cursor":
                    items.append(Cursor(key))
                case "node":
                    node_type = object_type(edge_type, "node")
                    selection = self.build_selection(node_type, subgroup, (*path, key))
                    items.append(Node(key, selection))
                case name:
                    items.append(Field(key, name))
        return tuple(items)

    def _build_facets(
        self, connection: GraphQLObjectType, group: FieldGroup, path: ResponsePath
    ) -> tuple[Constant | Facet, ...]:
        facets_type = object_type(connection, "facets")
        items: list[Constant | Facet] = []
        for key, subgroup in self.collect_subfields(facets_type, group).items():
            name, subpath = field_name(subgroup), (*path, key)
            if name == "__typename":
                items.append(Constant(key, facets_type.name))
                continue
            arguments = self.read_arguments(facets_type, subgroup, subpath)
            interval = arguments.values.get("by")
            maximum = MAX_ROWS if interval is None else MAX_TIME_INTERVALS
            first = arguments.read_row_count("first", maximum)
            value_items = self.build_items(object_type(facets_type, name), subgroup, subpath)
            facet_name = name if interval is None else f"{name}:{interval.value}"
            items.append(Facet(key, facet_name, tuple(value_items), first or 0))
        return tuple(items)

    def collect_subfields(
        self, type_: GraphQLObjectType, group: FieldGroup
    ) -> dict[str, FieldGroup]:
        """Return the fields that are selected from an object, by response key."""
        collected = collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, group
        )
        return collected.grouped_field_set

    def read_arguments(
        self, parent: GraphQLObjectType, group: FieldGroup, path: ResponsePath
    ) -> FieldArguments:
        """Return the coerced arguments of a field."""
        definition = parent.fields[field_name(group)]
        values = get_argument_values(definition, group[0].node, self.variables)
        return FieldArguments(values, [details.node for details in group], path)

    def build_arguments(
        self,
        parent: GraphQLObjectType,
        group: FieldGroup,
        path: ResponsePath,
        convert: Callable[[FieldArguments], EdgeArguments],
    ) -> EdgeArguments:
        """Return an edge's arguments, and append them to `edge_arguments`.

        Args:
            parent: the type that has the field.
            group: the field's nodes.
            path: the field's path in the response.
            convert: converts the field's arguments to the edge's, or raises a `GraphQLError` if
                they are invalid.
        """
        field_arguments = self.read_arguments(parent, group, path)
        arguments = convert(field_arguments)
        # Validation guarantees that fields with the same response key have the same arguments.
        node = group[0].node
        if not uses_variables(node):
            self.edge_arguments.append(RebindableArguments(arguments, None))
            return arguments
        read_values = compile_argument_reader(parent.fields[node.name.value], node)

        def rebind(variables: Any) -> EdgeArguments:  # noqa: ANN401 - graphql-core's own container
            return convert(FieldArguments(read_values(variables), field_arguments.nodes, path))

        self.edge_arguments.append(RebindableArguments(arguments, rebind))
        return arguments


def field_name(group: FieldGroup) -> str:
    """Return the name of a field in the schema, whatever its response key."""
    return group[0].node.name.value


def object_type(parent: GraphQLObjectType, name: str) -> GraphQLObjectType:
    """Return the object type of a field, without lists and non-null wrappers."""
    type_ = get_named_type(parent.fields[name].type)
    assert isinstance(type_, GraphQLObjectType)  # noqa: S101 - callers pass such fields only
    return type_
