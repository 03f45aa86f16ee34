"""Limits of one read, and the count of the bytes that its results have."""

from __future__ import annotations

from dataclasses import dataclass

from newsgraph.store.errors import ResultTooLarge


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Limits of one read, for all its selections together; None means no limit.

    Attributes:
        timeout_seconds: time from the call to the result, including the wait for a connection.
        max_bytes: size of all results, as JSON in UTF-8.
    """

    timeout_seconds: float | None = None
    max_bytes: int | None = None


NO_LIMITS = QueryLimits()


class ByteBudget:
    """Counts the bytes of a read's results against their limit.

    Args:
        max_bytes: size of all results together; None means no limit.
    """

    def __init__(self, max_bytes: int | None) -> None:
        self._max_bytes, self._used_bytes = max_bytes, 0

    def consume(self, result: bytes) -> None:
        """Count a result.

        Raises:
            ResultTooLarge: the results exceed the limit.
        """
        if self._max_bytes is None:
            return
        self._used_bytes += len(result)
        if self._used_bytes > self._max_bytes:
            raise ResultTooLarge(self._max_bytes)
