"""Generates valid operations with fields, aliases, fragments and directives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from tests.gql.generated.arguments import ArgumentGenerator
from tests.gql.generated.choices import ChoiceSource
from tests.gql.generated.values import Drawn, Variables, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLField, GraphQLSchema

    from tests.gql.generated.arguments import ValuePool

MAX_SELECTIONS = 60
"""Maximum number of fields and fragments, not counting the leaves that complete the operation."""

MAX_DEPTH = 20
"""Maximum nesting depth of fields; a page takes three levels to the next object."""

MAX_ROWS = 300
"""Maximum number of objects that a field can return, multiplied over all pages around it."""

ASSUMED_LIST_LENGTH = 5
"""Assumed number of rows of a list without `first`."""

ALIASES = ("a", "b", "title", "id", "name", "edges", "node", "_", "first")
"""Some are names of other fields, which they must not be confused with."""

Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType


class Operation(NamedTuple):
    """A generated operation.

    Attributes:
        query: the document.
        variables: the client's values of the variables.
        name: the operation's name, or None if the client does not send it.
        used: the schema coordinates that the operation uses.
    """

    query: str
    variables: dict[str, Any]
    name: str | None
    used: frozenset[str]

    def request(self) -> dict[str, Any]:
        """Return the request parameters of GraphQL over HTTP."""
        parameters: dict[str, Any] = {"query": self.query}
        if self.variables:
            parameters["variables"] = self.variables
        if self.name is not None:
            parameters["operationName"] = self.name
        return parameters


@dataclass
class SelectedField:
    """A field that is selected under a response key; all fields with the key must be equal.

    Attributes:
        field: name of the field.
        type: type of the field.
        arguments: the arguments as written in the document, with parentheses.
        rows: maximum number of objects that it returns, multiplied over the pages around it.
        subfields: the fields that are selected from its objects.
    """

    field: str
    type: str
    arguments: str
    rows: int
    subfields: Scope = dataclass_field(default_factory=dict)


Scope: TypeAlias = dict[str, SelectedField]
"""The fields that are selected from one object, by response key."""


@dataclass
class Fragment:
    """A named fragment.

    Attributes:
        name: name of the fragment.
        type: its type condition.
        text: its selection set.
        scope: the fields that it selects.
        height: nesting depth of its fields.
    """

    name: str
    type: str
    text: str
    scope: Scope
    height: int


def generate_operation(source: ChoiceSource, schema: GraphQLSchema, pool: ValuePool) -> Operation:
    """Generate a valid operation.

    Args:
        source: makes all choices.
        schema: the schema that the operation is valid for.
        pool: the values of arguments to choose from.
    """
    return _OperationGenerator(source, schema, pool).generate()


@st.composite
def operations(draw: Callable[[Any], Any], schema: GraphQLSchema, pool: ValuePool) -> Operation:
    """Draw an operation."""
    source = ChoiceSource(lambda maximum: int(draw(st.integers(0, maximum))))
    return generate_operation(source, schema, pool)


class _OperationGenerator:
    """Generates one operation; a narrow one selects a single field at each level."""

    def __init__(self, source: ChoiceSource, schema: GraphQLSchema, pool: ValuePool) -> None:
        self.source, self.schema = source, schema
        self.variables = Variables(source)
        self.is_narrow = source.one_in(4)
        self.arguments = ArgumentGenerator(source, pool, self.variables, small_pages=self.is_narrow)
        self.fragments: list[Fragment] = []
        self.remaining = self.source.integer(MAX_SELECTIONS)
        self.alias_count = 0

    def generate(self) -> Operation:
        query: Any = self.schema.query_type
        text = self._selection_set(query, {}, 0, 1)
        fragments = self._used_fragments(text)
        definitions, client_values = self.variables.declare(text + fragments)
        name = self.source.choice([None, "Named"])
        head = f"query {name or ''}{definitions} " if definitions or name else ""
        document = head + text + fragments
        if name and self.source.one_in(3):
            document += " query Other { __typename }"
        elif self.source.one_in(2):
            name = None
        return Operation(document, client_values, name, frozenset(self.source.used))

    def _used_fragments(self, text: str) -> str:
        """Return the fragments that a text uses; unused ones would make the document invalid."""
        fragments = {fragment.name: fragment for fragment in self.fragments}
        used: dict[str, str] = {}
        pending = [text]
        while pending:
            for name in re.findall(r"\.\.\.(F\d+)", pending.pop()):
                if name not in used:
                    fragment = fragments[name]
                    used[name] = f" fragment {name} on {fragment.type} {fragment.text}"
                    pending.append(fragment.text)
        return "".join(used.values())

    def _selection_set(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        """Return a selection set.

        Args:
            type_: the type of the object.
            scope: the fields that are already selected from the object; new ones are added.
            depth: nesting depth of the object's fields.
            rows: maximum number of objects, multiplied over the pages around them.
        """
        maximum = 0 if self.is_narrow and depth else max(min(3 if depth else 2, self.remaining), 0)
        count = 1 + self.source.integer(maximum)
        self.remaining -= count
        selections = [self._selection(type_, scope, depth, rows) for _ in range(count)]
        return "{ " + " ".join(selections) + " }"

    def _selection(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        kind = self.source.integer(9) if self.remaining > 0 else 0
        if kind == 7:
            return self._inline_fragment(type_, scope, depth, rows)
        if kind == 8:
            return self._fragment_spread(type_, scope, depth, rows)
        return self._field(type_, scope, depth, rows)

    def _field(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        leaves, objects, nested_objects = _classify_fields(type_)
        if depth >= MAX_DEPTH or rows > MAX_ROWS or (self.remaining <= 0 and leaves):
            objects = ()
        onward = nested_objects if objects else ()
        if self.is_narrow and onward and not self.source.one_in(12):
            leaves, objects = (), onward
        # Fields that lead to other objects get a higher weight.
        names = ["__typename"] if not leaves and not objects else []
        names += leaves
        names += objects * (1 + len(leaves) // max(len(objects), 1))
        names += [name for name in objects if name in ("edges", "node")] * 2
        names += [name for name in objects if "filter" in type_.fields[name].args] * 2
        if self.source.one_in(20):
            names = ["__typename"]
        name = self.source.choice(names)
        self.source.used.add(f"{type_.name}.{name}")
        if name == "__typename":
            return self._leaf(name, "String!", scope)
        definition = type_.fields[name]
        if name in leaves and not definition.args:
            return self._leaf(name, str(definition.type), scope)
        return self._object(type_, name, definition, scope, depth, rows)

    def _leaf(self, name: str, type_: str, scope: Scope) -> str:
        return self._add(name, SelectedField(name, type_, "", 1), scope)[0] + self._directives()

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
        if known is not None and known.field == name and self.source.one_in(2):
            head, field_ = f"{name}{known.arguments}", known
        else:
            drawn = self.arguments.draw_arguments(
                parent.name, name, definition, max(MAX_ROWS // rows, 1)
            )
            literals = ", ".join(
                f"{argument}: {literal(value.written)}" for argument, value in drawn.items()
            )
            arguments = f"({literals})" if literals else ""
            row_count = rows * _max_row_count(definition, drawn)
            new = SelectedField(name, str(definition.type), arguments, row_count)
            head, field_ = self._add(name, new, scope)
            head += field_.arguments
        target: Any = get_named_type(definition.type)
        directives = self._directives()
        self.source.used.add(f"nested {depth + 1} deep")
        selections = self._selection_set(target, field_.subfields, depth + 1, field_.rows)
        return f"{head}{directives} {selections}"

    def _add(self, name: str, new: SelectedField, scope: Scope) -> tuple[str, SelectedField]:
        """Add a field to a scope, under its name or an alias.

        Returns:
            The field as written in the document, and the field in the scope.
        """
        key = name
        if self.source.one_in(6):
            key = self.source.choice(ALIASES)
        known = scope.get(key)
        if known is None:
            scope[key] = new
        elif _is_same_field(known, new):
            new = known
        else:
            self.alias_count += 1
            key = f"a{self.alias_count}"
            scope[key] = new
        if key != name:
            self.source.used.add("alias")
        return (name if key == name else f"{key}: {name}"), new

    def _directives(self) -> str:
        if not self.source.one_in(10):
            return ""
        directives = []
        for name in self.source.choice([("include",), ("skip",), ("include", "skip")]):
            self.source.used.add(f"@{name}")
            condition = self.source.one_in(3) == (name == "skip")
            value = self.variables.maybe_replace(Drawn(condition, condition), "Boolean!")
            directives.append(f" @{name}(if: {literal(value.written)})")
        return "".join(directives)

    def _type_conditions(self, type_: Composite) -> list[Composite]:
        """Return the type conditions that a fragment on a type can have."""
        if isinstance(type_, GraphQLObjectType):
            return [type_, *type_.interfaces]
        others = {
            other.name: other
            for possible in self.schema.get_possible_types(type_)
            for other in (possible, *possible.interfaces)
        }
        return [type_, *others.values()]

    def _inline_fragment(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        condition = self.source.choice(self._type_conditions(type_))
        is_explicit = condition is not type_ or self.source.one_in(2)
        self.source.used.add(f"... on {condition.name}" if is_explicit else "...")
        directives = self._directives()
        selections = self._selection_set(condition, scope, depth, rows)
        return f"...{f' on {condition.name}' if is_explicit else ''}{directives} {selections}"

    def _fragment_spread(self, type_: Composite, scope: Scope, depth: int, rows: int) -> str:
        conditions = self._type_conditions(type_)
        condition_names = {condition.name for condition in conditions}
        reusable = [
            fragment
            for fragment in self.fragments
            if fragment.type in condition_names
            and depth + fragment.height <= MAX_DEPTH
            and rows == 1
        ]
        if reusable and self.source.one_in(2):
            fragment = self.source.choice(reusable)
            self.source.used.add("reused fragment")
        else:
            condition = self.source.choice(conditions)
            fragment_scope: Scope = {}
            text = self._selection_set(condition, fragment_scope, depth, rows)
            name = f"F{len(self.fragments) + 1}"
            fragment = Fragment(name, condition.name, text, fragment_scope, text.count("{"))
            self.fragments.append(fragment)
        if not _can_merge(scope, fragment.scope):
            return self._leaf("__typename", "String!", scope)
        _merge(scope, fragment.scope)
        self.source.used.add(f"fragment on {fragment.type}")
        return f"...{fragment.name}{self._directives()}"


@cache
def _classify_fields(
    type_: Composite,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return a type's leaf fields, its object fields, and the objects with object fields."""
    leaves = [
        name for name, field in type_.fields.items() if is_leaf_type(get_named_type(field.type))
    ]
    objects = [name for name in type_.fields if name not in leaves]
    nested_objects = [name for name in objects if _has_object_fields(type_.fields[name])]
    return tuple(leaves), tuple(objects), tuple(nested_objects)


def _has_object_fields(definition: GraphQLField) -> bool:
    """Return whether the objects of a field have fields that are objects."""
    target: Any = get_named_type(definition.type)
    return any(not is_leaf_type(get_named_type(field.type)) for field in target.fields.values())


def _max_row_count(definition: GraphQLField, drawn: dict[str, Drawn]) -> int:
    """Return the maximum number of rows of a field with drawn arguments."""
    values = [drawn[argument].value for argument in ("first", "last") if argument in drawn]
    sizes = [value for value in values if isinstance(value, int)]
    if "ids" in drawn:
        return 5
    if sizes:
        return max(1, *sizes)
    if "after" in definition.args or get_named_type(definition.type).name == "Changes":
        return 20 if "after" in definition.args else 100
    if "first" in definition.args:
        return 10
    return ASSUMED_LIST_LENGTH if "[" in str(definition.type) else 1


def _is_same_field(first: SelectedField, second: SelectedField) -> bool:
    return (first.field, first.type, first.arguments) == (
        second.field,
        second.type,
        second.arguments,
    )


def _can_merge(scope: Scope, other: Scope) -> bool:
    """Return whether the fields of two scopes can be selected from the same object."""
    return all(
        key not in scope
        or (_is_same_field(scope[key], field) and _can_merge(scope[key].subfields, field.subfields))
        for key, field in other.items()
    )


def _merge(scope: Scope, other: Scope) -> None:
    """Add the fields of another scope."""
    for key, field in other.items():
        known = scope.setdefault(
            key, SelectedField(field.field, field.type, field.arguments, field.rows)
        )
        _merge(known.subfields, field.subfields)
