"""Parses the text of a file into its content, its front matter and diagnostics."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Final, TypeAlias

from yaml import MappingNode, Mark, Node, ScalarNode

from newsgraph.store.documents import articles, taxonomy_entries
from newsgraph.store.documents.archive_kinds import PLAIN
from newsgraph.store.documents.diagnostics import DiagnosticCollector, DocumentError
from newsgraph.store.documents.document import ParsedFile
from newsgraph.store.documents.document_rules import NO_RULES, merge_inherited
from newsgraph.store.documents.field_keys import USUAL_FIELD_KEYS
from newsgraph.store.documents.fields import FieldReader, describe_node
from newsgraph.store.documents.frontmatter_formats import YamlFormat
from newsgraph.store.documents.frontmatter_split import split_document
from newsgraph.store.documents.header_lines import has_entry
from newsgraph.store.documents.languages import NO_LANGUAGES
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.yaml_tags import MAP_TAG
from newsgraph.store.documents.yaml_values import YamlConverter, node_offset, quote_for_message

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.diagnostics import DiagnosticCode
    from newsgraph.store.documents.document import Article, JsonValue, OrganizationEntry, TopicEntry
    from newsgraph.store.documents.document_rules import DocumentRules
    from newsgraph.store.documents.field_keys import FieldKeys
    from newsgraph.store.documents.languages import SiteLanguages

    Content: TypeAlias = Article | TopicEntry | OrganizationEntry

_YAML: Final = YamlFormat()
_LEADING_BLANK_LINES: Final = re.compile(r"\A(?:[ \t]*\n)+")
_BLANK_LINES: Final = re.compile(r"[\s\ufeff]*")
_YAML_SUFFIXES: Final = (".yaml", ".yml")
_TAXONOMY_LINE: Final = re.compile(r"""^(["']?)taxonomy\1[ \t]*:""", re.MULTILINE)
_PEOPLE: Final = frozenset(("person", "people", "author", "authors"))
"""Values of ``taxonomy`` of documents about people, which are articles."""

_NOT_A_TAXONOMY: Final = (
    "The file has neither `taxonomy: topic` nor `taxonomy: organization`; it was not imported."
)


def parse_document(
    text: str,
    path: str,
    private_keys: Collection[str] = (),
    kind: ArchiveKind = PLAIN,
    zone: tzinfo = UTC,
    rules: DocumentRules = NO_RULES,
    languages: SiteLanguages = NO_LANGUAGES,
    keys: FieldKeys = USUAL_FIELD_KEYS,
) -> ParsedFile:
    """Parse a file into an article, a topic or an organization, and its front matter.

    The function is pure and raises no exception for any text.

    Args:
        text: the complete file, with any line ends and with or without a byte order mark.
        path: path relative to the root, with ``/``. A ``.yaml`` or ``.yml`` file consists of
            YAML only; any other has front matter between lines of ``---``, and then a body.
            If the front matter has no date, the one in a Jekyll file name is used.
        private_keys: top-level keys that are not read; they stay in the front matter.
        kind: how the archive's generator reads documents.
        zone: time zone of times without one.
        rules: what other files of the archive say of the document. Inherited values are not part
            of the result's front matter.
        languages: what paths say about the languages of documents.
        keys: the keys of an article's fields.

    Returns:
        The content, or None and diagnostics with the reason. Lines and columns are those of
        the original text.
    """
    source = SourceText(text)
    diagnostics = DiagnosticCollector(source, path)
    if source.first_invalid_position is not None:
        message = f"Control or other invalid characters were removed: {source.invalid_count}."
        diagnostics.add_at_position("characters-removed", source.first_invalid_position, message)
    converter = YamlConverter(diagnostics, zone)
    front_matter: dict[str, JsonValue] = {}
    content: Content | None = None
    try:
        root: Node | None
        body: str | None = None
        if path.lower().endswith(_YAML_SUFFIXES):
            root = _parse_yaml_file(source.text, diagnostics)
        else:
            root, body = _parse_markdown_file(source.text, diagnostics, kind)
        if root is not None:
            if not isinstance(root, MappingNode):
                message = f"The front matter is {describe_node(root)}, not a mapping."
                raise DocumentError("not-a-mapping", node_offset(root), message)
            # This must come before reading fields, because it enforces the limits.
            front_matter = converter.mapping_to_json(root)
            if rules.inherited:
                root = merge_inherited(converter, root, rules.inherited, kind.inheritance)
            fields = FieldReader(converter, root, private_keys=private_keys)
            content = _parse_content(fields, body, path, kind, rules, languages, keys)
    except DocumentError as error:
        diagnostics.add_fatal(error)
    return ParsedFile(content, front_matter, diagnostics.sorted_diagnostics())


def read_front_matter(
    text: str, path: str, kind: ArchiveKind
) -> tuple[FieldReader | None, DiagnosticCollector]:
    """Read the front matter of a file that is no document itself, such as that of a section.

    Args:
        text: the complete file.
        path: the path that diagnostics have.
        kind: the kind of the archive.

    Returns:
        The front matter, or None if there is none or it cannot be parsed; and the diagnostics, in
        which that is a warning.
    """
    source = SourceText(text)
    diagnostics = DiagnosticCollector(source, path)
    try:
        root, _ = _parse_markdown_file(source.text, diagnostics, kind)
        if isinstance(root, MappingNode):
            converter = YamlConverter(diagnostics)
            converter.mapping_to_json(root)
            return FieldReader(converter, root), diagnostics
    except DocumentError as error:
        if error.code != "no-front-matter":
            diagnostics.add("broken-configuration", error.offset, error.message)
    return None, diagnostics


def _parse_markdown_file(
    text: str, diagnostics: DiagnosticCollector, kind: ArchiveKind
) -> tuple[Node | None, str]:
    """Return the root node of a document's front matter, and its body."""
    start = _skip_blank_lines(text)
    try:
        document = split_document(text[start:], kind)
    except DocumentError as error:
        if error.code != "no-front-matter":
            diagnostics.front_matter_start = start
        raise
    try:
        root = document.compose(document.front)
    except DocumentError as error:
        if error.code == "broken-yaml":
            _check_thematic_break(document.front)
        diagnostics.front_matter_start = start + document.start
        raise
    if isinstance(root, ScalarNode):
        _check_thematic_break(document.front)
    diagnostics.front_matter_start = start + document.start
    if document.is_program:
        message = "The front matter is a program: only values that are written out were read."
        diagnostics.add("program-not-run", 0, message)
    if root is None:
        start_mark = Mark("", 0, 0, 0, None, 0)
        root = MappingNode(MAP_TAG, [], start_mark, start_mark)
    # The indentation of the first line can mean code.
    return root, _LEADING_BLANK_LINES.sub("", document.body).rstrip()


def _check_thematic_break(front: str) -> None:
    """Raise an error if two lines of dashes are thematic breaks with text between them.

    Raises:
        DocumentError: ``no-front-matter``.
    """
    if not has_entry(front):
        message = "What is between the first two lines of dashes is text, not front matter."
        raise DocumentError("no-front-matter", 0, message)


def _parse_yaml_file(text: str, diagnostics: DiagnosticCollector) -> Node | None:
    """Return the root node of a YAML file, or None and a warning if it is not a taxonomy file."""
    start = _skip_blank_lines(text)
    document = text[start:]
    opening = _YAML.FM_BOUNDARY.match(document) if document.startswith("-") else None
    yaml = text.removeprefix("\ufeff")
    diagnostics.front_matter_start = len(text) - len(yaml)
    if opening is not None and _YAML.FM_BOUNDARY.search(document, opening.end()):
        yaml, _ = _YAML.split(document)
        diagnostics.front_matter_start = start + opening.end()
    # Most YAML files of a site are not taxonomy files: they are not even parsed.
    if "taxonomy" in yaml:
        try:
            root = _YAML.compose(yaml)
        except DocumentError:
            if _TAXONOMY_LINE.search(yaml):
                raise
        else:
            if isinstance(root, MappingNode):
                return root
    diagnostics.add("not-a-document", 0, _NOT_A_TAXONOMY)
    return None


def _skip_blank_lines(text: str) -> int:
    """Return the offset of the first character that is not blank, as python-frontmatter does."""
    match = _BLANK_LINES.match(text)
    return match.end() if match else 0


def _parse_content(
    fields: FieldReader,
    body: str | None,
    path: str,
    kind: ArchiveKind,
    rules: DocumentRules,
    languages: SiteLanguages,
    keys: FieldKeys,
) -> Content | None:
    """Return what the front matter describes; ``body`` is None for a YAML file."""
    field = fields.find("taxonomy")
    taxonomy = None
    if field and isinstance(field[1], ScalarNode):
        taxonomy = fields.converter.scalar_text(field[1])
    if taxonomy == "topic":
        return taxonomy_entries.parse_topic(fields)
    if taxonomy == "organization":
        return taxonomy_entries.parse_organization(fields)
    if body is None:
        code: DiagnosticCode = "not-a-taxonomy" if field else "not-a-document"
        fields.report(code, field[1] if field else fields.node, _NOT_A_TAXONOMY)
        return None
    # Other programs use `taxonomy` as well; in Grav it is a mapping.
    if field and taxonomy and taxonomy.casefold() not in _PEOPLE:
        name = quote_for_message(taxonomy)
        message = f"Unknown taxonomy {name}; the file was read as an article."
        fields.report("not-a-taxonomy", field[1], message)
    return articles.parse_article(fields, body, path, kind, rules, languages, keys)
