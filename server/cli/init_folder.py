"""Looks at an archive, says what newsgraph reads in it, and writes its newsgraph.toml."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import sys
import tempfile
from typing import TYPE_CHECKING, Final

import typer

from newsgraph.server.cli.archive_report import ExaminedArchive, describe_archive
from newsgraph.server.cli.output import create_console, escape_unprintable, show_progress
from newsgraph.server.config.default_database import default_database_urls
from newsgraph.server.config.folders import read_roots, settings_sources
from newsgraph.server.config.settings import read_settings
from newsgraph.server.config.toml_file import FILE_NAME, read_toml_file
from newsgraph.server.config.toml_template import build_toml, is_valid_value, suggest_id
from newsgraph.server.runtime.runner import run_coroutine
from newsgraph.server.startup_errors import SettingsError
from newsgraph.store.documents.archive_kinds import JEKYLL, PLAIN
from newsgraph.store.documents.collection_settings import Collection, collection_namespace
from newsgraph.store.engines import list_database_roots, prepare_process
from newsgraph.store.importing.archive_detection import find_inner_archives
from newsgraph.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from newsgraph.store.documents.collection_settings import ImportRoot

_MAX_DIGITS: Final = 10**8


def init_folder(folder: Path, *, prints_file: bool) -> bool:
    """Describe an archive on standard output, and write its newsgraph.toml.

    Args:
        folder: the archive.
        prints_file: whether the file is printed on standard output instead, and the description on
            standard error.

    Returns:
        Whether the folder has documents; without any, no file is written.

    Raises:
        SettingsError: the folder does not exist, or has a newsgraph.toml, or it cannot be written.
        StoreError: the documents cannot be compared with each other.
    """
    path = folder / FILE_NAME
    # Also if it is a link that leads nowhere.
    if os.path.lexists(path) and not prints_file:
        raise SettingsError(
            f"{path} exists, and was not changed; edit it, or use --print to see the settings "
            "that it could have"
        )
    (root,) = read_roots([folder])
    prepare_process()
    archive = _examine(root)
    console = create_console(sys.stderr if prints_file else None)
    for line in describe_archive(archive):
        console.print(escape_unprintable(line))
    if archive.is_empty:
        console.print("Nothing was written, as newsgraph finds no documents in this folder.")
        return False
    former_id = None if root.collection.id else _find_former_id(root)
    collection_id = (
        root.collection.id or former_id or suggest_id(root, secrets.randbelow(_MAX_DIGITS))
    )
    text = build_toml(root, collection_id, read_toml_file(path).values)
    if prints_file:
        typer.echo(text, nl=False)
        return True
    _write_new_file(path, text)
    for line in _describe_next_steps(root, path, collection_id, is_former=former_id is not None):
        console.print(escape_unprintable(line))
    return True


def _examine(root: ImportRoot) -> ExaminedArchive:
    """Import a folder into a temporary store, as `newsgraph check` does."""

    async def run(database: str) -> ExaminedArchive:
        store = await Store.open(database, "http://localhost")
        try:
            with show_progress() as update_progress:
                report = await store.import_roots([root], update_progress, is_check=True)
            return ExaminedArchive(root, report, await store.summarize(), inner_archives)
        finally:
            await store.close()

    inner_archives = {}
    if root.collection.kind == PLAIN.name:
        inner = find_inner_archives(root.folder)
        inner_archives = {name: archive.kind.generator for name, archive in inner.items()}
    with tempfile.TemporaryDirectory(prefix="newsgraph-init-") as temporary_folder:
        return run_coroutine(run(f"sqlite:///{temporary_folder}/init.db"))


def _find_former_id(root: ImportRoot) -> str | None:
    """Return the id that a folder without one was imported with in effect.

    It is what the ids of its feed entries were derived from at the last import.
    """
    folder = os.path.realpath(root.folder)
    own = read_settings(settings_sources([root], {})).database
    for url in dict.fromkeys((own, *default_database_urls())):
        for stored in list_database_roots(url):
            if stored.folder == folder:
                collection = Collection.from_json(json.loads(stored.collection))
                former_id = collection_namespace(collection, folder)
                return former_id if is_valid_value("id", former_id, collection) else None
    return None


def _write_new_file(path: Path, text: str) -> None:
    """Write a file that does not exist yet.

    Raises:
        SettingsError: it exists by now, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error


def _describe_next_steps(
    root: ImportRoot, path: Path, collection_id: str, *, is_former: bool
) -> list[str]:
    command = shlex.join(("newsgraph", "serve", str(root.folder)))
    lines = ["", f"{path} was written, with the id {collection_id}."]
    if is_former:
        lines.append("The folder was imported before: with this id, its feed entries keep theirs.")
    if root.collection.kind == JEKYLL.name and root.collection.is_complete:
        lines.append(
            f"Jekyll copies all files into the site: add {path.name} to `exclude` in its "
            "configuration."
        )
    return [*lines, f"Next: {command}"]
