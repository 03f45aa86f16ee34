"""Files of stores, made once in a process and copied for each test.

Making a store's tables takes a quarter of a second, copying its file a millisecond.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from newsgraph.server.config.settings import read_collection
from newsgraph.store.documents.collection import Root
from newsgraph.store.store import Store

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def empty_store() -> Path:
    """Return the file of a store without articles, to be copied."""
    return _made(())


def seeds_store() -> Path:
    """Return the file of a store with the seeds, to be copied."""
    return _made((SEEDS,))


async def open_store(path: Path, site: str) -> Store:
    """Open the store at a path; where there is none, a new one without articles is made."""
    return await Store.open(f"sqlite:///{_made_at(path)}", site)


def _made_at(path: Path) -> Path:
    return path if path.exists() else Path(shutil.copy(empty_store(), path))


@cache
def _made(folders: tuple[Path, ...]) -> Path:
    """Return the file of a store with the documents of some folders."""
    folder = tempfile.mkdtemp(prefix="newsgraph-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "store.db"

    async def make() -> None:
        store = await Store.open(f"sqlite:///{path}", "https://news.example")
        try:
            if folders:
                await store.import_roots([Root(one, read_collection(one)) for one in folders])
        finally:
            await store.close()

    # Whoever asks for it may run in an event loop, so this one has a thread of its own.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, make()).result()
    return path
