"""Limits the size of an introspection result, estimated before it is executed. Pure.

Introspection needs no statement, so `gql.planning.cost` does not count it. A short document
that combines aliases and nested fields could request more than the complete archive.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    StringValueNode,
    TypeMetaFieldDef,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from newsgraph.gql.request_errors import limit_exceeded_error

if TYPE_CHECKING:
    from graphql import (
        DocumentNode,
        GraphQLError,
        GraphQLField,
        GraphQLNamedType,
        GraphQLSchema,
        SelectionSetNode,
    )

MAX_INTROSPECTION_CHARACTERS = 300_000
"""Maximum characters of an introspection result; the standard query of tools has about 110,000."""

_SYNTAX_CHARACTERS = 6
"""Characters of JSON syntax around a key and its value, such as `"":"",`."""

_INTROSPECTION_FIELD = re.compile(r"__(?:schema|type)\b")


def introspection_limit_error(
    schema: GraphQLSchema, document: DocumentNode, text: str
) -> GraphQLError | None:
    """Return an error if the introspection result of a document would be too large.

    The document is walked in the way it would be executed. Variables count as the value that
    returns the most.

    Args:
        schema: the schema that is introspected.
        document: a valid document.
        text: source text of the document.
    """
    if not _INTROSPECTION_FIELD.search(text):
        return None
    return _IntrospectionCounter(schema, document).count()


class _IntrospectionCounter:
    """Counts the characters that the introspection fields of a document return."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema, self._document = schema, document
        self._info: Any = SimpleNamespace(schema=schema)
        self._fragments = {
            definition.name.value: definition.selection_set
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        # A stack instead of recursion: nested fragments can exceed Python's recursion limit.
        self._stack: list[tuple[GraphQLNamedType | None, object, SelectionSetNode]] = []
        self._characters = 0

    def count(self) -> GraphQLError | None:
        """Return the error as soon as the limit is exceeded, or None."""
        query_type = self._schema.query_type
        for operation in self._document.definitions:
            if isinstance(operation, OperationDefinitionNode):
                self._stack.append((query_type, None, operation.selection_set))
        while self._stack:
            type_, source, selection_set = self._stack.pop()
            for selection in selection_set.selections:
                self._characters += _SYNTAX_CHARACTERS
                if isinstance(selection, FieldNode):
                    self._count_field(type_, source, selection)
                elif isinstance(selection, InlineFragmentNode):
                    self._stack.append((type_, source, selection.selection_set))
                elif isinstance(selection, FragmentSpreadNode):
                    fragment = self._fragments[selection.name.value]
                    self._stack.append((type_, source, fragment))
                if self._characters > MAX_INTROSPECTION_CHARACTERS:
                    limit = MAX_INTROSPECTION_CHARACTERS
                    problem = f"Introspection would return more than {limit} characters"
                    return limit_exceeded_error(problem, "introspection", limit, [selection])
        return None

    def _count_field(self, type_: GraphQLNamedType | None, source: object, node: FieldNode) -> None:
        name = node.name.value
        if type_ is not self._schema.query_type:
            assert isinstance(type_, GraphQLObjectType)  # noqa: S101 - as all introspection types
            self._characters += len((node.alias or node.name).value)
            if name == "__typename":
                self._characters += len(type_.name)
                return
            field = type_.fields[name]
            assert field.resolve is not None  # noqa: S101 - introspection fields have resolvers
            arguments = dict.fromkeys(field.args, True)
            self._count_values(field, field.resolve(source, self._info, **arguments), node)
        elif name == "__schema":
            self._count_values(SchemaMetaFieldDef, self._schema, node)
        elif name == "__type":
            for named_type in self._types_by_name(node):
                self._count_values(TypeMetaFieldDef, named_type, node)

    def _types_by_name(self, node: FieldNode) -> list[GraphQLNamedType | None]:
        """Return the type that a ``__type`` field names, or all types if the name is a variable."""
        value = next((argument.value for argument in node.arguments or ()), None)
        if isinstance(value, StringValueNode):
            return [self._schema.get_type(value.value)]
        return list(self._schema.type_map.values())

    def _count_values(self, field: GraphQLField, value: Any, node: FieldNode) -> None:  # noqa: ANN401 - any part of a schema
        type_ = get_named_type(field.type)
        is_list = is_list_type(get_nullable_type(field.type))
        for item in (value or ()) if is_list else (value,):
            if item is None or is_leaf_type(type_):
                self._characters += len(str(item))
            elif node.selection_set is not None:
                self._characters += _SYNTAX_CHARACTERS
                self._stack.append((type_, item, node.selection_set))
