"""A folder of documents that a test writes, and the time of its imports."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newsgraph.store.documents.collection import Collection, Root

if TYPE_CHECKING:
    from pathlib import Path

SITE = "https://news.example"
"""What addresses of our own begin with."""


class Archive:
    """A folder; its collection has an id, so that it may move."""

    def __init__(self, folder: Path, collection: Collection | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.collection = Collection(id="tests") if collection is None else collection

    @property
    def root(self) -> Root:
        """The folder as the store is told of it."""
        return Root(self.folder, self.collection)

    def text(self, path: str, text: str | bytes) -> None:
        """Write a file as it stands."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def write(self, path: str, *, body: str = "", **fields: object) -> None:
        """Write an article; its title is its path where none is given."""
        self.text(path, document(path, body, fields))

    def topic(self, path: str, name: str, **fields: object) -> None:
        """Write a topic of the taxonomy."""
        self.text(path, data({"taxonomy": "topic", "name": name} | fields))

    def organization(self, path: str, name: str, domain: str, **fields: object) -> None:
        """Write a publisher of the taxonomy."""
        kind = {"taxonomy": "organization", "name": name, "domain": domain}
        self.text(path, data(kind | fields))

    def remove(self, path: str) -> None:
        """Delete a file."""
        (self.folder / path).unlink()


def data(fields: dict[str, object]) -> str:
    """Return YAML: JSON is YAML too."""
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields.items())


def document(path: str, body: str, fields: dict[str, object]) -> str:
    """Return the text of an article."""
    return f"---\n{data({'title': path} | fields)}---\n{body}"


class Clock:
    """Tells the time that the test says it is."""

    def __init__(self) -> None:
        self.now = datetime(2024, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def forward(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)
