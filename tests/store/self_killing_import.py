"""Imports a folder, as a separate process that kills itself at a given point.

    python -m tests.store.self_killing_import DATABASE FOLDER [STATEMENT]

It prints ``open`` when it has opened the store. With STATEMENT, a number, the process kills
itself before it runs that statement; with ``commit``, before it commits the import.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, event

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive, Clock


def die(*_arguments: object) -> None:
    """End the process as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(database_path: str, folder: str, *when: str) -> None:
    """Import the folder."""
    database = await SqliteDatabase.open(Path(database_path))
    print("open", flush=True)  # noqa: T201 - another process waits for it
    commits, statements = count(), count()
    try:
        if when == ("commit",):
            # The first commit ends the comparison, the second the import.
            event.listen(Engine, "commit", lambda _: next(commits) == 1 and die())
        elif when:
            event.listen(
                Engine,
                "before_cursor_execute",
                lambda *_: next(statements) == int(when[0]) and die(),
            )
        await Store(database, SITE, Clock()).import_roots([Archive(Path(folder)).root])
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
