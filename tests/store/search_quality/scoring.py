"""Compares the result of a search with what a query expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.store.search_quality.query_set import MAX_HITS

if TYPE_CHECKING:
    from tests.store.search_quality.query_set import Query


@dataclass(frozen=True)
class SearchResult:
    """What a search returned for one query.

    Attributes:
        hits: names of the first documents, best first.
        total: number of all hits.
        suggestion: another spelling of the query.
        error: message of the error, if there was one.
    """

    hits: tuple[str, ...] = ()
    total: int = 0
    suggestion: str | None = None
    error: str | None = None


def find_failure(query: Query, result: SearchResult) -> str | None:
    """Return the first expectation that a result does not meet, or None if it meets all."""
    if result.error is not None:
        return f"error: {result.error}"
    hits = result.hits[:MAX_HITS]
    if missing := sorted({*query.found, *query.order} - {*hits}):
        return f"missing: {', '.join(missing)}"
    if wrong := [name for name in query.not_found if name in hits]:
        return f"wrong: {', '.join(wrong)}"
    if query.first and (not hits or hits[0] not in query.first):
        return f"first: {hits[0] if hits else 'no hit'}"
    positions = [hits.index(name) for name in query.order]
    if positions != sorted(positions):
        return f"order: {', '.join(name for name in hits if name in query.order)}"
    if query.total is not None and result.total != query.total:
        return f"total: {result.total}"
    suggestion = (result.suggestion or "").lower()
    if query.suggestion and suggestion not in query.suggestion:
        return f"suggestion: {suggestion or 'none'}"
    return None


def find_failures(queries: list[Query], results: dict[str, SearchResult]) -> dict[str, str]:
    """Return the first unmet expectation of each query that fails, by the query's id."""
    failures = {query.id: find_failure(query, results[query.id]) for query in queries}
    return {name: failure for name, failure in failures.items() if failure is not None}
