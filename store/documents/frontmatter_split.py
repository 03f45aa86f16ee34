"""Recognizes the front matter of a document, and separates it from the body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from newsgraph.store.documents import header_lines
from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.frontmatter_formats import (
    FORMATS,
    JsonFormat,
    TomlFormat,
    YamlFormat,
)
from newsgraph.store.documents.program_values import compose_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import Node

    from newsgraph.store.documents.archive_kinds import ArchiveKind, HeaderForm

    Compose: TypeAlias = Callable[[str], Node | None]

_LABELLED_OPENING: Final = re.compile(r"-{3}[ \t]*([A-Za-z]+)[ \t]*(?:\n|\Z)")
_LABELLED_CLOSING: Final = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
_SEMICOLONS: Final = re.compile(r"^;{3,}[ \t]*$", re.MULTILINE)
_PROGRAMS: Final = ("js", "javascript", "node")


_LABELS: Final[dict[str, Compose]] = {
    "yaml": YamlFormat().compose,
    "yml": YamlFormat().compose,
    "toml": TomlFormat().compose,
    "json": JsonFormat().compose,
    **dict.fromkeys(_PROGRAMS, compose_program),
}


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document's front matter and its body.

    Attributes:
        front: the text of the front matter.
        start: offset of the front matter in the document.
        body: what follows the front matter.
        compose: returns the root node of the front matter, or None if it is empty; it raises a
            `DocumentError` if the front matter cannot be parsed.
        is_program: whether the front matter is a program, of which only literals are read.
    """

    front: str
    start: int
    body: str
    compose: Compose
    is_program: bool = False


def split_document(document: str, kind: ArchiveKind) -> SplitDocument:
    """Separate the front matter of a document from its body.

    Args:
        document: the document, without blank lines before its front matter.
        kind: the kind of the archive; some generators read other forms of front matter, too.

    Raises:
        DocumentError: ``no-front-matter`` or ``unclosed-front-matter``.
    """
    for form in FORMATS:
        opening = form.FM_BOUNDARY.match(document) if document.startswith(form.opening) else None
        if opening is not None:
            try:
                front, body = form.split(document)
            except ValueError as error:
                # A line of dashes is also a thematic break, with which a text can begin.
                rest = document[opening.end() :] if isinstance(form, YamlFormat) else ""
                if rest.strip() and not header_lines.has_entry(rest):
                    message = "The file begins with a line of dashes, but not with front matter."
                    raise DocumentError("no-front-matter", 0, message) from error
                raise _unclosed(form.name, form.closing) from error
            compose: Compose = form.compose
            if isinstance(form, YamlFormat):
                compose = _YAML_READERS.get(kind.header_form, compose)
            return SplitDocument(front, opening.end(), body, compose)
    if document.startswith("---") and (labelled := _split_labelled(document)):
        return labelled
    if kind.header_form is not None and (header := _split_header(document, kind.header_form)):
        return header
    raise DocumentError("no-front-matter", 0, "The file does not begin with front matter.")


def _split_labelled(document: str) -> SplitDocument | None:
    """Split a document whose first line names the format (https://github.com/jonschlinkert/gray-matter)."""
    opening = _LABELLED_OPENING.match(document)
    label = opening[1].lower() if opening else ""
    if opening is None or label not in _LABELS:
        return None
    closing = _LABELLED_CLOSING.search(document, opening.end())
    if closing is None:
        raise _unclosed(label.upper(), "a line of three dashes")
    front = document[opening.end() : closing.start()]
    return SplitDocument(
        front,
        opening.end(),
        document[closing.end() :],
        _LABELS[label],
        is_program=label in _PROGRAMS,
    )


def _split_header(document: str, header_form: HeaderForm) -> SplitDocument | None:
    if header_form == "hexo" and (opening := _SEMICOLONS.match(document)):
        closing = _SEMICOLONS.search(document, opening.end())
        if closing is None:
            raise _unclosed("JSON", "a line of three semicolons")
        front, body = document[opening.end() : closing.end()], document[closing.end() :]
        return SplitDocument(front, opening.end(), body, header_lines.HEXO_HEADER.compose)
    form = _HEADERS[header_form]
    parts = form.split(document)
    return SplitDocument(parts[0], 0, parts[1], form.compose) if parts else None


def _unclosed(name: str, closing: str) -> DocumentError:
    message = f"The front matter is not closed: {name} ends with {closing}."
    return DocumentError("unclosed-front-matter", 0, message)


_HEADERS: Final[dict[HeaderForm, header_lines.MetadataLines | header_lines.HexoHeader]] = {
    "python-markdown": header_lines.METADATA_OF_PYTHON_MARKDOWN,
    "mkdocs": header_lines.METADATA_OF_MKDOCS,
    "hexo": header_lines.HEXO_HEADER,
}
_YAML_READERS: Final[dict[HeaderForm | None, Compose]] = {
    "python-markdown": header_lines.compose_pelican_yaml,
    "hexo": header_lines.compose_hexo_yaml,
}
"""How kinds of archives read what is between lines of dashes, if not as YAML alone."""
