"""Reads from the files of an archive how its generator makes the addresses of documents."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.permalinks.astro import AstroPermalinks
from newsgraph.store.documents.permalinks.docusaurus import DocusaurusPermalinks
from newsgraph.store.documents.permalinks.eleventy import EleventyPermalinks
from newsgraph.store.documents.permalinks.hexo import HexoPermalinks
from newsgraph.store.documents.permalinks.hugo import HugoPermalinks
from newsgraph.store.documents.permalinks.jekyll import JekyllPermalinks
from newsgraph.store.documents.permalinks.mkdocs import MkDocsPermalinks
from newsgraph.store.documents.permalinks.pelican import PelicanPermalinks
from newsgraph.store.documents.permalinks.zola import ZolaPermalinks
from newsgraph.store.documents.site_config import read_configuration
from newsgraph.store.importing.eleventy_permalinks import EleventyDefaults

if TYPE_CHECKING:
    from newsgraph.store.documents.fields import FieldReader
    from newsgraph.store.documents.permalinks.base import Permalinks
    from newsgraph.store.importing.archive_files import ArchiveFiles
    from newsgraph.store.importing.generator_rules import ArchiveContext

_HUGO_FOLDER: Final = "config/_default"
_HUGO_PARTS: Final = ("permalinks", "languages", "module", "frontmatter")


def read_permalinks(archive: ArchiveContext) -> Permalinks | None:
    """Return how a generator makes addresses; None without a configuration that can be read."""
    configuration, name = archive.configuration, archive.kind.name
    if configuration is None:
        return None
    text, fields, folder = configuration.text, configuration.fields, archive.content_folder
    if name == "eleventy":
        defaults = EleventyDefaults(text, archive.files)
        return EleventyPermalinks.from_text(text, defaults.input_folder, defaults.find)
    if name == "docusaurus":
        has_versions = "versions.json" in archive.files.names("")
        return DocusaurusPermalinks.from_text(text, has_versions=has_versions)
    if name == "astro":
        return AstroPermalinks.from_text(text)
    if name == "pelican":
        return PelicanPermalinks.from_text(text, folder)
    if fields is None:
        return None
    if name == "jekyll":
        return JekyllPermalinks.from_fields(fields)
    if name == "hugo":
        return _read_hugo(fields, archive.files, folder)
    if name == "zola":
        return ZolaPermalinks.from_fields(fields, folder)
    if name == "hexo":
        return HexoPermalinks.from_fields(fields, folder)
    return MkDocsPermalinks.from_fields(fields, folder) if name == "mkdocs" else None


def _read_hugo(fields: FieldReader, files: ArchiveFiles, folder: str) -> HugoPermalinks | None:
    """Return Hugo's rules; None if a part of the configuration cannot be read."""
    parts: dict[str, FieldReader] = {}
    for file_name in sorted(files.names(_HUGO_FOLDER)):
        part = PurePosixPath(file_name).stem
        if part in _HUGO_PARTS:
            text = files.find_text(f"{_HUGO_FOLDER}/{file_name}")
            data = read_configuration(text, file_name, file_name) if text is not None else None
            if data is None or (data.fields is None and data.diagnostics.sorted_diagnostics()):
                return None
            if data.fields is not None:
                parts[part] = data.fields

    def is_section(path: str) -> bool:
        return any(name.partition(".")[0] == "_index" for name in files.names(path))

    return HugoPermalinks.from_fields(fields, parts, folder, is_section)
