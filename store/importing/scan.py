"""Reads a folder's files and tells which are new, changed, gone or broken. No database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from stat import S_ISREG
from typing import TYPE_CHECKING

from newsgraph.store.documents import frontmatter
from newsgraph.store.documents.diagnostics import LEFT_OUT, diagnostic
from newsgraph.store.documents.document import Article, OrganizationEntry, Parsed, TopicEntry
from newsgraph.store.documents.identity import identity, key, topic_slug
from newsgraph.store.documents.markdown import to_html
from newsgraph.store.documents.urls import is_web
from newsgraph.store.importing.file_discovery import Walk, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newsgraph.store.documents.collection import Root
    from newsgraph.store.documents.document import Diagnostic, Image, Json
    from newsgraph.store.importing.spool import PutBy, Spool


@dataclass(frozen=True, slots=True)
class Known:
    """A document as the store has it."""

    key: int
    root_id: int
    path: str
    identity: str
    kind: str
    sha256: str
    reading: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document says."""

    content: Article | TopicEntry | OrganizationEntry
    front_matter: dict[str, Json]
    body_html: str


@dataclass(frozen=True, slots=True)
class Read:
    """A document as its file has it now.

    Attributes:
        key: of the document's rows.
        hidden: whether it is unpublished, in a collection that does not show such documents.
        contents: what it says; many documents together say too much to be held in memory.
    """

    root: Root
    path: str
    sha256: str
    kind: str
    identity: str
    key: int
    hidden: bool
    contents: PutBy[Contents]


@dataclass(slots=True)
class Scan:
    """What became of a folder's files.

    Attributes:
        documents: readable ones by path: as the store has them where nothing changed.
        failed: paths of files that could not be imported.
        diagnostics: of all files, those that did not change included.
    """

    root: Root
    walk: Walk
    spool: Spool
    documents: dict[str, Known | Read] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def fail(self, why: Diagnostic) -> None:
        """Note that a file cannot be imported."""
        self.failed.append(why.path)
        self.diagnostics.append(why)


def scan(
    root: Root,
    known: Mapping[str, Known],
    diagnosed: Mapping[str, Sequence[Diagnostic]],
    progress: Callable[[int, int], None],
    spool: Spool,
) -> Scan:
    """Read a folder.

    Args:
        root: the folder and its collection.
        known: what the store has of this root, by path.
        diagnosed: what the last import said of each file, by path.
        progress: told how many files are done, of how many.
        spool: takes what documents say.
    """
    walked = walk(root.folder, root.collection.exclude)
    found = Scan(root, walked, spool, diagnostics=list(walked.diagnostics))
    for path in known:
        if not walked.covers(path):
            found.diagnostics += diagnosed.get(path, ())
    for number, path in enumerate(walked.paths, start=1):
        document = _read(root, path, known.get(path), diagnosed.get(path, ()), found)
        if document is not None:
            found.documents[path] = document
        progress(number, len(walked.paths))
    return found


def _bytes(file: Path) -> bytes:
    # A pipe would keep us waiting, and a device may have no end.
    if not S_ISREG(file.stat().st_mode):
        raise OSError(0, "it is no regular file")
    return file.read_bytes()


def _read(
    root: Root, path: str, before: Known | None, told: Sequence[Diagnostic], found: Scan
) -> Known | Read | None:
    try:
        data = _bytes(root.folder / path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        found.fail(diagnostic(path, "unreadable-file", f"The file cannot be read: {why}."))
        return None
    sha256 = hashlib.sha256(data).hexdigest()
    same = before is not None and (before.sha256, before.reading) == (sha256, root.reading)
    # What was said of a file that failed was not said of these bytes: parse them again.
    if same and not any(one.code in LEFT_OUT for one in told):
        found.diagnostics += told
        return before
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line_start = data.rfind(b"\n", 0, error.start) + 1
        place = (data.count(b"\n", 0, error.start) + 1, error.start - line_start + 1)
        message = f"Byte {data[error.start]:#04x} is not UTF-8."
        found.fail(diagnostic(path, "not-utf8", message, place))
        return None
    parsed = frontmatter.parse(text, path, root.collection.private_fields)
    found.diagnostics += parsed.diagnostics
    if parsed.content is None:
        if any(one.severity == "error" for one in parsed.diagnostics):
            found.failed.append(path)
        return None
    relative = sum(not is_web(image.url) for image in _images(parsed.content))
    if relative and root.collection.url is None:
        message = f"Pictures whose addresses are relative to no known site: {relative}."
        found.diagnostics.append(diagnostic(path, "relative-url", message))
    if same:
        return before
    kind, name = _named(parsed, path)
    # Rendered here, where nobody waits for it.
    content = parsed.content
    html = to_html(content.body) if isinstance(content, Article) else ""
    hidden = isinstance(content, Article) and not (
        content.published or root.collection.serve_unpublished
    )
    contents = found.spool.put(Contents(content, parsed.front_matter, html))
    return Read(root, path, sha256, kind, name, key(kind, name), hidden, contents)


def _images(content: Article | TopicEntry | OrganizationEntry) -> Iterator[Image]:
    if isinstance(content, OrganizationEntry):
        yield from content.images
    elif isinstance(content, Article):
        yield from content.images
        yield from content.provider.images if content.provider else ()
        for link in content.related:
            yield from link.images


def _named(parsed: Parsed, path: str) -> tuple[str, str]:
    content = parsed.content
    if isinstance(content, TopicEntry):
        return "TopicEntry", topic_slug(content.id or content.name)
    if isinstance(content, OrganizationEntry):
        return "OrganizationEntry", content.domain
    explicit = content.id if content is not None else None
    return "Article", identity(explicit, path)
