"""Imports a folder on command, as a separate process.

    python -m tests.store.import_process DATABASE FOLDER

It prints ``ready``, waits for a line, imports, and prints the revision.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive


async def main(database: str, folder: str) -> None:
    """Import the folder."""
    store = await Store.open(f"sqlite:///{database}", SITE)
    print("ready", flush=True)  # noqa: T201 - another process waits for it
    await asyncio.to_thread(sys.stdin.readline)
    report = await store.import_roots([Archive(Path(folder)).root])
    print(report.revision, flush=True)  # noqa: T201 - as above
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
