"""Prints the scores of newsgraph and of PostgreSQL, or what one of them fails.

Usage: ``python -m tests.store.search_quality [--failures]``
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.store.search_quality.newsgraph_search import import_documents
from tests.store.search_quality.postgres_search import PostgresUnavailable, search_postgres
from tests.store.search_quality.query_set import load_queries
from tests.store.search_quality.score_tables import score_tables
from tests.store.search_quality.scoring import find_failures


async def main() -> None:
    """Run all queries by both searches."""
    queries = load_queries()
    with tempfile.TemporaryDirectory() as folder:
        async with import_documents(Path(folder)) as newsgraph:
            failures = {"newsgraph": find_failures(queries, await newsgraph.search(queries))}
            articles = await newsgraph.articles()
    try:
        results = search_postgres(articles, queries)
    except PostgresUnavailable as reason:
        print(f"without PostgreSQL: {reason}", file=sys.stderr)  # noqa: T201 - a command prints
    else:
        failures["PostgreSQL"] = find_failures(queries, results)
    print(score_tables(queries, failures))  # noqa: T201 - as above
    if "--failures" in sys.argv[1:]:
        for search, failed in failures.items():
            for name, failure in failed.items():
                print(f"{search}: {name}: {failure}")  # noqa: T201 - as above


if __name__ == "__main__":
    asyncio.run(main())
