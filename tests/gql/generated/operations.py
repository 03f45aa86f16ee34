"""Operations that are valid for the schema: fields, aliases, fragments and directives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from tests.gql.generated.arguments import Arguments
from tests.gql.generated.randomness import Dice
from tests.gql.generated.values import Drawn, Variables, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLField, GraphQLSchema

    from tests.gql.generated.arguments import Pool

MOST_PARTS = 60
"""How many fields and fragments an operation has, not counting those that end it."""

DEEPEST = 20
"""How deep fields are nested: through a page it takes three of them to the next object."""

MOST_ROWS = 300
"""How many rows of one kind an operation asks for, all pages around them taken together."""

IN_LIST = 5
"""How many rows a list without `first` is taken to have."""

ALIASES = ("a", "b", "title", "id", "name", "edges", "node", "_", "first")
"""Also names of other fields, which it must not be mixed up with."""

Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType


class Operation(NamedTuple):
    """An operation as a client sends it, and the schema's coordinates that it uses."""

    query: str
    variables: dict[str, Any]
    name: str | None
    used: frozenset[str]

    def request(self) -> dict[str, Any]:
        """Return it as GraphQL over HTTP has it."""
        said: dict[str, Any] = {"query": self.query}
        if self.variables:
            said["variables"] = self.variables
        if self.name is not None:
            said["operationName"] = self.name
        return said


@dataclass
class Entry:
    """What answers under one key: fields that share it have to be the same."""

    field: str
    type: str
    arguments: str
    rows: int
    below: Scope = field(default_factory=dict)


Scope: TypeAlias = dict[str, Entry]
"""What is asked of one object, by key."""


@dataclass
class Fragment:
    """A named fragment."""

    name: str
    type: str
    text: str
    scope: Scope
    height: int


def operation(dice: Dice, schema: GraphQLSchema, pool: Pool) -> Operation:
    """Return an operation.

    Args:
        dice: makes all choices.
        schema: what it is valid for.
        pool: what the store has.
    """
    return _Writer(dice, schema, pool).operation()


@st.composite
def operations(draw: Callable[[Any], Any], schema: GraphQLSchema, pool: Pool) -> Operation:
    """Draw an operation."""
    return operation(Dice(lambda most: int(draw(st.integers(0, most)))), schema, pool)


class _Writer:
    """Writes one operation; a narrow one goes straight on from object to object."""

    def __init__(self, dice: Dice, schema: GraphQLSchema, pool: Pool) -> None:
        self.dice, self.schema = dice, schema
        self.variables = Variables(dice)
        self.narrow = dice.chance(4)
        self.arguments = Arguments(dice, pool, self.variables, sized=self.narrow)
        self.fragments: list[Fragment] = []
        self.left = self.dice.number(MOST_PARTS)
        self.aliases = 0

    def operation(self) -> Operation:
        query: Any = self.schema.query_type
        text = self.selection(query, {}, 0, 1)
        fragments = self._reached(text)
        declared, given = self.variables.declared(text + fragments)
        name = self.dice.one_of([None, "Asked"])
        head = f"query {name or ''}{declared} " if declared or name else ""
        document = head + text + fragments
        if name and self.dice.chance(3):
            document += " query Other { __typename }"
        elif self.dice.chance(2):
            name = None
        return Operation(document, given, name, frozenset(self.dice.used))

    def _reached(self, text: str) -> str:
        """Return the fragments that a text leads to; others would make it invalid."""
        of_name = {one.name: one for one in self.fragments}
        found: dict[str, str] = {}
        todo = [text]
        while todo:
            for name in re.findall(r"\.\.\.(F\d+)", todo.pop()):
                if name not in found:
                    one = of_name[name]
                    found[name] = f" fragment {name} on {one.type} {one.text}"
                    todo.append(one.text)
        return "".join(found.values())

    def selection(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        """Return a selection set of a type; `scope` has what else is asked of the same object."""
        most = 0 if self.narrow and depth else max(min(3 if depth else 2, self.left), 0)
        number = 1 + self.dice.number(most)
        self.left -= number
        parts = [self._part(type_, scope, depth, rows) for _ in range(number)]
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        kind = self.dice.number(9) if self.left > 0 else 0
        if kind == 7:
            return self._inline(type_, scope, depth, rows)
        if kind == 8:
            return self._spread(type_, scope, depth, rows)
        return self._field(type_, scope, depth, rows)

    def _field(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        leaves, objects, leading_on = _by_kind(type_)
        if depth >= DEEPEST or rows > MOST_ROWS or (self.left <= 0 and leaves):
            objects = ()
        onward = leading_on if objects else ()
        if self.narrow and onward and not self.dice.chance(12):
            leaves, objects = (), onward
        # The way on to other objects is taken more often than it would be by chance.
        names = ["__typename"] if not leaves and not objects else []
        names += leaves
        names += objects * (1 + len(leaves) // max(len(objects), 1))
        names += [one for one in objects if one in ("edges", "node")] * 2
        names += [one for one in objects if "filter" in type_.fields[one].args] * 2
        if self.dice.chance(20):
            names = ["__typename"]
        name = self.dice.one_of(names)
        self.dice.used.add(f"{type_.name}.{name}")
        if name == "__typename":
            return self._leaf(name, "String!", scope)
        definition = type_.fields[name]
        if name in leaves and not definition.args:
            return self._leaf(name, str(definition.type), scope)
        return self._object(type_, name, definition, scope, depth, rows)

    def _leaf(self, name: str, type_: str, scope: Scope) -> str:
        return self._keyed(name, Entry(name, type_, "", 1), scope)[0] + self._directives()

    def _object(
        self,
        parent: Composite,
        name: str,
        definition: GraphQLField,
        scope: Scope,
        depth: int,
        rows: int,
    ) -> str:
        known = scope.get(name)
        if known is not None and known.field == name and self.dice.chance(2):
            head, entry = f"{name}{known.arguments}", known
        else:
            drawn = self.arguments.of(parent.name, name, definition, max(MOST_ROWS // rows, 1))
            said = ", ".join(f"{one}: {literal(value.written)}" for one, value in drawn.items())
            asked = Entry(name, str(definition.type), f"({said})" if said else "", 1)
            asked.rows = rows * _size(definition, drawn)
            head, entry = self._keyed(name, asked, scope)
            head += entry.arguments
        target: Any = get_named_type(definition.type)
        directives = self._directives()
        self.dice.used.add(f"nested {depth + 1} deep")
        below = self.selection(target, entry.below, depth + 1, entry.rows)
        return f"{head}{directives} {below}"

    def _keyed(self, name: str, entry: Entry, scope: Scope) -> tuple[str, Entry]:
        """Put a field under its name, or under an alias where that is taken or drawn."""
        key = name
        if self.dice.chance(6):
            key = self.dice.one_of(ALIASES)
        known = scope.get(key)
        if known is None:
            scope[key] = entry
        elif _same(known, entry):
            entry = known
        else:
            self.aliases += 1
            key = f"a{self.aliases}"
            scope[key] = entry
        if key != name:
            self.dice.used.add("alias")
        return (name if key == name else f"{key}: {name}"), entry

    def _directives(self) -> str:
        if not self.dice.chance(10):
            return ""
        said = []
        for name in self.dice.one_of([("include",), ("skip",), ("include", "skip")]):
            self.dice.used.add(f"@{name}")
            shown = self.dice.chance(3) == (name == "skip")
            value = self.variables.maybe(Drawn(shown, shown), "Boolean!")
            said.append(f" @{name}(if: {literal(value.written)})")
        return "".join(said)

    def _conditions(self, type_: Composite) -> list[Composite]:
        """Return types that a value of a type may have too."""
        if isinstance(type_, GraphQLObjectType):
            return [type_, *type_.interfaces]
        others = {
            one.name: one
            for possible in self.schema.get_possible_types(type_)
            for one in (possible, *possible.interfaces)
        }
        return [type_, *others.values()]

    def _inline(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        condition = self.dice.one_of(self._conditions(type_))
        named = condition is not type_ or self.dice.chance(2)
        self.dice.used.add(f"... on {condition.name}" if named else "...")
        directives = self._directives()
        inner = self.selection(condition, scope, depth, rows)
        return f"...{f' on {condition.name}' if named else ''}{directives} {inner}"

    def _spread(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        conditions = self._conditions(type_)
        names = {one.name for one in conditions}
        known = [
            one
            for one in self.fragments
            if one.type in names and depth + one.height <= DEEPEST and rows == 1
        ]
        if known and self.dice.chance(2):
            fragment = self.dice.one_of(known)
            self.dice.used.add("fragment used again")
        else:
            condition = self.dice.one_of(conditions)
            inner: Scope = {}
            text = self.selection(condition, inner, depth, rows)
            name = f"F{len(self.fragments) + 1}"
            fragment = Fragment(name, condition.name, text, inner, text.count("{"))
            self.fragments.append(fragment)
        if not _fits(scope, fragment.scope):
            return self._leaf("__typename", "String!", scope)
        _merge(scope, fragment.scope)
        self.dice.used.add(f"fragment on {fragment.type}")
        return f"...{fragment.name}{self._directives()}"


@cache
def _by_kind(type_: Composite) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names of a type's leaves, of its other fields, and of those that lead on."""
    leaves = [name for name, one in type_.fields.items() if is_leaf_type(get_named_type(one.type))]
    objects = [name for name in type_.fields if name not in leaves]
    onward = [name for name in objects if _leads_on(type_.fields[name])]
    return tuple(leaves), tuple(objects), tuple(onward)


def _leads_on(definition: GraphQLField) -> bool:
    """Return whether a field's objects have objects themselves."""
    target: Any = get_named_type(definition.type)
    return any(not is_leaf_type(get_named_type(one.type)) for one in target.fields.values())


def _size(definition: GraphQLField, drawn: dict[str, Drawn]) -> int:
    """Return how many rows a field may have at most."""
    given = [drawn[one].value for one in ("first", "last") if one in drawn]
    sizes = [one for one in given if isinstance(one, int)]
    if "ids" in drawn:
        return 5
    if sizes:
        return max(1, *sizes)
    if "after" in definition.args or get_named_type(definition.type).name == "Changes":
        return 20 if "after" in definition.args else 100
    if "first" in definition.args:
        return 10
    return IN_LIST if "[" in str(definition.type) else 1


def _same(one: Entry, other: Entry) -> bool:
    said = (one.field, one.type, one.arguments)
    return said == (other.field, other.type, other.arguments)


def _fits(scope: Scope, other: Scope) -> bool:
    """Return whether what two selections ask of one object can be asked together."""
    return all(
        key not in scope or (_same(scope[key], one) and _fits(scope[key].below, one.below))
        for key, one in other.items()
    )


def _merge(scope: Scope, other: Scope) -> None:
    for key, one in other.items():
        known = scope.setdefault(key, Entry(one.field, one.type, one.arguments, one.rows))
        _merge(known.below, one.below)
