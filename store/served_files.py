"""Looks up the files in the folders of documents that are served."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import Text, bindparam, false, literal, select

from newsgraph.store.bodies.context import SITE_SCHEME
from newsgraph.store.query.json_sql import json_array, json_object
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.author_tables import author_entry
from newsgraph.store.schema.file_tables import file_reference, local_file

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Select

    from newsgraph.store.engines.protocol import Database


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file that is served, as it was at the last import.

    Attributes:
        folder: the real path of the root's folder.
        path: path of the file below it, with ``/`` and without links.
        sha256: digest of the contents, as 64 hexadecimal digits.
        media_type: for example ``image/png``.
        size: in bytes.
        modified_ns: when the file was modified, in nanoseconds since 1970.
    """

    folder: str
    path: str
    sha256: str
    media_type: str
    size: int
    modified_ns: int


class ServedFiles:
    """The files that are served: documents which are not hidden refer to them, or feeds show them.

    Args:
        database: the store's database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        compiled = select(_FILES).compile(dialect=database.dialect)
        self._sql, self._parameters = str(compiled), compiled.positiontup or ()
        self._values = compiled.params

    async def find(self, sha256: str, name: str) -> list[ServedFile]:
        """Return the files with a digest and a name.

        Raises:
            DatabaseUnusable: the database could not be read.
        """
        values = self._values | {"href": f"{sha256}/{quote(name)}"}
        parameters = [values[parameter] for parameter in self._parameters]
        (text,) = await self._database.fetch_row(self._sql, parameters)
        return [ServedFile(**fields) for fields in json.loads(text)]


def _select_files() -> Select[Any]:
    of_visible_document = (
        select(file_reference.c.document_id)
        .join(t.document, t.document.c.id == file_reference.c.document_id)
        .where(
            file_reference.c.href == local_file.c.href,
            t.document.c.root_id == local_file.c.root_id,
            t.document.c.hidden == false(),
        )
    )
    url = literal(f"{SITE_SCHEME}/files/") + local_file.c.href
    of_author = select(author_entry.c.key).where(
        author_entry.c.root_id == local_file.c.root_id, author_entry.c.image == url
    )
    is_of_site = (t.root.c.icon == url) | (t.root.c.logo == url)
    columns = (local_file.c[name] for name in ("path", "sha256", "media_type", "size"))
    return (
        select(t.root.c.folder, *columns, local_file.c.modified_ns)
        .join(t.root, t.root.c.id == local_file.c.root_id)
        .where(
            local_file.c.href == bindparam("href", type_=Text()),
            of_visible_document.exists() | of_author.exists() | is_of_site,
        )
    )


_ROWS = _select_files().subquery()
_FILES = json_array(json_object((column.name, column) for column in _ROWS.c))
"""All files as one JSON array."""
