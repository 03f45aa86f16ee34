"""Which root fields are refused for their arguments, or for those of a field below them.

The engine looks at all arguments before it reads anything. So a wrong one takes its root
field away wherever it stands, and even where no row would have led to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.execution.values import get_argument_values, get_directive_values

from newsgraph.store.documents.identity import split_node_id
from tests.gql.reference.pages import NEWEST, OF_FIELD, order_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode

    from tests.gql.reference.rows import World

BAD = "BAD_USER_INPUT"
RESYNC = "RESYNC"
MOST = 100
MOST_MOMENTS = 1000
KINDS = ("Article", "RelatedLink", "Topic", "Provider")


class Refusals:
    """Finds them by walking through an operation."""

    def __init__(
        self, schema: GraphQLSchema, world: World, document: DocumentNode, variables: Any
    ) -> None:
        self._schema, self._world, self._variables = schema, world, variables
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self.codes: dict[str, list[str]] = {}

    def walk(self, operation: OperationDefinitionNode) -> dict[str, list[str]]:
        """Return the codes of what is wrong below each root field, by its key."""
        for _, node in self._fields({"Query"}, operation.selection_set):
            key = (node.alias or node.name).value
            self.codes.setdefault(key, []).extend(self._below("Query", node))
        return {key: codes for key, codes in self.codes.items() if codes}

    def _fields(
        self, types: set[str], selections: SelectionSetNode
    ) -> Iterator[tuple[set[str], FieldNode]]:
        """Yield fields that are asked for, with the types that may have them."""
        for one in selections.selections:
            skip = get_directive_values(GraphQLSkipDirective, one, self._variables)
            include = get_directive_values(GraphQLIncludeDirective, one, self._variables)
            if (skip and skip["if"]) or (include and not include["if"]):
                continue
            if isinstance(one, FieldNode):
                yield types, one
                continue
            inner: Any = one
            if isinstance(one, FragmentSpreadNode):
                inner = self._fragments[one.name.value]
            condition = inner.type_condition
            possible = types & self._possible(condition.name.value) if condition else types
            if possible:
                yield from self._fields(possible, inner.selection_set)

    def _possible(self, name: str) -> set[str]:
        type_: Any = self._schema.type_map[name]
        if is_abstract_type(type_):
            return {one.name for one in self._schema.get_possible_types(type_)}
        return {name}

    def _below(self, parent: str, node: FieldNode) -> Iterator[str]:
        name = node.name.value
        if name.startswith("__"):
            return
        field = self._schema.type_map[parent].fields[name]  # type: ignore[union-attr]
        try:
            asked = get_argument_values(field, node, self._variables)
        except GraphQLError:
            yield BAD
            return
        yield from self._wrong(parent, name, asked)
        target = get_named_type(field.type)
        if node.selection_set is None or not is_composite_type(target):
            return
        types = self._possible(target.name)
        if (parent, name) == ("Query", "node"):
            found = split_node_id(asked["id"])
            types = {found[0]} if found and found[0] in KINDS else set()
        elif (parent, name) == ("Change", "node"):
            types = types - {"RelatedLink"}
        for possible, inner in self._fields(types, node.selection_set):
            for one in sorted(possible):
                yield from self._below(one, inner)

    def _wrong(self, parent: str, name: str, asked: dict[str, Any]) -> Iterator[str]:
        most = MOST
        if name == "related":
            most = 2**31
        elif parent == "ArticleFacets" and name == "publishedAt":
            most = MOST_MOMENTS
        for size in ("first", "last"):
            if asked.get(size) is not None and not 0 <= asked[size] <= most:
                yield BAD
        if asked.get("first") is not None and asked.get("last") is not None:
            yield BAD
        yield from self._wrong_cursors(name, asked)
        ids = asked.get("ids", [asked["id"]] if "id" in asked else [])
        known = [split_node_id(one) for one in ids]
        if len(ids) > MOST or any(one is None or one[0] not in KINDS for one in known):
            yield BAD
        if name == "article" and parent == "Query":
            given = [one for one in ("slug", "url") if asked.get(one) is not None]
            if len(given) != 1:
                yield BAD
        if asked.get("since") is not None:
            yield from self._wrong_token(asked["since"])

    def _wrong_cursors(self, name: str, asked: dict[str, Any]) -> Iterator[str]:
        order = OF_FIELD.get(name, NEWEST)
        if asked.get("orderBy") is not None:
            order = order_of(asked["orderBy"])
        for side in ("after", "before"):
            cursor = asked.get(side)
            if cursor is None:
                continue
            if name == "search":
                if not self._is_of_search(cursor):
                    yield BAD
                continue
            try:
                order.read(cursor)
            except ValueError:
                yield BAD

    def _is_of_search(self, cursor: str) -> bool:
        try:
            return bytes.fromhex(cursor).decode().startswith("match@")
        except ValueError:
            return False

    def _wrong_token(self, text: str) -> Iterator[str]:
        try:
            name, store, *numbers = bytes.fromhex(text).decode().split("|")
            revision, _, begun = map(int, numbers)
        except ValueError:
            yield BAD
            return
        if name != "log":
            yield BAD
        elif store != self._world.store_id or max(revision, begun) > self._world.store["revision"]:
            yield RESYNC
