"""The store as others see it: questions in the form of selections, answers as JSON."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from store.database.protocol import Database, open_database
from store.documents.collection import Collection
from store.errors import NestsTooDeep, ReadTimedOut, SelectionTooLarge
from store.following import LOOK_SECONDS, Following
from store.importing.importer import Report, import_roots
from store.limits import NO_LIMITS, Limits, Size
from store.reading.filter import MOST_TOGETHER
from store.reading.reach import NESTING
from store.reading.selection import Edge, Field, Selection
from store.reading.shape import (
    MOST_EDGES,
    TOO_MANY_CONDITIONS,
    TOO_MANY_EDGES,
    number_of_conditions,
    shape,
)
from store.reading.statement import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from store.documents.collection import Root
    from store.reading.selection import Arguments

    Shapes: TypeAlias = "list[tuple[Selection, list[Arguments]]]"

T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing(_done: int, _of: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers to selections, all of one revision.

    Attributes:
        revision: the store's when they were read.
        answers: JSON texts, one for each selection, in their order.
    """

    revision: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """Where the store stands.

    Attributes:
        store_id: random, made with the store; another store never has it.
        revision: one more with each import that changed anything; 0 before the first.
        imported_at: of the revision, ``YYYY-MM-DDTHH:MM:SSZ``, or None before the first.
        collection: the first root's.
    """

    store_id: str
    revision: int
    imported_at: str | None
    article_count: int
    hidden_count: int
    collection: Collection


_STATE = Selection(
    (
        Edge(
            "store",
            "store",
            Selection(
                tuple(
                    Field(name, name)
                    for name in ("id", "importedAt", "articleCount", "hiddenCount", "collection")
                )
            ),
        ),
    )
)


TOO_NESTED = "This is put into itself too deep for the database; ask for less at once."

AT_ONCE = 20
"""How many edges statements may have to be made in the event loop: it takes some 10 ms."""

SIDE_BY_SIDE = 2
"""How many statements of one read run at a time: whoever asks for much leaves room for others."""

_REVISION = Selection(())
"""Every answer tells the revision; more is not asked for."""


class Store:
    """Reads, and imports. Every method raises `StoreError`s only.

    Args:
        database: where everything is.
        site: what addresses of our own begin with.
        clock: tells the time of imports.
        look_seconds: how often `changed` looks for what other processes imported.
    """

    def __init__(
        self,
        database: Database,
        site: str,
        clock: Callable[[], datetime] = _now,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._database, self._site, self._clock = database, site, clock
        self._following = Following(self._revision, look_seconds)

    @classmethod
    async def open(cls, url: str, site: str) -> Store:
        """Open the store that a database URL names; it is made where there is none.

        Args:
            url: such as ``sqlite:///newsgraph.db``.
            site: what addresses of our own begin with, such as ``https://news.example``.

        Raises:
            DatabaseUnusable: the URL names no database, or it cannot be opened.
            DatabaseTooNew: a newer newsgraph made it.
            DatabaseBusy: another process keeps it locked.
        """
        return cls(await open_database(url), site)

    async def read(self, *selections: Selection, limits: Limits = NO_LIMITS) -> Reading:
        """Answer selections of ``Query``, side by side and yet of one revision.

        A read that fails, passes its limits or is cancelled ends in the database too.

        Args:
            selections: what to read.
            limits: what all of it together may take.

        Raises:
            BadSelection: a field or edge is not in the graph.
            SelectionTooLarge: together they ask for too much.
            BadCursor: a cursor was not made by the page that it is given to.
            ReadTimedOut: it took longer than the limits say.
            AnswerTooLarge: the answers have more bytes than the limits say.
            DatabaseUnusable: the database could not be read.
        """
        shapes, edges, conditions = [], 0, 0
        for selection in selections:
            open_selection, arguments = shape(selection)
            shapes.append((open_selection, arguments))
            edges += len(arguments)
            if edges > MOST_EDGES:
                raise SelectionTooLarge(TOO_MANY_EDGES)
            conditions += number_of_conditions(arguments)
            if conditions > MOST_TOGETHER:
                raise SelectionTooLarge(TOO_MANY_CONDITIONS)
        try:
            async with asyncio.timeout(limits.seconds):
                rows = await self._answered(shapes, limits.bytes)
        except TimeoutError as error:
            raise ReadTimedOut(
                f"Reading took longer than {limits.seconds:g} seconds and was ended; "
                "ask for less at once."
            ) from error
        return Reading(rows[0][0] if rows else 0, tuple(answer for _, answer in rows))

    async def state(self) -> State:
        """Tell where the store stands.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        reading = await self.read(_STATE)
        found = json.loads(reading.answers[0])["store"]
        return State(
            found["id"],
            reading.revision,
            found["importedAt"],
            found["articleCount"],
            found["hiddenCount"],
            Collection.from_json(found["collection"]) if found["collection"] else Collection(),
        )

    async def import_roots(
        self, roots: Sequence[Root], progress: Callable[[int, int], None] = _nothing
    ) -> Report:
        """Bring the store to what the folders hold; other roots are left alone.

        Args:
            roots: the folders; of documents with one id, the first in this order counts.
            progress: told how many files of a folder are read, of how many, by another
                thread.

        Raises:
            RootsCollide: two of the folders have the same collection id.
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be read or written.
        """
        report = await import_roots(self._database, roots, progress, self._clock)
        self._following.look_now()
        return report

    async def changed(self, after: int) -> int:
        """Wait until the revision is another than `after`, and return it.

        An import of another process is noticed too, a little later than our own.

        Raises:
            DatabaseUnusable: the database could not be read, or is closed.
        """
        return await self._following.changed(after)

    async def close(self) -> None:
        """End what is read and waited for, and close every connection."""
        await self._following.close()
        await self._database.close()

    async def _answered(self, shapes: Shapes, most_bytes: int | None) -> list[tuple[int, str]]:
        """Return the revision and the answer of each selection, all of one revision."""
        try:
            return await self._rows(await self._statements(shapes, NESTING), most_bytes)
        except NestsTooDeep:
            # How much a parser's stack takes cannot be told of a text beforehand.
            flatter = await self._statements(shapes, 1)
        try:
            return await self._rows(flatter, most_bytes)
        except NestsTooDeep as error:
            raise SelectionTooLarge(TOO_NESTED) from error

    async def _statements(self, shapes: Shapes, nesting: int) -> list[tuple[str, list[Any]]]:
        """Return statements and their values; making a large one must not keep others waiting."""
        statements = []
        large = sum(len(arguments) for _, arguments in shapes) > AT_ONCE
        for selection, arguments in shapes:
            asked = (selection, self._database.dialect, nesting)
            statement = await asyncio.to_thread(compiled, *asked) if large else compiled(*asked)
            statements.append((statement.sql, statement.values(arguments, self._site)))
        return statements

    async def _revision(self) -> int:
        return (await self.read(_REVISION)).revision

    async def _rows(
        self, todo: list[tuple[str, list[Any]]], most_bytes: int | None
    ) -> list[tuple[int, str]]:
        """Return the revision and the answer of each statement, all of one revision."""
        size, turns = Size(most_bytes), asyncio.Semaphore(SIDE_BY_SIDE)

        async def answered(sql: str, values: list[Any]) -> tuple[int, str]:
            async with turns:
                revision, answer = await self._database.fetch(sql, values, most_bytes)
            size.add(answer)
            return revision, answer

        rows = await _side_by_side([answered(*one) for one in todo])
        if len({revision for revision, _ in rows}) > 1:
            rows, again = [], Size(most_bytes)
            async with self._database.snapshot(most_bytes) as fetch:
                for sql, values in todo:
                    revision, answer = await fetch(sql, values)
                    again.add(answer)
                    rows.append((revision, answer))
        return rows


async def _side_by_side(calls: list[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what the calls give, in their order; where one fails, the others end too."""
    if len(calls) == 1:
        return [await calls[0]]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except ExceptionGroup as errors:
        first = errors.exceptions[0]
        raise first from first.__cause__
    return [task.result() for task in tasks]
