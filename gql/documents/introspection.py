"""How much a document would have the schema tell of itself, counted before it does. Pure.

No statement answers introspection, so `gql.planning.cost` does not see it. A few words of it,
with aliases beside and fields below each other, ask for more than all of the archive.
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

from newsgraph.gql.request_errors import too_large

if TYPE_CHECKING:
    from graphql import (
        DocumentNode,
        GraphQLError,
        GraphQLField,
        GraphQLNamedType,
        GraphQLSchema,
        SelectionSetNode,
    )

MOST_TOLD = 300_000
"""How many characters introspection may tell; what tools ask for has about 110,000."""

_AROUND = 6
"""Signs around a key and its value, such as `"":"",`."""

_ASKED = re.compile(r"__(?:schema|type)\b")


def introspection_passed(
    schema: GraphQLSchema, document: DocumentNode, text: str
) -> GraphQLError | None:
    """Return the error of a document that introspects too much.

    It is walked as it would be executed; variables are taken for what asks for the most.

    Args:
        schema: would be told.
        document: valid.
        text: the document's.
    """
    return _Count(schema, document).run() if _ASKED.search(text) else None


class _Count:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema, self._document = schema, document
        self._info: Any = SimpleNamespace(schema=schema)
        self._fragments = {
            one.name.value: one.selection_set
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        # No recursion: fragments within fragments go deeper than Python does.
        self._open: list[tuple[GraphQLNamedType | None, object, SelectionSetNode]] = []
        self._told = 0

    def run(self) -> GraphQLError | None:
        root = self._schema.query_type
        for operation in self._document.definitions:
            if isinstance(operation, OperationDefinitionNode):
                self._open.append((root, None, operation.selection_set))
        while self._open:
            kind, source, selections = self._open.pop()
            for one in selections.selections:
                self._told += _AROUND
                if isinstance(one, FieldNode):
                    self._field(kind, source, one)
                elif isinstance(one, InlineFragmentNode):
                    self._open.append((kind, source, one.selection_set))
                elif isinstance(one, FragmentSpreadNode):
                    self._open.append((kind, source, self._fragments[one.name.value]))
                if self._told > MOST_TOLD:
                    told = f"Introspection would tell more than {MOST_TOLD} characters"
                    return too_large(told, "introspection", MOST_TOLD, [one])
        return None

    def _field(self, kind: GraphQLNamedType | None, source: object, node: FieldNode) -> None:
        name = node.name.value
        if kind is not self._schema.query_type:
            assert isinstance(kind, GraphQLObjectType)  # noqa: S101 - so are all that tell
            self._told += len((node.alias or node.name).value)
            if name == "__typename":
                self._told += len(kind.name)
                return
            field = kind.fields[name]
            assert field.resolve is not None  # noqa: S101 - each of graphql-core's own has one
            arguments = dict.fromkeys(field.args, True)
            self._values(field, field.resolve(source, self._info, **arguments), node)
        elif name == "__schema":
            self._values(SchemaMetaFieldDef, self._schema, node)
        elif name == "__type":
            for one in self._named(node):
                self._values(TypeMetaFieldDef, one, node)

    def _named(self, node: FieldNode) -> list[GraphQLNamedType | None]:
        """Return the type that a document names; all, where a variable does."""
        value = next((one.value for one in node.arguments or ()), None)
        if isinstance(value, StringValueNode):
            return [self._schema.get_type(value.value)]
        return list(self._schema.type_map.values())

    def _values(self, field: GraphQLField, value: Any, node: FieldNode) -> None:  # noqa: ANN401 - whatever the schema tells
        kind = get_named_type(field.type)
        for one in (value or ()) if is_list_type(get_nullable_type(field.type)) else (value,):
            if one is None or is_leaf_type(kind):
                self._told += len(str(one))
            elif node.selection_set is not None:
                self._told += _AROUND
                self._open.append((kind, one, node.selection_set))
