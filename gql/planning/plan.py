"""Plans a GraphQL operation as selections of the store. No I/O."""

from __future__ import annotations

import json
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, Literal

from graphql import GraphQLError, GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import get_variable_values
from graphql.language import FragmentDefinitionNode, OperationType

from newsgraph.gql.errors import ExpiredError
from newsgraph.gql.planning.selection_builder import (
    FieldGroup,
    RebindableArguments,
    SelectionBuilder,
    SelectionItem,
    field_name,
    object_type,
)
from newsgraph.gql.schema.fields import MAX_ROWS
from newsgraph.store.documents.identity import decode_node_id, stable_key, topic_slug
from newsgraph.store.documents.urls import normalize_domain
from newsgraph.store.errors import BadCursor
from newsgraph.store.query.change_log_query import decode_token
from newsgraph.store.query.selection import (
    ChangeLogPage,
    ChangeRows,
    Constant,
    Edge,
    EdgeArguments,
    Field,
    Selection,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graphql import DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode

    from newsgraph.gql.planning.argument_conversion import FieldArguments, ResponsePath


@dataclass(slots=True)
class Plan:
    """The selections of the store that execute an operation.

    Attributes:
        root_fields: by response key, the selection of each root field. A field with invalid
            arguments has its error instead, and ``__typename`` has its value.
        expired_errors: by response key, the error of a root field for which the store returns
            null because a token has expired.
        field_nodes: by response key, the nodes of each root field in the document.
        edge_arguments: by response key, the arguments of each root field's edges, in the order
            of the store's argument slots.
        is_passthrough: whether the store's JSON is the complete ``data`` of the response, so that
            graphql-core need not execute the operation: there are no errors, no introspection and
            no type names for graphql-core.
    """

    root_fields: dict[str, Selection | Constant | GraphQLError] = dataclass_field(
        default_factory=dict
    )
    expired_errors: dict[str, ExpiredError] = dataclass_field(default_factory=dict)
    field_nodes: dict[str, list[FieldNode]] = dataclass_field(default_factory=dict)
    edge_arguments: dict[str, list[RebindableArguments]] = dataclass_field(default_factory=dict)
    is_passthrough: bool = True

    @property
    def selections(self) -> dict[str, Selection]:
        """The root fields that are read from the store, by response key."""
        return {
            key: field for key, field in self.root_fields.items() if isinstance(field, Selection)
        }


ROWS_KEY, TOKEN_KEY, HAS_MORE_KEY = "@rows", "@token", "@more"
"""Keys in a subscription's reads: the changes, the token after them, and whether more follow."""

NODE_EDGES = {
    "Article": "article",
    "Provider": "provider",
    "Topic": "topic",
    "RelatedLink": "relatedLink",
}
"""By node type, the store's edge that looks up a node by its id."""

_RESYNC = (
    "This token is from another store, or older than the change log; start again without a token."
)


def plan_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    *,
    include_type_names: bool,
) -> Plan:
    """Plan an operation as selections of the store.

    Introspection, and errors that graphql-core finds before it resolves a field, are left to
    graphql-core.

    Args:
        schema: the GraphQL schema.
        document: a valid document.
        operation: the operation of the document to plan.
        variables: the client's values of the variables.
        include_type_names: add the type name to the values of interfaces. graphql-core needs it
            to execute the operation.
    """
    coerced = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if isinstance(coerced, list):
        return Plan(is_passthrough=False)
    planner = _Planner(schema, document, operation, coerced, include_type_names=include_type_names)
    return planner.plan()


class _Planner:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Any,  # noqa: ANN401 - graphql-core's own container
        *,
        include_type_names: bool,
    ) -> None:
        fragments = {
            definition.name.value: FragmentDetails(definition)
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._schema, self._operation = schema, operation
        self._builder = SelectionBuilder(
            schema, operation, fragments, variables, include_type_names=include_type_names
        )
        self._plan = Plan()

    def plan(self) -> Plan:
        is_subscription = self._operation.operation is OperationType.SUBSCRIPTION
        root_type = self._schema.subscription_type if is_subscription else self._schema.query_type
        assert root_type is not None  # noqa: S101 - the schema has both types
        include_type_names = self._builder.include_type_names
        for key, group in self._builder.collect_root_fields(root_type).items():
            name = field_name(group)
            if name.startswith("__") and (name != "__typename" or include_type_names):
                self._plan.is_passthrough = False
                continue
            if name == "__typename":
                self._plan.root_fields[key] = Constant(key, root_type.name)
                continue
            self._plan.field_nodes[key] = [details.node for details in group]
            self._plan.edge_arguments[key] = self._builder.edge_arguments = []
            try:
                edge = self._plan_root_field(root_type, key, group)
                self._plan.root_fields[key] = Selection((edge,))
            except GraphQLError as error:
                self._plan.root_fields[key] = error
                self._plan.is_passthrough = False
        self._plan.is_passthrough &= not include_type_names
        return self._plan

    def _plan_root_field(self, root_type: GraphQLObjectType, key: str, group: FieldGroup) -> Edge:
        name, path = field_name(group), (key,)
        target = get_named_type(root_type.fields[name].type)
        if target.name.endswith("Connection"):
            return self._builder.build_edge(root_type, key, group, path)
        if name in ("changes", "articleChanged"):
            return self._plan_change_log(target, key, name, group, path)
        argument_names = root_type.fields[name].args.keys()
        convert = _NODE_ARGUMENTS.get(name) or (
            lambda field: EdgeArguments(lookup=_read_lookup(argument_names, name, field))
        )
        arguments = self._builder.build_arguments(root_type, group, path, convert)
        if name == "nodes":
            union = self._builder.build_union(tuple(NODE_EDGES), group, path)
            return Edge(key, name, union, arguments)
        if name != "node":
            selection = self._builder.build_selection(target, group, path)
            return Edge(key, name, selection, arguments)
        field_arguments = self._builder.read_arguments(root_type, group, path)
        type_name, _ = _parse_node_id(field_arguments, "id", field_arguments.values["id"])
        ((_, selection),) = self._builder.build_union((type_name,), group, path).selections
        return Edge(key, NODE_EDGES[type_name], selection, arguments)

    def _plan_change_log(
        self,
        type_: Any,  # noqa: ANN401 - a named type
        key: str,
        name: str,
        group: FieldGroup,
        path: ResponsePath,
    ) -> Edge:
        """Plan the root field ``changes`` or ``articleChanged``."""
        is_query = name == "changes"
        root_type = self._schema.query_type if is_query else self._schema.subscription_type
        assert root_type is not None  # noqa: S101 - the schema has both types
        convert = _read_changes_arguments if is_query else _read_subscription_arguments
        arguments = self._builder.build_arguments(root_type, group, path, convert)
        nodes = [details.node for details in group]
        self._plan.expired_errors[key] = ExpiredError(_RESYNC, "RESYNC", "since", nodes, path)
        if name == "articleChanged":
            # Each row becomes an event; `execution.subscription_events` reads on from the token.
            rows = ChangeRows(ROWS_KEY, self._build_change_items(type_, group, path))
            log = ChangeLogPage((rows, Field(TOKEN_KEY, "token"), Field(HAS_MORE_KEY, "hasMore")))
            return Edge(key, "changes", log, arguments)
        items: list[Constant | Field | ChangeRows] = []
        for subkey, subgroup in self._builder.collect_subfields(type_, group).items():
            match field_name(subgroup):
                case "__typename":
                    items.append(Constant(subkey, type_.name))
                case "changes":
                    change_type = object_type(type_, "changes")
                    change_items = self._build_change_items(change_type, subgroup, (*path, subkey))
                    items.append(ChangeRows(subkey, change_items))
                case subfield_name:
                    items.append(Field(subkey, subfield_name))
        return Edge(key, name, ChangeLogPage(tuple(items)), arguments)

    def _build_change_items(
        self, type_: GraphQLObjectType, group: FieldGroup, path: ResponsePath
    ) -> tuple[SelectionItem, ...]:
        return tuple(
            Field(item.key, "id")
            if isinstance(item, Field) and item.name in ("nodeId", "articleId")
            else item
            for item in self._builder.build_items(type_, group, path)
        )


def _read_lookup(
    argument_names: Iterable[str], name: str, field_arguments: FieldArguments
) -> tuple[str, str] | None:
    """Return what the single row of a root field is looked up by, as (property, value).

    Args:
        argument_names: the arguments in the schema, exactly one of which must have a value.
        name: name of the root field.
        field_arguments: the arguments in the document.

    Returns:
        The property and value, or None if the field has no arguments.
    """
    values = [(key, value) for key, value in field_arguments.values.items() if value is not None]
    if not argument_names:
        return None
    if len(values) != 1:
        message = f"`{name}` takes exactly one of {' and '.join(argument_names)}."
        raise field_arguments.input_error(next(iter(argument_names)), message)
    ((argument, value),) = values
    if name == "topic":
        # Clients that know only a former slug of the topic are served too.
        return "slug_or_alias", topic_slug(value)
    return argument, normalize_domain(value) or value if argument == "domain" else value


def _read_node_arguments(field_arguments: FieldArguments) -> EdgeArguments:
    _, number = _parse_node_id(field_arguments, "id", field_arguments.values["id"])
    return EdgeArguments(lookup=("id", number))


def _read_nodes_arguments(field_arguments: FieldArguments) -> EdgeArguments:
    ids = field_arguments.values["ids"]
    if len(ids) > MAX_ROWS:
        message = f"These are {len(ids)} ids; at most {MAX_ROWS} are looked up at a time."
        raise field_arguments.input_error("ids", message)
    keys = tuple(_parse_node_id(field_arguments, "ids", id_) for id_ in ids)
    return EdgeArguments(first=len(ids), lookup=("ids", keys))


_NODE_ARGUMENTS: Mapping[str, Callable[[FieldArguments], EdgeArguments]] = {
    "node": _read_node_arguments,
    "nodes": _read_nodes_arguments,
}
"""How the arguments of the root fields of the interface `Node` are read."""


def _read_changes_arguments(field_arguments: FieldArguments) -> EdgeArguments:
    return EdgeArguments(
        first=field_arguments.read_row_count("first"), after=_read_since(field_arguments)
    )


def _read_subscription_arguments(field_arguments: FieldArguments) -> EdgeArguments:
    values = field_arguments.values
    lookup = _subscribed_keys(values.get("topic"), values.get("provider"))
    return EdgeArguments(first=1, after=_read_since(field_arguments), lookup=lookup)


def _read_since(field_arguments: FieldArguments) -> str | None:
    """Return the checked token in `since`."""
    since: str | None = field_arguments.values.get("since")
    if since is not None:
        try:
            decode_token(since)
        except BadCursor as error:
            message = "This is not a token; pass the `token` of a response unchanged."
            raise field_arguments.input_error("since", message) from error
    return since


def _subscribed_keys(
    topic: str | None, provider: str | None
) -> tuple[Literal["owners"], tuple[int, ...]]:
    """Return the store's keys of the topic and provider that a client subscribes to."""
    keys = [] if topic is None else [stable_key("Topic", topic_slug(topic))]
    if provider is not None:
        keys.append(stable_key("Provider", normalize_domain(provider) or provider))
    return "owners", tuple(keys)


def _parse_node_id(field_arguments: FieldArguments, argument: str, id_: str) -> tuple[str, int]:
    """Return the type name and the key in a node id."""
    parts = decode_node_id(id_)
    if parts is None or parts[0] not in NODE_EDGES:
        quoted = json.dumps(id_[:80], ensure_ascii=False)
        message = f"{quoted} is not a node's id; pass the `id` of a node unchanged."
        raise field_arguments.input_error(argument, message)
    return parts
