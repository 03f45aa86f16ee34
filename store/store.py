"""The store as others see it: questions in the form of selections, answers as JSON."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.database.protocol import Database, open_database
from store.documents.collection import Collection
from store.errors import SelectionTooLarge
from store.importing.importer import Report, import_roots
from store.reading.selection import Arguments, Edge, Field, Selection
from store.reading.shape import MOST_EDGES, TOO_MANY_EDGES
from store.reading.statement import Statement, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.database.protocol import Fetch
    from store.documents.collection import Root


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


class Store:
    """Reads, and imports. Every method raises `StoreError`s only."""

    def __init__(self, database: Database, site: str, clock: Callable[[], datetime] = _now) -> None:
        self._database, self._site, self._clock = database, site, clock

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

    async def read(self, *selections: Selection) -> Reading:
        """Answer selections of ``Query``, side by side and yet of one revision.

        Raises:
            BadSelection: a field or edge is not in the graph.
            SelectionTooLarge: together they ask for too much.
            BadCursor: a cursor was not made by the page that it is given to.
            DatabaseUnusable: the database could not be read.
        """
        todo = []
        for selection in selections:
            statement, arguments = prepare(selection, self._database.dialect)
            todo.append((statement, arguments))
            if sum(len(values) for _, values in todo) > MOST_EDGES:
                raise SelectionTooLarge(TOO_MANY_EDGES)
        rows = await asyncio.gather(*(self._run(self._database.fetch, *one) for one in todo))
        if len({revision for revision, _ in rows}) > 1:
            async with self._database.snapshot() as fetch:
                rows = [await self._run(fetch, *one) for one in todo]
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
        return await import_roots(self._database, roots, progress, self._clock)

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()

    async def _run(
        self, fetch: Fetch, statement: Statement, arguments: list[Arguments]
    ) -> tuple[int, str]:
        revision, answer = await fetch(statement.sql, statement.values(arguments, self._site))
        return revision, answer
