"""A collection: the settings in newsgraph.toml that apply to a folder of documents."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

PARSER_VERSION = 3
"""Version of the conversion from files to rows; incrementing it makes an import parse all files."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The settings of a folder of documents.

    Attributes:
        id: distinguishes the GUIDs of its feed entries from other collections'; must never
            change.
        title: title of the collection.
        description: description of the collection, plain text.
        url: the site that the documents belong to; relative URLs are resolved against it.
        language: BCP 47 tag of the documents' language.
        serve_unpublished: whether documents with ``published: false`` are served.
        private_fields: front matter keys that are stored but never served.
        exclude: patterns (`fnmatch`) of paths below the folder that are not imported.
    """

    id: str | None = None
    title: str | None = None
    description: str | None = None
    url: str | None = None
    language: str | None = None
    serve_unpublished: bool = False
    private_fields: tuple[str, ...] = ("secured",)
    exclude: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the settings as a JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Collection:
        """Return the collection that `to_json` wrote; unknown keys are ignored."""
        known = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        tuples = {name: tuple(item) for name, item in known.items() if isinstance(item, list)}
        return cls(**known | tuples)


@dataclass(frozen=True, slots=True)
class ImportRoot:
    """A folder to import, with its collection."""

    folder: Path
    collection: Collection = Collection()

    @property
    def name(self) -> str:
        """The collection's id, which survives a move of the folder, or else the folder's real path.

        By this name the store records which root a document was imported from.
        """
        return self.collection.id or os.path.realpath(self.folder)

    @property
    def namespace(self) -> str:
        """The namespace of GUIDs, which distinguishes them from other collections'."""
        namespace = self.collection.id or self.collection.url
        return namespace or Path(os.path.realpath(self.folder)).name

    @property
    def settings_digest(self) -> str:
        """A digest of everything except the file itself that determines a document's rows."""
        collection = self.collection
        settings = (
            PARSER_VERSION,
            self.namespace,
            collection.url,
            collection.serve_unpublished,
            collection.private_fields,
        )
        return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]
