"""Prints how many queries pass, by kind and by language, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.store.search_quality.query_set import Query


def score_rows(
    queries: Sequence[Query],
    failures: Sequence[Mapping[str, str]],
    group: Callable[[Query], str],
) -> list[tuple[str, ...]]:
    """Return rows of a table: group, number of queries, and how many of them pass.

    Args:
        queries: all queries.
        failures: the failures of each search by the ids of queries, a column each.
        group: what a row is about.
    """
    rows = []
    for name in dict.fromkeys(map(group, queries)):
        ids = [query.id for query in queries if group(query) == name]
        passed = (sum(id_ not in failed for id_ in ids) for failed in failures)
        rows.append((name, str(len(ids)), *map(str, passed)))
    return rows


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of which all columns but the first one are numbers."""
    lines = [header, ["---", *("---:" for _ in header[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def score_tables(
    queries: Sequence[Query], failures_by_search: Mapping[str, Mapping[str, str]]
) -> str:
    """Return the tables of docs/search-quality.md."""
    failures = list(failures_by_search.values())
    total = score_rows(queries, failures, lambda _query: "all")
    tables = []
    for title, group in (("kind", "kind"), ("language", "language")):
        rows = score_rows(queries, failures, lambda query, group=group: getattr(query, group))
        rows.sort(key=lambda row: (-int(row[1]), row[0]))
        tables.append(markdown_table((title, "queries", *failures_by_search), rows + total))
    return "\n".join(tables)
