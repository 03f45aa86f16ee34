"""Scans a root's files and parses those that are new or changed. Does not use the database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from stat import S_ISREG
from typing import TYPE_CHECKING

from newsgraph.store.documents import frontmatter
from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.diagnostics import FATAL_CODES, create_diagnostic
from newsgraph.store.documents.document import (
    Article,
    DocumentReference,
    OrganizationEntry,
    ParsedFile,
    TopicEntry,
)
from newsgraph.store.documents.field_keys import field_keys
from newsgraph.store.documents.identity import document_identity, stable_key, topic_slug
from newsgraph.store.documents.schedule import ALWAYS, visible_period
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.urls import is_http_url
from newsgraph.store.documents.visibility import is_published_entry
from newsgraph.store.importing.author_files import AuthorFiles, read_author_files
from newsgraph.store.importing.author_mentions import check_relative_urls
from newsgraph.store.importing.body_renderer import BodyRenderer
from newsgraph.store.importing.file_discovery import FolderListing, list_documents
from newsgraph.store.importing.left_out_messages import describe_left_out, describe_unpublished
from newsgraph.store.importing.local_files import NO_FILES, DocumentFiles, LocalFiles
from newsgraph.store.importing.local_images import find_images
from newsgraph.store.importing.local_urls import is_local_url
from newsgraph.store.importing.site_rules import read_site_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Diagnostic, Image, JsonValue
    from newsgraph.store.documents.document_rules import DocumentRules
    from newsgraph.store.documents.schedule import VisiblePeriod
    from newsgraph.store.importing.local_files import FileReference, StoredFiles
    from newsgraph.store.importing.spool import Spool, SpooledValue


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document in the store, without its contents.

    Attributes:
        changes_at: the time at which it appears or goes; None if it does neither.
    """

    key: int
    root_id: int
    path: str
    identity: str
    kind: str
    sha256: str
    settings_digest: str
    hidden: bool
    changes_at: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedContents:
    """The parsed contents of a document."""

    content: Article | TopicEntry | OrganizationEntry
    front_matter: dict[str, JsonValue]
    body_html: str


@dataclass(frozen=True, slots=True)
class ScannedDocument:
    """A document that was parsed because its file is new or changed.

    Attributes:
        key: the primary key of the document's rows.
        hidden: whether it is not served: it is unpublished, unlisted or a redirect, or its time has
            not come or has passed.
        contents: the parsed contents, spooled so that memory does not grow with the import.
        rules_digest: a digest of what other files of the archive say of it.
        period: when it is visible, unless it is unpublished.
        changes_at: the time at which it appears or goes; None if it does neither.
        files: the files of the archive that it refers to; None if they stay as they are stored.
    """

    root: ImportRoot
    path: str
    sha256: str
    kind: str
    identity: str
    key: int
    hidden: bool
    contents: SpooledValue[ParsedContents]
    rules_digest: str = ""
    period: VisiblePeriod = ALWAYS
    changes_at: str | None = None
    files: tuple[FileReference, ...] | None = None


@dataclass(slots=True)
class ScanResult:
    """The result of scanning a root.

    Attributes:
        documents: valid documents by path; unchanged ones as `StoredDocument`.
        failed_paths: paths of files that could not be imported.
        left_out_paths: paths of files that are no documents.
        diagnostics: the diagnostics of all files, unchanged ones included.
        authors: the authors in its author files.
        files: the files that its documents refer to.
        bodies: renders the bodies of its documents.
        is_unchanged: whether the documents stay as they are stored (`retain_stored`).
    """

    root: ImportRoot
    listing: FolderListing
    spool: Spool
    files: LocalFiles
    bodies: BodyRenderer
    documents: dict[str, StoredDocument | ScannedDocument] = field(default_factory=dict)
    failed_paths: list[str] = field(default_factory=list)
    left_out_paths: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    authors: AuthorFiles = field(default_factory=AuthorFiles)
    is_unchanged: bool = False

    def add_failure(self, diagnostic: Diagnostic) -> None:
        """Record that a file cannot be imported."""
        self.failed_paths.append(diagnostic.path)
        self.diagnostics.append(diagnostic)

    def retain_stored(
        self,
        stored: Mapping[str, StoredDocument],
        previous_diagnostics: Mapping[str, Sequence[Diagnostic]],
    ) -> None:
        """Leave all documents of the root as they are stored; import none if there are none.

        The generator's configuration may hide documents, and cannot be read.
        """
        self.is_unchanged = True
        self.documents.clear()
        self.failed_paths.clear()
        self.left_out_paths.clear()
        self.listing.unreadable.append("")
        self.diagnostics = [item for path in stored for item in previous_diagnostics.get(path, ())]
        reason = "A configuration cannot be read, so"
        message = f"{reason} the documents of this folder stay as they were."
        if not stored:
            message = f"{reason} no document of this folder was imported."
        self.diagnostics.append(create_diagnostic("", "unchanged-folder", message))

    def leave_out(self, path: str) -> None:
        """Leave out a file without front matter, as its last version is not in the store any more.

        The file of another document has its id now.
        """
        self.failed_paths.remove(path)
        self.left_out_paths = sorted([*self.left_out_paths, path])
        replaced = {(path, "no-front-matter"), ("", "not-a-document")}
        self.diagnostics = [i for i in self.diagnostics if (i.path, i.code) not in replaced]
        message = describe_left_out(self.left_out_paths, KINDS[self.root.collection.kind])
        self.diagnostics.append(create_diagnostic("", "not-a-document", message))

    def add_authors(self, authors: AuthorFiles) -> None:
        """Record the author files."""
        self.authors = authors
        # A document of an author is scanned, too, and has the same problems.
        known = set(self.diagnostics)
        self.diagnostics += (item for item in authors.diagnostics if item not in known)


def scan_root(
    root: ImportRoot,
    stored: Mapping[str, StoredDocument],
    previous_diagnostics: Mapping[str, Sequence[Diagnostic]],
    progress: Callable[[int, int], None],
    spool: Spool,
    now: str,
    stored_files: StoredFiles = NO_FILES,
    *,
    is_check: bool = False,
    root_key: int | None = None,
) -> ScanResult:
    """Scan a root's folder.

    Args:
        root: the folder and its collection.
        stored: the root's documents in the store, by path.
        previous_diagnostics: the last import's diagnostics of each file, by path.
        progress: called with the number of files done and the total number.
        spool: stores the contents of parsed documents.
        now: time of the import, ``YYYY-MM-DDTHH:MM:SSZ`` in UTC.
        stored_files: what the store has of the files that the root's documents refer to.
        is_check: whether only problems are wanted; most bodies are not rendered then.
        root_key: key of the root, if it is not the first one.
    """
    rules = read_site_rules(root)
    listing = list_documents(root.folder, root.collection, rules)
    files = LocalFiles(root, rules, stored_files)
    bodies = BodyRenderer(root, listing.paths, is_check=is_check, root_key=root_key)
    result = ScanResult(root, listing, spool, files, bodies, diagnostics=list(listing.diagnostics))
    for path in stored:
        if not listing.covers(path):
            result.diagnostics += previous_diagnostics.get(path, ())
    for number, path in enumerate(listing.paths, start=1):
        previous = previous_diagnostics.get(path, ())
        document_rules, before = rules.rules_of(path), stored.get(path)
        document = _scan_file(root, path, document_rules, before, previous, result, now)
        if document is not None:
            result.documents[path] = document
        progress(number, len(listing.paths))
    result.add_authors(read_author_files(root, files))
    problems = [*rules.diagnostics(), *files.diagnostics()]
    if any(item.code == "broken-configuration" for item in problems):
        result.retain_stored(stored, previous_diagnostics)
        result.diagnostics += problems
        return result
    result.diagnostics += problems
    left_out = describe_left_out(result.left_out_paths, KINDS[root.collection.kind])
    if left_out:
        result.diagnostics.append(create_diagnostic("", "not-a-document", left_out))
    unpublished = describe_unpublished(listing.left_out)
    if unpublished:
        result.diagnostics.append(create_diagnostic("", "left-out", unpublished))
    if not (result.documents or result.failed_paths or listing.unreadable):
        reason = f"{left_out} {unpublished}".strip()
        no_files = "It has no files with the suffixes .md, .markdown, .mdx and .html."
        message = f"The folder has no documents. {reason or no_files}"
        result.diagnostics.append(create_diagnostic("", "no-documents", message))
    return result


def _read_bytes(file: Path) -> bytes:
    # Reading a pipe could block, and reading a device could never end.
    if not S_ISREG(file.stat().st_mode):
        raise OSError(0, "it is not a regular file")
    return file.read_bytes()


def _scan_file(
    root: ImportRoot,
    path: str,
    rules: DocumentRules,
    before: StoredDocument | None,
    previous: Sequence[Diagnostic],
    result: ScanResult,
    now: str,
) -> StoredDocument | ScannedDocument | None:
    try:
        data = _read_bytes(root.folder / path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        result.add_failure(
            create_diagnostic(path, "unreadable-file", f"The file cannot be read: {reason}.")
        )
        return None
    sha256 = hashlib.sha256(data).hexdigest()
    digest = root.settings_digest + rules.digest
    is_unchanged = (
        before is not None
        and (before.sha256, before.settings_digest) == (sha256, digest)
        # Its time has come or passed since the last import.
        and not (before.changes_at is not None and before.changes_at <= now)
        and not result.files.has_changed(path)
    )
    # A failed file's diagnostics may belong to earlier bytes: parse it again.
    if is_unchanged and not any(item.code in FATAL_CODES for item in previous):
        result.diagnostics += previous
        return before
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        source = SourceText(data[: error.start].decode())
        position = source.position(len(source.text))
        message = f"Byte {data[error.start]:#04x} is not UTF-8."
        result.add_failure(create_diagnostic(path, "not-utf8", message, position))
        return None
    parsed = frontmatter.parse_document(
        text,
        path,
        root.collection.private_fields,
        KINDS[root.collection.kind],
        root.collection.zone,
        rules,
        root.collection.site_languages,
        field_keys(root.collection.keys),
    )
    codes = {item.code for item in parsed.diagnostics if item.code in FATAL_CODES}
    if codes == {"not-a-document"} or (codes == {"no-front-matter"} and before is None):
        result.left_out_paths.append(path)
        return None
    result.diagnostics += parsed.diagnostics
    if parsed.content is None:
        if any(item.severity == "error" for item in parsed.diagnostics):
            result.failed_paths.append(path)
        return None
    files = DocumentFiles(result.files, path)
    content = find_images(parsed.content, files)
    urls = [image.url for image in _images(content)]
    relative_count = sum(not (is_http_url(url) or is_local_url(url)) for url in urls)
    if relative_count and root.collection.url is None:
        message = f"The collection has no `url`, and URLs of images are relative: {relative_count}."
        result.diagnostics.append(create_diagnostic(path, "relative-url", message))
    authors = content.authors if isinstance(content, Article) else ()
    if isinstance(parsed.content, Article) and parsed.content.authors == (rules.default_author,):
        # `read_site_rules` reports it once.
        authors = ()
    relative_authors = check_relative_urls(authors, path, root.collection.url)
    if relative_authors is not None:
        result.diagnostics.append(relative_authors)
    if is_unchanged:
        return before
    kind, identity_ = _identify(parsed, path)
    # Rendered at import, so that no request has to.
    html, period, hidden, changes_at = "", ALWAYS, False, None
    if isinstance(content, Article):
        html, problems = result.bodies.render(path, content, identity_, files, parsed.front_matter)
        result.diagnostics += problems
        period = visible_period(content.schedule, root.collection, path)
        is_published = content.published or root.collection.serve_unpublished
        is_shown = content.is_listed and not content.is_redirect and is_published
        hidden = not (is_shown and period.contains(now))
        changes_at = period.next_change(now) if is_shown else None
    elif not root.collection.serve_unpublished:
        kind_of_archive = KINDS[root.collection.kind]
        hidden = rules.is_hidden or not is_published_entry(
            parsed.front_matter, path, kind_of_archive
        )
    contents = result.spool.put(ParsedContents(content, parsed.front_matter, html))
    return ScannedDocument(
        root=root,
        path=path,
        sha256=sha256,
        kind=kind,
        identity=identity_,
        key=stable_key(kind, identity_),
        hidden=hidden,
        contents=contents,
        rules_digest=rules.digest,
        period=period,
        changes_at=changes_at,
        files=files.references(),
    )


def _images(content: Article | TopicEntry | OrganizationEntry) -> Iterator[Image]:
    if isinstance(content, OrganizationEntry):
        yield from content.images
    elif isinstance(content, Article):
        yield from content.images
        yield from content.provider.images if content.provider else ()
        for item in content.related:
            link = item.link if isinstance(item, DocumentReference) else item
            yield from link.images


def _identify(parsed: ParsedFile, path: str) -> tuple[str, str]:
    content = parsed.content
    if isinstance(content, TopicEntry):
        return "TopicEntry", topic_slug(content.id or content.name)
    if isinstance(content, OrganizationEntry):
        return "OrganizationEntry", content.domain
    explicit = content.id if content is not None else None
    return "Article", document_identity(explicit, path)
