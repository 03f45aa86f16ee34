"""Detects by the files of an archive which generator it is for, and reads its configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents import archive_kinds as kinds
from newsgraph.store.documents.site_config import SiteConfig, parse_site_config
from newsgraph.store.importing.archive_files import read_small_file

if TYPE_CHECKING:
    from pathlib import Path

    from newsgraph.store.documents.archive_kinds import ArchiveKind

_DATA: Final = ("toml", "yaml", "yml", "json")
_SCRIPT: Final = ("js", "mjs", "cjs", "ts", "mts", "cts")
_MARKERS: Final[tuple[tuple[ArchiveKind, tuple[str, ...], str], ...]] = (
    (kinds.HUGO, tuple(f"hugo.{suffix}" for suffix in _DATA), ""),
    (kinds.HUGO, tuple(f"config/_default/hugo.{suffix}" for suffix in _DATA), ""),
    (kinds.HUGO, tuple(f"config/_default/config.{suffix}" for suffix in _DATA), ""),
    (kinds.ZOLA, ("config.toml", "zola.toml"), r"(?m)^base_url\s*="),
    (kinds.HUGO, tuple(f"config.{suffix}" for suffix in _DATA), r"(?mi)^[\s\"]*baseurl[\"\s]*[=:]"),
    (kinds.DOCUSAURUS, tuple(f"docusaurus.config.{suffix}" for suffix in _SCRIPT), ""),
    (kinds.ASTRO, tuple(f"astro.config.{suffix}" for suffix in _SCRIPT), ""),
    (kinds.MKDOCS, ("mkdocs.yml", "mkdocs.yaml"), ""),
    (
        kinds.ELEVENTY,
        (".eleventy.js", *(f"eleventy.config.{suffix}" for suffix in _SCRIPT)),
        "",
    ),
    (kinds.PELICAN, ("pelicanconf.py",), ""),
    (
        kinds.HEXO,
        ("_config.yml", "_config.yaml"),
        r"(?m)^(?:source_dir|public_dir|skip_render|new_post_name|post_asset_folder):",
    ),
    (kinds.JEKYLL, ("_config.yml", "_config.yaml", "_config.toml"), ""),
)
"""The kind of an archive, files that show it, and what the file contains (a regular expression)."""

_STRUCTURE: Final = (
    (kinds.JEKYLL, ("_posts",)),
    (kinds.HEXO, ("source/_posts", "scaffolds")),
    (kinds.HUGO, ("_index.md", "content/_index.md", "*/_index.md", "content/*/_index.md")),
)
"""Files and folders that show the kind of an archive without a configuration."""

_PARENTS: Final = 3
"""How many folders above the imported one are searched: people import ``src/content/blog``."""

_NO_CONFIG: Final = SiteConfig()


@dataclass(frozen=True, slots=True)
class DetectedArchive:
    """What the files of an archive show.

    Attributes:
        kind: the kind of the archive.
        config: what its configuration says of its site.
        evidence: the file or folder that shows the kind; None for a plain archive.
        is_complete: whether the imported folder is that of the configuration, and not one in it.
        config_file: the generator's configuration; None if the archive has none.
    """

    kind: ArchiveKind
    config: SiteConfig = _NO_CONFIG
    evidence: Path | None = None
    is_complete: bool = True
    config_file: Path | None = None


def detect_archive(folder: Path) -> DetectedArchive:
    """Return the kind of an archive.

    A configuration in one of the folders above counts, too, up to the first that is the root of a
    Git repository.
    """
    folder = folder.absolute()
    for candidate in (folder, *folder.parents[:_PARENTS]):
        detected = _detect_by_configuration(candidate, is_complete=candidate == folder)
        if detected is not None:
            return detected
        if (candidate / ".git").exists():
            break
    for kind, patterns in _STRUCTURE:
        for pattern in patterns:
            evidence = next(iter(folder.glob(pattern)), None)
            if evidence is not None:
                return DetectedArchive(kind, evidence=evidence)
    return DetectedArchive(kinds.PLAIN)


def _detect_by_configuration(folder: Path, *, is_complete: bool) -> DetectedArchive | None:
    for kind, names, content in _MARKERS:
        for name in names:
            path = folder / name
            text = read_small_file(path)
            if text is not None and re.search(content, text):
                config = parse_site_config(text, name)
                return DetectedArchive(kind, config, path, is_complete, path)
    return None
