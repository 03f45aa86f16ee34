"""How large a document may be, counted before anything slower looks at it. Pure.

Fragments are counted wherever they are spread, since a few of them can stand for more
fields than there are atoms. The count stops where a limit is passed, so it takes no longer
than the largest document that is allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)

from newsgraph.gql.request_errors import too_large

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError, SelectionNode, SelectionSetNode

    from newsgraph.gql.options import Options

MAX_DEFINITIONS = 200
"""Of operations and fragments; several rules look at each fragment for each operation."""

MAX_PAIRS = 20_000
"""How many pairs of fields may share a key; whether they agree is compared pair by pair."""

_Spread: TypeAlias = frozenset[str]
_Part: TypeAlias = "tuple[SelectionSetNode, _Spread]"
"""A selection set, and the fragments that it stands in: a cycle must not lead on for ever."""


def limit_passed(document: DocumentNode, options: Options) -> GraphQLError | None:
    """Return the error of the first limit that a document passes.

    The document need not be valid: what it spreads and does not define counts nothing.

    Args:
        document: parsed.
        options: the limits.
    """
    if len(document.definitions) > MAX_DEFINITIONS:
        told = f"The document has more than {MAX_DEFINITIONS} operations and fragments"
        return too_large(told, "max_definitions", MAX_DEFINITIONS)
    return _Count(document, options).run()


class _Passed(Exception):
    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


class _Count:
    def __init__(self, document: DocumentNode, options: Options) -> None:
        self.options = options
        self.operations = [
            one for one in document.definitions if isinstance(one, OperationDefinitionNode)
        ]
        self.fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self.reached: set[str] = set()
        self.fields = self.aliases = self.pairs = 0

    def run(self) -> GraphQLError | None:
        try:
            for operation in self.operations:
                self._below(operation.selection_set)
            for name, fragment in self.fragments.items():
                # A fragment that nothing spreads is an error, but the rules look at it first.
                if name not in self.reached:
                    self._below(fragment.selection_set)
        except _Passed as passed:
            return passed.error
        return None

    def _below(self, root: SelectionSetNode) -> None:
        """Count level by level; selection sets that answer under one key are one."""
        level: list[list[_Part]] = [[(root, frozenset())]]
        depth, most = 0, self.options.max_depth
        while level:
            depth += 1
            below = []
            for parts in level:
                for key, group in self._merged(parts).items():
                    if depth > most:
                        told = f"The document nests fields more than {most} deep, at '{key}'"
                        raise _Passed(too_large(told, "max_depth", most, [group[0][0]]))
                    inner = [(one.selection_set, spread) for one, spread in group]
                    if found := [(one, spread) for one, spread in inner if one is not None]:
                        below.append(found)
            level = below

    def _merged(self, parts: list[_Part]) -> dict[str, list[tuple[FieldNode, _Spread]]]:
        groups: dict[str, list[tuple[FieldNode, _Spread]]] = {}
        seen: set[str] = set()
        open_parts, spreads = list(parts), 0
        while open_parts:
            selections, spread = open_parts.pop()
            for one in selections.selections:
                self._count(one)
                if isinstance(one, FieldNode):
                    group = groups.setdefault((one.alias or one.name).value, [])
                    self._pair(len(group), one)
                    group.append((one, spread))
                elif isinstance(one, InlineFragmentNode):
                    open_parts.append((one.selection_set, spread))
                elif isinstance(one, FragmentSpreadNode):
                    self._pair(spreads, one)
                    spreads += 1
                    name = one.name.value
                    if name in self.fragments and name not in seen and name not in spread:
                        seen.add(name)
                        self.reached.add(name)
                        inner = self.fragments[name].selection_set
                        open_parts.append((inner, spread | {name}))
        return groups

    def _count(self, one: SelectionNode) -> None:
        self.fields += 1
        if self.fields > (most := self.options.max_fields):
            told = f"The document has more than {most} fields and fragments, written out"
            raise _Passed(too_large(told, "max_fields", most, [one]))
        if isinstance(one, FieldNode) and one.alias is not None:
            self.aliases += 1
            if self.aliases > (most := self.options.max_aliases):
                told = f"The document has more than {most} aliases"
                raise _Passed(too_large(told, "max_aliases", most, [one]))

    def _pair(self, others: int, one: SelectionNode) -> None:
        self.pairs += others
        if self.pairs > MAX_PAIRS:
            told = f"The document repeats fields, {MAX_PAIRS} pairs of them"
            raise _Passed(too_large(told, "max_pairs", MAX_PAIRS, [one]))
