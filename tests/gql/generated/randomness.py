"""Choices, the simplest first, so that what fails gets smaller as hypothesis makes them smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


class Dice:
    """Makes the choices of one operation.

    Args:
        throw: gives a number from 0 to the one that it is given.

    Attributes:
        used: the schema's coordinates that were chosen, such as ``Query.articles(first:)``.
    """

    def __init__(self, throw: Callable[[int], int]) -> None:
        self._throw = throw
        self.used: set[str] = set()
        self._bad = self.chance(8)

    def number(self, most: int) -> int:
        """Return a number from 0."""
        return self._throw(most)

    def chance(self, of: int) -> bool:
        """Return true one time in so many; false is simpler."""
        # Hypothesis likes the ends of a range, so the middle it is.
        return self.number(2 * of - 1) in (of - 1, of)

    def mischief(self) -> bool:
        """Return whether to ask for something that is refused, which most operations never do."""
        return self._bad and self.chance(4)

    def one_of(self, values: Sequence[T]) -> T:
        """Return one of some values; the first is the simplest."""
        return values[self.number(len(values) - 1)]

    def some_of(self, values: Sequence[T], most: int) -> list[T]:
        """Return some of some values, each at most once, in any order."""
        rest = list(values)
        number = self.number(min(most, len(rest)))
        return [rest.pop(self.number(len(rest) - 1)) for _ in range(number)]
