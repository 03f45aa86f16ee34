"""The folders of a command, and where its settings come from."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from newsgraph.server.config.default_database import (
    create_default_folder,
    rename_default_database,
)
from newsgraph.server.config.settings import SettingsSources, read_root
from newsgraph.server.config.toml_file import FILE_NAME, TomlFile, read_toml_file
from newsgraph.server.startup_errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.server.config.settings import Settings
    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.stored_roots import StoredRoot


def read_roots(paths: Sequence[Path], config: Path | None = None) -> list[ImportRoot]:
    """Return folders with their collections.

    Args:
        paths: the folders.
        config: a file to read instead of the newsgraph.toml of the first folder.

    Raises:
        SettingsError: a path is no folder, or a newsgraph.toml is invalid.
    """
    _check_config(config)
    for path in paths:
        _check_folder(path)
    return [read_root(path, config if path is paths[0] else None) for path in paths]


def settings_sources(
    roots: Sequence[ImportRoot],
    options: Mapping[str, object],
    config: Path | None = None,
    stored_roots: Sequence[StoredRoot] = (),
) -> SettingsSources:
    """Return the sources of the settings of a command.

    They are in the newsgraph.toml of the first folder. Without folders, they are those that the
    store has kept from its first root.

    Args:
        roots: the folders.
        options: options of the command line; None for those that are not used.
        config: a file to read instead of that of the first folder, or of the store's settings.
        stored_roots: the roots of the store, if there are no folders.

    Raises:
        SettingsError: a newsgraph.toml or `config` cannot be read.
    """
    if config is not None or roots:
        file = read_toml_file(config or roots[0].folder / FILE_NAME)
    elif stored_roots:
        root = stored_roots[0]
        file = TomlFile(Path(f"settings of {root.name} in the store"), "", root.server_settings)
    else:
        file = TomlFile(Path(), "", {})
    return SettingsSources(file, options, roots[0] if roots else None)


def prepare_database(settings: Settings, roots: Sequence[ImportRoot]) -> Settings:
    """Prepare the store of a command that writes it, and return the settings with its URL.

    The folder of the stores is created if it is in it. A store of the first folder's own gets the
    name that belongs to the folder's id.

    Args:
        settings: the settings of the command.
        roots: the folders; without any, a store keeps its name.

    Raises:
        SettingsError: the folder of the stores cannot be created.
    """
    create_default_folder(settings.database)
    if not (roots and settings.has_default_database):
        return settings
    return settings.model_copy(update={"database": rename_default_database(roots[0])})


def _check_config(config: Path | None) -> None:
    if config is not None and not config.exists():
        raise SettingsError(f"there is no file {config}")


def _check_folder(path: Path) -> None:
    if path.is_dir():
        return
    if path.exists():
        raise SettingsError(f"{path} is a file; name the folder that contains it")
    try:
        neighbours = [item.name for item in path.parent.iterdir() if item.is_dir()]
    except OSError:
        neighbours = []
    similar = difflib.get_close_matches(path.name, neighbours, n=1)
    hint = f"; did you mean {path.parent / similar[0]}?" if similar else ""
    raise SettingsError(f"there is no folder {path}{hint}")
