"""Values of arguments as they are drawn: written into the operation, or given as variables."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.gql.generated.randomness import Dice

ABSENT: Any = object()
"""In place of a value that is not given."""


class Enum(str):
    """The name of an enum's value: written without quotes."""

    __slots__ = ()


class Var(NamedTuple):
    """A variable in place of a value."""

    name: str


class Drawn(NamedTuple):
    """A value as it is written, and what it comes to once variables are filled in."""

    written: Any
    value: Any


def literal(value: Any) -> str:
    """Return a value in GraphQL's own notation."""
    match value:
        case Var(name):
            return f"${name}"
        case Enum():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{name}: {literal(one)}" for name, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Variable:
    """A variable of the operation.

    Attributes:
        type: as it is declared.
        default: its default value, if any.
        given: what the client gives for it, if anything.
    """

    type: str
    default: Any = ABSENT
    given: Any = ABSENT


class Variables:
    """The variables of an operation."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._all: dict[str, Variable] = {}

    def maybe(self, drawn: Drawn, type_: str, default: Any = ABSENT) -> Drawn:
        """Return a value, or a variable in its place.

        Args:
            drawn: the value.
            type_: the type of its place.
            default: what its place takes where nothing is given.
        """
        if not self._dice.chance(5) or _has_variables(drawn.written):
            return drawn
        required = type_.endswith("!")
        nullable = not required or default is not ABSENT
        bare = type_.removesuffix("!")
        ways = ["given"] if drawn.written is None else ["given", "strict", "fallback", "overruled"]
        if nullable:
            ways.append("left out")
        if not required or (nullable and self._dice.mischief()):
            ways.append("null")
        # A place that takes no null takes a variable that may be null where either has a default.
        match self._dice.one_of(ways):
            case "given":
                variable = Variable(bare if nullable else type_, given=drawn.written)
                value = drawn.value
            case "strict":
                variable, value = Variable(f"{bare}!", given=drawn.written), drawn.value
            case "fallback":
                variable, value = Variable(bare, default=drawn.written), drawn.value
            case "overruled":
                variable = Variable(bare, default=drawn.written, given=drawn.written)
                value = drawn.value
            case "left out":
                variable, value = Variable(bare), ABSENT
            case _:
                variable, value = Variable(bare, given=None), None
        name = f"v{len(self._all) + 1}"
        self._all[name] = variable
        if value is ABSENT and default is not ABSENT:
            value = default
        return Drawn(Var(name), value)

    def declared(self, text: str) -> tuple[str, dict[str, Any]]:
        """Return the declarations, and what the client gives, of variables that a text has."""
        used = {name: one for name, one in self._all.items() if _mentions(text, name)}
        declarations = [
            f"${name}: {one.type}" + ("" if one.default is ABSENT else f" = {literal(one.default)}")
            for name, one in used.items()
        ]
        given = {name: one.given for name, one in used.items() if one.given is not ABSENT}
        return (f"({', '.join(declarations)})" if declarations else ""), given


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"\${name}\b", text) is not None


def _has_variables(written: Any) -> bool:
    if isinstance(written, dict):
        return any(map(_has_variables, written.values()))
    if isinstance(written, list):
        return any(map(_has_variables, written))
    return isinstance(written, Var)
