"""LRU cache of complete responses.

Responses do not expire by time. One of an older store revision is never sent as it is, and is
evicted first when memory is needed, as no request uses it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from newsgraph.server.http_cache.cached_response import CachedResponse
    from newsgraph.server.metrics import Metrics

CacheKey: TypeAlias = "tuple[str | bytes | None, ...]"
"""All parts of a request that its response depends on."""

MAX_ENTRY_DIVISOR = 8
"""An entry may take at most this part (1/8) of the cache: one must not evict all others."""


class ResponseCache:
    """Responses by the key of their request; the least recently used are evicted.

    Attributes:
        is_enabled: whether responses are cached at all.
        size: bytes of memory that all entries take.
    """

    def __init__(self, max_bytes: int, metrics: Metrics) -> None:
        """Create an empty cache.

        Args:
            max_bytes: memory for keys, headers and bodies; 0 turns the cache off.
            metrics: counts entries, bytes and evictions.
        """
        self.is_enabled, self.size = max_bytes > 0, 0
        self._max_bytes, self._metrics = max_bytes, metrics
        # cachetools' LRUCache is written in Python: a look-up takes several times as long.
        self._entries: OrderedDict[CacheKey, tuple[CachedResponse, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: CacheKey) -> CachedResponse | None:
        """Return the newest response to a request; it may be of an older revision."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: CacheKey, response: CachedResponse) -> None:
        """Cache a response, or update its size; one of a newer revision is not replaced."""
        if not self.is_enabled:
            return
        existing = self.get(key)
        if existing is not None and (existing.revision or 0) > (response.revision or 0):
            return
        self._remove(key)
        size = response.size + sum(len(part) for part in key if part)
        if size * MAX_ENTRY_DIVISOR <= self._max_bytes:
            self._entries[key] = response, size
            self.size += size
        while self.size > self._max_bytes:
            self._remove(next(iter(self._entries)))
            self._metrics.count_eviction()
        self._metrics.set_cache_usage(len(self._entries), self.size)

    def _remove(self, key: CacheKey) -> None:
        _, size = self._entries.pop(key, (None, 0))
        self.size -= size
