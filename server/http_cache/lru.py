"""Whole answers, kept as long as the store stays at their revision and there is room.

Nothing is ever too old here: an answer of another revision is not given, and is the first
to go when room is needed, as nobody asks for it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from newsgraph.server.http_cache.cached_response import Answer
    from newsgraph.server.metrics import Metrics

Key: TypeAlias = "tuple[str | bytes | None, ...]"
"""All of a request that an answer may depend on."""

SHARE = 8
"""A single answer may take this part of the room, so that one does not cost all others theirs."""


class ResponseCache:
    """Answers by their requests; what was not asked for the longest goes first.

    Attributes:
        is_on: whether anything is kept.
        size: bytes of memory that everything kept takes.
    """

    def __init__(self, most_bytes: int, metrics: Metrics) -> None:
        """Args: most_bytes: room for keys, headers and bodies; 0 keeps nothing."""
        self.is_on, self.size = most_bytes > 0, 0
        self._most, self._metrics = most_bytes, metrics
        # cachetools' LRUCache is written in Python: a look-up takes several times as long.
        self._answers: OrderedDict[Key, tuple[Answer, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Key) -> Answer | None:
        """Return the newest answer to a request, which may be of an older revision."""
        found = self._answers.get(key)
        if found is None:
            return None
        self._answers.move_to_end(key)
        return found[0]

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep an answer, or what it has grown to; a newer one stays."""
        if not self.is_on:
            return
        before = self.get(key)
        if before is not None and (before.revision or 0) > (answer.revision or 0):
            return
        self._drop(key)
        size = answer.weight + sum(len(part) for part in key if part)
        if size * SHARE <= self._most:
            self._answers[key] = answer, size
            self.size += size
        while self.size > self._most:
            self._drop(next(iter(self._answers)))
            self._metrics.evicted()
        self._metrics.kept(len(self._answers), self.size)

    def _drop(self, key: Key) -> None:
        _, size = self._answers.pop(key, (None, 0))
        self.size -= size
