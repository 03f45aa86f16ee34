"""Fixtures: the golden documents, folders to import, and stores."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive, Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.importing.importer import ImportReport

DOCUMENTS = Path(__file__).parents[1] / "golden" / "documents"


@pytest.fixture
def golden_document():
    """A function that compares text with a file of ``tests/golden/documents``.

    ``UPDATE_GOLDENS=1 pytest tests/store`` rewrites the files: read the diff.
    """

    def check(name: str, text: str) -> None:
        path = DOCUMENTS / name
        if os.environ.get("UPDATE_GOLDENS") == "1":
            path.write_text(text, "utf-8", newline="\n")
        assert text == path.read_text("utf-8")

    return check


@pytest.fixture
def archive(tmp_path):
    """A folder to import."""
    return Archive(tmp_path / "archive")


@pytest.fixture
def clock():
    """The clock of imports."""
    return Clock()


@dataclass
class OpenedStore:
    """A store with its file and its database.

    Attributes:
        path: the database file.
        database: the open database.
        store: the store in this database.
    """

    path: Path
    database: SqliteDatabase
    store: Store

    async def import_archives(self, *archives: Archive) -> ImportReport:
        """Import folders into the store."""
        return await self.store.import_roots([archive.root for archive in archives])


@pytest.fixture(scope="session")
def store_file(empty_store):
    """The file that `opened` copies; a module whose tests read the same articles overrides it."""
    return empty_store


@pytest.fixture(scope="module")
def filled_with(tmp_path_factory, empty_store):
    """A function that imports a folder, which another function fills, and returns a store file."""

    def filled_with(fill: Callable[[Archive], None], **settings: object) -> Path:
        folder = tmp_path_factory.mktemp("filled")
        archive = Archive(folder / "archive", Collection(id="tests", **settings))
        fill(archive)
        path = shutil.copy(empty_store, folder / "store.db")
        asyncio.run(import_into(path, Clock(), archive))
        return path

    return filled_with


async def import_into(path: Path, clock: Clock, *archives: Archive) -> None:
    """Import folders into the store in a file."""
    database = await SqliteDatabase.open(path)
    try:
        store = Store(database, SITE, clock)
        await store.import_roots([archive.root for archive in archives])
    finally:
        await database.close()


@pytest.fixture
async def opened(tmp_path, store_file, clock):
    """An open store for one test, a copy of the module's `store_file`."""
    path = shutil.copy(store_file, tmp_path / "store.db")
    database = await SqliteDatabase.open(path)
    yield OpenedStore(path, database, Store(database, SITE, clock))
    await database.close()


@pytest.fixture
def import_new(tmp_path, empty_store, clock):
    """A function that imports folders into a new store, and returns its file."""
    store_count = 0

    async def import_new(*archives: Archive) -> Path:
        nonlocal store_count
        store_count += 1
        path = shutil.copy(empty_store, tmp_path / f"fresh-{store_count}.db")
        await import_into(path, clock, *archives)
        return path

    return import_new


@pytest.fixture
def new_archive(tmp_path):
    """A function that creates a further folder; without an id, its path identifies it."""

    def new_archive(name: str, **settings: object) -> Archive:
        return Archive(tmp_path / name, Collection(**settings))

    return new_archive
