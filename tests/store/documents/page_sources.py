"""Pages and configurations, from which tests make addresses."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from yaml import MappingNode

from newsgraph.store.documents.diagnostics import DiagnosticCollector
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.frontmatter_formats import YamlFormat
from newsgraph.store.documents.languages import SiteLanguages
from newsgraph.store.documents.permalinks.base import RootPermalinks
from newsgraph.store.documents.site_config import read_fields
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.yaml_values import YamlConverter

if TYPE_CHECKING:
    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.permalinks.base import Permalinks


def read_config(text: str, name: str = "config.yml") -> FieldReader:
    """Return the keys of a configuration."""
    fields = read_fields(text or "{}", name)
    assert fields is not None
    return fields


def front_matter(text: str = "", zone: tzinfo = UTC) -> FieldReader:
    """Return the fields of front matter in YAML."""
    diagnostics = DiagnosticCollector(SourceText(text), "a.md")
    root = YamlFormat().compose(text or "{}")
    assert isinstance(root, MappingNode)
    return FieldReader(YamlConverter(diagnostics, zone), root)


def path_of(
    permalinks: Permalinks,
    path: str,
    kind: ArchiveKind,
    text: str = "",
    *,
    zone: tzinfo = UTC,
    languages: SiteLanguages | None = None,
    topics: tuple[str, ...] = (),
    title: str = "Title",
) -> str | None:
    """Return the path of a page, as the addresses of a root have it.

    Args:
        permalinks: the rules.
        path: path of the file.
        kind: the kind of the archive.
        text: the front matter.
        zone: the time zone of the site.
        languages: the languages of the site.
        topics: categories that the folders of the file are.
        title: title of the document.
    """
    location = (languages or SiteLanguages(())).locate(path, kind)
    rules = RootPermalinks.create(permalinks, "")
    address = rules.address_of(path, location, front_matter(text, zone), title, topics)
    return address and address.path
