"""A folder of documents that a test writes, and a clock that it controls."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newsgraph.store.documents.collection_settings import Collection, ImportRoot

if TYPE_CHECKING:
    from pathlib import Path

SITE = "https://news.example"
"""Public URL of the site."""


class Archive:
    """A folder to import; its collection has an id, so that the folder may be moved."""

    def __init__(self, folder: Path, collection: Collection | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.collection = Collection(id="tests") if collection is None else collection
        self.config_file: Path | None = None

    @property
    def root(self) -> ImportRoot:
        """The folder as an argument of `Store.import_roots`."""
        return ImportRoot(self.folder, self.collection, config_file=self.config_file)

    def write_file(self, path: str, text: str | bytes) -> None:
        """Write a file with this content."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def write_article(self, path: str, *, body: str = "", **fields: object) -> None:
        """Write an article; its title is its path unless there is one in the fields."""
        self.write_file(path, article_document(path, body, fields))

    def write_topic(self, path: str, name: str, **fields: object) -> None:
        """Write a topic of the taxonomy."""
        self.write_file(path, to_yaml({"taxonomy": "topic", "name": name} | fields))

    def write_organization(self, path: str, name: str, domain: str, **fields: object) -> None:
        """Write a publisher of the taxonomy."""
        entry = {"taxonomy": "organization", "name": name, "domain": domain}
        self.write_file(path, to_yaml(entry | fields))

    def remove(self, path: str) -> None:
        """Delete a file."""
        (self.folder / path).unlink()


def to_yaml(fields: dict[str, object]) -> str:
    """Return fields as YAML, with JSON values, which are YAML too."""
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields.items())


def article_document(path: str, body: str, fields: dict[str, object]) -> str:
    """Return the Markdown document of an article."""
    return f"---\n{to_yaml({'title': path} | fields)}---\n{body}"


class Clock:
    """A clock whose time the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2025, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def forward(self, **time: float) -> None:
        """Move the clock forward."""
        self.now += timedelta(**time)
