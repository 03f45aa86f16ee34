"""Compiles the reading of a field's arguments for repeated use with other variables. No I/O.

graphql-core's `get_argument_values` visits all arguments of a field and all fields of the input
objects passed to it. The compiled reader visits only what the document mentions and what depends
on variables; the values of all other arguments are computed once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    VariableNode,
)
from graphql.execution.values import get_argument_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import FieldNode, ValueNode

InputDefinition = TypeVar("InputDefinition", GraphQLArgument, GraphQLInputField)
"""The definition of an argument or of a field of an input object."""


def uses_variables(node: FieldNode) -> bool:
    """Return whether a field's arguments contain variables."""
    return any(_contains_variable(argument.value) for argument in node.arguments or ())


def compile_argument_reader(
    field: GraphQLField, node: FieldNode
) -> Callable[[Any], dict[str, Any]]:
    """Return a function that reads a field's arguments as `get_argument_values` does.

    Args:
        field: the field's definition in the schema.
        node: a node of the field in a valid document.

    Returns:
        A function from graphql-core's coerced variables to the arguments' values by name. It
        raises a `GraphQLError` where `get_argument_values` does.

    Raises:
        GraphQLError: an argument without variables is invalid.
    """
    value_nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
    variable_nodes = {
        name: value for name, value in value_nodes.items() if _contains_variable(value)
    }
    constant_definitions = {
        name: definition for name, definition in field.args.items() if name not in variable_nodes
    }
    constants = get_argument_values(GraphQLField(field.type, constant_definitions), node)
    variable_definitions = {
        name: _narrow(field.args[name], value) for name, value in variable_nodes.items()
    }
    narrowed = GraphQLField(field.type, variable_definitions)
    return lambda variables: constants | get_argument_values(narrowed, node, variables)


def _contains_variable(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(_contains_variable, value.values))
        case ObjectValueNode():
            return any(_contains_variable(field.value) for field in value.fields)
    return False


def _narrow(definition: InputDefinition, value: ValueNode) -> InputDefinition:
    """Return a definition whose input objects have only the fields that the value mentions."""
    kwargs: Any = definition.to_kwargs()
    kwargs["type_"] = _narrow_type(definition.type, value)
    return type(definition)(**kwargs)


def _narrow_type(type_: Any, value: ValueNode) -> Any:  # noqa: ANN401 - any type of an input
    if isinstance(type_, GraphQLNonNull):
        return GraphQLNonNull(_narrow_type(type_.of_type, value))
    if not (isinstance(type_, GraphQLInputObjectType) and isinstance(value, ObjectValueNode)):
        return type_
    value_nodes = {field.name.value: field.value for field in value.fields}
    fields = {
        name: _narrow(field, value_nodes[name]) if name in value_nodes else field
        for name, field in type_.fields.items()
        if name in value_nodes or _has_default(field)
    }
    kwargs: Any = type_.to_kwargs() | {"fields": fields}
    return GraphQLInputObjectType(**kwargs)


def _has_default(field: GraphQLInputField) -> bool:
    return field.default is not None or field.default_value is not Undefined
