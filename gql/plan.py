"""From a GraphQL operation to selections of the store. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import FieldNode, GraphQLError, GraphQLObjectType, get_named_type, is_leaf_type
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import get_argument_values, get_variable_values
from graphql.language import FragmentDefinitionNode, OperationType

from gql.arguments import MOST_ROWS
from gql.errors import BadInput
from store.documents.identity import split_node_id
from store.reading.selection import (
    Arguments,
    Constant,
    Cursor,
    Edge,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    PageItem,
    Selection,
    TotalCount,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLField, GraphQLSchema, OperationDefinitionNode

Group: TypeAlias = list[FieldDetails]
"""All mentions of one field that answer under one key."""

Path: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What to ask the store for an operation.

    Attributes:
        roots: a selection for each root field, by its key in the response. A field whose
            arguments cannot be served has its error instead.
        cursors: by root field and cursor, the nodes and the path of the field given it.
    """

    roots: dict[str, Selection | GraphQLError] = dataclass_field(default_factory=dict)
    cursors: dict[tuple[str, str], tuple[list[FieldNode], Path]] = dataclass_field(
        default_factory=dict
    )

    def bad_cursor(self, root: str, cursor: str) -> BadInput:
        """Return the error of a cursor that its connection did not give."""
        nodes, path = self.cursors[root, cursor]
        message = "This connection gave no such cursor; use an edge's `cursor` as it is."
        return BadInput(message, "after", nodes, path)


TYPE_KEY = "@type"
"""Where an interface's value tells its type; no alias of a client's can be called so."""

NODES = {
    "Article": "article",
    "Provider": "provider",
    "Topic": "topic",
    "RelatedLink": "relatedLink",
}
"""By what edge of the store a node of each type is found."""


def plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> Plan:
    """Return what to ask the store for an operation.

    Introspection is left to graphql-core, and so are errors that it finds itself before
    it asks for a value.

    Args:
        schema: the graph.
        document: parsed and valid.
        operation: the one of its operations that is run.
        variables: as the client gave them.
    """
    coerced = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if isinstance(coerced, list) or operation.operation is not OperationType.QUERY:
        return Plan()
    return _Planner(schema, document, operation, coerced).plan()


class _Planner:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Any,  # noqa: ANN401 - graphql-core's own container
    ) -> None:
        self.schema, self.operation, self.variables = schema, operation, variables
        self.planned = Plan()
        self.fragments = {
            one.name.value: FragmentDetails(one)
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }

    def plan(self) -> Plan:
        query = self.schema.query_type
        assert query is not None  # noqa: S101 - a schema always has it
        collected = collect_fields(
            self.schema, self.fragments, self.variables, query, self.operation
        )
        for key, group in collected.grouped_field_set.items():
            name = group[0].node.name.value
            if name.startswith("__"):
                continue
            try:
                edge = self._root(query.fields[name], name, key, group)
                self.planned.roots[key] = Selection((edge,))
            except GraphQLError as error:
                self.planned.roots[key] = error
        return self.planned

    def _root(self, field: GraphQLField, name: str, key: str, group: Group) -> Edge:
        path = (key,)
        target = get_named_type(field.type)
        if target.name.endswith("Connection"):
            return self._edge(field, name, key, group, path)
        nodes = [one.node for one in group]
        given = [
            (one, value) for one, value in self._values(field, group).items() if value is not None
        ]
        is_interface = not isinstance(target, GraphQLObjectType)
        if field.args and len(given) != 1:
            message = f"Give {name} just one of {' and '.join(field.args)}."
            raise BadInput(message, next(iter(field.args)), nodes, path)
        by = given[0] if given else None
        if name == "node" and by is not None:
            found = split_node_id(by[1])
            if found is None or found[0] not in NODES:
                message = f"{repr(by[1])[:100]} is no node's id; give one as a node's `id` has it."
                raise BadInput(message, "id", nodes, path)
            target, name, by = self.schema.type_map[found[0]], NODES[found[0]], ("id", found[1])
        assert isinstance(target, GraphQLObjectType)  # noqa: S101 - interfaces are `node`'s only
        selection = self._selection(target, group, path)
        if is_interface:
            selection = Selection((Constant(TYPE_KEY, target.name), *selection.items))
        return Edge(key, name, selection, Arguments(by=by))

    def _selection(self, type_: GraphQLObjectType, group: Group, path: Path) -> Selection:
        items: list[Constant | Field | Edge] = []
        for key, details in self._fields(type_, group).items():
            name = details[0].node.name.value
            if name == "__typename":
                items.append(Constant(key, type_.name))
            elif is_leaf_type(get_named_type(type_.fields[name].type)):
                items.append(Field(key, name))
            else:
                items.append(self._edge(type_.fields[name], name, key, details, (*path, key)))
        return Selection(tuple(items))

    def _edge(self, field: GraphQLField, name: str, key: str, group: Group, path: Path) -> Edge:
        target = get_named_type(field.type)
        assert isinstance(target, GraphQLObjectType)  # noqa: S101 - interfaces are `node`'s only
        values = self._values(field, group)
        first, after = values.get("first"), values.get("after")
        nodes = [one.node for one in group]
        if first is not None and first < 0:
            raise BadInput(f"first is {first}; it cannot be negative.", "first", nodes, path)
        paged = target.name.endswith("Connection")
        if paged and first is not None and first > MOST_ROWS:
            message = (
                f"first is {first}, and at most {MOST_ROWS} rows are given at a time; "
                "go on with `after`."
            )
            raise BadInput(message, "first", nodes, path)
        if after is not None:
            self.planned.cursors[path[0], after] = (nodes, path)
        arguments = Arguments(first=first, after=after)
        if paged:
            return Edge(key, name, self._page(target, group, path), arguments)
        return Edge(key, name, self._selection(target, group, path), arguments)

    def _page(self, connection: GraphQLObjectType, group: Group, path: Path) -> Page:
        items: list[PageItem] = []
        for key, details in self._fields(connection, group).items():
            name = details[0].node.name.value
            if name == "__typename":
                items.append(Constant(key, connection.name))
            elif name == "totalCount":
                items.append(TotalCount(key))
            elif name == "pageInfo":
                items.append(PageInfo(key, self._place(connection.fields[name], details)))
            else:
                items.append(self._edges(connection.fields[name], key, details, (*path, key)))
        return Page(tuple(items))

    def _place(self, field: GraphQLField, group: Group) -> tuple[Constant | Field, ...]:
        page_info = get_named_type(field.type)
        assert isinstance(page_info, GraphQLObjectType)  # noqa: S101 - the schema says so
        return tuple(
            Constant(key, page_info.name)
            if details[0].node.name.value == "__typename"
            else Field(key, details[0].node.name.value)
            for key, details in self._fields(page_info, group).items()
        )

    def _edges(self, field: GraphQLField, key: str, group: Group, path: Path) -> Edges:
        edge = get_named_type(field.type)
        assert isinstance(edge, GraphQLObjectType)  # noqa: S101 - the schema says so
        items: list[Constant | Cursor | Node] = []
        for part, details in self._fields(edge, group).items():
            name = details[0].node.name.value
            if name == "__typename":
                items.append(Constant(part, edge.name))
            elif name == "cursor":
                items.append(Cursor(part))
            else:
                node = get_named_type(edge.fields[name].type)
                assert isinstance(node, GraphQLObjectType)  # noqa: S101 - the schema says so
                items.append(Node(part, self._selection(node, details, (*path, part))))
        return Edges(key, tuple(items))

    def _fields(self, type_: GraphQLObjectType, group: Group) -> dict[str, Group]:
        collected: CollectedFields = collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, group
        )
        return collected.grouped_field_set

    def _values(self, field: GraphQLField, group: Group) -> dict[str, Any]:
        return get_argument_values(field, group[0].node, self.variables)
