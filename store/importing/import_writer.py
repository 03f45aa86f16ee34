"""Writes an import: one transaction, one revision."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from newsgraph.store.documents.diagnostics import OF_SEVERAL
from newsgraph.store.documents.document import Diagnostic, Image, OrganizationEntry, TopicEntry
from newsgraph.store.documents.taxonomy import Vocabulary
from newsgraph.store.importing import change_log, derived_rows, search_index
from newsgraph.store.importing.cross_document_checks import found_together
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.document_writer import DocumentsWriter, root_id, upsert
from newsgraph.store.importing.feed_changes import FeedChanges, first_collection, said, write_feeds
from newsgraph.store.importing.unchanged_rows import Before
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection as Some

    from sqlalchemy import Connection, Table

    from newsgraph.store.documents.collection import Root
    from newsgraph.store.importing.rows import Row
    from newsgraph.store.importing.scan import Known, Read

TIME = "%Y-%m-%dT%H:%M:%SZ"

_EACH_ROOT = 10**9
"""More diagnostics than a root has: with it their keys follow roots and files."""


class Superseded(Exception):
    """Another import came in between."""


@dataclass(slots=True)
class Import:
    """What an import changes.

    Attributes:
        revision: the store's when the folders were compared with it.
        roots: the folders that were read.
        read: documents that are new or changed.
        removed: documents that are gone.
        vanished: keys of other roots whose folders are gone.
        diagnostics: all of each root's, by its name; those of several documents together are
            added by `write`.
    """

    revision: int
    roots: list[Root] = field(default_factory=list)
    read: list[Read] = field(default_factory=list)
    removed: list[Known] = field(default_factory=list)
    vanished: list[int] = field(default_factory=list)
    diagnostics: dict[str, list[Diagnostic]] = field(default_factory=dict)


def write(connection: Connection, change: Import, now: str) -> int:
    """Write an import and return the new revision.

    Args:
        connection: in a transaction that holds the database's one write lock.
        change: what to write.
        now: the time of the import; moved on where needed, so that it is later than the
            last revision's by a whole second, which is all that HTTP dates tell.

    Raises:
        Superseded: the store has another revision than the import was compared with.
    """
    state = connection.execute(select(t.state)).one()
    if state.revision != change.revision:
        raise Superseded
    return _Writing(connection, change, _later(now, state.imported_at)).run()


class _Writing:
    def __init__(self, connection: Connection, change: Import, now: str) -> None:
        self.connection, self.change, self.now = connection, change, now
        self.revision = change.revision + 1
        self.upserted: set[int] = set()
        self.deleted: set[int] = set()

    def run(self) -> int:
        collection = first_collection(self.connection)
        self._write_roots()
        at_hand = [one.key for one in self.change.read] + [one.key for one in self.change.removed]
        # A changed taxonomy can file any article elsewhere.
        moved = None if self._taxonomy_changes() else at_hand
        places = change_log.places(self.connection, moved)
        called = said(self.connection)
        before = self._articles_before()
        urls = self._urls(before)
        gone = {one.key for one in self.change.removed}
        gone |= {one.key for one in self.change.read if one.hidden}
        touched = self._pointing_at(gone & before.keys())
        documents = DocumentsWriter(self.connection, self.revision, self.now)
        documents.make_room(self.change.read, self.change.removed)
        documents.write_entries(one for one in self.change.read if one.kind != "Article")
        vocabulary = read_vocabulary(self.connection)
        articles = (one for one in self.change.read if one.kind == "Article")
        written, links = documents.write_articles(articles, before, vocabulary)
        self.upserted = set(written)
        self._drop_roots()
        urls |= self._urls(self.upserted)
        if moved is None:
            self.upserted |= derived_rows.refile(self.connection, vocabulary)
        self.deleted = before.keys() - self._articles_before().keys()
        shown = self.upserted | self.deleted
        # Of those that were not written anew the log tells, too: their files may lie elsewhere.
        self.upserted |= touched | before.keys()
        self.upserted |= derived_rows.resolve_links(self.connection, urls, links)
        self.upserted -= self.deleted
        topics = derived_rows.topics(self.connection, vocabulary, self.now)
        providers = derived_rows.providers(self.connection, vocabulary)
        changes = {"Article": (self.upserted, self.deleted), "Topic": topics, "Provider": providers}
        change_log.write_changes(self.connection, self.revision, changes)
        after = change_log.places(self.connection, moved)
        change_log.write_departures(self.connection, places, after, at_hand)
        feeds = FeedChanges(collection=collection != first_collection(self.connection))
        feeds.add_articles(shown, written, places, after)
        feeds.add_owners(called, said(self.connection))
        self._index(feeds.renamed)
        write_feeds(self.connection, self.revision, self.now, feeds)
        self._write_diagnostics(vocabulary)
        self._write_state()
        return self.revision

    def _taxonomy_changes(self) -> bool:
        kinds = {one.kind for one in self.change.read} | {one.kind for one in self.change.removed}
        return not kinds <= {"Article"}

    def _index(self, renamed: set[int]) -> None:
        """Bring the full-text index up to date."""
        articles = self.upserted | search_index.articles_of(self.connection, renamed)
        search_index.index(self.connection, articles, self.deleted)

    def _write_roots(self) -> None:
        rows = self.connection.execute(select(t.root.c.id, t.root.c.position))
        positions = dict(rows.all())
        for root in self.change.roots:
            positions.setdefault(root_id(root), max(positions.values(), default=-1) + 1)
        roots = [root_row(root, positions[root_id(root)]) for root in self.change.roots]
        upsert(self.connection, t.root, roots)

    def _drop_roots(self) -> None:
        """Forget roots whose folders are gone and whose documents are all another root's now."""
        for some in batches(self.change.vanished):
            used = select(t.document.c.root_id).where(t.document.c.root_id.in_(some))
            place = t.root.c.id.in_(some) & t.root.c.id.not_in(used)
            self.connection.execute(delete(t.root).where(place))

    def _articles_before(self) -> dict[int, Before]:
        """Return the articles of the documents at hand, by key."""
        keys = {one.key for one in self.change.read} | {one.key for one in self.change.removed}
        found: dict[int, Before] = {}
        of_document = (t.document.c[name] for name in ("sha256", "imported_at", "revision"))
        columns = (t.article.c.id, t.article.c.updated_at, *of_document)
        for some in batches(keys):
            rows = self.connection.execute(
                select(*columns).join(t.document).where(t.article.c.id.in_(some))
            )
            found |= {one: Before(*told) for one, *told in rows}
        return found

    def _urls(self, articles: Some[int]) -> set[str]:
        urls: set[str] = set()
        for some in batches(articles):
            place = t.article_url.c.article_id.in_(some)
            urls.update(self.connection.scalars(select(t.article_url.c.url).where(place)))
        return urls

    def _pointing_at(self, articles: Some[int]) -> set[int]:
        found: set[int] = set()
        for some in batches(articles):
            pointing = select(t.link.c.article_id).where(t.link.c.target_id.in_(some))
            found.update(self.connection.scalars(pointing))
        return found

    def _write_diagnostics(self, vocabulary: Vocabulary) -> None:
        shared = found_together(self.connection, vocabulary)
        told = {root_id(root): self.change.diagnostics[root.name] for root in self.change.roots}
        # An address or an alias can be shared with a document of another root.
        for one, place in self.connection.execute(select(t.root.c.id, t.root.c.position)).all():
            here = t.diagnostic.c.root_id == one
            alone = told[one] if one in told else self._told(one)
            self.connection.execute(delete(t.diagnostic).where(here))
            found = sort_diagnostics(alone + shared.get(one, []))
            rows = [
                {"id": place * _EACH_ROOT + position, "root_id": one, "position": position}
                | asdict(each)
                for position, each in enumerate(found)
            ]
            if rows:
                self.connection.execute(insert(t.diagnostic), rows)

    def _told(self, root: int) -> list[Diagnostic]:
        """Return a root's diagnostics as they are, but for those of several documents together."""
        columns = [t.diagnostic.c[each.name] for each in fields(Diagnostic)]
        found = select(*columns).where(
            t.diagnostic.c.root_id == root, t.diagnostic.c.code.not_in(OF_SEVERAL)
        )
        ordered = found.order_by(t.diagnostic.c.position)
        return [Diagnostic(*row) for row in self.connection.execute(ordered)]

    def _write_state(self) -> None:
        def number(table: Table) -> int:
            return self.connection.scalar(select(func.count()).select_from(table)) or 0

        hidden = select(func.count()).select_from(t.document).where(t.document.c.hidden)
        self.connection.execute(
            update(t.state).values(
                revision=self.revision,
                imported_at=self.now,
                article_count=number(t.article),
                provider_count=number(t.provider),
                topic_count=number(t.topic),
                hidden_count=self.connection.scalar(hidden),
            )
        )


def _later(now: str, last: str) -> str:
    if now > last:
        return now
    moment = datetime.fromisoformat(last) + timedelta(seconds=1)
    return moment.strftime(TIME)


def read_vocabulary(connection: Connection) -> Vocabulary:
    """Return the taxonomy of all roots, as the store has it."""
    topics, organizations = [], []
    entries = select(t.document.c.kind, t.entry.c.value).join(t.document)
    for kind, text in connection.execute(entries.order_by(t.document.c.identity)):
        value = json.loads(text)
        if kind == "TopicEntry":
            # Entries of older versions say nothing of aliases.
            lists = {name: tuple(value.get(name, ())) for name in ("keywords", "aliases")}
            topics.append(TopicEntry(**value | lists))
        else:
            images = tuple(Image(**image) for image in value["images"])
            value |= {"images": images, "other_names": tuple(value["other_names"])}
            organizations.append(OrganizationEntry(**value))
    return Vocabulary(topics, organizations)


def sort_diagnostics(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics in the order of files and lines."""
    return sorted(diagnostics, key=lambda one: (one.path, one.line or 0, one.column or 0, one.code))


def root_row(root: Root, position: int) -> Row:
    """Return a root as the store has it."""
    return {
        "id": root_id(root),
        "position": position,
        "name": root.name,
        "folder": os.path.realpath(root.folder),
        "collection": root.collection.to_json(),
    }
