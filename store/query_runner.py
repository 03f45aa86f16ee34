"""Runs queries: several statements concurrently, all of them at one revision."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cachetools import LRUCache
from cachetools.keys import hashkey

from newsgraph.store.errors import QueryTimeout, SelectionTooLarge, StatementTooDeep
from newsgraph.store.query.compiler import compile_selection
from newsgraph.store.query.prepared_query import CompiledQuery, ParameterValues, split_selections
from newsgraph.store.query_limits import ByteBudget, QueryLimits

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from typing import Any

    from newsgraph.store.engines.protocol import Database
    from newsgraph.store.query.compiler import Statement
    from newsgraph.store.query.dialect_limits import DialectLimits
    from newsgraph.store.query.selection import Selection

TOO_DEEP_MESSAGE = "This is nested too deep for the database; ask for less at once."

MAX_EDGES_IN_EVENT_LOOP = 20
"""Queries with more edges are compiled in a thread: compiling 20 takes about 10 ms."""

MAX_INLINE_STATEMENTS = 4
"""Statements of one query that may run in the event loop, where they delay everything else."""

MAX_CONCURRENT_STATEMENTS = 2
"""Statements of one query that run at a time, so that a large query leaves connections free."""


REMEMBERED_READS = 500
"""Feeds and pages read the same selections after each import: so many stay compiled and bound."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Results of selections, all read at one revision.

    Attributes:
        revision: the store's revision at which they were read.
        results: one JSON document per selection, in UTF-8, in the order of the selections.
    """

    revision: int
    results: tuple[bytes, ...]


class QueryRunner:
    """Compiles selections to queries, and runs them.

    Args:
        database: the database to read.
        site_url: public URL that internal URLs start with.
    """

    def __init__(self, database: Database, site_url: str) -> None:
        self._database, self._site_url = database, site_url
        self._prepared: LRUCache[
            tuple[Hashable, ...], tuple[CompiledQuery, list[ParameterValues]]
        ] = LRUCache(REMEMBERED_READS)

    async def read(self, selections: tuple[Selection, ...], limits: QueryLimits) -> QueryResult:
        """Read selections; those of the last reads are not compiled again.

        Args:
            selections: what to read.
            limits: limits for all selections together.

        Raises:
            StoreError: as `prepare` and `run`.
        """
        key = hashkey(*selections)  # which computes the hash of its parts once
        try:
            prepared = self._prepared[key]
        except (KeyError, RecursionError):  # `prepare` refuses what is nested too deep for a hash
            prepared = self._prepared[key] = await self.prepare(selections)
        return await self.run(*prepared, limits)

    async def prepare(
        self, selections: Sequence[Selection]
    ) -> tuple[CompiledQuery, list[ParameterValues]]:
        """Compile selections; return the query, and the parameters of each of its statements.

        Raises:
            BadSelection: a field or edge is not in the graph.
            SelectionTooLarge: the selections exceed the limits on depth or size.
            BadCursor: a cursor was not issued for the page it is used with.
        """
        pairs = split_selections(selections)
        arguments = [selection_arguments for _, selection_arguments in pairs]
        templates = tuple(template for template, _ in pairs)
        edge_count = sum(map(len, arguments))
        statements = await self._compile(templates, self._database.limits, edge_count)
        query = CompiledQuery(templates, statements, edge_count)
        return query, query.bind(arguments, self._site_url)

    async def compile(self, selections: Sequence[Selection]) -> None:
        """Compile selections, so that reads of the same shape need not.

        Args:
            selections: what will be read; their arguments may be any.

        Raises:
            BadSelection: a field or edge is not in the graph.
        """
        templates = [template for template, _ in split_selections(selections)]
        await self._compile(templates, self._database.limits, len(templates))

    def try_run_inline(
        self, query: CompiledQuery, parameters: Sequence[ParameterValues], limits: QueryLimits
    ) -> QueryResult | None:
        """Run a query in the event loop if its statements are known to be fast.

        Returns:
            The result, or None if the query may take longer: then call `run`.

        Raises:
            ResultTooLarge: the results exceed the size limit.
        """
        if len(query.statements) > MAX_INLINE_STATEMENTS:
            return None
        budget, revisions, results = ByteBudget(limits.max_bytes), set(), []
        for statement, values in zip(query.statements, parameters, strict=True):
            row = self._database.try_inline(
                statement.sql, statement.positional(values), limits.max_bytes
            )
            if row is None:
                return None
            revision, result = row
            budget.consume(result)
            revisions.add(revision)
            results.append(result)
        return QueryResult(revisions.pop(), tuple(results)) if len(revisions) == 1 else None

    async def run(
        self, query: CompiledQuery, parameters: Sequence[ParameterValues], limits: QueryLimits
    ) -> QueryResult:
        """Run a query.

        Args:
            query: the query, as `prepare` compiled it.
            parameters: parameters of each of its statements.
            limits: limits for all statements together.

        Raises:
            SelectionTooLarge: the query is nested too deep for the database.
            QueryTimeout: the query took longer than its limit.
            ResultTooLarge: the results exceed the size limit.
            DatabaseUnusable: the database could not be read.
        """
        try:
            async with asyncio.timeout(limits.timeout_seconds):
                if (result := self.try_run_inline(query, parameters, limits)) is not None:
                    await asyncio.sleep(0)  # a caller that reads in a loop must not block others
                    return result
                rows = await self._fetch_or_flatten(query, parameters, limits.max_bytes)
        except TimeoutError as error:
            raise QueryTimeout(
                f"Reading took longer than {limits.timeout_seconds:g} seconds and was ended; "
                "ask for less at once."
            ) from error
        return QueryResult(rows[0][0] if rows else 0, tuple(result for _, result in rows))

    async def _fetch_or_flatten(
        self, query: CompiledQuery, parameters: Sequence[ParameterValues], max_bytes: int | None
    ) -> list[tuple[int, bytes]]:
        """Return each statement's revision and result; use flatter statements if necessary."""
        try:
            return await self._fetch_rows(query.statements, parameters, max_bytes)
        except StatementTooDeep:
            # The space that a text takes on the parser's stack is not known in advance.
            limits = self._database.limits.without_nesting
            flat_statements = await self._compile(query.selections, limits, query.edge_count)
        try:
            return await self._fetch_rows(flat_statements, parameters, max_bytes)
        except StatementTooDeep as error:
            raise SelectionTooLarge(TOO_DEEP_MESSAGE) from error

    async def _compile(
        self, selections: Sequence[Selection], limits: DialectLimits, edge_count: int
    ) -> tuple[Statement, ...]:
        """Compile a statement per selection; large ones in a thread, to keep the loop free."""
        statements = []
        for selection in selections:
            arguments = (selection, self._database.dialect, limits)
            is_large = edge_count > MAX_EDGES_IN_EVENT_LOOP
            statements.append(
                await asyncio.to_thread(compile_selection, *arguments)
                if is_large
                else compile_selection(*arguments)
            )
        return tuple(statements)

    async def _fetch_rows(
        self,
        statements: Sequence[Statement],
        parameters: Sequence[ParameterValues],
        max_bytes: int | None,
    ) -> list[tuple[int, bytes]]:
        """Return each statement's revision and result, all of one revision."""
        calls = [
            (statement.sql, statement.positional(values))
            for statement, values in zip(statements, parameters, strict=True)
        ]
        rows = await self._fetch_concurrently(calls, max_bytes)
        if len({revision for revision, _ in rows}) > 1:
            # An import came between the statements: read all of them again in one snapshot.
            rows, budget = [], ByteBudget(max_bytes)
            async with self._database.snapshot(max_bytes) as fetch:
                for sql, values in calls:
                    revision, result = await fetch(sql, values)
                    budget.consume(result)
                    rows.append((revision, result))
        return rows

    async def _fetch_concurrently(
        self, calls: list[tuple[str, list[Any]]], max_bytes: int | None
    ) -> list[tuple[int, bytes]]:
        """Return the row of each statement; if one fails, the others are cancelled."""
        budget, semaphore = ByteBudget(max_bytes), asyncio.Semaphore(MAX_CONCURRENT_STATEMENTS)

        async def fetch(sql: str, values: list[Any]) -> tuple[int, bytes]:
            async with semaphore:
                revision, result = await self._database.fetch_row(sql, values, max_bytes)
            budget.consume(result)
            return revision, result

        if len(calls) < 2:
            return [await fetch(*call) for call in calls]
        # In Python 3.11.2, no timeout of a task works after one of its task groups has failed.
        tasks = [asyncio.create_task(fetch(*call)) for call in calls]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
