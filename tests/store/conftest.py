"""The documents of ``tests/golden/documents``, folders to import, and stores of their own."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsgraph.store.documents.collection import Collection
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive, Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.importing.importer import Report

DOCUMENTS = Path(__file__).parents[1] / "golden" / "documents"


@pytest.fixture
def golden_document():
    """Hold text against a file of ``tests/golden/documents``.

    ``UPDATE_GOLDENS=1 pytest tests/store`` writes the files anew: read the diff.
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
    """The time of imports."""
    return Clock()


@dataclass
class Opened:
    """A store with its file, and imports into it.

    Attributes:
        path: of its file.
    """

    path: Path
    database: SqliteDatabase
    store: Store

    async def take(self, *archives: Archive) -> Report:
        """Import folders."""
        return await self.store.import_roots([archive.root for archive in archives])


@pytest.fixture(scope="session")
def store_file(empty_store):
    """The file that `opened` is a copy of; a module whose tests read the same articles fills it."""
    return empty_store


@pytest.fixture(scope="module")
def filled_with(tmp_path_factory, empty_store):
    """Import a folder that a function fills, and return the store's file, to be copied."""

    def filled_with(fill: Callable[[Archive], None], **settings: object) -> Path:
        folder = tmp_path_factory.mktemp("filled")
        archive = Archive(folder / "archive", Collection(id="tests", **settings))
        fill(archive)
        path = shutil.copy(empty_store, folder / "store.db")
        asyncio.run(import_into(path, Clock(), archive))
        return path

    return filled_with


async def import_into(path: Path, clock: Clock, *archives: Archive) -> None:
    """Import folders into the store of a file."""
    database = await SqliteDatabase.open(path)
    try:
        await Store(database, SITE, clock).import_roots([one.root for one in archives])
    finally:
        await database.close()


@pytest.fixture
async def opened(tmp_path, store_file, clock):
    """A store of its own, empty where its module has not filled it."""
    path = shutil.copy(store_file, tmp_path / "store.db")
    database = await SqliteDatabase.open(path)
    yield Opened(path, database, Store(database, SITE, clock))
    await database.close()


@pytest.fixture
def fresh(tmp_path, empty_store, clock):
    """Import folders into a new store, and give its file."""
    made = 0

    async def fresh(*archives: Archive) -> Path:
        nonlocal made
        made += 1
        path = shutil.copy(empty_store, tmp_path / f"fresh-{made}.db")
        await import_into(path, clock, *archives)
        return path

    return fresh


@pytest.fixture
def another(tmp_path):
    """Make another folder; without an id it is known by its place."""

    def another(name: str, **settings: object) -> Archive:
        return Archive(tmp_path / name, Collection(**settings))

    return another
