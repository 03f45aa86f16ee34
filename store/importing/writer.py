"""Writes an import: one transaction, one revision."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, cast, delete, func, insert, literal, select, update

from store.database import tables as t
from store.documents.document import Article, Diagnostic, Image, OrganizationEntry, TopicEntry
from store.documents.identity import key
from store.documents.problems import diagnostic
from store.documents.urls import absolute
from store.documents.vocabulary import Vocabulary
from store.importing import derive, log, search_index
from store.importing.derive import batches
from store.importing.rows import article_rows, document_row

if TYPE_CHECKING:
    from collections.abc import Collection as Some

    from sqlalchemy import Connection, Table

    from store.documents.collection import Root
    from store.importing.rows import ArticleRows, Row
    from store.importing.scan import Known, Read

TIME = "%Y-%m-%dT%H:%M:%SZ"

_EACH_ROOT = 10**9
"""More diagnostics than a root has: with it their keys follow roots and files."""

CHILDREN = (
    t.article_tag,
    t.article_topic,
    t.article_author,
    t.article_url,
    t.article_image,
    t.link,
)


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
        diagnostics: all of each root's, by its name; same-url ones are added by `write`.
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
        self._write_roots()
        at_hand = [one.key for one in self.change.read] + [one.key for one in self.change.removed]
        # A changed taxonomy can file any article elsewhere.
        moved = None if self._taxonomy_changes() else at_hand
        places = log.places(self.connection, moved)
        called = search_index.names(self.connection)
        before = self._articles_before()
        urls = self._urls(before)
        gone = {one.key for one in self.change.removed}
        gone |= {one.key for one in self.change.read if one.hidden}
        touched = self._pointing_at(gone & before.keys())
        self._write_documents()
        self._drop_roots()
        vocabulary = read_vocabulary(self.connection)
        links = self._write_articles(before, vocabulary)
        urls |= self._urls(self.upserted)
        self.upserted |= touched
        if moved is None:
            self.upserted |= derive.refile(self.connection, vocabulary)
        self.upserted |= derive.resolve_links(self.connection, urls, links)
        self.deleted = before.keys() - self._articles_before().keys()
        self.upserted -= self.deleted
        topics = derive.topics(self.connection, vocabulary)
        providers = derive.providers(self.connection, vocabulary)
        changes = {"Article": (self.upserted, self.deleted), "Topic": topics, "Provider": providers}
        log.write_changes(self.connection, self.revision, changes)
        after = log.places(self.connection, moved)
        log.write_departures(self.connection, places, after, at_hand)
        self._index(called)
        self._write_diagnostics()
        self._write_state()
        return self.revision

    def _taxonomy_changes(self) -> bool:
        kinds = {one.kind for one in self.change.read} | {one.kind for one in self.change.removed}
        return not kinds <= {"Article"}

    def _index(self, called: dict[int, str]) -> None:
        """Bring the full-text index up to date; `called` is what things were called before."""
        now = search_index.names(self.connection)
        renamed = {one for one, name in now.items() if called.get(one, name) != name}
        articles = self.upserted | search_index.articles_of(self.connection, renamed)
        search_index.index(self.connection, articles, self.deleted)

    def _write_roots(self) -> None:
        rows = self.connection.execute(select(t.root.c.id, t.root.c.position))
        positions = dict(rows.all())
        for root in self.change.roots:
            positions.setdefault(root_id(root), max(positions.values(), default=-1) + 1)
        roots = [root_row(root, positions[root_id(root)]) for root in self.change.roots]
        _upsert(self.connection, t.root, roots)

    def _drop_roots(self) -> None:
        """Forget roots whose folders are gone and whose documents are all another root's now."""
        for some in batches(self.change.vanished):
            used = select(t.document.c.root_id).where(t.document.c.root_id.in_(some))
            place = t.root.c.id.in_(some) & t.root.c.id.not_in(used)
            self.connection.execute(delete(t.root).where(place))

    def _articles_before(self) -> dict[int, tuple[str, str]]:
        """Return when the documents at hand were last updated, and their digest."""
        keys = {one.key for one in self.change.read} | {one.key for one in self.change.removed}
        found: dict[int, tuple[str, str]] = {}
        columns = (t.article.c.id, t.article.c.updated_at, t.document.c.sha256)
        for some in batches(keys):
            rows = self.connection.execute(
                select(*columns).join(t.document).where(t.article.c.id.in_(some))
            )
            found |= {row.id: (row.updated_at, row.sha256) for row in rows}
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

    def _write_documents(self) -> None:
        """Write documents and taxonomy entries."""
        rows = [
            document_row(read, root_id(read.root), self.now, self.revision)
            for read in self.change.read
        ]
        hidden = {row["id"] for row in rows if row["hidden"]}
        for some in batches(one.key for one in self.change.removed):
            self.connection.execute(delete(t.document).where(t.document.c.id.in_(some)))
        for some in batches(hidden):
            self.connection.execute(delete(t.article).where(t.article.c.id.in_(some)))
        self._free_paths(rows)
        _upsert(self.connection, t.document, rows)
        entries = [
            {"id": read.key, "value": json.dumps(_entry(read), ensure_ascii=False)}
            for read in self.change.read
            if not isinstance(read.content, Article)
        ]
        _upsert(self.connection, t.entry, entries)

    def _free_paths(self, rows: list[Row]) -> None:
        """Let documents that swap their files pass: a path is nobody's for a moment."""
        for some in batches(row["id"] for row in rows):
            self.connection.execute(
                update(t.document)
                .where(t.document.c.id.in_(some))
                .values(path=literal("?") + cast(t.document.c.id, Text))
            )

    def _write_articles(
        self, before: dict[int, tuple[str, str]], vocabulary: Vocabulary
    ) -> list[int]:
        """Write the articles that are shown; return the keys of their links."""
        written: list[ArticleRows] = []
        for read in self.change.read:
            if isinstance(read.content, Article) and not read.hidden:
                updated_at = self._updated_at(read, read.content, before.get(read.key))
                written.append(article_rows(read, vocabulary, updated_at))
        self.upserted = {rows.article["id"] for rows in written}
        for some in batches(self.upserted & before.keys()):
            for table in CHILDREN:
                self.connection.execute(delete(table).where(table.c.article_id.in_(some)))
        _upsert(self.connection, t.article, [rows.article for rows in written])
        # Links before their addresses and images, which refer to them.
        for table in (*CHILDREN, t.link_url, t.link_image):
            new = [row for rows in written for row in rows.children[table]]
            if new:
                self.connection.execute(insert(table), new)
        return [row["id"] for rows in written for row in rows.children[t.link]]

    def _updated_at(self, read: Read, article: Article, before: tuple[str, str] | None) -> str:
        if before is None:
            return article.published_at or self.now
        updated_at, sha256 = before
        return updated_at if sha256 == read.sha256 else self.now

    def _write_diagnostics(self) -> None:
        shared = _same_urls(self.connection)
        told = {root_id(root): self.change.diagnostics[root.name] for root in self.change.roots}
        # An address can be shared with a document of another root.
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
        """Return a root's diagnostics as they are, but for those of shared addresses."""
        columns = [t.diagnostic.c[each.name] for each in fields(Diagnostic)]
        found = select(*columns).where(
            t.diagnostic.c.root_id == root, t.diagnostic.c.code != "same-url"
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


def root_id(root: Root) -> int:
    """Return the key of a root's row."""
    return key("Root", root.name)


def read_vocabulary(connection: Connection) -> Vocabulary:
    """Return the taxonomy of all roots, as the store has it."""
    topics, organizations = [], []
    entries = select(t.document.c.kind, t.entry.c.value).join(t.document)
    for kind, text in connection.execute(entries.order_by(t.document.c.identity)):
        value = json.loads(text)
        if kind == "TopicEntry":
            topics.append(TopicEntry(**value | {"keywords": tuple(value["keywords"])}))
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


def _entry(read: Read) -> Row:
    content = read.content
    if isinstance(content, OrganizationEntry):
        base = read.root.collection.url
        content = replace(
            content,
            images=tuple(
                replace(image, url=absolute(image.url, base) or image.url)
                for image in content.images
            ),
        )
    return asdict(content)


def _upsert(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert rows, or change those whose key is there; rows that refer to them stay."""
    present: set[int] = set()
    for some in batches(row["id"] for row in rows):
        present.update(connection.scalars(select(table.c.id).where(table.c.id.in_(some))))
    new = [row for row in rows if row["id"] not in present]
    if new:
        connection.execute(insert(table), new)
    same = [row | {"same_id": row["id"]} for row in rows if row["id"] in present]
    if same:
        connection.execute(update(table).where(table.c.id == bindparam("same_id")), same)


def _same_urls(connection: Connection) -> dict[int, list[Diagnostic]]:
    """Return a warning for each article whose address another, which wins, has too."""
    shared = (
        select(t.article_url.c.url)
        .group_by(t.article_url.c.url)
        .having(func.count() > 1)
        .scalar_subquery()
    )
    found = connection.execute(
        select(t.article_url.c.url, t.document.c.root_id, t.document.c.path)
        .join(t.document, t.document.c.id == t.article_url.c.article_id)
        .where(t.article_url.c.url.in_(shared))
        .order_by(
            t.article_url.c.url, t.article_url.c.published_at.desc(), t.article_url.c.article_id
        )
    )
    diagnostics: dict[int, list[Diagnostic]] = {}
    winner: tuple[str, str] | None = None
    told = set()
    for url, root, path in found:
        if winner is None or winner[0] != url:
            winner = (url, path)
        elif (root, path, winner[1]) not in told:
            told.add((root, path, winner[1]))
            message = f"{winner[1]} has the same address, {url}; both are kept."
            diagnostics.setdefault(root, []).append(diagnostic(path, "same-url", message))
    return diagnostics
