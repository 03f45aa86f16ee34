"""Options of the response cache and of Cache-Control."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheOptions:
    """Options of the middleware in front of the application.

    Attributes:
        response_cache_bytes: memory for cached responses; 0 turns the response cache off.
            Rendered entries of feeds take up to half as much besides.
        max_age_seconds: how long clients and proxies may use a response without revalidation.
    """

    response_cache_bytes: int = 50_000_000
    max_age_seconds: int = 0

    @property
    def rendered_feeds_bytes(self) -> int:
        """Memory for rendered entries of feeds."""
        return self.response_cache_bytes // 2

    @property
    def cache_control(self) -> str:
        """Value of Cache-Control for responses that depend on the store (RFC 9111 section 5.2.2).

        Without a max-age, caches store the response but revalidate it for each request, which a
        304 answers. Any max-age delays what an import has changed.
        """
        return f"public, max-age={self.max_age_seconds}" if self.max_age_seconds else "no-cache"

    @property
    def ttl_minutes(self) -> int | None:
        """RSS 2.0's ``ttl`` in minutes: the max-age, rounded up; None if there is no max-age."""
        return -(-self.max_age_seconds // 60) or None


DEFAULT_CACHE_OPTIONS = CacheOptions()
