"""Limits the size of a document, counted before the slower validation. Pure.

A fragment counts wherever it is spread, because a few fragments can expand to more fields than
there are atoms. Counting stops at the first exceeded limit, so it takes no longer than for the
largest document that is allowed.
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

from newsgraph.gql.request_errors import limit_exceeded_error

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError, SelectionNode, SelectionSetNode

    from newsgraph.gql.options import Options

MAX_DEFINITIONS = 200
"""Maximum operations and fragments; several rules visit each fragment for each operation."""

MAX_FIELD_PAIRS = 20_000
"""Maximum pairs of fields with the same response name, and of fragment spreads in a selection set:
validation compares them pair by pair."""

_FragmentNames: TypeAlias = frozenset[str]
_SelectionSet: TypeAlias = "tuple[SelectionSetNode, _FragmentNames]"
"""A selection set, and the fragments that enclose it, by which cycles are detected."""


def document_limit_error(document: DocumentNode, options: Options) -> GraphQLError | None:
    """Return the error of the first limit that a document exceeds, or None.

    The document need not be valid: spreads of undefined fragments are ignored.

    Args:
        document: a parsed document.
        options: the limits.
    """
    if len(document.definitions) > MAX_DEFINITIONS:
        problem = f"The document has more than {MAX_DEFINITIONS} operations and fragments"
        return limit_exceeded_error(problem, "max_definitions", MAX_DEFINITIONS)
    return _DocumentCounter(document, options).count()


class _LimitExceeded(Exception):
    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


class _DocumentCounter:
    """Counts the depth, fields, aliases and pairs of fields of a document."""

    def __init__(self, document: DocumentNode, options: Options) -> None:
        self._options = options
        self._operations = [
            definition
            for definition in document.definitions
            if isinstance(definition, OperationDefinitionNode)
        ]
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._spread_fragments: set[str] = set()
        self._field_count = self._alias_count = self._pair_count = 0

    def count(self) -> GraphQLError | None:
        """Return the error of the first exceeded limit, or None."""
        try:
            for operation in self._operations:
                self._count_levels(operation.selection_set)
            for name, fragment in self._fragments.items():
                # An unused fragment is a validation error, but only after the rules visited it.
                if name not in self._spread_fragments:
                    self._count_levels(fragment.selection_set)
        except _LimitExceeded as exceeded:
            return exceeded.error
        return None

    def _count_levels(self, root: SelectionSetNode) -> None:
        """Count level by level; selection sets with the same response name are merged."""
        level: list[list[_SelectionSet]] = [[(root, frozenset())]]
        depth, max_depth = 0, self._options.max_depth
        while level:
            depth += 1
            next_level = []
            for selection_sets in level:
                for response_name, fields in self._collect_fields(selection_sets).items():
                    if depth > max_depth:
                        problem = (
                            f"The document nests fields more than {max_depth} deep, "
                            f"at '{response_name}'"
                        )
                        raise _LimitExceeded(
                            limit_exceeded_error(problem, "max_depth", max_depth, [fields[0][0]])
                        )
                    nested = [(field.selection_set, enclosing) for field, enclosing in fields]
                    if merged := [
                        (selection_set, enclosing)
                        for selection_set, enclosing in nested
                        if selection_set is not None
                    ]:
                        next_level.append(merged)
            level = next_level

    def _collect_fields(
        self, selection_sets: list[_SelectionSet]
    ) -> dict[str, list[tuple[FieldNode, _FragmentNames]]]:
        """Return the fields of merged selection sets by response name, fragments expanded."""
        fields: dict[str, list[tuple[FieldNode, _FragmentNames]]] = {}
        visited: set[str] = set()
        stack, spread_count = list(selection_sets), 0
        while stack:
            selection_set, enclosing = stack.pop()
            for selection in selection_set.selections:
                self._count_selection(selection)
                if isinstance(selection, FieldNode):
                    group = fields.setdefault((selection.alias or selection.name).value, [])
                    self._count_pairs(len(group), selection)
                    group.append((selection, enclosing))
                elif isinstance(selection, InlineFragmentNode):
                    stack.append((selection.selection_set, enclosing))
                elif isinstance(selection, FragmentSpreadNode):
                    self._count_pairs(spread_count, selection)
                    spread_count += 1
                    name = selection.name.value
                    if name in self._fragments and name not in visited and name not in enclosing:
                        visited.add(name)
                        self._spread_fragments.add(name)
                        fragment = self._fragments[name].selection_set
                        stack.append((fragment, enclosing | {name}))
        return fields

    def _count_selection(self, selection: SelectionNode) -> None:
        self._field_count += 1
        if self._field_count > (max_fields := self._options.max_fields):
            problem = (
                f"The document has more than {max_fields} fields and fragments when its "
                "fragments are expanded"
            )
            raise _LimitExceeded(
                limit_exceeded_error(problem, "max_fields", max_fields, [selection])
            )
        if isinstance(selection, FieldNode) and selection.alias is not None:
            self._alias_count += 1
            if self._alias_count > (max_aliases := self._options.max_aliases):
                problem = f"The document has more than {max_aliases} aliases"
                raise _LimitExceeded(
                    limit_exceeded_error(problem, "max_aliases", max_aliases, [selection])
                )

    def _count_pairs(self, other_count: int, selection: SelectionNode) -> None:
        """Count the pairs of a selection with the others under its response name."""
        self._pair_count += other_count
        if self._pair_count > MAX_FIELD_PAIRS:
            problem = (
                f"The document has more than {MAX_FIELD_PAIRS} pairs of fields or fragments "
                "that may overlap"
            )
            raise _LimitExceeded(
                limit_exceeded_error(problem, "max_pairs", MAX_FIELD_PAIRS, [selection])
            )
