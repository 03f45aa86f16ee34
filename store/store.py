"""The store as others see it: questions in the form of selections, answers as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import literal_column, select

from newsgraph.store.documents.collection import Collection
from newsgraph.store.engines.protocol import Database, open_database
from newsgraph.store.feed_documents import FeedDocuments
from newsgraph.store.importing.importer import Report, import_roots
from newsgraph.store.limits import NO_LIMITS, Limits
from newsgraph.store.query.prepared_query import Prepared, Question, Values
from newsgraph.store.query.selection import Edge, Field, Selection
from newsgraph.store.query_runner import Asking, Reading
from newsgraph.store.revision_watcher import LOOK_SECONDS, Following
from newsgraph.store.schema.tables import state
from newsgraph.store.websub.leader_leases import Claims
from newsgraph.store.websub.pending_requests import Requests
from newsgraph.store.websub.publish_state import Pings
from newsgraph.store.websub.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsgraph.store.documents.collection import Root


__all__ = ["Reading", "State", "Store"]


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing(_done: int, _of: int) -> None: ...


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


_NOW = str(select(state.c.revision).where(state.c.id == literal_column("1")))
"""What tells one moment of the store from the next: a row by its key, as quick as can be."""

_REVISION = Selection(())
"""Every answer tells the revision; more is not asked for."""


class Store:
    """Reads, and imports. Every method raises `StoreError`s only.

    Attributes:
        feed_documents: GraphQL documents that feeds are made of.
        requests, subscriptions: what the hub was asked, and who gets which feed pushed.
        claims: which of several processes pushes.
        pings: what a hub elsewhere has been told of.

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
        self._asking = Asking(database, site)
        self._following = Following(self._revision, look_seconds)
        self._state: State | None = None
        self.requests, self.subscriptions = Requests(database), Subscriptions(database)
        self.claims, self.pings = Claims(database), Pings(database)
        self.feed_documents = FeedDocuments(database)

    @classmethod
    async def open(cls, url: str, site: str, processes: int = 1) -> Store:
        """Open the store that a database URL names; it is made where there is none.

        Args:
            url: such as ``sqlite:///newsgraph.db``.
            site: what addresses of our own begin with, such as ``https://news.example``.
            processes: how many of them share the machine's cores, this one included.

        Raises:
            DatabaseUnusable: the URL names no database, or it cannot be opened.
            DatabaseTooNew: a newer newsgraph made it.
            DatabaseBusy: another process keeps it locked.
        """
        return cls(await open_database(url, processes), site)

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
        question, values = await self._asking.question(selections)
        return await self._asking.ask(question, values, limits)

    async def prepare(
        self, selections: Sequence[Selection], open_: Sequence[tuple[int, int]] = ()
    ) -> Prepared:
        """Return a question for selections, to be asked again and again.

        Args:
            selections: what to read, with the arguments of the first time.
            open_: whose arguments are others each time: the numbers of a selection, and of an
                edge in it (`store.query.argument_slots.shape` counts them).

        Raises:
            BadSelection: a field or edge is not in the graph.
            SelectionTooLarge: together they ask for too much.
            BadCursor: a cursor was not made by the page that it is given to.
        """
        question, values = await self._asking.question(selections)
        return Prepared(question, values, open_)

    async def ask(
        self, question: Question, values: Sequence[Values], limits: Limits = NO_LIMITS
    ) -> Reading:
        """Answer a question; what is true of `read` is true of it.

        Args:
            question: as it was prepared.
            values: of each of its statements.
            limits: what all of it together may take.

        Raises:
            SelectionTooLarge: it is nested too deep for the database.
            ReadTimedOut: it took longer than the limits say.
            AnswerTooLarge: the answers have more bytes than the limits say.
            DatabaseUnusable: the database could not be read.
        """
        return await self._asking.ask(question, values, limits)

    def ask_now(
        self, question: Question, values: Sequence[Values], limits: Limits = NO_LIMITS
    ) -> Reading | None:
        """Answer a question without waiting, if that takes hardly any time; else `ask`.

        Raises:
            AnswerTooLarge: the answers have more bytes than the limits say.
        """
        return self._asking.ask_now(question, values, limits)

    def state_now(self) -> State | None:
        """Tell where the store stands at this moment, whoever imported last.

        Returns:
            The state, or None where it is not known yet: then ask `state`.
        """
        seen = self._database.glance(_NOW)
        known = self._state
        return known if seen and known and seen[0] == known.revision else None

    async def state(self) -> State:
        """Tell where the store stands.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        if (known := self.state_now()) is not None:
            return known
        reading = await self.read(_STATE)
        found = json.loads(reading.answers[0])["store"]
        self._state = State(
            found["id"],
            reading.revision,
            found["importedAt"],
            found["articleCount"],
            found["hiddenCount"],
            Collection.from_json(found["collection"]) if found["collection"] else Collection(),
        )
        return self._state

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

    async def _revision(self) -> int:
        return (await self.read(_REVISION)).revision
