"""Asking the database: statements side by side, and yet all of one revision."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.store.errors import NestsTooDeep, ReadTimedOut, SelectionTooLarge
from newsgraph.store.limits import Limits, Size
from newsgraph.store.query.compiler import compiled
from newsgraph.store.query.joins import NESTING
from newsgraph.store.query.prepared_query import Question, Values, shaped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from newsgraph.store.engines.protocol import Database
    from newsgraph.store.query.compiler import Statement
    from newsgraph.store.query.selection import Selection

TOO_NESTED = "This is put into itself too deep for the database; ask for less at once."

AT_ONCE = 20
"""How many edges statements may have to be made in the event loop: it takes some 10 ms."""

MOST_QUICK = 4
"""How many statements of one read, each of them quick, may keep all others waiting."""

SIDE_BY_SIDE = 2
"""How many statements of one read run at a time: whoever asks for much leaves room for others."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers to selections, all of one revision.

    Attributes:
        revision: the store's when they were read.
        answers: JSON texts in UTF-8, one for each selection, in their order.
    """

    revision: int
    answers: tuple[bytes, ...]


class Asking:
    """Makes questions of selections, and asks them.

    Args:
        database: answers.
        site: what addresses of our own begin with.
    """

    def __init__(self, database: Database, site: str) -> None:
        self._database, self._site = database, site

    async def question(self, selections: Sequence[Selection]) -> tuple[Question, list[Values]]:
        """Return the question that selections are, and the values that they ask with.

        Raises:
            BadSelection: a field or edge is not in the graph.
            SelectionTooLarge: together they ask for too much.
            BadCursor: a cursor was not made by the page that it is given to.
        """
        shapes = shaped(selections)
        arguments = [given for _, given in shapes]
        open_selections = tuple(one for one, _ in shapes)
        edges = sum(map(len, arguments))
        statements = await self._statements(open_selections, NESTING, edges)
        question = Question(open_selections, statements, edges)
        return question, question.values(arguments, self._site)

    def ask_now(
        self, question: Question, values: Sequence[Values], limits: Limits
    ) -> Reading | None:
        """Answer a question whose statements take hardly any time.

        Returns:
            The answers, or None where they may take longer: then `ask`.

        Raises:
            AnswerTooLarge: the answers have more bytes than the limits say.
        """
        if len(question.statements) > MOST_QUICK:
            return None
        size, revisions, answers = Size(limits.bytes), set(), []
        for statement, given in zip(question.statements, values, strict=True):
            placed = statement.placed(given)
            row = self._database.at_once(statement.sql, placed, limits.bytes)
            if row is None:
                return None
            revision, answer = row
            size.add(answer)
            revisions.add(revision)
            answers.append(answer)
        return Reading(revisions.pop(), tuple(answers)) if len(revisions) == 1 else None

    async def ask(self, question: Question, values: Sequence[Values], limits: Limits) -> Reading:
        """Answer a question.

        Args:
            question: as it was made.
            values: of each of its statements.
            limits: what all of it together may take.

        Raises:
            SelectionTooLarge: it is nested too deep for the database.
            ReadTimedOut: it took longer than the limits say.
            AnswerTooLarge: the answers have more bytes than the limits say.
            DatabaseUnusable: the database could not be read.
        """
        try:
            async with asyncio.timeout(limits.seconds):
                rows = await self._answered(question, values, limits.bytes)
        except TimeoutError as error:
            raise ReadTimedOut(
                f"Reading took longer than {limits.seconds:g} seconds and was ended; "
                "ask for less at once."
            ) from error
        return Reading(rows[0][0] if rows else 0, tuple(answer for _, answer in rows))

    async def _answered(
        self, question: Question, values: Sequence[Values], most_bytes: int | None
    ) -> list[tuple[int, bytes]]:
        """Return the revision and the answer of each statement, all of one revision."""
        try:
            return await self._rows(question.statements, values, most_bytes)
        except NestsTooDeep:
            # How much a parser's stack takes cannot be told of a text beforehand.
            flatter = await self._statements(question.selections, 1, question.edges)
        try:
            return await self._rows(flatter, values, most_bytes)
        except NestsTooDeep as error:
            raise SelectionTooLarge(TOO_NESTED) from error

    async def _statements(
        self, selections: Sequence[Selection], nesting: int, edges: int
    ) -> tuple[Statement, ...]:
        """Return statements; making a large one must not keep others waiting."""
        statements = []
        for selection in selections:
            asked = (selection, self._database.dialect, nesting)
            large = edges > AT_ONCE
            statements.append(
                await asyncio.to_thread(compiled, *asked) if large else compiled(*asked)
            )
        return tuple(statements)

    async def _rows(
        self,
        statements: Sequence[Statement],
        values: Sequence[Values],
        most_bytes: int | None,
    ) -> list[tuple[int, bytes]]:
        """Return the revision and the answer of each statement, all of one revision."""
        todo = [
            (statement.sql, statement.placed(given))
            for statement, given in zip(statements, values, strict=True)
        ]
        rows = await self._side_by_side(todo, most_bytes)
        if len({revision for revision, _ in rows}) > 1:
            rows, again = [], Size(most_bytes)
            async with self._database.snapshot(most_bytes) as fetch:
                for sql, placed in todo:
                    revision, answer = await fetch(sql, placed)
                    again.add(answer)
                    rows.append((revision, answer))
        return rows

    async def _side_by_side(
        self, todo: list[tuple[str, list[Any]]], most_bytes: int | None
    ) -> list[tuple[int, bytes]]:
        """Return the rows of statements; where one fails, the others end too."""
        size, turns = Size(most_bytes), asyncio.Semaphore(SIDE_BY_SIDE)

        async def answered(sql: str, placed: list[Any]) -> tuple[int, bytes]:
            async with turns:
                revision, answer = await self._database.fetch(sql, placed, most_bytes)
            size.add(answer)
            return revision, answer

        if len(todo) == 1:
            return [await answered(*todo[0])]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(answered(*one)) for one in todo]
        except ExceptionGroup as errors:
            first = errors.exceptions[0]
            raise first from first.__cause__
        return [task.result() for task in tasks]
