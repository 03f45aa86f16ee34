"""Detects by the files of an archive which generator it is for, and reads its configuration."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents import archive_kinds as kinds
from newsgraph.store.documents.language_tags import known_tag
from newsgraph.store.documents.languages import SiteLanguage, fold_code
from newsgraph.store.documents.site_config import SiteConfig, parse_site_config
from newsgraph.store.documents.site_languages import parse_site_languages
from newsgraph.store.importing.archive_files import MAX_PARENTS, UnreadableFile, read_small_file
from newsgraph.store.importing.site_data_files import complete_site_config

if TYPE_CHECKING:
    from collections.abc import Iterator
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
        languages: the languages that the configuration names, with folders relative to the imported
            folder; None if it does not say what they are.
    """

    kind: ArchiveKind
    config: SiteConfig = _NO_CONFIG
    evidence: Path | None = None
    is_complete: bool = True
    config_file: Path | None = None
    languages: tuple[SiteLanguage, ...] | None = None


def detect_archive(folder: Path) -> DetectedArchive:
    """Return the kind of an archive.

    A configuration in one of the folders above counts, too, up to the first that is the root of a
    Git repository.
    """
    folder = folder.absolute()
    for candidate in (folder, *folder.parents[:MAX_PARENTS]):
        detected = _detect_by_configuration(candidate, folder)
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


def find_inner_archives(folder: Path) -> dict[str, DetectedArchive]:
    """Return the archives with a generator's configuration in the folders of a folder, by name.

    Those in hidden folders and deeper ones are not looked for.
    """
    try:
        with os.scandir(folder) as entries:
            names = sorted(item.name for item in entries if item.is_dir(follow_symlinks=False))
    except OSError:
        return {}
    folder = folder.absolute()
    detected = {
        name: _detect_by_configuration(folder / name, folder / name)
        for name in names
        if not name.startswith(".") and name != "node_modules"
    }
    return {name: archive for name, archive in detected.items() if archive is not None}


def _detect_by_configuration(candidate: Path, folder: Path) -> DetectedArchive | None:
    for kind, names, content in _MARKERS:
        for name in names:
            path = candidate / name
            try:
                text = read_small_file(path)
                if text is None or not re.search(content, text):
                    continue
                languages = _detect_languages(kind, text, path, candidate)
            except UnreadableFile:
                # What it hides is not known: the rules of the site report it.
                is_complete = candidate == folder
                return DetectedArchive(kind, _NO_CONFIG, path, is_complete, config_file=path)
            imported = PurePosixPath(folder.relative_to(candidate).as_posix())
            config = parse_site_config(text, name)
            return DetectedArchive(
                kind,
                complete_site_config(config, kind, candidate, text),
                path,
                candidate == folder,
                path,
                languages and _relative_languages(languages, imported),
            )
    return None


def _detect_languages(
    kind: ArchiveKind, text: str, path: Path, folder: Path
) -> tuple[SiteLanguage, ...] | None:
    """Return the languages of a site; those of Docusaurus may be known from folders only."""
    languages_file = ("", "")
    if kind is kinds.HUGO:
        # The folder `config/_default` has a file for each part of the configuration.
        files = ((read_small_file(file), file.name) for file in _language_files(path.parent))
        languages_file = next(((item, name) for item, name in files if item), languages_file)
    languages = parse_site_languages(kind, text, path.name, languages_file)
    if languages is None and kind is kinds.DOCUSAURUS:
        tags = sorted((item.name, known_tag(item.name)) for item in folder.glob("i18n/*"))
        return tuple(
            SiteLanguage(fold_code(name), tag, f"i18n/{name}") for name, tag in tags if tag
        )
    return languages


def _language_files(folder: Path) -> Iterator[Path]:
    if folder.name == "_default":
        yield from (folder / f"languages.{suffix}" for suffix in _DATA)


def _relative_languages(
    languages: tuple[SiteLanguage, ...], imported: PurePosixPath
) -> tuple[SiteLanguage, ...]:
    """Return languages with their folders relative to the imported folder.

    Args:
        languages: the languages with folders relative to that of the configuration.
        imported: the imported folder, relative to that of the configuration.
    """
    folders = [PurePosixPath(item.folder) for item in languages if item.folder is not None]
    around = [folder for folder in folders if imported.is_relative_to(folder)]
    innermost = max(around, key=lambda folder: len(folder.parts), default=None)

    def relative_folder(folder: PurePosixPath) -> str | None:
        if folder in around:
            return "" if folder == innermost else None
        return str(folder.relative_to(imported)) if folder.is_relative_to(imported) else None

    return tuple(
        replace(item, folder=relative_folder(PurePosixPath(item.folder)))
        if item.folder is not None
        else item
        for item in languages
    )
