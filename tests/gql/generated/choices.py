"""A source of choices in which simple choices come first, so that hypothesis can shrink them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


class ChoiceSource:
    """Makes the choices for one operation.

    Args:
        draw_integer: returns a number from 0 to its argument.

    Attributes:
        used: the schema coordinates that were chosen, such as ``Query.articles(first:)``.
    """

    def __init__(self, draw_integer: Callable[[int], int]) -> None:
        self._draw_integer = draw_integer
        self.used: set[str] = set()
        self._may_be_invalid = self.one_in(8)

    def integer(self, maximum: int) -> int:
        """Return a number from 0 to the maximum."""
        return self._draw_integer(maximum)

    def one_in(self, n: int) -> bool:
        """Return true with the probability 1/n; false is the simpler choice."""
        # Hypothesis prefers the ends of a range, so true is in the middle.
        return self.integer(2 * n - 1) in (n - 1, n)

    def choose_invalid(self) -> bool:
        """Return whether to choose an invalid value; most operations have none."""
        return self._may_be_invalid and self.one_in(4)

    def choice(self, values: Sequence[T]) -> T:
        """Return one of the values; the first is the simplest choice."""
        return values[self.integer(len(values) - 1)]

    def sample(self, values: Sequence[T], maximum: int) -> list[T]:
        """Return up to `maximum` different values in any order."""
        rest = list(values)
        count = self.integer(min(maximum, len(rest)))
        return [rest.pop(self.integer(len(rest) - 1)) for _ in range(count)]
