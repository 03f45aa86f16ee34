"""Collects rows that could not be measured, while the other rows are measured."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.bench.compare import WrongResponse
from tests.bench.errors import MeasurementError
from tests.bench.measure import print_line

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class FailedRows:
    """The rows of a part that could not be measured.

    Attributes:
        missing: the reason by row.
        wrong: by row, how a response differs from the correct one.
        prefix: prefix of the names of new rows.
    """

    missing: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    prefix: str = ""

    def with_prefix(self, name: str) -> FailedRows:
        """Return a view with a longer prefix, of a query or number of connections."""
        return replace(self, prefix=f"{self.prefix}{name}: ")

    def catch(self, name: str) -> RowGuard:
        """Return a context manager to measure a row in: it records and suppresses a failure."""
        return RowGuard(self, name)

    def record(self, name: str, error: Exception) -> None:
        """Record that a row could not be measured, and print the reason."""
        row = self.prefix + name
        if isinstance(error, WrongResponse):
            self.wrong[row] = str(error)
            print_line(f"  WRONG RESPONSE, not measured: {row}: {error}")
            return
        reason = str(error)
        if not isinstance(error, MeasurementError):
            traceback.print_exception(error)
            reason = f"{type(error).__name__}: {error}"
        self.missing[row] = reason
        print_line(f"  could not be measured: {row}: {reason}")


@dataclass(frozen=True, slots=True)
class RowGuard:
    """Context manager that records the failure of a row."""

    failed_rows: FailedRows
    name: str

    def __enter__(self) -> None:
        """Start to measure the row."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Record an exception and suppress it, unless it stops the bench, such as an interrupt."""
        if not isinstance(error, Exception):
            return False
        self.failed_rows.record(self.name, error)
        return True
