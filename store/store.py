"""The store's public interface: selections in, JSON results out; and imports."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import literal_column, select

from newsgraph.store.archive_summary import ArchiveSummary, read_archive_summary
from newsgraph.store.engines import Database, open_database
from newsgraph.store.errors import DatabaseBusy
from newsgraph.store.feed_entries import FeedEntry, read_feed_entries
from newsgraph.store.importing.forget_root import forget_root
from newsgraph.store.importing.importer import ImportReport, import_roots
from newsgraph.store.importing.scheduled_publication import next_visibility_change, publish_due
from newsgraph.store.importing.search_compaction import Compactor
from newsgraph.store.importing.search_index import read_articles
from newsgraph.store.leader_leases import LeaderLeases
from newsgraph.store.query.prepared_query import CompiledQuery, ParameterValues, PreparedQuery
from newsgraph.store.query.selection import Selection
from newsgraph.store.query_limits import NO_LIMITS, QueryLimits
from newsgraph.store.query_runner import QueryResult, QueryRunner
from newsgraph.store.revision_watcher import POLL_SECONDS, RevisionWatcher
from newsgraph.store.schema.tables import state
from newsgraph.store.served_files import ServedFile, ServedFiles
from newsgraph.store.store_state import STATE_SELECTION, StoreState, parse_state
from newsgraph.store.stored_roots import StoredRoot, read_roots
from newsgraph.store.websub.external_hub_state import ExternalHubState
from newsgraph.store.websub.pending_requests import PendingRequests
from newsgraph.store.websub.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsgraph.store.documents.collection_settings import ImportRoot


__all__ = ["ArchiveSummary", "QueryResult", "ServedFile", "Store", "StoreState", "StoredRoot"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _ignore_progress(_done: int, _total: int) -> None: ...


_REVISION_SQL = str(select(state.c.revision).where(state.c.id == literal_column("1")))
"""Reads the revision: one row by its key, the fastest statement there is."""

_REVISION_SELECTION = Selection(())
"""Reads nothing but the revision, which every result has."""


class Store:
    """Reads and imports. Every method raises only `StoreError`s.

    Attributes:
        pending_requests: requests to the WebSub hub that are not verified yet.
        subscriptions: active WebSub subscriptions, and which of them have deliveries due.
        hub_leases: decides which of several processes delivers to subscribers.
        publication_leases: decides which of several processes publishes scheduled documents.
        external_hub_state: revision up to which each external hub has been notified.

    Args:
        database: the database that contains everything.
        site_url: public URL that internal URLs start with.
        clock: returns the current time, in UTC; used for imports and scheduled documents.
        poll_seconds: interval at which `wait_for_new_revision` looks for imports by other
            processes.
    """

    def __init__(
        self,
        database: Database,
        site_url: str,
        clock: Callable[[], datetime] = _utc_now,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._database, self._clock = database, clock
        self._site_url = site_url
        self._served_files = ServedFiles(database)
        self._query_runner = QueryRunner(database, site_url)
        self._revision_watcher = RevisionWatcher(self._read_revision, poll_seconds)
        self._state: StoreState | None = None
        self.pending_requests = PendingRequests(database)
        self.subscriptions = Subscriptions(database)
        self.hub_leases = LeaderLeases(database, "hub")
        self.publication_leases = LeaderLeases(database, "publication")
        self.external_hub_state = ExternalHubState(database)

    @classmethod
    async def open(
        cls, database_url: str, site_url: str, process_count: int = 1, *, create: bool = True
    ) -> Store:
        """Open the store at a database URL.

        Args:
            database_url: for example ``sqlite:///newsgraph.db``.
            site_url: public URL that internal URLs start with, for example
                ``https://news.example``.
            process_count: number of processes that share the machine's cores, including this one.
            create: whether to create the store if it does not exist.

        Raises:
            DatabaseUnusable: the URL is not a database URL, or the database cannot be opened.
            SchemaVersionMismatch: a newer version of newsgraph created it.
            DatabaseBusy: another process keeps it locked.
        """
        database = await open_database(database_url, process_count, create=create)
        return cls(database, site_url)

    async def read(self, *selections: Selection, limits: QueryLimits = NO_LIMITS) -> QueryResult:
        """Read selections of ``Query`` concurrently, all at one revision.

        A read that fails, exceeds its limits or is cancelled is interrupted in the database too.

        Args:
            selections: what to read.
            limits: limits for all selections together.

        Raises:
            BadSelection: a field or edge is not in the graph.
            SelectionTooLarge: the selections exceed the limits on depth or size.
            BadCursor: a cursor was not issued for the page it is used with.
            QueryTimeout: the read took longer than its limit.
            ResultTooLarge: the results exceed the size limit.
            DatabaseUnusable: the database could not be read.
        """
        return await self._query_runner.read(selections, limits)

    async def compile(self, *selections: Selection) -> None:
        """Compile selections, so that the first reads of the same shape take as long as later ones.

        Args:
            selections: what will be read; their arguments may be any.

        Raises:
            BadSelection: a field or edge is not in the graph.
        """
        await self._query_runner.compile(selections)

    async def prepare(
        self, selections: Sequence[Selection], variable_slots: Sequence[tuple[int, int]] = ()
    ) -> PreparedQuery:
        """Compile selections to a query that can be run many times with different arguments.

        Args:
            selections: what to read, with the arguments of the first run.
            variable_slots: the arguments that differ between runs, as (number of the selection,
                number of the slot in it); `extract_arguments` numbers the slots.

        Raises:
            BadSelection: a field or edge is not in the graph.
            SelectionTooLarge: the selections exceed the limits on depth or size.
            BadCursor: a cursor was not issued for the page it is used with.
        """
        query, parameters = await self._query_runner.prepare(selections)
        return PreparedQuery(query, parameters, variable_slots)

    async def run(
        self,
        query: CompiledQuery,
        parameters: Sequence[ParameterValues],
        limits: QueryLimits = NO_LIMITS,
    ) -> QueryResult:
        """Run a compiled query, with the same guarantees as `read`.

        Args:
            query: a prepared query's `query`.
            parameters: parameters of each of its statements, from `PreparedQuery.bind`.
            limits: limits for all statements together.

        Raises:
            SelectionTooLarge: the query is nested too deep for the database.
            QueryTimeout: the query took longer than its limit.
            ResultTooLarge: the results exceed the size limit.
            DatabaseUnusable: the database could not be read.
        """
        return await self._query_runner.run(query, parameters, limits)

    def try_run_inline(
        self,
        query: CompiledQuery,
        parameters: Sequence[ParameterValues],
        limits: QueryLimits = NO_LIMITS,
    ) -> QueryResult | None:
        """Run a query in the event loop, without waiting, if it is known to be fast.

        Returns:
            The result, or None if the query may take longer: then call `run`.

        Raises:
            ResultTooLarge: the results exceed the size limit.
        """
        return self._query_runner.try_run_inline(query, parameters, limits)

    def cached_state(self) -> StoreState | None:
        """Return the cached state if it is still current, whichever process imported last.

        Returns:
            The state, or None if it has to be read: then call `state`.
        """
        row = self._database.peek(_REVISION_SQL)
        cached = self._state
        return cached if row and cached and row[0] == cached.revision else None

    async def state(self) -> StoreState:
        """Return the current state; read it if the cached one is out of date.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        if (cached := self.cached_state()) is not None:
            return cached
        result = await self.read(STATE_SELECTION)
        self._state = parse_state(result, self._site_url)
        return self._state

    async def import_roots(
        self,
        roots: Sequence[ImportRoot],
        progress: Callable[[int, int], None] = _ignore_progress,
        *,
        allow_removals: bool = True,
        is_check: bool = False,
        is_dry_run: bool = False,
    ) -> ImportReport:
        """Update the store to the contents of folders; other roots stay unchanged.

        Args:
            roots: the folders; of documents with the same id, the first in this order is used.
            progress: called from another thread, with the number of files of a folder that have
                been read and their total.
            allow_removals: whether an import may remove most documents of a folder.
            is_check: whether only problems are wanted; most bodies are not rendered then.
            is_dry_run: whether to change nothing, and to report only what an import would do.

        Raises:
            DuplicateCollectionId: two of the folders have the same collection id.
            TooManyRemovals: most documents of a folder are gone, and that is not allowed.
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be read or written.
        """
        report = await import_roots(
            self._database,
            roots,
            progress,
            self._clock,
            allow_removals=allow_removals,
            is_check=is_check,
            is_dry_run=is_dry_run,
        )
        self._revision_watcher.check_now()
        if not is_check and not is_dry_run:
            await self.compact_search_index()
        return report

    async def roots(self) -> list[StoredRoot]:
        """Return the folders that were imported, in the order of their first imports.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be read.
        """
        return await self._database.run_in_transaction(read_roots)

    async def summarize(self) -> ArchiveSummary:
        """Return what the articles have in common: topics, authors, languages, dates and keys.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be read.
        """
        return await self._database.run_in_transaction(read_archive_summary)

    async def feed_entries(self) -> list[FeedEntry]:
        """Return the articles in feeds with their ids, newest first.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be read.
        """
        return await self._database.run_in_transaction(read_feed_entries)

    async def forget_root(self, name: str) -> int:
        """Remove a folder and its documents; a later import of the folder adds them again.

        Args:
            name: name of the root.

        Returns:
            How many documents were removed.

        Raises:
            UnknownRoot: the store has no such root.
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be read or written.
        """
        count = await self._database.run_in_transaction(
            lambda connection: forget_root(connection, name, self._clock())
        )
        self._revision_watcher.check_now()
        await self.compact_search_index()
        return count

    async def next_visibility_change(self) -> datetime | None:
        """Return the time, in UTC, at which a document appears or goes next; None if none does.

        A time in the past means that `publish_due` has work to do.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        return await next_visibility_change(self._database)

    async def publish_due(self) -> int:
        """Show documents whose time has come, and hide expired ones, without reading their files.

        All changes are one revision. If none appears or goes, the revision stays.

        Returns:
            How many documents appeared or went.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be read or written.
        """
        count = await publish_due(self._database, self._clock())
        self._revision_watcher.check_now()
        if count:
            await self.compact_search_index()
        return count

    async def compact_search_index(self) -> None:
        """Replace small segments of the search index by large ones, if there are many.

        Other processes can import meanwhile. If one of them keeps the database locked for too
        long, the next import goes on with it.

        Raises:
            DatabaseUnusable: the database could not be read or written.
        """
        with suppress(DatabaseBusy):
            await Compactor(self._database, read_articles).run()

    async def find_files(self, sha256: str, name: str) -> list[ServedFile]:
        """Return the files with a digest and a name that are served, in any order.

        A file is served while a document that is not hidden refers to it.

        Args:
            sha256: digest of the contents, as 64 hexadecimal digits.
            name: name of the file, without its folder.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        return await self._served_files.find(sha256, name)

    async def wait_for_new_revision(self, known_revision: int) -> int:
        """Wait until the revision differs from the known one, and return it.

        An import by another process is noticed too, up to one polling interval later.

        Raises:
            DatabaseUnusable: the database could not be read, or is closed.
        """
        return await self._revision_watcher.wait_for_new_revision(known_revision)

    async def close(self) -> None:
        """Cancel all reads and waits, and close every connection."""
        await self._revision_watcher.close()
        await self._database.close()

    async def _read_revision(self) -> int:
        return (await self.read(_REVISION_SELECTION)).revision
