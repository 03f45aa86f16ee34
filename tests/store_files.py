"""Database files of stores, created once in a process and copied for each test.

To create a store's tables takes a quarter of a second, to copy its file a millisecond.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from newsgraph.server.config.settings import read_root
from newsgraph.store.store import Store

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def empty_store_path() -> Path:
    """Return the path of a store without articles, to be copied."""
    return _create_store(())


def seeds_store_path() -> Path:
    """Return the path of a store with the seed documents, to be copied."""
    return _create_store((SEEDS,))


async def open_store(path: Path, site_url: str) -> Store:
    """Open the store at a path; without a file there, create a store without articles."""
    return await Store.open(f"sqlite:///{_ensure_exists(path)}", site_url)


def _ensure_exists(path: Path) -> Path:
    return path if path.exists() else Path(shutil.copy(empty_store_path(), path))


@cache
def _create_store(folders: tuple[Path, ...]) -> Path:
    """Create a store with the documents of folders, and return its path."""
    temporary_folder = tempfile.mkdtemp(prefix="newsgraph-tests-")
    atexit.register(shutil.rmtree, temporary_folder, ignore_errors=True)
    path = Path(temporary_folder) / "store.db"

    async def create() -> None:
        store = await Store.open(f"sqlite:///{path}", "https://news.example")
        try:
            if folders:
                await store.import_roots([read_root(folder) for folder in folders])
        finally:
            await store.close()

    # The caller may run in an event loop, so this one runs in a thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, create()).result()
    return path
