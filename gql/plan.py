"""From a GraphQL operation to selections of the store. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from graphql import GraphQLError, GraphQLInterfaceType, GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import get_argument_values, get_variable_values
from graphql.language import FragmentDefinitionNode, OperationType
from graphql.type import is_leaf_type

from gql.arguments import MOST_MOMENTS, MOST_ROWS
from gql.errors import Passed
from gql.paging import Asked, Path
from store.documents.identity import key as key_of
from store.documents.identity import split_node_id, topic_slug
from store.documents.urls import domain
from store.errors import BadCursor
from store.reading.log import read_token
from store.reading.selection import (
    Arguments,
    Choice,
    Constant,
    Cursor,
    Edge,
    Edges,
    Facet,
    Facets,
    Field,
    Log,
    LogRows,
    Node,
    Page,
    PageInfo,
    PageItem,
    Selection,
    TotalCount,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode

Group: TypeAlias = list[FieldDetails]
"""All mentions of one field that answer under one key."""

Item: TypeAlias = Constant | Field | Edge


@dataclass(slots=True)
class Plan:
    """What to ask the store for an operation.

    Attributes:
        roots: a selection for each root field, by its key in the response. A field whose
            arguments cannot be served has its error instead.
        passed: the error of a root field that the store answers with null, because a
            cursor's or token's time has passed.
        nodes: where in the document each root field stands.
    """

    roots: dict[str, Selection | GraphQLError] = dataclass_field(default_factory=dict)
    passed: dict[str, Passed] = dataclass_field(default_factory=dict)
    nodes: dict[str, list[FieldNode]] = dataclass_field(default_factory=dict)


TYPE_KEY = "@type"
"""Where an interface's value tells its type; no alias of a client's can be called so."""

TOKEN_KEY, MORE_KEY = "@token", "@more"
"""Where a subscription's events tell how to go on."""

NODES = {
    "Article": "article",
    "Provider": "provider",
    "Topic": "topic",
    "RelatedLink": "relatedLink",
}
"""By what edge of the store a node of each type is found."""

LOGGED = ("Article", "Provider", "Topic")
"""The types whose changes are told."""

_RESYNC = (
    "This token is another store's, or older than what is remembered; begin again without one."
)
_EXPIRED = "The store has changed since this cursor was given; search again without it."


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
    if isinstance(coerced, list):
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
        following = self.operation.operation is OperationType.SUBSCRIPTION
        root = self.schema.subscription_type if following else self.schema.query_type
        assert root is not None  # noqa: S101 - our schema has both
        collected = collect_fields(
            self.schema, self.fragments, self.variables, root, self.operation
        )
        for key, group in collected.grouped_field_set.items():
            if _name(group).startswith("__"):
                continue
            self.planned.nodes[key] = [one.node for one in group]
            try:
                self.planned.roots[key] = Selection((self._root(root, key, group),))
            except GraphQLError as error:
                self.planned.roots[key] = error
        return self.planned

    def _root(self, root: GraphQLObjectType, key: str, group: Group) -> Edge:
        name, path = _name(group), (key,)
        target = get_named_type(root.fields[name].type)
        asked = self._asked(root, group, path)
        if target.name.endswith("Connection"):
            return self._edge(root, key, group, path)
        match name:
            case "nodes":
                ids = asked.values["ids"]
                if len(ids) > MOST_ROWS:
                    told = f"These are {len(ids)} ids; at most {MOST_ROWS} are looked up at a time."
                    raise asked.bad("ids", told)
                pairs = tuple(_pair(asked, "ids", one) for one in ids)
                choice = self._choice(tuple(NODES), group, path)
                return Edge(key, name, choice, Arguments(first=len(ids), by=("ids", pairs)))
            case "changes" | "articleChanged":
                return self._log(target, key, name, group, path)
            case "node":
                kind, number = _pair(asked, "id", asked.values["id"])
                ((_, selection),) = self._choice((kind,), group, path).of
                return Edge(key, NODES[kind], selection, Arguments(by=("id", number)))
        by = self._by(root.fields[name].args.keys(), name, asked)
        return Edge(key, name, self._selection(target, group, path), Arguments(by=by))

    def _by(self, known: Any, name: str, asked: Asked) -> tuple[str, str] | None:  # noqa: ANN401 - the keys of a dict
        given = [(one, value) for one, value in asked.values.items() if value is not None]
        if not known:
            return None
        if len(given) != 1:
            raise asked.bad(next(iter(known)), f"Give {name} just one of {' and '.join(known)}.")
        ((argument, value),) = given
        if name == "topic":
            return argument, topic_slug(value)
        return argument, domain(value) or value if argument == "domain" else value

    def _choice(self, kinds: tuple[str, ...], group: Group, path: Path) -> Choice:
        """Return what is wanted of each type that an interface's value can have."""
        of = []
        for kind in kinds:
            selection = self._selection(self.schema.type_map[kind], group, path)
            of.append((kind, Selection((Constant(TYPE_KEY, kind), *selection.items))))
        return Choice(tuple(of))

    def _selection(self, type_: Any, group: Group, path: Path) -> Selection:  # noqa: ANN401 - a named type
        return Selection(tuple(self._items(type_, group, path)))

    def _items(self, type_: GraphQLObjectType, group: Group, path: Path) -> list[Item]:
        items: list[Item] = []
        for key, details in self._fields(type_, group).items():
            name = _name(details)
            if name == "__typename":
                items.append(Constant(key, type_.name))
            elif is_leaf_type(get_named_type(type_.fields[name].type)):
                items.append(Field(key, name))
            else:
                items.append(self._edge(type_, key, details, (*path, key)))
        return items

    def _edge(self, parent: GraphQLObjectType, key: str, group: Group, path: Path) -> Edge:
        name = _name(group)
        target = get_named_type(parent.fields[name].type)
        asked = self._asked(parent, group, path)
        if isinstance(target, GraphQLInterfaceType):
            return Edge(key, name, self._choice(LOGGED, group, path))
        assert isinstance(target, GraphQLObjectType)  # noqa: S101 - there are no unions
        if not target.name.endswith("Connection"):
            arguments = Arguments(first=asked.size("first", None))
            return Edge(key, name, self._selection(target, group, path), arguments)
        arguments = asked.page(parent.name, name)
        if name == "search" and (arguments.after or arguments.before):
            side = "after" if arguments.after else "before"
            expired = Passed(_EXPIRED, "CURSOR_EXPIRED", side, asked.nodes, path)
            self.planned.passed[path[0]] = expired
        return Edge(key, name, self._page(target, group, path), arguments)

    def _page(self, connection: GraphQLObjectType, group: Group, path: Path) -> Page:
        items: list[PageItem] = []
        for key, details in self._fields(connection, group).items():
            name, within = _name(details), (*path, key)
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
        type_ = _object(parent, name)
        return tuple(
            Constant(key, type_.name)
            if _name(details) == "__typename"
            else Field(key, _name(details))
            for key, details in self._fields(type_, group).items()
        )

    def _edges(
        self, connection: GraphQLObjectType, group: Group, path: Path
    ) -> tuple[Constant | Field | Cursor | Node, ...]:
        edge = _object(connection, "edges")
        items: list[Constant | Field | Cursor | Node] = []
        for key, details in self._fields(edge, group).items():
            match _name(details):
                case "__typename":
                    items.append(Constant(key, edge.name))
                case "cursor":
                    items.append(Cursor(key))
                case "node":
                    node = _object(edge, "node")
                    items.append(Node(key, self._selection(node, details, (*path, key))))
                case name:
                    items.append(Field(key, name))
        return tuple(items)

    def _facets(
        self, connection: GraphQLObjectType, group: Group, path: Path
    ) -> tuple[Constant | Facet, ...]:
        facets = _object(connection, "facets")
        items: list[Constant | Facet] = []
        for key, details in self._fields(facets, group).items():
            name, within = _name(details), (*path, key)
            if name == "__typename":
                items.append(Constant(key, facets.name))
                continue
            asked = self._asked(facets, details, within)
            by = asked.values.get("by")
            first = asked.size("first", MOST_ROWS if by is None else MOST_MOMENTS)
            parts = self._items(_object(facets, name), details, within)
            called = name if by is None else f"{name}:{by.value}"
            items.append(Facet(key, called, tuple(parts), first or 0))
        return tuple(items)

    def _log(self, type_: Any, key: str, name: str, group: Group, path: Path) -> Edge:  # noqa: ANN401 - a named type
        root = self.schema.query_type if name == "changes" else self.schema.subscription_type
        assert root is not None  # noqa: S101 - our schema has both
        asked = self._asked(root, group, path)
        since = asked.values.get("since")
        if since is not None:
            try:
                read_token(since)
            except BadCursor as error:
                message = "This is no token; use one that an answer gave, as it is."
                raise asked.bad("since", message) from error
        self.planned.passed[key] = Passed(_RESYNC, "RESYNC", "since", asked.nodes, path)
        if name == "articleChanged":
            # Each row becomes an event; `gql.following` reads on from the token.
            rows = LogRows(key, self._log_rows(type_, group, path))
            log = Log((rows, Field(TOKEN_KEY, "token"), Field(MORE_KEY, "hasMore")))
            by = _places(asked.values.get("topic"), asked.values.get("provider"))
            return Edge(key, "changes", log, Arguments(first=1, after=since, by=by))
        items: list[Constant | Field | LogRows] = []
        for part, details in self._fields(type_, group).items():
            match _name(details):
                case "__typename":
                    items.append(Constant(part, type_.name))
                case "changes":
                    change = _object(type_, "changes")
                    within = (*path, part)
                    items.append(LogRows(part, self._log_rows(change, details, within)))
                case field:
                    items.append(Field(part, field))
        first = asked.size("first")
        return Edge(key, name, Log(tuple(items)), Arguments(first=first, after=since))

    def _log_rows(self, type_: GraphQLObjectType, group: Group, path: Path) -> tuple[Item, ...]:
        return tuple(
            Field(item.key, "id")
            if isinstance(item, Field) and item.name in ("nodeId", "articleId")
            else item
            for item in self._items(type_, group, path)
        )

    def _fields(self, type_: GraphQLObjectType, group: Group) -> dict[str, Group]:
        collected = collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, group
        )
        return collected.grouped_field_set

    def _asked(self, parent: GraphQLObjectType, group: Group, path: Path) -> Asked:
        field = parent.fields[_name(group)]
        values = get_argument_values(field, group[0].node, self.variables)
        return Asked(values, [one.node for one in group], path)


def _places(topic: str | None, provider: str | None) -> tuple[Literal["places"], tuple[int, ...]]:
    """Return the keys of what is followed."""
    found = [] if topic is None else [key_of("Topic", topic_slug(topic))]
    if provider is not None:
        found.append(key_of("Provider", domain(provider) or provider))
    return "places", tuple(found)


def _name(group: Group) -> str:
    return group[0].node.name.value


def _object(parent: GraphQLObjectType, name: str) -> GraphQLObjectType:
    type_ = get_named_type(parent.fields[name].type)
    assert isinstance(type_, GraphQLObjectType)  # noqa: S101 - the schema says so
    return type_


def _pair(asked: Asked, argument: str, id_: str) -> tuple[str, int]:
    found = split_node_id(id_)
    if found is None or found[0] not in NODES:
        message = f"{repr(id_)[:100]} is no node's id; give one as a node's `id` has it."
        raise asked.bad(argument, message)
    return found
