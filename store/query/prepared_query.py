"""A read that can be asked again and again, each time with other values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.store.errors import SelectionTooLarge
from newsgraph.store.query.argument_slots import (
    MOST_EDGES,
    TOO_MANY_CONDITIONS,
    TOO_MANY_EDGES,
    number_of_conditions,
    shape,
)
from newsgraph.store.query.filter import MOST_TOGETHER
from newsgraph.store.query.parameters import bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.store.query.compiler import Statement
    from newsgraph.store.query.selection import Arguments, Selection

Values: TypeAlias = "Mapping[str, Any]"
"""What a statement's parameters are bound to, by their names."""


@dataclass(frozen=True, slots=True)
class Question:
    """Selections of ``Query`` without their values, and their statements.

    Attributes:
        selections: with slots for arguments.
        statements: one for each selection.
        edges: how many arguments they have together.
    """

    selections: tuple[Selection, ...]
    statements: tuple[Statement, ...]
    edges: int

    def values(self, arguments: Sequence[Sequence[Arguments]], site: str) -> list[Values]:
        """Return the values of each statement.

        Args:
            arguments: each selection's, in the order of its slots.
            site: what addresses of our own begin with.

        Raises:
            BadCursor: a cursor was not made by the page that it is given to.
            BadSelection: a number of rows is negative, or a time is none.
        """
        return [
            statement.values(given, site)
            for statement, given in zip(self.statements, arguments, strict=True)
        ]


class Prepared:
    """A question most of whose values are bound already.

    Args:
        question: to be asked.
        values: of its statements, the first time.
        open_: whose arguments are others each time: numbers of a selection and of a slot.
    """

    def __init__(
        self, question: Question, values: list[Values], open_: Sequence[tuple[int, int]]
    ) -> None:
        self.question, self._bound, self._open = question, values, tuple(open_)

    def values(self, given: Sequence[Arguments]) -> Sequence[Values]:
        """Return the values of each statement.

        Args:
            given: the open arguments, of the shape that they had the first time.

        Raises:
            BadCursor: a cursor was not made by the page that it is given to.
            BadSelection: a number of rows is negative, or a time is none.
        """
        if not given:
            return self._bound
        values = [dict(one) for one in self._bound]
        for (selection, slot), arguments in zip(self._open, given, strict=True):
            statement, bound_now = self.question.statements[selection], values[selection]
            bound_now.update(bound(slot, statement.slots[slot], arguments, bound_now["site"]))
        return values


def shaped(selections: Sequence[Selection]) -> list[tuple[Selection, list[Arguments]]]:
    """Return selections with slots for their arguments, and the arguments.

    Raises:
        SelectionTooLarge: together they ask for too much.
    """
    shapes, edges, conditions = [], 0, 0
    for selection in selections:
        open_selection, arguments = shape(selection)
        shapes.append((open_selection, arguments))
        edges += len(arguments)
        if edges > MOST_EDGES:
            raise SelectionTooLarge(TOO_MANY_EDGES)
        conditions += number_of_conditions(arguments)
        if conditions > MOST_TOGETHER:
            raise SelectionTooLarge(TOO_MANY_CONDITIONS)
    return shapes
