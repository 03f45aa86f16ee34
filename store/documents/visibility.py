"""Which documents a generator shows, by their front matter and their folder."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from yaml import MappingNode

from newsgraph.store.documents.archive_kinds import DRAFTS_FOLDER
from newsgraph.store.documents.diagnostics import DiagnosticCollector
from newsgraph.store.documents.field_keys import USUAL_FIELD_KEYS
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.value_nodes import build_nodes
from newsgraph.store.documents.yaml_values import YamlConverter

if TYPE_CHECKING:
    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.document import JsonValue
    from newsgraph.store.documents.field_keys import FieldKeys


def is_published(
    fields: FieldReader, path: str, kind: ArchiveKind, keys: FieldKeys = USUAL_FIELD_KEYS
) -> bool:
    """Return whether a document is no draft.

    Jekyll and Hexo never publish documents in the folder ``_drafts``, whatever their front matter.

    Args:
        fields: the front matter, with inherited values.
        path: the file's path.
        kind: the kind of the archive.
        keys: the keys of each field.
    """
    if DRAFTS_FOLDER in path.split("/")[:-1]:
        return False
    # Some archives write the date of publication here.
    published_keys = (key for key in keys["published"] if not fields.has_timestamp(key))
    published = fields.get_bool(*published_keys)
    draft = fields.get_bool(*keys["draft"])
    if draft is not None and (published is None or kind.draft_first):
        published = not draft
    return published is not False and not any(_has_entry(fields, entry) for entry in kind.draft_by)


def is_published_entry(front_matter: dict[str, JsonValue], path: str, kind: ArchiveKind) -> bool:
    """Return whether the file of a topic or an organization is no draft.

    Args:
        front_matter: its front matter; what is wrong with the values is not reported.
        path: the file's path.
        kind: the kind of the archive.
    """
    root = build_nodes(front_matter, "")
    converter = YamlConverter(DiagnosticCollector(SourceText(""), path))
    return not isinstance(root, MappingNode) or is_published(
        FieldReader(converter, root), path, kind
    )


def is_listed(fields: FieldReader, kind: ArchiveKind) -> bool:
    """Return whether the generator makes a page of a document, and shows it in lists."""
    return not any(_has_entry(fields, entry) for entry in (*kind.pageless_by, *kind.unlisted_by))


def is_in_sitemap(fields: FieldReader, kind: ArchiveKind) -> bool:
    """Return whether a document is in the sitemap."""
    return not any(_has_entry(fields, entry) for entry in kind.no_sitemap_by)


@cache
def _split_entry(entry: str) -> tuple[tuple[str, ...], str, str]:
    """Return the keys of the mappings, the key and the value of an entry of a kind's rules."""
    name, _, value = entry.partition(": ")
    *mappings, key = name.split(".")
    return tuple(mappings), key, value


def _has_entry(fields: FieldReader, entry: str) -> bool:
    mappings, key, value = _split_entry(entry)
    reader: FieldReader | None = fields
    for mapping in mappings:
        reader = reader.find_mapping(mapping) if reader else None
    return reader is not None and reader.matches(key, value)
