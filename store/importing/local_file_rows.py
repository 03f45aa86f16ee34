"""Reads and writes the rows of files that documents refer to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, literal, select

from newsgraph.store.bodies.context import SITE_SCHEME, LocalFile
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.local_files import (
    ExaminedFile,
    FileReference,
    StoredFiles,
    href_of,
)
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.author_tables import author_entry
from newsgraph.store.schema.file_tables import file_reference, local_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from newsgraph.store.importing.rows import Row
    from newsgraph.store.importing.scan import ScannedDocument

_FILE_COLUMNS = ("path", "sha256", "media_type", "size", "width", "height")


def read_stored_files(connection: Connection) -> dict[int, StoredFiles]:
    """Return the files and references of each root by its key."""
    files: dict[int, dict[str, ExaminedFile]] = defaultdict(dict)
    columns = [local_file.c[name] for name in _FILE_COLUMNS]
    query = select(local_file.c.root_id, local_file.c.modified_ns, *columns)
    for root, modified_ns, *values in connection.execute(query):
        file = LocalFile(*values)
        files[root][file.path] = ExaminedFile(file, modified_ns)
    references: dict[int, dict[str, list[FileReference]]] = defaultdict(lambda: defaultdict(list))
    items = (
        select(t.document.c.root_id, t.document.c.path, file_reference.c.url, file_reference.c.href)
        .join(t.document, t.document.c.id == file_reference.c.document_id)
        .order_by(file_reference.c.document_id, file_reference.c.position)
    )
    for root, path, url, href in connection.execute(items):
        references[root][path].append(FileReference(url, href))
    return {
        root: StoredFiles(
            files[root], {path: tuple(items) for path, items in references[root].items()}
        )
        for root in files.keys() | references.keys()
    }


def are_modified(stored: StoredFiles, examined: Mapping[str, ExaminedFile]) -> bool:
    """Return whether a stored file has changed, even if that changes no document.

    Args:
        stored: the files of a root.
        examined: the files that its documents refer to now.
    """
    return any(
        path in stored.files and stored.files[path] != file for path, file in examined.items()
    )


def write_files(
    connection: Connection, root: int, examined: Mapping[str, ExaminedFile]
) -> set[int]:
    """Write the files that the documents of a root refer to, after their references.

    Returns:
        Keys of articles that refer to an earlier content of a file. Their documents were not
        imported again because they have errors; what they refer to does not exist any more.
    """
    replaced: set[str] = set()
    for paths in batches(examined):
        is_written = (local_file.c.root_id == root) & local_file.c.path.in_(paths)
        replaced.update(connection.scalars(select(local_file.c.href).where(is_written)))
        connection.execute(delete(local_file).where(is_written))
        connection.execute(insert(local_file), [_file_row(root, examined[path]) for path in paths])
    replaced.difference_update(href_of(examined_file.file) for examined_file in examined.values())
    referring = t.article.join(t.document).join(
        file_reference, file_reference.c.document_id == t.document.c.id
    )
    references = select(t.article.c.id).select_from(referring).where(t.document.c.root_id == root)
    articles: set[int] = set()
    for hrefs in batches(replaced):
        articles.update(connection.scalars(references.where(file_reference.c.href.in_(hrefs))))
    return articles


def _file_row(root: int, examined: ExaminedFile) -> Row:
    file = examined.file
    return {
        "root_id": root,
        "href": href_of(file),
        "modified_ns": examined.modified_ns,
        **{name: getattr(file, name) for name in _FILE_COLUMNS},
    }


def write_references(connection: Connection, documents: Iterable[ScannedDocument]) -> None:
    """Replace the references of documents, except of those whose files were not read."""
    scanned = [document for document in documents if document.files is not None]
    for batch in batches(document.key for document in scanned):
        connection.execute(delete(file_reference).where(file_reference.c.document_id.in_(batch)))
    rows = [
        {
            "document_id": document.key,
            "position": position,
            "url": reference.url,
            "href": reference.href,
        }
        for document in scanned
        for position, reference in enumerate(document.files or ())
    ]
    if rows:
        connection.execute(insert(file_reference), rows)


def delete_unused_files(connection: Connection) -> None:
    """Delete the rows of files that nothing refers to any more."""
    of_document = (
        select(file_reference.c.href)
        .join(t.document, t.document.c.id == file_reference.c.document_id)
        .where(
            file_reference.c.href == local_file.c.href,
            t.document.c.root_id == local_file.c.root_id,
        )
    )
    url = literal(f"{SITE_SCHEME}/files/") + local_file.c.href
    of_author = select(author_entry.c.key).where(
        author_entry.c.root_id == local_file.c.root_id, author_entry.c.image == url
    )
    of_site = select(t.root.c.id).where(
        t.root.c.id == local_file.c.root_id, (t.root.c.icon == url) | (t.root.c.logo == url)
    )
    is_used = of_document.exists() | of_author.exists() | of_site.exists()
    connection.execute(delete(local_file).where(~is_used))
