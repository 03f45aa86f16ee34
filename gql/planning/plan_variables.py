"""Finds the variables that decide which SQL an operation needs, not just a bound value. No I/O.

Statements bind most values as parameters, so that one plan serves every page and every slug.
Some variables change the statement itself: those of ``@include`` and ``@skip``, those of
facets, and the id of ``node``, whose type decides which table is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import TypeInfo, TypeInfoVisitor, VariableNode, Visitor, visit

from newsgraph.gql.schema.facets import ArticleFacets
from newsgraph.store.documents.identity import decode_node_id

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from graphql import DirectiveNode, DocumentNode, FieldNode, GraphQLSchema

PlanVariables: TypeAlias = tuple[tuple[str, bool], ...]
"""Names of variables, each with whether its value is an id of which only the type matters."""


def find_plan_variables(schema: GraphQLSchema, document: DocumentNode) -> PlanVariables:
    """Return the variables of a document that change the plan of its operations.

    Args:
        schema: the schema that the document is valid for.
        document: a valid document.
    """
    type_info = TypeInfo(schema)
    visitor = _PlanVariableVisitor(type_info)
    visit(document, TypeInfoVisitor(type_info, visitor))
    return tuple(sorted(visitor.names))


def plan_variables_key(plan_variables: PlanVariables, variables: Mapping[str, Any]) -> Hashable:
    """Return a key of an operation's plan: equal keys mean equal plans.

    Args:
        plan_variables: the result of `find_plan_variables`.
        variables: the coerced variables.
    """
    return tuple(
        _node_type(variables.get(name)) if by_type else repr(variables.get(name))
        for name, by_type in plan_variables
    )


def _node_type(id_: object) -> str | None:
    """Return the type in a node id, or None for an invalid id."""
    parts = decode_node_id(id_) if isinstance(id_, str) else None
    return parts and parts[0]


class _PlanVariableVisitor(Visitor):
    """Collects the variables of a document that change its plan."""

    def __init__(self, type_info: TypeInfo) -> None:
        super().__init__()
        self._type_info, self.names = type_info, set[tuple[str, bool]]()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:  # noqa: ANN401 - graphql-core's own
        """Collect the variables of ``@include`` and ``@skip``."""
        self._collect(node, by_type=False)

    def enter_field(self, node: FieldNode, *_: Any) -> None:  # noqa: ANN401 - as above
        """Collect the variables of facets and of ``node``."""
        parent = self._type_info.get_parent_type()
        parent_name = parent.name if parent else ""
        if parent_name == ArticleFacets.__name__:
            self._collect(node, by_type=False)
        elif (parent_name, node.name.value) == ("Query", "node"):
            self._collect(node, by_type=True)

    def _collect(self, node: DirectiveNode | FieldNode, *, by_type: bool) -> None:
        for argument in node.arguments or ():
            visit(argument, _VariableVisitor(self.names, by_type=by_type))


class _VariableVisitor(Visitor):
    """Adds every variable below a node to a set of names."""

    def __init__(self, names: set[tuple[str, bool]], *, by_type: bool) -> None:
        super().__init__()
        self._names, self._by_type = names, by_type

    def enter_variable(self, node: VariableNode, *_: Any) -> None:  # noqa: ANN401 - as above
        self._names.add((node.name.value, self._by_type))
