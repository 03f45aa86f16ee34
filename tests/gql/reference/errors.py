"""Finds the root fields that must fail because of invalid arguments.

The engine checks all arguments before it reads anything. So an invalid argument fails its root
field wherever it is below it, even if no row leads to it.
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

from newsgraph.store.documents.identity import decode_node_id
from tests.gql.reference.pages import FIELD_ORDERS, NEWEST, get_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode

    from tests.gql.reference.rows import StoreContents

BAD_USER_INPUT = "BAD_USER_INPUT"
RESYNC = "RESYNC"
MAX_ROWS = 100
MAX_TIME_INTERVALS = 1000
NODE_TYPES = ("Article", "RelatedLink", "Topic", "Provider")


class ErrorFinder:
    """Finds invalid arguments in an operation."""

    def __init__(
        self, schema: GraphQLSchema, contents: StoreContents, document: DocumentNode, variables: Any
    ) -> None:
        self._schema, self._contents, self._variables = schema, contents, variables
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def find(self, operation: OperationDefinitionNode) -> dict[str, list[str]]:
        """Return the error codes of each root field that must fail, by response key."""
        codes: dict[str, list[str]] = {}
        for _, node in self._collect_fields({"Query"}, operation.selection_set):
            key = (node.alias or node.name).value
            codes.setdefault(key, []).extend(self._find_below("Query", node))
        return {key: field_codes for key, field_codes in codes.items() if field_codes}

    def _collect_fields(
        self, types: set[str], selections: SelectionSetNode
    ) -> Iterator[tuple[set[str], FieldNode]]:
        """Yield the selected fields, each with the types that it can be selected on."""
        for selection in selections.selections:
            skip = get_directive_values(GraphQLSkipDirective, selection, self._variables)
            include = get_directive_values(GraphQLIncludeDirective, selection, self._variables)
            if (skip and skip["if"]) or (include and not include["if"]):
                continue
            if isinstance(selection, FieldNode):
                yield types, selection
                continue
            fragment: Any = selection
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            condition = fragment.type_condition
            possible = types & self._possible_types(condition.name.value) if condition else types
            if possible:
                yield from self._collect_fields(possible, fragment.selection_set)

    def _possible_types(self, name: str) -> set[str]:
        type_: Any = self._schema.type_map[name]
        if is_abstract_type(type_):
            return {possible.name for possible in self._schema.get_possible_types(type_)}
        return {name}

    def _find_below(self, parent: str, node: FieldNode) -> Iterator[str]:
        """Yield the error codes of a field and of the fields below it."""
        name = node.name.value
        if name.startswith("__"):
            return
        field = self._schema.type_map[parent].fields[name]  # type: ignore[union-attr]
        try:
            arguments = get_argument_values(field, node, self._variables)
        except GraphQLError:
            yield BAD_USER_INPUT
            return
        yield from self._check_arguments(parent, name, arguments)
        target = get_named_type(field.type)
        if node.selection_set is None or not is_composite_type(target):
            return
        types = self._possible_types(target.name)
        if (parent, name) == ("Query", "node"):
            parts = decode_node_id(arguments["id"])
            types = {parts[0]} if parts and parts[0] in NODE_TYPES else set()
        elif (parent, name) == ("Change", "node"):
            types = types - {"RelatedLink"}
        for possible, subfield in self._collect_fields(types, node.selection_set):
            for type_name in sorted(possible):
                yield from self._find_below(type_name, subfield)

    def _check_arguments(self, parent: str, name: str, arguments: dict[str, Any]) -> Iterator[str]:
        maximum = MAX_ROWS
        if name == "related":
            maximum = 2**31
        elif parent == "ArticleFacets" and name == "publishedAt":
            maximum = MAX_TIME_INTERVALS
        for size in ("first", "last"):
            if arguments.get(size) is not None and not 0 <= arguments[size] <= maximum:
                yield BAD_USER_INPUT
        if arguments.get("first") is not None and arguments.get("last") is not None:
            yield BAD_USER_INPUT
        yield from self._check_cursors(name, arguments)
        ids = arguments.get("ids", [arguments["id"]] if "id" in arguments else [])
        parsed_ids = [decode_node_id(id_) for id_ in ids]
        if len(ids) > MAX_ROWS or any(
            parts is None or parts[0] not in NODE_TYPES for parts in parsed_ids
        ):
            yield BAD_USER_INPUT
        if name == "article" and parent == "Query":
            lookups = [key for key in ("slug", "url") if arguments.get(key) is not None]
            if len(lookups) != 1:
                yield BAD_USER_INPUT
        if arguments.get("since") is not None:
            yield from self._check_token(arguments["since"])

    def _check_cursors(self, name: str, arguments: dict[str, Any]) -> Iterator[str]:
        order = FIELD_ORDERS.get(name, NEWEST)
        order_by = arguments.get("orderBy")
        is_ranked = name == "search" and order_by != "DATE"
        if order_by is not None and name != "search":
            order = get_order(order_by)
        for argument in ("after", "before"):
            cursor = arguments.get(argument)
            if cursor is None:
                continue
            if is_ranked:
                if not self._is_search_cursor(cursor):
                    yield BAD_USER_INPUT
                continue
            try:
                order.parse_page_params(cursor)
            except ValueError:
                yield BAD_USER_INPUT

    def _is_search_cursor(self, cursor: str) -> bool:
        try:
            return bytes.fromhex(cursor).decode().startswith("match|")
        except ValueError:
            return False

    def _check_token(self, text: str) -> Iterator[str]:
        contents = self._contents
        try:
            name, store_id, *numbers = bytes.fromhex(text).decode().split("|")
            revision, _, start_revision = map(int, numbers)
        except ValueError:
            yield BAD_USER_INPUT
            return
        if name != "log":
            yield BAD_USER_INPUT
        elif (
            store_id != contents.store_id
            or max(revision, start_revision) > contents.store["revision"]
        ):
            yield RESYNC
