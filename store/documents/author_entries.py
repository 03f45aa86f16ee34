"""Reads the author files of a site, such as Jekyll's ``_data/authors.yml``. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from newsgraph.store.documents.authors import (
    KEY_KEYS,
    NAME_KEYS,
    get_author_image,
    get_author_name,
    get_author_url,
)
from newsgraph.store.documents.csv_values import DELIMITER_BY_SUFFIX, compose_table
from newsgraph.store.documents.diagnostics import (
    FATAL_CODES,
    DiagnosticCollector,
    DocumentError,
    create_diagnostic,
)
from newsgraph.store.documents.document import Article, AuthorEntry
from newsgraph.store.documents.fields import FieldReader, is_empty
from newsgraph.store.documents.frontmatter import parse_document
from newsgraph.store.documents.frontmatter_formats import FORMAT_BY_SUFFIX, MARKDOWN_SUFFIXES
from newsgraph.store.documents.plain_text import decode_entities
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.value_nodes import build_nodes
from newsgraph.store.documents.yaml_values import YamlConverter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgraph.store.documents.document import Diagnostic

DESCRIPTION_KEYS: Final = ("description", "bio", "about", "biography", "short_bio", "shortBio")
ENTRY_KEY_KEYS: Final = (
    *KEY_KEYS,
    *("short_name", "shortname", "username", "slug", "handle", "nick", "nickname"),
)
"""Keys with the key of an author in a list, or in a file of its own."""

_WRAPPER: Final = "authors"


@dataclass(frozen=True, slots=True)
class AuthorFile:
    """The result of parsing an author file.

    Attributes:
        entries: its authors, with URLs as the file has them.
        diagnostics: its problems, in the order of their positions.
        is_valid: whether the file could be read.
    """

    entries: tuple[AuthorEntry, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    is_valid: bool = True


def parse_author_file(
    text: str,
    path: str,
    key: str | None = None,
    *,
    is_config: bool = False,
    serve_unpublished: bool = False,
) -> AuthorFile:
    """Parse a file with authors.

    A data file is a mapping of keys to authors, also below a key ``authors`` as Material for MkDocs
    has it, or a list of authors, as which CSV is read. An author is a mapping or, in a mapping, a
    name. Anything else in it is ignored, because the file belongs to the site's templates.

    Args:
        text: the complete file.
        path: its path; the suffix says which format it has.
        key: the key of the author if the file describes a single one, and has no key itself.
        is_config: whether the file is the configuration of a site, and only ``authors`` counts.
        serve_unpublished: whether a document that is a draft describes its author, too.
    """
    if path.lower().endswith(MARKDOWN_SUFFIXES):
        return _parse_document(text, path, key or "", serve_unpublished=serve_unpublished)
    source = SourceText(text)
    diagnostics = DiagnosticCollector(source, path)
    entries: list[AuthorEntry] = []
    try:
        suffix = f".{path.rpartition('.')[2].lower()}"
        if suffix in DELIMITER_BY_SUFFIX:
            root = compose_table(source.text, suffix)
        else:
            root = FORMAT_BY_SUFFIX[suffix].compose(source.text)
        if root is not None:
            converter = YamlConverter(diagnostics)
            # This must come before reading fields, because it enforces the limits.
            converter.to_json(root)
            entries = list(_read_entries(converter, root, path, key, is_config=is_config))
    except DocumentError as error:
        diagnostics.add_fatal(error)
        problems = () if is_config else diagnostics.sorted_diagnostics()
        return AuthorFile((), problems, is_valid=False)
    if is_config:
        # What is wrong with the configuration is for its generator to report.
        return AuthorFile(tuple(entries))
    if not entries and root is not None:
        message = "The file has no authors that newsgraph can read."
        problem = create_diagnostic(path, "unread-authors", message)
        return AuthorFile((), (*diagnostics.sorted_diagnostics(), problem))
    return AuthorFile(tuple(entries), diagnostics.sorted_diagnostics())


def _parse_document(text: str, path: str, key: str, *, serve_unpublished: bool) -> AuthorFile:
    parsed = parse_document(text, path)
    fatal = [item for item in parsed.diagnostics if item.code in FATAL_CODES]
    if not isinstance(parsed.content, Article):
        # Without front matter, it is another document in the folder.
        is_valid = all(item.code in ("no-front-matter", "not-a-document") for item in fatal)
        return AuthorFile((), () if is_valid else tuple(fatal), is_valid=is_valid)
    if not (parsed.content.published or serve_unpublished):
        return AuthorFile()
    # The values have no positions: what is wrong with one is reported with the document.
    converter = YamlConverter(DiagnosticCollector(SourceText(""), path))
    root = build_nodes(parsed.front_matter, "")
    if not isinstance(root, MappingNode):
        return AuthorFile()
    fields = FieldReader(converter, root)
    entry = _read_entry(fields, path, fields.get_name(*ENTRY_KEY_KEYS) or key)
    name = entry.name or fields.get_name("title")
    description = entry.description or parsed.content.excerpt
    return AuthorFile((AuthorEntry(entry.key, path, name, entry.url, entry.image, description),))


def _read_entries(
    converter: YamlConverter, root: Node, path: str, key: str | None, *, is_config: bool
) -> Iterator[AuthorEntry]:
    if isinstance(root, MappingNode):
        if key is not None:
            fields = FieldReader(converter, root)
            yield _read_entry(fields, path, fields.get_name(*ENTRY_KEY_KEYS) or key)
            return
        authors = converter.mapping_entries(root)
        wrapped = authors.get(_WRAPPER)
        if isinstance(wrapped, MappingNode | SequenceNode) and (is_config or len(authors) == 1):
            root = wrapped
        elif is_config:
            return
    if isinstance(root, MappingNode):
        yield from _read_mapping(converter, root, path)
    elif isinstance(root, SequenceNode):
        for item in root.value:
            if isinstance(item, MappingNode):
                fields = FieldReader(converter, item, "author")
                item_key = fields.get_name(*ENTRY_KEY_KEYS) or get_author_name(fields)
                if item_key:
                    yield _read_entry(fields, path, item_key)


def _read_mapping(converter: YamlConverter, root: MappingNode, path: str) -> Iterator[AuthorEntry]:
    entries = converter.mapping_entries(root)
    # The file of a site with one author can have the author's own fields.
    has_names = FieldReader(converter, root).find(*NAME_KEYS) is None
    for key, node in entries.items():
        name = key.strip()
        if not name:
            continue
        if isinstance(node, MappingNode):
            yield _read_entry(FieldReader(converter, node, f"author {name}"), path, name)
        elif has_names and isinstance(node, ScalarNode) and not is_empty(node):
            yield AuthorEntry(name, path, decode_entities(converter.scalar_text(node)))


def _read_entry(fields: FieldReader, path: str, key: str) -> AuthorEntry:
    return AuthorEntry(
        key,
        path,
        get_author_name(fields),
        get_author_url(fields),
        get_author_image(fields),
        fields.get_plain_text(*DESCRIPTION_KEYS),
    )
