"""Arguments of a field that are read again and again, each time with other variables. Pure.

graphql-core goes through all arguments of a field, and all fields of the input objects that
are given to it. What a document does not mention is not there another time either, and what
it says without variables stays as it is said.
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

Place = TypeVar("Place", GraphQLArgument, GraphQLInputField)
"""Where a value is given."""


def hangs_on_variables(node: FieldNode) -> bool:
    """Tell whether a field's arguments have variables in them."""
    return any(_is_open(one.value) for one in node.arguments or ())


def reader(field: GraphQLField, node: FieldNode) -> Callable[[Any], dict[str, Any]]:
    """Return what reads a field's arguments as graphql-core does.

    Args:
        field: of the schema.
        node: a mention of it in a valid document.

    Returns:
        From graphql-core's container of variables to the arguments' values, by their names. It
        raises a `GraphQLError` where graphql-core does.

    Raises:
        GraphQLError: an argument without variables cannot be read.
    """
    given = {one.name.value: one.value for one in node.arguments or ()}
    open_ = {name: value for name, value in given.items() if _is_open(value)}
    others = {name: one for name, one in field.args.items() if name not in open_}
    stay = get_argument_values(GraphQLField(field.type, others), node)
    args = {name: _narrowed(field.args[name], value) for name, value in open_.items()}
    changing = GraphQLField(field.type, args)
    return lambda variables: stay | get_argument_values(changing, node, variables)


def _is_open(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(_is_open, value.values))
        case ObjectValueNode():
            return any(_is_open(one.value) for one in value.fields)
    return False


def _narrowed(place: Place, value: ValueNode) -> Place:
    """Return a place that takes only what is given to it."""
    kwargs: Any = place.to_kwargs()
    kwargs["type_"] = _narrowed_type(place.type, value)
    return type(place)(**kwargs)


def _narrowed_type(type_: Any, value: ValueNode) -> Any:  # noqa: ANN401 - any type of an input
    if isinstance(type_, GraphQLNonNull):
        return GraphQLNonNull(_narrowed_type(type_.of_type, value))
    if not (isinstance(type_, GraphQLInputObjectType) and isinstance(value, ObjectValueNode)):
        return type_
    given = {one.name.value: one.value for one in value.fields}
    fields = {
        name: _narrowed(field, given[name]) if name in given else field
        for name, field in type_.fields.items()
        if name in given or _has_default(field)
    }
    kwargs: Any = type_.to_kwargs() | {"fields": fields}
    return GraphQLInputObjectType(**kwargs)


def _has_default(field: GraphQLInputField) -> bool:
    return field.default is not None or field.default_value is not Undefined
