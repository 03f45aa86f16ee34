"""How much one read may take, and the count of what it has taken."""

from __future__ import annotations

from dataclasses import dataclass

from newsgraph.store.errors import AnswerTooLarge


@dataclass(frozen=True, slots=True)
class Limits:
    """What a read may take, all its selections together; None is without limit.

    Attributes:
        seconds: from the moment that it is asked for, waiting for its turn included.
        bytes: of the answers' JSON in UTF-8.
    """

    seconds: float | None = None
    bytes: int | None = None


NO_LIMITS = Limits()


class Size:
    """The bytes of all answers of a read together.

    Args:
        most_bytes: how many there may be.
    """

    def __init__(self, most_bytes: int | None) -> None:
        self._most, self._bytes = most_bytes, 0

    def add(self, answer: bytes) -> None:
        """Count an answer.

        Raises:
            AnswerTooLarge: with it, there are too many bytes.
        """
        if self._most is None:
            return
        self._bytes += len(answer)
        if self._bytes > self._most:
            raise AnswerTooLarge(self._most)
