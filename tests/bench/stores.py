"""The stores that the bench reads: made once for a size, by the program itself, and kept."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

from alembic.script import ScriptDirectory
from rich.console import Console

from newsgraph.store.schema.migrate import configuration
from tests.bench import archive
from tests.bench.errors import CannotMeasure
from tests.bench.places import MADE, NEWSGRAPH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DONE = "done"
"""The file that says that a folder is whole."""


class CannotImport(CannotMeasure):
    """The program could not import an archive."""


def store(size: int, command: Sequence[str] = NEWSGRAPH) -> Path:
    """Return the database file of `size` documents; make it where there is none.

    The file is as the program leaves it: nothing is analysed, packed or warmed.

    Args:
        size: how many documents.
        command: how to call newsgraph.

    Raises:
        CannotImport: an import failed.
    """
    folder = MADE / "stores" / f"{size}-{archive.digest()}-{_schema()}"
    path = folder / "store.db"
    if (folder / DONE).exists():
        return path
    roots = _archive(size)
    _forget_others(folder, size)
    folder.mkdir(parents=True, exist_ok=True)
    for root in roots:
        if root.name in _imported(path):
            continue
        Console().print(f"Importing {root} ...")
        run = subprocess.run(
            [*command, "import", str(root), "--database", f"sqlite:///{path}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            raise CannotImport(f"importing {root} ended with {run.returncode}:\n{run.stderr}")
    (folder / DONE).touch()
    return path


def _archive(size: int) -> list[Path]:
    folder = MADE / "archives" / f"{size}-{archive.digest()}"
    if not (folder / DONE).exists():
        _forget_others(folder, size)
        shutil.rmtree(folder, ignore_errors=True)
        Console().print(f"Writing {size:,} documents ...")
        archive.write_archive(folder, size)
        (folder / DONE).touch()
    return sorted(folder.glob("part-*"))


def _forget_others(folder: Path, size: int) -> None:
    """Remove what was made for this size by another generator, or in another schema."""
    for other in folder.parent.glob(f"{size}-*"):
        if other != folder:
            shutil.rmtree(other)


def _imported(path: Path) -> set[str]:
    """Return the roots that a store has: an import that was cut short goes on where it was."""
    if not path.exists():
        return set()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        try:
            return {name for (name,) in database.execute("SELECT name FROM root")}
        except sqlite3.OperationalError:
            return set()


def _schema() -> str:
    """Return the newest step of the store's schema."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or "0"
