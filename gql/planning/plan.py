"""From a GraphQL operation to selections of the store. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, Literal

from graphql import GraphQLError, GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import get_variable_values
from graphql.language import FragmentDefinitionNode, OperationType

from newsgraph.gql.errors import Passed
from newsgraph.gql.planning.selection_builder import Given, Group, Item, Wanted, name_of, object_of
from newsgraph.gql.schema.fields import MOST_ROWS
from newsgraph.store.documents.identity import key as key_of
from newsgraph.store.documents.identity import split_node_id, topic_slug
from newsgraph.store.documents.urls import domain
from newsgraph.store.errors import BadCursor
from newsgraph.store.query.change_log import read_token
from newsgraph.store.query.selection import (
    Arguments,
    Constant,
    Edge,
    Field,
    Log,
    LogRows,
    Selection,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graphql import DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode

    from newsgraph.gql.planning.connection_args import Asked, Path


@dataclass(slots=True)
class Plan:
    """What to ask the store for an operation.

    Attributes:
        roots: a selection for each root field, by its key in the response. A field whose
            arguments cannot be served has its error instead, and ``__typename`` its value.
        passed: the error of a root field that the store answers with null, because a
            cursor's or token's time has passed.
        nodes: where in the document each root field stands.
        given: the arguments of each root field's edges, in the order of the store's slots.
        complete: whether the store's answers are the whole answer as it is: there is no
            introspection in it and no error, and no value tells its type to graphql-core.
    """

    roots: dict[str, Selection | Constant | GraphQLError] = dataclass_field(default_factory=dict)
    passed: dict[str, Passed] = dataclass_field(default_factory=dict)
    nodes: dict[str, list[FieldNode]] = dataclass_field(default_factory=dict)
    given: dict[str, list[Given]] = dataclass_field(default_factory=dict)
    complete: bool = True

    @property
    def selections(self) -> dict[str, Selection]:
        """What is asked of the store, by its key."""
        return {key: one for key, one in self.roots.items() if isinstance(one, Selection)}


ROWS_KEY, TOKEN_KEY, MORE_KEY = "@rows", "@token", "@more"
"""Where a subscription's events tell how to go on."""

NODES = {
    "Article": "article",
    "Provider": "provider",
    "Topic": "topic",
    "RelatedLink": "relatedLink",
}
"""By what edge of the store a node of each type is found."""

_RESYNC = (
    "This token is another store's, or older than what is remembered; begin again without one."
)


def plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    *,
    typed: bool,
) -> Plan:
    """Return what to ask the store for an operation.

    Introspection is left to graphql-core, and so are errors that it finds itself before
    it asks for a value.

    Args:
        schema: the graph.
        document: parsed and valid.
        operation: the one of its operations that is run.
        variables: as the client gave them.
        typed: whether values of interfaces tell their types, as graphql-core needs them to.
    """
    coerced = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if isinstance(coerced, list):
        return Plan(complete=False)
    return _Planner(schema, document, operation, coerced, typed=typed).plan()


class _Planner:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Any,  # noqa: ANN401 - graphql-core's own container
        *,
        typed: bool,
    ) -> None:
        fragments = {
            one.name.value: FragmentDetails(one)
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self.schema, self.operation = schema, operation
        self.wanted = Wanted(schema, operation, fragments, variables, typed=typed)
        self.planned = Plan(passed=self.wanted.passed)

    def plan(self) -> Plan:
        following = self.operation.operation is OperationType.SUBSCRIPTION
        root = self.schema.subscription_type if following else self.schema.query_type
        assert root is not None  # noqa: S101 - our schema has both
        for key, group in self.wanted.roots(root).items():
            name = name_of(group)
            if name.startswith("__") and (name != "__typename" or self.wanted.typed):
                self.planned.complete = False
                continue
            if name == "__typename":
                self.planned.roots[key] = Constant(key, root.name)
                continue
            self.planned.nodes[key] = [one.node for one in group]
            self.planned.given[key] = self.wanted.given = []
            try:
                self.planned.roots[key] = Selection((self._root(root, key, group),))
            except GraphQLError as error:
                self.planned.roots[key] = error
                self.planned.complete = False
        self.planned.complete &= not self.wanted.typed
        return self.planned

    def _root(self, root: GraphQLObjectType, key: str, group: Group) -> Edge:
        name, path = name_of(group), (key,)
        target = get_named_type(root.fields[name].type)
        if target.name.endswith("Connection"):
            return self.wanted.edge(root, key, group, path)
        if name in ("changes", "articleChanged"):
            return self._log(target, key, name, group, path)
        known = root.fields[name].args.keys()
        read = _BY.get(name) or (lambda asked: Arguments(by=_by(known, name, asked)))
        arguments = self.wanted.arguments(root, group, path, read)
        if name == "nodes":
            return Edge(key, name, self.wanted.choice(tuple(NODES), group, path), arguments)
        if name != "node":
            return Edge(key, name, self.wanted.selection(target, group, path), arguments)
        asked = self.wanted.asked(root, group, path)
        kind, _ = _pair(asked, "id", asked.values["id"])
        ((_, selection),) = self.wanted.choice((kind,), group, path).of
        return Edge(key, NODES[kind], selection, arguments)

    def _log(self, type_: Any, key: str, name: str, group: Group, path: Path) -> Edge:  # noqa: ANN401 - a named type
        root = self.schema.query_type if name == "changes" else self.schema.subscription_type
        assert root is not None  # noqa: S101 - our schema has both
        read = _since_first if name == "changes" else _since_places
        arguments = self.wanted.arguments(root, group, path, read)
        nodes = [one.node for one in group]
        self.planned.passed[key] = Passed(_RESYNC, "RESYNC", "since", nodes, path)
        if name == "articleChanged":
            # Each row becomes an event; `execution.subscription_events` reads on from the token.
            rows = LogRows(ROWS_KEY, self._log_rows(type_, group, path))
            log = Log((rows, Field(TOKEN_KEY, "token"), Field(MORE_KEY, "hasMore")))
            return Edge(key, "changes", log, arguments)
        items: list[Constant | Field | LogRows] = []
        for part, details in self.wanted.fields(type_, group).items():
            match name_of(details):
                case "__typename":
                    items.append(Constant(part, type_.name))
                case "changes":
                    change = object_of(type_, "changes")
                    within = (*path, part)
                    items.append(LogRows(part, self._log_rows(change, details, within)))
                case field:
                    items.append(Field(part, field))
        return Edge(key, name, Log(tuple(items)), arguments)

    def _log_rows(self, type_: GraphQLObjectType, group: Group, path: Path) -> tuple[Item, ...]:
        return tuple(
            Field(item.key, "id")
            if isinstance(item, Field) and item.name in ("nodeId", "articleId")
            else item
            for item in self.wanted.items(type_, group, path)
        )


def _by(known: Iterable[str], name: str, asked: Asked) -> tuple[str, str] | None:
    """Return what the one row that a field gives is found by."""
    given = [(one, value) for one, value in asked.values.items() if value is not None]
    if not known:
        return None
    if len(given) != 1:
        raise asked.bad(next(iter(known)), f"Give {name} just one of {' and '.join(known)}.")
    ((argument, value),) = given
    if name == "topic":
        # Clients that know its slug of before go on.
        return "called", topic_slug(value)
    return argument, domain(value) or value if argument == "domain" else value


def _by_id(asked: Asked) -> Arguments:
    _, number = _pair(asked, "id", asked.values["id"])
    return Arguments(by=("id", number))


def _by_ids(asked: Asked) -> Arguments:
    ids = asked.values["ids"]
    if len(ids) > MOST_ROWS:
        told = f"These are {len(ids)} ids; at most {MOST_ROWS} are looked up at a time."
        raise asked.bad("ids", told)
    return Arguments(first=len(ids), by=("ids", tuple(_pair(asked, "ids", one) for one in ids)))


_BY: Mapping[str, Callable[[Asked], Arguments]] = {"node": _by_id, "nodes": _by_ids}
"""How the fields are read that give what has an id, whatever it is."""


def _since_first(asked: Asked) -> Arguments:
    return Arguments(first=asked.size("first"), after=_since(asked))


def _since_places(asked: Asked) -> Arguments:
    by = _places(asked.values.get("topic"), asked.values.get("provider"))
    return Arguments(first=1, after=_since(asked), by=by)


def _since(asked: Asked) -> str | None:
    since: str | None = asked.values.get("since")
    if since is not None:
        try:
            read_token(since)
        except BadCursor as error:
            message = "This is no token; use one that an answer gave, as it is."
            raise asked.bad("since", message) from error
    return since


def _places(topic: str | None, provider: str | None) -> tuple[Literal["places"], tuple[int, ...]]:
    """Return the keys of what is followed."""
    found = [] if topic is None else [key_of("Topic", topic_slug(topic))]
    if provider is not None:
        found.append(key_of("Provider", domain(provider) or provider))
    return "places", tuple(found)


def _pair(asked: Asked, argument: str, id_: str) -> tuple[str, int]:
    found = split_node_id(id_)
    if found is None or found[0] not in NODES:
        shown = json.dumps(id_[:80], ensure_ascii=False)
        message = f"{shown} is no node's id; give one as a node's `id` has it."
        raise asked.bad(argument, message)
    return found
