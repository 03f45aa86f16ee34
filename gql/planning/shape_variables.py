"""Which variables change what an operation asks for, rather than a value of it. Pure.

Statements leave values open, so that one plan serves every page and every slug. Some
variables decide what stands in the statement: those of ``@include`` and ``@skip``, those of
facets, and the id of ``node``, whose kind tells which table to look in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import TypeInfo, TypeInfoVisitor, VariableNode, Visitor, visit

from newsgraph.gql.schema.facets import ArticleFacets
from newsgraph.store.documents.identity import split_node_id

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from graphql import DirectiveNode, DocumentNode, FieldNode, GraphQLSchema

Shaping: TypeAlias = tuple[tuple[str, bool], ...]
"""Names of variables, and whether only the kind of thing counts that the value is the id of."""


def shaping(schema: GraphQLSchema, document: DocumentNode) -> Shaping:
    """Return the variables of a document that change what its operations ask for.

    Args:
        schema: the graph.
        document: valid.
    """
    types = TypeInfo(schema)
    found = _Found(types)
    visit(document, TypeInfoVisitor(types, found))
    return tuple(sorted(found.names))


def shape_of(names: Shaping, variables: Mapping[str, Any]) -> Hashable:
    """Return what those variables make of an operation: equal for equal plans.

    Args:
        names: as `shaping` found them.
        variables: coerced.
    """
    return tuple(
        _kind(variables.get(name)) if by_kind else repr(variables.get(name))
        for name, by_kind in names
    )


def _kind(id_: object) -> str | None:
    found = split_node_id(id_) if isinstance(id_, str) else None
    return found and found[0]


class _Found(Visitor):
    """Collects the names."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types, self.names = types, set[tuple[str, bool]]()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:  # noqa: ANN401 - graphql-core's own
        """Look at ``@include`` and ``@skip``."""
        self._collect(node, by_kind=False)

    def enter_field(self, node: FieldNode, *_: Any) -> None:  # noqa: ANN401 - as above
        """Look at facets, and at ``node``."""
        parent = self._types.get_parent_type()
        name = parent.name if parent else ""
        if name == ArticleFacets.__name__:
            self._collect(node, by_kind=False)
        elif (name, node.name.value) == ("Query", "node"):
            self._collect(node, by_kind=True)

    def _collect(self, node: DirectiveNode | FieldNode, *, by_kind: bool) -> None:
        for argument in node.arguments or ():
            visit(argument, _Variables(self.names, by_kind=by_kind))


class _Variables(Visitor):
    def __init__(self, names: set[tuple[str, bool]], *, by_kind: bool) -> None:
        super().__init__()
        self._names, self._by_kind = names, by_kind

    def enter_variable(self, node: VariableNode, *_: Any) -> None:  # noqa: ANN401 - as above
        self._names.add((node.name.value, self._by_kind))
