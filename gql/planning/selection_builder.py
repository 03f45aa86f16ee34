"""What is wanted of the types of the graph: from fields of a document to selections. Pure."""

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

from newsgraph.gql.errors import Passed
from newsgraph.gql.planning.argument_reader import hangs_on_variables, reader
from newsgraph.gql.planning.connection_args import Asked, Path
from newsgraph.gql.schema.fields import MOST_MOMENTS, MOST_ROWS
from newsgraph.store.query.selection import (
    Arguments,
    Choice,
    Constant,
    Cursor,
    Edge,
    Edges,
    Facet,
    Facets,
    Field,
    Node,
    Page,
    PageInfo,
    PageItem,
    Selection,
    TotalCount,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLSchema, OperationDefinitionNode

Group: TypeAlias = list[FieldDetails]
"""All mentions of one field that answer under one key."""

Item: TypeAlias = Constant | Field | Edge

TYPE_KEY = "@type"
"""Where an interface's value tells its type; no alias of a client's can be called so."""

LOGGED = ("Article", "Provider", "Topic")
"""The types whose changes are told."""

_EXPIRED = "The store has changed since this cursor was given; search again without it."


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of an edge.

    Attributes:
        arguments: as they are this time.
        again: what they are with other variables, coerced; None where no variable is used.
            It raises a `GraphQLError` where they cannot be served.
    """

    arguments: Arguments
    again: Callable[[Any], Arguments] | None


class Wanted:
    """Reads what an operation wants of each type.

    Args:
        schema: the graph.
        operation: that is read.
        fragments: of its document.
        variables: coerced.
        typed: whether values of interfaces tell their types under `TYPE_KEY`.

    Attributes:
        passed: by root field, the error of a search whose cursor's time has passed.
        given: the arguments of the edges, each before those that follow it.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        variables: Any,  # noqa: ANN401 - graphql-core's own container
        *,
        typed: bool,
    ) -> None:
        self.schema, self.operation = schema, operation
        self.fragments, self.variables = fragments, variables
        self.typed = typed
        self.passed: dict[str, Passed] = {}
        self.given: list[Given] = []

    def roots(self, root: GraphQLObjectType) -> dict[str, Group]:
        """Return the operation's root fields, by their keys."""
        collected = collect_fields(
            self.schema, self.fragments, self.variables, root, self.operation
        )
        return collected.grouped_field_set

    def choice(self, kinds: tuple[str, ...], group: Group, path: Path) -> Choice:
        """Return what is wanted of each type that an interface's value can have."""
        of = []
        for kind in kinds:
            selection = self.selection(self.schema.type_map[kind], group, path)
            type_ = (Constant(TYPE_KEY, kind),) if self.typed else ()
            of.append((kind, Selection((*type_, *selection.items))))
        return Choice(tuple(of))

    def selection(self, type_: Any, group: Group, path: Path) -> Selection:  # noqa: ANN401 - a named type
        """Return what is wanted of an object."""
        return Selection(tuple(self.items(type_, group, path)))

    def items(self, type_: GraphQLObjectType, group: Group, path: Path) -> list[Item]:
        """Return the parts of what is wanted of an object."""
        items: list[Item] = []
        for key, details in self.fields(type_, group).items():
            name = name_of(details)
            if name == "__typename":
                items.append(Constant(key, type_.name))
            elif is_leaf_type(get_named_type(type_.fields[name].type)):
                items.append(Field(key, name))
            else:
                items.append(self.edge(type_, key, details, (*path, key)))
        return items

    def edge(self, parent: GraphQLObjectType, key: str, group: Group, path: Path) -> Edge:
        """Return what is wanted of a field that leads on.

        Raises:
            BadInput: an argument cannot be served.
            TooLarge: a filter is too large.
        """
        name = name_of(group)
        target = get_named_type(parent.fields[name].type)
        if isinstance(target, GraphQLInterfaceType):
            arguments = self.arguments(parent, group, path, lambda _: Arguments())
            return Edge(key, name, self.choice(LOGGED, group, path), arguments)
        assert isinstance(target, GraphQLObjectType)  # noqa: S101 - there are no unions
        if not target.name.endswith("Connection"):
            arguments = self.arguments(
                parent, group, path, lambda asked: Arguments(first=asked.size("first", None))
            )
            return Edge(key, name, self.selection(target, group, path), arguments)
        arguments = self.arguments(parent, group, path, lambda asked: asked.page(parent.name, name))
        if name == "search" and (arguments.after or arguments.before):
            side = "after" if arguments.after else "before"
            nodes = [one.node for one in group]
            self.passed[path[0]] = Passed(_EXPIRED, "CURSOR_EXPIRED", side, nodes, path)
        return Edge(key, name, self._page(target, group, path), arguments)

    def _page(self, connection: GraphQLObjectType, group: Group, path: Path) -> Page:
        items: list[PageItem] = []
        for key, details in self.fields(connection, group).items():
            name, within = name_of(details), (*path, key)
            match name:
                case "__typename":
                    items.append(Constant(key, connection.name))
                case "totalCount":
                    items.append(TotalCount(key))
                case "pageInfo":
                    items.append(PageInfo(key, self._leaves(connection, name, details)))
                case "facets":
                    items.append(Facets(key, self._facets(connection, details, within)))
                case _:
                    items.append(Edges(key, self._edges(connection, details, within)))
        return Page(tuple(items))

    def _leaves(
        self, parent: GraphQLObjectType, name: str, group: Group
    ) -> tuple[Constant | Field, ...]:
        """Return what is wanted of an object that has only leaves."""
        type_ = object_of(parent, name)
        return tuple(
            Constant(key, type_.name)
            if name_of(details) == "__typename"
            else Field(key, name_of(details))
            for key, details in self.fields(type_, group).items()
        )

    def _edges(
        self, connection: GraphQLObjectType, group: Group, path: Path
    ) -> tuple[Constant | Field | Cursor | Node, ...]:
        edge = object_of(connection, "edges")
        items: list[Constant | Field | Cursor | Node] = []
        for key, details in self.fields(edge, group).items():
            match name_of(details):
                case "__typename":
                    items.append(Constant(key, edge.name))
                case "cursor":
                    items.append(Cursor(key))
                case "node":
                    node = object_of(edge, "node")
                    items.append(Node(key, self.selection(node, details, (*path, key))))
                case name:
                    items.append(Field(key, name))
        return tuple(items)

    def _facets(
        self, connection: GraphQLObjectType, group: Group, path: Path
    ) -> tuple[Constant | Facet, ...]:
        facets = object_of(connection, "facets")
        items: list[Constant | Facet] = []
        for key, details in self.fields(facets, group).items():
            name, within = name_of(details), (*path, key)
            if name == "__typename":
                items.append(Constant(key, facets.name))
                continue
            asked = self.asked(facets, details, within)
            by = asked.values.get("by")
            first = asked.size("first", MOST_ROWS if by is None else MOST_MOMENTS)
            parts = self.items(object_of(facets, name), details, within)
            called = name if by is None else f"{name}:{by.value}"
            items.append(Facet(key, called, tuple(parts), first or 0))
        return tuple(items)

    def fields(self, type_: GraphQLObjectType, group: Group) -> dict[str, Group]:
        """Return the fields that are asked of a type, by their keys."""
        collected = collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, group
        )
        return collected.grouped_field_set

    def asked(self, parent: GraphQLObjectType, group: Group, path: Path) -> Asked:
        """Return the arguments of a field."""
        values = get_argument_values(parent.fields[name_of(group)], group[0].node, self.variables)
        return Asked(values, [one.node for one in group], path)

    def arguments(
        self,
        parent: GraphQLObjectType,
        group: Group,
        path: Path,
        read: Callable[[Asked], Arguments],
    ) -> Arguments:
        """Return an edge's arguments; they are kept among `given`, in the order of the calls.

        Args:
            parent: has the field.
            group: the field's mentions.
            path: the field's.
            read: makes the edge's arguments of the field's; it raises a `GraphQLError` where
                they cannot be served.
        """
        asked = self.asked(parent, group, path)
        arguments = read(asked)
        # Fields that answer under one key have the same arguments, says validation.
        node = group[0].node
        if not hangs_on_variables(node):
            self.given.append(Given(arguments, None))
            return arguments
        values = reader(parent.fields[node.name.value], node)

        def again(variables: Any) -> Arguments:  # noqa: ANN401 - graphql-core's own container
            return read(Asked(values(variables), asked.nodes, path))

        self.given.append(Given(arguments, again))
        return arguments


def name_of(group: Group) -> str:
    """Return the name of a field, whatever it is called in the answer."""
    return group[0].node.name.value


def object_of(parent: GraphQLObjectType, name: str) -> GraphQLObjectType:
    """Return the type of the objects that a field gives."""
    type_ = get_named_type(parent.fields[name].type)
    assert isinstance(type_, GraphQLObjectType)  # noqa: S101 - the schema says so
    return type_
