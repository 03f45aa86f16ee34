"""Drawn values of arguments, as literals in the operation or as variables."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.gql.generated.choices import ChoiceSource

ABSENT: Any = object()
"""Stands for a missing value."""


class Enum(str):
    """The name of an enum value, which is written without quotes."""

    __slots__ = ()


class Var(NamedTuple):
    """A reference to a variable."""

    name: str


class Drawn(NamedTuple):
    """A drawn value.

    Attributes:
        written: the value as it is written in the document, in which `Var` can occur.
        value: the value after the variables are substituted.
    """

    written: Any
    value: Any


def literal(value: Any) -> str:
    """Return a value as a GraphQL literal."""
    match value:
        case Var(name):
            return f"${name}"
        case Enum():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{name}: {literal(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Variable:
    """A variable of the operation.

    Attributes:
        type: the declared type.
        default: the default value, or `ABSENT`.
        client_value: the value that the client sends, or `ABSENT`.
    """

    type: str
    default: Any = ABSENT
    client_value: Any = ABSENT


class Variables:
    """The variables of an operation."""

    def __init__(self, source: ChoiceSource) -> None:
        self._source = source
        self._variables: dict[str, Variable] = {}

    def maybe_replace(self, drawn: Drawn, type_: str, default: Any = ABSENT) -> Drawn:
        """Return a value unchanged, or a new variable that replaces it.

        Args:
            drawn: the value.
            type_: the type of the argument or input field.
            default: the default value of the argument or input field, or `ABSENT`.
        """
        if not self._source.one_in(5) or _contains_variables(drawn.written):
            return drawn
        is_required = type_.endswith("!")
        # A non-null type accepts a nullable variable if the variable or the argument has a default.
        is_nullable = not is_required or default is not ABSENT
        nullable_type = type_.removesuffix("!")
        if drawn.written is None:
            variants = ["sent"]
        else:
            variants = ["sent", "non-null", "default", "overridden default"]
        if is_nullable:
            variants.append("absent")
        if not is_required or (is_nullable and self._source.choose_invalid()):
            variants.append("null")
        match self._source.choice(variants):
            case "sent":
                variable = Variable(
                    nullable_type if is_nullable else type_, client_value=drawn.written
                )
                value = drawn.value
            case "non-null":
                variable = Variable(f"{nullable_type}!", client_value=drawn.written)
                value = drawn.value
            case "default":
                variable, value = Variable(nullable_type, default=drawn.written), drawn.value
            case "overridden default":
                variable = Variable(
                    nullable_type, default=drawn.written, client_value=drawn.written
                )
                value = drawn.value
            case "absent":
                variable, value = Variable(nullable_type), ABSENT
            case _:
                variable, value = Variable(nullable_type, client_value=None), None
        name = f"v{len(self._variables) + 1}"
        self._variables[name] = variable
        if value is ABSENT and default is not ABSENT:
            value = default
        return Drawn(Var(name), value)

    def declare(self, text: str) -> tuple[str, dict[str, Any]]:
        """Return the definitions and the client's values of the variables that a text uses."""
        used = {
            name: variable for name, variable in self._variables.items() if _mentions(text, name)
        }
        definitions = [
            f"${name}: {variable.type}"
            + ("" if variable.default is ABSENT else f" = {literal(variable.default)}")
            for name, variable in used.items()
        ]
        client_values = {
            name: variable.client_value
            for name, variable in used.items()
            if variable.client_value is not ABSENT
        }
        return (f"({', '.join(definitions)})" if definitions else ""), client_values


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"\${name}\b", text) is not None


def _contains_variables(written: Any) -> bool:
    if isinstance(written, dict):
        return any(map(_contains_variables, written.values()))
    if isinstance(written, list):
        return any(map(_contains_variables, written))
    return isinstance(written, Var)
