"""Writes an import in one transaction, which becomes one revision."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from newsgraph.store.documents.diagnostics import CROSS_DOCUMENT_CODES
from newsgraph.store.documents.document import Diagnostic, Image, OrganizationEntry, TopicEntry
from newsgraph.store.documents.taxonomy_resolver import Taxonomy
from newsgraph.store.documents.times import format_time
from newsgraph.store.importing import (
    author_rows,
    change_log_writer,
    derived_rows,
    local_file_rows,
    search_index,
)
from newsgraph.store.importing.cross_document_checks import check_across_documents
from newsgraph.store.importing.date_orders import read_articles_in_feeds, update_date_orders
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.document_writer import DocumentWriter, root_id, upsert
from newsgraph.store.importing.entry_ids import update_entry_ids
from newsgraph.store.importing.feed_changes import (
    FeedChanges,
    read_owner_descriptions,
    read_site_collection,
    write_feeds,
)
from newsgraph.store.importing.reference_links import update_reference_links
from newsgraph.store.importing.root_takeover import write_takeovers
from newsgraph.store.importing.unchanged_rows import StoredArticle
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection as KeyCollection
    from collections.abc import Iterable

    from sqlalchemy import Connection, Table

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import AuthorEntry
    from newsgraph.store.importing.local_files import ExaminedFile
    from newsgraph.store.importing.rows import Row
    from newsgraph.store.importing.scan import ScannedDocument, StoredDocument

_ROOT_ID_STRIDE = 10**9
"""Diagnostics' keys are multiples of it plus a position, so that they sort by root and file."""


class ImportSuperseded(Exception):
    """Another import committed after the folders were compared with the store."""


@dataclass(slots=True)
class ImportChanges:
    """The changes that an import makes to the store.

    Attributes:
        revision: the store's revision when the folders were compared with it.
        roots: the roots that were scanned.
        changed: new and changed documents.
        removed: documents whose files are gone.
        vanished_roots: keys of other roots whose folders are gone.
        takeovers: the folders that have an id now, by the keys of the roots without one that they
            were imported as.
        author_entries: the authors in the author files of scanned roots, by the root's key.
        files: the files that documents of scanned roots refer to, by path, by the root's key.
        diagnostics_by_root: the diagnostics of each root by its name, without those that need all
            documents, which `write_import` adds.
        commit_dates: when new documents were changed last, by key (`find_commit_dates`).
    """

    revision: int
    roots: list[ImportRoot] = field(default_factory=list)
    changed: list[ScannedDocument] = field(default_factory=list)
    removed: list[StoredDocument] = field(default_factory=list)
    vanished_roots: list[int] = field(default_factory=list)
    takeovers: dict[int, ImportRoot] = field(default_factory=dict)
    author_entries: dict[int, list[AuthorEntry]] = field(default_factory=dict)
    files: dict[int, dict[str, ExaminedFile]] = field(default_factory=dict)
    diagnostics_by_root: dict[str, list[Diagnostic]] = field(default_factory=dict)
    commit_dates: dict[int, str] = field(default_factory=dict)


def write_import(connection: Connection, changes: ImportChanges, now: str) -> int:
    """Write an import and return the new revision.

    Args:
        connection: a transaction that holds the database's write lock.
        changes: the changes to write.
        now: time of the import. If needed it is moved to one second after the last revision's
            time, because HTTP dates have a resolution of one second.

    Raises:
        ImportSuperseded: the store's revision is not `changes.revision` any more.
    """
    state = connection.execute(select(t.state)).one()
    if state.revision != changes.revision:
        raise ImportSuperseded
    return _ImportTransaction(connection, changes, _ensure_later_than(state.imported_at, now)).run()


class _ImportTransaction:
    """One import's work in its transaction."""

    def __init__(self, connection: Connection, changes: ImportChanges, now: str) -> None:
        self._connection, self._changes, self._now = connection, changes, now
        self._documents: list[ScannedDocument | StoredDocument]
        self._documents = [*changes.changed, *changes.removed]
        self._revision = changes.revision + 1
        self._upserted: set[int] = set()
        self._deleted: set[int] = set()

    def run(self) -> int:
        """Write documents, then everything that derives from all documents; return the revision.

        The state before is read first, as later steps compare it with the new state.
        """
        connection, revision, now = self._connection, self._revision, self._now
        changed, removed = self._changes.changed, self._changes.removed
        old_collection = read_site_collection(connection)
        write_takeovers(connection, self._changes.takeovers)
        self._write_roots()
        author_roots = author_rows.write_author_entries(connection, self._changes.author_entries)
        document_keys = [document.key for document in self._documents]
        # A changed taxonomy can change the topics of any article: None means all articles.
        regrouped = None if self._is_taxonomy_changed() else document_keys
        old_owners = change_log_writer.read_owners(connection, regrouped)
        old_descriptions = read_owner_descriptions(connection)
        old_articles = self._stored_articles()
        urls = self._urls(old_articles)
        disappearing = {document.key for document in removed}
        disappearing |= {document.key for document in changed if document.hidden}
        linking = self._articles_linking_to(disappearing & old_articles.keys())
        writer = DocumentWriter(connection, revision, now, self._changes.commit_dates)
        writer.prepare(changed, removed)
        writer.write_taxonomy(document for document in changed if document.kind != "Article")
        taxonomy = read_taxonomy(connection)
        articles = (document for document in changed if document.kind == "Article")
        written, links = writer.write_articles(articles, old_articles, taxonomy)
        self._upserted = set(written)
        self._delete_vanished_roots()
        with_outdated_files = self._write_files()
        urls |= self._urls(self._upserted)
        if regrouped is None:
            self._upserted |= derived_rows.reassign_topics(connection, taxonomy)
        # Also of articles that the import did not write.
        updated = update_date_orders(connection, old_articles.keys() - written)
        entry_ids = update_entry_ids(connection, old_articles, written)
        updated |= entry_ids.articles | with_outdated_files
        self._upserted |= updated
        # Also of articles with another order by date, which their authors' rows contain.
        possibly_changed = {*document_keys, *updated}
        with_new_authors = author_rows.assign_authors(connection, possibly_changed, author_roots)
        references = update_reference_links(connection, taxonomy)
        self._upserted |= with_new_authors | references.articles
        self._deleted = old_articles.keys() - self._stored_articles().keys()
        in_feeds = {key for key, article in old_articles.items() if article.is_in_feeds}
        left_feeds = in_feeds - read_articles_in_feeds(connection, in_feeds)
        in_feeds |= read_articles_in_feeds(connection, self._upserted)
        changed_in_feeds = (self._upserted | self._deleted) & in_feeds | updated
        # The log also has articles whose rows are unchanged: their files may have moved.
        self._upserted |= linking | old_articles.keys()
        if with_new_authors or author_roots or self._deleted or self._changes.vanished_roots:
            self._upserted |= author_rows.update_authors(connection)
        self._upserted |= derived_rows.resolve_links(
            connection, urls, [*links, *references.url_links]
        )
        self._upserted -= self._deleted
        log = {
            "Article": (self._upserted, self._deleted),
            "Topic": derived_rows.update_topics(connection, taxonomy, now),
            "Provider": derived_rows.update_providers(connection, taxonomy),
        }
        change_log_writer.write_changes(connection, revision, log)
        if regrouped is not None:
            regrouped = [*possibly_changed | with_new_authors | references.articles]
        new_owners = change_log_writer.read_owners(connection, regrouped)
        change_log_writer.write_departures(connection, old_owners, new_owners, document_keys)
        feeds = FeedChanges(collection_changed=old_collection != read_site_collection(connection))
        feeds.add_articles(changed_in_feeds, written - left_feeds, old_owners, new_owners)
        feeds.add_descriptions(old_descriptions, read_owner_descriptions(connection))
        self._update_search_index(feeds.renamed)
        write_feeds(connection, revision, now, feeds)
        self._write_diagnostics(taxonomy, [*references.diagnostics, *entry_ids.diagnostics])
        self._write_state()
        return revision

    def _is_taxonomy_changed(self) -> bool:
        return any(document.kind != "Article" for document in self._documents)

    def _update_search_index(self, renamed_owners: set[int]) -> None:
        renamed = search_index.articles_of_owners(self._connection, renamed_owners)
        search_index.update_index(self._connection, self._upserted | renamed, self._deleted)

    def _write_roots(self) -> None:
        rows = self._connection.execute(select(t.root.c.id, t.root.c.position))
        positions = dict(rows.all())
        for root in self._changes.roots:
            positions.setdefault(root_id(root), max(positions.values(), default=-1) + 1)
        roots = [root_row(root, positions[root_id(root)]) for root in self._changes.roots]
        upsert(self._connection, t.root, roots)

    def _write_files(self) -> set[int]:
        """Write files; return the keys of articles that refer to an earlier content of one."""
        articles: set[int] = set()
        for root, files in self._changes.files.items():
            articles |= local_file_rows.write_files(self._connection, root, files)
        local_file_rows.delete_unused_files(self._connection)
        return articles

    def _delete_vanished_roots(self) -> None:
        """Delete roots whose folders are gone and whose documents all belong to other roots now."""
        for batch in batches(self._changes.vanished_roots):
            used = select(t.document.c.root_id).where(t.document.c.root_id.in_(batch))
            is_unused = t.root.c.id.in_(batch) & t.root.c.id.not_in(used)
            self._connection.execute(delete(t.root).where(is_unused))

    def _stored_articles(self) -> dict[int, StoredArticle]:
        """Return the stored articles of changed and removed documents by key."""
        keys = {document.key for document in self._documents}
        articles: dict[int, StoredArticle] = {}
        of_document = (t.document.c[name] for name in ("sha256", "imported_at", "revision"))
        columns = (t.article.c.id, t.article.c.updated_at, t.article.c.in_feeds, *of_document)
        columns = (*columns, t.article.c.guid)
        for batch in batches(keys):
            rows = self._connection.execute(
                select(*columns).join(t.document).where(t.article.c.id.in_(batch))
            )
            articles |= {key: StoredArticle(*values) for key, *values in rows}
        return articles

    def _urls(self, article_keys: KeyCollection[int]) -> set[str]:
        urls: set[str] = set()
        for batch in batches(article_keys):
            of_articles = t.article_url.c.article_id.in_(batch)
            urls.update(self._connection.scalars(select(t.article_url.c.url).where(of_articles)))
        return urls

    def _articles_linking_to(self, article_keys: KeyCollection[int]) -> set[int]:
        sources: set[int] = set()
        for batch in batches(article_keys):
            query = select(t.link.c.article_id).where(t.link.c.target_id.in_(batch))
            sources.update(self._connection.scalars(query))
        return sources

    def _write_diagnostics(
        self, taxonomy: Taxonomy, warnings: Iterable[tuple[int, Diagnostic]]
    ) -> None:
        shared = check_across_documents(self._connection, taxonomy, warnings)
        scanned = {
            root_id(root): self._changes.diagnostics_by_root[root.name]
            for root in self._changes.roots
        }
        # A URL or an alias can be shared with a document of another root: write all roots.
        for root, root_position in self._connection.execute(
            select(t.root.c.id, t.root.c.position)
        ).all():
            own = scanned[root] if root in scanned else self._stored_own_diagnostics(root)
            self._connection.execute(delete(t.diagnostic).where(t.diagnostic.c.root_id == root))
            first_id = root_position * _ROOT_ID_STRIDE
            rows = [
                {"id": first_id + position, "root_id": root, "position": position}
                | asdict(diagnostic)
                for position, diagnostic in enumerate(sort_diagnostics(own + shared.get(root, [])))
            ]
            if rows:
                self._connection.execute(insert(t.diagnostic), rows)

    def _stored_own_diagnostics(self, root_key: int) -> list[Diagnostic]:
        """Return a root's stored diagnostics without those that need all documents."""
        columns = [t.diagnostic.c[column.name] for column in fields(Diagnostic)]
        query = select(*columns).where(
            t.diagnostic.c.root_id == root_key, t.diagnostic.c.code.not_in(CROSS_DOCUMENT_CODES)
        )
        ordered = query.order_by(t.diagnostic.c.position)
        return [Diagnostic(*row) for row in self._connection.execute(ordered)]

    def _write_state(self) -> None:
        def count(table: Table) -> int:
            return self._connection.scalar(select(func.count()).select_from(table)) or 0

        hidden = select(func.count()).select_from(t.document).where(t.document.c.hidden)
        self._connection.execute(
            update(t.state).values(
                revision=self._revision,
                imported_at=self._now,
                article_count=count(t.article),
                provider_count=count(t.provider),
                topic_count=count(t.topic),
                hidden_count=self._connection.scalar(hidden),
            )
        )


def _ensure_later_than(last: str, now: str) -> str:
    if now > last:
        return now
    return format_time(datetime.fromisoformat(last) + timedelta(seconds=1))


def read_taxonomy(connection: Connection) -> Taxonomy:
    """Return the stored taxonomy of all roots."""
    topics, organizations = [], []
    entries = select(t.document.c.kind, t.taxonomy_entry.c.value).join(t.document)
    for kind, text in connection.execute(entries.order_by(t.document.c.identity)):
        value = json.loads(text)
        if kind == "TopicEntry":
            # Entries that an older version wrote have no aliases.
            lists = {name: tuple(value.get(name, ())) for name in ("keywords", "aliases")}
            topics.append(TopicEntry(**value | lists))
        else:
            images = tuple(Image(**image) for image in value["images"])
            value |= {"images": images, "other_names": tuple(value["other_names"])}
            organizations.append(OrganizationEntry(**value))
    return Taxonomy(topics, organizations)


def sort_diagnostics(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics sorted by file and line."""
    return sorted(
        diagnostics, key=lambda item: (item.path, item.line or 0, item.column or 0, item.code)
    )


def root_row(root: ImportRoot, position: int) -> Row:
    """Return a root's row."""
    return {
        "id": root_id(root),
        "position": position,
        "name": root.name,
        "folder": os.path.realpath(root.folder),
        "collection": root.collection.to_json(),
        "server_settings": root.server_settings,
        "icon": root.collection.icon,
        "logo": root.collection.logo,
    }
