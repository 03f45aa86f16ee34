"""Queries that are compiled once and run many times, each time with other parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.store.errors import SelectionTooLarge
from newsgraph.store.query.argument_binding import bind_arguments
from newsgraph.store.query.argument_slots import (
    MAX_EDGES,
    TOO_MANY_CONDITIONS,
    TOO_MANY_EDGES,
    count_conditions,
    extract_arguments,
)
from newsgraph.store.query.filter import MAX_CONDITIONS_PER_READ

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.store.query.compiler import Statement
    from newsgraph.store.query.selection import EdgeArguments, Selection

ParameterValues: TypeAlias = "Mapping[str, Any]"
"""Values of a statement's parameters, by the parameters' names."""


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """Selections of ``Query`` without argument values, and their SQL statements.

    Attributes:
        selections: the selections, with slots instead of arguments.
        statements: one statement per selection.
        edge_count: number of edges in all selections, and so of argument slots.
    """

    selections: tuple[Selection, ...]
    statements: tuple[Statement, ...]
    edge_count: int

    def bind(
        self, arguments: Sequence[Sequence[EdgeArguments]], site_url: str
    ) -> list[ParameterValues]:
        """Return the parameters of each statement.

        Args:
            arguments: arguments of each selection, in the order of its slots.
            site_url: public URL that internal URLs start with.

        Raises:
            BadCursor: a cursor was not issued for the page it is used with.
            BadSelection: a number of rows is negative, or a time cannot be parsed.
        """
        return [
            statement.bind(selection_arguments, site_url)
            for statement, selection_arguments in zip(self.statements, arguments, strict=True)
        ]


class PreparedQuery:
    """A compiled query with most of its parameters bound.

    Attributes:
        query: the compiled query.

    Args:
        query: the compiled query.
        parameters: parameters of each of its statements, from the first run.
        variable_slots: the arguments that differ between runs, as (number of the selection,
            number of the slot in it).
    """

    def __init__(
        self,
        query: CompiledQuery,
        parameters: list[ParameterValues],
        variable_slots: Sequence[tuple[int, int]],
    ) -> None:
        self.query, self._parameters = query, parameters
        self._variable_slots = tuple(variable_slots)

    def bind(self, arguments: Sequence[EdgeArguments]) -> Sequence[ParameterValues]:
        """Return the parameters of each statement.

        Args:
            arguments: arguments for the variable slots; they have to give the same slots as
                those of the first run.

        Raises:
            BadCursor: a cursor was not issued for the page it is used with.
            BadSelection: a number of rows is negative, or a time cannot be parsed.
        """
        if not arguments:
            return self._parameters
        parameters = [dict(values) for values in self._parameters]
        for (selection, slot), edge_arguments in zip(self._variable_slots, arguments, strict=True):
            statement, values = self.query.statements[selection], parameters[selection]
            values.update(
                bind_arguments(slot, statement.slots[slot], edge_arguments, values["site"])
            )
        return parameters


def split_selections(
    selections: Sequence[Selection],
) -> list[tuple[Selection, list[EdgeArguments]]]:
    """Return each selection with slots instead of arguments, and its arguments.

    Raises:
        SelectionTooLarge: the selections together exceed the limits on edges or conditions.
    """
    pairs, edge_count, condition_count = [], 0, 0
    for selection in selections:
        template, arguments = extract_arguments(selection)
        pairs.append((template, arguments))
        edge_count += len(arguments)
        if edge_count > MAX_EDGES:
            raise SelectionTooLarge(TOO_MANY_EDGES)
        condition_count += count_conditions(arguments)
        if condition_count > MAX_CONDITIONS_PER_READ:
            raise SelectionTooLarge(TOO_MANY_CONDITIONS)
    return pairs
