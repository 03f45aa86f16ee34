"""A collection: a folder of documents, and what its owner says of it in newsgraph.toml."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

READING = 2
"""The version of how files become rows; a change makes every file be read again."""


@dataclass(frozen=True, slots=True)
class Collection:
    """What holds for all documents of a folder.

    Attributes:
        id: makes the GUIDs of its feeds its own; it must never change.
        title, description, language: of the collection as a whole.
        url: the site that the documents belong to; relative addresses resolve against it.
        serve_unpublished: whether documents with ``published: false`` are shown.
        private_fields: front matter that is kept but never shown.
        exclude: patterns (`fnmatch`) of paths below the folder that are not read.
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
        """Return it as a JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Collection:
        """Return the collection that `to_json` said; what it does not know is left out."""
        known = {one.name: value[one.name] for one in fields(cls) if one.name in value}
        lists = {name: tuple(one) for name, one in known.items() if isinstance(one, list)}
        return cls(**known | lists)


@dataclass(frozen=True, slots=True)
class Root:
    """A folder to import, with its collection. Its name tells whose documents are whose."""

    folder: Path
    collection: Collection = Collection()

    @property
    def name(self) -> str:
        """The collection's id, which survives a move, or else the folder's full path."""
        return self.collection.id or os.path.realpath(self.folder)

    @property
    def namespace(self) -> str:
        """What makes GUIDs differ from another collection's."""
        own = self.collection.id or self.collection.url
        return own or Path(os.path.realpath(self.folder)).name

    @property
    def reading(self) -> str:
        """A digest of all but the file that decides what a document becomes."""
        one = self.collection
        parts = (READING, self.namespace, one.url, one.serve_unpublished, one.private_fields)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
