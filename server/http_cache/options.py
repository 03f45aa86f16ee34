"""How answers are delivered: what is kept here, and how long others may keep it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Switches of what stands before the application.

    Attributes:
        response_cache_bytes: memory for answers that are kept; 0 keeps none.
        max_age_seconds: how long clients and proxies may use an answer without asking again.
        metrics_folder: where several processes keep their counts together; None for one alone.
    """

    response_cache_bytes: int = 50_000_000
    max_age_seconds: int = 0
    metrics_folder: str | None = None

    @property
    def cache_control(self) -> str:
        """The Cache-Control of what follows from the store (RFC 9111 section 5.2.2).

        Without an age, caches keep it but must ask each time, which a 304 answers: any age
        hides what an import has just changed.
        """
        return f"public, max-age={self.max_age_seconds}" if self.max_age_seconds else "no-cache"

    @property
    def ttl_minutes(self) -> int | None:
        """How long a feed tells its readers to wait (RSS 2.0's ``ttl``): as long as caches may."""
        return -(-self.max_age_seconds // 60) or None


DELIVERY = Delivery()
