"""Rows that could not be measured: each is reported with its reason, and the rest goes on."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.bench.compare import Differs
from tests.bench.errors import CannotMeasure
from tests.bench.measure import say

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Rows:
    """What of a part could not be measured.

    Attributes:
        missing: reasons, by row.
        wrong: how an answer differs from what it should be, by row.
        of: what the names of these rows begin with.
    """

    missing: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    of: str = ""

    def below(self, name: str) -> Rows:
        """Return the rows of a query, or of a number of connections; they are reported here."""
        return replace(self, of=f"{self.of}{name}: ")

    def row(self, name: str) -> Row:
        """Return a context manager in which a row is measured: a failure ends the block alone."""
        return Row(self, name)

    def report(self, name: str, error: Exception) -> None:
        """Note that a row could not be measured, and print why."""
        row = self.of + name
        if isinstance(error, Differs):
            self.wrong[row] = str(error)
            say(f"  WRONG ANSWER, not measured: {row}: {error}")
            return
        reason = str(error)
        if not isinstance(error, CannotMeasure):
            traceback.print_exception(error)
            reason = f"{type(error).__name__}: {error}"
        self.missing[row] = reason
        say(f"  could not be measured: {row}: {reason}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is being measured."""

    rows: Rows
    name: str

    def __enter__(self) -> None:
        """Begin it."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Report a failure; whoever stops the bench stops it all the same."""
        if not isinstance(error, Exception):
            return False
        self.rows.report(self.name, error)
        return True
