"""Completes what a generator's configuration says of its site from other files of the archive."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents import archive_kinds as kinds
from newsgraph.store.documents.eleventy_config import parse_eleventy_folders
from newsgraph.store.documents.frontmatter import read_front_matter
from newsgraph.store.documents.site_config import SiteConfig, parse_site_config
from newsgraph.store.documents.site_data import (
    complete_config,
    name_after_host,
    override_config,
    parse_cname,
    parse_site_data,
)
from newsgraph.store.documents.site_identity import complete_identity
from newsgraph.store.importing.archive_files import ArchiveFiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsgraph.store.documents.archive_kinds import ArchiveKind

_DATA: Final = (".json", ".yaml", ".yml", ".toml")
_PROGRAMS: Final = (".js", ".cjs", ".mjs", ".ts")
DATA_FILES: Final = {
    "eleventy": ("_data/site", "_data/metadata", "_data/meta"),
    "astro": ("src/config", "src/site.config", "src/consts", "src/data/site"),
}
"""The files, without suffix, in which sites of a kind have their title by convention."""

HOME_PAGES: Final = {"zola": "_index.md", "hugo": "_index.md"}
"""The document of a kind, in its folder of documents, whose title is that of the site."""

PUBLISHING_FILES: Final = {"pelican": "publishconf.py"}
"""The configuration for publishing, which takes precedence over the one beside it."""


def complete_site_config(
    config: SiteConfig, kind: ArchiveKind, folder: Path, text: str
) -> SiteConfig:
    """Return a configuration with what it lacks.

    These files hide no documents: one that cannot be read says nothing, and is not reported.

    Args:
        config: what the generator's configuration says.
        kind: the kind of the archive.
        folder: the folder of the configuration.
        text: the configuration.
    """
    files = ArchiveFiles(folder, folder)
    if kind.name in PUBLISHING_FILES:
        name = PUBLISHING_FILES[kind.name]
        config = override_config(config, parse_site_config(files.find_text(name) or "", name))
    data = SiteConfig()
    for path in _data_paths(kind, text, files):
        data = complete_config(data, parse_site_data(files.find_text(path) or "", path))
    if kind is kinds.ELEVENTY:
        # What Eleventy's configuration has such keys for is a feed or another plugin.
        identity = complete_identity(data.identity, config.identity)
        config = replace(override_config(config, data), identity=identity)
    else:
        config = complete_config(config, data)
    if kind.name in HOME_PAGES:
        config = complete_config(config, _read_home_page(config, kind, files))
    for path in cname_paths(kind, config.content_folder):
        url = parse_cname(files.find_text(path) or "")
        if url:
            config = complete_config(config, SiteConfig(url=url))
    return name_after_host(config)


def _data_paths(kind: ArchiveKind, text: str, files: ArchiveFiles) -> Iterator[str]:
    """Yield the files of data that there are."""
    for stem in DATA_FILES.get(kind.name, ()):
        parent, _, name = stem.rpartition("/")
        if kind is kinds.ELEVENTY:
            parent = parse_eleventy_folders(text).data
        names = files.names(parent)
        for suffix in (*_DATA, *_PROGRAMS):
            if f"{name}{suffix}" in names:
                yield f"{parent}/{name}{suffix}"


def _read_home_page(config: SiteConfig, kind: ArchiveKind, files: ArchiveFiles) -> SiteConfig:
    for folder in (config.content_folder,) if config.content_folder else kind.content_folders:
        text = files.find_text(f"{folder}/{HOME_PAGES[kind.name]}")
        fields = read_front_matter(text, "", kind)[0] if text else None
        if fields is not None:
            return SiteConfig(fields.get_name("title"), fields.get_plain_text("description"))
    return SiteConfig()


def cname_paths(kind: ArchiveKind, content_folder: str | None = None) -> list[str]:
    """Return where a ``CNAME`` can be that the generator copies to the root of the site.

    Args:
        kind: the kind of the archive.
        content_folder: the folder with documents; None for the usual one.
    """
    folders = ["", *kind.static_folders]
    if len(kind.content_folders) == 1:
        folders.append(content_folder or kind.content_folders[0])
    if kind is kinds.PELICAN:
        folders.append(f"{folders[-1]}/extra")
    return [posixpath.join(folder, "CNAME") for folder in dict.fromkeys(folders)]
