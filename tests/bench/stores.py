"""The stores that the bench reads: created once per size, by ``newsgraph import``."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

from rich.console import Console

from newsgraph.store.schema.migrate import SCHEMA_VERSION
from tests.bench import archive
from tests.bench.errors import MeasurementError
from tests.bench.paths import NEWSGRAPH_COMMAND, WORK_FOLDER
from tests.bench.peers.full_text import create_full_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DONE_MARKER = "done"
"""File that marks a folder as complete."""


class ImportFailed(MeasurementError):
    """newsgraph could not import an archive."""


def ensure_store(size: int, command: Sequence[str] = NEWSGRAPH_COMMAND) -> Path:
    """Return the database file with `size` documents; create it if there is none.

    The file is as newsgraph leaves it, not analyzed, vacuumed or warmed up, and has the
    full-text table of the peers.

    Args:
        size: number of documents.
        command: the newsgraph command.

    Raises:
        ImportFailed: an import failed.
    """
    folder = WORK_FOLDER / "stores" / f"{size}-{archive.generator_digest()}-{_schema_version()}"
    path = folder / "store.db"
    if (folder / DONE_MARKER).exists():
        return path
    roots = _ensure_archive(size)
    _remove_others(folder, size)
    folder.mkdir(parents=True, exist_ok=True)
    for root in roots:
        if root.name in _imported_roots(path):
            continue
        Console().print(f"Importing {root} ...")
        import_root(root, path, command)
    create_full_text(path)
    (folder / DONE_MARKER).touch()
    return path


def import_root(root: Path, store: Path, command: Sequence[str] = NEWSGRAPH_COMMAND) -> None:
    """Import a folder of documents into a store, which may be served meanwhile.

    Raises:
        ImportFailed: the import failed.
    """
    run = subprocess.run(
        [*command, "import", str(root), "--database", f"sqlite:///{store}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise ImportFailed(f"importing {root} ended with {run.returncode}:\n{run.stderr}")


def copy_store(store: Path, folder: Path) -> Path:
    """Copy a store into a new folder, which replaces an earlier one, and return the database file.

    Parts that import into a store work on copies. There, the peers' full-text table becomes
    outdated.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / "store.db"
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return path


def _ensure_archive(size: int) -> list[Path]:
    folder = WORK_FOLDER / "archives" / f"{size}-{archive.generator_digest()}"
    if not (folder / DONE_MARKER).exists():
        _remove_others(folder, size)
        shutil.rmtree(folder, ignore_errors=True)
        Console().print(f"Writing {size:,} documents ...")
        archive.write_archive(folder, size)
        (folder / DONE_MARKER).touch()
    return sorted(folder.glob("part-*"))


def _remove_others(folder: Path, size: int) -> None:
    """Remove folders of this size from another generator or schema."""
    for other in folder.parent.glob(f"{size}-*"):
        if other != folder:
            shutil.rmtree(other)


def _imported_roots(path: Path) -> set[str]:
    """Return the names of a store's roots, so that an interrupted import can continue."""
    if not path.exists():
        return set()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        try:
            return {name for (name,) in database.execute("SELECT name FROM root")}
        except sqlite3.OperationalError:
            return set()


def _schema_version() -> str:
    """Return the id of the newest migration of the store's schema."""
    return SCHEMA_VERSION
